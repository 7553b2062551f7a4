"""Key rotation: nothing is lost, nothing stays under the old key, and people go on working."""

import json

import pytest
from django.core.management import call_command

from healthaid.audit.models import Entry
from healthaid.core import vault as vaults
from healthaid.core.rotation import SealedColumn, sealed_attributes, stores
from healthaid.core.vault import Unsealable, vault
from healthaid.exchange import files
from healthaid.exchange.applying import IMAGE_CONTEXT
from healthaid.exchange.models import AppliedRow, FilePiece, ImportBatch
from patients.models import Person
from tests.factories.accounts import UserFactory
from tests.factories.patients import PersonFactory

pytestmark = pytest.mark.django_db
OLD, NEW = f"2019:{'a' * 32}", f"2020:{'b' * 32}"


@pytest.fixture
def keys(settings):
    """Choose the field keys of the running process, as a restart with another environment does."""

    def choose(*chosen):
        settings.FIELD_KEYS = ",".join(chosen)
        vaults.vault.cache_clear()

    choose(OLD)
    yield choose
    vaults.vault.cache_clear()


def test_every_sealed_attribute_is_found():
    names = {f"{model._meta.label_lower}.{attribute.name}" for model, attribute in sealed_attributes()}

    assert {"patients.person.identity", "patients.person.phone", "patients.household.phone"} <= names
    assert {"exchange.filepiece", "exchange.appliedrow"} <= {store.name for store in stores()}


def test_rotation_moves_every_value_to_the_new_key(keys, capsys):
    people = PersonFactory.create_batch(3, phone="13800001234")
    identities = {person.pk: person.identity for person in people}
    indexes = set(Person.objects.values_list("identity_index", flat=True))

    keys(NEW, OLD)
    call_command("rotate_keys")
    keys(NEW)

    assert {person.pk: person.identity for person in Person.objects.all()} == identities
    assert {person.phone for person in Person.objects.all()} == {"13800001234"}
    assert set(Person.objects.values_list("identity_index", flat=True)) == indexes
    assert not [store for store in stores() if store.left()]
    assert capsys.readouterr().out.endswith("0 left under older keys.\n")


def test_rotation_again_changes_nothing(keys):
    PersonFactory()
    keys(NEW, OLD)
    call_command("rotate_keys")
    before = list(Person.objects.values_list("identity_sealed", "version"))

    call_command("rotate_keys")

    assert list(Person.objects.values_list("identity_sealed", "version")) == before


def test_rotation_leaves_its_beginning_and_end_in_the_record(keys):
    PersonFactory(phone="13800001234")
    keys(NEW, OLD)

    call_command("rotate_keys")

    assert [(entry.verb, entry.actor_name, entry.changes) for entry in Entry.objects.order_by("pk")] == [
        ("core.key.rotation_started", "healthaid", {"key": "2020"}),
        ("core.key.rotated", "healthaid", {"key": "2020", "values": 2}),
    ]


def test_old_values_do_not_open_without_rotation(keys):
    PersonFactory()

    keys(NEW)

    with pytest.raises(Unsealable):
        _ = Person.objects.get().identity


def test_rotation_takes_up_what_a_user_saved_meanwhile(keys, monkeypatch):
    """Somebody read a row before its turn and saves it after: old ciphertext comes back, and is found again."""
    reader, writer = PersonFactory.create_batch(2)
    identity = reader.identity
    keys(NEW, OLD)
    open_form = Person.objects.get(pk=reader.pk)
    changed = Person.objects.get(pk=writer.pk)
    changed.phone = "13900000000"
    saves = iter([changed.save, open_form.save])
    reseal = SealedColumn.reseal

    def reseal_then_somebody_saves(store, limit):
        count = reseal(store, limit)
        if store.model is Person:
            next(saves, lambda: None)()
        return count

    monkeypatch.setattr(SealedColumn, "reseal", reseal_then_somebody_saves)
    call_command("rotate_keys")
    keys(NEW)

    assert Person.objects.get(pk=writer.pk).phone == "13900000000"
    assert Person.objects.get(pk=reader.pk).identity == identity
    assert not [store for store in stores() if store.left()]


def test_rotation_seals_files_and_images_anew_with_what_lies_inside(keys):
    person = PersonFactory()
    file = files.store("名单.xlsx", files.XLSX, b"x" * (files.PIECE_BYTES + 5))
    batch = ImportBatch.objects.create(kind="register", uploaded_by=UserFactory(), file=file)
    image = {"name": "旧名", "identity_sealed": person.identity_sealed, "seal_id": person.seal_id}
    context = f"{IMAGE_CONTEXT}{batch.pk}:patients.person:{person.pk}"
    AppliedRow.objects.create(
        batch=batch,
        model="patients.person",
        row_id=person.pk,
        version=1,
        before=vault().seal(json.dumps(image, ensure_ascii=False), context),
    )

    keys(NEW, OLD)
    call_command("rotate_keys")
    keys(NEW)

    assert files.read(file) == b"x" * (files.PIECE_BYTES + 5)
    assert {bytes(piece.sealed)[:5] for piece in FilePiece.objects.all()} == {b"2020:"}
    kept = json.loads(vault().open(AppliedRow.objects.get().before, context))
    assert kept["name"] == "旧名"
    assert vault().open(kept["identity_sealed"], Person.identity.context_of("patients_person", person.seal_id))
