"""The words of the register's code tables, and of the tables that other systems use for the same items."""

import pytest

from healthaid.exchange.choices import read_choice, read_choices
from patients.resources.register import RegisterSheet

CAUSES = "因病 因残 因学 因灾 缺土地 缺水 缺技术 缺劳动力 缺资金 交通条件落后 自身发展动力不足 因婚 因丧 其他"
RELATIONS = (
    "户主 配偶 之子 之女 之儿媳 之女婿 之孙子 之孙女 之外孙子 之外孙女 之父 之母 之岳父 之岳母 "
    "之公公 之婆婆 之祖父 之祖母 之外祖父 之外祖母 其他"
)
SCHOOLING = (
    "非在校生 学前教育 小学 七年级 八年级 九年级 高中一年级 高中二年级 高中三年级 中职一年级 中职二年级 中职三年级 "
    "高职一年级 高职二年级 高职三年级 大专及以上"
)


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("main_cause", CAUSES),
        ("relation", RELATIONS),
        ("schooling", SCHOOLING),
        ("category", "一般贫困户 低保户 五保户 低保贫困户 特困供养（五保）贫困户 巩固提升户"),
        ("household_kind", "脱贫户 脱贫不稳定户 边缘易致贫户 突发严重困难户 一般农户"),
        ("poverty_status", "未脱贫 已脱贫 返贫"),
        ("labour", "普通劳动力 技能劳动力 丧失劳动力 无劳动力 弱劳动力或半劳动力"),
        ("education", "文盲或半文盲 小学 初中 高中 大专及以上 学龄前儿童"),
        ("document_kind", "居民身份证 居民户口簿 护照 军官证 驾驶证 港澳通行证 台湾通行证 其他"),
    ],
)
def test_words_of_the_register_are_codes_of_their_own(column, words):
    table = RegisterSheet.column(column).meanings

    codes = [read_choice(word, table=table).value for word in words.split()]

    assert None not in codes
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize(
    ("column", "words", "code"),
    [
        ("relation", "本人", "01"),
        ("relation", "夫 妻", "02"),
        ("relation", "子 独生子 长子 次子 养子或继子", "03"),
        ("relation", "女 独生女 长女 次女 养女或继女", "04"),
        ("relation", "父亲 继父或养父", "11"),
        ("relation", "母亲 继母或养母", "12"),
        ("relation", "兄 弟 姐 妹 其他亲属 非亲属", "99"),
        ("education", "研究生教育 硕士研究生毕业 大学本科 大学本科肄业 大学专科教育 大学专科毕业", "5"),
        ("education", "中等职业 中等专科毕业 职业高中毕业 技工学校结业 普通高中 普通高级中学教育", "4"),
        ("education", "初中毕业 初级中学教育", "3"),
        ("education", "小学教育 小学肄业", "2"),
        ("household_kind", "脱贫不稳定", "2"),
        ("poverty_status", "脱贫 (已)脱贫 已脱贫（不享受政策）", "lifted"),
        ("poverty_status", "已脱贫（享受政策）", "lifted_policy_kept"),
        ("labour", "弱劳动力 半劳动力", "3"),
        ("main_cause", "缺劳力", "08"),
        ("main_cause", "自身发展力不足", "11"),
        ("schooling", "初一 初中一年级", "07"),
    ],
)
def test_words_of_other_tables_mean_the_same_code(column, words, code):
    table = RegisterSheet.column(column).meanings

    assert {word: read_choice(word, table=table).value for word in words.split()} == dict.fromkeys(words.split(), code)


@pytest.mark.parametrize(
    ("text", "codes"),
    [("大病残疾", "3,4"), ("长期慢性病及残疾", "2,4"), ("患有大病、长期慢性病", "2,3"), ("健康", "1")],
)
def test_states_of_health_may_be_several(text, codes):
    assert read_choices(text, table=RegisterSheet.column("health").meanings).value == codes


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        ("relation", "父母", "没有“父母”这一项。"),
        ("relation", "孙辈", "没有“孙辈”这一项。"),
        ("relation", "20", "填的是代码“20”，各系统的代码不一致。"),
        ("education", "70", "填的是代码“70”，各系统的代码不一致。"),
        ("education", "私塾", "没有“私塾”这一项。"),
    ],
)
def test_words_that_mean_no_code_and_numbers_are_refused(column, text, reason):
    read = read_choice(text, table=RegisterSheet.column(column).meanings)

    assert (read.value, read.reason) == (None, reason)
    assert read.suggestion
