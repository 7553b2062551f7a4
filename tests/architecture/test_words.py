"""Words that people read go through gettext; templates have their own test among the rules of rooms."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

BASE = Path(settings.BASE_DIR)
ROOMS = ("healthaid", "facilities", "patients", "signing")
CHINESE = re.compile("[\u4e00-\u9fff]")
TRANSLATED = {f"{kind}gettext{lazy}" for kind in ("", "n", "p", "np") for lazy in ("", "_lazy")} | {
    "gettext_noop",
    "_",
    "_now",
}
READ = {"compile", "fullmatch", "match", "sub", "removesuffix", "removeprefix", "replace"}  # what people typed

UNTRANSLATED = {  # modules and folders whose Chinese is no word of the interface
    "healthaid/core/dates.py": "days in Chinese numerals",
    "healthaid/core/money.py": "amounts in capital numerals, as receipts have them",
    "healthaid/core/pinyin.py": "sounds of characters",
    "healthaid/regions/domain.py": "endings of names of places",
    "healthaid/policy/domain.py": "numbers of articles",
    "healthaid/policy/resources/": "headings of sheets and their synonyms",
    "healthaid/exchange/choices.py": "spellings of code tables",
    "healthaid/exchange/cleaning.py": "what cells say",
    "healthaid/exchange/figures.py": "units that cells say",
    "healthaid/exchange/texts.py": "ways to write that there is nothing",
    "healthaid/exchange/parsing/": "what stands around the rows of a sheet",
    "healthaid/exchange/resources.py": "what cells say",
    "healthaid/exchange/xlsx.py": "names of fonts",
    "healthaid/exchange/writing.py": "headings of sheets",
    "healthaid/coverage/resources/": "headings of sheets and their synonyms",
    "healthaid/reports/workbook.py": "names of fonts",
    "healthaid/reports/demonstration/": "the made-up county",
    "healthaid/reports/management/commands/load_demo.py": "the made-up county",
    "facilities/resources/": "headings of sheets and their synonyms",
    "patients/resources/": "headings of sheets and their synonyms",
    "patients/synthetic/": "a made-up register",
    "signing/resources.py": "headings of sheets and their synonyms",
}


def is_exempt(name):
    return "/migrations/" in name or name in UNTRANSLATED or any(name.startswith(f"{at}/") for at in folders())


def folders():
    return [at.rstrip("/") for at in UNTRANSLATED if at.endswith("/")]


def sources():
    for room in ROOMS:
        for path in sorted((BASE / room).rglob("*.py")):
            if not is_exempt(str(path.relative_to(BASE))):
                yield path


def called(node):
    return getattr(node.func, "id", getattr(node.func, "attr", ""))


def untranslated(source):
    """The Chinese texts of a source that are neither translated, nor read, nor a docstring."""
    tree, fine = ast.parse(source), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in TRANSLATED | READ:
            fine |= {id(part) for argument in node.args for part in ast.walk(argument)}
        elif isinstance(node, ast.Expr):
            fine.add(id(node.value))
    texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return [node.value for node in texts if CHINESE.search(node.value) and id(node) not in fine]


def test_words_of_modules_are_translated():
    found = {str(path.relative_to(BASE)): untranslated(path.read_text(encoding="utf-8")) for path in sources()}

    assert {name: texts for name, texts in found.items() if texts} == {}


@pytest.mark.parametrize("name", UNTRANSLATED)
def test_every_exemption_is_needed(name):
    at = BASE / name
    found = [text for path in ([at] if at.is_file() else at.rglob("*.py")) for text in untranslated(path.read_text())]

    assert found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('"""说明"""\nx = _("是")', []),
        ('x = "是"', ["是"]),
        ('x = _("甲") + f"{y}乙"', ["乙"]),
        ('x = ngettext("%d户", "%d户", n)', []),
        ('x = text.removesuffix("元")', []),
        ('x = {"a": ["否"]}', ["否"]),
    ],
)
def test_untranslated_words_are_found(source, found):
    assert untranslated(source) == found
