from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthaid.core.identity import (
    FEMALE,
    MALE,
    Fault,
    check,
    check_certificate,
    check_digit,
    mask,
    mask_phone,
    normalise,
    traced,
    upgrade,
)

TODAY = date(2026, 11, 22)
GOOD = "533102194901011237"


@pytest.mark.parametrize(
    ("number", "born_on", "sex"),
    [
        ("533103195003120010", date(1950, 3, 12), MALE),
        ("533123198011300029", date(1980, 11, 30), FEMALE),
        ("532822197510050032", date(1975, 10, 5), MALE),
        ("533102194901011237", date(1949, 1, 1), MALE),
        ("11010519491231002X", date(1949, 12, 31), FEMALE),  # the example printed in GB 11643
    ],
)
def test_check_reads_birth_and_sex_of_a_good_number(number, born_on, sex):
    result = check(number, today=TODAY)

    assert (result.is_good, result.number, result.born_on, result.sex) == (True, number, born_on, sex)
    assert result.warnings == ()


@pytest.mark.parametrize(
    "written",
    [
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        " 110105 19491231 002X ",
        "110105\u00a019491231\u200b002X",
        "'11010519491231002X",
        "’11010519491231002X",
        "\ufeff11010519491231002X\t",
        "11010519491231002Ⅹ",
    ],
)
def test_check_accepts_every_way_of_writing_a_number(written):
    assert check(written, today=TODAY).number == "11010519491231002X"
    assert check(written, today=TODAY).is_good


def test_check_brings_fifteen_digits_to_eighteen_and_tells():
    result = check("533123501203002", today=TODAY)

    assert result.is_good
    assert (result.number, result.upgraded_from) == ("533123195012030020", "533123501203002")
    assert check(result.number, today=TODAY).upgraded_from == ""


@pytest.mark.parametrize(
    ("number", "fault", "words"),
    [
        ("", Fault.EMPTY, "为空"),
        ("  ", Fault.EMPTY, "为空"),
        ("5.33103E+17", Fault.FLOAT, "末几位已丢失"),
        ("5.33103E17", Fault.FLOAT, "末几位已丢失"),
        ("533103195003120000.0", Fault.FLOAT, "末几位已丢失"),
        ("53310319500312001", Fault.LENGTH, "现为 17 位"),
        ("5331031950031200100", Fault.LENGTH, "现为 19 位"),
        ("53310319500312001043", Fault.LENGTH, "残疾证号"),
        ("5331O3195003120010", Fault.CHARACTERS, "字母 O"),
        ("5331Ｏ3195003120010", Fault.CHARACTERS, "字母 O"),
        ("53310319500312o0l0", Fault.CHARACTERS, "字母 L、O"),
        ("5331031950031200?0", Fault.CHARACTERS, "“?”"),
        ("53310319500312001A", Fault.CHARACTERS, "“A”"),
        ("5331031950031X0010", Fault.CHARACTERS, "“X”"),
        ("533103²95003120010", Fault.CHECK_DIGIT, "校验码"),  # NFKC makes a digit of it: 533103295003120010
        ("993103195003120010", Fault.PROVINCE, "99"),
        ("533103195002300010", Fault.BIRTH, "19500230"),
        ("533103203001010010", Fault.FUTURE, "2030-01-01"),
        ("533103189501010010", Fault.TOO_OLD, "1895-01-01"),
        ("533103195003120000", Fault.TRUNCATED, "截断"),  # the check digit happens to fit or not, it is never issued
        ("533102194901011000", Fault.TRUNCATED, "截断"),
        ("533103195003120018", Fault.CHECK_DIGIT, "校验码"),
        ("533103195003120100", Fault.CHECK_DIGIT, "校验码"),
    ],
)
def test_check_names_what_is_wrong(number, fault, words):
    result = check(number, today=TODAY)

    assert not result.is_good
    assert fault in {finding.fault for finding in result.errors}
    assert any(words in finding.reason for finding in result.errors)
    assert all(finding.suggestion for finding in result.errors)


def test_check_takes_a_birth_today_and_refuses_one_tomorrow():
    def born(day):
        first17 = f"533103{day:%Y%m%d}001"
        return check(first17 + check_digit(first17), today=TODAY)

    assert born(TODAY).is_good
    assert [finding.fault for finding in born(date(2026, 11, 23)).errors] == [Fault.FUTURE]


