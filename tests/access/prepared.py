"""What is done to the own rows before an address is asked, so that those who may do it are let in, and what is sent."""

from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone

from healthaid.coverage.enums import AgreementState, BillState, CardState
from healthaid.exchange.enums import BatchState
from healthaid.policy.enums import ValueState
from patients.enums import CaseState, ConditionState, LifeState


def put(name, **values):
    """The row of this name of a side, as it would stand."""

    def prepare(side):
        row = getattr(side, name)
        type(row).objects.filter(pk=row.pk).update(**values)

    return prepare


def diagnosed(**values):
    """The side's card after a hospital's diagnosis."""
    today = timezone.localdate()
    return lambda side: put("card", diagnosed_by=side.case.hospital, diagnosed_on=today, **values)(side)


def valid(side):
    today = timezone.localdate()
    diagnosed(state=CardState.VALID, entered_on=today, valid_from=today)(side)


def decided(name, **values):
    """The row after somebody else decided on it."""
    return lambda side: put(name, decided_by=side.leaver, **values)(side)


def without(name):
    """The side before this row was made."""

    def prepare(side):
        row = getattr(side, name)
        type(row).objects.filter(pk=row.pk).delete()

    return prepare


PREPARED = {
    "coverage:agreement-cancel": put("agreement", state=AgreementState.IN_HOSPITAL, bill=None, due=0),
    "coverage:agreement-discharge": put("agreement", state=AgreementState.IN_HOSPITAL, bill=None, due=0),
    "coverage:agreement-revoke": decided("agreement", state=AgreementState.DEFAULT, state_reason="不还"),
    "coverage:bill-replace": put("bill", state=BillState.REVERSED),
    "coverage:bill-update": put("bill", state=BillState.WAITING),
    "coverage:card-end": valid,
    "coverage:card-enter": diagnosed(state=CardState.DIAGNOSED),
    "coverage:card-extend": valid,
    "coverage:form-issue": without("form"),
    "exchange:batch-withdraw": put("batch", state=BatchState.APPLIED),
    "patients:case-create": without("case"),
    "patients:condition-exclude": put("case", state=CaseState.EXCLUDED),
    "patients:condition-verify": put("condition", state=ConditionState.SUSPECTED),
    "patients:person-reinstate": put("person", life_state=LifeState.MOVED_OUT, left_on=timezone.localdate()),
    "policy:local-value-correct": decided("local_value", state=ValueState.CONFIRMED),
}


@contextmanager
def prepared(name, side):
    """The side as this address needs it, until it is left."""
    with transaction.atomic():
        PREPARED.get(name, lambda _side: None)(side)
        yield
        transaction.set_rollback(True)


SENT = {
    "coverage:reminder-create": lambda side: {"agreement": side.agreement.pk},
    "policy:local-value-confirm": lambda side: {"version": side.local_value.version},
    "policy:local-value-withdraw": lambda side: {"version": side.local_value.version},
}
# Nobody is let in here, each with the reason; the success is tested elsewhere.
NEVER = {
    "accounts:session-end": "the sessions of a test's windows have no number that is known before: tests/accounts",
    "coverage:agreement-follow": "no settlement of the side was corrected: tests/coverage",
    "coverage:bill-settle": "the side's bill is settled already: tests/coverage",
    "exchange:file": "the side's file is an upload, which nobody opens: tests/exchange",
}
