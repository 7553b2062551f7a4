"""Further names under which the codes of a register are read."""

CAUSE_ALIASES = {
    "缺劳力": "08",
    "自身发展力不足": "11",
    "因病致贫": "01",
    "因残致贫": "02",
    "因学致贫": "03",
    "因灾致贫": "04",
}
HOUSEHOLD_TYPE_ALIASES = {"脱贫不稳定": "2", "边缘易致贫": "3", "边缘户": "3", "突发严重困难": "4"}
STANDARD_ALIASES = {"国标": "1", "国家": "1", "国定标准": "1", "省定": "2", "省标": "2", "市定": "3", "市标": "3"}
MARRIAGE_ALIASES = {
    "有配偶": "20",
    "初婚有配偶": "21",
    "再婚有配偶": "22",
    "复婚有配偶": "23",
    "离异": "40",
    "未说明": "90",
}
RELATION_ALIASES = {  # the words of GB/T 4761; 孙辈, 父母 and 祖父母 are more than one relation each
    **dict.fromkeys(("本人", "本人或户主"), "01"),
    **dict.fromkeys(("妻子", "妻", "丈夫", "夫"), "02"),
    **dict.fromkeys(("儿子", "子", "长子", "之长子", "次子", "之次子", "三子", "四子", "五子", "其他儿子"), "03"),
    **dict.fromkeys(("独生子", "养子", "继子", "养子或继子"), "03"),
    **dict.fromkeys(("女儿", "女", "长女", "之长女", "次女", "之次女", "三女", "四女", "五女", "其他女儿"), "04"),
    **dict.fromkeys(("独生女", "养女", "继女", "养女或继女"), "04"),
    "儿媳": "05",
    "女婿": "06",
    "孙子": "07",
    "孙女": "08",
    "外孙子": "09",
    "外孙女": "10",
    **dict.fromkeys(("父亲", "父", "继父", "养父", "继父或养父"), "11"),
    **dict.fromkeys(("母亲", "母", "继母", "养母", "继母或养母"), "12"),
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
    "已脱贫（不享受政策）": "lifted",
    "享受政策": "lifted_policy_kept",
    "低保对象": "subsistence_allowance",
    "特困人员": "extreme_hardship",
    "易返贫致贫人口": "at_risk_of_poverty",
}
LABOUR_ALIASES = {"弱劳动力": "3", "半劳动力": "3"}
LEVELS = {  # of GB/T 4658, each with or without what became of it
    **dict.fromkeys(("硕士研究生", "博士研究生", "大学本科", "大学专科"), "5"),
    **dict.fromkeys(("中等专科", "中等专业", "职业高中", "技工学校", "普通高中"), "4"),
    "初中": "3",
    "小学": "2",
}
EDUCATION_ALIASES = {
    **{f"{level}{end}": code for level, code in LEVELS.items() for end in ("", "毕业", "结业", "肄业")},
    **dict.fromkeys(("文盲", "半文盲"), "1"),
    "小学教育": "2",
    "初级中学教育": "3",
    **dict.fromkeys(("普通高级中学教育", "中等职业", "中等职业教育", "中专", "中技", "技校", "职高"), "4"),
    **dict.fromkeys(("大专", "大学专科教育", "本科", "大学本科教育", "大学", "研究生", "研究生教育"), "5"),
    "学龄前": "6",
}
SCHOOLING_ALIASES = {
    **dict.fromkeys(("初中一年级", "初一"), "07"),
    **dict.fromkeys(("初中二年级", "初二"), "08"),
    **dict.fromkeys(("初中三年级", "初三"), "09"),
    "高一": "10",
    "高二": "11",
    "高三": "12",
    **dict.fromkeys(("大专", "本科", "研究生"), "40"),
}
CATEGORY_ALIASES = {"特困供养（五保）贫困户": "5", "特困供养户": "5"}
DOCUMENT_ALIASES = {"身份证": "01", "户口簿": "02", "户口本": "02", "居民户口本": "02", "出生证": "99"}
HEALTH_ALIASES = {"慢性病": "2", "大病": "3", "大病残疾": "3,4", "慢性病残疾": "2,4", "长期慢性病残疾": "2,4"}
# Taken with a warning: the register has no such code any more.
DOUBTFUL_STATUSES = {"预脱贫": "not_lifted"}
DOUBTFUL_CATEGORIES = {"低收入农户": "1"}
