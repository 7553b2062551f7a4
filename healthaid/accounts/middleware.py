"""Ends sessions in time, and lets nobody work under a password that is too old (GB/T 22239-2019 8.1.4.1 a, b)."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from healthaid.accounts.passwords import is_expired

WRITE_EVERY = 60  # seconds; the time of the last request need not be exact
OPEN_WITH_AN_OLD_PASSWORD = {"accounts:password", "accounts:sign-out", "set_language"}


class SessionLimitMiddleware:
    """Signs out after SESSION_IDLE_MINUTES without a request or SESSION_HOURS in all.

    A request that the page makes by itself says so in the header X-Unattended, and is no sign of a person.
    """

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
            elif idle >= WRITE_EVERY and "X-Unattended" not in request.headers:
                request.session["seen"] = now
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class PasswordAgeMiddleware:
    """Leads a user with an expired or first password to the change page, whatever was asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        if not request.user.is_authenticated or not is_expired(request.user, timezone.now()):
            return None
        if request.resolver_match and request.resolver_match.view_name in OPEN_WITH_AN_OLD_PASSWORD:
            return None
        return redirect("accounts:password")
