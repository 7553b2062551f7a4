"""Reads of one-stop forms, and the words that stand on one."""

import unicodedata
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from healthaid.accounts.enums import Ability
from healthaid.core.money import in_capitals, yuan
from healthaid.core.phrases import noted
from healthaid.core.scoping import Scoped
from healthaid.core.vault import vault
from healthaid.coverage.enums import BillState, Fund
from healthaid.coverage.models import Bill, OneStopForm, Settlement
from healthaid.coverage.phrases import warning_told
from healthaid.coverage.selectors.bills import readable_bills
from healthaid.coverage.selectors.citations import documents_for
from healthaid.coverage.selectors.explaining import Explanation, explain
from healthaid.coverage.selectors.groups import group_of
from healthaid.coverage.settlement.layers import PAYERS
from healthaid.policy.selectors.rules import Rules
from healthaid.regions.domain import ids_of
from healthaid.regions.enums import Level
from healthaid.regions.models import Place
from patients.enums import PovertyStatus
from patients.selectors.persons import status_on

KEY = "coverage_onestopform.code"
CODE_LENGTH = 12
GROUP = 4
COUNTY, YEAR = 6, 4  # digits of the serial number before the running one
FOR_PATIENTS = frozenset({"not_covered", "income_cap_not_applied", "unsigned"})  # warnings that concern them


def forms_for_list(user: Scoped) -> QuerySet[OneStopForm]:
    """Issued forms with bill, person and hospital, those of sensitive illnesses by their own right."""
    reach = OneStopForm.objects.visible_to(user)
    plain = reach.filter(settlement__bill__is_sensitive=False)
    rows = plain | reach.visible_to(user, Ability.READ_SENSITIVE)
    bill = "settlement__bill"
    return rows.select_related(f"{bill}__person__household__village", f"{bill}__facility", "issued_by")


def form_for_page(user: Scoped, pk: int) -> OneStopForm:
    """One form with what it corrects and what corrected it. Raises DoesNotExist."""
    return forms_for_list(user).select_related("corrects", "correction").get(pk=pk)


def form_with(serial: str, code: str) -> OneStopForm | None:
    """The form that bears both, whoever asks, if the code is the one that the key gives; None for every other pair.

    However it is typed: hyphens, spaces, full width and case make no difference.
    """
    rows = OneStopForm.objects.select_related("settlement__bill__facility", "correction")
    form = rows.filter(serial=_serial_of(serial)).first()
    if form is None:
        return None
    known = _bare(form.code) == _bare(code_of(form.serial, form.settlement))
    return form if known and constant_time_compare(_bare(code), _bare(form.code)) else None


def _serial_of(typed: str) -> str:
    digits = _bare(typed)
    return f"{digits[:COUNTY]}-{digits[COUNTY : COUNTY + YEAR]}-{digits[COUNTY + YEAR :]}"


