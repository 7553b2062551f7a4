"""Village clinics with their newest check, one row a clinic and check."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import polars as pl
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from facilities.domain import Finding, shortfalls
from facilities.enums import FacilityKind
from facilities.models import ClinicCheck, Facility
from facilities.resources.leaves import with_leaves
from facilities.selectors import clinic_standard
from healthaid.accounts.enums import Ability
from healthaid.exchange.checking import Sheet, rows_named
from healthaid.exchange.enums import ColumnKind
from healthaid.exchange.merging import Merge, Plan, Run, read, with_ids
from healthaid.exchange.places import VillageColumns, find_villages, village_codes
from healthaid.exchange.resources import Column, SheetResource
from healthaid.policy.domain import Unresolved
from healthaid.policy.selectors.rules import Rules, explain, rules_at
from healthaid.regions.models import Place

PLACE = VillageColumns("county", "township", "village", "village_code")
ROOMS = ("consulting_room", "treatment_room", "pharmacy")
FOUND = ("area", *(f"has_{room}" for room in ROOMS), "is_equipped", "doctors", "residents", "note")
COUNTED = ("area", "doctors", "residents")  # a check without them says nothing


class ClinicSheet(SheetResource):
    """Village clinics by their code; a row with a day of checking also holds what was found that day."""

    kind = "clinics"
    list_page = "facilities:facility-list"
    title = gettext_lazy("村卫生室检查表")
    explanation = gettext_lazy("一行一个卫生室；填写检查日期的，同时登记当天的检查结果。")
    edit_ability = Ability.EDIT_FACILITIES
    read_ability = Ability.READ_FACILITIES

    code = Column(
        "code",
        gettext_lazy("机构编码"),
        ColumnKind.CODE,
        synonyms=("卫生室编码", "机构代码", "统一社会信用代码"),
        required=True,
        max_length=30,
        is_key=True,
    )
    county = Column(
        "place__parent__parent__parent__name",
        gettext_lazy("县"),
        synonyms=("县（市）", "县(市)", "县市", "县（市、区）", "区县"),
        fill_down=True,
    )
    township = Column(
        "place__parent__parent__name",
        gettext_lazy("乡（镇）"),
        synonyms=("乡(镇)", "乡镇", "乡镇（街道）"),
        fill_down=True,
    )
    village = Column(
        "place__parent__name", gettext_lazy("行政村"), synonyms=("村", "村（社区）", "行政村名称", "所在村")
    )
    name = Column(
        "name",
        gettext_lazy("机构名称"),
        synonyms=("卫生室名称", "村卫生室名称", "村卫生室", "名称"),
        required=True,
        max_length=100,
    )
    phone = Column("phone", gettext_lazy("联系电话"), ColumnKind.PHONE, synonyms=("电话",))
    checked_on = Column("check_checked_on", gettext_lazy("检查日期"), ColumnKind.DATE, synonyms=("核查日期",))
    area = Column(
        "check_area",
        gettext_lazy("建筑面积（㎡）"),
        ColumnKind.AMOUNT,
        synonyms=("建筑面积", "面积", "建筑面积(㎡)", "建筑面积（平方米）"),
    )
    has_consulting_room = Column(
        "check_has_consulting_room", gettext_lazy("诊断室独立"), ColumnKind.YES_NO, synonyms=("诊断室", "诊室")
    )
    has_treatment_room = Column(
        "check_has_treatment_room", gettext_lazy("治疗室独立"), ColumnKind.YES_NO, synonyms=("治疗室",)
    )
    has_pharmacy = Column("check_has_pharmacy", gettext_lazy("药房独立"), ColumnKind.YES_NO, synonyms=("药房",))
    is_equipped = Column(
        "check_is_equipped", gettext_lazy("设备齐全"), ColumnKind.YES_NO, synonyms=("设备", "设备是否齐全")
    )
    doctors = Column(
        "check_doctors", gettext_lazy("在岗村医"), ColumnKind.NUMBER, synonyms=("村医人数", "在岗村医人数")
    )
    residents = Column("check_residents", gettext_lazy("常住人口"), ColumnKind.NUMBER, synonyms=("服务人口",))
    note = Column("check_note", gettext_lazy("备注"))
    village_code = Column(
        "place__parent_id",
        gettext_lazy("行政村编码"),
        ColumnKind.CODE,
        synonyms=("村编码", "村代码", "行政村代码"),
        max_length=12,
        hint=gettext_lazy("12位统计用区划代码；填了它可不填县、乡、村名。"),
    )

    class Meta:
        model = Facility

    @classmethod
    def check(cls, sheet: Sheet) -> None:
        sheet.refuse(pl.col("code").is_null(), "code", _("没有填写机构编码。"))
        several = sheet.frame.filter(pl.col("code").is_not_null()).group_by("code", "checked_on", maintain_order=True)
        for rows in several.agg("row").filter(pl.col("row").list.len() > 1)["row"]:
            reason = _("第 %(rows)s 行是同一机构同一天的。") % {"rows": rows_named(rows.to_list())}
            sheet.refuse_rows(rows, "code", reason, _("保留一行。"))
        for name in ("name", "village", "village_code"):
            sheet.refuse(
                pl.col(name).drop_nulls().n_unique().over("code") > 1,
                name,
                _("同一机构编码的各行%(label)s不同。") % {"label": sheet.columns[name].header},
            )
        counted = pl.any_horizontal(pl.col(name).is_not_null() for name in FOUND)
        sheet.refuse(pl.col("checked_on").is_null() & counted, "checked_on", _("填了检查结果，没有填写检查日期。"))

    @classmethod
    def plan(cls, sheet: Sheet, run: Run) -> Plan:
        find_villages(sheet, PLACE, run.scope)
        stored = read(Facility, "code", sheet.good()["code"], ["place_id", "name", "kind", "phone", "is_open"])
        _refuse_unfit(sheet, run, stored)
        places, clinics = _clinic_merges(sheet, run, stored)
        checks = _check_merge(sheet, run, clinics)
        state = pl.max_horizontal(
            _rank("is_new"), _rank("is_new:check"), _rank("is_changed"), _rank("is_changed:check")
        )
        judged = checks.rows.select("row", "is_new", "is_changed")
        rows = (
            sheet.good()
            .select("row", "code")
            .join(clinics.rows.select("code", "is_new", "is_changed"), on="code", how="left", maintain_order="left")
        )
        rows = rows.join(judged, on="row", how="left", suffix=":check", maintain_order="left").with_columns(
            state.replace_strict({0: "unchanged", 1: "changed", 2: "new"}).alias("state")
        )
        return Plan([places, clinics, checks], rows.select("row", "state"))

    @classmethod
    def rows_for_export(cls, user: Any) -> QuerySet:
        newest = ClinicCheck.objects.filter(clinic=OuterRef("pk")).order_by("-checked_on", "-pk")
        found = {f"check_{name}": Subquery(newest.values(name)[:1]) for name in ("checked_on", *FOUND)}
        clinics = Facility.objects.visible_to(user, cls.read_ability).filter(kind=FacilityKind.VILLAGE_CLINIC)
        return clinics.filter(is_open=True).annotate(**found).order_by("path")

    @classmethod
    def showers(cls) -> dict[str, Callable[[Any], Any]]:
        return {"village_code": village_codes().get}


def _rank(name: str) -> pl.Expr:
    return pl.when(pl.col(name).fill_null(value=False)).then(2 if name.startswith("is_new") else 1).otherwise(0)


def _refuse_unfit(sheet: Sheet, run: Run, stored: pl.DataFrame) -> None:
    """A code that means something else, or something elsewhere; renaming and moving is done on the clinic's page."""
    outside = stored.filter(~run.covered("path"))["code"]
    sheet.refuse(pl.col("code").is_in(outside.implode()), "code", _("该机构编码已在您任职范围以外登记，不能在此导入。"))
    near = stored.filter(run.covered("path"))
    others = near.filter((pl.col("kind") != FacilityKind.VILLAGE_CLINIC) | ~pl.col("is_open"))["code"]
    sheet.refuse(pl.col("code").is_in(others.implode()), "code", _("该编码不是在用的村卫生室的。"))
    names = near.select("code", pl.col("name").alias("name_was"), pl.col("path").alias("path_was"))
    beside = sheet.good().join(names, on="code", how="left", maintain_order="left")
    renamed = beside.filter(pl.col("name") != pl.col("name_was"))["row"]
    sheet.refuse_rows(renamed, "name", _("机构名称与登记的不同。"), _("改名请在机构页面办理，旧名会保留。"))
    moved = beside.filter(~pl.col("path_was").str.starts_with(pl.col("path")))["row"]
    sheet.refuse_rows(moved, "village", _("所在行政村与登记的不同。"), _("核对机构编码和行政村。"))
    new = beside.filter(pl.col("name_was").is_null())
    sheet.refuse_rows(new.filter(pl.col("name").is_null())["row"], "name", _("新登记的卫生室须填写机构名称。"))
    sheet.refuse_rows(new.filter(pl.col("village_id").is_null())["row"], "village", _("新登记的卫生室须填写行政村。"))


