"""Ends a session that was idle too long, or that is too old (GB/T 22239-2019 8.1.4.1 b)."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

WRITE_EVERY = 60  # seconds; the time of the last request need not be exact


class SessionLimitMiddleware:
    """Signs out after SESSION_IDLE_MINUTES without a request or SESSION_HOURS in all; disabled accounts at once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            began = request.session.setdefault("began", now)
            seen = request.session.setdefault("seen", now)
            idle, age = now - seen, now - began
            if idle > settings.SESSION_IDLE_MINUTES * 60 or age > settings.SESSION_HOURS * 3600:
                logout(request)
                messages.info(request, _("您已较长时间没有操作，请重新登录。"))
            elif idle >= WRITE_EVERY:
                request.session["seen"] = now
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response
