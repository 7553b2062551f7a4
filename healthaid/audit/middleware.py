"""Keeps the refusals: who was shown a 403, or asked for a row that is not there for them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from healthaid.audit.actions import record

REFUSALS = {403: "core.page.refused", 404: "core.row.unseen"}


class RefusalMiddleware:
    """One entry for each refused request of a signed-in user to an address that exists."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        verb = REFUSALS.get(response.status_code)
        if verb and request.user.is_authenticated and request.resolver_match:
            record(
                by=request.user,
                verb=verb,
                page=request.resolver_match.view_name,
                method=request.method,
                arguments=request.resolver_match.kwargs,
            )
        return response
