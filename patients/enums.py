"""The code tables of the register. A sheet is read by the names, never by the numbers, which differ between systems."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Sex(TextChoices):
    """GB/T 2261.1."""

    UNKNOWN = "0", _("未知的性别")
    MALE = "1", _("男")
    FEMALE = "2", _("女")
    UNSTATED = "9", _("未说明的性别")


class Ethnicity(TextChoices):
    """GB/T 3304."""

    HAN = "01", _("汉族")
    MONGOL = "02", _("蒙古族")
    HUI = "03", _("回族")
    TIBETAN = "04", _("藏族")
    UYGHUR = "05", _("维吾尔族")
    MIAO = "06", _("苗族")
    YI = "07", _("彝族")
    ZHUANG = "08", _("壮族")
    BOUYEI = "09", _("布依族")
    KOREAN = "10", _("朝鲜族")
    MANCHU = "11", _("满族")
    DONG = "12", _("侗族")
    YAO = "13", _("瑶族")
    BAI = "14", _("白族")
    TUJIA = "15", _("土家族")
    HANI = "16", _("哈尼族")
    KAZAKH = "17", _("哈萨克族")
    DAI = "18", _("傣族")
    LI = "19", _("黎族")
    LISU = "20", _("傈僳族")
    WA = "21", _("佤族")
    SHE = "22", _("畲族")
    GAOSHAN = "23", _("高山族")
    LAHU = "24", _("拉祜族")
    SUI = "25", _("水族")
    DONGXIANG = "26", _("东乡族")
    NAXI = "27", _("纳西族")
    JINGPO = "28", _("景颇族")
    KIRGIZ = "29", _("柯尔克孜族")
    TU = "30", _("土族")
    DAUR = "31", _("达斡尔族")
    MULAO = "32", _("仫佬族")
    QIANG = "33", _("羌族")
    BLANG = "34", _("布朗族")
    SALAR = "35", _("撒拉族")
    MAONAN = "36", _("毛南族")
    GELAO = "37", _("仡佬族")
    XIBE = "38", _("锡伯族")
    ACHANG = "39", _("阿昌族")
    PUMI = "40", _("普米族")
    TAJIK = "41", _("塔吉克族")
    NU = "42", _("怒族")
    UZBEK = "43", _("乌孜别克族")
    RUSSIAN = "44", _("俄罗斯族")
    EWENKI = "45", _("鄂温克族")
    DEANG = "46", _("德昂族")
    BONAN = "47", _("保安族")
    YUGUR = "48", _("裕固族")
    GIN = "49", _("京族")
    TATAR = "50", _("塔塔尔族")
    DERUNG = "51", _("独龙族")
    OROQEN = "52", _("鄂伦春族")
    HEZHEN = "53", _("赫哲族")
    MONBA = "54", _("门巴族")
    LHOBA = "55", _("珞巴族")
    JINO = "56", _("基诺族")
    OTHER = "97", _("其他民族")
    FOREIGN = "98", _("外国血统")


class Marriage(TextChoices):
    """GB/T 2261.2."""

    SINGLE = "10", _("未婚")
    MARRIED = "20", _("已婚")
    FIRST = "21", _("初婚")
    AGAIN = "22", _("再婚")
    RESUMED = "23", _("复婚")
    WIDOWED = "30", _("丧偶")
    DIVORCED = "40", _("离婚")
    UNSTATED = "90", _("未说明的婚姻状况")


class DocumentKind(TextChoices):
    """CV02.01.101."""

    RESIDENT_ID = "01", _("居民身份证")
    HOUSEHOLD_BOOK = "02", _("居民户口簿")
    PASSPORT = "03", _("护照")
    OFFICER_ID = "04", _("军官证")
    DRIVING_LICENCE = "05", _("驾驶证")
    HK_MACAO_PERMIT = "06", _("港澳通行证")
    TAIWAN_PERMIT = "07", _("台湾通行证")
    OTHER = "99", _("其他")


class Relation(TextChoices):
    """Relation to the head of the household, as the poverty register words it."""

    HEAD = "01", _("户主")
    SPOUSE = "02", _("配偶")
    SON = "03", _("之子")
    DAUGHTER = "04", _("之女")
    DAUGHTER_IN_LAW = "05", _("之儿媳")
    SON_IN_LAW = "06", _("之女婿")
    SONS_SON = "07", _("之孙子")
    SONS_DAUGHTER = "08", _("之孙女")
    DAUGHTERS_SON = "09", _("之外孙子")
    DAUGHTERS_DAUGHTER = "10", _("之外孙女")
    FATHER = "11", _("之父")
    MOTHER = "12", _("之母")
    WIFES_FATHER = "13", _("之岳父")
    WIFES_MOTHER = "14", _("之岳母")
    HUSBANDS_FATHER = "15", _("之公公")
    HUSBANDS_MOTHER = "16", _("之婆婆")
    FATHERS_FATHER = "17", _("之祖父")
    FATHERS_MOTHER = "18", _("之祖母")
    MOTHERS_FATHER = "19", _("之外祖父")
    MOTHERS_MOTHER = "20", _("之外祖母")
    OTHER = "99", _("其他")


class Education(TextChoices):
    """The poverty register's table."""

    ILLITERATE = "1", _("文盲或半文盲")
    PRIMARY = "2", _("小学")
    JUNIOR = "3", _("初中")
    SENIOR = "4", _("高中")
    COLLEGE = "5", _("大专及以上")
    PRESCHOOL = "6", _("学龄前儿童")


