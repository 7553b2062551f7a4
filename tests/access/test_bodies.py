"""Rows of another township named in the body or the query of a request: refused, ignored, never touched."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import models
from django.urls import reverse
from django.utils import timezone

from tests.access.asking import MISSING, URLS, Window, address
from tests.access.matrix import MATRIX, may
from tests.access.world import MARKS, build_sides
from tests.drawing import undrawn

# Who writes, and whose rows are foreign to them: those of the other township, or of the other county.
EDITORS = (
    ("worker", "township"),
    ("signer", "township"),
    ("poverty", "county"),
    ("hospital", "county"),
    ("cdc", "county"),
    ("insurance", "county"),
    ("civil", "county"),
    ("official", "county"),
)
# One of each reach.
READERS = (
    ("worker", "township"),
    ("insurance", "county"),
    ("prefecture_reader", "prefecture"),
)
WORLD = build_sides
WITH_FORM = sorted(name for name in URLS if "post" in MATRIX.get(name, {}) and "sign-" not in name)


def shown_form(window, url):
    """The form of a page; None where there is none to see."""
    with undrawn():
        answer = window.ask("get", url)
    return answer.context_data.get("form") if answer.status_code == 200 and hasattr(answer, "context_data") else None


def forms_of(window, role, side):
    """The forms that the duty may open, each by name with its address."""
    for name in WITH_FORM:
        url = address(name, side)
        form = shown_form(window, url) if may(role, name, "get") else None
        if form:
            yield name, url, form


def rows_of(side):
    """The rows of a side, without people who work there."""
    rows = [getattr(side, name) for name in side.__slots__] + [side.case.hospital, side.place.parent]
    return [row for row in rows if isinstance(row, models.Model) and row not in (side.account, side.posting)]


def choosers(form):
    """The fields in which a row is chosen, each with its kind of row."""
    return [(name, field.queryset.model) for name, field in form.fields.items() if hasattr(field, "queryset")]


@pytest.mark.parametrize(("role", "which"), EDITORS)
def test_row_elsewhere_cannot_be_chosen(people, world, role, which):
    """Every field in which a row is chosen answers a foreign one as one that never was; an own one it takes."""
    own, foreign = world["here"], world[which]
    window = Window(getattr(people, role))
    asked, taken, refused = 0, [], []
    for name, url, form in forms_of(window, role, own):
        for field, model in choosers(form):
            for row in strangers(own, foreign, model):
                asked += 1
                errors = [faults(window, url, field, pk) for pk in (row.pk, MISSING)]
                if not errors[0] or errors[0] != errors[1]:
                    taken.append((name, field, str(row), errors))
            offered = form.fields[field].queryset.first()
            if offered and faults(window, url, field, offered.pk):
                refused.append((name, field))

    assert asked
    assert (taken, refused) == ([], [])


def strangers(own, foreign, model):
    """The foreign rows of a kind that are not also the own side's, such as the county's hospital."""
    return [row for row in rows_of(foreign) if isinstance(row, model) and row not in rows_of(own)]


def faults(window, url, field, pk):
    """What the page says against a field in which this row is chosen, without the row's key."""
    with undrawn():
        answer = window.ask("post", url, {field: pk})
    form = getattr(answer, "context_data", {}).get("form")
    return str(form.errors.get(field, "")).replace(str(pk), "") if form else ""


@pytest.mark.parametrize(("role", "which"), READERS)
def test_list_filtered_by_a_row_elsewhere_is_empty(people, world, role, which):
    """As for a row that never was."""
    own, foreign = world["here"], world[which]
    window = Window(getattr(people, role))
    found = set()
    for name in sorted(name for name in URLS if name.endswith("-list") and may(role, name, "get")):
        with undrawn():
            filters = getattr(window.ask("get", reverse(name)), "context_data", {}).get("filters")
        for field, model in choosers(filters.form) if filters else []:
            for row in strangers(own, foreign, model):
                answer = window.ask("get", reverse(name), {field: row.pk})
                found.add((answer.context["count"].number, MARKS[which] in answer.body.decode()))

    assert found == {(0, False)}


