"""Initials of the pinyin of names, so that 刀玉香 is found by typing dyx."""

from functools import cache

# Surnames read otherwise than the word: their own first letter. Two-character surnames come with both letters.
_SURNAMES = {
    "卜": "b",
    "不": "f",
    "曾": "z",
    "查": "z",
    "晁": "c",
    "车": "c",
    "谌": "c",
    "种": "c",
    "褚": "c",
    "单": "s",
    "召": "s",
    "折": "s",
    "莘": "s",
    "盛": "s",
    "厍": "s",
    "仇": "q",
    "覃": "q",
    "瞿": "q",
    "解": "x",
    "洗": "x",
    "冼": "x",
    "郇": "x",
    "区": "o",
    "翟": "z",
    "祭": "z",
    "臧": "z",
    "占": "z",
    "乐": "y",
    "尉": "w",
    "么": "y",
    "员": "y",
    "贾": "j",
    "句": "g",
    "炅": "g",
    "繁": "p",
    "秘": "b",
    "佴": "n",
    "乜": "n",
    "那": "n",
    "牟": "m",
    "宓": "m",
    "缪": "m",
    "尉迟": "yc",
    "万俟": "mq",
    "长孙": "zs",
    "澹台": "tt",
    "单于": "cy",
}


def initials(name: str) -> str:
    """Lower-case first letters, character by character; what has no pinyin stays, dots and blanks go."""
    for length in (2, 1):
        if surname := _SURNAMES.get(name[:length]) if len(name) > length or length == 1 else None:
            return surname + _letters(name[length:])
    return _letters(name)


def _letters(text: str) -> str:
    return "".join(_letter(character) for character in text if character.isalnum())


@cache
def _letter(character: str) -> str:
    from pypinyin import Style, pinyin  # noqa: PLC0415 -- its dictionary is a fifth of the start of every command

    return pinyin(character, style=Style.FIRST_LETTER)[0][0].lower()
