"""Entries as people read them: a verb "room.noun.past_participle" and field names, in words."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from healthaid.audit.models import Entry
from healthaid.core.fields import split_codes
from healthaid.core.phrases import listed
from healthaid.core.scoping import Scoped

EMPTY = gettext_lazy("（空）")
VEILED = "***"
PERSONAL = frozenset({"read_people", "read_coverage"})  # who may read such rows reads personal data
OF_THE_ACT = frozenset({"page", "batch", "reason"})  # what an entry says of what was done, not of the person
LISTS = frozenset({"members", "ended", "shortfalls"})  # items of many values, whose two are no old and new one

# What is done, by the last part of a verb.
DEEDS = {
    "created": gettext_lazy("新增"),
    "registered": gettext_lazy("登记"),
    "added": gettext_lazy("登记"),
    "changed": gettext_lazy("修改"),
    "ended": gettext_lazy("结束"),
    "closed": gettext_lazy("关闭"),
    "cleared": gettext_lazy("清理明细"),
    "reopened": gettext_lazy("重新打开"),
    "deleted": gettext_lazy("删除"),
    "moved": gettext_lazy("迁移"),
    "verified": gettext_lazy("核实"),
    "rejected": gettext_lazy("退回"),
    "revealed": gettext_lazy("查看完整号码"),
    "opened": gettext_lazy("打开"),
    "exported": gettext_lazy("导出"),
    "imported": gettext_lazy("导入"),
    "loaded": gettext_lazy("载入"),
    "uploaded": gettext_lazy("上传"),
    "confirmed": gettext_lazy("确认"),
    "applied": gettext_lazy("导入完成"),
    "withdrawal_begun": gettext_lazy("开始撤回"),
    "withdrawn": gettext_lazy("撤回"),
    "withdrawal_refused": gettext_lazy("没有撤回"),
    "printed": gettext_lazy("打印"),
    "counted": gettext_lazy("统计"),
    "recounted": gettext_lazy("重新统计"),
    "retried": gettext_lazy("重试"),
    "died": gettext_lazy("登记死亡"),
    "discarded": gettext_lazy("放弃"),
    "dissolved": gettext_lazy("销户"),
    "downloaded": gettext_lazy("下载"),
    "entered": gettext_lazy("录入"),
    "returned": gettext_lazy("退回"),
    "superseded": gettext_lazy("被更正"),
    "excluded": gettext_lazy("排除"),
    "formed": gettext_lazy("组建"),
    "founded": gettext_lazy("立户"),
    "head_changed": gettext_lazy("更换户主"),
    "identity_revealed": gettext_lazy("查看完整证件号码"),
    "identity_looked_up": gettext_lazy("核对证件号码"),
    "import_withdrawn": gettext_lazy("撤回导入"),
    "moved_out": gettext_lazy("迁出"),
    "phone_revealed": gettext_lazy("查看完整电话"),
    "card_revealed": gettext_lazy("查看完整社保卡号"),
    "recorded": gettext_lazy("登记"),
    "regrouped": gettext_lazy("调整重点人群"),
    "reinstated": gettext_lazy("恢复"),
    "renewed": gettext_lazy("续签"),
    "signed": pgettext_lazy("deed", "签约"),
    "split": gettext_lazy("分户"),
    "standing_set": gettext_lazy("登记身份认定"),
    "standing_withdrawn": gettext_lazy("撤销身份认定"),
    "enabled": gettext_lazy("启用"),
    "disabled": gettext_lazy("停用"),
    "refused": gettext_lazy("被拒绝"),
    "unseen": gettext_lazy("访问范围外的记录"),
    "signed_in": gettext_lazy("登录"),
    "signed_out": gettext_lazy("退出登录"),
    "sign_in_failed": gettext_lazy("登录失败"),
    "locked_out": gettext_lazy("登录锁定"),
    "password_changed": gettext_lazy("修改密码"),
    "password_reset": gettext_lazy("重置密码"),
    "rotation_started": gettext_lazy("开始更换"),
    "rotated": gettext_lazy("更换完成"),
    "carried": gettext_lazy("沿用上年"),
    "requested": gettext_lazy("申请"),
    "diagnosed": pgettext_lazy("deed", "鉴定"),
    "extended": gettext_lazy("延期"),
    "turned_down": gettext_lazy("未通过"),
    "settled": pgettext_lazy("deed", "结算"),
    "reversed": gettext_lazy("冲销"),
    "issued": gettext_lazy("开具"),
    "replayed": gettext_lazy("重算"),
    "called_for_replay": gettext_lazy("标为待重算"),
    "cancelled": gettext_lazy("作废"),
    "discharged": gettext_lazy("出院结算"),
    "planned": gettext_lazy("约定还款计划"),
    "adjusted": gettext_lazy("按更正调整"),
    "defaulted": gettext_lazy("认定恶意拖欠"),
    "repaid": gettext_lazy("登记付款"),
    "repayment_reversed": gettext_lazy("冲销付款"),
    "reminded": gettext_lazy("提醒"),
    "paid_out": gettext_lazy("登记拨付"),
}
# Nouns that are no model.
NOUNS = {
    "core.page": gettext_lazy("页面"),
    "core.row": gettext_lazy("记录"),
    "core.key": gettext_lazy("加密密钥"),
    "accounts.session": gettext_lazy("登录会话"),
    "exchange.batch": gettext_lazy("导入批次"),
    "exchange.file": gettext_lazy("文件"),
    "exchange.sheet": gettext_lazy("表"),
    "facilities.check": gettext_lazy("村卫生室检查"),
    "facilities.team": gettext_lazy("服务团队"),
    "patients.case": gettext_lazy("大病个案"),
    "coverage.card": gettext_lazy("慢特病卡"),
    "coverage.year": gettext_lazy("年度费用"),
    "reports.report": gettext_lazy("月报"),
}
FACTS = {
    "address": gettext_lazy("网络地址"),
    "page": gettext_lazy("页面"),
    "method": gettext_lazy("请求方式"),
    "arguments": gettext_lazy("对象"),
    "batch": gettext_lazy("批次"),
    "sheet": gettext_lazy("表"),
    "file": gettext_lazy("文件"),
    "size": gettext_lazy("大小"),
    "rows": gettext_lazy("行数"),
    "places": gettext_lazy("地方"),
    "codes": gettext_lazy("区划代码"),
    "names": gettext_lazy("地名"),
    "filters": gettext_lazy("条件"),
    "form": gettext_lazy("格式"),
    "reason": gettext_lazy("原因"),
    "duty": gettext_lazy("职责"),
    "place": gettext_lazy("地方"),
    "starts_on": gettext_lazy("起始日期"),
    "ends_on": gettext_lazy("截止日期"),
    "field": gettext_lazy("项目"),
    "kind": gettext_lazy("类型"),
    "username": gettext_lazy("账号"),
    "household": gettext_lazy("户编号"),
    "household_number": gettext_lazy("户编号"),
    "identity": gettext_lazy("证件号码"),
    "phone": gettext_lazy("联系电话"),
    "card": gettext_lazy("社保卡号"),
    "disability_certificate": gettext_lazy("残疾证号"),
    "upgraded_from": gettext_lazy("由15位号码升位"),
    "into": gettext_lazy("分出的户"),
    "out_of": gettext_lazy("原户"),
    "members": gettext_lazy("成员"),
    "on": gettext_lazy("日期"),
    "head": gettext_lazy("户主"),
    "status": gettext_lazy("属性"),
    "source": gettext_lazy("依据"),
    "ended": gettext_lazy("随之截止的属性"),
    "corrects": pgettext_lazy("field", "更正"),
    "by_value": gettext_lazy("更正后的数值"),
    "path": gettext_lazy("地方路径"),
    "key": gettext_lazy("密钥编号"),
    "values": gettext_lazy("重新加密的数目"),
    "hospital": gettext_lazy("医院承担"),
    "basic": gettext_lazy("基本医保"),
    "critical": gettext_lazy("大病保险"),
    "assistance": gettext_lazy("医疗救助"),
    "safety_net": gettext_lazy("兜底保障"),
    "personal": gettext_lazy("个人自付"),
    "serial": gettext_lazy("流水号"),
    "forms": gettext_lazy("份数"),
    "job": gettext_lazy("任务"),
    "settled": gettext_lazy("已结算"),
    "waiting": gettext_lazy("待补正"),
    "digest": gettext_lazy("摘要"),
    "year": gettext_lazy("年度"),
    "years": gettext_lazy("待重算的人次"),
    "person": gettext_lazy("群众编号"),
    "carried_from": gettext_lazy("沿用自参保记录"),
    "plan": gettext_lazy("还款计划"),
    "payment": gettext_lazy("付款编号"),
    "amount": gettext_lazy("金额"),
    "paid_on": gettext_lazy("付款日期"),
    "receipt": gettext_lazy("票据号"),
    "note": gettext_lazy("情况"),
    "new": gettext_lazy("新增"),
    "changed": gettext_lazy("修改"),
    "run": gettext_lazy("核算编号"),
    "by_run": gettext_lazy("更正后的核算"),
    "bills": gettext_lazy("费用笔数"),
    "unresolved": gettext_lazy("算不出的费用"),
}


# Pages that leave a trace when they are opened.
PAGES = {
    "person": gettext_lazy("群众档案"),
    "form": gettext_lazy("表单"),
    "case": gettext_lazy("救治档案"),
    "condition": gettext_lazy("病情"),
    "card": gettext_lazy("慢特病卡"),
}

Words = Callable[[str], str | Promise | None]
_CODES: dict[str, list[Words]] = {"page": [PAGES.get]}
_ITEMS: dict[str, Words] = {}


def tell_codes(words: Words, *items: str) -> None:
    """Tell codes of items that no model field has choices for; call it from AppConfig.ready().

    An item is named "room.model.item", or by its bare name for all rows; several rooms may know codes of the same one.
    """
    for item in items:
        _CODES.setdefault(item, []).append(words)


def tell_items(kind: str, words: Words) -> None:
    """Tell items of a kind of row that have codes for names; call it from AppConfig.ready()."""
    _ITEMS[kind] = words


@dataclass(frozen=True, slots=True)
class Change:
    """One item of an entry; `old` is None where a fact is only told."""

    label: str
    old: str | None
    new: str


def verb_label(verb: str) -> str:
    """A verb in words; as it is written where no words are known."""
    noun, _dot, deed = verb.rpartition(".")
    model = model_named(noun)
    thing = model._meta.verbose_name if model else NOUNS.get(noun)  # noqa: SLF001
    if deed not in DEEDS or thing is None:
        return verb
    return f"{DEEDS[deed]} · {thing}"


def subject_label(entry: Entry) -> str:
    """Which row an entry is about: its kind and number."""
    model = model_named(entry.subject_kind)
    name = str(model._meta.verbose_name) if model else entry.subject_kind  # noqa: SLF001
    return f"{name} {entry.subject_id}" if entry.subject_id else name


def changes_told(entry: Entry) -> list[Change]:
    """What an entry says, item by item, codes as their words."""
    return [_change(entry.subject_kind, name, value) for name, value in _items(entry)]


def changes_seen(entry: Entry, user: Scoped) -> list[Change]:
    """The same; of a person whose data the user does not read elsewhere, only which items changed."""
    kind = entry.subject_kind
    ability = getattr(model_named(kind), "read_ability", "")
    if ability not in PERSONAL or user.scope(ability).covers_path(entry.place_path):
        return changes_told(entry)
    return [
        _change(kind, name, value) if name in OF_THE_ACT else Change(item_label(kind, name), None, VEILED)
        for name, value in _items(entry)
    ]


def _items(entry: Entry) -> Iterable[tuple[str, Any]]:
    """What an entry holds; the page of a refused request by its address, which has the arguments in it."""
    items = dict(entry.changes)
    if "arguments" in items:
        try:
            items["page"] = reverse(items["page"], kwargs=items["arguments"])
            del items["arguments"]
        except NoReverseMatch:  # of an earlier release
            pass
    return items.items()


def model_named(label: str) -> type[models.Model] | None:
    """The model of "room.noun"; None when there is none."""
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


def _change(kind: str, name: str, value: Any) -> Change:
    label = item_label(kind, name)
    words = _words_of(kind, name)
    is_pair = isinstance(value, list) and len(value) == 2  # noqa: PLR2004 -- old and new
    if is_pair and (name not in LISTS or isinstance(value[0], list)):
        return Change(label, _shown(value[0], words), _shown(value[1], words))
    return Change(label, None, _shown(value, words))


def item_label(kind: str, name: str) -> str:
    """An item of an entry about a kind of row in words; its bare name where no words are known."""
    field = _field(kind, name)
    own = getattr(field, "verbose_name", "")
    if own and own != field.name.replace("_", " "):  # not what Django makes of the name
        return str(own)
    told = FACTS.get(name) or (_ITEMS[kind](name) if kind in _ITEMS else None)
    return str(told or name)


def _field(kind: str, name: str) -> Any:
    model = model_named(kind)
    try:
        return model._meta.get_field(name) if model else None  # noqa: SLF001
    except FieldDoesNotExist:
        return None


def _words_of(kind: str, name: str) -> Words | None:
    """The words of an item's codes, of a field of several codes too; None where it has no codes."""
    known = _CODES.get(f"{kind}.{name}") or _CODES.get(name)
    if known:
        return lambda code: next((told for words in known if (told := words(code))), None)
    field = _field(kind, name)
    codes = getattr(field, "codes", None)
    choices = codes.choices if codes else getattr(field, "flatchoices", ())
    return {str(code): words for code, words in choices}.get if choices else None


def _shown(value: Any, words: Words | None) -> str:
    if value is None or value in ("", []):
        return str(EMPTY)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, dict):
        return "，".join(f"{key}={part}" for key, part in value.items()) or str(EMPTY)
    if isinstance(value, list):
        return listed(_shown(part, words) for part in value)
    text = str(value)
    if words is None:
        return text
    return str(words(text) or listed(str(words(code) or code) for code in split_codes(text)))
