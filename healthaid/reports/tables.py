"""The lists behind a figure."""

from collections.abc import Mapping
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from healthaid.accounts.models import User
from healthaid.core.tables import LeanTable
from healthaid.coverage.models import Bill
from healthaid.policy.catalogue import diseases
from healthaid.regions.models import Place
from healthaid.reports.facts import Village
from healthaid.reports.selectors.rows import may_see_illness
from patients.models import Condition, Household, Person
from patients.tables.persons import LINK

DASH = "—"


class HouseholdTable(tables.Table):
    number = tables.Column(_("户编号"), linkify=("patients:household-detail", {"pk": tables.A("pk")}))
    village = tables.Column(_("行政村"))
    natural_village = tables.Column(_("自然村（组）"))
    main_cause = tables.Column(_("主要致贫原因"))
    identified_on = tables.DateColumn(verbose_name=_("首次识别时间"), format="Y-m-d")

    class Meta:
        model = Household
        fields = ("number", "village", "natural_village", "main_cause", "identified_on")


class PersonTable(tables.Table):
    name = tables.Column(_("姓名"), linkify=("patients:person-detail", {"pk": tables.A("pk")}))
    sex = tables.Column(_("性别"))
    born_on = tables.DateColumn(verbose_name=_("出生日期"), format="Y-m-d")
    relation = tables.Column(_("与户主关系"))
    household = tables.Column(_("户编号"), linkify=("patients:household-detail", {"pk": tables.A("household_id")}))
    village = tables.Column(_("行政村"), accessor="household__village")
    poverty_status = tables.Column(_("脱贫属性"))

    class Meta:
        model = Person
        fields = ("name", "sex", "born_on", "relation", "household", "village", "poverty_status")


class IllnessTable(tables.Table):
    """Sensitive illnesses keep their line, so that the number is right, but name neither person nor illness."""

    person = tables.Column(_("姓名"), linkify=lambda record, table: table.address_of(record))
    disease = tables.Column(_("病种"))
    village = tables.Column(_("行政村"), accessor="person__household__village")
    verified_on = tables.DateColumn(verbose_name=_("核实时间"), format="Y-m-d")
    state = tables.Column(_("救治状态"), accessor="case__get_state_display", default=_("未建档"))
    treated_on = tables.DateColumn(verbose_name=_("救治日期"), accessor="case__treated_on", format="Y-m-d")
    hospital = tables.Column(_("定点医院"), accessor="case__hospital")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    class Meta:
        model = Condition
        fields = ("person", "disease", "village", "verified_on", "state", "treated_on", "hospital")

    def address_of(self, record: Condition) -> str | None:
        """The person's page, unless the illness is hidden from this user."""
        return record.person.get_absolute_url() if may_see_illness(self.user, record) else None

    def render_person(self, record: Condition) -> str:
        return str(record.person) if may_see_illness(self.user, record) else str(_("已隐去"))

    def render_disease(self, record: Condition) -> str:
        if not may_see_illness(self.user, record):
            return str(_("敏感病种"))
        found = diseases().get(record.disease)
        return found.name if found else record.disease


class StayTable(tables.Table):
    """Stays for sensitive illnesses keep their line, so that the number is right, but do not name the person."""

    number = tables.Column(_("结算单号"), linkify=lambda record, table: table.address_of(record))
    person = tables.Column(_("姓名"))
    village = tables.Column(_("行政村"), accessor="person__household__village")
    served_on = tables.DateColumn(verbose_name=_("出院日期"), format="Y-m-d")
    facility = tables.Column(_("医疗机构"))
    total = tables.Column(_("总费用（元）"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    class Meta:
        model = Bill
        fields = ("number", "person", "village", "served_on", "facility", "total")

    def address_of(self, record: Bill) -> str | None:
        """The bill's page, unless the illness is hidden from this user."""
        return record.get_absolute_url() if may_see_illness(self.user, record) else None

    def render_number(self, record: Bill) -> str:
        return record.number if may_see_illness(self.user, record) else str(_("敏感病种"))

    def render_person(self, record: Bill) -> str:
        return str(record.person) if may_see_illness(self.user, record) else str(_("已隐去"))


class OwnPaymentsTable(LeanTable):
    """People with what they paid themselves in the year up to the day, beside their county's income line."""

    headings = (_("姓名"), _("行政村"), _("年度自付至当日（元）"), _("收入线（元）"), _("占收入线"))
    classes = ("nowrap", "", "money", "money", "number")

    def cells(self, row: Any) -> tuple[str, ...]:
        return (
            format_html(LINK, reverse("patients:person-tab", args=[row.person_id, "bills"]), row.person.name),
            row.person.household.village.name,
            f"{row.paid:,.2f}",
            f"{row.income:,.2f}",
            f"{row.paid / row.income:.1%}" if row.income else DASH,
        )


class VillageTable(tables.Table):
    """Villages with what the newest check found at their clinics."""

    name = tables.Column(_("行政村"), linkify=("reports:place", {"pk": tables.A("pk")}))
    clinics = tables.Column(_("村卫生室"), empty_values=())
    checked_on = tables.Column(_("最近检查"), empty_values=())
    standard = tables.Column(_("是否达标"), empty_values=())
    doctors = tables.Column(_("在岗/应配村医"), empty_values=(), attrs={"td": {"class": "number"}})

    def __init__(self, *args: Any, villages: Mapping[int, Village], **kwargs: Any) -> None:
        self.villages = villages
        super().__init__(*args, **kwargs)

    def render_clinics(self, record: Place) -> str:
        return "、".join(clinic.name for clinic in self.villages[record.pk].clinics) or str(_("无卫生室"))

    def render_checked_on(self, record: Place) -> str:
        days = [clinic.checked_on for clinic in self.villages[record.pk].clinics if clinic.checked_on]
        return f"{max(days):%Y-%m-%d}" if days else DASH

    def render_standard(self, record: Place) -> str:
        return str(_("已达标") if self.villages[record.pk].meets_standard else _("未达标"))

    def render_doctors(self, record: Place) -> str:
        village = self.villages[record.pk]
        return f"{sum(clinic.doctors for clinic in village.clinics)} / {village.doctors_due}"
