"""The sheets of the register: one row a person, and the illnesses of persons."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import polars as pl
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from healthaid.accounts.enums import Ability
from healthaid.core import bulk, pinyin
from healthaid.exchange import cleaning
from healthaid.exchange.checking import Sheet, rows_named
from healthaid.exchange.enums import ColumnKind
from healthaid.exchange.merging import OLD, Merge, Plan, Run, digests, read
from healthaid.exchange.places import VillageColumns, find_villages, village_codes
from healthaid.exchange.resources import Column, SheetResource
from patients import enums
from patients.models import Household, Person, PovertySpell

PLACE = VillageColumns("county", "township", "village", "village_code")
# Documents whose numbers follow no rule that could be checked here.
OTHER_DOCUMENTS = frozenset(set(enums.DocumentKind.values) - {"01", "02"})
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
    "之次子": "03",
    "女儿": "04",
    "女": "04",
    "长女": "04",
    "之长女": "04",
    "次女": "04",
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
}
STATUS_ALIASES = {
    "脱贫": "lifted",
    "已脱贫（享受政策）": "lifted_policy_kept",
    "已脱贫(享受政策)": "lifted_policy_kept",
    "享受政策": "lifted_policy_kept",
    "预脱贫": "not_lifted",
    "低保对象": "subsistence_allowance",
    "特困人员": "extreme_hardship",
    "易返贫致贫人口": "at_risk_of_poverty",
}
LABOUR_ALIASES = {"弱劳动力": "3", "半劳动力": "3"}
EDUCATION_ALIASES = {"文盲": "1", "半文盲": "1", "大专": "5", "本科": "5", "大学": "5", "学龄前": "6"}
CATEGORY_ALIASES = {"特困供养（五保）贫困户": "5", "特困供养户": "5", "低收入农户": "1"}
HEALTH_ALIASES = {"慢性病": "2", "长期慢性病及残疾": "2", "大病": "3"}
LIFTED = (enums.PovertyStatus.LIFTED, enums.PovertyStatus.LIFTED_POLICY_KEPT)
SPELL_SOURCE = gettext_lazy("花名册导入")


class RegisterSheet(SheetResource):
    """The register, one row a person; the columns of a household stand on each of its rows."""

    kind = "register"
    title = gettext_lazy("建档立卡花名册")
    explanation = gettext_lazy("一人一行；同一户的各行，户的各栏须一致，且有且只有一名户主。")
    edit_ability = Ability.EDIT_REGISTER
    # A head who is being replaced is no head for a moment.
    parked = MappingProxyType({"patients.person": {"relation": (enums.Relation.HEAD, enums.Relation.OTHER)}})
    read_ability = Ability.READ_PEOPLE

    position = Column(None, gettext_lazy("序号"), ColumnKind.TEXT)
    data_on = Column(None, gettext_lazy("数据日期"), ColumnKind.DATE, synonyms=("统计日期",))
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
        synonyms=("村", "村（社区）", "行政村（社区）", "村级", "村委会", "行政村名称"),
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
        hint=gettext_lazy("文本格式；同一户的各行相同。"),
    )
    number = Column(
        "number",
        gettext_lazy("人编号"),
        ColumnKind.CODE,
        synonyms=("人口编号", "人员编号", "个人编号"),
        max_length=32,
        hint=gettext_lazy("文本格式；没有证件号码的人员必填。"),
    )
    name = Column(
        "name", gettext_lazy("姓名"), ColumnKind.NAME, synonyms=("人员姓名", "成员姓名", "家庭成员姓名"), required=True
    )
    identity = Column(
        "identity",
        gettext_lazy("证件号码"),
        ColumnKind.IDENTITY,
        synonyms=("身份证号", "身份证号码", "公民身份号码", "证件号", "身份证"),
        free_when=("document_kind", OTHER_DOCUMENTS),
        hint=gettext_lazy("文本格式，18位；数值格式会丢失末几位。"),
    )
    member_count = Column(
        "member_count", gettext_lazy("人数"), ColumnKind.NUMBER, synonyms=("家庭人口数", "家庭人口", "人口数")
    )
    relation = Column(
        "relation",
        gettext_lazy("与户主关系"),
        ColumnKind.CHOICE,
        choices=enums.Relation,
        aliases=RELATION_ALIASES,
        synonyms=("户主关系", "家庭关系"),
        required=True,
    )
    ethnicity = Column("ethnicity", gettext_lazy("民族"), ColumnKind.CHOICE, choices=enums.Ethnicity)
    education = Column(
        "education",
        gettext_lazy("文化程度"),
        ColumnKind.CHOICE,
        choices=enums.Education,
        aliases=EDUCATION_ALIASES,
        synonyms=("学历",),
    )
    schooling = Column(
        "schooling",
        gettext_lazy("在校生状况"),
        ColumnKind.CHOICE,
        choices=enums.Schooling,
        synonyms=("在校生情况", "在校状况"),
    )
    health = Column(
        "health",
        gettext_lazy("健康状况"),
        ColumnKind.CHOICES,
        choices=enums.Health,
        aliases=HEALTH_ALIASES,
        synonyms=("健康情况",),
        hint=gettext_lazy("可填多项，用顿号分隔。"),
    )
    labour = Column(
        "labour",
        gettext_lazy("劳动技能"),
        ColumnKind.CHOICE,
        choices=enums.Labour,
        aliases=LABOUR_ALIASES,
        synonyms=("劳动能力", "劳动力"),
    )
    work_months = Column(
        "work_months",
        gettext_lazy("务工时间（月）"),
        ColumnKind.NUMBER,
        synonyms=("务工时间(月)", "务工时间", "务工月数"),
        maximum=12,
    )
    has_critical_insurance = Column(
        "has_critical_insurance", gettext_lazy("是否参加大病保险"), ColumnKind.YES_NO, synonyms=("参加大病保险",)
    )
    main_cause = Column(
        "household__main_cause",
        gettext_lazy("致贫原因1"),
        ColumnKind.CHOICE,
        choices=enums.Cause,
        aliases=CAUSE_ALIASES,
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
    phone = Column("phone", gettext_lazy("人联系电话"), ColumnKind.PHONE, synonyms=("本人电话", "个人联系电话"))
    household_identified_on = Column(
        "household__identified_on",
        gettext_lazy("首次识别时间"),
        ColumnKind.DATE,
        synonyms=("识别时间", "户识别时间"),
        allow_month=True,
        fill_down=True,
    )
    identified_on = Column(
        "identified_on", gettext_lazy("人员识别时间"), ColumnKind.DATE, synonyms=("人识别时间",), allow_month=True
    )
    household_kind = Column(
        "household__kind",
        gettext_lazy("户类型"),
        ColumnKind.CHOICE,
        choices=enums.HouseholdType,
        aliases=HOUSEHOLD_TYPE_ALIASES,
        fill_down=True,
    )
    monitored_kind = Column(
        "household__monitored_kind",
        gettext_lazy("易返贫致贫户（监测对象）类型"),
        ColumnKind.CHOICE,
        choices=enums.HouseholdType,
        aliases=HOUSEHOLD_TYPE_ALIASES,
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
        required=True,
        hint=gettext_lazy("填了身份证号的可不填。"),
    )
    born_on = Column(
        "born_on",
        gettext_lazy("出生日期"),
        ColumnKind.DATE,
        synonyms=("出生年月日", "生日"),
        required=True,
        hint=gettext_lazy("填了身份证号的可不填。"),
    )
    document_kind = Column(
        "document_kind",
        gettext_lazy("证件类型"),
        ColumnKind.CHOICE,
        choices=enums.DocumentKind,
        aliases={"身份证": "01", "户口簿": "02", "户口本": "02", "居民户口本": "02", "出生证": "99"},
        synonyms=("证件类别",),
    )
    category = Column(
        "household__category",
        gettext_lazy("贫困户属性"),
        ColumnKind.CHOICE,
        choices=enums.HouseholdCategory,
        aliases=CATEGORY_ALIASES,
        fill_down=True,
    )
    other_causes = Column(
        "household__other_causes",
        gettext_lazy("其他致贫原因"),
        ColumnKind.CHOICES,
        choices=enums.Cause,
        aliases=CAUSE_ALIASES,
        synonyms=("次要致贫原因",),
        fill_down=True,
    )
    poverty_status = Column(
        "poverty_status",
        gettext_lazy("脱贫属性"),
        ColumnKind.CHOICE,
        choices=enums.PovertyStatus,
        aliases=STATUS_ALIASES,
        synonyms=("脱贫状态",),
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
        synonyms=("参加基本医疗保险", "是否参加城乡居民基本医疗保险", "参加城乡居民基本医疗保险"),
    )
    disability_certificate = Column(
        "disability_certificate",
        gettext_lazy("残疾证号"),
        ColumnKind.DISABILITY,
        synonyms=("残疾证号码", "残疾人证号", "残疾证"),
    )
    key_groups = Column(
        "key_groups", gettext_lazy("重点人群"), ColumnKind.CHOICES, choices=enums.KeyGroup, synonyms=("重点人群类别",)
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

    class Meta:
        model = Person

    @classmethod
    def check(cls, sheet: Sheet) -> None:
        _fill_from_identity(sheet)
        _refuse_unmatched(sheet)
        sheet.refuse_duplicates("identity", _("第 %(rows)s 行的证件号码相同。"))
        sheet.refuse_duplicates("number", _("第 %(rows)s 行的人编号相同。"))
        _refuse_inconsistent_households(sheet)
        _refuse_bad_dates(sheet)
        _warn_member_counts(sheet)

    @classmethod
    def plan(cls, sheet: Sheet, run: Run) -> Plan:
        find_villages(sheet, PLACE, run.scope)
        households = _Households(sheet, run)
        persons = _Persons(sheet, run, households)
        return persons.plan()

    @classmethod
    def rows_for_export(cls, user: Any, filters: Mapping[str, Any]) -> QuerySet:
        members = Person.objects.filter(household=OuterRef("household"), life_state=enums.LifeState.PRESENT)
        counts = members.order_by().values("household").annotate(count=Count("pk"))
        return (
            Person.objects.visible_to(user, cls.read_ability)
            .filter(**filters)
            .annotate(member_count=Subquery(counts.values("count")))
            .order_by("path", "household_id", "relation", "pk")
        )

    @classmethod
    def showers(cls) -> dict[str, Callable[[Any], Any]]:
        return {"village_code": village_codes().get}


# Rules that need only the file


def _fill_from_identity(sheet: Sheet) -> None:
    """Sex and birth follow from a resident identity number; stated ones must agree with it."""
    frame = sheet.frame
    resident = ~pl.col("document_kind").is_in(list(OTHER_DOCUMENTS)).fill_null(value=False)
    number = frame.select(pl.when(resident).then(pl.col("identity")))["identity"]
    for name, problems in (
        ("born_on", cleaning.check_agrees(number, born_on=frame["born_on"])),
        ("sex", cleaning.check_agrees(number, sex=frame["sex"])),
    ):
        for bad in problems:
            sheet.note(bad, name)
    # A number that was refused as a whole says nothing about birth and sex, so these may stay open for now.
    sheet.frame = frame.with_columns(
        pl.coalesce("born_on", cleaning.identity_born_on(number).alias("_born")).alias("born_on"),
        pl.coalesce("sex", cleaning.identity_sex(number).alias("_sex")).alias("sex"),
        pl.col("disability_certificate").str.slice(18, 1).alias("disability_kind"),
        pl.col("disability_certificate").str.slice(19, 1).alias("disability_grade"),
    )
    sheet.derived += ["disability_kind", "disability_grade"]
    sheet.refuse(
        pl.col("disability_certificate").str.head(18).ne(pl.col("identity")) & pl.col("identity").is_not_null(),
        "disability_certificate",
        _("残疾证号的前18位与证件号码不同。"),
        _("对照残疾证和身份证原件核对。"),
    )


def _refuse_unmatched(sheet: Sheet) -> None:
    """A row must say whom it is about; a number that was refused already is told there."""
    told = {found.row for found in sheet.found if found.name in {"identity", "number"} and not found.is_warning}
    sheet.refuse(
        pl.col("identity").is_null() & pl.col("number").is_null() & ~pl.col("row").is_in(list(told)),
        "identity",
        _("证件号码和人编号都没有填写，无法确定是谁。"),
        _("填写证件号码；没有证件的填写人编号。"),
    )


HOUSEHOLD_COLUMNS = {  # column of the table: column of the sheet
    "natural_village": "natural_village",
    "category": "category",
    "kind": "household_kind",
    "main_cause": "main_cause",
    "other_causes": "other_causes",
    "identified_on": "household_identified_on",
    "lifted_on": "lifted_on",
    "monitored_kind": "monitored_kind",
    "risk_found_on": "risk_found_on",
    "risk_removed": "risk_removed",
    "risk_removed_on": "risk_removed_on",
    "income_per_head": "income_per_head",
    "unsafe_housing": "unsafe_housing",
    "safe_water": "safe_water",
    "phone": "household_phone",
}
PERSON_COLUMNS = (
    "number",
    "name",
    "document_kind",
    "identity",
    "sex",
    "born_on",
    "ethnicity",
    "relation",
    "education",
    "schooling",
    "health",
    "labour",
    "work_months",
    "has_critical_insurance",
    "has_basic_insurance",
    "disability_certificate",
    "disability_kind",
    "disability_grade",
    "key_groups",
    "phone",
    "identified_on",
    "poverty_status",
)


def _refuse_inconsistent_households(sheet: Sheet) -> None:
    """What the rows of a household say about it must agree; a blank agrees with everything."""
    names = ["county", "township", "village", "village_code", *HOUSEHOLD_COLUMNS.values()]
    key = "household_number"
    firsts = [pl.col(name).drop_nulls().first().over(key).alias(f"{name}:first") for name in names]
    first_row = pl.col("row").min().over(key)
    judged = sheet.frame.filter(pl.col(key).is_not_null()).with_columns(*firsts, first_row.alias("first"))
    for name in names:
        differing = judged.filter(pl.col(name).is_not_null() & pl.col(name).ne_missing(pl.col(f"{name}:first")))
        for row, first in differing.select("row", "first").iter_rows():
            sheet.refuse_rows(
                [row],
                name,
                _("同一户的%(label)s与第 %(row)s 行不一致。") % {"label": sheet.columns[name].header, "row": first},
                _("同一户的各行，户的各栏应相同，或只在第一行填写。"),
            )


def _refuse_bad_dates(sheet: Sheet) -> None:
    sheet.refuse(
        pl.col("lifted_on") < pl.col("household_identified_on"),
        "lifted_on",
        _("脱贫时间早于首次识别时间。"),
    )
    sheet.refuse(
        pl.col("risk_removed_on") < pl.col("risk_found_on"), "risk_removed_on", _("风险消除时间早于风险识别时间。")
    )
    sheet.refuse(pl.col("identified_on") < pl.col("born_on"), "identified_on", _("人员识别时间早于出生日期。"))


def _warn_member_counts(sheet: Sheet) -> None:
    key = "household_number"
    counted = pl.len().over(key)
    sheet.warn(
        pl.col(key).is_not_null()
        & (pl.col("member_count") != counted)
        & (pl.col("row") == pl.col("row").min().over(key)),
        "member_count",
        _("填写的人数与表中该户的行数不同。"),
    )


# Rules that need the database


class _Households:
    """The households that the sheet names, beside the stored ones."""

    def __init__(self, sheet: Sheet, run: Run) -> None:
        self.sheet = sheet
        columns = {**HOUSEHOLD_COLUMNS, "village_id": "village_id", "path": "path"}
        named = sheet.good().filter(pl.col("household_number").is_not_null())
        wanted = (
            named.group_by("household_number", maintain_order=True)
            .agg(
                *(pl.col(source).drop_nulls().first().alias(f"h:{name}") for name, source in columns.items()),
                pl.col("row").min().alias("row"),
            )
            .rename({"household_number": "number", **{f"h:{name}": name for name in columns}})
        )
        stored = read(Household, "number", wanted["number"], [*columns])
        self._refuse_outside(stored, run)
        wanted = wanted.join(stored.select("id", "number"), on="number", how="left", maintain_order="left")
        wanted = wanted.with_columns(pl.col("id").is_null().alias("is_new"))
        self._refuse_nowhere(wanted)
        fresh = wanted["is_new"].sum()
        ids = pl.Series("fresh", run.new_ids(Household, fresh), pl.Int64)
        numbered = wanted.with_columns((pl.col("is_new").cum_sum() - 1).alias("turn"))
        turn = numbered.select(pl.when(pl.col("is_new")).then(pl.col("turn")).otherwise(None))["turn"]
        wanted = wanted.with_columns(pl.col("id").fill_null(ids.gather(turn) if fresh else pl.lit(None, pl.Int64)))
        self.merge = Merge(
            Household,
            wanted.drop("turn", strict=False),
            stored,
            recorded=["number", "path", *HOUSEHOLD_COLUMNS],
            verb="patients.household.imported",
            columns={name: RegisterSheet.fields[source] for name, source in HOUSEHOLD_COLUMNS.items()},
        )

    def _refuse_outside(self, stored: pl.DataFrame, run: Run) -> None:
        outside = stored.filter(~run.covered("path"))["number"]
        self.sheet.refuse(
            pl.col("household_number").is_in(outside.implode()),
            "household_number",
            _("该户编号已在您任职范围以外登记，不能在此导入。"),
            _("核对户编号；确属本地的，请由上级单位导入。"),
        )

    def _refuse_nowhere(self, wanted: pl.DataFrame) -> None:
        nowhere = wanted.filter(pl.col("is_new") & pl.col("village_id").is_null())["number"]
        self.sheet.refuse(
            pl.col("household_number").is_in(nowhere.implode()),
            "village",
            _("新登记的户须填写行政村。"),
            _("填写县、乡（镇）、行政村，或行政村编码。"),
        )


class _Persons:
    """The persons of the sheet beside the stored ones, and what follows from them."""

    def __init__(self, sheet: Sheet, run: Run, households: _Households) -> None:
        self.sheet, self.run, self.households = sheet, run, households
        self.frame = sheet.good().with_columns(digests(Person, "identity_index", sheet.good()["identity"]))
        self.stored = read(Person, "identity_index", self.frame["identity_index"], [*PERSON_COLUMNS, *DERIVED])
        self._match()
        self._refuse_incomplete()
        self._check_heads()

    def _match(self) -> None:
        """Whom each row is about: by identity number first, else by the person's number."""
        by_number = bulk.find(Person, "number", self.frame["number"], ["id", "number", "identity_index"])
        frame = self.frame.join(
            self.stored.select("identity_index", pl.col("id").alias("id_by_identity")),
            on="identity_index",
            how="left",
            maintain_order="left",
        ).join(
            by_number.select("number", pl.col("id").alias("id_by_number"), pl.col("identity_index").alias("known")),
            on="number",
            how="left",
            maintain_order="left",
        )
        missing = frame.filter(pl.col("id_by_identity").is_null())["id_by_number"]
        more = read(Person, "id", missing, [*PERSON_COLUMNS, *DERIVED])
        self.stored = pl.concat([self.stored, more.select(self.stored.columns)]).unique("id", maintain_order=True)
        self.frame = frame.with_columns(pl.coalesce("id_by_identity", "id_by_number").alias("id"))
        rows = self._rows
        self.sheet.refuse_rows(
            rows(pl.col("id_by_identity") != pl.col("id_by_number")),
            "number",
            _("证件号码和人编号是两个不同的人的。"),
            _("核对证件号码和人编号。"),
        )
        outside = self.stored.filter(~self.run.covered("path"))["id"]
        self.sheet.refuse_rows(
            rows(pl.col("id").is_in(outside.implode()) & pl.col("id_by_identity").is_not_null()),
            "identity",
            _("该证件号码已在您任职范围以外登记，不能在此导入。"),
            _("核对证件号码；确已迁入本地的，请由上级单位办理。"),
        )
        self.sheet.refuse_rows(
            rows(pl.col("id").is_in(outside.implode()) & pl.col("id_by_identity").is_null()),
            "number",
            _("该人编号已在您任职范围以外登记，不能在此导入。"),
            _("核对人编号；确已迁入本地的，请由上级单位办理。"),
        )
        twice = (
            self.frame.filter(pl.col("id").is_not_null() & pl.col("id").is_duplicated()).group_by("id").agg("row")
        )
        for twins in twice["row"]:
            reason = _("第 %(rows)s 行是同一个人。") % {"rows": rows_named(twins.to_list())}
            self.sheet.refuse_rows(twins, "identity", reason, _("保留一行。"))
        changed_identity = pl.col("id_by_identity").is_null() & (pl.col("known") != pl.col("identity_index"))
        for row in rows(changed_identity):
            self.sheet.warn(
                pl.col("row") == row, "identity", _("与登记的证件号码不同，导入后将改为表中的号码。"), _("请核对原件。")
            )

    def _rows(self, where: pl.Expr) -> list[int]:
        return self.frame.filter(where.fill_null(value=False))["row"].to_list()

    def _refuse_incomplete(self) -> None:
        """A new person needs more than an update does."""
        for column in self.sheet.columns.values():
            if column.required:
                rows = self._rows(pl.col("id").is_null() & pl.col(column.name).is_null())
                self.sheet.refuse_rows(rows, column.name, _("新登记的人员须填写%(label)s。") % {"label": column.header})

    def _check_heads(self) -> None:
        """One living head a household, counting who is stored and not in the file."""
        merge = self.households.merge
        stored = self.stored.select(
            "id", pl.col("relation").alias("relation_was"), pl.col("life_state").alias("life_was"), "household_id"
        )
        rows = self.frame.join(stored, on="id", how="left", maintain_order="left").join(
            merge.wanted.select(pl.col("number").alias("household_number"), pl.col("id").alias("h_id"), "is_new"),
            on="household_number",
            how="left",
            maintain_order="left",
        )
        heads = rows.filter(
            (pl.coalesce("relation", "relation_was") == enums.Relation.HEAD)
            & (pl.col("life_was").fill_null(enums.LifeState.PRESENT) == enums.LifeState.PRESENT)
        ).select("row", "id", pl.coalesce("h_id", "household_id").alias("h_id"))
        known = merge.wanted.filter(~pl.col("is_new"))["id"]
        members = bulk.find(Person, "household_id", known, ["id", "household_id", "relation", "life_state"])
        present_heads = members.filter(
            (pl.col("relation") == enums.Relation.HEAD) & (pl.col("life_state") == enums.LifeState.PRESENT)
        )
        others = present_heads.filter(~pl.col("id").is_in(self.frame["id"].drop_nulls().implode()))
        self._refuse_many_heads(heads, set(others["household_id"]))
        headed = set(heads["h_id"].to_list()) | set(others["household_id"])
        had = set(present_heads["household_id"])
        for number, household, is_new in merge.wanted.select("number", "id", "is_new").iter_rows():
            if household not in headed and (is_new or household in had):
                first = rows.filter(pl.col("household_number") == number)["row"]
                if first.len():
                    self.sheet.refuse_rows(
                        [first.min()], "relation", _("该户没有户主。"), _("在“与户主关系”一栏为一人填写“户主”。")
                    )

    def _refuse_many_heads(self, heads: pl.DataFrame, headed_elsewhere: set[int]) -> None:
        several = heads.group_by("h_id", maintain_order=True).agg("row")
        for household, rows in several.iter_rows():
            if len(rows) > 1:
                reason = _("该户有多名户主（第 %(rows)s 行）。") % {"rows": rows_named(rows)}
                self.sheet.refuse_rows(rows, "relation", reason, _("一户只能有一名户主，请更正其余各行。"))
            elif household in headed_elsewhere:
                self.sheet.refuse_rows(
                    rows, "relation", _("该户已有户主，且不在本表中。"), _("更换户主的，请在表中同时填写原户主的新关系。")
                )

    def plan(self) -> Plan:
        """The merges in the order of writing, for the rows without an error."""
        good = pl.Series(list(self.sheet.bad_rows), dtype=pl.Int64)
        frame = self.frame.filter(~pl.col("row").is_in(good.implode()))
        households = self.households.merge
        wanted = self._wanted(frame)
        persons = Merge(
            Person,
            pl.concat([wanted, self._followers(wanted)], how="diagonal"),
            self.stored,
            recorded=["household_number", "household_id", *PERSON_COLUMNS, "path"],
            verb="patients.person.imported",
            parked=RegisterSheet.parked["patients.person"],
            columns={name: RegisterSheet.fields[name] for name in PERSON_COLUMNS if name in RegisterSheet.fields},
        )
        spells = _spells(persons, self.run)
        return Plan([households, persons, *spells], self._states(households, persons), moved=Person)

    def _wanted(self, frame: pl.DataFrame) -> pl.DataFrame:
        households = self.households.merge.rows.select(
            pl.col("number").alias("household_number"),
            pl.col("id").alias("household_id"),
            pl.col("path").alias("h_path"),
            pl.col("lifted_on").alias("h_lifted_on"),
            pl.col("identified_on").alias("h_identified_on"),
        )
        wanted = (
            frame.drop("path", "village_id", "lifted_on", "household_id", strict=False)
            .join(households, on="household_number", how="left", maintain_order="left")
            .with_columns(
                pl.col("id").is_null().alias("is_new"),
                pl.col("h_path").alias("path"),
                *_searchable(frame["name"]),
            )
        )
        wanted = wanted.with_columns(
            pl.when("is_new").then(
                pl.coalesce(
                    "document_kind",
                    pl.when(pl.col("identity").is_null()).then(pl.lit(enums.DocumentKind.OTHER.value)),
                )
            ).otherwise(pl.col("document_kind")).alias("document_kind")
        )
        fresh = wanted["is_new"].sum()
        ids = pl.Series("fresh", self.run.new_ids(Person, fresh), pl.Int64)
        turn = wanted.select(pl.when(pl.col("is_new")).then(pl.col("is_new").cum_sum() - 1))["is_new"]
        return wanted.with_columns(
            pl.col("id").fill_null(ids.gather(turn) if fresh else pl.lit(None, pl.Int64))
        ).select(
            "row",
            "id",
            "is_new",
            "household_id",
            "path",
            *PERSON_COLUMNS,
            *DERIVED_FROM_NAME,
            "identity_index",
            "data_on",
            "h_lifted_on",
            "h_identified_on",
            "household_number",
        )

    def _followers(self, wanted: pl.DataFrame) -> pl.DataFrame:
        """Members who are not in the file but move with their household."""
        moved = self.households.merge.changed.filter("path:changed").select(pl.col("id").alias("household_id"), "path")
        if moved.is_empty():
            return wanted.clear()
        columns = self.stored.columns
        members = read(Person, "household_id", moved["household_id"], [*PERSON_COLUMNS, *DERIVED])
        members = members.filter(~pl.col("id").is_in(wanted["id"].implode()))
        self.stored = pl.concat([self.stored, members.select(columns)]).unique("id", maintain_order=True)
        followers = members.select("id", "household_id").join(moved, on="household_id", maintain_order="left")
        return followers.with_columns(pl.lit(value=False).alias("is_new"))

    def _states(self, households: Merge, persons: Merge) -> pl.DataFrame:
        changed = households.changed["number"]
        state = (
            pl.when("is_new")
            .then(pl.lit("new"))
            .when(pl.col("is_changed") | pl.col("household_number").is_in(changed.implode()).fill_null(value=False))
            .then(pl.lit("changed"))
            .otherwise(pl.lit("unchanged"))
        )
        return persons.rows.filter(pl.col("row").is_not_null()).select("row", state.alias("state")).sort("row")


