"""The English catalogue, kept with Babel so that no machine needs GNU gettext: messages.py update|check|compile.

`update` brings locale/en in step with the sources, `check` fails when it is not or when a translation is missing,
`compile` writes the file that Django loads. The sources' language is Chinese.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
SOURCES = ("healthaid", "facilities", "patients", "signing", "templates")
# What each function's arguments mean, as Babel writes it: "c" marks the context.
ONE, PLURAL, CONTEXT, BOTH = (1,), (1, 2), ((1, "c"), 2), ((1, "c"), 2, 3)
KEYWORDS: dict[str, tuple[Any, ...]] = {
    "_": ONE,
    "_now": ONE,  # gettext, where "_" is the lazy one
    "gettext": ONE,
    "gettext_lazy": ONE,
    "gettext_noop": ONE,
    "ngettext": PLURAL,
    "ngettext_lazy": PLURAL,
    "pgettext": CONTEXT,
    "pgettext_lazy": CONTEXT,
    "npgettext": BOTH,
    "npgettext_lazy": BOTH,
}
LITERAL = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
CALL = re.compile(rf"\b({'|'.join(KEYWORDS)})\(\s*({LITERAL}(?:\s*,\s*{LITERAL})*)")

Found = tuple[str, tuple[str, ...]]  # the function's name and its literal arguments


def files() -> Iterator[Path]:
    """The sources under version control or about to be, in order."""
    command = ("git", "ls-files", "-co", "--exclude-standard", "--", *SOURCES)
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = sorted(set(listed.splitlines()))
    paths = (ROOT / name for name in names if "/migrations/" not in name)
    return (path for path in paths if path.suffix in {".py", ".html", ".txt"} and path.exists())


def messages_of(path: Path) -> Iterator[Found]:
    """The calls of translation in one file."""
    if path.suffix == ".py":
        with path.open("rb") as source:
            for _line, name, arguments, _comments in extract_python(source, KEYWORDS, (), {}):
                texts = arguments if isinstance(arguments, tuple) else (arguments,)
                yield str(name), tuple(str(text) for text in texts if text is not None)
        return
    for name, literals in CALL.findall(templatize(path.read_text(encoding="utf-8"), origin=str(path))):
        yield name, tuple(ast.literal_eval(literal) for literal in re.findall(LITERAL, literals))


def extracted() -> Catalog:
    """Every message of the sources, with the files it stands in."""
    catalog = Catalog(locale="en")
    for path in files():
        for name, texts in messages_of(path):
            has_context, has_plural = KEYWORDS[name] in (CONTEXT, BOTH), KEYWORDS[name] in (PLURAL, BOTH)
            context, ids = (texts[0], texts[1:]) if has_context else (None, texts)
            if ids and ids[0]:
                key = ids[:2] if has_plural else ids[0]
                catalog.add(key, locations=[(path.relative_to(ROOT).as_posix(), 0)], context=context)
    return catalog


def stored() -> Catalog:
    """The catalogue as it stands, or an empty one."""
    if not CATALOGUE.exists():
        return Catalog(locale="en", header_comment="# The English texts of healthaid.", fuzzy=False)
    with CATALOGUE.open("rb") as source:
        return read_po(source, locale="en")


def texts_of(message: Message) -> tuple[str, ...]:
    """The translation, one text for each plural form."""
    return tuple(message.string) if isinstance(message.string, tuple | list) else (message.string or "",)


def identities(catalog: Catalog) -> set[tuple[str | None, str]]:
    """What tells messages apart: context and (singular) source text."""
    return {(m.context, m.id if isinstance(m.id, str) else m.id[0]) for m in catalog if m.id}


def faults() -> Iterator[str]:
    """Why the catalogue is not complete, one line a fault."""
    ours, source = stored(), extracted()
    yield from (f"not in the catalogue: {text!r}" for _context, text in identities(source) - identities(ours))
    yield from (f"no longer in the sources: {text!r}" for _context, text in identities(ours) - identities(source))
    yield from (f"obsolete: {message.id!r}" for message in ours.obsolete.values())
    for message in ours:
        if not message.id:
            continue
        if message.fuzzy:
            yield f"fuzzy: {message.id!r}"
        if not all(texts_of(message)):
            yield f"not translated: {message.id!r}"
        else:
            yield from (f"{error}: {message.id!r}" for error in message.check(ours))


def update() -> None:
    """Add what is new, drop what is gone, keep every translation."""
    catalog, source = stored(), extracted()
    source.creation_date = catalog.creation_date  # no change of the file without a change of the messages
    catalog.update(source, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.project, catalog.version, catalog.msgid_bugs_address = "healthaid", "1", ""
    catalog.last_translator = catalog.language_team = "healthaid"
    with CATALOGUE.open("wb") as target:
        write_po(target, catalog, width=110, sort_by_file=True, include_lineno=False)
    missing = sum(not all(texts_of(message)) for message in catalog if message.id)
    print(f"{len(catalog)} messages, {missing} without a translation")


def compile_catalogue() -> None:
    """Write the .mo file beside the catalogue."""
    with CATALOGUE.with_suffix(".mo").open("wb") as target:
        write_mo(target, stored())


def check() -> None:
    """Print each fault; exit 1 when there is one."""
    found = sorted(faults())
    print("\n".join(found) or "the English catalogue is complete")
    sys.exit(bool(found))


if __name__ == "__main__":
    {"update": update, "check": check, "compile": compile_catalogue}[sys.argv[1]]()
