"""The chain: written with the act or not at all, and every tampering found."""

import hmac
import random
import threading
from datetime import timedelta
from importlib import import_module

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from healthaid.accounts import actions as accounts
from healthaid.accounts.models import User
from healthaid.audit.actions import Act, keep_anchor, record, record_act, record_rows
from healthaid.audit.anchors import Anchor
from healthaid.audit.chain import link, start_of
from healthaid.audit.models import Entry, Head
from healthaid.audit.verifying import verify_chain
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def drop_guards():
    """What somebody with the database's password would do first."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER audit_entry_no_update")
            cursor.execute("DROP TRIGGER audit_entry_no_delete")
        else:
            cursor.execute("DROP TRIGGER audit_entry_append_only ON audit_entry")


def make_record(count):
    clerk = UserFactory(full_name="王干事")
    for number in range(count):
        record(by=clerk, verb="patients.person.changed", place_path="1/2/", name=["旧", f"新{number}"])


def test_record_says_who_did_what_where(people):
    record(by=people.worker, verb="regions.place.changed", subject=people.here, name=["旧名", "新名"])

    entry = Entry.objects.get()
    assert (entry.actor, entry.actor_name, entry.verb) == (people.worker, "乡镇专干", "regions.place.changed")
    assert (entry.subject_kind, entry.subject_id) == ("regions.place", people.here.pk)
    assert entry.place_path == people.here.path
    assert entry.changes == {"name": ["旧名", "新名"]}


def test_record_without_a_place_stands_where_the_actor_works(people):
    record(by=people.neighbour, verb="exchange.sheet.exported", rows=3)

    assert Entry.objects.get().place_path == people.township.path  # works in two of its villages


def test_record_of_the_system_has_no_actor():
    record(by=None, verb="reports.monthlyreport.counted")

    assert list(Entry.objects.values_list("actor", "actor_name")) == [(None, "healthaid")]


def test_single_and_bulk_entries_form_one_chain(people):
    record(by=people.worker, verb="a.b.c", note='引号 "、换行\n、控制符 \x1f')
    record_act(by=None, act=Act("a.b.d", "patients.person", 7, "1/2/", {"x": [None, 1.5]}))
    record_act(by=None, act=Act("a.b.e", "", None))
    record_rows(by=people.worker, verb="a.b.f", subject_kind="patients.person", rows=[(1, "1/", "{}"), (2, "1/", "{}")])

    verdict = verify_chain()

    assert verdict.is_whole
    assert verdict.checked == Head.objects.get().count == 5
    assert list(Entry.objects.order_by("pk").values_list("verb", flat=True)) == [
        "a.b.c",
        "a.b.d",
        "a.b.e",
        "a.b.f",
        "a.b.f",
    ]


def test_empty_record_is_whole():
    assert verify_chain().is_whole
    assert record_rows(by=None, verb="a.b.c", subject_kind="", rows=[]) == 0


@pytest.mark.parametrize("change", [{"verb": "x"}, {"actor_name": "别人"}])
def test_database_refuses_to_change_an_entry(change):
    make_record(1)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.update(**change)

    assert verify_chain().is_whole


def test_database_refuses_to_delete_an_entry():
    make_record(1)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.all().delete()

    assert Entry.objects.count() == 1


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no TRUNCATE")
def test_database_refuses_to_empty_the_record():
    make_record(1)
    connection.check_constraints()  # those that wait for the end would keep the table as well
    with connection.cursor() as cursor:
        cursor.execute(import_module("healthaid.audit.migrations.0003_no_truncate").TRIGGER)  # see tests/conftest.py

        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute("TRUNCATE audit_entry")

    assert Entry.objects.count() == 1


COUNT = 12


def change_column(rng):
    """Change one column of one entry."""
    chosen = Entry.objects.filter(pk=rng.choice(list(Entry.objects.values_list("pk", flat=True))))
    other = UserFactory()
    values = {
        "at": F("at") + timedelta(seconds=1),
        "actor": other.pk,
        "actor_name": "别人",
        "verb": "patients.person.revealed",
        "subject_kind": "patients.household",
        "subject_id": 99,
        "place_path": "1/3/",
        "changes_json": "{}",
        "previous": "0" * 64,
        "digest": "0" * 64,
    }
    name = rng.choice(sorted(values))
    chosen.update(**{name: values[name]})


def delete_one(rng):
    """Take one entry out."""
    Entry.objects.filter(pk=rng.choice(list(Entry.objects.values_list("pk", flat=True)))).delete()


def insert_one(rng):
    """Slip one entry in, a copy of another."""
    entry = Entry.objects.get(pk=rng.choice(list(Entry.objects.values_list("pk", flat=True))))
    entry.pk = rng.choice([None, -1])
    entry.changes_json = '{"name": ["旧", "假"]}'
    entry.save(force_insert=True)


def swap_two(rng):
    """Let two entries change places."""
    first, second = rng.sample(list(Entry.objects.values_list("pk", flat=True)), 2)
    for old, new in ((first, -7), (second, first), (-7, second)):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE audit_entry SET id = %s WHERE id = %s", [new, old])


def cut_tail(rng):
    """Take the last entries away, with or without moving the head back."""
    pks = list(Entry.objects.order_by("pk").values_list("pk", flat=True))
    keep = rng.randrange(len(pks))
    Entry.objects.filter(pk__in=pks[keep:]).delete()
    if rng.random() < 0.5:
        last = Entry.objects.order_by("pk").last()
        Head.objects.update(count=keep, digest=last.digest if last else "")


def forge_with_own_key(rng):
    """Write an entry anew with digests that fit, under a key of the forger's own."""
    entry = Entry.objects.get(pk=rng.choice(list(Entry.objects.values_list("pk", flat=True))))
    start = start_of(entry.at, entry.actor_id, "别人")
    said = (entry.verb, entry.subject_kind, entry.subject_id, entry.place_path, entry.changes_json)
    forged = hmac.digest(b"guessed", link(entry.previous, start, *said).encode(), "sm3").hex()
    Entry.objects.filter(pk=entry.pk).update(actor_name="别人", digest=forged)


