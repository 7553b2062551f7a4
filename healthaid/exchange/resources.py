"""One declaration a sheet: the same columns make the blank template, the export, and the import."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, ClassVar

import polars as pl
from django.db import models
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django_filters import FilterSet
from import_export.fields import Field
from import_export.resources import ModelDeclarativeMetaclass, ModelResource

from healthaid.accounts.models import User
from healthaid.core.fields import split_codes
from healthaid.core.vault import Sealed, vault
from healthaid.exchange.checking import EMPTY_TYPES, Free, Sheet
from healthaid.exchange.choices import choice_key, choice_table
from healthaid.exchange.enums import ColumnKind
from healthaid.exchange.merging import Plan, Run
from healthaid.exchange.models import ImportBatch
from healthaid.exchange.writing import SheetColumn
from healthaid.regions.choosing import InPlaceFilter

SHEET_LANGUAGE = "zh-hans"  # headers and values of sheets stay Chinese, or they could not be imported again
LIST_SEPARATOR = "、"
CHUNK = 2_000  # rows of an export held at a time


class Column(Field):
    """One column of a sheet: its header, how its cells are cleaned, and the attribute they fill.

    The attribute is a path from the sheet's model, "household__number"; without one the column is read, never written
    by an export. `aliases` are further names of choices: {"之长子": "03"}. `required` means required of a new row.
    `doubtful` are aliases taken with a warning. `free_when` says when any text is taken, `fill_down` that a merged
    cell counts for each row it spans, `withheld` holds codes that no sheet shows or takes. `is_key` marks the
    numbers that say whom or what a row is about.
    """

    def __init__(
        self,
        attribute: str | None,
        label: str | Promise,
        kind: ColumnKind = ColumnKind.TEXT,
        *,
        synonyms: Sequence[str] = (),
        hint: str | Promise = "",
        choices: type[models.TextChoices] | None = None,
        aliases: Mapping[str, str] | None = None,
        doubtful: Mapping[str, str] | None = None,
        required: bool = False,
        max_length: int = 200,
        maximum: int = 2**31 - 1,
        allow_future: bool = False,
        allow_month: bool = False,
        allow_negative: bool = False,
        free_when: Free | None = None,
        fill_down: bool = False,
        is_key: bool = False,
        export: Callable[[Any], Any] | None = None,
        withheld: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__(attribute=attribute, column_name=_in_sheet(label))
        self.label = label
        self.kind = kind
        self.synonyms = tuple(synonyms)
        self.hint = hint
        self.choices = choices
        self.aliases = dict(aliases or {})
        self.doubtful = dict(doubtful or {})
        self.required = required
        self.max_length = max_length
        self.maximum = maximum
        self.allow_future = allow_future
        self.allow_month = allow_month
        self.allow_negative = allow_negative
        self.free_when = free_when
        self.fill_down = fill_down
        self.is_key = is_key
        self.export_value = export
        self.withheld = withheld
        self.name = ""  # the name under which the resource declares it

    @property
    def header(self) -> str:
        """The header as sheets print it."""
        return self.column_name

    @property
    def names(self) -> list[str]:
        """Every header text that means this column."""
        return list(dict.fromkeys((self.header, str(self.label), *self.synonyms)))

    @property
    def options(self) -> dict[str, str]:
        """The code of each choice by its name in sheets, for drop-downs."""
        if self.choices is None:
            return {}
        with override(SHEET_LANGUAGE):
            return {str(label): str(value) for value, label in self.choices.choices if value not in self.withheld}

    @property
    def meanings(self) -> dict[str, str]:
        """The code of each choice by every name under which it may be read."""
        return choice_table([(code, name) for name, code in self.options.items()], self.aliases)

    @property
    def doubtful_meanings(self) -> dict[str, tuple[str, str]]:
        """The code, and its name, of each name that is taken with a warning."""
        names = {code: name for name, code in self.options.items()}
        return {choice_key(name): (code, names[code]) for name, code in self.doubtful.items()}

    def shown(self) -> SheetColumn:
        """The column as templates and exports show it."""
        return SheetColumn(
            label=self.header,
            kind=_WRITTEN.get(self.kind, "text"),
            hint=str(self.hint),
            required=self.required,
            choices=tuple(self.options) if self.kind in {ColumnKind.CHOICE, ColumnKind.SEX} else (),
        )

    @property
    def is_confidential(self) -> bool:
        """Whether its cells are shown masked in problems and records."""
        return self.kind in {ColumnKind.IDENTITY, ColumnKind.PHONE, ColumnKind.DISABILITY, ColumnKind.CARD}

    def read(self, value: Any) -> str:
        """A recorded value as people read it."""
        if value in (None, ""):
            return ""
        if self.kind is ColumnKind.YES_NO:
            return _yes_no(str(value).lower() == "true") or ""
        return str(self.shower()(value) or "")

    def shower(self) -> Callable[[Any], Any]:
        """What turns a stored value into the cell of an export."""
        if self.export_value:
            return self.export_value
        if self.kind is ColumnKind.YES_NO:
            return _yes_no
        if self.kind in _CELLS:
            return _as_it_is
        if self.choices is not None:
            shown = {code: name for name, code in self.options.items()}
            if self.kind is ColumnKind.CHOICES:
                return lambda value: LIST_SEPARATOR.join(
                    shown.get(code, code) for code in split_codes(value) if code not in self.withheld
                )
            return lambda value: shown.get(value, value)
        return _plain


class PlaceFilter(FilterSet):
    """For sheets whose rows no list shows alike."""

    place = InPlaceFilter()


class SheetMetaclass(ModelDeclarativeMetaclass):
    """Keeps a sheet to its declared columns, in the order of declaration."""

    def __new__(cls, name: str, bases: tuple[type, ...], attrs: dict[str, Any]) -> type:
        declared = [key for key, value in attrs.items() if isinstance(value, Field)]
        if meta := attrs.get("Meta"):
            meta.fields = tuple(declared)
        made = super().__new__(cls, name, bases, attrs)
        made.fields = {key: made.fields[key] for key in declared}
        for key, column in made.fields.items():
            column.name = key
        return made


class SheetResource(ModelResource, metaclass=SheetMetaclass):
    """A sheet of one row a record. A subclass declares its columns and says how they become rows of the database.

    `kind` is its name in addresses and commands; `edit_ability` and `read_ability` decide who imports and exports it.
    """

    kind: ClassVar[str]
    title: ClassVar[str | Promise]
    explanation: ClassVar[str | Promise] = ""
    edit_ability: ClassVar[str]
    read_ability: ClassVar[str]
    parked: ClassVar[Mapping[str, Mapping[str, tuple[str, str]]]] = {}  # by model label, see Merge.parked
    list_page: ClassVar[str]  # the name of the page that lists the same rows
    filterset: ClassVar[type[FilterSet]] = PlaceFilter  # of the list that shows the same rows
    keep_hint: ClassVar[str | Promise] = _("更新已有记录时，空白单元格表示保留系统中的原值。")

    @classmethod
    def columns(cls) -> list[Column]:
        """The columns in their order."""
        return list(cls.fields.values())

    @classmethod
    def column(cls, name: str) -> Column:
        """A column by the name it is declared under."""
        return cls.fields[name]

    @classmethod
    def labels(cls) -> list[list[str]]:
        """For each column every header text that means it; what `reading.read_workbook` looks for."""
        return [column.names for column in cls.columns()]

    @classmethod
    def model(cls) -> type[models.Model]:
        return cls._meta.model

    @classmethod
    def check(cls, sheet: Sheet) -> None:
        """The rules that need nothing but the file; bad cells are noted on the sheet."""
        raise NotImplementedError

    @classmethod
    def plan(cls, sheet: Sheet, run: Run) -> Plan:
        """What the sheet means for the database as it stands; rows that may not be written are noted on the sheet."""
        raise NotImplementedError

    @classmethod
    def applied(cls, batch: ImportBatch) -> None:
        """What else is due when a batch was written; in its transaction."""

    @classmethod
    def next_step(cls, batch: ImportBatch) -> tuple[str | Promise, str]:  # noqa: ARG003 -- for those that have another
        """Words and address of what follows once a batch was written."""
        return _("打开名单"), reverse(cls.list_page)

    @classmethod
    def withdrawing(cls, rows: pl.DataFrame, by: User) -> None:
        """What has to give way before a batch's rows ("model", "row_id", "before") go; in the same transaction.

        Raises Refused where it may not.
        """

    @classmethod
    def rows_for_export(cls, user: Any) -> QuerySet:
        """The rows that the user may export, in the order of the sheet."""
        raise NotImplementedError

    @classmethod
    def showers(cls) -> dict[str, Callable[[Any], Any]]:
        """What turns stored values into cells where that needs a look into the database, made once for each export."""
        return {}

    @classmethod
    def sheet_columns(cls) -> list[SheetColumn]:
        """The columns as templates and exports show them."""
        return [column.shown() for column in cls.columns()]

    @classmethod
    def chunks(cls, rows: QuerySet) -> Iterator[pl.DataFrame]:
        """The export's rows as frames of some thousand, in bounded memory."""
        reader = CellReader(cls.columns(), cls.model(), cls.showers())
        schema = {column.name: _CELLS.get(column.kind, pl.String()) for column in cls.columns()}
        found = rows.values_list(*reader.paths).iterator(chunk_size=CHUNK)
        while some := list(islice(found, CHUNK)):
            yield pl.DataFrame(reader.columns(some), schema=schema)


