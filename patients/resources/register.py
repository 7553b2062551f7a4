"""The register, one row a person."""

from collections.abc import Callable
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy

from healthaid.accounts.enums import Ability
from healthaid.exchange.checking import Free, Sheet
from healthaid.exchange.enums import ColumnKind
from healthaid.exchange.merging import Plan, Run
from healthaid.exchange.places import VillageColumns, find_villages, village_codes
from healthaid.exchange.resources import Column, SheetResource
from patients import enums
from patients.domain.persons import OWN_NUMBERS
from patients.filters.persons import PersonFilter
from patients.models import Person
from patients.resources import register_names as names
from patients.resources.register_further import insurance_columns, personal_columns, protection_columns
from patients.resources.register_plan import PARKED, plan_register
from patients.resources.register_rules import OTHER_DOCUMENTS, check_register, refuse_differing

PLACE = VillageColumns("county", "township", "village", "village_code")


class RegisterSheet(SheetResource):
    """The register, one row a person; the columns of a household stand on each of its rows."""

    kind = "register"
    list_page = "patients:person-list"
    title = gettext_lazy("建档立卡花名册")
    explanation = gettext_lazy("一人一行；同一户的各行，户的各栏须一致，且有且只有一名户主。")
    edit_ability = Ability.EDIT_REGISTER
    parked = PARKED
    read_ability = Ability.READ_PEOPLE
    filterset = PersonFilter

    position = Column(None, gettext_lazy("序号"), ColumnKind.TEXT, synonyms=("户内序号",))
    data_on = Column(None, gettext_lazy("数据日期"), ColumnKind.DATE, synonyms=("统计日期",), fill_down=True)
    county = Column(
        "household__village__parent__parent__name",
        gettext_lazy("县"),
        synonyms=("县（市）", "县(市)", "县市", "县级", "县（市、区）", "县(市、区)", "区县"),
        fill_down=True,
    )
    township = Column(
        "household__village__parent__name",
        gettext_lazy("乡（镇）"),
        synonyms=("乡(镇)", "乡镇", "乡级", "乡（镇、街道）", "乡镇（街道）"),
        fill_down=True,
    )
    village = Column(
        "household__village__name",
        gettext_lazy("行政村"),
        synonyms=("村", "所在村", "村（社区）", "行政村（社区）", "村级", "村委会", "行政村名称"),
        fill_down=True,
    )
    natural_village = Column(
        "household__natural_village",
        gettext_lazy("自然村"),
        synonyms=("自然村（组）", "村民小组", "组", "小组", "自然村名称"),
        max_length=50,
        fill_down=True,
    )
    household_number = Column(
        "household__number",
        gettext_lazy("户编号"),
        ColumnKind.CODE,
        synonyms=("户编码", "户号", "户码", "家庭编号"),
        required=True,
        max_length=32,
        fill_down=True,
        is_key=True,
        hint=gettext_lazy("文本格式；同一户的各行相同。"),
    )
    number = Column(
        "number",
        gettext_lazy("人编号"),
        ColumnKind.CODE,
        synonyms=("人口编号", "人员编号", "个人编号"),
        max_length=32,
        is_key=True,
        hint=gettext_lazy("文本格式；没有证件号码的人员必填，16岁以下可不填。"),
    )
    name = Column(
        "name",
        gettext_lazy("姓名"),
        ColumnKind.NAME,
        synonyms=("人员姓名", "成员姓名", "家庭成员姓名", "aab002"),
        required=True,
    )
    identity = Column(
        "identity",
        gettext_lazy("证件号码"),
        ColumnKind.IDENTITY,
        synonyms=("身份证号", "身份证号码", "公民身份号码", "证件号", "身份证", "aab004"),
        free_when=Free("document_kind", OTHER_DOCUMENTS, unless_like=OWN_NUMBERS),
        is_key=True,
        hint=gettext_lazy("文本格式，18位；数值格式会丢失末几位。"),
    )
    member_count = Column(
        "member_count",
        gettext_lazy("人数"),
        ColumnKind.NUMBER,
        synonyms=("家庭人口数", "家庭人口", "人口数"),
        fill_down=True,
    )
    relation = Column(
        "relation",
        gettext_lazy("与户主关系"),
        ColumnKind.CHOICE,
        choices=enums.Relation,
        aliases=names.RELATION_ALIASES,
        synonyms=("户主关系", "与户主的关系", "家庭关系", "aab006"),
        required=True,
    )
    ethnicity = Column(
        "ethnicity",
        gettext_lazy("民族"),
        ColumnKind.CHOICE,
        choices=enums.Ethnicity,
        synonyms=("aab007",),
        fill_down=True,
    )
    education = Column(
        "education",
        gettext_lazy("文化程度"),
        ColumnKind.CHOICE,
        choices=enums.Education,
        aliases=names.EDUCATION_ALIASES,
        synonyms=("学历", "aab008"),
        fill_down=True,
    )
    schooling = Column(
        "schooling",
        gettext_lazy("在校生状况"),
        ColumnKind.CHOICE,
        choices=enums.Schooling,
        aliases=names.SCHOOLING_ALIASES,
        synonyms=("在校生情况", "在校状况", "aab009"),
        fill_down=True,
    )
    health = Column(
        "health",
        gettext_lazy("健康状况"),
        ColumnKind.CHOICES,
        choices=enums.Health,
        aliases=names.HEALTH_ALIASES,
        synonyms=("健康情况", "aab017"),
        hint=gettext_lazy("可填多项，用顿号分隔。"),
        fill_down=True,
    )
    labour = Column(
        "labour",
        gettext_lazy("劳动技能"),
        ColumnKind.CHOICE,
        choices=enums.Labour,
        aliases=names.LABOUR_ALIASES,
        synonyms=("劳动能力", "劳动力"),
        fill_down=True,
    )
    work_months = Column(
        "work_months",
        gettext_lazy("务工时间（月）"),
        ColumnKind.NUMBER,
        synonyms=("务工时间(月)", "务工时间", "务工月数"),
        maximum=12,
        fill_down=True,
    )
    has_critical_insurance = Column(
        "has_critical_insurance",
        gettext_lazy("是否参加大病保险"),
        ColumnKind.YES_NO,
        synonyms=("参加大病保险", "aab022"),
        fill_down=True,
    )
    main_cause = Column(
        "household__main_cause",
        gettext_lazy("致贫原因1"),
        ColumnKind.CHOICE,
        choices=enums.Cause,
        aliases=names.CAUSE_ALIASES,
        synonyms=("主要致贫原因", "致贫原因", "致贫原因一"),
        fill_down=True,
    )
    unsafe_housing = Column(
        "household__unsafe_housing",
        gettext_lazy("危房户"),
        ColumnKind.YES_NO,
        synonyms=("是否危房户", "是否危房"),
        fill_down=True,
    )
    safe_water = Column(
        "household__safe_water",
        gettext_lazy("是否解决安全饮用水"),
        ColumnKind.YES_NO,
        synonyms=("安全饮用水", "是否安全饮水"),
        fill_down=True,
    )
    income_per_head = Column(
        "household__income_per_head",
        gettext_lazy("人均纯收入"),
        ColumnKind.AMOUNT,
        synonyms=("人均纯收入（元）", "人均纯收入(元)", "家庭人均纯收入"),
        fill_down=True,
    )
    household_phone = Column(
        "household__phone",
        gettext_lazy("户联系电话"),
        ColumnKind.PHONE,
        synonyms=("户主联系电话", "家庭联系电话", "联系电话"),
        fill_down=True,
    )
    phone = Column(
        "phone",
        gettext_lazy("人联系电话"),
        ColumnKind.PHONE,
        synonyms=("本人电话", "个人联系电话"),
        fill_down=True,
    )
    household_identified_on = Column(
        "household__identified_on",
        gettext_lazy("首次识别时间"),
        ColumnKind.DATE,
        synonyms=("识别时间", "户识别时间"),
        allow_month=True,
        fill_down=True,
    )
    identified_on = Column(
        "identified_on",
        gettext_lazy("人员识别时间"),
        ColumnKind.DATE,
        synonyms=("人识别时间",),
        allow_month=True,
        fill_down=True,
    )
    household_kind = Column(
        "household__kind",
        gettext_lazy("户类型"),
        ColumnKind.CHOICE,
        choices=enums.HouseholdType,
        aliases=names.HOUSEHOLD_TYPE_ALIASES,
        fill_down=True,
    )
    monitored_kind = Column(
        "household__monitored_kind",
        gettext_lazy("易返贫致贫户（监测对象）类型"),
        ColumnKind.CHOICE,
        choices=enums.HouseholdType,
        aliases=names.HOUSEHOLD_TYPE_ALIASES,
        synonyms=("易返贫致贫户(监测对象)类型", "监测对象类别", "监测对象类型"),
        fill_down=True,
    )
    risk_removed = Column(
        "household__risk_removed",
        gettext_lazy("风险是否消除"),
        ColumnKind.YES_NO,
        synonyms=("风险是否已消除",),
        fill_down=True,
    )
    risk_found_on = Column(
        "household__risk_found_on", gettext_lazy("风险识别时间"), ColumnKind.DATE, allow_month=True, fill_down=True
    )
    risk_removed_on = Column(
        "household__risk_removed_on", gettext_lazy("风险消除时间"), ColumnKind.DATE, allow_month=True, fill_down=True
    )
    sex = Column(
        "sex",
        gettext_lazy("性别"),
        ColumnKind.SEX,
        choices=enums.Sex,
        synonyms=("aab003",),
        required=True,
        hint=gettext_lazy("填了身份证号的可不填。"),
    )
    born_on = Column(
        "born_on",
        gettext_lazy("出生日期"),
        ColumnKind.DATE,
        synonyms=("出生年月日", "生日", "aab005"),
        required=True,
        hint=gettext_lazy("填了身份证号的可不填。"),
    )
    document_kind = Column(
        "document_kind",
        gettext_lazy("证件类型"),
        ColumnKind.CHOICE,
        choices=enums.DocumentKind,
        aliases=names.DOCUMENT_ALIASES,
        synonyms=("证件类别", "aab018"),
        fill_down=True,
    )
    category = Column(
        "household__category",
        gettext_lazy("贫困户属性"),
        ColumnKind.CHOICE,
        choices=enums.HouseholdCategory,
        aliases=names.CATEGORY_ALIASES,
        doubtful=names.DOUBTFUL_CATEGORIES,
        fill_down=True,
    )
    other_causes = Column(
        "household__other_causes",
        gettext_lazy("其他致贫原因"),
        ColumnKind.CHOICES,
        choices=enums.Cause,
        aliases=names.CAUSE_ALIASES,
        synonyms=("次要致贫原因",),
        fill_down=True,
    )
    poverty_status = Column(
        "poverty_status",
        gettext_lazy("脱贫属性"),
        ColumnKind.CHOICE,
        choices=enums.PovertyStatus,
        aliases=names.STATUS_ALIASES,
        doubtful=names.DOUBTFUL_STATUSES,
        synonyms=("脱贫状态",),
        fill_down=True,
    )
    lifted_on = Column(
        "household__lifted_on",
        gettext_lazy("脱贫时间"),
        ColumnKind.DATE,
        synonyms=("脱贫日期", "脱贫年月"),
        allow_month=True,
        fill_down=True,
    )
    has_basic_insurance = Column(
        "has_basic_insurance",
        gettext_lazy("是否参加基本医疗保险"),
        ColumnKind.YES_NO,
        synonyms=("参加基本医疗保险", "是否参加城乡居民基本医疗保险", "参加城乡居民基本医疗保险", "aab013"),
        fill_down=True,
    )
    disability_certificate = Column(
        "disability_certificate",
        gettext_lazy("残疾证号"),
        ColumnKind.DISABILITY,
        synonyms=("残疾证号码", "残疾人证号", "残疾证"),
    )
    key_groups = Column(
        "key_groups",
        gettext_lazy("重点人群"),
        ColumnKind.CHOICES,
        choices=enums.KeyGroup,
        synonyms=("重点人群类别",),
        withheld=enums.SENSITIVE_GROUPS,
        hint=gettext_lazy("可填多项，用顿号分隔；肺结核、严重精神障碍由患病核实产生，不在本表填写。"),
        fill_down=True,
    )
    village_code = Column(
        "household__village_id",
        gettext_lazy("行政村编码"),
        ColumnKind.CODE,
        synonyms=("村编码", "村代码", "行政村代码", "行政区划代码"),
        max_length=12,
        fill_down=True,
        hint=gettext_lazy("12位统计用区划代码；填了它可不填县、乡、村名。"),
    )
    standard, marriage, card, is_away, workplace, out_of_school_reason, speaks_mandarin = personal_columns()
    has_allowance, is_in_hardship, certificate_year = protection_columns()
    has_employee_insurance, has_supplementary_insurance, has_resident_pension, has_employee_pension = (
        insurance_columns()
    )

    class Meta:
        model = Person

    @classmethod
    def check(cls, sheet: Sheet) -> None:
        check_register(sheet)

    @classmethod
    def plan(cls, sheet: Sheet, run: Run) -> Plan:
        find_villages(sheet, PLACE, run.scope)
        refuse_differing(sheet, {"village_id": PLACE.village}, ties=True)
        return plan_register(sheet, run)

    @classmethod
    def rows_for_export(cls, user: Any) -> QuerySet:
        members = Person.objects.filter(household=OuterRef("household"), life_state=enums.LifeState.PRESENT)
        counts = members.order_by().values("household").annotate(count=Count("pk"))
        return (
            Person.objects.visible_to(user, cls.read_ability)
            .annotate(member_count=Subquery(counts.values("count")))
            .order_by("path", "household_id", "relation", "pk")
        )

    @classmethod
    def showers(cls) -> dict[str, Callable[[Any], Any]]:
        return {"village_code": village_codes().get}
