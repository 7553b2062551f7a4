"""What every provider of field encryption must do; it runs against the one that the setting VAULT names."""

import re

import pytest

from healthaid.core.vault import Unsealable, vault

CONTEXT = "patients_person.identity:row1"
NUMBER = "53310319700101123X"
MOVED = pytest.mark.parametrize("context", ["patients_person.identity:row2", "patients_person.phone:row1", ""])


@pytest.mark.parametrize("text", ["岩医生", "13800000000", "x" * 10_000, "🙂"])
def test_any_text_comes_back(text):
    assert vault().open(vault().seal(text, CONTEXT), CONTEXT) == text


@pytest.mark.parametrize("data", [b"", b"x", bytes(range(256)) * 1000])
def test_any_bytes_come_back(data):
    sealed = vault().seal_bytes(data, CONTEXT)

    assert vault().open_bytes(sealed, CONTEXT) == vault().open_bytes(sealed, CONTEXT, vault().current) == data


def test_empty_stays_empty():
    assert vault().seal("", CONTEXT) == vault().open("", CONTEXT) == vault().index("", "x") == ""


def test_sealed_text_names_its_key_hides_the_text_and_never_looks_alike():
    sealed = {vault().seal(NUMBER, CONTEXT) for _number in range(1000)}

    assert len(sealed) == 1000
    assert {vault().open(text, CONTEXT) for text in sealed} == {NUMBER}
    assert {text.partition(":")[0] for text in sealed} == {vault().current}
    assert not [text for text in sealed if "533103" in text]


@MOVED
def test_text_moved_to_another_row_or_column_does_not_open(context):
    with pytest.raises(Unsealable):
        vault().open(vault().seal("secret", CONTEXT), context)


@MOVED
def test_bytes_moved_elsewhere_do_not_open(context):
    with pytest.raises(Unsealable):
        vault().open_bytes(vault().seal_bytes(b"secret", CONTEXT), context)


def test_bytes_of_a_key_that_is_not_there_do_not_open():
    with pytest.raises(Unsealable):
        vault().open_bytes(vault().seal_bytes(b"secret", CONTEXT), CONTEXT, "no such key")


@pytest.mark.parametrize("kept", [0, 1, 11, 12, 20, 27, 28, 33])
def test_cut_bytes_do_not_open(kept):
    with pytest.raises(Unsealable):
        vault().open_bytes(vault().seal_bytes(b"secret", CONTEXT)[:kept], CONTEXT)


@pytest.mark.parametrize("text", ["1:", "1:!!!", "garbage", "1:5L2g5aW9", ":", "1:中文"])
def test_garbage_does_not_open(text):
    with pytest.raises(Unsealable):
        vault().open(text, CONTEXT)


def test_every_changed_byte_is_noticed():
    sealed = vault().seal_bytes(NUMBER.encode(), CONTEXT)

    for place in range(len(sealed)):
        broken = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(Unsealable):
            vault().open_bytes(broken, CONTEXT)


def test_digest_depends_on_text_and_purpose_alone():
    digests = [
        vault().index(text, purpose)
        for text in (NUMBER, NUMBER[:-1])
        for purpose in ("identity", "phone")
        for _ in "ab"
    ]

    assert digests[::2] == digests[1::2]
    assert len(set(digests)) == 4
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in digests)


def test_many_at_once_are_as_one_by_one():
    texts, marks = ["甲", None, "", "乙"], ["r1", "r2", "r3", "r4"]

    sealed = vault().seal_many(texts, "t.c:", marks)

    assert vault().index_many(texts, "p") == [vault().index("甲", "p"), None, None, vault().index("乙", "p")]
    assert [vault().open(text, f"t.c:{mark}") for text, mark in zip(sealed, marks, strict=True)] == ["甲", "", "", "乙"]
    assert vault().open_many([*sealed[:3], None], "t.c:", marks) == ["甲", "", "", ""]


def test_many_with_their_marks_exchanged_do_not_open():
    sealed = vault().seal_many(["甲", "乙"], "t.c:", ["r1", "r2"])

    with pytest.raises(Unsealable):
        vault().open_many(sealed, "t.c:", ["r2", "r1"])
