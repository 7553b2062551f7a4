"""Illnesses of people of the register, one row an illness."""

import re
from collections.abc import Callable
from typing import Any

import polars as pl
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from healthaid.accounts.enums import Ability
from healthaid.core import bulk
from healthaid.exchange.checking import Sheet
from healthaid.exchange.enums import ColumnKind
from healthaid.exchange.merging import Merge, Plan, Run, read, with_ids
from healthaid.exchange.resources import Column, SheetResource
from healthaid.policy import catalogue
from healthaid.policy.selectors.diseases import prefix_sets
from patients import enums
from patients.actions.conditions import MISFITS
from patients.domain.conditions import ERRORS, misfits
from patients.enums import ConditionState
from patients.filters.conditions import ConditionFilter
from patients.models import Condition, Person
from patients.resources.people import find_people, person_columns, refuse_nobody, refuse_repeated, refuse_sensitive
from patients.selectors.conditions import readable_conditions

SEPARATORS = re.compile(r"[、，,；;/|\n\r]+")
JOINTS = re.compile(r"[\s及和与]+")
NAMED = 30  # characters of a name that is not known
WRITTEN = (
    "kind",
    "icd10",
    "diagnosed_on",
    "diagnosed_at",
    "state",
    "verified_by",
    "verified_on",
    "note",
)


class ConditionSheet(SheetResource):
    """Verified and suspected illnesses; the person and the disease together say which row it is."""

    kind = "conditions"
    list_page = "patients:condition-list"
    title = gettext_lazy("患病核实表")
    explanation = gettext_lazy("一人一病一行；一格内有多种病的，用顿号分隔，每种病登记一条。")
    edit_ability = Ability.EDIT_CONDITIONS
    read_ability = Ability.READ_PEOPLE
    filterset = ConditionFilter

    identity, person_number, name = person_columns("患者姓名")
    disease = Column(
        "disease",
        gettext_lazy("病种"),
        synonyms=("疾病名称", "疾病", "病种名称", "患病名称"),
        required=True,
        hint=gettext_lazy("填写目录中的名称或通用别名。"),
    )
    condition_kind = Column(
        "kind",
        gettext_lazy("类别"),
        ColumnKind.CHOICE,
        choices=enums.ConditionKind,
        aliases={"慢性病": "chronic", "大病专项": "critical"},
        synonyms=("疾病类别",),
        hint=gettext_lazy("不填时按病种目录。"),
    )
    icd10 = Column("icd10", "ICD-10", ColumnKind.CODE, synonyms=("ICD编码", "ICD10", "疾病编码"), max_length=10)
    diagnosed_on = Column(
        "diagnosed_on", gettext_lazy("确诊时间"), ColumnKind.DATE, synonyms=("确诊日期",), allow_month=True
    )
    diagnosed_at = Column("diagnosed_at", gettext_lazy("确诊医院"), synonyms=("确诊机构", "诊断医院"), max_length=100)
    state = Column(
        "state",
        gettext_lazy("核实状态"),
        ColumnKind.CHOICE,
        choices=enums.ConditionState,
        aliases={"未核实": "suspected", "疑似": "suspected", "排除": "excluded", "已核准": "verified"},
        synonyms=("核实情况",),
    )
    verified_by = Column("verified_by", gettext_lazy("核实人"), max_length=50)
    verified_on = Column("verified_on", gettext_lazy("核实时间"), ColumnKind.DATE, synonyms=("核实日期",))
    note = Column("note", gettext_lazy("备注"))

    class Meta:
        model = Condition

    @classmethod
    def check(cls, sheet: Sheet) -> None:
        refuse_nobody(sheet)
        _split_diseases(sheet)
        _find_diseases(sheet)
        sheet.refuse(pl.col("verified_on") < pl.col("diagnosed_on"), "verified_on", _("核实时间早于确诊时间。"))

    @classmethod
    def plan(cls, sheet: Sheet, run: Run) -> Plan:
        find_people(sheet, run)
        refuse_sensitive(sheet, run)
        _refuse_misfits(sheet, run)
        refuse_repeated(sheet, ("disease_code",), "disease", _("第 %(rows)s 行是同一个人的同一病种。"))
        rows = sheet.good()
        stored = read(Condition, "person_id", rows["person_id"], ["disease", "is_sensitive", *WRITTEN])
        matched = rows.rename({"disease": "typed", "disease_code": "disease", "condition_kind": "kind"}).join(
            stored.select("id", "person_id", "disease"), on=["person_id", "disease"], how="left", maintain_order="left"
        )
        wanted = with_ids(matched, Condition, run).with_columns(
            pl.when(pl.col("is_new")).then(pl.coalesce("kind", "disease_kind")).otherwise(pl.col("kind")).alias("kind"),
            pl.col("p:path").alias("path"),
        )
        merge = Merge(
            Condition,
            wanted.select("row", "id", "is_new", "person_id", "path", "disease", "is_sensitive", *WRITTEN),
            stored,
            recorded=["disease", *WRITTEN],
            verb="patients.condition.imported",
            columns={"kind": cls.fields["condition_kind"]} | {name: cls.fields[name] for name in WRITTEN[1:]},
            hidden="is_sensitive",
        )
        return Plan([merge, _regrouped(merge)], merge.states())

    @classmethod
    def rows_for_export(cls, user: Any) -> QuerySet:
        return readable_conditions(user).order_by("path", "person", "disease")

    @classmethod
    def showers(cls) -> dict[str, Callable[[Any], Any]]:
        return {"disease": {code: disease.name for code, disease in catalogue.diseases().items()}.get}


