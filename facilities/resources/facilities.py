"""Facilities of every kind, one row each: what their list shows."""

from collections.abc import Callable
from typing import Any

import polars as pl
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from facilities.domain import PARENT_LEVELS
from facilities.enums import FacilityKind, HospitalLevel, Use
from facilities.filters import FacilityFilter
from facilities.models import Facility
from facilities.resources.leaves import with_leaves
from facilities.selectors import facilities_for_list
from healthaid.accounts.enums import Ability
from healthaid.core import bulk
from healthaid.exchange.checking import Sheet
from healthaid.exchange.enums import ColumnKind
from healthaid.exchange.merging import Merge, Plan, Run, read, with_ids
from healthaid.exchange.resources import Column, SheetResource
from healthaid.regions.domain import natural_code
from healthaid.regions.models import Place
from healthaid.regions.selectors import codes_of_today

ON_ITS_PAGE = gettext_lazy("请在机构页面办理。")


class FacilitySheet(SheetResource):
    """Facilities by their code: new ones come in, level and phone change; the rest is done on their pages."""

    kind = "facilities"
    list_page = "facilities:facility-list"
    title = gettext_lazy("机构名录")
    explanation = gettext_lazy("一行一个机构，按机构编码对应。改名、停用在机构页面办理。")
    edit_ability = Ability.EDIT_FACILITIES
    read_ability = Ability.READ_FACILITIES
    filterset = FacilityFilter

    code = Column(
        "code",
        gettext_lazy("机构编码"),
        ColumnKind.CODE,
        synonyms=("机构代码", "统一社会信用代码"),
        required=True,
        max_length=30,
        is_key=True,
    )
    name = Column("name", gettext_lazy("机构名称"), synonyms=("名称",), required=True, max_length=100)
    sort = Column(
        "kind", gettext_lazy("机构类别"), ColumnKind.CHOICE, synonyms=("类别",), choices=FacilityKind, required=True
    )
    level = Column("level", gettext_lazy("医院级别"), ColumnKind.CHOICE, synonyms=("级别",), choices=HospitalLevel)
    place = Column("place__parent__name", gettext_lazy("所在地"), synonyms=("地方",))
    place_code = Column(
        "place__parent_id",
        gettext_lazy("所在地编码"),
        ColumnKind.CODE,
        max_length=12,
        hint=gettext_lazy("统计用区划代码；新登记的机构必填：村卫生室填村，乡镇卫生院填乡镇，医院填县市。"),
    )
    phone = Column("phone", gettext_lazy("联系电话"), ColumnKind.PHONE, synonyms=("电话",))
    use = Column("is_open", gettext_lazy("状态"), ColumnKind.CHOICE, choices=Use)

    class Meta:
        model = Facility

    @classmethod
    def check(cls, sheet: Sheet) -> None:
        sheet.refuse(pl.col("code").is_null(), "code", _("没有填写机构编码。"))
        sheet.refuse_duplicates("code", _("第 %(rows)s 行的机构编码相同。"))

    @classmethod
    def plan(cls, sheet: Sheet, run: Run) -> Plan:
        _find_places(sheet, run)
        stored = read(Facility, "code", sheet.good()["code"], ["place_id", "name", "kind", "level", "phone", "is_open"])
        _refuse_unfit(sheet, run, stored)
        rows = sheet.good().join(stored.select("id", "code", "place_id"), on="code", how="left", maintain_order="left")
        rows = with_ids(rows.rename({"sort": "kind"}), Facility, run)
        places, rows = with_leaves(rows, run)
        level = pl.when("is_new").then(pl.col("level").fill_null(HospitalLevel.UNGRADED.value)).otherwise("level")
        facilities = Merge(
            Facility,
            rows.with_columns(level.alias("level")).select(
                "row", "id", "is_new", "place_id", "path", "code", "name", "kind", "level", "phone"
            ),
            stored,
            recorded=["code", "name", "kind", "level", "phone"],
            verb="facilities.facility.imported",
            columns={"level": cls.fields["level"], "phone": cls.fields["phone"]},
        )
        return Plan([places, facilities], facilities.states())

    @classmethod
    def rows_for_export(cls, user: Any) -> QuerySet:
        return facilities_for_list(user).order_by("path")

    @classmethod
    def showers(cls) -> dict[str, Callable[[Any], Any]]:
        names = {code: name for name, code in cls.column("use").options.items()}
        return {
            "place_code": codes_of_today().get,
            "use": lambda is_open: names[Use.OPEN if is_open else Use.CLOSED],
        }


