"""People who work here, and their postings: a duty held at a place."""

from datetime import date, datetime
from operator import attrgetter
from posixpath import commonpath
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from healthaid.accounts.domain import days_left, duties_with
from healthaid.accounts.enums import Duty
from healthaid.core.fields import CodeField
from healthaid.core.scoping import Scope

LONGEST_USERNAME = 40


class UserManager(BaseUserManager):
    """Only what the sign-in needs; accounts are made by `accounts.actions`."""

    def get_by_natural_key(self, username: str | None) -> Any:
        return self.get(username=username)


class User(AbstractBaseUser):
    """An account of one named person. It carries no rights of its own: postings do."""

    scope_exempt = "accounts are seen by administrators only; their pages check the ability themselves"

    username = CodeField(_("账号"), max_length=LONGEST_USERNAME)
    full_name = models.CharField(_("姓名"), max_length=50)
    unit = models.CharField(_("单位"), max_length=100, blank=True, default="")
    is_active = models.BooleanField(pgettext_lazy("account", "启用"), default=True)
    password_set_at = models.DateTimeField(_("密码设置时间"), default=timezone.now)
    must_change_password = models.BooleanField(_("下次登录须改密码"), default=False)
    enabled_at = models.DateTimeField(_("启用时间"), default=timezone.now)  # made, or last enabled again

    objects = UserManager()
    USERNAME_FIELD = "username"

    class Meta:
        verbose_name = verbose_name_plural = _("账号")
        ordering = ("username",)
        constraints = (models.UniqueConstraint(fields=("username",), name="accounts_user_username_unique"),)

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_absolute_url(self) -> str:
        return reverse("accounts:account-detail", args=[self.pk])

    @property
    def used_at(self) -> datetime:
        """When somebody last signed in; for an account not used since it was enabled, when that was."""
        return max(self.enabled_at, self.last_login or self.enabled_at)

    def days_left(self, now: datetime) -> int | None:
        """Days until the account is disabled for want of use; None while that is far off."""
        return days_left(self.used_at, now, settings.ACCOUNT_IDLE_DAYS) if self.is_active else None

    def current_postings(self, day: date | None = None) -> list["Posting"]:
        """The postings held on a day (today when none is named), read once for each request's user object."""
        if day is not None or not hasattr(self, "_postings"):
            rows = Posting.objects.held_on(day or timezone.localdate()).filter(user=self)
            # Every request asks this: sorting here costs a third less than having the database do it.
            held = sorted(rows.select_related("place").order_by(), key=attrgetter("duty", "place.path"))
            if day is not None:
                return held
            self._postings = held
        return self._postings

    def scope(self, ability: str | None = None) -> Scope:
        """The branches where the user holds the ability; anything at all when none is named. Inactive: nowhere."""
        if not self.is_active:
            return Scope()
        duties = duties_with(ability) if ability else frozenset(Duty.values)
        return Scope.of(posting.place.path for posting in self.current_postings() if posting.duty in duties)

    def home_path(self) -> str:
        """The smallest branch that holds all places of the user's postings; "" without any."""
        paths = [posting.place.path for posting in self.current_postings()]
        common = commonpath(paths) if paths else ""
        return f"{common}/" if common else ""

    def can(self, ability: str) -> bool:
        """Whether the user holds the ability anywhere."""
        return bool(self.scope(ability))


class PostingQuerySet(models.QuerySet):
    def held_on(self, day: date) -> "PostingQuerySet":
        """Postings that cover the day; both ends are inclusive."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)


class Posting(models.Model):
    """A duty held at a place and everything below it, from a first to a last day (both inclusive)."""

    scope_exempt = "postings are seen by administrators only; their pages check the ability themselves"

    user = models.ForeignKey(User, models.CASCADE, related_name="postings", verbose_name=_("账号"))
    duty = models.CharField(_("职责"), max_length=20, choices=Duty)
    place = models.ForeignKey("regions.Place", models.PROTECT, related_name="postings", verbose_name=_("地方"))
    starts_on = models.DateField(_("起始日期"), default=timezone.localdate)
    ends_on = models.DateField(_("截止日期"), null=True, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("任职")
        ordering = ("user", "duty", "place")
        constraints = (
            models.CheckConstraint(condition=Q(duty__in=Duty.values), name="accounts_posting_duty_known"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="accounts_posting_ends_after_start"
            ),
            models.UniqueConstraint(fields=("user", "duty", "place", "starts_on"), name="accounts_posting_once"),
        )

    def __str__(self) -> str:
        return f"{self.place} · {self.get_duty_display()}"


class FormerPassword(models.Model):
    """The hash of a password an account has or had, so that it is not chosen again soon."""

    scope_exempt = "reached only through its account, and never shown"

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    password = models.CharField(max_length=128)
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-pk",)


class UserSession(AbstractBaseSession):
    """A signed-in browser. It names its account, so that a person sees and ends own sessions."""

    scope_exempt = "seen and ended by its own user only"

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")
    address = models.CharField(_("网络地址"), max_length=45, default="")
    browser = models.CharField(_("浏览器"), max_length=200, default="")
    began_at = models.DateTimeField(_("登录时间"), default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = _("登录会话")
        ordering = ("-began_at",)

    @classmethod
    def get_session_store_class(cls) -> type:
        from healthaid.accounts.sessions import SessionStore  # noqa: PLC0415 -- the store imports this model

        return SessionStore
