"""Field encryption behind one interface: sealing, opening, and keyed digests to find a sealed value again.

The default provider works in software: SM4-GCM seals (GB/T 32907, GB/T 39786-2021 8.4), HMAC-SM3 indexes (GB/T 32905).
A hardware or service provider offers the same methods and is named by the setting VAULT.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SM3
from cryptography.hazmat.primitives.hmac import HMAC
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

NONCE_BYTES = 12
TAG_BYTES = 16
KEY_BYTES = 16
SEAL_ID_BYTES = 8


class Unsealable(Exception):  # noqa: N818 -- says what the value is
    """A sealed value cannot be opened: wrong key, changed bytes, or moved from another row."""


class Vault(Protocol):
    """What a provider of field encryption offers; tests/core/test_vault_contract.py is its contract."""

    @property
    def current(self) -> str:
        """The id of the key that seals now; a sealed text begins with it and a colon."""

    def seal(self, text: str, context: str) -> str:
        """Encrypt; the context (table, column, row) must be the same when opening. Empty stays empty."""

    def seal_many(self, texts: Sequence[str | None], context: str, marks: Sequence[str]) -> list[str]:
        """Each text sealed under the context with its own mark behind it; none stays empty."""

    def open(self, sealed: str, context: str) -> str:
        """Decrypt. Raises Unsealable."""

    def open_many(self, sealed: Sequence[str | None], context: str, marks: Sequence[str]) -> list[str]:
        """What `seal_many` made, or `seal` under each whole context. Raises Unsealable."""

    def seal_bytes(self, data: bytes, context: str) -> bytes:
        """Encrypt bytes with the current key; which one that was is for the caller to keep."""

    def open_bytes(self, sealed: bytes, context: str, key: str = "") -> bytes:
        """Decrypt what `seal_bytes` made with the key of this id, or with the current one. Raises Unsealable."""

    def index(self, text: str, purpose: str) -> str:
        """A keyed digest (64 hex digits) of the text, equal only for equal text and purpose. Empty stays empty."""

    def index_many(self, texts: Sequence[str | None], purpose: str) -> list[str | None]:
        """The digest of each text, as `index` gives it; None for none."""


@lru_cache(maxsize=256)
def derive(secret: str, purpose: str, size: int = 32) -> bytes:
    """A key of its own for each purpose, from a configured secret."""
    return hmac.digest(secret.encode(), purpose.encode(), "sha256")[:size]


class SoftwareVault:
    """SM4-GCM and HMAC-SM3 in this process; "key id:base64(nonce, text, tag)" in the column."""

    def __init__(self, field_keys: str, index_key: str) -> None:
        self.keys: dict[str, bytes] = {}
        for number, entry in enumerate(filter(None, (part.strip() for part in field_keys.split(",")))):
            name, _, secret = entry.rpartition(":")
            if len(secret) < 32:  # noqa: PLR2004 -- 128 bits in hexadecimal
                raise ImproperlyConfigured(f"FIELD_KEYS: entry {number + 1} is shorter than 32 characters.")
            self.keys[name or "1"] = derive(secret, "field", KEY_BYTES)
        if not self.keys or not index_key:
            raise ImproperlyConfigured("FIELD_KEYS and INDEX_KEY must be set.")
        self.current = next(iter(self.keys))
        self.index_secret = index_key

    def seal(self, text: str, context: str) -> str:
        if not text:
            return ""
        return f"{self.current}:{base64.b64encode(self.seal_bytes(text.encode(), context)).decode()}"

    def open(self, sealed: str, context: str) -> str:
        if not sealed:
            return ""
        name, _, body = sealed.partition(":")
        try:
            data = base64.b64decode(body, validate=True)
        except ValueError:
            raise Unsealable("not a sealed value") from None
        return self.open_bytes(data, context, name).decode()

    def seal_bytes(self, data: bytes, context: str) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        encryptor = Cipher(algorithms.SM4(self.keys[self.current]), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(context.encode())
        return nonce + encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def open_bytes(self, sealed: bytes, context: str, key: str = "") -> bytes:
        try:
            secret = self.keys[key or self.current]
        except KeyError:
            raise Unsealable("sealed under a key that is not configured") from None
        if len(sealed) < NONCE_BYTES + TAG_BYTES:
            raise Unsealable("cut short")
        nonce, body, tag = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:-TAG_BYTES], sealed[-TAG_BYTES:]
        decryptor = Cipher(algorithms.SM4(secret), modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(context.encode())
        try:
            return decryptor.update(body) + decryptor.finalize()
        except InvalidTag:
            raise Unsealable("changed, or moved from another row") from None

    def index(self, text: str, purpose: str) -> str:
        if not text:
            return ""
        return hmac.digest(derive(self.index_secret, purpose), text.encode(), "sm3").hex()

    def index_many(self, texts: Sequence[str | None], purpose: str) -> list[str | None]:
        keyed = HMAC(derive(self.index_secret, purpose), SM3())
        found: list[str | None] = []
        for text in texts:
            if text:
                copy = keyed.copy()
                copy.update(text.encode())
                found.append(copy.finalize().hex())
            else:
                found.append(None)
        return found

    def open_many(self, sealed: Sequence[str | None], context: str, marks: Sequence[str]) -> list[str]:
        return [self.open(text or "", f"{context}{mark}") for text, mark in zip(sealed, marks, strict=True)]

    def seal_many(self, texts: Sequence[str | None], context: str, marks: Sequence[str]) -> list[str]:
        algorithm, start = algorithms.SM4(self.keys[self.current]), f"{self.current}:"
        nonces = secrets.token_bytes(NONCE_BYTES * len(texts))
        sealed = []
        for number, (text, mark) in enumerate(zip(texts, marks, strict=True)):
            if not text:
                sealed.append("")
                continue
            nonce = nonces[number * NONCE_BYTES : (number + 1) * NONCE_BYTES]
            encryptor = Cipher(algorithm, modes.GCM(nonce)).encryptor()
            encryptor.authenticate_additional_data(f"{context}{mark}".encode())
            body = encryptor.update(text.encode()) + encryptor.finalize()
            sealed.append(start + base64.b64encode(nonce + body + encryptor.tag).decode())
        return sealed


def software() -> SoftwareVault:
    """The provider that needs nothing but the keys in the settings."""
    if "sm3" not in hashlib.algorithms_available:
        raise ImproperlyConfigured("The OpenSSL of this machine lacks SM3; healthaid needs OpenSSL 1.1.1 or newer.")
    return SoftwareVault(settings.FIELD_KEYS, settings.INDEX_KEY)


@lru_cache(maxsize=1)
def vault() -> Vault:
    """The configured vault of this installation."""
    try:
        provider: Callable[[], Vault] = import_string(settings.VAULT)
    except ImportError as error:
        raise ImproperlyConfigured(f"VAULT: {error}") from error
    return provider()


class Sealed:
    """A model attribute that reads and writes clear text over its sealed columns.

    `identity = Sealed("identity", indexes={"identity_index": None, "identity_last6": 6})` keeps `identity_sealed`
    and, for each index column, the keyed digest of the whole text (None) or of its last so many characters.
    The model has `seal_id`, a random text bound into every seal of the row, so that a value copied into another row
    does not open.
    """

    def __init__(self, name: str, indexes: dict[str, int | None]) -> None:
        self.column = f"{name}_sealed"
        self.name = name
        self.indexes = indexes

    def context(self, row: object) -> str:
        """What binds a value to its table, column and row."""
        return self.context_of(row._meta.db_table, row.seal_id)  # type: ignore[attr-defined]  # noqa: SLF001

    def context_of(self, table: str, seal_id: str) -> str:
        """The same, for rows that are not (yet) objects: bulk paths seal with it."""
        return f"{table}.{self.name}:{seal_id}"

    def index_values(self, text: str, table: str) -> dict[str, str | None]:
        """The digest for each index column; None where there is no text, so that unique columns allow many."""
        return {
            column: (vault().index(text[-last:] if last else text, f"{table}.{column}") or None)
            for column, last in self.indexes.items()
        }

    def __get__(self, row: object | None, owner: type) -> Any:
        if row is None:
            return self
        return vault().open(getattr(row, self.column), self.context(row))

    def __set__(self, row: object, text: str) -> None:
        if text == vault().open(getattr(row, self.column), self.context(row)):
            return  # keep the ciphertext of an unchanged value
        setattr(row, self.column, vault().seal(text, self.context(row)))
        for column, digest in self.index_values(text, row._meta.db_table).items():  # type: ignore[attr-defined]  # noqa: SLF001
            setattr(row, column, digest)


def new_seal_id() -> str:
    """A fresh random row mark for `seal_id` columns."""
    return secrets.token_hex(SEAL_ID_BYTES)


def new_seal_ids(count: int) -> list[str]:
    """So many fresh row marks, out of one draw."""
    drawn = secrets.token_hex(SEAL_ID_BYTES * count)
    return [drawn[at : at + 2 * SEAL_ID_BYTES] for at in range(0, len(drawn), 2 * SEAL_ID_BYTES)]