TAMPERINGS = (change_column, delete_one, insert_one, swap_two, cut_tail, forge_with_own_key)


def test_two_hundred_tamperings_are_all_found():
    make_record(COUNT)
    drop_guards()
    assert verify_chain().is_whole

    for seed in range(200):
        rng = random.Random(seed)  # noqa: S311 -- to be repeated
        tamper = TAMPERINGS[seed % len(TAMPERINGS)]
        with transaction.atomic():
            tamper(rng)
            verdict = verify_chain()
            transaction.set_rollback(True)
        assert not verdict.is_whole, f"seed {seed}, {tamper.__name__}"
        assert verdict.broken_at or verdict.problem, f"seed {seed}, {tamper.__name__}"


def test_broken_entry_is_named():
    make_record(5)
    drop_guards()
    third = Entry.objects.order_by("pk")[2]
    Entry.objects.filter(pk=third.pk).update(verb="x")

    verdict = verify_chain()

    assert (verdict.checked, verdict.broken_at) == (2, third.pk)


def test_whole_record_taken_back_is_found_by_an_anchor():
    """Who restores an old copy of both tables is found only from outside the database."""
    make_record(3)
    old_head = Head.objects.values().get()
    make_record(2)
    verdict = verify_chain()
    drop_guards()
    Entry.objects.filter(pk__in=list(Entry.objects.order_by("-pk").values_list("pk", flat=True)[:2])).delete()
    Head.objects.update(**old_head)

    assert verify_chain().is_whole
    assert verify_chain(Anchor(verdict.checked, verdict.digest)).problem == "entries were cut off the end"


@pytest.fixture
def anchor(settings, tmp_path):
    """Where the anchor of this test's record is kept."""
    settings.AUDIT_ANCHOR = tmp_path / "kept" / "anchor"
    return settings.AUDIT_ANCHOR


def test_wiped_record_is_not_whole(anchor):
    make_record(3)
    drop_guards()
    Entry.objects.all().delete()
    Head.objects.all().delete()

    assert verify_chain().problem == "the end of the chain is missing"
    with pytest.raises(CommandError, match="the end of the chain is missing"):
        call_command("verify_audit")


def test_kept_anchor_finds_an_older_record_even_after_it_has_grown(anchor):
    make_record(3)
    old = list(Entry.objects.values()), Head.objects.values().get()
    make_record(2)
    assert keep_anchor(anchor)
    drop_guards()
    Entry.objects.exclude(pk__in=[entry["id"] for entry in old[0]]).delete()
    Head.objects.update(**old[1])

    assert not keep_anchor(anchor)
    with pytest.raises(CommandError, match="entries were cut off the end"):
        call_command("verify_audit")
    make_record(4)
    assert not keep_anchor(anchor)
    with pytest.raises(CommandError, match="the chain was written anew"):
        call_command("verify_audit")


def test_anchor_moves_on_with_the_record(anchor):
    assert not keep_anchor(anchor)  # nothing to keep
    for count in (2, 5):
        make_record(count)
        assert keep_anchor(anchor)

    call_command("verify_audit")

    assert anchor.read_text().split() == ["7", Head.objects.get().digest]


def test_file_that_is_no_anchor_is_refused(anchor):
    anchor.parent.mkdir()
    anchor.write_text("nothing", encoding="ascii")

    with pytest.raises(CommandError, match="is no anchor"):
        call_command("verify_audit")


def test_verify_audit_command_says_how_many_and_keeps_its_anchor(tmp_path, capsys):
    make_record(3)
    anchor = tmp_path / "anchor"

    call_command("verify_audit", "--anchor", str(anchor))
    make_record(1)
    call_command("verify_audit", "--anchor", str(anchor))

    assert capsys.readouterr().out.splitlines() == [
        "3 entries checked, the record is whole.",
        "4 entries checked, the record is whole.",
    ]
    assert anchor.read_text().split() == ["4", Head.objects.get().digest]


def test_verify_audit_command_fails_and_says_where(anchor):
    make_record(3)
    drop_guards()
    broken = Entry.objects.order_by("pk")[1]
    Entry.objects.filter(pk=broken.pk).update(verb="x")

    with pytest.raises(CommandError, match=f"at entry {broken.pk}: its content was changed"):
        call_command("verify_audit")


def test_change_that_cannot_be_recorded_does_not_happen(people):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry RENAME TO audit_entry_away")

    with pytest.raises(DatabaseError), transaction.atomic():
        accounts.change_account(by=people.admin, account_id=people.reader.pk, full_name="改名", unit="")

    assert User.objects.get(pk=people.reader.pk).full_name == "查阅员"


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time")
def test_entries_of_many_writers_form_one_chain():
    def write():
        for _number in range(20):
            with transaction.atomic():
                record(by=None, verb="a.b.c")
        connection.close()

    threads = [threading.Thread(target=write) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    verdict = verify_chain()
    assert verdict.is_whole
    assert verdict.checked == 160