class Schooling(TextChoices):
    NONE = "00", _("非在校生")
    PRESCHOOL = "01", _("学前教育")
    PRIMARY = "02", _("小学")
    YEAR_7 = "07", _("七年级")
    YEAR_8 = "08", _("八年级")
    YEAR_9 = "09", _("九年级")
    SENIOR_1 = "10", _("高中一年级")
    SENIOR_2 = "11", _("高中二年级")
    SENIOR_3 = "12", _("高中三年级")
    VOCATIONAL_1 = "20", _("中职一年级")
    VOCATIONAL_2 = "21", _("中职二年级")
    VOCATIONAL_3 = "22", _("中职三年级")
    HIGHER_VOCATIONAL_1 = "30", _("高职一年级")
    HIGHER_VOCATIONAL_2 = "31", _("高职二年级")
    HIGHER_VOCATIONAL_3 = "32", _("高职三年级")
    COLLEGE = "40", _("大专及以上")


class Health(TextChoices):
    """Several may hold at once."""

    HEALTHY = "1", _("健康")
    CHRONIC = "2", _("长期慢性病")
    CRITICAL = "3", _("患有大病")
    DISABLED = "4", _("残疾")


class DisabilityKind(TextChoices):
    """The nineteenth digit of the certificate."""

    SIGHT = "1", _("视力残疾")
    HEARING = "2", _("听力残疾")
    SPEECH = "3", _("言语残疾")
    LIMB = "4", _("肢体残疾")
    INTELLECT = "5", _("智力残疾")
    MIND = "6", _("精神残疾")
    MULTIPLE = "7", _("多重残疾")


class Labour(TextChoices):
    ORDINARY = "1", _("普通劳动力")
    SKILLED = "2", _("技能劳动力")
    WEAK = "3", _("弱劳动力或半劳动力")
    LOST = "4", _("丧失劳动力")
    NONE = "5", _("无劳动力")


class HouseholdCategory(TextChoices):
    """贫困户属性."""

    ORDINARY = "1", _("一般贫困户")
    ALLOWANCE = "2", _("低保户")
    FIVE_GUARANTEE = "3", _("五保户")
    ALLOWANCE_POOR = "4", _("低保贫困户")
    EXTREME_HARDSHIP = "5", _("特困供养贫困户")
    CONSOLIDATED = "6", _("巩固提升户")


