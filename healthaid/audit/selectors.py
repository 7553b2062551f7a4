"""Reads of the record."""

from typing import Any, Protocol

from django.db import models
from django.db.models import Q, QuerySet

from healthaid.audit.models import Entry
from healthaid.core.scoping import Scope

HISTORY_SHOWN = 50  # newest entries on a row's own page; the auditors' list has them all


class Reader(Protocol):
    """Who reads the record: an account."""

    def scope(self, ability: str | None = None) -> Scope: ...


def entries_for_list(user: Reader) -> QuerySet[Entry]:
    """The entries of the places the user audits; with the root among them also those that belong to no place."""
    scope = user.scope(Entry.read_ability)
    rows = Entry.objects.visible_to(user)
    if any(prefix.count("/") == 1 for prefix in scope.prefixes):
        rows = Entry.objects.filter(Q(pk__in=rows) | Q(place_path=""))
    return rows.select_related("actor")


def history_of(user: Reader, subject: models.Model) -> list[Entry]:
    """What happened to a row the user sees, newest first, as far as it happened inside the user's places."""
    about: dict[str, Any] = {"subject_kind": subject._meta.label_lower, "subject_id": subject.pk}  # noqa: SLF001
    return list(user.scope().narrow(Entry.objects.filter(**about))[:HISTORY_SHOWN])
