"""What national rosters say beyond the first columns: these stand last in the sheet, and a file may lack them all."""

from functools import partial

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from healthaid.exchange.enums import ColumnKind
from healthaid.exchange.resources import Column
from patients import enums
from patients.resources import register_names as names

# Columns that say yes or no of a standing, which the timeline keeps: column of the sheet, standing.
STANDING_COLUMNS = {
    "has_allowance": enums.PovertyStatus.SUBSISTENCE_ALLOWANCE,
    "is_in_hardship": enums.PovertyStatus.EXTREME_HARDSHIP,
}


def personal_columns() -> tuple[Column, ...]:
    """The standard of the household; of the person marriage, card, being away, school and language."""
    return (
        Column(
            "household__standard",
            gettext_lazy("识别标准"),
            ColumnKind.CHOICE,
            choices=enums.Standard,
            aliases=names.STANDARD_ALIASES,
            synonyms=("贫困户识别标准",),
            fill_down=True,
        ),
        Column(
            "marriage",
            gettext_lazy("婚姻状况"),
            ColumnKind.CHOICE,
            choices=enums.Marriage,
            aliases=names.MARRIAGE_ALIASES,
            synonyms=("婚姻",),
            fill_down=True,
        ),
        Column(
            "card",
            gettext_lazy("社保卡号"),
            ColumnKind.CARD,
            synonyms=("健康卡号", "社会保障卡号", "居民健康卡号", "社保卡", "健康卡", "社保卡号/健康卡号"),
            hint=gettext_lazy("文本格式；社会保障卡或居民健康卡的卡号。"),
        ),
        _yes_no("is_away", gettext_lazy("是否外出"), "外出", "是否在外"),
        Column(
            "workplace",
            gettext_lazy("务工所在地/企业"),
            ColumnKind.TEXT,
            synonyms=("务工所在地", "务工企业", "务工地点"),
            max_length=100,
            fill_down=True,
        ),
        Column(
            "out_of_school_reason",
            gettext_lazy("义务教育阶段未上学原因"),
            ColumnKind.TEXT,
            synonyms=("失学或辍学原因",),
            max_length=50,
        ),
        _yes_no("speaks_mandarin", gettext_lazy("是否会讲普通话"), "会讲普通话"),
    )


def protection_columns() -> tuple[Column, ...]:
    """Two standings that rosters ask for by yes and no, and the year of the disability certificate."""
    return (
        _standing("has_allowance", gettext_lazy("是否享受农村低保"), "享受农村低保"),
        _standing("is_in_hardship", gettext_lazy("是否特困供养人员"), "特困供养人员", "是否特困人员"),
        Column(
            "certificate_year",
            gettext_lazy("残疾证办证年度"),
            ColumnKind.NUMBER,
            synonyms=("残疾证办证年份",),
            hint=gettext_lazy("四位年份，如2015。"),
        ),
    )


def insurance_columns() -> tuple[Column, ...]:
    """Insurances and pensions beside the basic and the critical-illness insurance."""
    return (
        _yes_no(
            "has_employee_insurance",
            gettext_lazy("是否参加城镇职工基本医疗保险"),
            *("参加城镇职工基本医疗保险", "城镇职工基本医疗保险"),
        ),
        _yes_no(
            "has_supplementary_insurance",
            gettext_lazy("是否参加商业补充医疗保险"),
            *("参加商业补充医疗保险", "商业补充医疗保险", "aab067"),
        ),
        _yes_no(
            "has_resident_pension",
            gettext_lazy("是否参加城乡居民基本养老保险"),
            *("参加城乡居民基本养老保险", "城乡居民基本养老保险", "aab014"),
        ),
        _yes_no(
            "has_employee_pension",
            gettext_lazy("是否参加城镇职工基本养老保险"),
            *("参加城镇职工基本养老保险", "城镇职工基本养老保险", "aab021"),
        ),
    )


def _yes_no(attribute: str, label: str | Promise, *synonyms: str) -> Column:
    return Column(attribute, label, ColumnKind.YES_NO, synonyms=synonyms, fill_down=True)


def _standing(name: str, label: str | Promise, *synonyms: str) -> Column:
    """A yes for those of the standing; of all others nothing is known, for somebody has one standing at a time."""
    return Column(
        "poverty_status",
        label,
        ColumnKind.YES_NO,
        synonyms=synonyms,
        hint=gettext_lazy("填“是”而没有脱贫属性、也不是脱贫户的，登记为脱贫属性；已有别的脱贫属性的，以脱贫属性为准。"),
        export=partial(_yes_for, STANDING_COLUMNS[name]),
        fill_down=True,
    )


def _yes_for(standing: str, status: str) -> str | None:
    return "是" if status == standing else None
