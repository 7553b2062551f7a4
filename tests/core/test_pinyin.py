import pytest

from healthaid.core.pinyin import initials


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("李明", "lm"),
        ("刀玉香", "dyx"),
        ("曾国强", "zgq"),
        ("单小妹", "sxm"),
        ("仇英", "qy"),
        ("解放", "xf"),
        ("区大海", "odh"),
        ("朴志勇", "pzy"),
        ("尉迟恭", "ycg"),
        ("万俟雪", "mqx"),
        ("岩", "y"),
        ("单", "s"),
        ("妮娜·约萨", "nnys"),
        ("买买提 Ali", "mmtali"),
        ("䶮", "y"),
        ("", ""),
    ],
)
def test_initials_of_a_name(name, letters):
    assert initials(name) == letters


def test_initials_keep_a_character_without_pinyin():
    assert initials("李𱁬") == "l𱁬"
