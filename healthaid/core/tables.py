"""Cells that every room's tables use."""

from typing import Literal

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString

Tone = Literal["good", "due", "act", "plain"]
NOWRAP = {"td": {"class": "nowrap"}}  # a column of dates


def badge(text: str | Promise, tone: Tone) -> SafeString:
    """A state in a word and an icon, never by colour alone."""
    return render_to_string("components/badge.html", {"text": text, "tone": tone})
