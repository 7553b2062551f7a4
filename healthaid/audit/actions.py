"""Writing the record. Every other room's actions call these inside their own transaction."""

import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.timezone import localtime

from healthaid.accounts.models import User
from healthaid.audit.models import Entry, Head
from healthaid.core.vault import derive


@dataclass(slots=True)
class Act:
    """One thing that happened to one row, before it is chained."""

    verb: str
    subject_kind: str
    subject_id: int | None
    place_path: str = ""
    changes: dict[str, Any] = field(default_factory=dict)  # {"field": [old, new]}


def record(
    *, by: User | None, verb: str, subject: models.Model | None = None, place_path: str = "", **changes: Any
) -> Entry:
    """Add one entry about a row; keyword values are [old, new] pairs or plain facts. Never pass a sealed value."""
    act = Act(
        verb=verb,
        subject_kind=subject._meta.label_lower if subject else "",  # noqa: SLF001
        subject_id=subject.pk if subject else None,
        place_path=place_path or path_of(subject),
        changes=changes,
    )
    return record_many(by=by, acts=[act])[0]


def path_of(subject: models.Model | None) -> str:
    """The path of the place a row belongs to; empty when it belongs to none."""
    paths = getattr(subject, "scope_paths", ())
    value: Any = subject
    for part in paths[0].split("__") if paths else ():
        value = getattr(value, part, None)
    return value if isinstance(value, str) else ""


@transaction.atomic
def record_many(*, by: User | None, acts: Sequence[Act]) -> list[Entry]:
    """Chain the acts behind the last entry, in order, in one statement or few."""
    if not acts:
        return []
    Head.objects.get_or_create(pk=1)
    head = Head.objects.select_for_update().get(pk=1)
    at = timezone.now()
    entries = chain(acts, by=by, at=at, previous=head.digest)
    Entry.objects.bulk_create(entries, batch_size=2_000)
    Head.objects.filter(pk=1).update(digest=entries[-1].digest, count=head.count + len(entries))
    return entries


def chain(acts: Iterable[Act], *, by: User | None, at: datetime, previous: str) -> list[Entry]:
    """The entries of some acts, each holding the digest of the one before."""
    entries = []
    name = str(by) if by else "healthaid"
    for act in acts:
        entry = Entry(
            at=at,
            actor_id=by.pk if by else None,
            actor_name=name,
            verb=act.verb,
            subject_kind=act.subject_kind,
            subject_id=act.subject_id,
            place_path=act.place_path,
            changes_json=json.dumps(act.changes, ensure_ascii=False, sort_keys=True, default=str),
            previous=previous,
        )
        entry.digest = previous = digest_of(entry)
        entries.append(entry)
    return entries


def digest_of(entry: Entry) -> str:
    """The keyed digest over everything an entry says and the digest before it."""
    content = "\x1f".join(
        (
            entry.previous,
            localtime(entry.at).isoformat(),
            str(entry.actor_id or ""),
            entry.actor_name,
            entry.verb,
            entry.subject_kind,
            str(entry.subject_id or ""),
            entry.place_path,
            entry.changes_json,
        )
    )
    return hmac.digest(derive(settings.AUDIT_KEY, "chain"), content.encode(), "sm3").hex()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the whole chain found; `broken_at` is the first entry that does not fit."""

    checked: int
    broken_at: int | None = None
    problem: str = ""


def verify_chain() -> Verdict:
    """Recompute the chain from its first entry to the head, reading in bounded memory."""
    previous, checked = "", 0
    for entry in Entry.objects.order_by("pk").iterator(chunk_size=2_000):
        if entry.previous != previous:
            return Verdict(checked, entry.pk, "an entry before it was removed, inserted or moved")
        if entry.digest != digest_of(entry):
            return Verdict(checked, entry.pk, "its content was changed")
        previous, checked = entry.digest, checked + 1
    head = Head.objects.filter(pk=1).first()
    if head and (head.digest != previous or head.count != checked):
        return Verdict(checked, None, "entries were cut off the end")
    return Verdict(checked)
