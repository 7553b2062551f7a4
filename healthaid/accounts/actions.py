"""Writes about accounts, each leaving an entry: sign-ins, passwords, accounts, postings."""

import secrets
import string
import unicodedata
from datetime import date, datetime, timedelta

from axes.utils import reset as forget_failures
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from healthaid.accounts.domain import indispensable
from healthaid.accounts.models import FormerPassword, Posting, User, UserSession
from healthaid.accounts.passwords import rules
from healthaid.accounts.permissions import may_administer, may_appoint, may_enable, may_end_posting
from healthaid.accounts.selectors import account_for_page, branches_administered, idle_accounts, posting_for_page
from healthaid.accounts.sessions import SessionStore
from healthaid.audit.actions import record
from healthaid.core.decisions import require
from healthaid.regions.models import Place

# Read aloud and typed off paper: without the letters and digits that look alike.
_PARTS = ("abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789")
_FIRST_PASSWORD_GROUPS = 4


def username_of(text: str) -> str:
    """The one spelling of a user name: half width, small letters."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


# Signing in and out


def record_sign_in(*, user: User, address: str) -> None:
    """Somebody came in."""
    record(by=user, verb="accounts.user.signed_in", subject=user, address=address)


def record_sign_out(*, user: User, address: str) -> None:
    """Somebody left."""
    record(by=user, verb="accounts.user.signed_out", subject=user, address=address)


def record_failed_sign_in(*, username: str, address: str, is_locked: bool) -> None:
    """A sign-in failed. What was typed is kept only when it names an account: it may be a password."""
    user = User.objects.filter(username=username_of(username)).first()
    verb = "accounts.user.locked_out" if is_locked else "accounts.user.sign_in_failed"
    record(by=None, verb=verb, subject=user, place_path=user.home_path() if user else "", address=address)


@transaction.atomic
def end_session(*, by: User, number: int) -> None:
    """Sign one of the user's own browsers out; numbers count the list of own sessions from 0."""
    sessions = list(by.sessions.order_by("-began_at"))
    if number >= len(sessions):
        raise UserSession.DoesNotExist
    sessions[number].delete()
    record(by=by, verb="accounts.session.ended", subject=by)


def forget_expired_sessions() -> None:
    """Delete the sessions that time has ended."""
    SessionStore.clear_expired()


# Passwords


@transaction.atomic
def change_password(*, by: User, password: str) -> User:
    """Give the user the password of their choice. Raises ValidationError with all rules it breaks."""
    validate_password(password, by)
    _keep_password(by, password, must_change=False)
    record(by=by, verb="accounts.user.password_changed", subject=by)
    return by


@transaction.atomic
def reset_password(*, by: User, account_id: int) -> tuple[User, str]:
    """A new first password for somebody who lost theirs, and the end of a lock-out. Raises Refused."""
    account = account_for_page(by, account_id)
    require(may_administer(by, account))
    password = first_password()
    _keep_password(account, password, must_change=True)
    account.sessions.all().delete()
    forget_failures(username=account.username)
    record(by=by, verb="accounts.user.password_reset", subject=account, place_path=account.home_path())
    return account, password


def first_password() -> str:
    """A random password that is easy to read out, good for one sign-in: four groups of four."""
    alphabet = "".join(_PARTS)
    while True:
        groups = ["".join(secrets.choice(alphabet) for _place in range(4)) for _group in range(_FIRST_PASSWORD_GROUPS)]
        password = "-".join(groups)
        if all(set(password) & set(part) for part in _PARTS) and password[0] in string.ascii_letters:
            return password


def _keep_password(user: User, password: str, *, must_change: bool) -> None:
    user.set_password(password)
    user.password_set_at = timezone.now()
    user.must_change_password = must_change
    user.save(update_fields=("password", "password_set_at", "must_change_password"))
    FormerPassword.objects.create(user=user, password=user.password)
    kept = FormerPassword.objects.filter(user=user).values_list("pk", flat=True)[: max(rules().former, 1)]
    FormerPassword.objects.filter(user=user).exclude(pk__in=list(kept)).delete()


# Accounts and postings


@transaction.atomic
def create_account(
    *,
    by: User | None,
    username: str,
    full_name: str,
    unit: str,
    duty: str,
    place: Place,
    starts_on: date | None = None,
    ends_on: date | None = None,
    password: str = "",
) -> tuple[User, str]:
    """An account with its first posting and a first password (made up unless given), which must be changed.

    `by` is None for the command line, which makes the first administrator. Raises Refused, ValidationError.
    """
    account = User(username=username_of(username), full_name=full_name, unit=unit)
    posting = Posting(duty=duty, place=place, starts_on=starts_on or timezone.localdate(), ends_on=ends_on)
    if by:
        require(may_appoint(by, account, posting))
    account.set_unusable_password()
    account.full_clean()
    account.save()
    posting.user = account
    posting.full_clean()
    posting.save()
    if password:
        validate_password(password, account)
    password = password or first_password()
    _keep_password(account, password, must_change=True)
    record(by=by, verb="accounts.user.created", subject=account, place_path=place.path, username=account.username)
    _record_posting(by, "accounts.posting.added", posting)
    return account, password


