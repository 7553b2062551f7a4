"""The one way in which rows are listed, and the cells that every room's tables use."""

import html
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, ClassVar, Literal

from django.db.models import TextChoices
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join, html_safe
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from healthaid.core import money

Tone = Literal["good", "due", "act", "plain"]
DASH = "—"  # a cell that has nothing to say
TAG = re.compile(r"<[^>]*>")  # format_html leaves no bare ">" inside one


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


def link(address: str, words: Any) -> SafeString:
    """The way to a page."""
    return format_html('<a href="{}">{}</a>', address, words)


def day(value: date | None) -> str:
    """A date as tables show it."""
    return value.isoformat() if value else DASH


def minute(value: datetime | None) -> str:
    """An instant as tables show it, in the portal's time."""
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else DASH


def yuan(value: Decimal | None) -> str:
    """An amount with thousands and two decimals."""
    return DASH if value is None else money.yuan(value)


def words_of(cell: Any) -> str:
    """What a cell says, without its markup."""
    text = str(cell)
    return html.unescape(TAG.sub("", text)).strip() if isinstance(text, SafeString) else text


@html_safe
class Table:
    """Rows that a subclass turns into cells, drawn without a template, which costs four times as much on a long list.

    Cells are texts, escaped here, or HTML marked safe; `classes` are those of the columns, `look` of the table.
    """

    headings: Sequence[str | Promise]
    classes: Sequence[str]
    look: ClassVar[str] = "table-hover"

    def __init__(self, rows: Iterable[Any]) -> None:
        self.rows = list(rows)

    def __bool__(self) -> bool:
        return bool(self.rows)

    def cells(self, row: Any) -> Sequence[str | SafeString]:
        """What stands in a row, column by column."""
        raise NotImplementedError

    def is_past(self, row: Any) -> bool:  # noqa: ARG002 -- for subclasses
        """Whether a row no longer counts and is shown paler."""
        return False

    def __str__(self) -> SafeString:
        marks = [f' class="{name}"' if name else "" for name in self.classes]
        heads = format_html_join(
            "", '<th scope="col"{}>{}</th>', zip(map(mark_safe, marks), self.headings, strict=True)
        )
        shape = "".join(f"<td{mark}>{{}}</td>" for mark in marks)
        shapes = {False: f"<tr>{shape}</tr>", True: f'<tr class="is-gone">{shape}</tr>'}
        lines = (format_html(shapes[self.is_past(row)], *self.cells(row)) for row in self.rows)
        return format_html(
            '<div class="table-responsive"><table class="table data-table {}">'
            "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>",
            self.look,
            heads,
            format_html_join("\n", "{}", ((line,) for line in lines)),
        )
