"""The lists behind a figure."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from healthaid.accounts.models import User
from healthaid.core.phrases import listed
from healthaid.core.tables import DASH, Table, day, label, link, yuan
from healthaid.coverage.models import Bill
from healthaid.policy.catalogue import diseases
from healthaid.regions.models import Place
from healthaid.reports.facts import Village
from healthaid.reports.selectors.rows import may_see_illness
from patients.enums import CaseState, Cause, PovertyStatus, Relation, Sex
from patients.models import Condition, Household, Person


class HouseholdTable(Table):
    headings = (_("户编号"), _("行政村"), _("自然村（组）"), _("主要致贫原因"), _("首次识别时间"))
    classes = ("", "", "", "", "nowrap")

    def cells(self, row: Household) -> tuple[str, ...]:
        return (
            link(row.get_absolute_url(), row.number),
            row.village.name,
            row.natural_village or DASH,
            label(Cause, row.main_cause) or DASH,
            day(row.identified_on),
        )


class PersonTable(Table):
    headings = (_("姓名"), _("性别"), _("出生日期"), _("与户主关系"), _("户编号"), _("行政村"), _("脱贫属性"))
    classes = ("nowrap", "", "nowrap", "nowrap", "", "", "")

    def cells(self, row: Person) -> tuple[str, ...]:
        home = row.household
        return (
            link(row.get_absolute_url(), row.name),
            label(Sex, row.sex),
            day(row.born_on),
            label(Relation, row.relation),
            link(home.get_absolute_url(), home.number),
            home.village.name,
            label(PovertyStatus, row.poverty_status) or DASH,
        )


class VeiledTable(Table):
    """Rows about sensitive illnesses keep their line, so that the number is right, but do not name the person."""

    def __init__(self, rows: Iterable[Condition | Bill], *, user: User) -> None:
        super().__init__(rows)
        self.user = user


class IllnessTable(VeiledTable):
    headings = (
        _("姓名"),
        _("病种"),
        _("行政村"),
        _("核实时间"),
        _("救治状态"),
        _("救治日期"),
        _("定点医院"),
    )
    classes = ("nowrap", "", "", "nowrap", "", "nowrap", "")

    def cells(self, row: Condition) -> tuple[str, ...]:
        case = getattr(row, "case", None)
        return (
            *self.named(row),
            row.person.household.village.name,
            day(row.verified_on),
            label(CaseState, case.state) if case else str(_("未建档")),
            day(case.treated_on) if case else DASH,
            case.hospital.name if case else DASH,
        )

    def named(self, row: Condition) -> tuple[str, str]:
        """The person and the illness, where the user may know them."""
        if not may_see_illness(self.user, row):
            return str(_("已隐去")), str(_("敏感病种"))
        found = diseases().get(row.disease)
        return link(row.person.get_absolute_url(), row.person), found.name if found else row.disease


class StayTable(VeiledTable):
    headings = (_("结算单号"), _("姓名"), _("行政村"), _("出院日期"), _("医疗机构"), _("总费用（元）"))
    classes = ("nowrap", "nowrap", "", "nowrap", "", "money")

    def cells(self, row: Bill) -> tuple[str, ...]:
        return (
            *self.named(row),
            row.person.household.village.name,
            day(row.served_on),
            row.facility.name,
            yuan(row.total),
        )

    def named(self, row: Bill) -> tuple[str, str]:
        """The bill and the person, where the user may know them."""
        if not may_see_illness(self.user, row):
            return str(_("敏感病种")), str(_("已隐去"))
        return link(row.get_absolute_url(), row.number), row.person.name


class OwnPaymentsTable(Table):
    """People with what they paid themselves in the year up to the day, beside their county's income line."""

    headings = (_("姓名"), _("行政村"), _("年度自付至当日（元）"), _("收入线（元）"), _("占收入线"))
    classes = ("nowrap", "", "money", "money", "number")

    def cells(self, row: Any) -> tuple[str, ...]:
        return (
            link(reverse("patients:person-tab", args=[row.person_id, "bills"]), row.person.name),
            row.person.household.village.name,
            yuan(row.paid),
            yuan(row.income),
            f"{row.paid / row.income:.1%}" if row.income else DASH,
        )


class VillageTable(Table):
    """Villages with what the newest check found at their clinics."""

    headings = (_("行政村"), _("村卫生室"), _("最近检查"), _("是否达标"), _("在岗/应配村医"))
    classes = ("nowrap", "", "nowrap", "", "number")

    def __init__(self, rows: Iterable[Place], *, villages: Mapping[int, Village]) -> None:
        super().__init__(rows)
        self.villages = villages

    def cells(self, row: Place) -> tuple[str, ...]:
        village = self.villages[row.pk]
        days = [clinic.checked_on for clinic in village.clinics if clinic.checked_on]
        return (
            link(reverse("reports:place", args=[row.pk]), row.name),
            listed(clinic.name for clinic in village.clinics) or str(_("无卫生室")),
            day(max(days, default=None)),
            str(_("已达标") if village.meets_standard else _("未达标")),
            f"{sum(clinic.doctors for clinic in village.clinics)} / {village.doctors_due}",
        )
