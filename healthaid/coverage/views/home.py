"""The first page of the room: what waits, what was missed, and the way to every section."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from healthaid.accounts.enums import Ability
from healthaid.core.views import AbilityMixin
from healthaid.coverage.sections import sections_of
from healthaid.coverage.selectors.home import bill_figures, obstacles


class Home(AbilityMixin, TemplateView):
    template_name = "coverage/home.html"
    ability = Ability.READ_COVERAGE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        return super().get_context_data(
            title=_("医疗保障"),
            year=timezone.localdate().year,
            figures=bill_figures(user),
            obstacles=obstacles(user),
            sections=sections_of(user),
            may_settle=user.can(Ability.SETTLE_BILLS),
            **kwargs,
        )