def _bare(typed: str) -> str:
    """Letters and digits alone, half width and upper case."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", typed))).upper()


def code_of(serial: str, settlement: Settlement) -> str:
    """The verification code: a keyed digest of serial number, person and amounts, in groups of four."""
    amounts = [str(getattr(settlement, payer)) for payer in (*PAYERS, "total")]
    text = "|".join([serial, str(settlement.bill.person_id), str(settlement.bill_id), *amounts])
    digest = vault().index(text, KEY)[:CODE_LENGTH].upper()
    return "-".join(digest[start : start + GROUP] for start in range(0, CODE_LENGTH, GROUP))


def corrected_by_new(bill: Bill) -> OneStopForm | None:
    """The form that a new one of this bill takes the place of: of an earlier settlement, or of the bill it replaces."""
    forms = OneStopForm.objects.filter(settlement__bill=bill, correction=None).order_by("-pk")
    found = forms.first()
    if found is None and bill.replaces_id:
        found = OneStopForm.objects.filter(settlement__bill=bill.replaces_id, correction=None).order_by("-pk").first()
    return found


def settlements_for_forms(user: Scoped, bills: QuerySet[Bill], limit: int) -> list[Settlement]:
    """The current settlements of settled bills, by person and day, with all that a form says."""
    rows = Settlement.objects.filter(is_current=True, bill__in=bills.filter(state=BillState.SETTLED).values("pk"))
    rows = rows.filter(bill__in=readable_bills(user).values("pk")).select_related(
        "rules", "form", "bill__person__household__village__parent", "bill__facility", "bill__replaces"
    )
    return list(rows.order_by("bill__path", "bill__person", "bill__served_on", "pk")[:limit])


def county_of(bill: Bill) -> Place | None:
    """The county whose people the form names in its title."""
    ids = ids_of(bill.path)
    return Place.objects.filter(pk__in=ids, level=Level.COUNTY).first()


def content_of(
    settlement: Settlement, *, serial: str, code: str, corrects: str, issuer: str, on: date
) -> dict[str, Any]:
    """Every word of a form, as the paper has it."""
    bill, told = settlement.bill, explain(settlement)
    county = county_of(bill)
    rules, status = documents_for(bill.region, bill.served_on), status_on(bill.person, bill.served_on)
    group = group_of(status).label
    return {
        "title": _("%(county)s%(group)s医疗费用“一站式”结算单")
        % {"county": county.name if county else "", "group": group},
        "serial": _("流水号：%(serial)s") % {"serial": serial},
        "code": _("验证码：%(code)s") % {"code": code},
        "corrects": _("本单更正并取代结算单 %(serial)s。") % {"serial": corrects} if corrects else "",
        "facts": _facts(bill, told, noted(group, PovertyStatus(status).label) if status else str(group)),
        "figures": _figures(settlement, told),
        "heads": [_("项目"), _("金额（元）"), _("比例"), _("本年累计（元）"), _("依据")],
        "lines": [_line(line) for line in told.lines],
        "sum": {
            "label": _("合计"),
            "amount": yuan(told.total),
            "note": _("四重保障共支付 %(paid)s 元") % {"paid": yuan(paid_by_layers(settlement))},
        },
        "capitals": [
            [_("单病种价格（大写）") if told.package else _("总费用（大写）"), in_capitals(fen(told.total))],
            [_("个人自付（大写）"), in_capitals(fen(settlement.personal))],
        ],
        "notes": _notes(settlement, told, rules),
        "signatures": [_("患者（家属）"), _("结算员"), _("医院（盖章）")],
        "date": _("%(year)s年%(month)s月%(day)s日") % {"year": on.year, "month": on.month, "day": on.day},
        "foot": _("结算员：%(who)s。凭流水号和验证码可在“结算单验证”核对真伪。一式两份，患者、医院各一份。")
        % {"who": issuer},
    }


def _facts(bill: Bill, told: Explanation, category: str) -> list[list[str]]:
    person, household = bill.person, bill.person.household
    village = household.village
    stay = f"{bill.admitted_on or bill.served_on:%Y-%m-%d} — {bill.served_on:%Y-%m-%d}"
    return [
        [_("姓名"), person.name],
        [_("证件号码"), person.masked_identity],
        [_("身份类别"), category],
        [_("户编号"), household.number],
        [_("住址"), f"{village.parent.name if village.parent else ''}{village.name}"],
        [_("医疗机构"), noted(bill.facility.name, f"{bill.get_level_display()} · {bill.get_tier_display()}")],
        [_("就医类别"), str(bill.get_setting_display())],
        [_("就诊日期"), stay if bill.admitted_on else f"{bill.served_on:%Y-%m-%d}"],
        [_("疾病诊断"), bill.diagnosis or "—"],
        [_("病种"), bill.disease_name or "—"],
        [_("起付线"), _yuan_named(told.deductible)],
        [_("医院单号"), bill.number],
        [_("转诊情况"), str(bill.get_referral_display())],
        [_("结算方式"), str(bill.get_desk_display())],
    ]


def _figures(settlement: Settlement, told: Explanation) -> list[list[str]]:
    if package := told.package:
        off = _("不收取的差额") if package.waived >= 0 else _("高于账单的差额")
        return [
            [_("账单总费用"), _yuan_named(package.billed)],
            [_("单病种价格"), _yuan_named(package.price)],
            [off, _yuan_named(abs(package.waived))],
        ]
    return [
        [_("总费用"), _yuan_named(told.total)],
        [_("政策范围内"), _yuan_named(told.in_policy)],
        [_("目录外"), _yuan_named(settlement.total - told.in_policy)],
    ]


def _notes(settlement: Settlement, told: Explanation, rules: Rules) -> list[str]:
    """What the patient has to know beside the amounts."""
    own = [told.package.told if told.package else "", told.moved]
    return [*filter(None, own)] + [
        warning_told(code, rules) for code in settlement.warnings.split(",") if code in FOR_PATIENTS
    ]


def _line(line: Any) -> dict[str, str]:
    return {
        "label": str(line.label),
        "amount": yuan(line.amount),
        "rates": "；".join(line.rates) or "—",
        "running": yuan(line.running) if line.running is not None else "—",
        "sources": line.sources or "—",
    }


def _yuan_named(amount: Decimal) -> str:
    return _("%(amount)s 元") % {"amount": yuan(amount)}


def fen(amount: Decimal) -> int:
    """Yuan as whole fen."""
    return int(amount.scaleb(2))


def paid_by_layers(settlement: Settlement) -> Decimal:
    """What the four layers pay together."""
    return sum((getattr(settlement, fund) for fund in Fund.values), Decimal())