def test_check_only_warns_of_an_unknown_county():
    known = check(GOOD, today=TODAY, counties={"533102"})
    unknown = check(GOOD, today=TODAY, counties={"533103"})

    assert (known.is_good, known.warnings) == (True, ())
    assert (unknown.is_good, [finding.fault for finding in unknown.warnings]) == (True, [Fault.COUNTY])


def test_check_only_warns_of_a_number_that_ends_in_noughts_but_fits():
    fitting = next(
        number
        for hundred in range(1, 10)
        for day in range(1, 29)
        if check_digit(number := f"533103199001{day:02}{hundred}00") == "0"
    )

    result = check(f"{fitting}0", today=TODAY)

    assert (result.is_good, [finding.fault for finding in result.warnings]) == (True, [Fault.TRUNCATED])


@given(
    area=st.sampled_from(["533103", "533121", "110105", "810000"]),
    born_on=st.dates(date(1900, 1, 1), TODAY),
    sequence=st.integers(1, 999),
)
def test_check_accepts_every_number_that_is_made_by_the_rule(area, born_on, sequence):
    first17 = f"{area}{born_on:%Y%m%d}{sequence:03}"

    result = check(first17 + check_digit(first17), today=TODAY)

    assert result.is_good
    assert (result.area, result.born_on) == (area, born_on)
    assert result.sex == (MALE if sequence % 2 else FEMALE)


@given(position=st.integers(0, 17), other=st.sampled_from("0123456789"))
def test_check_finds_every_single_wrong_digit(position, other):
    changed = f"{GOOD[:position]}{other}{GOOD[position + 1 :]}"

    assert check(changed, today=TODAY).is_good == (changed == GOOD)


@given(position=st.integers(0, 16))
def test_check_finds_every_swap_of_neighbours(position):
    swapped = f"{GOOD[:position]}{GOOD[position + 1]}{GOOD[position]}{GOOD[position + 2 :]}"

    assert check(swapped, today=TODAY).is_good == (swapped == GOOD)


@given(born_on=st.dates(date(1900, 1, 1), date(1999, 12, 31)), sequence=st.integers(1, 999))
def test_upgrade_keeps_birth_and_sequence(born_on, sequence):
    upgraded = upgrade(f"533103{born_on:%y%m%d}{sequence:03}")

    assert upgraded[:17] == f"533103{born_on:%Y%m%d}{sequence:03}"
    assert check(upgraded, today=TODAY).is_good


@given(st.text(max_size=25))
def test_check_never_fails_on_any_text(text):
    result = check(text, today=TODAY)

    assert result.number == normalise(text) or result.upgraded_from == normalise(text)
    assert result.is_good or result.errors


@pytest.mark.parametrize("written", ["53310219490101123743", " 5331021949010112374 3", "53310219490101123743B1"])
def test_check_certificate_splits_a_good_one(written):
    certificate = check_certificate(written, today=TODAY)

    assert certificate.is_good
    assert (certificate.identity, certificate.kind, certificate.grade) == (GOOD, "4", "3")


@pytest.mark.parametrize(
    ("number", "faults"),
    [
        ("", [Fault.EMPTY]),
        (GOOD, [Fault.LENGTH]),
        ("53310219490101123783", [Fault.KIND]),
        ("53310219490101123703", [Fault.KIND]),
        ("53310219490101123745", [Fault.GRADE]),
        ("53310219490101123798", [Fault.KIND, Fault.GRADE]),
        ("53310219490101123843", [Fault.CHECK_DIGIT]),
    ],
)
def test_check_certificate_names_what_is_wrong(number, faults):
    assert [finding.fault for finding in check_certificate(number, today=TODAY).errors] == faults


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("533103195003121237", "533103********1237"),
        ("533123501203002", "533123*****3002"),
        ("E12345678", "E1*****78"),
        ("1234", "****"),
        ("", ""),
    ],
)
def test_mask_keeps_the_ends(number, shown):
    assert mask(number) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [("13800000000", "138****0000"), ("0692-2121234", "069*****1234"), ("2121234", "21***34"), ("110", "***")],
)
def test_mask_phone_keeps_the_ends(number, shown):
    assert mask_phone(number) == shown


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("533103********123X，533103*****3002", "533103************，533103*********"),
        ('{"phone":[null,"138****0000"]}', '{"phone":[null,"138****0000"]}'),
        ("户编号533103000001", "户编号533103000001"),
    ],
)
def test_traced_keeps_only_the_beginning_of_an_identity_number(text, kept):
    assert traced(text) == kept
