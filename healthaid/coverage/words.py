"""Why a bill cannot be settled, in words for the person who handed it in; workbooks by their names in the record."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from healthaid.coverage.settlement.faults import BadBill, Fault
from healthaid.policy import catalogue
from healthaid.policy.domain import Unresolved
from healthaid.policy.selectors import rules

WORKBOOKS = {
    "agreements": gettext_lazy("先诊疗后付费"),
    "enrolment_check": gettext_lazy("参保核查"),
    "enrolment_people": gettext_lazy("参保核查名单"),
    "fund_ledger": gettext_lazy("基金拨付台账"),
    "fund_payments": gettext_lazy("拨付记录"),
    "premium_funding": gettext_lazy("缴费分担"),
    "promise_overview": gettext_lazy("承诺监测"),
    "promise_bills": gettext_lazy("承诺监测：费用"),
    "promise_hospitals": gettext_lazy("医院目录外费用"),
    "promise_people": gettext_lazy("承诺监测：名单"),
    "run_differences": gettext_lazy("核算差异"),
}
FAULTS = {
    Fault.NOT_JSON: gettext_lazy("不是有效的JSON"),
    Fault.NOT_UTF_8: gettext_lazy("不是UTF-8文本"),
    Fault.NOT_AN_OBJECT: gettext_lazy("须为一个对象"),
    Fault.REPEATED: gettext_lazy("重复出现"),
    Fault.MISSING: gettext_lazy("缺少该项"),
    Fault.UNKNOWN_FIELD: gettext_lazy("没有这一项"),
    Fault.NOT_TEXT: gettext_lazy("须为文本（加引号）"),
    Fault.NOT_A_DAY: gettext_lazy("不是日期，格式为YYYY-MM-DD"),
    Fault.NOT_ONE_OF: gettext_lazy("只能是其中之一："),
    Fault.NOT_A_COUNTY: gettext_lazy("不是县级行政区划代码（6位）"),
    Fault.UNKNOWN_DISEASE: gettext_lazy("病种目录中没有这个代码"),
    Fault.NOT_OUTPATIENT_DISEASE: gettext_lazy("不属于28种门诊慢特病"),
    Fault.NOT_MONEY: gettext_lazy("不是金额，例如1234.50"),
    Fault.NEGATIVE: gettext_lazy("不能小于0"),
    Fault.TOO_FINE: gettext_lazy("小数位数太多（金额最多两位）"),
    Fault.TOO_LARGE: gettext_lazy("数额过大"),
    Fault.ABOVE_TOTAL: gettext_lazy("不能大于总费用"),
    Fault.ABOVE_REST: gettext_lazy("不能大于总费用减政策范围内费用"),
    Fault.NOT_ABOVE_ZERO: gettext_lazy("须大于0"),
    Fault.UNKNOWN_PARAMETER: gettext_lazy("没有这个政策参数"),
    Fault.NOT_A_NUMBER: gettext_lazy("不是数字"),
    Fault.NOT_A_RATIO: gettext_lazy("比例须在0到1之间"),
}


def explain(problem: BadBill | Unresolved, *, by_label: bool = False) -> str:
    """The problem in one line that names the field, or the parameter with place and day.

    A parameter goes by its name, or by its label for those who do not know names.
    """
    if isinstance(problem, Unresolved):
        return rules.explain(problem, by_label=by_label)
    field = catalogue.label_of(problem.field.removeprefix("local.")) if by_label else problem.field
    return _("%(field)s：%(reason)s%(detail)s") % {
        "field": printable(field),
        "reason": FAULTS[problem.fault],
        "detail": problem.detail,
    }


def printable(text: str) -> str:
    """A field's name as somebody typed it, on one line and not too long."""
    return "".join(sign if sign.isprintable() else "�" for sign in text[:100])


def problem_as_json(problem: BadBill | Unresolved) -> dict[str, Any]:
    """The problem as `settle --lines` and the exchange interface give it."""
    named = {"parameter": problem.parameter} if isinstance(problem, Unresolved) else {"field": printable(problem.field)}
    return {"error": {**named, "message": explain(problem)}}
