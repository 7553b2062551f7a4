"""Texts as people and programs leave them, made plain."""

import re
import unicodedata

INVISIBLE = "\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad"
UNSEEN = re.compile(f"[{INVISIBLE}]")
SPACES = re.compile(r"\s+")


def half_width(text: str) -> str:
    """Half-width letters, digits and signs; without invisible characters, with single spaces."""
    return SPACES.sub(" ", UNSEEN.sub("", unicodedata.normalize("NFKC", text))).strip()
