"""People of the register without any number: found by household, name and birth; children get a temporary number."""

from datetime import date

import polars as pl
from django.utils.translation import gettext as _

from healthaid.core import bulk
from healthaid.exchange.checking import Sheet, rows_named
from patients.models import Person

TEMPORARY = "临时-"  # before the row's own key; the number that the register gives replaces it
CARDED = 16  # years: from then on everybody has an identity card
BIRTH = ["household_number", "name", "born_on"]


def found_by_birth(rows: pl.DataFrame, households: pl.DataFrame) -> pl.DataFrame:
    """Stored people of these households without an own number, under "id_by_birth", by what BIRTH names."""
    named = households.filter(pl.col("number").is_in(rows["household_number"].drop_nulls().implode()))
    members = bulk.find(
        Person,
        "household_id",
        named["id"].alias("household_id"),
        ["id", "household_id", "name", "born_on", "number", "identity_index"],
    )
    bare = pl.col("number").is_null() | pl.col("number").str.starts_with(TEMPORARY)
    members = members.filter(pl.col("identity_index").is_null() & bare).join(
        named.select(pl.col("id").alias("household_id"), pl.col("number").alias("household_number")), on="household_id"
    )
    return members.unique(BIRTH, keep="none").select(*BIRTH, pl.col("id").alias("id_by_birth"))


def refuse_unnumbered(sheet: Sheet, rows: pl.DataFrame, today: date) -> set[int]:
    """Note what there is to say about new people without numbers; the rows refused.

    A child is taken under a temporary number, once.
    """
    carded = rows.filter(pl.col("born_on") <= pl.lit(today).dt.offset_by(f"-{CARDED}y"))["row"]
    sheet.refuse_rows(
        carded,
        "identity",
        _("证件号码和人编号都没有填写，无法确定是谁。"),
        _("填写证件号码；没有证件的填写人编号。"),
    )
    twice = rows.group_by(BIRTH, maintain_order=True).agg("row").filter(pl.col("row").list.len() > 1)["row"]
    for twins in twice:
        reason = _("第 %(rows)s 行是同一个人。") % {"rows": rows_named(twins.to_list())}
        sheet.refuse_rows(twins, "identity", reason, _("保留一行。"))
    refused = {*carded, *(row for twins in twice for row in twins)}
    sheet.refuse_rows(
        sorted(set(rows["row"]) - refused),
        "identity",
        _("没有证件号码和人编号的儿童，登记为临时编号。"),
        _("有了号码后填在表中再导入，按户编号、姓名和出生日期找到此人。"),
        is_warning=True,
    )
    return refused


def temporary_numbers() -> pl.Expr:
    """The number of each row: its own, or for new people without any a temporary one."""
    bare = pl.col("is_new") & pl.col("identity").is_null() & pl.col("number").is_null()
    return pl.when(bare).then(pl.concat_str(pl.lit(TEMPORARY), "id")).otherwise(pl.col("number")).alias("number")
