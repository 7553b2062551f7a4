"""A settlement in words: who pays, what the figures are, what was promised, what to look at, what to do."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from healthaid.core.money import yuan_of_fen
from healthaid.core.phrases import listed, without_yuan
from healthaid.coverage.domain.bills import Cause, Imbalance, most_by_rounding_to_yuan
from healthaid.coverage.models import Bill
from healthaid.coverage.selectors.citations import article_of
from healthaid.policy import catalogue
from healthaid.policy.selectors.rules import Rules

LAYERS: dict[str, str | Promise] = {
    "package_price": gettext_lazy("单病种付费"),
    "hospital": gettext_lazy("医院承担"),
    "basic": gettext_lazy("基本医保"),
    "critical": gettext_lazy("大病保险"),
    "assistance": gettext_lazy("医疗救助"),
    "safety_net": gettext_lazy("兜底保障"),
    "hospital_fault": gettext_lazy("转由医院承担"),
    "personal": gettext_lazy("个人自付"),
}
FIGURES: dict[str, str | Promise] = {
    "total": gettext_lazy("总费用"),
    "in_policy": gettext_lazy("政策范围内费用"),
    "out_of_catalogue": gettext_lazy("目录外费用"),
    "limit": gettext_lazy("目录外控制比例"),
    "allowed": gettext_lazy("允许的目录外费用"),
    "base": gettext_lazy("扣除医院承担后的费用"),
    "billed_total": gettext_lazy("账单总费用"),
    "billed_in_policy": gettext_lazy("账单政策范围内费用"),
    "price": gettext_lazy("单病种价格"),
    "deductible": gettext_lazy("起付线"),
    "rate": gettext_lazy("报销比例"),
    "self_paid": gettext_lazy("基本医保后合规自付"),
    "sum_before": gettext_lazy("此前年度累计"),
    "sum_after": gettext_lazy("含本次年度累计"),
    "paid_below_mark_on": gettext_lazy("低段金额"),
    "rate_below_mark": gettext_lazy("低段比例"),
    "paid_above_mark_on": gettext_lazy("高段金额"),
    "rate_above_mark": gettext_lazy("高段比例"),
    "mark": gettext_lazy("分段线"),
    "special_rate": gettext_lazy("专项救治保障比例"),
    "by_segments": gettext_lazy("按分段计算"),
    "by_special_treatment": gettext_lazy("按专项救治计算"),
    "kind": gettext_lazy("救助类别"),
    "remaining": gettext_lazy("前两层后剩余"),
    "target": gettext_lazy("保障目标"),
    "gap": gettext_lazy("距目标差额"),
    "cap": gettext_lazy("年度限额"),
    "drawn": gettext_lazy("本年已用"),
    "cap_left": gettext_lazy("限额余额"),
    "necessary": gettext_lazy("必须的目录外费用"),
    "necessary_rate": gettext_lazy("目录外救助比例"),
    "lifted": gettext_lazy("补足到目标"),
    "own": gettext_lazy("补足后自付"),
    "income": gettext_lazy("上年农村居民人均可支配收入"),
    "above_income": gettext_lazy("超出收入线的部分"),
    "above_income_rate": gettext_lazy("超出收入线的报销比例"),
    "year_before": gettext_lazy("本年此前自付"),
    "year_after": gettext_lazy("含本次本年自付"),
    "moved_to_hospital": gettext_lazy("四层金额转由医院承担"),
}
SUMS: dict[str, str | Promise] = {  # of the year, as they stood before a bill
    "critical_base": gettext_lazy("此前合规自付累计"),
    "assistance": gettext_lazy("此前医疗救助累计"),
    "major_assistance": gettext_lazy("此前重特大救助累计"),
    "personal": gettext_lazy("此前个人自付累计"),
}
KINDS = {"major": gettext_lazy("重特大疾病救助"), "ordinary": gettext_lazy("普通救助")}
PROMISES: dict[str, str | Promise] = {
    "county_stay_actual_rate": gettext_lazy("县域内住院实际报销比例不低于"),
    "outside_stay_in_policy_rate": gettext_lazy("县域外住院政策范围内报销比例不低于"),
    "outpatient_special_rate": gettext_lazy("慢特病门诊报销比例不低于"),
    "special_treatment_rate": gettext_lazy("专项救治病种基本医保和大病保险报销不低于"),
    "in_policy_rate": gettext_lazy("救助后政策范围内报销比例达到"),
    "assistance_rate": gettext_lazy("政策范围内剩余自付的救助比例不低于"),
    "actual_rate": gettext_lazy("兜底后实际报销比例达到"),
    "income_cap": gettext_lazy("个人年度自付不超过"),
}
WARNINGS: dict[str, str | Promise] = {
    "income_cap_not_applied": gettext_lazy("没有上年度农村居民人均可支配收入数，未计算收入线兜底；录入后请重算。"),
    "not_covered": gettext_lazy("患者自行越级就医，按规定不享受四重保障，费用全部自付。"),
    "disease_list_unconfirmed": gettext_lazy("专项救治病种名单尚未由文件原文确认，请核对该病种是否在名单内。"),
    "disease_not_given": gettext_lazy("没有填写病种，只按28种门诊慢特病共有的比例计算；属于更高比例的请补填病种。"),
    "package_price_not_applied": gettext_lazy("该病种不在当时的专项救治名单内，单病种价格没有采用。"),
    "referral_rule_not_in_force": gettext_lazy("就诊当日没有“由医院承担”的文件规定，仍按医院承担计算，请核对。"),
    "policy_conflict": gettext_lazy("当地数值与上级文件不一致："),
    "unsigned": gettext_lazy("有目录外费用，但没有患者（家属）签字。"),
    "stated_differs": gettext_lazy("医院单据上的支付金额与本次结算不一致，请对照核查。"),
    "enrolment_unknown": gettext_lazy("没有此人当年的参保记录，按已参保结算，请核对。"),
}
OBSTACLES: dict[str, str | Promise] = {
    "queued": gettext_lazy("随表导入，等待后台结算。"),
    "no_tier": gettext_lazy("该医院没有登记级别（一、二、三级），无法确定目录外控制线。请先补登医院级别。"),
    "not_poor": gettext_lazy("此人就诊当日不属于当地的帮扶对象，不享受四重保障。属性有误的由扶贫部门更正。"),
    "not_enrolled": gettext_lazy("此人当年登记为未参加基本医保。请核对参保记录；确未参保的不能结算。"),
    "no_disease": gettext_lazy("慢特病门诊须填写病种。请补填病种。"),
    "not_outpatient_disease": gettext_lazy("该病种不在28种门诊慢特病之内。请更正病种，或改为普通门诊。"),
    "no_card": gettext_lazy("此人在就诊当日没有该病种的有效慢特病卡。请先办理慢特病卡，或改为普通门诊。"),
    "parameter": gettext_lazy("当地还没有规定这一数值，结算无法进行。请录入当地数值并由另一人复核。"),
}
RESTS_ON = {  # the parameter under which the rule behind a warning or an obstacle is kept
    "income_cap_not_applied": "safety_net.above_income.rate",
    "not_covered": "referral.patient_fault",
    "disease_list_unconfirmed": "special_treatment.list",
    "disease_not_given": "basic.outpatient_special.rate.severe",
    "package_price_not_applied": "special_treatment.payment",
    "unsigned": "out_of_catalogue.signature",
    "enrolment_unknown": "enrolment.target",
    "no_tier": "out_of_catalogue.excess",
    "not_poor": "enrolment.group",
    "not_enrolled": "enrolment.target",
    "no_disease": "basic.outpatient_special.rate",
    "not_outpatient_disease": "basic.outpatient_special.rate",
    "no_card": "basic.outpatient_special.hospital_tier",
}
CAUSES: dict[Cause, str | Promise] = {
    Cause.ROUNDING: gettext_lazy("可能是各项四舍五入所致，请核对。"),
    Cause.TWICE: gettext_lazy("有一项正好等于差额，可能重复计入；请核对：%(cells)s。"),
    Cause.UNLISTED: gettext_lazy("可能有一项支付没有填写；请核对：%(cells)s。"),
    Cause.UNKNOWN: gettext_lazy("请按原始单据逐项核对：%(cells)s和总费用。"),
    Cause.WHOLE_YUAN: gettext_lazy(
        "各项都是整元，四舍五入到元最多会相差%(most)s元；请按原始单据填写到分：%(cells)s和总费用。"
    ),
}


def balance_told(total: int, found: Imbalance) -> str:
    """Which sum is off, by how much, and which cells to look at."""
    more = found.difference > 0
    pattern = (
        _("单据各项合计%(parts)s元，比总费用%(total)s元多%(off)s元。")
        if more
        else _("单据各项合计%(parts)s元，比总费用%(total)s元少%(off)s元。")
    )
    told = pattern % {
        "parts": yuan_of_fen(found.parts),
        "total": yuan_of_fen(total),
        "off": yuan_of_fen(abs(found.difference)),
    }
    cells = listed(without_yuan(Bill._meta.get_field(name).verbose_name) for name in found.cells)  # type: ignore[union-attr]  # noqa: SLF001
    most = yuan_of_fen(most_by_rounding_to_yuan(len(found.cells)))
    return told + str(CAUSES[found.cause]) % {"cells": cells, "most": most}


def unsigned_told() -> str:
    """Why necessary costs outside the catalogue are not taken without the signature."""
    return _("必须的目录外费用须由患者（家属）签字：已签字的登记签字，没有签字的填0。")


def warning_told(code: str, rules: Rules) -> str:
    """A warning of a settlement in words, with its article; a conflict names its parameter by its label."""
    kind, _colon, parameter = code.partition(":")
    return _grounded(f"{WARNINGS.get(kind, kind)}{catalogue.label_of(parameter)}", kind, rules)


def obstacle_told(obstacle: Mapping[str, Any], rules: Rules) -> str:
    """What has to be put right before a bill can be settled, with the article of the rule."""
    code = obstacle.get("code", "")
    return _grounded(str(OBSTACLES.get(code, "")), code, rules)


def _grounded(told: str, code: str, rules: Rules) -> str:
    return with_source(told, article_of(rules, RESTS_ON[code]) if code in RESTS_ON else "")


def with_source(told: str, source: str) -> str:
    """A sentence with the article it rests on, where there is one."""
    return _("%(told)s（依据：%(source)s）") % {"told": told, "source": source} if source else told
