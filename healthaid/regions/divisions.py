"""The published divisions that come with healthaid: Yunnan to townships, Dehong and Xishuangbanna to villages.

`tools/build_divisions.py` makes the files; the first line of yunnan.json names its sources and their days.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from healthaid.regions.enums import CodeSystem

FOLDER = Path(__file__).resolve().parent / "data"


@dataclass(frozen=True, slots=True)
class Spell:
    """A code or name with its days; the end is the first day it no longer holds, empty while it lasts."""

    value: str
    valid_from: str
    valid_to: str | None = None


@dataclass(frozen=True, slots=True)
class Division:
    """One published place; `under` is the key of its parent and comes earlier in the file."""

    key: str
    level: str
    name: str
    under: str
    gone_by: str | None
    codes: tuple[tuple[str, Spell], ...]  # (system, spell)
    names: tuple[Spell, ...]  # only where the name ever changed


def divisions() -> list[Division]:
    """Every published place, parents first."""
    content = json.loads((FOLDER / "yunnan.json").read_text(encoding="utf-8"))
    return [_division(row, content["about"]) for row in content["places"]]


@cache
def county_codes() -> frozenset[str]:
    """Every six-digit county code of the country ever in use, as identity numbers begin with them."""
    grouped = json.loads((FOLDER / "county_codes.json").read_text(encoding="utf-8"))
    return frozenset(prefecture + end for prefecture, ends in grouped.items() for end in ends.split())


def _division(row: dict[str, Any], about: dict[str, Any]) -> Division:
    traced = row["level"] in {"prefecture", "county"}
    codes = []
    for system in CodeSystem.values:
        if code := row.get(system):
            first_day = about["history_from"] if traced else about[system]["on"]
            history = [(spell["code"], spell["until"]) for spell in row.get("formerly", ()) if traced]
            codes += [(system, spell) for spell in _spells([*history, (code, None)], first_day)]
    history = [(spell["name"], spell["until"]) for spell in row.get("formerly", ())]
    first_day = about["history_from"] if traced else about["statistics"]["on"]
    names = _spells([*history, (row["name"], None)], first_day) if history else ()
    return Division(
        row["key"], row["level"], row["name"], row.get("under", ""), row.get("gone_by"), tuple(codes), tuple(names)
    )


def _spells(values: list[tuple[str, str | None]], first_day: str) -> list[Spell]:
    """Spells that follow each other, equal neighbours joined."""
    spells: list[Spell] = []
    for value, until in values:
        if spells and spells[-1].value == value:
            spells[-1] = Spell(value, spells[-1].valid_from, until)
        else:
            spells.append(Spell(value, spells[-1].valid_to if spells else first_day, until))  # type: ignore[arg-type]
    return spells
