"""What a register says about the timeline of its people's standing."""

from functools import partial

import polars as pl
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from healthaid.core import bulk
from healthaid.exchange.checking import Sheet
from healthaid.exchange.merging import OLD, Merge, Run, read, with_ids
from patients import enums
from patients.models import Person, PovertySpell
from patients.resources.register_further import STANDING_COLUMNS

LIFTED = tuple(status.value for status in (enums.PovertyStatus.LIFTED, enums.PovertyStatus.LIFTED_POLICY_KEPT))
ONCE_POOR = [enums.HouseholdType.LIFTED.value, enums.HouseholdType.UNSTABLE.value]
SPELL_SOURCE = gettext_lazy("花名册导入")
A_DAY = pl.duration(days=1)


def fill_standings(sheet: Sheet, frame: pl.DataFrame, stored: pl.DataFrame, households: pl.DataFrame) -> pl.DataFrame:
    """The rows, 低保 or 特困 being the standing of who has no other and was never poor; of the rest it is told once."""
    given = {name: status.value for name, status in STANDING_COLUMNS.items() if frame[name].null_count() < frame.height}
    if not given:
        return frame
    was_poor = pl.col("kind").is_in(ONCE_POOR) | pl.col("lifted_on").is_not_null()
    poor = households.select(pl.col("number").alias("household_number"), was_poor.alias("was_poor"))
    has = stored.select("id", pl.col("poverty_status").replace("", None).alias("stored"))
    rows = frame.join(has, on="id", how="left", maintain_order="left")
    rows = rows.join(poor, on="household_number", how="left", maintain_order="left")
    may = ~pl.col("was_poor").fill_null(value=False)
    told = (pl.when(pl.col(name) & may).then(pl.lit(status)) for name, status in given.items())
    standing = rows.select(pl.coalesce("poverty_status", "stored", *told).alias("poverty_status"))["poverty_status"]
    differs = (pl.col(name) != (standing.fill_null("") == status) for name, status in given.items())
    odd = rows.filter(pl.any_horizontal(differs).fill_null(value=False))["row"]
    sheet.refuse_rows(
        odd.head(1),
        next(iter(given)),
        _("有 %(count)s 行的低保、特困供养没有登记：此人有别的脱贫属性，或属脱贫户。") % {"count": odd.len()},
        _("属性变了的，填写“脱贫属性”，或在此人的“属性时段”里登记。"),
        is_warning=True,
    )
    return frame.with_columns(standing)


def plan_spells(households: Merge, persons: Merge, run: Run) -> list[Merge]:
    """Spells of new persons; a changed standing ends the open spell, a changed day of being lifted moves its own."""
    return [*_told_spells(persons, run), *_moved_spells(households, persons, run)]


def _told_spells(persons: Merge, run: Run) -> list[Merge]:
    status_changed = pl.col("poverty_status:changed")
    rows = persons.rows.filter(pl.col("poverty_status").is_not_null() & (pl.col("poverty_status") != ""))
    rows = rows.filter(pl.col("is_new") | status_changed).with_columns(
        pl.coalesce("data_on", pl.lit(run.today)).alias("told_on"),
        (pl.col("is_new") | (pl.col(f"poverty_status{OLD}") == "")).alias("is_first"),
    )
    if rows.is_empty():
        return []
    later = rows.filter(~pl.col("is_first"))
    open_spells = read(PovertySpell, "person_id", later["id"], ["status", "starts_on", "ends_on", "source"])
    open_spells = open_spells.filter(pl.col("ends_on").is_null())
    closing, following = _next_spells(later, open_spells)
    known = _first_spells(rows.filter(pl.col("is_first") & ~pl.col("is_new")))
    merge, none_stored = partial(Merge, PovertySpell, recorded=()), open_spells.clear().drop("person_id")
    return [
        merge(_begun(_first_spells(rows.filter("is_new")), run), none_stored, is_kept=False),
        merge(closing, open_spells.drop("person_id")),
        merge(_begun(pl.concat([known, following]), run), none_stored),
    ]


def _begun(spells: pl.DataFrame, run: Run) -> pl.DataFrame:
    """New spells with their ids."""
    rows = spells.with_columns(pl.lit(None, pl.Int64).alias("id"), pl.lit(str(SPELL_SOURCE)).alias("source"))
    return with_ids(rows, PovertySpell, run)


def _first_spells(rows: pl.DataFrame) -> pl.DataFrame:
    """Not lifted from identification to the day before being lifted, then lifted; every other standing is one spell."""
    begun = pl.coalesce("identified_on", "h_identified_on", "told_on")
    lifted = pl.col("poverty_status").is_in(LIFTED) & (pl.col("h_lifted_on") > begun)
    rows = rows.with_columns(begun.alias("begun"), lifted.fill_null(value=False).alias("lifted"))
    before = rows.filter("lifted").select(
        pl.col("id").alias("person_id"),
        pl.lit(enums.PovertyStatus.NOT_LIFTED.value).alias("status"),
        pl.col("begun").alias("starts_on"),
        (pl.col("h_lifted_on") - A_DAY).alias("ends_on"),
    )
    now = rows.select(
        pl.col("id").alias("person_id"),
        pl.col("poverty_status").alias("status"),
        pl.when("lifted").then(pl.col("h_lifted_on")).otherwise(pl.col("begun")).alias("starts_on"),
        pl.lit(None, pl.Date).alias("ends_on"),
    )
    return pl.concat([before, now])