DERIVED_FROM_NAME = ("given_name", "initials")
DERIVED = ("household_id", "life_state", *DERIVED_FROM_NAME)


def _searchable(names: pl.Series) -> list[pl.Series]:
    """What a search by given name or by pinyin initials looks at."""
    different = names.drop_nulls().unique()
    initials = dict(zip(different, map(pinyin.initials, different), strict=True))
    return [
        names.str.slice(1).alias("given_name"),
        names.replace_strict(initials, default=None, return_dtype=pl.String).alias("initials"),
    ]


def _spells(persons: Merge, run: Run) -> list[Merge]:
    """The timeline: spells of new persons; for a changed standing the open spell ends and the next begins."""
    status_changed = pl.col("poverty_status:changed")
    rows = persons.rows.filter(pl.col("poverty_status").is_not_null() & (pl.col("poverty_status") != ""))
    rows = rows.filter(pl.col("is_new") | status_changed).with_columns(
        pl.coalesce("data_on", pl.lit(run.today)).alias("told_on"),
        (pl.col("is_new") | (pl.col(f"poverty_status{OLD}") == "")).alias("is_first"),
    )
    if rows.is_empty():
        return []
    firsts = _first_spells(rows.filter("is_first"))
    later = rows.filter(~pl.col("is_first"))
    open_spells = read(PovertySpell, "person_id", later["id"], ["status", "starts_on", "ends_on", "source"])
    open_spells = open_spells.filter(pl.col("ends_on").is_null())
    closing, following = _next_spells(later, open_spells)
    fresh = pl.concat([firsts, following]).with_columns(pl.lit(str(SPELL_SOURCE)).alias("source"))
    fresh = fresh.with_columns(
        pl.Series("id", run.new_ids(PovertySpell, fresh.height), pl.Int64), pl.lit(value=True).alias("is_new")
    )
    merge = partial(Merge, PovertySpell, recorded=())
    closed = merge(wanted=closing, stored=open_spells.drop("person_id"))
    return [closed, merge(wanted=fresh, stored=open_spells.clear().drop("person_id"))]


