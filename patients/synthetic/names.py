"""Names as the peoples of western Yunnan bear them, put together at random."""

from random import Random

from patients.enums import Ethnicity, Sex

HAN_SURNAMES = "杨李王张赵段番尹刘陈黄周何谢寸彭孙马郭蒋邵董罗朱许梁余范宋唐曾单邓沈金石武段明万钏"
SURNAMES = {
    Ethnicity.DAI: "刀思方衎线放管龚晏罕金银孟罗帕哏板朗相冯俸晃项",
    Ethnicity.JINGPO: "勒木排何雷孔梅岳尚恩岗李番赵金闵石马丁保张雷春",
    Ethnicity.ACHANG: "曹曩们赵梁孙杨张王石尹线闷囊马段康雷",
    Ethnicity.DEANG: "李杨赵王俸何赖金线邵唐孔明蒋项",
    Ethnicity.LISU: "余蜂麻曹密李褚普胡和谷早乔浩祝欧",
    Ethnicity.HUI: "马纳沙闪明朱赛保",
}
# A surname that some bear without any, as a part of the name: 岩温, 玉罕.
DAI_MARKS = {Sex.MALE: "岩", Sex.FEMALE: "玉"}
DAI_SYLLABLES = {
    Sex.MALE: "温罕香拉叫坎燕保旺亮三相喊门恩应留甩伦糯",
    Sex.FEMALE: "罕香光波娜喊南团月旺门应恩儿约嫩丙相保伦",
}
JINGPO_MIDDLES = "早勒麻木玛弄腊忠宽然东南双直崩"
JINGPO_ORDERS = {Sex.MALE: "干诺腊都当约卡", Sex.FEMALE: "果鲁锐途凯比布"}  # by order of birth
ACHANG_MIDDLES = "家正自文明本兴其连绍祖老"
DEANG_MIDDLES = "腊二三岩玉小大老团补"
DEANG_ENDS = {Sex.MALE: "保帅三翁二相牙昆吞列", Sex.FEMALE: "团姐旺诺相门安软玉香"}
LISU_MIDDLES = "大二三小四文玉国春早老双"
LISU_ENDS = {Sex.MALE: "才保明华生福强波开光四", Sex.FEMALE: "妹英花兰珍芝秀香菊凤"}
LISU_LONG = ("阿此·娜比", "妮娜·约萨", "阿普·波此扒", "娜玛·阿登弟", "约瑟·密阿此")
GIVEN = {  # by sex and generation
    (Sex.MALE, 1930): "正明文国光金德发有福顺兴应朝启万绍开从",
    (Sex.MALE, 1960): "国建军强勇华平明林辉刚伟志海云生学祥春新",
    (Sex.MALE, 1990): "杰鹏浩宇航涛磊俊超鑫凯旭晨宏志文斌龙成帅",
    (Sex.MALE, 2010): "梓宇轩浩泽睿涵皓铭俊熙子晨逸恩瑞博煜天佑",
    (Sex.FEMALE, 1930): "秀兰英凤仙翠珍菊芝莲桂玉美连早小香存改顺",
    (Sex.FEMALE, 1960): "丽梅芬芳琼云红英兰玲华萍霞艳春秋会美珍琴",
    (Sex.FEMALE, 1990): "婷娟丹雪敏倩燕静莉玲晓琳璐佳慧颖蓉艳萌薇",
    (Sex.FEMALE, 2010): "欣怡梓涵诗雨萱语桐彤可馨思颖佳悦婉晴紫瑶",
}
RARE_SHARE = 0.002  # of Lisu with a long name and of Dai with a name of one character


def surname_of(rng: Random, ethnicity: Ethnicity) -> str:
    """A family name; empty for two in five Dai, who go by marks of their sex."""
    if ethnicity == Ethnicity.DAI and rng.random() < 0.4:
        return ""
    return rng.choice(SURNAMES.get(ethnicity, HAN_SURNAMES))


def person_name(rng: Random, ethnicity: Ethnicity, surname: str, sex: Sex, born: int) -> str:
    """A whole name of one born that year into a family of that surname."""
    if rng.random() < RARE_SHARE:
        if ethnicity == Ethnicity.LISU:
            return rng.choice(LISU_LONG)
        if ethnicity == Ethnicity.DAI:
            return DAI_MARKS[sex]
    return _NAMERS.get(ethnicity, _han)(rng, surname, sex, born)


def _han(rng: Random, surname: str, sex: Sex, born: int) -> str:
    generation = max((year for _, year in GIVEN if year <= born), default=1930)
    given = GIVEN[sex, generation]
    return surname + "".join(rng.sample(given, 2 if rng.random() < 0.8 else 1))


def _dai(rng: Random, surname: str, sex: Sex, born: int) -> str:
    syllables = DAI_SYLLABLES[sex]
    if not surname:
        return DAI_MARKS[sex] + "".join(rng.sample(syllables, 1 if rng.random() < 0.6 else 2))
    if rng.random() < 0.5:
        return surname + DAI_MARKS[sex] + rng.choice(syllables)
    return _han(rng, surname, sex, born)


def _jingpo(rng: Random, surname: str, sex: Sex, born: int) -> str:
    if rng.random() < 0.2:
        return _han(rng, surname, sex, born)
    return surname + rng.choice(JINGPO_MIDDLES) + rng.choice(JINGPO_ORDERS[sex])


def _achang(rng: Random, surname: str, sex: Sex, born: int) -> str:
    generation = max((year for _, year in GIVEN if year <= born), default=1930)
    return surname + rng.choice(ACHANG_MIDDLES) + rng.choice(GIVEN[sex, generation])


def _deang(rng: Random, surname: str, sex: Sex, _born: int) -> str:
    return surname + rng.choice(DEANG_MIDDLES) + rng.choice(DEANG_ENDS[sex])


def _lisu(rng: Random, surname: str, sex: Sex, _born: int) -> str:
    return surname + rng.choice(LISU_MIDDLES) + rng.choice(LISU_ENDS[sex])


_NAMERS = {
    Ethnicity.DAI: _dai,
    Ethnicity.JINGPO: _jingpo,
    Ethnicity.ACHANG: _achang,
    Ethnicity.DEANG: _deang,
    Ethnicity.LISU: _lisu,
}