def _regrouped(conditions: Merge) -> Merge:
    """The people whose verified illnesses of the chronic four change: their key groups follow, as on the page."""
    groups = _chronic_groups()
    is_decided = pl.col("is_new") & pl.col("state").is_in([ConditionState.VERIFIED, ConditionState.EXCLUDED])
    settled = conditions.rows.filter(is_decided | pl.col("state:changed"))
    touched = _groups_by_person(settled, groups, "touched")
    after = _groups_by_person(_verified_after(conditions, touched["person_id"]), groups, "verified")
    stored = read(Person, "id", touched["person_id"].alias("id"), ["key_groups"])
    people = stored.join(touched, left_on="id", right_on="person_id", how="left", maintain_order="left")
    people = people.join(after, left_on="id", right_on="person_id", how="left", maintain_order="left")
    no_groups = pl.lit([], pl.List(pl.String))
    kept = pl.col("key_groups").str.split(",").list.filter(pl.element() != "").list.set_difference("touched")
    earned = pl.col("verified").fill_null(no_groups).list.set_intersection("touched")
    wanted = people.select(
        pl.lit(None, pl.Int64).alias("row"),
        "id",
        pl.lit(value=False).alias("is_new"),
        "path",
        pl.concat_list(kept, earned).list.unique().list.sort().list.join(",").alias("key_groups"),
    )
    return Merge(Person, wanted, stored, recorded=(), verb="patients.person.regrouped")


def _verified_after(conditions: Merge, people: pl.Series) -> pl.DataFrame:
    """The verified illnesses of some people, stored and as the sheet leaves them."""
    columns = ["id", "person_id", "disease", "state"]
    stored = bulk.find(Condition, "person_id", people, columns)
    beside = stored.join(conditions.rows.select("id"), on="id", how="anti")
    return pl.concat([beside, conditions.rows.select(columns)]).filter(pl.col("state") == ConditionState.VERIFIED)


def _groups_by_person(rows: pl.DataFrame, groups: pl.DataFrame, name: str) -> pl.DataFrame:
    found = rows.select("person_id", "disease").join(groups, on="disease", how="inner")
    return found.group_by("person_id", maintain_order=True).agg(pl.col("group").unique().alias(name))


