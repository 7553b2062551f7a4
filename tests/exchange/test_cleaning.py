"""The dirty-data catalogue of the domain reference, entry by entry: what is taken, what is told, what is refused."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from healthaid.exchange import cleaning
from healthaid.exchange.choices import choice_table

TODAY = date(2018, 6, 30)
GOOD = "533103199003070015"
GOOD_X = "53310319850101007X"


def one(clean, text, **options):
    """What becomes of a single cell: value, reason of refusal, reason of warning."""
    values, problems = clean(pl.DataFrame({"c0": [text]}, schema={"c0": pl.String}), "c0", **options)
    hit = [bad for bad in problems if bad.rows[0]]
    errors = [bad.reason for bad in hit if not bad.is_warning]
    warnings = [bad.reason for bad in hit if bad.is_warning]
    return values[0], "".join(errors), "".join(warnings)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (GOOD, GOOD),
        (GOOD_X, GOOD_X),
        (GOOD_X.lower(), GOOD_X),
        ("５３３１０３１９８５０１０１００７Ｘ", GOOD_X),
        (f" {GOOD}\t", GOOD),
        ("533103 19900307\u00a00015", GOOD),
        (f"\u200b{GOOD}\ufeff", GOOD),
        (f"'{GOOD}", GOOD),
        ("533103\r\n199003070015", GOOD),
    ],
)
def test_identity_is_read_however_it_was_typed(text, number):
    assert one(cleaning.clean_identity, text, today=TODAY) == (number, "", "")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("5.33103E+17", "数值"),
        ("5.33103199003070E+17", "数值"),
        ("533103199003070000", "截断"),
        ("53310319900307001", "17 位"),
        ("5331031990030700l5", "字母"),
        ("53310319900307OO15", "字母"),
        ("533103199002300015", "不是真实日期"),
        ("533103201807010018", "晚于今天"),
        ("533103199003070019", "校验码"),
        ("993103199003070018", "省份"),
        (f"{GOOD}42", "残疾证"),
        ("#REF!", "公式错误"),
    ],
)
def test_identity_is_refused_with_its_reason(text, reason):
    value, error, warning = one(cleaning.clean_identity, text, today=TODAY)

    assert value is None
    assert reason in error
    assert warning == ""


@pytest.mark.parametrize(("number", "is_doubtful"), [("533121199003070018", False), ("533199199003070018", True)])
def test_identity_of_an_unknown_county_is_taken_with_a_warning(number, is_doubtful):
    value, error, warning = one(cleaning.clean_identity, number, today=TODAY)

    assert (value, error) == (number, "")
    assert ("不是已知的县级代码" in warning) == is_doubtful


def test_identity_of_15_digits_is_lengthened_and_told():
    value, error, warning = one(cleaning.clean_identity, "533103900307001", today=TODAY)

    assert value == GOOD
    assert error == ""
    assert "15位" in warning


def test_identity_fast_path_agrees_with_the_rules_one_by_one():
    numbers = [GOOD, GOOD_X, "533103199003070019", "533103199002300015", "533103188003070014", "003103199003070018"]
    frame = pl.DataFrame({"text": numbers})

    fast = frame.select(cleaning.good_identity(TODAY).fill_null(value=False))["text"].to_list()

    assert fast == [cleaning.texts.read_identity(number, today=TODAY).value is not None for number in numbers]


def test_identity_that_contradicts_birth_or_sex_is_told():
    numbers = pl.Series([GOOD, GOOD, None])
    born_on = pl.Series([date(1990, 3, 7), date(1990, 7, 3), date(1990, 3, 7)])
    sex = pl.Series(["2", "1", "2"])

    problems = cleaning.check_agrees(numbers, born_on=born_on, sex=sex)

    assert [bad.rows.to_list() for bad in problems] == [[False, True, False], [True, False, False]]


@pytest.mark.parametrize(
    ("text", "value", "reason"),
    [
        (f"{GOOD}42", f"{GOOD}42", ""),
        (f"{GOOD_X.lower()}11", f"{GOOD_X}11", ""),
        (f"{GOOD}42B1", f"{GOOD}42", ""),
        (GOOD, None, "20位"),
        (f"{GOOD}82", None, "类别"),
        (f"{GOOD}45", None, "等级"),
        ("无", None, ""),
    ],
)
def test_disability_certificate(text, value, reason):
    found, error, _ = one(cleaning.clean_certificate, text, today=TODAY)

    assert found == value
    assert reason in error
    assert bool(error) == bool(reason)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("李 明", "李明"),
        ("李　明", "李明"),
        ("岩", "岩"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("阿依古丽．买买提", "阿依古丽·买买提"),
        ("阿依古丽 · 买买提", "阿依古丽·买买提"),
        ("阿依古丽‧买买提", "阿依古丽·买买提"),
        ("𠅤英", "𠅤英"),
        ("李䶮", "李䶮"),
        (
            "买买提江·吐尔逊·阿卜杜热合曼·玉素甫江·艾合买提江·伊敏",
            "买买提江·吐尔逊·阿卜杜热合曼·玉素甫江·艾合买提江·伊敏",
        ),
        ("Ｊａｃｋ Ｌｉ", "Jack Li"),
        ("李\u200b明", "李明"),
        ("李\n明", "李明"),
    ],
)
def test_name_is_read(text, name):
    assert one(cleaning.clean_name, text) == (name, "", "")


def test_name_drops_a_former_name_and_tells():
    assert one(cleaning.clean_name, "岩罕（曾用名：岩吞）") == ("岩罕", "", "姓名后括号里的内容（如曾用名）不导入。")


@pytest.mark.parametrize(
    ("text", "reason"), [("李*", "隐去"), ("李1", "“1”"), ("李?", "“?”"), ("依" * 51, "50个字"), ("（）", "空")]
)
def test_name_is_refused(text, reason):
    value, error, _ = one(cleaning.clean_name, text)

    assert value is None
    assert reason in error


def test_name_missing_is_refused():
    assert one(cleaning.clean_name, "  ") == (None, "必填项为空。", "")


@pytest.mark.parametrize(
    ("text", "code"), [("男", "1"), ("男性", "1"), ("1", "1"), ("M", "1"), ("女", "2"), ("Ｆ", "2")]
)
def test_sex_in_any_usual_form(text, code):
    assert one(cleaning.clean_sex, text)[0] == code


def test_sex_unknown_word_is_refused():
    assert "没有“双性”" in one(cleaning.clean_sex, "双性")[1]


PEOPLES = choice_table(
    [("01", "汉族"), ("18", "傣族"), ("20", "傈僳族"), ("28", "景颇族"), ("46", "德昂族"), ("97", "其他民族")]
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("傣", "18"),
        ("傣族", "18"),
        (" 傣 族 ", "18"),
        ("Dai", "18"),
        ("景颇", "28"),
        ("僳僳", "20"),
        ("僳僳族", "20"),
        ("崩龙", "46"),
        ("未识别", "97"),
        ("其他", "97"),
    ],
)
def test_ethnicity_in_its_spellings(text, code):
    assert one(cleaning.clean_choice, text, table=PEOPLES) == (code, "", "")


CAUSES = choice_table([("01", "因病"), ("02", "因残"), ("08", "缺劳动力")], {"缺劳力": "08"})


def test_choice_is_found_by_name_and_synonym_never_by_number():
    assert one(cleaning.clean_choice, "缺劳力", table=CAUSES) == ("08", "", "")
    assert "各系统的代码不一致" in one(cleaning.clean_choice, "1", table=CAUSES)[1]


def test_choice_like_no_name_is_told_one_name_of_each_code():
    _, problems = cleaning.clean_choice(pl.DataFrame({"c0": ["xyz"]}), "c0", CAUSES)

    assert [bad.suggestion for bad in problems] == ["可填：因病、因残、缺劳动力"]


def test_choice_near_a_name_is_offered_not_taken():
    _, problems = cleaning.clean_choice(pl.DataFrame({"c0": ["缺劳动"]}), "c0", CAUSES)

    assert [(bad.reason, bad.suggestion) for bad in problems] == [("没有“缺劳动”这一项。", "是否为“缺劳动力”？")]


@pytest.mark.parametrize(
    "text",
    [
        *("因残、因病", "因病，因残", "因病;因残", "因病/因残", "因病\n因残", "因病 因残", "因残、因病、因残"),
        *("因病及因残", "因病和因残", "因病与因残", "病残"),
    ],
)
def test_choices_in_one_cell_are_split(text):
    assert one(cleaning.clean_choices, text, table=CAUSES | {"病残": "01,02"}) == ("01,02", "", "")


def test_choices_with_one_unknown_are_refused_whole():
    value, error, _ = one(cleaning.clean_choices, "因病、因丑", table=CAUSES)

    assert value is None
    assert "因丑" in error


@pytest.mark.parametrize(
    ("text", "number", "warned"),
    [
        ("13800138000", "13800138000", False),
        ("138 0013 8000", "13800138000", False),
        ("138-0013-8000", "13800138000", False),
        ("+86 13800138000", "13800138000", False),
        ("１３８００１３８０００", "13800138000", False),
        ("13800138000.0", "13800138000", False),
        ("13800138000/13900139000", "13800138000", True),
        ("13800138000、0692-2123456", "13800138000", True),
        ("13800138000 13900139000", "13800138000", True),
        ("0692-2123456", "0692-2123456", False),
        ("(0692)2123456", "0692-2123456", False),
        ("无", None, False),
        ("——", None, False),
    ],
)
def test_phone_is_read(text, number, warned):
    value, error, warning = one(cleaning.clean_phone, text)

    assert (value, error, bool(warning)) == (number, "", warned)


@pytest.mark.parametrize(
    ("text", "reason"), [("138001380001", "12位"), ("2123456", "区号"), ("1.38E+10", "科学计数"), ("电话", "0位")]
)
def test_phone_is_refused(text, reason):
    assert reason in one(cleaning.clean_phone, text)[1]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("T12345678", "T12345678"),
        ("t1234 5678", "T12345678"),
        ("'6217998880001234567", "6217998880001234567"),
        ("６２１７９９８８", "62179988"),
        ("无", None),
    ],
)
def test_card_is_read(text, number):
    assert one(cleaning.clean_card, text) == (number, "", "")


@pytest.mark.parametrize(
    ("text", "reason"),
    [("6.21799E+18", "末几位已丢失"), ("已办", "数字或字母"), ("12345", "6到32位"), ("1" * 33, "32位")],
)
def test_card_is_refused(text, reason):
    assert reason in one(cleaning.clean_card, text)[1]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1234.5", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1234.5元", "1234.50"),
        ("60㎡", "60.00"),
        ("12.3万", "123000.00"),
        ("12.3万元", "123000.00"),
        ("￥1,234", "1234.00"),
        ("１２３", "123.00"),
        ("0.00", "0.00"),
        ("1 ", "1.00"),
    ],
)
def test_amount_is_read(text, amount):
    assert one(cleaning.clean_amount, text) == (Decimal(amount), "", "")


@pytest.mark.parametrize("text", ["—", "/", "无", " "])
def test_amount_that_is_not_there_is_blank_not_nought(text):
    assert one(cleaning.clean_amount, text) == (None, "", "")


@pytest.mark.parametrize(
    ("text", "reason"),
    [("-5", "负数"), ("(1,234)", "负数"), ("一千元", "不是数值"), ("1,23", "不是数值"), ("99999999999", "过大")],
)
def test_amount_is_refused(text, reason):
    assert reason in one(cleaning.clean_amount, text)[1]


def test_amount_of_a_column_in_ten_thousands():
    assert one(cleaning.clean_amount, "12.3", unit="万元")[0] == Decimal("123000.00")
    assert one(cleaning.clean_amount, "5000元", unit="万元")[0] == Decimal("5000.00")


@pytest.mark.parametrize(
    ("text", "ratio"), [("0.95", 0.95), ("95", 0.95), ("95%", 0.95), ("９５％", 0.95), ("1", 1.0), ("0.5%", 0.005)]
)
def test_ratio_is_read(text, ratio):
    assert one(cleaning.clean_ratio, text)[0] == ratio


@pytest.mark.parametrize("text", ["101", "-1", "高"])
def test_ratio_is_refused(text):
    assert one(cleaning.clean_ratio, text)[0] is None
    assert one(cleaning.clean_ratio, text)[1]


@pytest.mark.parametrize("text", ["是", "有", "√", "✓", "Y", "yes", "1", "TRUE", "true"])
def test_yes(text):
    assert one(cleaning.clean_yes_no, text) == (True, "", "")


@pytest.mark.parametrize("text", ["否", "无", "×", "N", "no", "0", "X", "没有"])
def test_no(text):
    assert one(cleaning.clean_yes_no, text) == (False, "", "")


@pytest.mark.parametrize("text", ["", " ", None, "—"])
def test_blank_is_neither_yes_nor_no(text):
    assert one(cleaning.clean_yes_no, text) == (None, "", "")


def test_yes_no_of_another_word_is_refused():
    assert "是" in one(cleaning.clean_yes_no, "可能")[1]


@pytest.mark.parametrize(
    ("text", "reason"),
    [("2018-07-01", "晚于今天"), ("1780-01-01", "过早"), ("#VALUE!", "公式错误"), ("2018-02-30", "没有这一天")],
)
def test_date_is_refused_with_its_reason(text, reason):
    value, error, _ = one(cleaning.clean_date, text, today=TODAY)

    assert value is None
    assert reason in error


def test_date_to_come_is_taken_where_allowed():
    assert one(cleaning.clean_date, "2019-01-01", today=TODAY, allow_future=True)[0] == date(2019, 1, 1)


@pytest.mark.parametrize(
    ("text", "number"), [("12", 12), ("１２", 12), ("12个月", 12), ("12.0", 12), ("1,234", 1234), ("无", None)]
)
def test_number_is_read(text, number):
    assert one(cleaning.clean_number, text) == (number, "", "")


@pytest.mark.parametrize(("text", "reason"), [("12.5", "整数"), ("-1", "范围"), ("13", "范围"), ("多", "整数")])
def test_number_is_refused(text, reason):
    assert reason in one(cleaning.clean_number, text, maximum=12)[1]


@pytest.mark.parametrize(
    ("text", "code"),
    [("5331030001", "5331030001"), (" 芒家签 2018—1", "芒家签2018—1"), ("'007", "007"), ("００７", "007")],
)
def test_code_keeps_its_noughts(text, code):
    assert one(cleaning.clean_code, text) == (code, "", "")


@pytest.mark.parametrize(("text", "reason"), [("5.3310300010001E+15", "数值"), ("9" * 33, "32个字符")])
def test_code_is_refused(text, reason):
    assert reason in one(cleaning.clean_code, text)[1]


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        ("a\u200bb", "ab"),
        ("\ufeff甲", "甲"),
        ("甲\r\n乙", "甲 乙"),
        ("  甲  乙 ", "甲 乙"),
        ("（甲）", "（甲）"),
        ("\u00a0", None),
    ],
)
def test_text_loses_what_cannot_be_seen(text, tidy):
    assert one(cleaning.clean_text, text) == (tidy, "", "")


def test_text_too_long_is_refused():
    assert "3个字" in one(cleaning.clean_text, "一二三四", max_length=3)[1]


def test_column_keeps_its_rows_and_problems_point_at_theirs():
    frame = pl.DataFrame({"c0": ["2018-06-10", None, "18.6.10", "2018/6/9", "18.6.10"]})

    values, problems = cleaning.clean_date(frame, "c0", today=TODAY, required=True)

    assert values.to_list() == [date(2018, 6, 10), None, None, date(2018, 6, 9), None]
    assert [(bad.reason, bad.rows.to_list()) for bad in problems] == [
        ("必填项为空。", [False, True, False, False, False]),
        ("年份只有两位，无法确定是哪一年。", [False, False, True, False, True]),
    ]


def test_reasons_without_end_are_told_in_general(monkeypatch):
    monkeypatch.setattr(cleaning, "MAX_REASONS", 2)
    frame = pl.DataFrame({"c0": ["甲1", "甲2", "甲3", "甲4"]})

    _, problems = cleaning.clean_name(frame, "c0")

    assert len(problems) == 3
    assert sum(bad.rows.sum() for bad in problems) == 4


@pytest.mark.parametrize(
    ("text", "told"), [("2014.1", True), ("２０１４.１", True), ("2014.10", False), ("2014.01", False)]
)
def test_october_that_lost_its_nought_is_asked_for(text, told):
    value, error, _ = one(cleaning.clean_date, text, today=TODAY, allow_month=True)

    assert (value is None, error.startswith("1月还是10月？")) == (told, told)
