"""How facilities are listed."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from facilities.enums import FacilityKind, HospitalLevel
from facilities.models import Facility
from healthaid.core.tables import NOWRAP, badge


class FacilityTable(tables.Table):
    name = tables.Column(_("名称"), linkify=True)
    kind = tables.Column(_("类别"))
    place = tables.Column(_("所在地"), accessor="place__parent")
    level = tables.Column(_("级别"), empty_values=())
    standard = tables.Column(_("标准"), accessor="at_standard", empty_values=())
    checked = tables.DateColumn(format="Y-m-d", attrs=NOWRAP, verbose_name=_("最近检查"), accessor="last_checked_on")
    use = tables.Column(_("状态"), accessor="is_open")

    class Meta:
        model = Facility
        fields = ("name", "kind", "place", "level", "standard", "checked", "use")

    def render_place(self, record: Facility) -> str:
        """The place and the one above it."""
        place = record.place.parent
        return f"{place.parent} {place}" if place and place.parent else str(place)

    def render_level(self, record: Facility) -> str:
        """Hospitals only."""
        return str(HospitalLevel(record.level).label) if record.kind == FacilityKind.HOSPITAL else "—"

    def render_standard(self, record: Facility) -> str:
        """Village clinics only."""
        if record.kind != FacilityKind.VILLAGE_CLINIC:
            return "—"
        match record.at_standard:  # type: ignore[attr-defined]
            case True:
                return badge(_("达标"), "good")
            case False:
                return badge(_("未达标"), "act")
        return badge(_("未检查"), "due")

    def render_use(self, record: Facility) -> str:
        """In use or closed."""
        return badge(_("在用"), "good") if record.is_open else badge(_("已停用"), "plain")
