"""How people and households are listed."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from healthaid.core.fields import split_codes
from healthaid.core.tables import Tone, badge
from patients.enums import Health, KeyGroup, PovertyStatus
from patients.models import Household, Person

TONES: dict[str, Tone] = {
    PovertyStatus.NOT_LIFTED: "due",
    PovertyStatus.RETURNED: "act",
    PovertyStatus.AT_RISK: "act",
    PovertyStatus.SUDDEN_HARDSHIP: "act",
    PovertyStatus.LIFTED: "good",
    PovertyStatus.LIFTED_POLICY_KEPT: "good",
}
NOWRAP = {"td": {"class": "nowrap"}}


class PersonTable(tables.Table):
    name = tables.Column(_("姓名"), linkify=True, attrs=NOWRAP)
    sex = tables.Column(_("性别"))
    age = tables.Column(_("年龄"), attrs={"td": {"class": "number"}, "th": {"class": "number"}})
    ethnicity = tables.Column(_("民族"))
    relation = tables.Column(_("与户主关系"), attrs=NOWRAP)
    village = tables.Column(_("乡镇、村"), accessor="household__village", attrs=NOWRAP)
    household = tables.Column(_("户编号"), linkify=("patients:household-detail", {"pk": tables.A("household_id")}))
    status = tables.Column(_("脱贫属性"), accessor="poverty_status", empty_values=())
    marks = tables.Column(_("健康、重点人群"), accessor="health", empty_values=())

    class Meta:
        model = Person
        fields = ("name", "sex", "age", "ethnicity", "relation", "village", "household", "status", "marks")

    def render_village(self, record: Person) -> str:
        village = record.household.village
        return f"{village.parent} {village}"

    def render_name(self, record: Person) -> str:
        return record.name if record.is_present else f"{record.name}（{record.get_life_state_display()}）"

    def render_status(self, record: Person) -> str:
        return standing(record)

    def render_marks(self, record: Person) -> str:
        return "、".join(marks(record)) or "—"


class HouseholdTable(tables.Table):
    number = tables.Column(_("户编号"), linkify=True)
    head = tables.Column(_("户主"), empty_values=(), orderable=False, attrs=NOWRAP)
    count = tables.Column(
        _("在册人数"), empty_values=(), accessor="pk", attrs={"td": {"class": "number"}, "th": {"class": "number"}}
    )
    village = tables.Column(_("乡镇、村"), attrs=NOWRAP)
    category = tables.Column(_("贫困户属性"))
    kind = tables.Column(_("户类型"))
    main_cause = tables.Column(_("主要致贫原因"))
    identified_on = tables.DateColumn(format="Y-m-d", verbose_name=_("首次识别时间"))

    class Meta:
        model = Household
        fields = ("number", "head", "count", "village", "category", "kind", "main_cause", "identified_on")

    def render_head(self, record: Household) -> str:
        if record.dissolved_on:
            return badge(_("已销户"), "plain")
        return str(record.head) if record.head else badge(_("没有户主"), "due")

    def render_count(self, record: Household) -> str:
        return str(sum(person.is_present for person in record.members.all()))

    def render_village(self, record: Household) -> str:
        return f"{record.village.parent} {record.village}"


def standing(person: Person) -> str:
    """The standing as a badge; a dash without one."""
    if not person.poverty_status:
        return "—"
    return badge(person.get_poverty_status_display(), TONES.get(person.poverty_status, "plain"))


def marks(person: Person) -> list[str]:
    """What makes a person somebody to look after first, in words; being healthy is no mark."""
    health = [str(Health(code).label) for code in split_codes(person.health) if code != Health.HEALTHY]
    return health + [str(KeyGroup(code).label) for code in split_codes(person.key_groups)]
