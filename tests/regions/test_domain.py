import pytest

from healthaid.regions.domain import (
    VillageIndex,
    VillageRow,
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


INDEX = VillageIndex(
    [
        VillageRow(1, ("大湾村",), ("芒市镇",), ("533103101201",)),
        VillageRow(2, ("芒东村",), ("西山乡",), ("533103203203",)),
        VillageRow(3, ("芒东村",), ("芒东镇",), ("533122101201",)),
        VillageRow(4, ("新村社区",), ("勐焕街道",), ()),
        VillageRow(5, ("新村",), ("勐焕街道",), ()),
        VillageRow(6, ("支那村", "老支那村"), ("姐那乡", "支那乡"), ()),
    ]
)


@pytest.mark.parametrize(
    ("village", "township", "found"),
    [
        ("大湾村委会", "芒市镇", 1),
        ("大湾", "芒市", 1),
        ("大湾", "", 1),
        ("大湾村", "西山乡", None),
        ("芒东村", "", None),
        ("芒东村", "西山乡", 2),
        ("芒东村", "芒东镇", 3),
        ("新村社区", "勐焕街道", 4),
        ("新村", "勐焕街道", 5),
        ("支那村", "支那乡", 6),
        ("老支那", "姐那乡", 6),
        ("没有村", "芒市镇", None),
    ],
)
def test_village_index_finds_the_one_village_meant(village, township, found):
    assert INDEX.by_name(village, township) == found


def test_village_index_finds_by_code():
    assert INDEX.by_code("533103101201") == 1
    assert INDEX.by_code("533103101999") is None
