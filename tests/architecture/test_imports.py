"""What a room may take from another: the linter knows which rooms, this test knows which of their modules."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

BASE = Path(settings.BASE_DIR)
PLATFORM = ["accounts", "audit", "coverage", "exchange", "jobs", "policy", "regions", "reports"]
ROOMS = {"facilities", "patients", "signing"} | {f"healthaid.{name}" for name in PLATFORM}
ALWAYS = {"actions", "selectors", "domain", "enums", "models"}
OFFERED = {  # what a room makes for others, besides
    "healthaid.accounts": {"navigation": "filled by rooms that have pages"},
    "healthaid.audit": {
        "history": "the history tab of any page about one row",
        "words": "filled by rooms whose rows have items that no model field tells",
    },
    "healthaid.exchange": {
        "registry": "filled by rooms that have sheets",
        **dict.fromkeys(("resources", "checking", "merging", "cleaning", "places", "texts"), "what sheets are made of"),
        **dict.fromkeys(("writing", "applying", "files"), "workbooks, changes of many rows and files of other kinds"),
        "workbook": "tables that leave as a workbook",
        "lists": "any list as a workbook",
        "management": "what commands refuse alike",
    },
    "healthaid.jobs": {"registry": "filled by rooms that have jobs", "leases": "what a handler may be told"},
    "healthaid.policy": {
        "catalogue": "documents, parameters and diseases",
        "choosing": "the choice of a place by its code",
        "texts": "values as people read them",
        "consequences": "filled by rooms in which something follows from a value",
    },
    "healthaid.regions": {"choosing": "fields and filters of places", "divisions": "the statutory codes"},
    "patients": {
        "followers": "filled by rooms that follow a person who moves or leaves",
        "tabs": "filled by rooms that show something of a person",
        "badges": "what lists of any room show of a person",
        "resources": "columns that name a person, for any sheet",
        "synthetic": "a made-up register, for the demonstration",
    },
}


def room_of(module):
    return next((room for room in ROOMS if f"{module}.".startswith(f"{room}.")), None)


def modules_of(path):
    """Every module that the file imports, in full."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            own = node.module in ROOMS  # what stands behind the room's name is a module
            yield from (f"{node.module}.{alias.name}" for alias in node.names) if own else (node.module,)


def taken(path):
    """What the file takes from other rooms: the room, and the name of its module."""
    own = room_of(".".join(path.relative_to(BASE).with_suffix("").parts))
    for module in modules_of(path):
        room = room_of(module)
        if room and room != own:
            yield room, module.removeprefix(f"{room}.").partition(".")[0]


def sources():
    for room in sorted(ROOMS):
        for path in sorted(BASE.joinpath(*room.split(".")).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


@pytest.fixture(scope="module")
def taken_by():
    """What each file takes from other rooms."""
    return {str(path.relative_to(BASE)): set(taken(path)) for path in sources()}


def test_rooms_take_from_others_only_what_they_offer(taken_by):
    pairs = [(file, room, name) for file, found in taken_by.items() for room, name in sorted(found)]

    assert [pair for pair in pairs if pair[2] not in ALWAYS | set(OFFERED.get(pair[1], {}))] == []


def test_everything_offered_is_taken(taken_by):
    used = set().union(*taken_by.values())

    assert [(room, name) for room, names in OFFERED.items() for name in names if (room, name) not in used] == []