@transaction.atomic
def change_account(*, by: User, account_id: int, full_name: str, unit: str) -> User:
    """Correct a person's name or unit. Raises Refused, ValidationError."""
    account = account_for_page(by, account_id)
    require(may_administer(by, account))
    changes = {
        name: [getattr(account, name), value]
        for name, value in (("full_name", full_name), ("unit", unit))
        if getattr(account, name) != value
    }
    if changes:
        account.full_name, account.unit = full_name, unit
        account.full_clean()
        account.save(update_fields=("full_name", "unit"))
        record(by=by, verb="accounts.user.changed", subject=account, place_path=account.home_path(), **changes)
    return account


@transaction.atomic
def disable_account(*, by: User, account_id: int) -> User:
    """Disable an account, which ends its sessions at once. Raises Refused."""
    account = account_for_page(by, account_id)
    require(may_administer(by, account))
    if account.is_active:
        _disable(account, by)
    return account


@transaction.atomic
def enable_account(*, by: User, account_id: int, reason: str) -> User:
    """Enable a disabled account again, for a reason that is recorded; its idle days begin anew. Raises Refused."""
    account = account_for_page(by, account_id)
    require(may_enable(by, account))
    account.is_active, account.enabled_at = True, timezone.now()
    account.save(update_fields=("is_active", "enabled_at"))
    record(by=by, verb="accounts.user.enabled", subject=account, place_path=account.home_path(), reason=reason)
    return account


@transaction.atomic
def disable_idle(*, now: datetime) -> int:
    """Disable the accounts that nobody used for ACCOUNT_IDLE_DAYS (GB/T 22239-2019 8.1.4.2 c); how many.

    An administrator stays where no other one in use could enable accounts again.
    """
    if not (days := settings.ACCOUNT_IDLE_DAYS):
        return 0
    idle = idle_accounts(now - timedelta(days=days))
    accounts = sorted(idle.select_for_update(), key=lambda account: account.used_at, reverse=True)
    in_use = User.objects.filter(is_active=True).exclude(pk__in=[account.pk for account in accounts])
    today = timezone.localdate(now)
    others = [branch for held in branches_administered(in_use, today).values() for branch in held]
    held = branches_administered(idle, today)
    kept = indispensable([(account.pk, held[account.pk]) for account in accounts if account.pk in held], others)
    going = [account for account in accounts if account.pk not in kept]
    for account in going:
        _disable(account, None, reason=_("%(days)s 天没有使用") % {"days": days})
    return len(going)


def _disable(account: User, by: User | None, **facts: str) -> None:
    account.is_active = False
    place_path = account.home_path()
    account.save(update_fields=("is_active",))
    account.sessions.all().delete()
    record(by=by, verb="accounts.user.disabled", subject=account, place_path=place_path, **facts)


@transaction.atomic
def add_posting(
    *, by: User, account_id: int, duty: str, place: Place, starts_on: date, ends_on: date | None = None
) -> Posting:
    """Appoint somebody to one more duty somewhere. Raises Refused, ValidationError."""
    account = account_for_page(by, account_id)
    posting = Posting(user=account, duty=duty, place=place, starts_on=starts_on, ends_on=ends_on)
    require(may_appoint(by, account, posting))
    posting.full_clean()
    posting.save()
    _record_posting(by, "accounts.posting.added", posting)
    return posting


@transaction.atomic
def end_posting(*, by: User, posting_id: int, ends_on: date) -> Posting:
    """Set the last day of a posting, inclusive. Raises Refused, ValidationError."""
    posting = posting_for_page(by, posting_id)
    require(may_end_posting(by, posting))
    if ends_on < posting.starts_on:
        raise ValidationError({"ends_on": _("截止日期不能早于起始日期。")})
    previous, posting.ends_on = posting.ends_on, ends_on
    posting.full_clean()
    posting.save(update_fields=("ends_on",))
    _record_posting(by, "accounts.posting.ended", posting, ends_on=[previous, ends_on])
    return posting


def _record_posting(by: User | None, verb: str, posting: Posting, **changes: object) -> None:
    said = {"duty": posting.duty, "place": str(posting.place), "starts_on": posting.starts_on, **changes}
    record(by=by, verb=verb, subject=posting.user, place_path=posting.place.path, **said)
