"""Words of the four-fold protection; stored codes are those of the settlement engine where it has them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Absence(TextChoices):
    """Why somebody may not be enrolled here (GS-2019-385 (四)); the codes are those of the parameter."""

    ARMY = "elsewhere_army", _("参军在外地参保")
    STUDY = "elsewhere_study", _("上学在外地参保")
    WORK = "elsewhere_work", _("务工在外地参保")
    MARRIAGE = "elsewhere_marriage", _("婚嫁在外地参保")
    LATE = "registered_after_fee_window", _("缴费期后新识别")
    NEWBORN = "newborn", _("新生儿")
    PRISON = "in_prison", _("服刑")
    DEAD = "dead", _("死亡")
    LOST = "lost_contact", _("失联")


class Insurance(TextChoices):
    """What a person is enrolled in for a year."""

    BASIC = "basic", _("基本医保")
    CRITICAL = "critical", _("大病保险")
    ASSISTANCE = "assistance", _("医疗救助")
    SUPPLEMENTARY = "supplementary", _("补充保险")

    @property
    def is_optional(self) -> bool:
        """Whether no document asks for it."""
        return self == Insurance.SUPPLEMENTARY


class PremiumGroup(TextChoices):
    """Whose premium is shared by which rates (YN-2017-102 (一)); people who fell back count as not lifted."""

    NOT_LIFTED = "not_lifted", _("未脱贫（含返贫）")
    LIFTED = "lifted", _("已脱贫")


class Side(TextChoices):
    """People of the target group in the check of a year's enrolment."""

    DUE = "due", _("应参保")
    ENROLLED = "enrolled", _("已参保")
    ABSENT = "absent", _("合理未参保")
    GAP = "gap", _("参保缺口")


class CardState(TextChoices):
    """Steps to an outpatient special-disease card (YN-2018-2 三)."""

    APPLIED = "applied", _("已申请")
    DIAGNOSED = "diagnosed", _("已鉴定")
    VALID = "valid", _("有效")
    REFUSED = "refused", _("未通过")
    ENDED = "ended", pgettext_lazy("card", "已停用")


class Setting(TextChoices):
    INPATIENT = "inpatient", _("住院")
    OUTPATIENT_SPECIAL = "outpatient_special", _("慢特病门诊")
    OUTPATIENT_GENERAL = "outpatient_general", _("普通门诊")


class CareLevel(TextChoices):
    """The administrative level of the hospital, which decides the rate."""

    VILLAGE = "village", _("村级")
    TOWNSHIP = "township", _("乡镇级")
    COUNTY = "county", _("县级")
    PREFECTURE = "prefecture", _("州市级")
    PROVINCE = "province", _("省级")


class Referral(TextChoices):
    """Whether the stay follows the referral rules, and whose fault it is if not (YN-2018-2 七)."""

    COMPLIANT = "compliant", _("合规")
    FILED_LATE = "filed_late", _("急诊后补办")  # settles like a compliant stay
    HOSPITAL_FAULT = "hospital_fault", _("医院未办转诊")
    PATIENT_FAULT = "patient_fault", _("患者自行越级")


class Desk(TextChoices):
    """Where the bill was settled (YN-2017-102 (九)); manual claims are to come down to none."""

    ONE_STOP = "one_stop", _("一站式")
    MANUAL = "manual", _("手工报账")


class BillState(TextChoices):
    WAITING = "waiting", _("待补正")  # something is missing, and the page says what
    SETTLED = "settled", _("已结算")
    REVERSED = "reversed", _("已冲销")


class Obstacle(TextChoices):
    """Why a bill waits: what has to be put right before it can be settled."""

    QUEUED = "queued", _("等待结算")  # came with a sheet, and a job will settle it
    NO_TIER = "no_tier", _("医院未定级")
    NOT_POOR = "not_poor", _("就诊当日不在帮扶范围")
    NOT_ENROLLED = "not_enrolled", _("当年未参加基本医保")
    NO_DISEASE = "no_disease", _("没有填写病种")
    NOT_OUTPATIENT_DISEASE = "not_outpatient_disease", _("不是门诊慢特病病种")
    NO_CARD = "no_card", _("没有有效的慢特病卡")
    PARAMETER = "parameter", _("缺少政策数值")


class Fund(TextChoices):
    """The four layers, in the order in which they pay."""

    BASIC = "basic", _("基本医保")
    CRITICAL = "critical", _("大病保险")
    ASSISTANCE = "assistance", _("医疗救助")
    SAFETY_NET = "safety_net", _("兜底保障")


class RunPurpose(TextChoices):
    YEAR_END = "year_end", _("年终核算")
    REPLAY = "replay", _("重算")  # a late bill or a corrected rule
    WHAT_IF = "what_if", _("试算")  # is never confirmed


class RunState(TextChoices):
    COMPUTING = "computing", _("计算中")
    PROPOSED = "proposed", _("待确认")
    CONFIRMED = "confirmed", _("已确认")
    REJECTED = "rejected", _("已退回")
    SUPERSEDED = "superseded", _("已被取代")  # a later one took its place, or it was outdated when it was to count


class AgreementState(TextChoices):
    """A treat-first-pay-later agreement; overdue is seen from the instalments, never stored."""

    IN_HOSPITAL = "in_hospital", _("在院")
    INSTALMENTS = "instalments", _("还款中")
    PAID = "paid", _("已结清")
    DEFAULT = "default", _("恶意拖欠")  # decided by a person with a reason
    CANCELLED = "cancelled", _("已作废")


class Promise(TextChoices):
    """What is held against settled bills: the engine's guarantees, and what documents ask of hospitals and desks."""

    ACTUAL_RATE = "actual_rate", _("住院实际报销")
    COUNTY_STAY = "county_stay_actual_rate", _("县域内住院实际报销")
    OUTSIDE_STAY = "outside_stay_in_policy_rate", _("县域外住院政策内报销")
    SPECIAL_TREATMENT = "special_treatment_rate", _("大病专项救治报销")
    OUTPATIENT_SPECIAL = "outpatient_special_rate", _("慢特病门诊报销")
    IN_POLICY = "in_policy_rate", _("救助后政策内报销")
    ASSISTANCE = "assistance_rate", _("医疗救助比例")
    INCOME_CAP = "income_cap", _("年度自付不超收入线")
    OUT_OF_CATALOGUE = "out_of_catalogue", _("目录外费用控制")
    SIGNATURE = "signature", _("目录外费用签字")
    REFERRAL = "referral", _("医院办理转诊")
    ONE_STOP = "one_stop", _("一站式结算")


class Verdict(TextChoices):
    """Bills by a promise: all that it is held against, and those that keep it or do not."""

    HELD = "held", _("应兑现")
    MET = "met", _("已兑现")
    MISSED = "missed", _("未兑现")


class IncomeSide(TextChoices):
    """People whose own payments of the year are above the income line, or have come near it."""

    ABOVE = "above", _("超过收入线")
    NEAR = "near", _("接近收入线")
