"""Writes: one-stop forms are issued once for each settlement; a newer one corrects the older and never rewrites it."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.audit.actions import record
from healthaid.core.decisions import require
from healthaid.coverage.models import Bill, OneStopForm, Settlement
from healthaid.coverage.permissions.bills import may_issue, may_settle_somewhere
from healthaid.coverage.printing.typesetting import one_stop_forms
from healthaid.coverage.selectors import onestop as selectors
from healthaid.coverage.selectors.bills import bill_for_page, readable_bills
from healthaid.coverage.selectors.settlements import current_settlement
from healthaid.exchange import files
from healthaid.exchange.actions import handed_out
from healthaid.jobs.actions import enqueue
from healthaid.jobs.domain import Progress
from healthaid.jobs.models import Job
from healthaid.regions.actions import next_in_series

BATCH = "print_onestop_forms"
MOST = 500  # forms in one file
PDF = "application/pdf"
PAPER_LANGUAGE = "zh-hans"


@transaction.atomic
def issue_form(*, by: User, bill_id: int) -> OneStopForm:
    """The form of a settled bill's current settlement, under the county's next number. Raises Refused."""
    bill = bill_for_page(by, bill_id)
    Bill.objects.select_for_update().get(pk=bill.pk)
    settlement = current_settlement(bill)
    require(may_issue(by, bill, settlement))
    return _issue(by, settlement)  # type: ignore[arg-type]


def _issue(by: User, settlement: Settlement) -> OneStopForm:
    bill, today = settlement.bill, timezone.localdate()
    number = next_in_series(kind="onestop", county=bill.region, year=today.year)[0]
    serial = f"{bill.region}-{today.year}-{number:06}"
    code, older = selectors.code_of(serial, settlement), selectors.corrected_by_new(bill)
    form = OneStopForm(
        settlement=settlement,
        serial=serial,
        code=code,
        corrects=older,
        issued_by=by,
        content=_content(settlement, serial=serial, code=code, corrects=older, issuer=by, on=today),
    )
    form.full_clean()
    form.save()
    facts = {"corrects": older.serial} if older else {}
    record(by=by, verb="coverage.onestopform.issued", subject=form, place_path=bill.path, serial=serial, **facts)
    return form


def _content(settlement: Settlement, *, corrects: OneStopForm | None, issuer: User, **more: Any) -> dict[str, Any]:
    """The words of the paper, which is Chinese whatever language its clerk reads."""
    with override(PAPER_LANGUAGE):
        older = corrects.serial if corrects else ""
        return selectors.content_of(settlement, corrects=older, issuer=str(issuer), **more)


def pdf_of(*, by: User, form: OneStopForm) -> bytes:
    """An issued form as PDF, told in the record."""
    path = form.settlement.bill.path
    record(by=by, verb="coverage.onestopform.printed", subject=form, place_path=path, serial=form.serial)
    return one_stop_forms([form.content])


@transaction.atomic
def order_batch(*, by: User, bill_ids: Sequence[int]) -> Job:
    """Have the forms of some bills made as one file by a job. Raises Refused, and ValidationError for too many."""
    require(may_settle_somewhere(by))
    if not bill_ids:
        raise ValidationError(_("没有可以打印的费用：只打印已结算的。"))
    if len(bill_ids) > MOST:
        raise ValidationError(_("一次最多打印%(most)s份，请缩小筛选范围。") % {"most": MOST})
    return enqueue(kind=BATCH, by=by, bills=list(bill_ids))


def print_batch(*, by: User, bill_ids: Sequence[int], progress: Progress) -> dict[str, Any]:
    """Issue the forms that are missing and write all of them to one file; what the job does. Safe to run twice."""
    bills = readable_bills(by).filter(pk__in=bill_ids)
    contents, settlements = [], selectors.settlements_for_forms(by, bills, MOST)
    for number, settlement in enumerate(settlements):
        progress(number, len(settlements), _("开具结算单"))
        contents.append(_issued(by, settlement).content)
    progress(len(contents), len(contents), _("生成文件"))
    if not contents:
        raise ValidationError(_("没有可以打印的费用：只打印已结算的。"))
    name = _("一站式结算单-%(count)s份-%(on)s.pdf") % {"count": len(contents), "on": f"{timezone.localdate():%Y%m%d}"}
    stored = files.store(name, PDF, one_stop_forms(contents))
    record(by=by, verb="coverage.onestopform.printed", forms=len(contents), file=stored.name)
    return handed_out(by=by, file=stored, ability=Ability.READ_COVERAGE)


def _issued(by: User, settlement: Settlement) -> OneStopForm:
    """The form of the settlement, issued now if it was not."""
    if hasattr(settlement, "form"):
        return settlement.form
    return issue_form(by=by, bill_id=settlement.bill_id)