def _find_places(sheet: Sheet, run: Run) -> None:
    """Add "parent_id", "path" and "parent_level" of the place whose code is given, inside the scope only."""
    typed = sheet.frame["place_code"].to_list()
    ids = {code: pk for pk, code in codes_of_today().items()}
    parents = pl.Series("parent_id", [ids.get(natural_code(code)) if code else None for code in typed], pl.Int64)
    places = bulk.find(Place, "id", parents, ["id", "path", "level", "closed_on"]).rename({"id": "parent_id"})
    places = places.filter(run.covered("path") & pl.col("closed_on").is_null()).drop("closed_on")
    sheet.frame = sheet.frame.with_columns(parents).join(
        places.rename({"level": "parent_level"}), on="parent_id", how="left", maintain_order="left"
    )
    unknown = pl.col("place_code").is_not_null() & pl.col("path").is_null()
    sheet.refuse(unknown, "place_code", _("您的任职范围内没有这个编码的地方。"))


def _refuse_unfit(sheet: Sheet, run: Run, stored: pl.DataFrame) -> None:
    """What a form would refuse too; a facility elsewhere is told of no more than that its code is taken."""
    outside = stored.filter(~run.covered("path"))["code"]
    sheet.refuse(pl.col("code").is_in(outside.implode()), "code", _("该机构编码已在您任职范围以外登记，不能在此导入。"))
    near = stored.filter(run.covered("path")).drop("id", "version", "place_id")
    beside = sheet.good().join(near, on="code", how="left", maintain_order="left", suffix=":was")
    known, told = beside.filter(pl.col("is_open").is_not_null()), str(ON_ITS_PAGE)

    differs = {
        "name": (pl.col("name") != pl.col("name:was"), _("机构名称与登记的不同。")),
        "sort": (pl.col("sort") != pl.col("kind"), _("机构类别与登记的不同。")),
        "use": ((pl.col("use") == Use.OPEN.value) != pl.col("is_open"), _("状态与登记的不同。")),
        "place_code": (~pl.col("path:was").str.starts_with(pl.col("path")), _("所在地与登记的不同。")),
    }
    for name, (where, reason) in differs.items():
        sheet.refuse_rows(known.filter(where)["row"], name, reason, told)
    changed = (pl.col("level") != pl.col("level:was")) | (pl.col("phone") != pl.col("phone:was"))
    sheet.refuse_rows(known.filter(~pl.col("is_open") & changed)["row"], "code", _("该机构已停用，不能再修改。"))

    new = beside.filter(pl.col("is_open").is_null())
    for name in ("name", "sort", "place_code"):
        label = sheet.columns[name].header
        reason = _("新登记的机构须填写%(label)s。") % {"label": label}
        sheet.refuse_rows(new.filter(pl.col(name).is_null())["row"], name, reason)
    sheet.refuse_rows(new.filter(pl.col("use") == Use.CLOSED.value)["row"], "use", _("新登记的机构须是在用的。"))
    for kind, levels in PARENT_LEVELS.items():
        wrong = (pl.col("sort") == kind) & ~pl.col("parent_level").is_in(list(levels))
        reason = _("这类机构不能设在所选层级的地方：村卫生室设在村，乡镇卫生院设在乡镇，医院设在县级及以上。")
        sheet.refuse_rows(new.filter(wrong)["row"], "place_code", reason)
