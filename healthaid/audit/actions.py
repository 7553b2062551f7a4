"""Writing the record. Every other room's actions call these inside their own transaction."""

import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import polars as pl
from django.db import models, transaction
from django.utils import timezone

from healthaid.audit.anchors import Anchor, read_anchor
from healthaid.audit.chain import SEPARATOR, chain, proof_of, start_of
from healthaid.audit.models import Entry, Head
from healthaid.core import bulk
from healthaid.core.identity import MASKED, TRACE, traced

logger = logging.getLogger(__name__)

SYSTEM = "healthaid"  # the name of acts that nobody asked for
# What an entry says of itself, in the order in which it is hashed.
SAID = ("verb", "subject_kind", "subject_id", "place_path", "changes_json")


class Actor(Protocol):
    """Who does something: an account."""

    pk: Any

    def home_path(self) -> str: ...


@dataclass(slots=True)
class Act:
    """One thing that happened to one row, before it is chained."""

    verb: str
    subject_kind: str
    subject_id: int | None
    place_path: str = ""
    changes: dict[str, Any] = field(default_factory=dict)  # {"field": [old, new]}


@dataclass(frozen=True, slots=True)
class Links:
    """What binds entries of one act into the chain: when and by whom it was done, and each one's digests."""

    at: datetime
    actor_id: int | None
    actor_name: str
    previous: list[str]
    digests: list[str]


def record(
    *, by: Actor | None, verb: str, subject: models.Model | None = None, place_path: str = "", **changes: Any
) -> None:
    """Add one entry about a row; keyword values are [old, new] pairs or plain facts. Never pass a sealed value.

    What belongs to no place is recorded where the actor works, so that the auditor there finds it.
    """
    act = Act(
        verb=verb,
        subject_kind=subject._meta.label_lower if subject else "",  # noqa: SLF001
        subject_id=subject.pk if subject else None,
        place_path=place_path or path_of(subject) or (by.home_path() if by else ""),
        changes=changes,
    )
    record_act(by=by, act=act)


def path_of(subject: models.Model | None) -> str:
    """The path of the place a row belongs to; empty when it belongs to none."""
    paths = getattr(subject, "scope_paths", ())
    value: Any = subject
    for part in paths[0].split("__") if paths else ():
        value = getattr(value, part, None)
    return value if isinstance(value, str) else ""


@transaction.atomic(savepoint=False)
def record_act(*, by: Actor | None, act: Act) -> None:
    """Chain one act behind the last entry."""
    parts = (act.verb, act.subject_kind, act.subject_id, act.place_path, traced(as_json(act.changes)))
    said = dict(zip(SAID, parts, strict=True))
    links = _link(by, [SEPARATOR.join("" if part is None else str(part) for part in parts)])
    Entry.objects.create(
        **said,
        at=links.at,
        actor_id=links.actor_id,
        actor_name=links.actor_name,
        previous=links.previous[0],
        digest=links.digests[0],
    )


@transaction.atomic(savepoint=False)
def record_rows(
    *, by: Actor | None, verb: str, subject_kind: str, rows: pl.DataFrame | Sequence[tuple[int, str, str]]
) -> int:
    """One entry a row for bulk work: (id, path of its place, changes as JSON text); how many were added."""
    frame = pl.DataFrame(rows, schema=SAID[2:], orient="row")
    if frame.is_empty():
        return 0
    acts = frame.select(
        pl.lit(verb).alias("verb"),
        pl.lit(subject_kind).alias("subject_kind"),
        pl.all().exclude("changes_json"),
        pl.col("changes_json").str.replace_all(MASKED, f"${{1}}{TRACE}"),
    )
    said = pl.concat_str(pl.col(SAID).cast(pl.String).fill_null(""), separator=SEPARATOR)
    links = _link(by, acts.select(said.alias("said"))["said"])
    bulk.insert(
        Entry,
        acts.with_columns(
            pl.lit(links.at, pl.Datetime("us", "UTC")).alias("at"),
            pl.lit(links.actor_id, pl.Int64).alias("actor_id"),
            pl.lit(links.actor_name).alias("actor_name"),
            pl.Series("previous", links.previous),
            pl.Series("digest", links.digests),
        ),
    )
    return acts.height


def as_json(changes: dict[str, Any]) -> str:
    """Changes as an entry keeps them."""
    return json.dumps(changes, ensure_ascii=False, sort_keys=True, default=str)


def _link(by: Actor | None, said: Iterable[str]) -> Links:
    """Lengthen the chain by entries that say this, under the lock of the head; the caller writes them."""
    head = _locked_head()
    at, actor_id, actor_name = timezone.now(), by.pk if by else None, str(by)[:100] if by else SYSTEM
    digests = chain(head.digest, start_of(at, actor_id, actor_name), said)
    count = head.count + len(digests)
    Head.objects.filter(pk=1).update(digest=digests[-1], count=count, proof=proof_of(count, digests[-1]))
    return Links(at, actor_id, actor_name, [head.digest, *digests[:-1]], digests)


def _locked_head() -> Head:
    """The end of the chain, held until the transaction ends; made by the first entry."""
    rows = Head.objects.select_for_update()
    head = rows.filter(pk=1).first()
    if head is None:
        Head.objects.get_or_create(pk=1)
        head = rows.get(pk=1)
    return head


def keep_anchor(file: Path) -> bool:
    """Move the anchor on to the end of the chain; not when the chain no longer leads through it, which is logged."""
    head, anchor = Head.objects.filter(pk=1).first() or Head(), read_anchor(file)
    if head.count and head.proof == proof_of(head.count, head.digest) and (anchor is None or leads_through(anchor)):
        Anchor(head.count, head.digest).write(file)
        return True
    if anchor:
        logger.error("audit_anchor", extra={"problem": "the record does not lead through its anchor"})
    return False


def leads_through(anchor: Anchor) -> bool:
    """Whether the entry of that number has that digest."""
    digests = Entry.objects.order_by("pk").values_list("digest", flat=True)
    return list(digests[anchor.count - 1 : anchor.count]) == [anchor.digest]