class CellReader:
    """Turns plain values of the database into the cells of a sheet, a column at a time."""

    def __init__(
        self, columns: Sequence[Column], model: type[models.Model], showers: Mapping[str, Callable[[Any], Any]]
    ) -> None:
        self.paths: list[str] = []
        self.special = showers
        self.showers = [self._shower(column, model) for column in columns]

    def columns(self, rows: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
        """The cells of some rows, column by column."""
        values = list(zip(*rows, strict=True))
        return [show(values) or [None] * len(rows) for show in self.showers]

    def _position(self, path: str) -> int:
        if path not in self.paths:
            self.paths.append(path)
        return self.paths.index(path)

    def _shower(self, column: Column, model: type[models.Model]) -> Callable[[Sequence[Any]], Sequence[Any]]:
        """What makes one column of cells out of the columns read; nothing where the sheet only reads the column."""
        if column.attribute is None:
            return lambda _values: ()
        *way, last = column.attribute.split("__")
        owner = _model_at(model, way)
        sealed = owner.__dict__.get(last)
        if isinstance(sealed, Sealed):
            text, mark = (self._position("__".join((*way, name))) for name in (sealed.column, "seal_id"))
            return lambda values: _opened(sealed, owner._meta.db_table, values[text], values[mark])  # noqa: SLF001
        position, show = self._position(column.attribute), self.special.get(column.name) or column.shower()
        if show is _as_it_is:
            return lambda values: values[position]
        return lambda values: list(map(show, values[position]))


def _opened(sealed: Sealed, table: str, texts: Sequence[str], marks: Sequence[str]) -> list[str | None]:
    return [text or None for text in vault().open_many(texts, sealed.context_of(table, ""), marks)]


def _model_at(model: type[models.Model], way: Sequence[str]) -> type[models.Model]:
    for name in way:
        model = model._meta.get_field(name).related_model  # type: ignore[assignment]  # noqa: SLF001
    return model


def _in_sheet(text: str | Promise) -> str:
    with override(SHEET_LANGUAGE):
        return str(text)


def _yes_no(value: bool | None) -> str | None:  # noqa: FBT001 -- a cell
    return None if value is None else ("是" if value else "否")


def _as_it_is(value: Any) -> Any:
    return value


def _plain(value: Any) -> str | None:
    return str(value) if value not in (None, "") else None


_CELLS = {kind: EMPTY_TYPES[kind] for kind in (ColumnKind.DATE, ColumnKind.NUMBER, ColumnKind.AMOUNT)}
_WRITTEN = {ColumnKind.DATE: "date", ColumnKind.NUMBER: "number", ColumnKind.AMOUNT: "amount"}
