import pytest
from django.utils.translation import gettext, override

from healthaid.core.phrases import listed, noted, without_yuan


@pytest.mark.parametrize(
    ("language", "name_and_note", "names", "amount"),
    [("zh-hans", "医院（二级）", "甲、乙", "金额"), ("en", "医院 (二级)", "甲, 乙", "Amount")],
)
def test_brackets_lists_and_amounts_follow_the_language(language, name_and_note, names, amount):
    with override(language):
        told = (noted("医院", "二级"), listed(["甲", "乙"]), without_yuan(gettext("金额（元）")))

    assert told == (name_and_note, names, amount)
