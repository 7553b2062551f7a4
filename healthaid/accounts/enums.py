from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Duty(TextChoices):
    """What a person is appointed to do somewhere."""

    VILLAGE_DOCTOR = "village_doctor", _("村医")
    TOWNSHIP_WORKER = "township_worker", _("乡镇卫生专干")
    CASE_MANAGER = "case_manager", _("医院个案管理员")
    CDC = "cdc", _("疾控中心")
    INSURANCE = "insurance", _("医保经办")
    CIVIL_AFFAIRS = "civil_affairs", _("民政救助")
    POVERTY_OFFICE = "poverty_office", _("扶贫（乡村振兴）部门")
    COUNTY_OFFICIAL = "county_official", _("县级主管")
    READER = "reader", _("州省查阅")
    AUDITOR = "auditor", _("审计员")
    ADMINISTRATOR = "administrator", _("系统管理员")


class Ability(TextChoices):
    """What a duty lets a person do where it is held."""

    READ_PLACES = "read_places", _("查看地方")
    READ_PEOPLE = "read_people", _("查看群众档案")
    READ_SENSITIVE = "read_sensitive", _("查看敏感病种")
    EDIT_REGISTER = "edit_register", _("维护花名册")
    EDIT_CONDITIONS = "edit_conditions", _("核实患病")
    MANAGE_CASES = "manage_cases", _("管理大病救治")
    MANAGE_MENTAL_CASES = "manage_mental_cases", _("管理严重精神障碍档案")
    SIGN = "sign", _("签约服务")
    READ_FACILITIES = "read_facilities", _("查看机构")
    EDIT_FACILITIES = "edit_facilities", _("维护机构")
    READ_REPORTS = "read_reports", _("查看月报看板")
    BUILD_REPORTS = "build_reports", _("生成月报")
    EDIT_POLICY = "edit_policy", _("录入地方政策")
    CONFIRM_POLICY = "confirm_policy", _("复核地方政策")
    READ_COVERAGE = "read_coverage", _("查看医疗保障")
    EDIT_ENROLMENT = "edit_enrolment", _("维护参保和慢特病卡")
    SETTLE_BILLS = "settle_bills", _("录入和结算费用")
    CONFIRM_ACCOUNTS = "confirm_accounts", _("确认年度核算")
    KEEP_INSTALMENTS = "keep_instalments", _("办理先诊疗后付费")
    PAY_FUNDS = "pay_funds", _("登记基金拨付")
    READ_AUDIT = "read_audit", _("查看操作记录")
    ADMINISTER = "administer", _("系统管理")