def _next_spells(rows: pl.DataFrame, open_spells: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Closed open spells, and the spells that follow; a spell lasts a day at least."""
    told = (
        pl.when(pl.col("poverty_status").is_in(LIFTED))
        .then(pl.coalesce("h_lifted_on", "told_on"))
        .otherwise(pl.col("told_on"))
    )
    begins = rows.select(pl.col("id").alias("person_id"), pl.col("poverty_status"), told.alias("told"))
    latest = open_spells.group_by("person_id").agg(pl.col("starts_on").max().alias("open_since"))
    begins = begins.join(latest, on="person_id", how="left", maintain_order="left").with_columns(
        pl.max_horizontal("told", pl.col("open_since") + A_DAY).alias("starts_on")
    )
    closing = (
        open_spells.select("id", "person_id")
        .join(begins, on="person_id", maintain_order="left")
        .select(
            "id",
            pl.lit(value=False).alias("is_new"),
            (pl.col("starts_on") - A_DAY).alias("ends_on"),
        )
    )
    following = begins.select(
        "person_id", pl.col("poverty_status").alias("status"), "starts_on", pl.lit(None, pl.Date).alias("ends_on")
    )
    return closing, following


def _moved_spells(households: Merge, persons: Merge, run: Run) -> list[Merge]:
    """The day on which members were lifted follows the household's, for all members whose standing stays as it is."""
    if "lifted_on:changed" not in households.rows.columns:
        return []
    moved = households.rows.filter("lifted_on:changed").select(
        pl.col("id").alias("household_id"), "lifted_on", pl.col(f"lifted_on{OLD}").alias("was")
    )
    if moved.is_empty():
        return []
    members = bulk.find(Person, "household_id", moved["household_id"], ["id", "household_id"])
    told = persons.rows.filter(
        pl.col("poverty_status:changed") | pl.col("household_id").ne_missing(pl.col(f"household_id{OLD}"))
    )
    members = members.filter(~pl.col("id").is_in(told["id"].implode())).join(moved, on="household_id")
    spells = read(PovertySpell, "person_id", members["id"].rename("person_id"), ["status", "starts_on", "ends_on"])
    begins = _boundaries(spells, members)
    untold = begins.filter(pl.col("before_id").is_null() & (pl.col("begins") > pl.col("starts_on")))
    begins = begins.filter(pl.col("before_id").is_not_null() | (pl.col("begins") > pl.col("starts_on")))
    starts = begins.select("id", pl.col("begins").alias("starts_on"), pl.lit(None, pl.Date).alias("ends_on"))
    ends = begins.filter(pl.col("before_id").is_not_null()).select(
        pl.col("before_id").alias("id"), pl.lit(None, pl.Date).alias("starts_on"), _day_before("begins")
    )
    before = untold.select(
        "person_id",
        pl.lit(enums.PovertyStatus.NOT_LIFTED.value).alias("status"),
        "starts_on",
        _day_before("begins"),
    )
    changed = pl.concat([starts, ends]).with_columns(pl.lit(value=False).alias("is_new"))
    stored = spells.drop("person_id")
    return [
        Merge(PovertySpell, changed, stored, recorded=()),
        Merge(PovertySpell, _begun(before, run), stored.clear(), recorded=()),
    ]


def _boundaries(spells: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """The spells that began with the old day of being lifted, the spell before each, and when they begin now.

    A spell lasts a day at least, so neither it nor the one before is swallowed.
    """
    lifted = spells.filter(pl.col("status").is_in(LIFTED)).join(
        members.select(pl.col("id").alias("person_id"), "lifted_on", "was"), on="person_id"
    )
    lifted = lifted.filter(
        pl.when(pl.col("was").is_null())
        .then(pl.col("ends_on").is_null())
        .otherwise(pl.col("starts_on") >= pl.col("was"))
    )
    lifted = lifted.sort("starts_on").unique("person_id", keep="first", maintain_order=True)
    before = spells.filter(pl.col("ends_on").is_not_null()).select(
        "person_id",
        pl.col("id").alias("before_id"),
        pl.col("starts_on").alias("before_starts_on"),
        (pl.col("ends_on") + A_DAY).alias("starts_on"),
    )
    beside = lifted.join(before, on=["person_id", "starts_on"], how="left", maintain_order="left")
    earliest = pl.max_horizontal("lifted_on", pl.col("before_starts_on") + A_DAY)
    return beside.with_columns(pl.min_horizontal(earliest, "ends_on").alias("begins")).filter(
        pl.col("begins") != pl.col("starts_on")
    )


def _day_before(name: str) -> pl.Expr:
    return (pl.col(name) - A_DAY).alias("ends_on")
