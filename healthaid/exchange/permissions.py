"""Who may bring sheets in, take them out, and take a batch back."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.core.decisions import ALLOWED, Decision, denied
from healthaid.exchange.enums import BatchState
from healthaid.exchange.models import ImportBatch


def may_import(user: User, sheet: Any) -> Decision:
    """Whether the user holds, anywhere, the ability that the sheet's rows ask for."""
    if not user.can(sheet.edit_ability):
        return denied(_("您的职责不包括导入“%(sheet)s”。") % {"sheet": sheet.title})
    return ALLOWED


def may_export(user: User, sheet: Any) -> Decision:
    """Whether the user may read the sheet's rows anywhere."""
    if not user.can(sheet.read_ability):
        return denied(_("您的职责不包括导出“%(sheet)s”。") % {"sheet": sheet.title})
    return ALLOWED


def reach_of(user: User, ability: str) -> dict[str, list[str]]:
    """How far the ability behind a file reaches today, and the one that reads sensitive illnesses, in it or not."""
    return {name: sorted(user.scope(name).prefixes) for name in (ability, Ability.READ_SENSITIVE)}


def still_reaches(user: User, reach: Mapping[str, Iterable[str]]) -> bool:
    """Whether the user's abilities reach at least as far as they did when the file was kept."""
    scopes = [(user.scope(ability), paths) for ability, paths in reach.items()]
    return bool(scopes) and all(scope.covers_path(path) for scope, paths in scopes for path in paths)


def may_see(user: User, batch: ImportBatch) -> Decision:
    """A batch is shown to who uploaded it, as long as the postings of that day still reach its rows."""
    if batch.uploaded_by_id != user.pk:
        return denied(_("只能查看自己上传的批次。"))
    if not still_reaches(user, batch.reach):
        return denied(_("您的任职已变，不能再处理这个批次。"))
    return ALLOWED


def may_confirm(user: User, batch: ImportBatch) -> Decision:
    """Whether the batch may be applied now by this user."""
    if not may_see(user, batch):
        return may_see(user, batch)
    if batch.state == BatchState.FAULTY:
        return denied(_("表中还有 %(count)s 行错误，更正后重新上传。") % {"count": batch.error_count})
    if batch.state != BatchState.CHECKED:
        return denied(_("只有待确认的批次可以导入。"))
    return ALLOWED


def may_discard(user: User, batch: ImportBatch) -> Decision:
    """Whether the batch waits for a decision that may be "no"."""
    if not may_see(user, batch):
        return may_see(user, batch)
    if batch.state not in {BatchState.CHECKED, BatchState.FAULTY}:
        return denied(_("只有待确认或有错误的批次可以放弃。"))
    return ALLOWED


def may_withdraw(user: User, batch: ImportBatch) -> Decision:
    """Whether the batch may be taken back; whether its rows were touched since is seen when it is done."""
    if not may_see(user, batch):
        return may_see(user, batch)
    if batch.state != BatchState.APPLIED:
        return denied(_("只有已导入的批次可以撤回。"))
    return ALLOWED
