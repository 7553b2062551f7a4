"""Cells that every room's tables use, and a table for the longest lists, drawn without a template."""

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any, ClassVar, Literal

from django.db.models import TextChoices
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join, html_safe
from django.utils.safestring import SafeString
from django.utils.translation import get_language

Tone = Literal["good", "due", "act", "plain"]
NOWRAP = {"td": {"class": "nowrap"}}  # a column of dates


def badge(text: str | Promise, tone: Tone) -> SafeString:
    """A state in a word and an icon, never by colour alone."""
    return _badge(str(text), tone)


@lru_cache(maxsize=256)
def _badge(text: str, tone: Tone) -> SafeString:
    return render_to_string("components/badge.html", {"text": text, "tone": tone})


def label(choices: type[TextChoices], code: str) -> str:
    """A code in words of the language in use; as it is where unknown. Cheaper than get_x_display in long lists."""
    return _labels(choices, get_language()).get(code, code)


@cache
def _labels(choices: type[TextChoices], _language: str | None) -> dict[str, str]:
    return {code: str(words) for code, words in choices.choices}


@html_safe
class LeanTable:
    """A table of rows that a subclass turns into cells; on a long list a template costs four times as much.

    Cells are texts, escaped here, or HTML marked safe; `classes` are those of the columns.
    """

    headings: ClassVar[Sequence[str | Promise]]
    classes: ClassVar[Sequence[str]]

    def __init__(self, rows: Iterable[Any], *, orderable: bool = False) -> None:
        self.rows, self.orderable = list(rows), orderable

    def cells(self, row: Any) -> Sequence[str | SafeString]:
        """What stands in a row, column by column."""
        raise NotImplementedError

    def __str__(self) -> SafeString:
        heads = format_html_join(
            "", '<th scope="col" class="{}">{}</th>', zip(self.classes, self.headings, strict=True)
        )
        shape = "<tr>{}</tr>".format("".join(f'<td class="{name}">{{}}</td>' for name in self.classes))
        body = format_html_join("\n", shape, (self.cells(row) for row in self.rows))
        return format_html(
            '<div class="table-responsive"><table class="table table-hover data-table">'
            "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>",
            heads,
            body,
        )
