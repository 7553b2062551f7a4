"""The indicators of the monthly report (standards 8.1), as data: what is counted, among what, towards which target."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from healthaid.accounts.enums import Ability
from healthaid.reports.domain import Value
from healthaid.reports.facts import Village
from patients.enums import SENSITIVE_GROUPS, Cause, Health, KeyGroup, PovertyStatus

ALL = Q()  # every row of the fact
# 九个确保, preface of YN-2017-102: special treatment covers all, every institution is at its standard.
EVERY_ONE = Decimal(1)


class Fact(StrEnum):
    """What a report counts; each is read once."""

    HOUSEHOLDS = "households"
    PEOPLE = "people"
    SPELLS = "spells"  # people by their standing that day
    ILLNESSES = "illnesses"
    STAYS = "stays"  # settled stays of the year so far that the safety net covers
    VILLAGES = "villages"


class Section(StrEnum):
    """The parts of the report, in order."""

    REGISTER = "register"
    HEALTH = "health"
    PROTECTION = "protection"
    TREATMENT = "treatment"
    FACILITIES = "facilities"


SECTIONS = {
    Section.REGISTER: _("户与人"),
    Section.HEALTH: _("健康状况与重点人群"),
    Section.PROTECTION: _("参保与签约"),
    Section.TREATMENT: _("大病专项救治"),
    Section.FACILITIES: pgettext_lazy("list", "村卫生室"),
}


@dataclass(frozen=True, slots=True)
class Indicator:
    """One line of the report: a count, or a rate, which names its two sides.

    `met` picks the rows of the numerator and `among` those of the denominator; what clinics are counted for is read
    from each village by `of_village`.
    """

    code: str
    label: str | Promise
    unit: str | Promise
    section: Section
    fact: Fact
    met: Q = ALL
    among: Q = ALL
    of_village: Callable[[Village], Value] | None = None
    met_label: str | Promise = ""
    missing_label: str | Promise = ""
    target: str = ""  # policy parameter of the target
    goal: Decimal | None = None  # the target where no parameter is in force: "all of them", or at most so many
    meaning: str | Promise = ""  # how it is counted
    is_sensitive: bool = False  # its rows name people by an illness that not every duty may see
    ability: str = ""  # opens its rows, besides reading reports
    is_headline: bool = False  # a rate with a target that the dashboard shows first

    @property
    def is_rate(self) -> bool:
        return bool(self.met_label)


def _by_standing() -> list[Indicator]:
    return [
        Indicator(
            f"people_{status.value}", status.label, _("人"), Section.REGISTER, Fact.SPELLS, Q(status=status.value)
        )
        for status in PovertyStatus
    ]


def _by_group() -> list[Indicator]:
    return [
        Indicator(
            f"group_{group.value}",
            group.label,
            _("人"),
            Section.HEALTH,
            Fact.PEOPLE,
            Q(key_groups__contains=group.value),
            is_sensitive=group in SENSITIVE_GROUPS,
        )
        for group in KeyGroup
    ]


INDICATORS: tuple[Indicator, ...] = (
    Indicator("households", _("建档户"), pgettext_lazy("unit", "户"), Section.REGISTER, Fact.HOUSEHOLDS),
    Indicator(
        "households_illness",
        _("因病致贫户"),
        pgettext_lazy("unit", "户"),
        Section.REGISTER,
        Fact.HOUSEHOLDS,
        Q(main_cause=Cause.ILLNESS),
        met_label=_("因病"),
        missing_label=_("其他原因"),
        meaning=_("主要致贫原因为因病的户 ÷ 建档户"),
    ),
    Indicator("people", _("在册人口"), _("人"), Section.REGISTER, Fact.PEOPLE),
    *_by_standing(),
    Indicator(
        "health_chronic", _("长期慢性病"), _("人"), Section.HEALTH, Fact.PEOPLE, Q(health__contains=Health.CHRONIC)
    ),
    Indicator(
        "health_critical", _("患有大病"), _("人"), Section.HEALTH, Fact.PEOPLE, Q(health__contains=Health.CRITICAL)
    ),
    Indicator("health_disabled", _("残疾"), _("人"), Section.HEALTH, Fact.PEOPLE, Q(health__contains=Health.DISABLED)),
    *_by_group(),
    Indicator(
        "basic_insurance",
        _("基本医保参保率"),
        _("人"),
        Section.PROTECTION,
        Fact.PEOPLE,
        Q(has_basic_insurance=True),
        met_label=_("已参保"),
        missing_label=_("未参保"),
        target="enrolment.target",
        meaning=_("已参加基本医疗保险的人 ÷ 在册人口"),
        is_headline=True,
    ),
    Indicator(
        "critical_insurance",
        _("大病保险参保率"),
        _("人"),
        Section.PROTECTION,
        Fact.PEOPLE,
        Q(has_critical_insurance=True),
        met_label=_("已参保"),
        missing_label=_("未参保"),
        target="enrolment.target",
        meaning=_("已参加大病保险的人 ÷ 在册人口"),
        is_headline=True,
    ),
    Indicator(
        "contracts",
        _("家庭医生签约率"),
        _("人"),
        Section.PROTECTION,
        Fact.SPELLS,
        Q(is_signed=True),
        met_label=_("已签约"),
        missing_label=_("未签约"),
        target="contract.rate.target",
        meaning=_("当日签约有效的人 ÷ 应签约的人（在册、当日具有帮扶对象身份）"),
        is_headline=True,
    ),
    Indicator(
        "stays_kept",
        _("住院报销兑现率"),
        _("笔"),
        Section.PROTECTION,
        Fact.STAYS,
        Q(is_kept=True),
        met_label=_("已兑现"),
        missing_label=_("未兑现"),
        goal=EVERY_ONE,
        meaning=_("本年到当日，实际报销达到当地兜底保障比例的住院 ÷ 已结算、由兜底保障管的住院"),
        ability=Ability.READ_COVERAGE,
    ),
    Indicator("illnesses", _("核实大病"), _("例"), Section.TREATMENT, Fact.ILLNESSES),
    Indicator(
        "illnesses_filed",
        _("大病建档率"),
        _("例"),
        Section.TREATMENT,
        Fact.ILLNESSES,
        Q(is_filed=True),
        met_label=_("已建档"),
        missing_label=_("未建档"),
        goal=EVERY_ONE,
        meaning=_("已建立一人一档一方案的 ÷ 核实大病"),
    ),
    Indicator(
        "illnesses_treated",
        _("大病救治率"),
        _("例"),
        Section.TREATMENT,
        Fact.ILLNESSES,
        Q(is_treated=True),
        among=Q(is_due=True),
        met_label=_("已救治"),
        missing_label=_("未完成救治"),
        target="special_treatment.target",
        goal=EVERY_ONE,
        meaning=_("已救治的 ÷ 应救治的（放弃治疗、死亡、排除、离开本地的不计入）"),
        is_headline=True,
    ),
    Indicator(
        "clinics",
        pgettext_lazy("list", "村卫生室"),
        _("个"),
        Section.FACILITIES,
        Fact.VILLAGES,
        of_village=lambda village: Value(len(village.clinics)),
    ),
    Indicator(
        "clinics_at_standard",
        _("村卫生室达标率"),
        pgettext_lazy("unit", "村"),
        Section.FACILITIES,
        Fact.VILLAGES,
        of_village=lambda village: Value(int(village.meets_standard), 1),
        met_label=_("已达标"),
        missing_label=_("未达标"),
        goal=EVERY_ONE,
        meaning=_("有达标村卫生室的行政村 ÷ 行政村，以最近一次检查为准"),
        is_headline=True,
    ),
    Indicator(
        "villages_without_clinic",
        _("无卫生室的村"),
        pgettext_lazy("unit", "村"),
        Section.FACILITIES,
        Fact.VILLAGES,
        of_village=lambda village: Value(int(not village.clinics)),
        goal=Decimal(0),
    ),
    Indicator(
        "doctors",
        _("村医配备率"),
        _("人"),
        Section.FACILITIES,
        Fact.VILLAGES,
        of_village=lambda village: Value(village.doctors_counted, village.doctors_due),
        met_label=_("在岗"),
        missing_label=_("缺岗"),
        goal=EVERY_ONE,
        meaning=_("在岗村医（每村不超过应配）÷ 应配村医，以最近一次检查为准"),
        is_headline=True,
    ),
)

BY_CODE = {indicator.code: indicator for indicator in INDICATORS}
HEADLINES = tuple(indicator for indicator in INDICATORS if indicator.is_headline)
