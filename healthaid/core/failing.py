"""What a person sees when a request fails: a calm page, with its reason where the database was too busy."""

import sys

import structlog
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error

from healthaid.core.limits import limit_hit

WAIT_SECONDS = 30  # before a browser or proxy may try again

logger = structlog.get_logger(__name__)


def failed(request: HttpRequest) -> HttpResponse:
    """The answer to a request that failed: 503 where it hit a limit of the database, 500 for anything else."""
    limit = tell_limit(sys.exc_info()[1])
    if not limit:
        return server_error(request)
    is_safe = request.method in {"GET", "HEAD"}
    page = render_to_string("503.html", {"is_safe": is_safe})
    return HttpResponse(page, status=503, headers={"Retry-After": str(WAIT_SECONDS), "Cache-Control": "no-store"})


def tell_limit(error: BaseException | None) -> str:
    """The limit of the database that the failure hit, with a line in the log; empty for any other failure."""
    limit = limit_hit(error)
    if limit:
        logger.warning("database_limit", limit=limit)
    return limit
