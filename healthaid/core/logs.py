"""The log: what was asked, by which account, with what outcome; never a name, a number or a search text."""

import re
import sys
import traceback
from collections.abc import Sequence
from typing import Any

import structlog
from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware


class RequestLog(RequestMiddleware):
    """One line a request; the address without its query, which may hold a name somebody searched for."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        structlog.contextvars.bind_contextvars(ip=request.META.get("REMOTE_ADDR", ""))


# Numbers of identity, telephone and bank cards; keys of rows and times are shorter.
LONG_NUMBER = re.compile(r"\d{10,}[\dXx]")


def without_numbers(text: str) -> str:
    """The text with every number that could be a person's replaced."""
    return LONG_NUMBER.sub("[…]", text)


def told_without_numbers(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """For what others write into the log: libraries put what they were given into their messages."""
    return {name: without_numbers(value) if isinstance(value, str) else value for name, value in event.items()}


def failed_without_words(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """A failure as its place in the code: the words of an exception can repeat what somebody typed."""
    found = event.pop("exc_info", None)
    error = sys.exc_info()[1] if found is True else found[1] if isinstance(found, tuple) else found
    return event | {"exception": places_of(error)} if isinstance(error, BaseException) else event


def places_of(error: BaseException) -> str:
    """The frames and kinds of an exception and of those that led to it, first cause last; never their messages."""
    parts, met = [], set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in met:
        met.add(id(cause))
        frames = "".join(traceback.format_tb(cause.__traceback__))
        parts.append(f"{frames}{type(cause).__module__}.{type(cause).__qualname__}")
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return "\nfrom\n".join(parts)


def shared_processors() -> Sequence[Any]:
    """What every event goes through, whether structlog or the standard library made it."""
    return (
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.UnicodeDecoder(),
    )


def logging_config(*, as_json: bool, level: str, with_words: bool = False) -> dict[str, Any]:
    """Configure structlog, and return Django's LOGGING: JSON lines for machines, or short lines for people.

    `with_words` also prints the messages of exceptions, for who writes the program and typed the input.
    """
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared_processors(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    for_people = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    renderer = structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else for_people
    veils = [] if with_words else [failed_without_words, told_without_numbers]
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": list(shared_processors()),
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *veils, renderer],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"event": formatter},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "event"}},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "healthaid": {"level": level},
            "django_structlog": {"level": level if as_json else "WARNING"},
            # Django's own would also send failures by mail, with what was typed and the variables of each frame.
            "django": {"handlers": [], "level": "WARNING"},
            # Refusals, missing pages and failures are in the request's own line already.
            "django.request": {"level": "CRITICAL"},
            "django.security": {"level": "CRITICAL"},
        },
    }
