"""Which rows of a sheet go out: those that their list shows under the same filters."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from healthaid.accounts.models import User
from healthaid.core.forms import chosen_text, is_search


class Unexportable(Exception):  # noqa: N818 -- a wrong address, not an error of the program
    """A filter that the sheet does not have, that is outside the user's reach, or that holds searched words."""


@dataclass(frozen=True, slots=True)
class Asker:
    """What a filter asks of a request; jobs have none."""

    user: User


@dataclass(frozen=True, slots=True)
class Choice:
    """Rows, the filters that chose them as ids and codes, and the same as people read it."""

    rows: QuerySet
    codes: dict[str, str]
    words: str


def choose(user: User, sheet: Any, filters: Mapping[str, Any]) -> Choice:
    """The rows of the sheet that the user may read, under the filters of its list. Raises Unexportable."""
    codes = {name: str(value) for name, value in filters.items() if value not in (None, "")}
    found = sheet.filterset(codes, queryset=sheet.rows_for_export(user), request=Asker(user))
    known = {name for name, field in found.form.fields.items() if not is_search(field)}
    if not codes.keys() <= known or not found.form.is_valid():
        raise Unexportable
    chosen = [found.form[name] for name in found.form.fields if name in codes]
    return Choice(found.qs, codes, "；".join(f"{bound.label}：{chosen_text(bound).strip()}" for bound in chosen))
