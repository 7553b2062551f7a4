"""Whom the rows of a sheet are about: people of the register, inside the scope of who imports."""

import polars as pl
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from healthaid.core import bulk
from healthaid.exchange.checking import Sheet
from healthaid.exchange.merging import Run, digests
from patients.models import Person

# The same words for people unknown and people elsewhere, so that nothing is told about the others.
UNKNOWN = gettext_lazy("在您的任职范围内没有找到此人。")
FOUND = ["id", "path", "name", "sex", "born_on", "life_state", "key_groups"]


def refuse_nobody(sheet: Sheet) -> None:
    """A row must say whom it is about; a number that was refused already is told there."""
    told = {found.row for found in sheet.found if found.name in {"identity", "person_number"}}
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
    by_identity = bulk.find(Person, "identity_index", index, ["identity_index", *FOUND])
    numbers = sheet.frame["person_number"].alias("number")
    by_number = bulk.find(Person, "number", numbers, ["number", *FOUND])
    people = pl.concat([by_identity.select(FOUND), by_number.select(FOUND)]).unique("id", maintain_order=True)
    people = people.filter(run.covered("path"))
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
