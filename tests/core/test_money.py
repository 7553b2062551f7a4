from decimal import Decimal

import pytest

from healthaid.core.money import bare, in_capitals, percent, percentage_cut, yuan, yuan_of_fen, yuan_text


@pytest.mark.parametrize(
    ("fen", "text"),
    [(0, "0.00"), (5, "0.05"), (123456, "1234.56"), (-5, "-0.05"), (-100, "-1.00"), (10**15, "10000000000000.00")],
)
def test_yuan_text_has_two_decimals(fen, text):
    assert yuan_text(fen) == text


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (0, "0.00"),
        (5, "0.05"),
        (-5, "-0.05"),
        (123456, "1,234.56"),
        (-123456, "-1,234.56"),
        (10**15, "10,000,000,000,000.00"),
    ],
)
def test_yuan_as_people_read_it_has_thousands(fen, text):
    assert yuan_of_fen(fen) == yuan(Decimal(fen) / 100) == text


@pytest.mark.parametrize(("number", "text"), [("0", "0"), ("0.7500", "0.75"), ("100", "100"), ("1E+3", "1000")])
def test_bare_number_has_no_zeros_at_its_end(number, text):
    assert bare(Decimal(number)) == text


@pytest.mark.parametrize(
    ("ratio", "text", "cut"),
    [
        ("0", "0%", "0.0"),
        ("0.9", "90%", "90.0"),
        ("1", "100%", "100.0"),
        ("1.05", "105%", "105.0"),
        ("0.8515", "85.15%", "85.1"),
        ("0.99999", "100%", "99.9"),  # cut, 100 is all of them
    ],
)
def test_percent_is_rounded_to_two_places_or_cut_to_one(ratio, text, cut):
    assert (percent(Decimal(ratio)), str(percentage_cut(Decimal(ratio)))) == (text, cut)


@pytest.mark.parametrize(
    ("fen", "capitals"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角"),
        (11, "壹角壹分"),
        (100, "壹元整"),
        (101, "壹元零壹分"),
        (110, "壹元壹角"),
        (1_000, "壹拾元整"),
        (1_100, "壹拾壹元整"),
        (10_000, "壹佰元整"),
        (10_100, "壹佰零壹元整"),
        (11_000, "壹佰壹拾元整"),
        (100_100, "壹仟零壹元整"),
        (101_000, "壹仟零壹拾元整"),
        (140_950, "壹仟肆佰零玖元伍角"),
        (168_032, "壹仟陆佰捌拾元叁角贰分"),
        (32_504, "叁佰贰拾伍元零肆分"),
        (1_000_000, "壹万元整"),
        (1_000_100, "壹万零壹元整"),
        (1_010_000, "壹万零壹佰元整"),
        (1_100_000, "壹万壹仟元整"),
        (1_230_045, "壹万贰仟叁佰元肆角伍分"),
        (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
        (10_700_053, "壹拾万柒仟元伍角叁分"),
        (10_070_000, "壹拾万零柒佰元整"),
        (100_000_000, "壹佰万元整"),
        (100_100_100, "壹佰万壹仟零壹元整"),
        (10_000_000_000, "壹亿元整"),
        (10_000_000_100, "壹亿零壹元整"),
        (10_001_000_000, "壹亿零壹万元整"),
        (10_010_000_000, "壹亿零壹拾万元整"),
        (11_000_000_000, "壹亿壹仟万元整"),
        (100_000_000_000_000, "壹万亿元整"),
        (10**15, "壹拾万亿元整"),
        (999_999_999_999_999, "玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
        (-825_963, "负捌仟贰佰伍拾玖元陆角叁分"),
    ],
)
def test_amount_in_capitals(fen, capitals):
    assert in_capitals(fen) == capitals


def test_amount_in_capitals_ends_at_ten_trillion_yuan():
    with pytest.raises(ValueError, match="1000000000000001"):
        in_capitals(10**15 + 1)