def _chronic_groups() -> pl.DataFrame:
    """The diseases of the chronic four groups, each with its group."""
    chronic = {code: disease.group for code, disease in catalogue.diseases().items() if disease.group}
    return pl.DataFrame({"disease": list(chronic), "group": list(chronic.values())})


def _split_diseases(sheet: Sheet) -> None:
    """A cell of several names makes several rows of one number, which have all other cells in common."""
    typed = sheet.frame["disease"].drop_nulls().unique().to_list()
    several = {text: names for text in typed if (names := _names_in(text)) != [text]}
    sheet.refuse(
        pl.col("disease").is_in(list(several)) & pl.col("icd10").is_not_null(),
        "icd10",
        _("一格内有多种病，无法确定ICD-10是哪一种的。"),
        _("每种病填一行，或不填ICD-10。"),
    )
    table = pl.DataFrame(
        {"disease": list(several), "names": list(several.values())},
        schema={"disease": pl.String, "names": pl.List(pl.String)},
    )
    split = sheet.frame.join(table, on="disease", how="left", maintain_order="left")
    each = pl.coalesce("names", pl.concat_list("disease")).alias("disease")
    sheet.frame = split.with_columns(each).drop("names").explode("disease")


def _names_in(text: str) -> list[str]:
    """The diseases that a cell names, each once; what the catalogue knows as a whole is one."""
    if catalogue.find(text):
        return [text]
    found: dict[str, str] = {}
    for part in filter(None, map(str.strip, SEPARATORS.split(text))):
        words = list(filter(None, JOINTS.split(part)))
        names = [part] if catalogue.find(part) or not all(map(catalogue.find, words)) else words
        for name in names:
            disease = catalogue.find(name)
            found.setdefault(disease.code if disease else name, name)
    return list(found.values())


def _find_diseases(sheet: Sheet) -> None:
    """Add the code of each disease, its usual kind and whether it is sensitive."""
    typed = sheet.frame["disease"].drop_nulls().unique().to_list()
    known = {text: disease for text in typed if (disease := catalogue.find(text))}
    table = pl.DataFrame(
        {
            "disease": list(known),
            "disease_code": [disease.code for disease in known.values()],
            "disease_kind": [disease.kind for disease in known.values()],
            "is_sensitive": [disease.is_sensitive for disease in known.values()],
        },
        schema={"disease": pl.String, "disease_code": pl.String, "disease_kind": pl.String, "is_sensitive": pl.Boolean},
    )
    sheet.frame = sheet.frame.join(table, on="disease", how="left", maintain_order="left")
    sheet.derived += ["disease_code", "disease_kind", "is_sensitive"]
    sheet.refuse(pl.col("disease").is_null(), "disease", _("没有填写病种。"))
    sheet.refuse(
        pl.col("disease").is_not_null() & pl.col("disease_code").is_null(),
        "disease",
        pl.format(_("病种目录中没有“%(name)s”。") % {"name": "{}"}, pl.col("disease").str.head(NAMED)),
        _("填写目录中的名称；一格内有多种病的，用顿号分隔。"),
    )


def _refuse_misfits(sheet: Sheet, run: Run) -> None:
    """Sex, age, days and codes that speak against the illness."""
    names = ["row", "disease_code", "p:path", "p:sex", "p:born_on", "diagnosed_on", "icd10"]
    sets = prefix_sets()
    known = sheet.frame.filter(pl.col("p:found") & pl.col("disease_code").is_not_null()).select(names)
    for row, code, path, sex, born_on, diagnosed_on, icd10 in known.iter_rows():
        disease = catalogue.diseases()[code]
        for misfit in misfits(
            only_sex=disease.sex,
            max_age=disease.max_age,
            prefixes=sets.prefixes(disease, path, diagnosed_on or run.today),
            sex=sex,
            born_on=born_on,
            diagnosed_on=diagnosed_on,
            icd10=icd10 or "",
            today=run.today,
        ):
            column, reason = MISFITS[misfit]
            sheet.refuse_rows([row], column, str(reason), is_warning=misfit not in ERRORS)
