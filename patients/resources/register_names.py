"""Further names under which the codes of a register are read."""

CAUSE_ALIASES = {
    "缺劳力": "08",
    "自身发展力不足": "11",
    "因病致贫": "01",
    "因残致贫": "02",
    "因学致贫": "03",
    "因灾致贫": "04",
}
HOUSEHOLD_TYPE_ALIASES = {"脱贫不稳定": "2", "边缘易致贫": "3", "突发严重困难": "4"}
RELATION_ALIASES = {
    "本人": "01",
    "本人或户主": "01",
    "妻子": "02",
    "妻": "02",
    "丈夫": "02",
    "夫": "02",
    "儿子": "03",
    "子": "03",
    "长子": "03",
    "之长子": "03",
    "次子": "03",
    **dict.fromkeys(("独生子", "三子", "养子", "继子", "养子或继子"), "03"),
    "之次子": "03",
    "女儿": "04",
    "女": "04",
    "长女": "04",
    "之长女": "04",
    "次女": "04",
    **dict.fromkeys(("独生女", "三女", "养女", "继女", "养女或继女"), "04"),
    "之次女": "04",
    "儿媳": "05",
    "女婿": "06",
    "孙子": "07",
    "孙女": "08",
    "外孙子": "09",
    "外孙女": "10",
    "父亲": "11",
    "父": "11",
    "母亲": "12",
    "母": "12",
    "岳父": "13",
    "岳母": "14",
    "公公": "15",
    "婆婆": "16",
    "祖父": "17",
    "祖母": "18",
    "外祖父": "19",
    "外祖母": "20",
    **dict.fromkeys(("兄弟姐妹", "兄", "弟", "姐", "妹", "哥哥", "弟弟", "姐姐", "妹妹", "其它"), "99"),
    **dict.fromkeys(("其他亲属", "非亲属"), "99"),
}
STATUS_ALIASES = {
    "脱贫": "lifted",
    "（已）脱贫": "lifted",
    "已脱贫（享受政策）": "lifted_policy_kept",
    "已脱贫(享受政策)": "lifted_policy_kept",
    "享受政策": "lifted_policy_kept",
    "低保对象": "subsistence_allowance",
    "特困人员": "extreme_hardship",
    "易返贫致贫人口": "at_risk_of_poverty",
}
LABOUR_ALIASES = {"弱劳动力": "3", "半劳动力": "3"}
EDUCATION_ALIASES = {
    **dict.fromkeys(("文盲", "半文盲"), "1"),
    **dict.fromkeys(("普通高中", "中等职业", "中等职业教育", "中专", "职高"), "4"),
    **dict.fromkeys(("大专", "大学专科", "本科", "大学本科", "大学", "研究生"), "5"),
    "学龄前": "6",
}
SCHOOLING_ALIASES = {
    **dict.fromkeys(("初中一年级", "初一"), "07"),
    **dict.fromkeys(("初中二年级", "初二"), "08"),
    **dict.fromkeys(("初中三年级", "初三"), "09"),
    "高一": "10",
    "高二": "11",
    "高三": "12",
}
CATEGORY_ALIASES = {"特困供养（五保）贫困户": "5", "特困供养户": "5"}
HEALTH_ALIASES = {"慢性病": "2", "大病": "3", "大病残疾": "3,4", "慢性病残疾": "2,4", "长期慢性病残疾": "2,4"}
# Taken with a warning: the register has no such code any more.
DOUBTFUL_STATUSES = {"预脱贫": "not_lifted"}
DOUBTFUL_CATEGORIES = {"低收入农户": "1"}
