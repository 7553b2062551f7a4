"""What this bill would have paid under the rules of other places and days."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from healthaid.accounts.enums import Ability
from healthaid.core.views import AbilityMixin
from healthaid.coverage.forms.trials import TrialForm
from healthaid.coverage.selectors.bills import bill_for_page
from healthaid.coverage.selectors.trials import copied_from, try_bill
from healthaid.policy.selectors.places import known_places


class Trial(AbilityMixin, TemplateView):
    """A form in the address, so that a comparison can be kept and sent on; `bill` fills it from a stored bill."""

    template_name = "coverage/trial.html"
    ability = Ability.READ_COVERAGE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_asked = "total" in self.request.GET
        known = known_places(self.request.user)  # type: ignore[arg-type]
        begun = {"data": self.request.GET} if is_asked else {"initial": self.initial()}
        form = TrialForm(**begun, known=known)
        tried, rows = try_bill(form) if is_asked and form.is_valid() else ([], [])
        context = {"title": _("一笔费用换个政策算"), "form": form, "tried": tried, "rows": rows}
        return super().get_context_data(**context, **kwargs)

    def initial(self) -> dict[str, Any]:
        """The figures of the bill that the address names, as far as the user may know of it; else nothing."""
        pk = self.request.GET.get("bill", "")
        if not pk:
            return {}
        if not pk.isdecimal() or len(pk) > 18:  # noqa: PLR2004 -- more is no row's number
            raise Http404
        return copied_from(bill_for_page(self.request.user, int(pk)))
