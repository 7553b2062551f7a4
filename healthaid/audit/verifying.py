"""Finding what somebody did to the record behind the portal's back."""

from dataclasses import dataclass

from django.contrib.auth import get_user_model

from healthaid.audit.anchors import Anchor
from healthaid.audit.chain import digester, link, proof_of, start_of
from healthaid.audit.models import Entry, Head

COLUMNS = (
    "pk",
    "at",
    "actor_id",
    "actor_name",
    "verb",
    "subject_kind",
    "subject_id",
    "place_path",
    "changes_json",
    "previous",
    "digest",
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the whole chain found; `broken_at` is the first entry that does not fit."""

    checked: int
    digest: str = ""  # of the last entry that fits
    broken_at: int | None = None
    problem: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problem


def verify_chain(anchor: Anchor | None = None) -> Verdict:
    """Recompute the chain from its first entry to its end, in bounded memory; entries may be added meanwhile.

    With an anchor, the chain must also lead through it.
    """
    head = Head.objects.filter(pk=1).first() or Head()
    milestones = {head.count: head.digest, **({anchor.count: anchor.digest} if anchor else {})}
    digest, previous, checked = digester("chain"), "", 0
    for pk, at, actor_id, actor_name, *said, before, kept in (
        Entry.objects.order_by("pk").values_list(*COLUMNS).iterator(chunk_size=10_000)
    ):
        if before != previous:
            return Verdict(checked, previous, pk, "an entry before it was removed, inserted or moved")
        if kept != digest(link(before, start_of(at, actor_id, actor_name), *said)):
            return Verdict(checked, previous, pk, "its content was changed")
        previous, checked = kept, checked + 1
        if milestones.get(checked, kept) != kept:
            return Verdict(checked, previous, pk, "the chain was written anew")
    problem = _end_problem(head, checked, anchor)
    return Verdict(checked, previous, None, problem)


def _end_problem(head: Head, checked: int, anchor: Anchor | None) -> str:
    """What is wrong with the end of a chain whose entries all fit."""
    if checked < head.count or (anchor and checked < anchor.count):
        return "entries were cut off the end"
    if not head.count and (checked or get_user_model()._default_manager.exists()):  # noqa: SLF001 -- each has its entry
        return "the end of the chain is missing"
    if head.count and head.proof != proof_of(head.count, head.digest):
        return "the end of the chain was forged"
    return ""
