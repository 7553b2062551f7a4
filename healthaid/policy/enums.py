from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Topic(TextChoices):
    """What a parameter is about: the first part of its name."""

    ENROLMENT = "enrolment", _("参保")
    PREMIUM = "premium", _("参保缴费补贴")
    LOCAL_SHARE = "local_share", _("地方配套比例")
    BASIC = "basic", _("基本医保")
    GUARANTEE = "guarantee", _("报销底线")
    CRITICAL = "critical", _("大病保险")
    ASSISTANCE = "assistance", _("医疗救助")
    SAFETY_NET = "safety_net", _("兜底保障")
    INCOME = "income", _("收入")
    SPECIAL_TREATMENT = "special_treatment", _("大病专项救治")
    OUT_OF_CATALOGUE = "out_of_catalogue", _("目录外费用")
    REFERRAL = "referral", _("转诊")
    PAY_LATER = "pay_later", _("先诊疗后付费")
    PAYOUT = "payout", _("基金拨付")
    SERVICE = "service", _("就医服务")
    CONTRACT = "contract", _("家庭医生签约")
    MANAGEMENT_RATE = "management_rate", _("慢病管理率")
    STANDARDISED_MANAGEMENT_RATE = "standardised_management_rate", _("慢病规范管理率")
    PRESCRIPTION = "prescription", _("处方")
    EDUCATION_PRESCRIPTION = "education_prescription", _("健康教育处方")
    DISEASE = "disease", _("病种")
    CLINIC = "clinic", _("村卫生室")
    TOWNSHIP = "township", _("乡镇卫生院")
    COUNTY_HOSPITAL = "county_hospital", _("县级医院")
    PAIRED_HELP = "paired_help", _("对口帮扶")
    SCHOOL_HEALTH_ROOM = "school_health_room", _("学校保健室")


class Unit(TextChoices):
    """What a value counts."""

    RATIO = "ratio", _("比例")
    YUAN = "yuan", _("元")
    SQUARE_METRES = "m2", _("㎡")
    MONTHS = "months", _("个月")
    TIMES = "times", _("次")
    PERSONS = "persons", _("人")
    KINDS = "kinds", _("种")
    FACILITIES = "facilities", _("所")
    PERSONS_PER_THOUSAND = "persons_per_thousand", _("人/千人")
    BEDS_PER_THOUSAND = "beds_per_thousand", _("张/千人")
    TIER = "tier", _("级")
    RULE = "rule", _("规则")
    CODES = "codes", _("项目")
    LIST = "list", _("名单")


class Word(TextChoices):
    """Values that are words."""

    REQUIRED = "required", _("必须")
    FORBIDDEN = "forbidden", _("不得")
    ALLOWED = "allowed", _("允许")
    PHASE_OUT = "phase_out", _("逐步取消")
    PREVIOUS_YEAR = "previous_year", _("上一年度")
    HOSPITAL_PAYS = "hospital_pays", _("由医疗机构承担")
    LOCAL_RULE = "local_rule", _("由各地规定，可不予保障")
    COVERED = "covered", _("纳入")
    STOPPED = "stopped", _("停止执行")
    BY_DISEASE = "by_disease", _("按病种付费")
    HUMAN_RESOURCES = "human_resources", _("人力资源社会保障部门")
    REGISTERED_POOR = "registered_poor", _("建档立卡贫困人口")
    RURAL_LOW_INCOME = "rural_low_income", _("农村低收入人口")
    CONSULTING_ROOM = "consulting_room", _("诊断室")
    TREATMENT_ROOM = "treatment_room", _("治疗室")
    PHARMACY = "pharmacy", _("药房")
    ELSEWHERE_ARMY = "elsewhere_army", _("参军异地参保")
    ELSEWHERE_STUDY = "elsewhere_study", _("就学异地参保")
    ELSEWHERE_WORK = "elsewhere_work", _("务工异地参保")
    ELSEWHERE_MARRIAGE = "elsewhere_marriage", _("婚姻异地参保")
    REGISTERED_AFTER_FEE_WINDOW = "registered_after_fee_window", _("缴费期后新识别")
    NEWBORN = "newborn", _("新生儿")
    IN_PRISON = "in_prison", _("服刑")
    DEAD = "dead", _("死亡")
    LOST_CONTACT = "lost_contact", _("失联")
    CEREBROVASCULAR_DISEASE = "cerebrovascular_disease", _("脑血管病")
    OBSTRUCTIVE_PULMONARY_DISEASE = "obstructive_pulmonary_disease", _("慢性阻塞性肺疾病")
    CORONARY_DISEASE = "coronary_disease", _("冠心病")
    RHEUMATOID_ARTHRITIS = "rheumatoid_arthritis", _("类风湿性关节炎")
    JOINT_DISEASE = "joint_disease", _("关节病（髋、膝）")
    SEVERE_CHRONIC_BRONCHITIS = "severe_chronic_bronchitis", _("重型老年慢性支气管炎")


class ValueState(TextChoices):
    """What became of a local value; only confirmed ones count."""

    ENTERED = "entered", _("待复核")
    CONFIRMED = "confirmed", _("已生效")
    RETURNED = "returned", _("已退回")
    WITHDRAWN = "withdrawn", _("已撤回")
    SUPERSEDED = "superseded", _("已被更正")
