"""Reads of the record."""

from collections import defaultdict

from django.db import models
from django.db.models import Q, QuerySet

from healthaid.audit.models import Entry
from healthaid.core.scoping import Scoped


def entries_for_list(user: Scoped) -> QuerySet[Entry]:
    """The entries of the places the user audits; with the root among them also those that belong to no place."""
    scope = user.scope(Entry.read_ability)
    rows = Entry.objects.visible_to(user)
    if any(prefix.count("/") == 1 for prefix in scope.prefixes):
        rows = Entry.objects.filter(Q(pk__in=rows) | Q(place_path=""))
    return rows.select_related("actor")


def history_of(user: Scoped, *subjects: models.Model) -> QuerySet[Entry]:
    """What happened to rows the user sees, newest first, as far as it happened inside the user's places."""
    ids: dict[str, list[int]] = defaultdict(list)
    for subject in subjects:
        ids[subject._meta.label_lower].append(subject.pk)  # noqa: SLF001
    about = Q(pk__in=[])
    for kind, found in ids.items():
        about |= Q(subject_kind=kind, subject_id__in=found)
    return user.scope().narrow(Entry.objects.filter(about))
