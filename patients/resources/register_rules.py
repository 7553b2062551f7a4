"""What a register must fulfil by itself, whatever the database holds."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

import polars as pl
from django.utils.translation import gettext as _

from healthaid.core import pinyin
from healthaid.core.identity import LENGTH, UNSTATED
from healthaid.exchange import cleaning
from healthaid.exchange.checking import Sheet
from healthaid.exchange.merging import digests
from patients import enums
from patients.domain.persons import RESIDENT_DOCUMENTS
from patients.models import Person
from patients.resources.register_children import BIRTH

# Documents whose numbers follow no rule that could be checked here.
OTHER_DOCUMENTS = frozenset(set(enums.DocumentKind.values) - RESIDENT_DOCUMENTS)
HOUSEHOLD_COLUMNS = {  # column of the table: column of the sheet
    "natural_village": "natural_village",
    "category": "category",
    "kind": "household_kind",
    "standard": "standard",
    "main_cause": "main_cause",
    "other_causes": "other_causes",
    "identified_on": "household_identified_on",
    "lifted_on": "lifted_on",
    "monitored_kind": "monitored_kind",
    "risk_found_on": "risk_found_on",
    "risk_removed": "risk_removed",
    "risk_removed_on": "risk_removed_on",
    "income_per_head": "income_per_head",
    "unsafe_housing": "unsafe_housing",
    "safe_water": "safe_water",
    "phone": "household_phone",
}
EARLIEST = date(1949, 10, 1)  # a small number read as the day so many days after 1899
DAYS_OF_REGISTER = (
    "data_on",
    "household_identified_on",
    "identified_on",
    "lifted_on",
    "risk_found_on",
    "risk_removed_on",
)
PERSON_COLUMNS = (
    "number",
    "name",
    "document_kind",
    "identity",
    "sex",
    "born_on",
    "ethnicity",
    "relation",
    "education",
    "schooling",
    "health",
    "labour",
    "work_months",
    "has_critical_insurance",
    "has_basic_insurance",
    "disability_certificate",
    "disability_kind",
    "disability_grade",
    "key_groups",
    "phone",
    "identified_on",
    "poverty_status",
)
FURTHER_PERSON_COLUMNS = (  # of many files that lack them: nothing is read or written for a column without a cell
    "marriage",
    "card",
    "is_away",
    "workplace",
    "has_resident_pension",
    "has_employee_pension",
    "has_employee_insurance",
    "has_supplementary_insurance",
    "certificate_year",
    "out_of_school_reason",
    "speaks_mandarin",
)


def check_register(sheet: Sheet) -> None:
    """Note everything that contradicts itself; fill in what follows from identity numbers."""
    fill_from_identity(sheet)
    fill_basic_insurance(sheet)
    refuse_nameless(sheet)
    sheet.refuse_duplicates("identity", _("第 %(rows)s 行的证件号码相同。"))
    sheet.refuse_duplicates("number", _("第 %(rows)s 行的人编号相同。"))
    refuse_differing(sheet, {name: name for name in HOUSEHOLD_COLUMNS.values()})
    refuse_bad_dates(sheet)
    warn_member_counts(sheet)
    add_searchable(sheet)


def fill_from_identity(sheet: Sheet) -> None:
    """Sex and birth follow from a resident identity number; stated ones must agree with it."""
    frame = sheet.frame
    resident = ~pl.col("document_kind").is_in(list(OTHER_DOCUMENTS)).fill_null(value=False)
    resident &= pl.col("identity").str.len_chars() == LENGTH  # a household book may bear a number of its own
    number = frame.select(pl.when(resident).then(pl.col("identity")))["identity"]
    for name, problems in (
        ("born_on", cleaning.check_agrees(number, born_on=frame["born_on"])),
        ("sex", cleaning.check_agrees(number, sex=frame["sex"].replace(UNSTATED, None))),
    ):
        for bad in problems:
            sheet.note(bad, name)
    # A number that was refused as a whole says nothing about birth and sex, so these may stay open for now.
    sheet.frame = frame.with_columns(
        pl.coalesce("born_on", cleaning.identity_born_on(number).alias("_born")).alias("born_on"),
        pl.coalesce(pl.col("sex").replace(UNSTATED, None), cleaning.identity_sex(number).alias("_sex"), "sex").alias(
            "sex"
        ),
        pl.col("disability_certificate").str.slice(18, 1).alias("disability_kind"),
        pl.col("disability_certificate").str.slice(19, 1).alias("disability_grade"),
    )
    sheet.derived += ["disability_kind", "disability_grade"]
    sheet.refuse(
        pl.col("disability_certificate").str.head(18).ne(pl.col("identity")) & pl.col("identity").is_not_null(),
        "disability_certificate",
        _("残疾证号的前18位与证件号码不同。"),
        _("对照残疾证和身份证原件核对。"),
    )


def fill_basic_insurance(sheet: Sheet) -> None:
    """Rosters ask for the insurance of residents and of employees apart; whoever has either has basic insurance."""
    either = pl.when("has_employee_insurance").then(statement=True).otherwise("has_basic_insurance")
    sheet.frame = sheet.frame.with_columns(either.alias("has_basic_insurance"))


def add_searchable(sheet: Sheet) -> None:
    """What people are found by: the identity number's digest, the given name, the initials of the name's pinyin."""
    names = sheet.frame["name"]
    different = names.drop_nulls().unique()
    initials = dict(zip(different, map(pinyin.initials, different), strict=True))
    made = [
        digests(Person, "identity_index", sheet.frame["identity"]),
        names.str.slice(1).alias("given_name"),
        names.replace_strict(initials, default=None, return_dtype=pl.String).alias("initials"),
    ]
    sheet.frame = sheet.frame.with_columns(made)
    sheet.derived += [column.name for column in made]


def refuse_nameless(sheet: Sheet) -> None:
    """A row must say whom it is about, by a number or at least by household, name and birth.

    A cell that was refused already is told there.
    """
    told = sheet.rows_refused_at("identity", "number", *BIRTH)
    known = pl.all_horizontal(pl.col(BIRTH).is_not_null())
    sheet.refuse(
        pl.col("identity").is_null() & pl.col("number").is_null() & ~known & ~pl.col("row").is_in(list(told)),
        "identity",
        _("证件号码和人编号都没有填写，无法确定是谁。"),
        _("填写证件号码；没有证件的填写人编号。"),
    )


def refuse_differing(sheet: Sheet, columns: Mapping[str, str], *, ties: bool = False) -> None:
    """What the rows of a household say about it must agree with what most of them say; a blank agrees with everything.

    Columns of the frame, each with the sheet's column that is told. A cell that was refused already says nothing.
    With `ties`, rows of which none are the most are all told; else the first of them count.
    """
    key = "household_number"
    for name, told in columns.items():
        refused = pl.Series(list(sheet.rows_refused_at(told)), dtype=pl.Int64)
        stated = sheet.frame.select("row", key, name).drop_nulls().filter(~pl.col("row").is_in(refused.implode()))
        split = stated.filter(pl.col(name).n_unique().over(key) > 1)
        for rows, values in split.group_by(key, maintain_order=True).agg("row", name).select("row", name).iter_rows():
            (usual, most), (second, more) = Counter(values).most_common(2)
            first, other = rows[values.index(usual)], rows[values.index(second)]
            for row, value in zip(rows, values, strict=True):
                if value != usual or (ties and most == more):
                    sheet.refuse_rows(
                        [row],
                        told,
                        _("同一户的%(label)s与第 %(row)s 行不一致。")
                        % {"label": sheet.columns[told].header, "row": first if value != usual else other},
                        _("同一户的各行，户的各栏应相同，或只在第一行填写。"),
                    )


def refuse_bad_dates(sheet: Sheet) -> None:
    for name in DAYS_OF_REGISTER:
        sheet.refuse(pl.col(name) < EARLIEST, name, _("日期过早，可能是误填的数字。"), _("写成2014-10-01的形式。"))
    sheet.refuse(
        pl.col("lifted_on") < pl.col("household_identified_on"),
        "lifted_on",
        _("脱贫时间早于首次识别时间。"),
    )
    sheet.refuse(
        pl.col("risk_removed_on") < pl.col("risk_found_on"), "risk_removed_on", _("风险消除时间早于风险识别时间。")
    )
    sheet.refuse(pl.col("identified_on") < pl.col("born_on"), "identified_on", _("人员识别时间早于出生日期。"))


def refuse_bad_certificate_years(sheet: Sheet, today: date) -> None:
    """A certificate is not from before the birth, nor from a year to come."""
    sheet.refuse(
        ~pl.col("certificate_year").is_between(pl.col("born_on").dt.year(), today.year),
        "certificate_year",
        _("残疾证办证年度应在出生年份和今年之间。"),
        _("填四位年份，如2015。"),
    )


def warn_member_counts(sheet: Sheet) -> None:
    key = "household_number"
    counted = pl.len().over(key)
    sheet.warn(
        pl.col(key).is_not_null()
        & (pl.col("member_count") != counted)
        & (pl.col("row") == pl.col("row").min().over(key)),
        "member_count",
        _("填写的人数与表中该户的行数不同。"),
    )
