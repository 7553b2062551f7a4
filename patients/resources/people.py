"""Whom the rows of a sheet are about: people of the register, inside the scope of who imports."""

import polars as pl
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from healthaid.accounts.enums import Ability
from healthaid.core import bulk
from healthaid.exchange.checking import Sheet, rows_named
from healthaid.exchange.enums import ColumnKind
from healthaid.exchange.merging import Run, digests
from healthaid.exchange.resources import Column
from patients.models import Person

# The same words for people unknown and people elsewhere, so that nothing is told about the others.
UNKNOWN = gettext_lazy("在您的任职范围内没有找到此人。")
FOUND = ["id", "path", "name", "sex", "born_on", "life_state", "key_groups"]


def person_columns(*names: str) -> tuple[Column, Column, Column]:
    """Identity number, person number and name of whom a row is about; `names` are further headings of the name.

    Assign them to "identity", "person_number" and "name", which the checks of this module read.
    """
    return (
        Column(
            "person__identity",
            gettext_lazy("证件号码"),
            ColumnKind.IDENTITY,
            synonyms=("身份证号", "身份证号码", "公民身份号码", "证件号", "身份证"),
            hint=gettext_lazy("文本格式，18位。"),
            is_key=True,
        ),
        Column(
            "person__number",
            gettext_lazy("人编号"),
            ColumnKind.CODE,
            synonyms=("人口编号", "人员编号", "个人编号", "个人编码"),
            max_length=32,
            is_key=True,
        ),
        Column("person__name", gettext_lazy("姓名"), ColumnKind.NAME, synonyms=names),
    )


def refuse_nobody(sheet: Sheet) -> None:
    """A row must say whom it is about; a number that was refused already is told there."""
    told = sheet.rows_refused_at("identity", "person_number")
    sheet.refuse(
        pl.col("identity").is_null() & pl.col("person_number").is_null() & ~pl.col("row").is_in(list(told)),
        "identity",
        _("证件号码和人编号都没有填写，无法确定是谁。"),
        _("填写证件号码；没有证件的填写人编号。"),
    )


def find_people(sheet: Sheet, run: Run) -> None:
    """Add "person_id" and, as "p:…", what is stored of the person; refuse rows whose person or name does not fit.

    The sheet has the columns "identity", "person_number" and "name".
    """
    index = digests(Person, "identity_index", sheet.frame["identity"])
    numbers = sheet.frame["person_number"].alias("number")
    # Who is out of reach is nobody here, also when two numbers are compared.
    by_identity = bulk.find(Person, "identity_index", index, ["identity_index", *FOUND]).filter(run.covered("path"))
    by_number = bulk.find(Person, "number", numbers, ["number", *FOUND]).filter(run.covered("path"))
    people = pl.concat([by_identity.select(FOUND), by_number.select(FOUND)]).unique("id", maintain_order=True)
    rows = sheet.frame.with_columns(index).join(
        by_identity.select("identity_index", pl.col("id").alias("one")), on="identity_index", how="left"
    )
    rows = rows.join(
        by_number.select(pl.col("number").alias("person_number"), pl.col("id").alias("other")),
        on="person_number",
        how="left",
        maintain_order="left",
    ).sort("row")
    rows = rows.with_columns(pl.coalesce("one", "other").alias("person_id"))
    stored = people.rename({name: f"p:{name}" for name in FOUND if name != "id"}).rename({"id": "person_id"})
    two_people = rows.select((pl.col("one") != pl.col("other")).alias("two"))["two"]
    sheet.frame = rows.drop("one", "other", "identity_index").join(
        stored.with_columns(pl.lit(value=True).alias("p:found")), on="person_id", how="left", maintain_order="left"
    )
    given = pl.col("identity").is_not_null()
    unknown = pl.col("p:found").is_null() & (given | pl.col("person_number").is_not_null())
    advice = _("核对证件号码；未登记的先导入花名册。")
    sheet.refuse(unknown & given, "identity", str(UNKNOWN), advice)
    sheet.refuse(unknown & ~given, "person_number", str(UNKNOWN), advice)
    sheet.refuse(pl.lit(two_people), "person_number", _("证件号码和人编号是两个不同的人的。"))
    sheet.refuse(pl.col("name") != pl.col("p:name"), "name", _("姓名与登记的不一致。"), _("核对姓名和证件号码。"))


def refuse_sensitive(sheet: Sheet, run: Run) -> None:
    """Refuse diseases that only some may know of to everybody else; the sheet has found people and "is_sensitive"."""
    readable = Run(run.by, run.by.scope(Ability.READ_SENSITIVE), run.today, run.new_ids).covered("p:path")
    sheet.refuse(pl.col("is_sensitive") & pl.col("p:found") & ~readable, "disease", _("您的职责不包括登记该病种。"))


def refuse_repeated(sheet: Sheet, keys: tuple[str, ...], column: str, reason: str) -> None:
    """Refuse rows of one person that agree in all these keys, at the column; `reason` names the rows as "%(rows)s"."""
    known = sheet.frame.filter(pl.col("p:found"), *(pl.col(key).is_not_null() for key in keys))
    repeated = known.group_by("person_id", *keys, maintain_order=True).agg("row")
    for rows in repeated.filter(pl.col("row").list.len() > 1)["row"]:
        sheet.refuse_rows(rows, column, reason % {"rows": rows_named(rows.to_list())}, _("保留一行。"))