class Standard(TextChoices):
    """识别标准: whose poverty line a household was identified by."""

    NATIONAL = "1", _("国家标准")
    PROVINCIAL = "2", _("省定标准")
    MUNICIPAL = "3", _("市定标准")


class HouseholdType(TextChoices):
    """户类型, from 2020."""

    LIFTED = "1", _("脱贫户")
    UNSTABLE = "2", _("脱贫不稳定户")
    MARGINAL = "3", _("边缘易致贫户")
    SUDDEN_HARDSHIP = "4", _("突发严重困难户")
    GENERAL = "5", _("一般农户")


class Cause(TextChoices):
    """Causes of poverty: one main, several secondary."""

    ILLNESS = "01", _("因病")
    DISABILITY = "02", _("因残")
    SCHOOLING = "03", _("因学")
    DISASTER = "04", _("因灾")
    LAND = "05", _("缺土地")
    WATER = "06", _("缺水")
    SKILL = "07", _("缺技术")
    LABOUR = "08", _("缺劳动力")
    FUNDS = "09", _("缺资金")
    TRANSPORT = "10", _("交通条件落后")
    MOTIVATION = "11", _("自身发展动力不足")
    MARRIAGE = "12", _("因婚")
    BEREAVEMENT = "13", _("因丧")
    OTHER = "99", _("其他")


class PovertyStatus(TextChoices):
    """A person's standing: four of the poverty register, four of the rural low-income people from 2021."""

    NOT_LIFTED = "not_lifted", _("未脱贫")
    LIFTED = "lifted", _("已脱贫")
    LIFTED_POLICY_KEPT = "lifted_policy_kept", _("脱贫不脱政策")
    RETURNED = "returned", _("返贫")
    SUBSISTENCE_ALLOWANCE = "subsistence_allowance", _("农村低保对象")
    EXTREME_HARDSHIP = "extreme_hardship", _("农村特困人员")
    AT_RISK = "at_risk_of_poverty", _("农村易返贫致贫人口")
    SUDDEN_HARDSHIP = "sudden_hardship", _("突发严重困难户")


class KeyGroup(TextChoices):
    """Whom a family-doctor team looks after first."""

    ELDERLY = "elderly", _("65岁及以上")
    CHILD = "child", _("0–6岁儿童")
    PREGNANT = "pregnant", _("孕产妇")
    DISABLED = "disabled", _("残疾人")
    HYPERTENSION = "hypertension", _("高血压患者")
    DIABETES = "diabetes", _("糖尿病患者")
    TUBERCULOSIS = "tuberculosis", _("肺结核患者")
    MENTAL = "mental", _("严重精神障碍患者")


SENSITIVE_GROUPS = frozenset({KeyGroup.TUBERCULOSIS, KeyGroup.MENTAL})  # they tell a sensitive illness


class LifeState(TextChoices):
    """Whether the person is still with the household."""

    PRESENT = "present", _("在册")
    DEAD = "dead", _("死亡")
    MOVED_OUT = "moved_out", _("迁出")


class ConditionKind(TextChoices):
    CRITICAL = "critical", _("大病")
    CHRONIC = "chronic", _("慢病")
    SEVERE = "severe", _("重病")


class ConditionState(TextChoices):
    SUSPECTED = "suspected", _("待核实")
    VERIFIED = "verified", _("已核实")
    EXCLUDED = "excluded", _("已排除")


class CaseState(TextChoices):
    """Where the treatment of a critical illness stands, in the words of the ledgers that counties keep."""

    UNTREATED = "untreated", _("未救治")
    TREATING = "treating", _("救治中")
    TREATED = "treated", _("已救治")
    DECLINED = "declined", _("放弃治疗")
    DIED = "died", _("死亡")
    EXCLUDED = "excluded", _("非大病排除")


class Outcome(TextChoices):
    CURED = "cured", _("治愈")
    IMPROVED = "improved", _("好转")
    STABLE = "stable", _("稳定")
