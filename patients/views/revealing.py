"""The button that swaps a masked number for the full one, and leaves a trace."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.generic import View

from healthaid.accounts.enums import Ability
from healthaid.core.views import AbilityMixin
from patients.actions.persons import needs_reason, reveal
from patients.forms.persons import RevealForm
from patients.models import Household, Person


class RevealView(AbilityMixin, View):
    """Shows one number in full; asks for a reason first where one is needed."""

    ability = Ability.READ_PEOPLE
    http_method_names = ["post"]
    items: ClassVar[tuple[str, ...]]
    row: ClassVar[Callable[..., Person | Household]]

    def post(self, request: HttpRequest, pk: int, item: str = "phone") -> HttpResponse:
        if item not in self.items:
            raise Http404
        row = type(self).row(request.user, pk)
        reason = request.POST.get("reason", "").strip()[:100]
        context: dict[str, Any] = {"row": row, "item": item, "url": request.path, "is_part": request.htmx}  # type: ignore[attr-defined]
        if isinstance(row, Person) and not reason and needs_reason(self.request.user, row):
            context |= {"form": RevealForm()}
        else:
            context |= {"number": reveal(by=self.request.user, row=row, item=item, reason=reason)}
        template = "patients/_revealed.html" if context["is_part"] else "patients/reveal.html"
        response = render(request, template, context)
        response["Cache-Control"] = "no-store"
        return response
