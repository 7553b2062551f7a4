"""What a register means for the database: its households and persons."""

import polars as pl
from django.utils.translation import gettext as _

from healthaid.core import bulk
from healthaid.exchange.checking import Sheet, rows_named
from healthaid.exchange.merging import Merge, Plan, Run, read, with_ids
from healthaid.exchange.texts import read_name
from patients import enums
from patients.models import Household, Person
from patients.resources.register_children import BIRTH, found_by_birth, refuse_unnumbered, temporary_numbers
from patients.resources.register_households import Households, near_numbers
from patients.resources.register_rules import FURTHER_PERSON_COLUMNS, PERSON_COLUMNS, refuse_bad_certificate_years
from patients.resources.register_spells import fill_standings, plan_spells

DERIVED_FROM_NAME = ("given_name", "initials")
DERIVED = ("household_id", "life_state", *DERIVED_FROM_NAME)
# A head who is being replaced is no head for a moment.
PARKED = {"patients.person": {"relation": (enums.Relation.HEAD, enums.Relation.OTHER)}}


def plan_register(sheet: Sheet, run: Run) -> Plan:
    """The merges of a sheet whose villages were found; rows that may not be written are noted on it."""
    return _Persons(sheet, run, Households(sheet, run)).plan()


class _Persons:
    """The persons of the sheet beside the stored ones, and what follows from them."""

    def __init__(self, sheet: Sheet, run: Run, households: Households) -> None:
        self.sheet, self.run, self.households = sheet, run, households
        refuse_bad_certificate_years(sheet, run.today)
        self.frame = sheet.good()
        further = (name for name in FURTHER_PERSON_COLUMNS if self.frame[name].null_count() < self.frame.height)
        self.columns = [*PERSON_COLUMNS, *further]
        self.stored = read(Person, "identity_index", self.frame["identity_index"], [*self.columns, *DERIVED])
        self._match()
        self._refuse_two_in_one()
        self._warn_of_new_identities()
        self._refuse_other_names()
        self._refuse_incomplete()
        self._check_heads()
        self.frame = fill_standings(sheet, self.frame, self.stored, households.merge.rows)

    def _match(self) -> None:
        """Whom each row is about: by identity number first, else by the person's number."""
        by_number = bulk.find(Person, "number", self.frame["number"], ["id", "number", "identity_index", "path"])
        self._refuse_outside(by_number)
        by_number = by_number.filter(self.run.covered("path"))
        frame = self.frame.join(
            self.stored.select("identity_index", pl.col("id").alias("id_by_identity")),
            on="identity_index",
            how="left",
            maintain_order="left",
        ).join(
            by_number.select("number", pl.col("id").alias("id_by_number"), pl.col("identity_index").alias("known")),
            on="number",
            how="left",
            maintain_order="left",
        )
        self._read_more(frame.filter(pl.col("id_by_identity").is_null())["id_by_number"])
        self.frame = frame.with_columns(pl.coalesce("id_by_identity", "id_by_number").alias("id"))
        self._match_by_birth()

    def _refuse_two_in_one(self) -> None:
        """A row about two people, and rows about one."""
        self.sheet.refuse_rows(
            self._rows(pl.col("id_by_identity") != pl.col("id_by_number")),
            "number",
            _("证件号码和人编号是两个不同的人的。"),
            _("核对证件号码和人编号。"),
        )
        twice = self.frame.filter(pl.col("id").is_not_null() & pl.col("id").is_duplicated()).group_by("id").agg("row")
        for twins in twice["row"]:
            reason = _("第 %(rows)s 行是同一个人。") % {"rows": rows_named(twins.to_list())}
            self.sheet.refuse_rows(twins, "identity", reason, _("保留一行。"))

    def _warn_of_new_identities(self) -> None:
        changed_identity = pl.col("id_by_identity").is_null() & (pl.col("known") != pl.col("identity_index"))
        for row in self._rows(changed_identity):
            self.sheet.warn(
                pl.col("row") == row, "identity", _("与登记的证件号码不同，导入后将改为表中的号码。"), _("请核对原件。")
            )

    def _read_more(self, ids: pl.Series) -> None:
        more = read(Person, "id", ids, [*self.columns, *DERIVED])
        self.stored = pl.concat([self.stored, more.select(self.stored.columns)]).unique("id", maintain_order=True)

    def _match_by_birth(self) -> None:
        """Who has no own number yet is found by household, name and birth; new people without any are looked at."""
        found = found_by_birth(self.frame.filter(pl.col("id").is_null()), self.households.merge.stored)
        self._read_more(found["id_by_birth"])
        self.frame = self.frame.join(found, on=BIRTH, how="left", maintain_order="left").with_columns(
            pl.coalesce("id", "id_by_birth").alias("id")
        )
        bare = self.frame.filter(pl.all_horizontal(pl.col("id", "identity_index", "number").is_null()))
        refused = refuse_unnumbered(self.sheet, bare, self.run.today)
        self.frame = self.frame.filter(~pl.col("row").is_in(sorted(refused)))

    def _refuse_outside(self, by_number: pl.DataFrame) -> None:
        """Numbers of people out of reach are refused each for itself; nothing is compared with what is stored there."""
        elsewhere = ~self.run.covered("path")
        identity = pl.col("identity_index").is_in(self.stored.filter(elsewhere)["identity_index"].implode())
        number = pl.col("number").is_in(by_number.filter(elsewhere)["number"].implode()) & ~identity.fill_null(
            value=False
        )
        self.sheet.refuse_rows(
            self._rows(identity),
            "identity",
            _("该证件号码已在您任职范围以外登记，不能在此导入。"),
            _("核对证件号码；确已迁入本地的，请由上级单位办理。"),
        )
        self.sheet.refuse_rows(
            self._rows(number),
            "number",
            _("该人编号已在您任职范围以外登记，不能在此导入。"),
            _("核对人编号；确已迁入本地的，请由上级单位办理。"),
        )
        self.frame = self.frame.filter(~(identity | number).fill_null(value=False))
        self.stored = self.stored.filter(self.run.covered("path"))

    def _refuse_other_names(self) -> None:
        """A number with somebody else's name is more likely a slip in the number than a new name."""
        names = self.stored.select("id", pl.col("name").alias("registered"))
        other = self.frame.join(names, on="id").filter(pl.col("name") != pl.col("registered"))
        for row, name, registered in other.select("row", "name", "registered").iter_rows():
            if read_name(registered).value != name:
                self.sheet.refuse_rows(
                    [row],
                    "name",
                    _("该号码登记的姓名是“%(registered)s”，表中是“%(name)s”。")
                    % {"registered": registered, "name": name},
                    _("核对号码和姓名，更正表格；确实改了名的，先在此人的档案里“修改”姓名。"),
                )

    def _rows(self, where: pl.Expr) -> list[int]:
        return self.frame.filter(where.fill_null(value=False))["row"].to_list()

    def _refuse_incomplete(self) -> None:
        """A new person needs more than an update does."""
        for column in self.sheet.columns.values():
            if column.required:
                rows = self._rows(pl.col("id").is_null() & pl.col(column.name).is_null())
                self.sheet.refuse_rows(rows, column.name, _("新登记的人员须填写%(label)s。") % {"label": column.header})

    def _check_heads(self) -> None:
        """One living head a household, counting who is stored and not in the file."""
        merge, rows = self.households.merge, self._as_they_will_stand()
        heads = rows.filter(
            (pl.col("relation") == enums.Relation.HEAD) & pl.col("is_present") & pl.col("h_id").is_not_null()
        )
        named = merge.wanted.filter(~pl.col("is_new"))["id"]
        left = rows["household_id"].drop_nulls().unique()  # rows may leave a household that the file does not name
        members = _present_members(pl.concat([named, left]).unique())
        absent = members.filter(~pl.col("id").is_in(self.frame["id"].drop_nulls().implode()))
        had = _headed(members)
        headed_elsewhere = _headed(absent)
        self._refuse_many_heads(heads, headed_elsewhere)
        headed = set(heads["h_id"].to_list()) | headed_elsewhere
        self._refuse_without_head(rows, headed, had)
        unnamed = had - headed - set(named)
        if unnamed:
            self._refuse_headless(rows, absent, unnamed)

    def _as_they_will_stand(self) -> pl.DataFrame:
        """Each row with its household, relation and presence after the import, and with what was before."""
        stored = self.stored.select(
            "id", pl.col("relation").alias("relation_was"), pl.col("life_state").alias("life_was"), "household_id"
        )
        households = self.households.merge.wanted.select(
            pl.col("number").alias("household_number"), pl.col("id").alias("h_id"), "is_new"
        )
        rows = self.frame.join(stored, on="id", how="left", maintain_order="left")
        return rows.join(households, on="household_number", how="left", maintain_order="left").with_columns(
            pl.coalesce("h_id", "household_id").alias("h_id"),
            pl.coalesce("relation", "relation_was").alias("relation"),
            (pl.col("life_was").fill_null(enums.LifeState.PRESENT) == enums.LifeState.PRESENT).alias("is_present"),
        )

    def _refuse_without_head(self, rows: pl.DataFrame, headed: set[int], had: set[int]) -> None:
        """Households of the file that are new, or had a head, and would have none."""
        refused_heads = self._households_of_refused_heads()
        for number, household, is_new in self.households.merge.wanted.select("number", "id", "is_new").iter_rows():
            if household in headed or number in refused_heads or not (is_new or household in had):
                continue
            first = rows.filter(pl.col("household_number") == number)["row"]
            if first.len():
                self.sheet.refuse_rows(
                    [min(first)], "relation", _("该户没有户主。"), _("在“与户主关系”一栏为一人填写“户主”。")
                )

    def _households_of_refused_heads(self) -> set[str]:
        """The numbers of those whose head stands, or may stand, in a row that was refused for another reason."""
        may_head = pl.col("relation").is_null() | (pl.col("relation") == enums.Relation.HEAD)
        return near_numbers(self.sheet, may_head & pl.col("row").is_in(sorted(self.sheet.bad_rows)))

    def _refuse_headless(self, rows: pl.DataFrame, absent: pl.DataFrame, households: set[int]) -> None:
        """The head leaves, or is head no longer, while members stay behind whom the file does not name."""
        staying = pl.concat(
            [absent.select("household_id"), rows.filter("is_present").select(pl.col("h_id").alias("household_id"))]
        )
        counts = staying.group_by("household_id").len()
        numbers = bulk.find(Household, "id", pl.Series("id", sorted(households), pl.Int64), ["id", "number"])
        leaving = (
            rows.filter(
                (pl.col("relation_was") == enums.Relation.HEAD) & pl.col("household_id").is_in(sorted(households))
            )
            .select("row", "household_id")
            .join(counts, on="household_id")
            .join(numbers, left_on="household_id", right_on="id")
        )
        for row, count, number in leaving.select("row", "len", "number").iter_rows():
            self.sheet.refuse_rows(
                [row],
                "relation",
                _("此人是户 %(number)s 的户主，导入后该户还有 %(count)s 名成员，却没有户主。")
                % {"number": number, "count": count},
                _("在表中为原户的一名成员填写“户主”，或把原户的成员一并列入新户。"),
            )

    def _refuse_many_heads(self, heads: pl.DataFrame, headed_elsewhere: set[int]) -> None:
        several = heads.group_by("h_id", maintain_order=True).agg("row")
        for household, rows in several.iter_rows():
            if len(rows) > 1:
                reason = _("该户有多名户主（第 %(rows)s 行）。") % {"rows": rows_named(rows)}
                self.sheet.refuse_rows(rows, "relation", reason, _("一户只能有一名户主，请更正其余各行。"))
            elif household in headed_elsewhere:
                self.sheet.refuse_rows(
                    rows,
                    "relation",
                    _("该户已有户主，且不在本表中。"),
                    _("更换户主的，请在表中同时填写原户主的新关系。"),
                )

    def plan(self) -> Plan:
        """The merges in the order of writing, for the rows without an error."""
        good = pl.Series(list(self.sheet.bad_rows), dtype=pl.Int64)
        frame = self.frame.filter(~pl.col("row").is_in(good.implode()))
        households = self.households.merge
        wanted, sheet_columns = self._wanted(frame), self.sheet.columns
        persons = Merge(
            Person,
            pl.concat([wanted, self._followers(wanted)], how="diagonal"),
            self.stored,
            recorded=["household_number", "household_id", *self.columns, "path"],
            verb="patients.person.imported",
            parked=PARKED["patients.person"],
            columns={name: sheet_columns[name] for name in self.columns if name in sheet_columns},
        )
        spells = plan_spells(households, persons, self.run)
        return Plan([households, persons, *spells], self._states(households, persons), moved=Person)

    def _wanted(self, frame: pl.DataFrame) -> pl.DataFrame:
        households = self.households.merge.rows.select(
            pl.col("number").alias("household_number"),
            pl.col("id").alias("household_id"),
            pl.col("path").alias("h_path"),
            pl.col("lifted_on").alias("h_lifted_on"),
            pl.col("identified_on").alias("h_identified_on"),
        )
        wanted = (
            frame.drop("path", "village_id", "lifted_on", "household_id", strict=False)
            .join(households, on="household_number", how="left", maintain_order="left")
            .with_columns(
                pl.col("id").is_null().alias("is_new"),
                pl.col("h_path").alias("path"),
            )
        )
        wanted = wanted.with_columns(
            pl.when("is_new")
            .then(
                pl.coalesce(
                    "document_kind",
                    pl.when(pl.col("identity").is_null()).then(pl.lit(enums.DocumentKind.OTHER.value)),
                )
            )
            .otherwise(pl.col("document_kind"))
            .alias("document_kind")
        )
        wanted = wanted.with_columns(self._with_withheld_groups(wanted))
        return (
            with_ids(wanted, Person, self.run)
            .with_columns(temporary_numbers())
            .select(
                "row",
                "id",
                "is_new",
                "household_id",
                "path",
                *self.columns,
                *DERIVED_FROM_NAME,
                "identity_index",
                "data_on",
                "h_lifted_on",
                "h_identified_on",
                "household_number",
            )
        )

    def _with_withheld_groups(self, wanted: pl.DataFrame) -> pl.Series:
        """The key groups as the sheet says, and the stored ones that no sheet may show."""
        stored = self.stored.select("id", pl.col("key_groups").alias("kept"))
        both = wanted.select("id", "key_groups").join(stored, on="id", how="left", maintain_order="left")
        codes = pl.element().is_in(sorted(enums.SENSITIVE_GROUPS))
        kept = pl.col("kept").fill_null("").str.split(",").list.filter(codes)
        given = pl.col("key_groups").str.split(",").list.filter(pl.element() != "")
        joined = pl.concat_list(given, kept).list.unique().list.sort().list.join(",")
        return both.select(joined.alias("key_groups"))["key_groups"]

    def _followers(self, wanted: pl.DataFrame) -> pl.DataFrame:
        """Members who are not in the file but move with their household."""
        moved = self.households.merge.changed.filter("path:changed").select(pl.col("id").alias("household_id"), "path")
        if moved.is_empty():
            return wanted.clear()
        columns = self.stored.columns
        members = read(Person, "household_id", moved["household_id"], [*self.columns, *DERIVED])
        members = members.filter(~pl.col("id").is_in(wanted["id"].implode()))
        self.stored = pl.concat([self.stored, members.select(columns)]).unique("id", maintain_order=True)
        followers = members.select("id", "household_id").join(moved, on="household_id", maintain_order="left")
        return followers.with_columns(pl.lit(value=False).alias("is_new"))

    def _states(self, households: Merge, persons: Merge) -> pl.DataFrame:
        changed = households.changed.select(pl.col("number").alias("household_number"), pl.col("row").alias("told_at"))
        state = (
            pl.when("is_new")
            .then(pl.lit("new"))
            .when(pl.col("is_changed") | pl.col("told_at").is_not_null())
            .then(pl.lit("changed"))
            .otherwise(pl.lit("unchanged"))
        )
        rows = persons.rows.filter(pl.col("row").is_not_null()).join(changed, on="household_number", how="left")
        return rows.select("row", state.alias("state"), pl.coalesce("told_at", "row").alias("told_at")).sort("row")


def _present_members(households: pl.Series) -> pl.DataFrame:
    columns = ["id", "household_id", "relation", "life_state"]
    members = bulk.find(Person, "household_id", households.rename("household_id"), columns)
    return members.filter(pl.col("life_state") == enums.LifeState.PRESENT)


def _headed(members: pl.DataFrame) -> set[int]:
    """The households of the heads among them."""
    return set(members.filter(pl.col("relation") == enums.Relation.HEAD)["household_id"])
