"""How facilities are listed, and on a facility's page its checks and teams."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from facilities.enums import FacilityKind, HospitalLevel
from facilities.models import CareTeam, ClinicCheck, Facility
from healthaid.core.tables import DASH, Table, badge, day, label, link


class FacilityTable(Table):
    headings = (_("名称"), _("类别"), _("所在地"), _("级别"), _("标准"), _("最近检查"), _("状态"))
    classes = ("", "", "", "", "", "nowrap", "")

    def cells(self, row: Facility) -> tuple[str, ...]:
        place = row.place.parent
        return (
            link(row.get_absolute_url(), row.name),
            label(FacilityKind, row.kind),
            f"{place.parent} {place}" if place and place.parent else str(place),
            label(HospitalLevel, row.level) if row.kind == FacilityKind.HOSPITAL else DASH,
            standard(row),
            day(row.last_checked_on),  # type: ignore[attr-defined]
            badge(_("在用"), "good") if row.is_open else badge(_("已停用"), "plain"),
        )


def standard(facility: Facility) -> str:
    """Whether a village clinic is up to standard; other facilities have none."""
    if facility.kind != FacilityKind.VILLAGE_CLINIC:
        return DASH
    match facility.at_standard:  # type: ignore[attr-defined]
        case True:
            return badge(_("达标"), "good")
        case False:
            return badge(_("未达标"), "act")
    return badge(_("未检查"), "due")


class PartTable(Table):
    """Parts of a facility, each with the way to change it for those who may."""

    page: ClassVar[str]  # the name of the page that changes one
    step: ClassVar[str | Promise]

    def __init__(self, rows: Iterable[Any], *, may_change: bool) -> None:
        super().__init__(rows)
        self.may_change = may_change
        if may_change:
            self.headings = (*self.headings, _("操作"))
            self.classes = (*self.classes, "d-print-none")

    def steps(self, row: Any) -> list[str]:
        """What may be done with a part."""
        return [link(reverse(self.page, args=[row.pk]), self.step)] if self.may_change else []


class CheckTable(PartTable):
    """The checks of a clinic."""

    page = "facilities:clinic-check-update"
    step = _("更正")
    headings = (
        _("检查日期"),
        _("面积（㎡）"),
        _("三室分离"),
        _("设备齐全"),
        pgettext_lazy("list", "村医"),
        _("常住人口"),
        _("结果"),
        _("备注"),
    )
    classes = ("nowrap", "number", "", "", "number", "number", "", "")

    def cells(self, row: ClinicCheck) -> tuple[str, ...]:
        is_divided = row.has_consulting_room and row.has_treatment_room and row.has_pharmacy
        return (
            day(row.checked_on),
            str(row.area),
            str(_("是") if is_divided else _("否")),
            str(_("是") if row.is_equipped else _("否")),
            str(row.doctors),
            str(row.residents),
            render_to_string("facilities/_standard.html", {"check": row}),
            row.note,
            *self.steps(row),
        )


class TeamTable(PartTable):
    """The care teams of a facility."""

    page = "facilities:team-update"
    step = _("修改")
    headings = (_("团队名称"), _("团队长"), _("联系电话"), _("状态"))
    classes = ("", "nowrap", "nowrap", "")

    def cells(self, row: CareTeam) -> tuple[str, ...]:
        state = badge(_("在用"), "good") if row.is_active else badge(_("已停用"), "plain")
        return row.name, row.leader, row.phone or DASH, state, *self.steps(row)
