import pytest

from healthaid.regions.domain import (
    ids_of,
    natural_code,
    short_village,
    township_stem,
    village_stem,
)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("53", "530000"),
        ("5331", "533100"),
        ("533103", "533103"),
        ("533103000000", "533103"),
        ("533103000", "533103"),
        ("533103101000", "533103101"),
        ("533103101", "533103101"),
        (" 533103101201 ", "533103101201"),
        ("533100000000", "533100"),
        ("芒市", "芒市"),
    ],
)
def test_natural_code_drops_the_padding(written, code):
    assert natural_code(written) == code


@pytest.mark.parametrize(
    ("official", "short"),
    [
        ("大湾村民委员会", "大湾村"),
        ("河头村村民委员会", "河头村"),
        ("大湾村委会", "大湾村"),
        ("西南里社区居民委员会", "西南里社区"),
        ("营盘居委会", "营盘社区"),
        ("大湾村", "大湾村"),
        ("遮放农场", "遮放农场"),
    ],
)
def test_short_village_is_what_people_say(official, short):
    assert short_village(official) == short


@pytest.mark.parametrize("name", ["大湾", "大湾村", "大湾村委会", "大湾村民委员会", "大湾社区"])
def test_village_stem_is_alike_for_every_spelling(name):
    assert village_stem(name) == "大湾"


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("三台山德昂族乡", "三台山"),
        ("三台山乡", "三台山"),
        ("三台山", "三台山"),
        ("芒市镇", "芒市"),
        ("勐焕街道办事处", "勐焕"),
        ("曩宋阿昌族乡", "曩宋"),
        ("镇", "镇"),
    ],
)
def test_township_stem_drops_rank_and_nation(name, stem):
    assert township_stem(name) == stem


@pytest.mark.parametrize(("path", "ids"), [("1/25/533/", [1, 25, 533]), ("1/", [1]), ("", [])])
def test_ids_of_a_path_go_from_the_root_down(path, ids):
    assert ids_of(path) == ids