def sample(bound):
    """Something that a person could have put into the field."""
    field, value = bound.field, bound.value()
    if hasattr(field, "queryset"):
        first = field.queryset.first()
        return getattr(first, "pk", "")
    if value not in (None, "", []):
        return value
    if choices := [code for code, _label in getattr(field, "choices", []) if code != ""]:
        return choices[0] if bound.field.required else ""
    if "Date" in type(field).__name__:
        return timezone.localdate() - timedelta(days=1) if field.required else ""
    if type(field).__name__ in {"IntegerField", "DecimalField"}:
        return "60"
    return "甲" if field.required else ""


SAVED = {
    "worker": 10,
    "signer": 3,
    "poverty": 4,
    "hospital": 2,
    "cdc": 2,
    "insurance": 4,
    "civil": 2,
    "official": 4,
    "admin": 1,
}  # forms, at least


def planted(own, foreign):
    """What a dishonest page adds: keys of every row and place, state, rights and names of who did it."""
    keys = {"id": foreign.person.pk, "pk": foreign.person.pk, "path": foreign.place.path}
    for name in ("place", "village", "parent", "county", "township"):
        keys |= {name: foreign.place.pk, f"{name}_id": foreign.place.pk}
    for name in ("person", "household", "condition", "case", "facility", "clinic", "team", "contract", "batch", "file"):
        row = getattr(foreign, name, foreign.facility)
        keys |= {name: row.pk, f"{name}_id": row.pk}
    for name in ("user", "uploaded_by", "requested_by", "verified_by", "created_by", "by"):
        keys |= {name: foreign.account.pk, f"{name}_id": foreign.account.pk}
    keys |= {f"relation_{foreign.person.pk}": "01", f"relation-{foreign.person.pk}": "01"}
    keys |= {"is_staff": "on", "is_superuser": "on", "is_active": "on", "is_open": "", "identity_index": "x"}
    return keys | {"state": "verified", "seal_id": "x", "must_change_password": "", "number": f"外{own.person.pk}"}


def across(foreign):
    """The foreign rows as they stand, and how many rows of each kind point at each of them."""
    rows = rows_of(foreign)
    stand = [type(row)._base_manager.filter(pk=row.pk).values().get() for row in rows]
    pointing = {}
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey) and not model._meta.label.startswith("audit."):
                for row in rows:
                    if isinstance(row, field.related_model):
                        found = model._base_manager.filter(**{field.name: row}).count()
                        pointing[model._meta.label, field.name, type(row).__name__] = found
    return stand, pointing


@pytest.mark.parametrize(("role", "which"), [*EDITORS, ("admin", "county")])
def test_foreign_keys_in_a_body_touch_nothing(people, world, role, which):
    """Each form is sent filled in, with foreign keys besides: where it is saved, nothing foreign is read or written."""
    own, foreign = world["here"], world[which]
    window = Window(getattr(people, role))
    before, saved, touched = across(foreign), [], []
    for name, url, form in forms_of(window, role, own):
        if name in {"accounts:password", "exchange:upload"}:
            continue
        known = {bound.html_name: sample(bound) for bound in form}
        besides = {key: value for key, value in planted(own, foreign).items() if key not in known}
        answer = window.ask("post", url, known | besides, look=lambda: across(foreign))
        saved += [name] if answer.status_code == 302 else []
        is_touched = answer.seen not in (None, before) or MARKS[which] in answer.body.decode(errors="replace")
        touched += [name] if is_touched else []

    assert touched == []
    assert len(saved) >= SAVED[role], saved


@pytest.mark.parametrize("role", ["worker", "poverty"])
def test_person_moves_into_no_household_elsewhere(people, world, role):
    """Its number is answered as one that nobody has."""
    own, foreign = world["here"], world["township" if role == "worker" else "county"]
    window, url = Window(getattr(people, role)), address("patients:person-move", own)
    form = {"relation": "99", "version": own.person.version}

    answers = [
        window.ask("post", url, form | {"household_number": number}) for number in (foreign.household.number, "NOBODY")
    ]

    said = [str(answer.context["form"].errors) for answer in answers]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert said[0].replace(foreign.household.number, "") == said[1].replace("NOBODY", "")
