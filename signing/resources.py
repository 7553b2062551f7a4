"""Family-doctor contracts, one row a contract."""

from typing import Any

import polars as pl
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from facilities.selectors import parent_path, teams_serving
from healthaid.accounts.enums import Ability
from healthaid.core import bulk
from healthaid.exchange.checking import Sheet, rows_named
from healthaid.exchange.enums import ColumnKind
from healthaid.exchange.merging import Merge, Plan, Run, read, with_ids
from healthaid.exchange.resources import Column, SheetResource
from patients.enums import LifeState
from patients.resources.people import find_people, person_columns, refuse_nobody
from signing.domain import service_year
from signing.enums import ContractState, Package
from signing.filters import ContractFilter
from signing.models import Contract

WRITTEN = ("package", "starts_on", "ends_on", "state", "ended_on", "ended_reason")


class ContractSheet(SheetResource):
    """Contracts by their number; a contract of a person who has a running one is refused."""

    kind = "contracts"
    list_page = "signing:contract-list"
    title = gettext_lazy("家庭医生签约表")
    explanation = gettext_lazy("一份协议一行，协议编号不重复。")
    edit_ability = Ability.SIGN
    read_ability = Ability.READ_PEOPLE
    filterset = ContractFilter
    # A contract that closes makes room for the next one of the same person; a renewed one may lack the day of its end.
    parked = {"signing.contract": {"state": (ContractState.ACTIVE, ContractState.RENEWED)}}

    number = Column(
        "number",
        gettext_lazy("协议编号"),
        ColumnKind.CODE,
        synonyms=("签约编号", "协议号", "合同编号"),
        required=True,
        max_length=40,
    )
    identity, person_number, name = person_columns("签约人", "签约居民")
    facility = Column(
        "team__facility__name", gettext_lazy("签约机构"), synonyms=("机构", "机构名称", "服务机构"), max_length=100
    )
    team = Column(
        "team__name",
        gettext_lazy("服务团队"),
        synonyms=("团队", "签约团队", "家庭医生团队", "团队名称"),
        required=True,
        max_length=60,
    )
    package = Column(
        "package",
        gettext_lazy("服务包"),
        ColumnKind.CHOICE,
        choices=Package,
        aliases={"基础包": "basic", "基本包": "basic", "慢病包": "chronic", "老年人包": "elderly"},
        synonyms=("服务包类型", "签约服务包"),
    )
    starts_on = Column(
        "starts_on",
        gettext_lazy("起始日期"),
        ColumnKind.DATE,
        synonyms=("签约日期", "开始日期", "签约时间"),
        required=True,
        allow_future=True,
    )
    ends_on = Column(
        "ends_on",
        gettext_lazy("截止日期"),
        ColumnKind.DATE,
        synonyms=("到期日期", "结束日期"),
        allow_future=True,
        hint=gettext_lazy("最后一个服务日；不填时为一年。"),
    )
    state = Column(
        "state",
        gettext_lazy("状态"),
        ColumnKind.CHOICE,
        choices=ContractState,
        aliases={"有效": "active", "已签约": "active", "解约": "ended", "续签": "renewed"},
        synonyms=("签约状态",),
    )
    ended_on = Column(
        "ended_on",
        gettext_lazy("终止日期"),
        ColumnKind.DATE,
        synonyms=("解约日期", "解约时间", "终止时间"),
        allow_future=True,
        hint=gettext_lazy("不再服务的第一天；已解约的必填。"),
    )
    ended_reason = Column("ended_reason", gettext_lazy("解约原因"), max_length=100)

    class Meta:
        model = Contract

    @classmethod
    def check(cls, sheet: Sheet) -> None:
        refuse_nobody(sheet)
        sheet.refuse(pl.col("number").is_null(), "number", _("没有填写协议编号。"))
        sheet.refuse_duplicates("number", _("第 %(rows)s 行的协议编号相同。"))

    @classmethod
    def plan(cls, sheet: Sheet, run: Run) -> Plan:
        find_people(sheet, run)
        _find_teams(sheet)
        stored = read(Contract, "number", sheet.good()["number"], ["person_id", "team_id", *WRITTEN])
        _refuse_taken(sheet, run, stored)
        rows = sheet.good().join(
            stored.select("id", "number", pl.col("state").alias("state_was"), pl.col("ended_on").alias("ended_on_was")),
            on="number",
            how="left",
            maintain_order="left",
        )
        _refuse_incomplete(sheet, rows)
        _refuse_second(sheet, rows)
        _refuse_ends(sheet, rows)
        good = sheet.good()
        wanted = with_ids(rows.join(good.select("row"), on="row", how="semi", maintain_order="left"), Contract, run)
        wanted = wanted.with_columns(_last_days(wanted), pl.col("p:path").alias("path"))
        merge = Merge(
            Contract,
            wanted.select("row", "id", "is_new", "number", "person_id", "path", "team_id", *WRITTEN),
            stored,
            recorded=["number", "person_id", "team_id", *WRITTEN],
            verb="signing.contract.imported",
            columns={name: cls.fields[name] for name in WRITTEN},
            parked=cls.parked["signing.contract"],
        )
        backwards = merge.rows.filter(pl.col("ends_on") < pl.col("starts_on"))["row"]
        sheet.refuse_rows(backwards, "ends_on", _("截止日期早于起始日期。"))
        return Plan([merge], merge.states())

    @classmethod
    def rows_for_export(cls, user: Any) -> QuerySet:
        return Contract.objects.visible_to(user, cls.read_ability).order_by("path", "number")