def _clinic_merges(sheet: Sheet, run: Run, stored: pl.DataFrame) -> tuple[Merge, Merge]:
    """The leaves of new clinics, and the clinics."""
    firsts = [pl.col(name).drop_nulls().first() for name in ("name", "phone", "village_id", "path")]
    rows = sheet.good().group_by("code", maintain_order=True).agg(*firsts, pl.col("row").min())
    rows = rows.join(stored.select("id", "code", "place_id"), on="code", how="left", maintain_order="left")
    clinics = with_ids(rows, Facility, run)
    places, clinics = with_leaves(clinics.rename({"village_id": "parent_id"}), run)
    clinics = clinics.with_columns(pl.when("is_new").then(pl.lit(FacilityKind.VILLAGE_CLINIC.value)).alias("kind"))
    return places, Merge(
        Facility,
        clinics.select("row", "id", "is_new", "place_id", "path", "code", "name", "kind", "phone"),
        stored,
        recorded=["code", "name", "kind", "phone"],
        verb="facilities.facility.imported",
        columns={"phone": ClinicSheet.fields["phone"]},
    )


def _check_merge(sheet: Sheet, run: Run, clinics: Merge) -> Merge:
    """The checks, each with what it means under the policy of its day."""
    owners = clinics.rows.select(
        "code", pl.col("id").alias("clinic_id"), pl.coalesce("path", "path:old").alias("clinic_path")
    )
    rows = sheet.good().filter(pl.col("checked_on").is_not_null())
    rows = rows.join(owners, on="code", how="left", maintain_order="left")
    stored = read(ClinicCheck, "clinic_id", rows["clinic_id"], ["checked_on", *FOUND, "meets_standard", "shortfalls"])
    keys = stored.select("id", "clinic_id", "checked_on")
    rows = with_ids(
        rows.join(keys, on=["clinic_id", "checked_on"], how="left", maintain_order="left"), ClinicCheck, run
    )
    for name in COUNTED:
        blank = rows.filter(pl.col("is_new") & pl.col(name).is_null())["row"]
        label = sheet.columns[name].header
        sheet.refuse_rows(blank, name, _("新的检查须填写%(label)s。") % {"label": label})
    complete = ~pl.any_horizontal(pl.col("is_new") & pl.col(name).is_null() for name in COUNTED)
    rows = rows.filter(complete).with_columns(pl.col("clinic_path").alias("path"))
    names = ["row", "id", "is_new", "clinic_id", "path", "checked_on", *FOUND]
    plain = Merge(ClinicCheck, rows.select(names), stored, recorded=())
    judged = _judged(sheet, plain)
    return Merge(
        ClinicCheck,
        rows.select(names).join(judged, on="row", how="left", maintain_order="left"),
        stored,
        recorded=["checked_on", *FOUND, "meets_standard"],
        verb="facilities.check.imported",
        columns={name: ClinicSheet.fields[name] for name in FOUND},
    )


def _judged(sheet: Sheet, checks: Merge) -> pl.DataFrame:
    """Whether each new or changed check meets the standard of its day, and what is missing."""
    rules: dict[tuple[str, object], Rules] = {}
    judged = []
    for row in checks.rows.filter(pl.col("is_new") | pl.col("is_changed")).iter_rows(named=True):
        village = row["path"].rstrip("/").rpartition("/")[0] + "/"
        key = (village, row["checked_on"])
        try:
            rules[key] = rules.get(key) or rules_at(Place(path=village), row["checked_on"])
            standard = clinic_standard(rules[key], row["residents"])
        except Unresolved as problem:
            sheet.refuse_rows([row["row"]], "checked_on", explain(problem, by_label=True))
            continue
        rooms = frozenset(room for room in ROOMS if row[f"has_{room}"])
        finding = Finding(Decimal(row["area"]), rooms, bool(row["is_equipped"]), row["doctors"])
        missing = shortfalls(finding, standard)
        judged.append((row["row"], not missing, json.dumps(missing)))
    return pl.DataFrame(
        judged, schema={"row": pl.Int64, "meets_standard": pl.Boolean, "shortfalls": pl.String}, orient="row"
    )
