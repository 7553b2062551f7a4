"""The arithmetic of the chain: each entry's keyed digest covers all it says and the digest of the one before it."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from cryptography.hazmat.primitives.hashes import SM3
from cryptography.hazmat.primitives.hmac import HMAC
from django.conf import settings

from healthaid.core.vault import derive

SEPARATOR = "\x1f"  # no part holds it: JSON escapes it, the other parts are codes and names


def digester(purpose: str) -> Callable[[str], str]:
    """A function from text to its keyed digest (HMAC-SM3, 64 hex digits)."""
    keyed = HMAC(derive(settings.AUDIT_KEY, purpose), SM3())

    def digest(text: str) -> str:
        one = keyed.copy()
        one.update(text.encode())
        return one.finalize().hex()

    return digest


def start_of(at: datetime, actor_id: int | None, actor_name: str) -> str:
    """The part of a link that entries of one act share."""
    return SEPARATOR.join((at.astimezone(UTC).isoformat(), str(actor_id or ""), actor_name))


def link(previous: str, start: str, *said: str | int | None) -> str:
    """The text that an entry's digest covers: verb, subject's kind and id, path, changes."""
    return SEPARATOR.join((previous, start, *(str(part or "") for part in said)))


def chain(previous: str, start: str, said: Iterable[str]) -> list[str]:
    """The digests of entries of one act that follow each other: `link` for many, what each says joined by SEPARATOR."""
    digest, digests = digester("chain"), []
    for text in said:
        previous = digest(f"{previous}{SEPARATOR}{start}{SEPARATOR}{text}")
        digests.append(previous)
    return digests


def proof_of(count: int, digest: str) -> str:
    """What only the holder of the key can write about the end of the chain."""
    return digester("head")(f"{count}{SEPARATOR}{digest}")
