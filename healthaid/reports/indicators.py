"""The indicators of the monthly report, as data: what is counted, among what, towards which target."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from healthaid.accounts.enums import Ability
from healthaid.coverage.enums import IncomeSide, Insurance, Side
from healthaid.coverage.selectors.checks import CHECKED, asked, on_side
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
    TO_INSURE = "to_insure"  # people whom the 100 % check asks about
    ILLNESSES = "illnesses"
    STAYS = "stays"  # settled stays of the year so far that the safety net covers
    OWN_PAYMENTS = "own_payments"  # people's years whose own payments come near the income line
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
    from each village by `of_village`. Everything is taken as of the month's day but what `undated` names: the tables
    keep it without a day, so that a past month counts it as it stands when it is counted.
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
    undated: str | Promise = ""  # what it rests on that is kept without a day
    unknown: str | Promise = ""  # why a place may have no figure
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


BY_AGE = {  # the birth says it for any day
    KeyGroup.ELDERLY: (Q(is_elderly=True), _("按出生日期，当日满65岁的在册人口")),
    KeyGroup.CHILD: (Q(is_child=True), _("按出生日期，当日不满7岁的在册人口")),
}


def _by_group() -> Iterator[Indicator]:
    for group in KeyGroup:
        met, meaning = BY_AGE.get(group, (Q(key_groups__contains=group.value), ""))
        yield Indicator(
            f"group_{group.value}",
            group.label,
            _("人"),
            Section.HEALTH,
            Fact.PEOPLE,
            met,
            meaning=meaning,
            undated="" if group in BY_AGE else _("重点人群"),
            is_sensitive=group in SENSITIVE_GROUPS,
        )


def _by_health() -> Iterator[Indicator]:
    for health in (Health.CHRONIC, Health.CRITICAL, Health.DISABLED):
        yield Indicator(
            f"health_{health.name.lower()}",
            health.label,
            _("人"),
            Section.HEALTH,
            Fact.PEOPLE,
            Q(health__contains=health.value),
            undated=_("健康状况"),
        )


INSURANCE_LABELS = {
    Insurance.BASIC: _("基本医保参保率"),
    Insurance.CRITICAL: _("大病保险参保率"),
    Insurance.ASSISTANCE: _("医疗救助参保率"),
}


def _by_insurance() -> Iterator[Indicator]:
    """The rates of the 100 % check (YN-2017-102 (一)): its target group without those rightly absent."""
    for kind in CHECKED:
        yield Indicator(
            f"{kind.value}_insurance",
            INSURANCE_LABELS[kind],
            _("人"),
            Section.PROTECTION,
            Fact.TO_INSURE,
            on_side(kind, Side.ENROLLED),
            among=asked(kind),
            met_label=_("已参保"),
            missing_label=_("参保缺口"),
            target="enrolment.target",
            meaning=_(
                "当日已参保的 ÷ 应参保的帮扶对象（合理未参保的不计入），同参保核查；没有当年参保记录的按花名册标志"
            ),
            undated=_("未参保原因和花名册的参保标志"),
            ability=Ability.READ_COVERAGE,
            is_headline=kind != Insurance.ASSISTANCE,
        )


def _by_income() -> Iterator[Indicator]:
    """People by the county's income line (YN-2017-102 (五): own payments of a year stay below the rural income)."""
    labels = {
        IncomeSide.ABOVE: (_("自付超过收入线"), _("本年到当日，个人自付超过上年农村居民人均可支配收入的人")),
        IncomeSide.NEAR: (
            _("自付接近收入线"),
            _("本年到当日，个人自付达到上年农村居民人均可支配收入80%、没有超过的人"),
        ),
    }
    for side, (label, meaning) in labels.items():
        yield Indicator(
            f"own_payments_{side.value}",
            label,
            _("人"),
            Section.PROTECTION,
            Fact.OWN_PAYMENTS,
            Q(**{f"is_{side.value}": True}),
            goal=Decimal(0) if side == IncomeSide.ABOVE else None,
            meaning=meaning,
            unknown=_("当地没有录入上年农村居民人均可支配收入，或者没有文件规定自付上限"),
            ability=Ability.READ_COVERAGE,
        )


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
        undated=_("致贫原因"),
    ),
    Indicator("people", _("在册人口"), _("人"), Section.REGISTER, Fact.PEOPLE),
    *_by_standing(),
    *_by_health(),
    *_by_group(),
    *_by_insurance(),
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
    *_by_income(),
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
        undated=_("放弃治疗和排除"),
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


def label_of(code: str) -> str | Promise | None:
    """The label of an indicator; None where there is no such code."""
    return BY_CODE[code].label if code in BY_CODE else None