SPELL_COLUMNS = ("person_id", "status", "starts_on", "ends_on")


def _first_spells(rows: pl.DataFrame) -> pl.DataFrame:
    """Not lifted from identification to the day before being lifted, then lifted; every other standing is one spell."""
    begun = pl.coalesce("identified_on", "h_identified_on", "told_on")
    lifted = pl.col("poverty_status").is_in([status.value for status in LIFTED]) & (pl.col("h_lifted_on") > begun)
    rows = rows.with_columns(begun.alias("begun"), lifted.fill_null(value=False).alias("lifted"))
    before = rows.filter("lifted").select(
        pl.col("id").alias("person_id"),
        pl.lit(enums.PovertyStatus.NOT_LIFTED.value).alias("status"),
        pl.col("begun").alias("starts_on"),
        (pl.col("h_lifted_on") - pl.duration(days=1)).alias("ends_on"),
    )
    now = rows.select(
        pl.col("id").alias("person_id"),
        pl.col("poverty_status").alias("status"),
        pl.when("lifted").then(pl.col("h_lifted_on")).otherwise(pl.col("begun")).alias("starts_on"),
        pl.lit(None, pl.Date).alias("ends_on"),
    )
    return pl.concat([before, now])


def _next_spells(rows: pl.DataFrame, open_spells: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Closed open spells, and the spells that follow; a spell lasts a day at least."""
    told = (
        pl.when(pl.col("poverty_status").is_in([status.value for status in LIFTED]))
        .then(pl.coalesce("h_lifted_on", "told_on"))
        .otherwise(pl.col("told_on"))
    )
    begins = rows.select(pl.col("id").alias("person_id"), pl.col("poverty_status"), told.alias("told"))
    latest = open_spells.group_by("person_id").agg(pl.col("starts_on").max().alias("open_since"))
    begins = begins.join(latest, on="person_id", how="left", maintain_order="left").with_columns(
        pl.max_horizontal("told", pl.col("open_since") + pl.duration(days=1)).alias("starts_on")
    )
    closing = open_spells.select("id", "person_id").join(begins, on="person_id", maintain_order="left").select(
        "id",
        pl.lit(value=False).alias("is_new"),
        (pl.col("starts_on") - pl.duration(days=1)).alias("ends_on"),
    )
    following = begins.select(
        "person_id", pl.col("poverty_status").alias("status"), "starts_on", pl.lit(None, pl.Date).alias("ends_on")
    )
    return closing, following