def _find_teams(sheet: Sheet) -> None:
    """Add "team_id": the active team of this name that serves the person's village."""
    asked = sheet.frame.filter(pl.col("p:path").is_not_null() & pl.col("team").is_not_null())
    keys = ["p:path", "facility", "team"]
    near: dict[str, list[tuple[int, str, str]]] = {}
    answers = []
    for path, facility, team in asked.select(keys).unique(maintain_order=True).iter_rows():
        township = parent_path(path)
        if township not in near:
            near[township] = list(teams_serving(path).values_list("id", "name", "facility__name"))
        found = [pk for pk, name, at in near[township] if name == team and facility in (None, at)]
        answers.append((path, facility, team, found[0] if len(found) == 1 else None, len(found)))
    table = pl.DataFrame(
        answers,
        schema=dict.fromkeys(keys, pl.String) | {"team_id": pl.Int64, "teams": pl.Int64},
        orient="row",
    )
    sheet.frame = sheet.frame.join(table, on=keys, how="left", nulls_equal=True, maintain_order="left")
    sheet.refuse(pl.col("teams") == 0, "team", _("没有服务此人所在乡镇的这个团队。"), _("核对机构和团队的名称。"))
    sheet.refuse(pl.col("teams") > 1, "team", _("有多个同名团队，请写明签约机构。"))


def _refuse_taken(sheet: Sheet, run: Run, stored: pl.DataFrame) -> None:
    outside = stored.filter(~run.covered("path"))["number"]
    sheet.refuse(
        pl.col("number").is_in(outside.implode()),
        "number",
        _("该协议编号已在您任职范围以外登记，不能在此导入。"),
        _("核对协议编号。"),
    )
    holders = dict(stored.select("number", "person_id").iter_rows())
    other = [
        row
        for row, number, person in sheet.good().select("row", "number", "person_id").iter_rows()
        if number in holders and holders[number] != person
    ]
    sheet.refuse_rows(other, "number", _("该协议编号是另一个人的。"), _("核对协议编号和证件号码。"))


def _refuse_incomplete(sheet: Sheet, rows: pl.DataFrame) -> None:
    new = rows.filter(pl.col("id").is_null())
    for name in ("team", "starts_on"):
        blank = new.filter(pl.col(name).is_null())["row"]
        sheet.refuse_rows(blank, name, _("新的签约须填写%(label)s。") % {"label": sheet.columns[name].header})
    gone = new.filter(pl.col("p:life_state") != LifeState.PRESENT)["row"]
    sheet.refuse_rows(gone, "name", _("此人已死亡或迁出，不能签约。"))


def _refuse_second(sheet: Sheet, rows: pl.DataFrame) -> None:
    """A person has one running contract, counting those that are not in the file."""
    running = rows.filter(_state_after() == ContractState.ACTIVE)
    for same in running.group_by("person_id", maintain_order=True).agg("row")["row"]:
        if len(same) > 1:
            reason = _("第 %(rows)s 行是同一个人履约中的签约。") % {"rows": rows_named(same.to_list())}
            sheet.refuse_rows(same, "state", reason, _("一人只能有一份履约中的签约。"))
    known = bulk.find(Contract, "person_id", running["person_id"], ["person_id", "number", "state"])
    others = known.filter((pl.col("state") == ContractState.ACTIVE) & ~pl.col("number").is_in(rows["number"].implode()))
    held = running.filter(pl.col("person_id").is_in(others["person_id"].implode()))["row"]
    sheet.refuse_rows(held, "state", _("此人已有履约中的签约。"), _("先解约，或在表中同时填写原协议的状态。"))


def _refuse_ends(sheet: Sheet, rows: pl.DataFrame) -> None:
    """A contract has ended on a day, a running one on none; what has ended does not run again."""
    state, ended_on = _state_after(), pl.coalesce("ended_on", "ended_on_was")
    dayless = rows.filter((state == ContractState.ENDED) & ended_on.is_null())["row"]
    sheet.refuse_rows(dayless, "ended_on", _("已解约的须填写终止日期。"))
    running = rows.filter((state == ContractState.ACTIVE) & pl.col("ended_on").is_not_null())["row"]
    sheet.refuse_rows(running, "ended_on", _("履约中的签约没有终止日期。"), _("更正状态，或清空终止日期。"))
    revived = rows.filter(
        (state == ContractState.ACTIVE) & pl.col("ended_on").is_null() & pl.col("ended_on_was").is_not_null()
    )["row"]
    sheet.refuse_rows(revived, "state", _("该协议已终止，不能改回履约中。"), _("另签一份协议。"))


def _state_after() -> pl.Expr:
    return pl.coalesce("state", "state_was", pl.lit(ContractState.ACTIVE.value))


def _last_days(rows: pl.DataFrame) -> pl.Series:
    """The last day of service; a new contract without one lasts a year."""
    days = [
        service_year(starts).ends_on if is_new and ends is None and starts is not None else ends
        for is_new, starts, ends in rows.select("is_new", "starts_on", "ends_on").iter_rows()
    ]
    return pl.Series("ends_on", days, pl.Date)
