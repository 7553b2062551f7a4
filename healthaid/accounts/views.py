from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.generic import TemplateView

from healthaid.accounts import actions, selectors
from healthaid.accounts.enums import Ability
from healthaid.accounts.filters import AccountFilter
from healthaid.accounts.forms import (
    AccountChangeForm,
    AccountEnableForm,
    AccountForm,
    PasswordForm,
    PostingEndForm,
    PostingForm,
    SignInForm,
)
from healthaid.accounts.models import Posting, User
from healthaid.accounts.passwords import is_expired
from healthaid.accounts.permissions import may_administer, may_enable, may_end_posting
from healthaid.accounts.tables import AccountTable
from healthaid.audit.history import WithHistory
from healthaid.core.decisions import Decision
from healthaid.core.vault import vault
from healthaid.core.views import ActionView, FormActionView, ScopedListView

FIRST_PASSWORD = "first_password"  # noqa: S105 -- the name of a session item


def address_of(request: HttpRequest) -> str:
    """Where a request comes from, as the server saw it; a header of the client's own is never believed."""
    return request.META.get("REMOTE_ADDR", "")


class SignIn(LoginView):
    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True
    extra_context = {"title": _("登录")}

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        session = self.request.session
        session["began"] = session["seen"] = int(timezone.now().timestamp())
        session["address"] = address_of(self.request)
        session["browser"] = self.request.headers.get("User-Agent", "")[:200]
        actions.record_sign_in(user=form.get_user(), address=address_of(self.request))
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        actions.record_failed_sign_in(
            username=form.cleaned_data.get("username", ""),
            address=address_of(self.request),
            is_locked=getattr(self.request, "axes_locked_out", False),
        )
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(nobody_yet=selectors.first_administrator_missing(), **kwargs)


class SignOut(LogoutView):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actions.record_sign_out(user=request.user, address=address_of(request))  # type: ignore[arg-type]
        return super().post(request, *args, **kwargs)


class PasswordChange(FormActionView):
    title = _("修改密码")
    template_name = "accounts/password_form.html"
    form_class = PasswordForm
    success_message = _("密码已修改。其他浏览器上的登录已失效。")
    back = reverse_lazy("accounts:profile")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: User = self.request.user  # type: ignore[assignment]
        return super().get_context_data(
            is_expired=is_expired(user, timezone.now()), is_first=user.must_change_password, **kwargs
        )

    def run(self, form: PasswordForm) -> str:
        user = actions.change_password(by=self.request.user, password=form.cleaned_data["password"])  # type: ignore[arg-type]
        update_session_auth_hash(self.request, user)
        return reverse("home")


class Profile(TemplateView):
    """The user's own postings and signed-in browsers."""

    template_name = "accounts/profile.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: User = self.request.user  # type: ignore[assignment]
        return super().get_context_data(
            title=_("我的账号"),
            postings=user.current_postings(),
            sessions=selectors.sessions_for_page(user),
            own_key=self.request.session.session_key,
            **kwargs,
        )


class SessionEnd(ActionView):
    success_message = _("该浏览器已退出登录。")

    def run(self, *, number: int) -> str:
        actions.end_session(by=self.request.user, number=number)  # type: ignore[arg-type]
        return reverse("accounts:profile")


class AccountList(ScopedListView):
    title = pgettext_lazy("list", "账号")
    template_name = "accounts/account_list.html"
    ability = Ability.ADMINISTER
    rows = staticmethod(selectors.accounts_for_list)
    table_class = AccountTable
    filterset_class = AccountFilter
    ordering = ("username",)
    empty_text = _("您管辖的地方还没有账号。")


class AccountDetail(WithHistory):
    template_name = "accounts/account_detail.html"
    ability = Ability.ADMINISTER
    row = staticmethod(selectors.account_for_page)
    context_name = "account"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        user: User = self.request.user  # type: ignore[assignment]
        account: User = context["account"]
        sealed = self.request.session.pop(FIRST_PASSWORD, {}).get(str(account.pk), "")
        return context | {
            "title": account.full_name,
            "decision": may_administer(user, account),
            "postings": [(posting, may_end_posting(user, posting)) for posting in account.postings.all()],
            "today": timezone.localdate(),
            "days_left": account.days_left(timezone.now()),
            "first_password": vault().open(sealed, FIRST_PASSWORD),
        }


class AccountChanging(FormActionView):
    """A form about an account that the user looks after."""

    ability = Ability.ADMINISTER

    def load(self) -> User:
        return selectors.account_for_page(self.request.user, self.kwargs["pk"])  # type: ignore[arg-type]

    def decide(self) -> Decision:
        return may_administer(self.request.user, self.row)  # type: ignore[arg-type]


def show_once(request: HttpRequest, account: User, password: str) -> User:
    """Keep a first password, sealed, for the one next page that shows it."""
    request.session[FIRST_PASSWORD] = {str(account.pk): vault().seal(password, FIRST_PASSWORD)}
    return account


class AccountCreate(FormActionView):
    title = _("新建账号")
    ability = Ability.ADMINISTER
    form_class = AccountForm
    submit_label = _("新建")
    success_message = _("账号已建立。")
    back = reverse_lazy("accounts:account-list")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def run(self, form: AccountForm) -> User:
        account, password = actions.create_account(by=self.request.user, **form.cleaned_data)  # type: ignore[arg-type]
        return show_once(self.request, account, password)


class AccountChange(AccountChanging):
    title = _("修改账号")
    form_class = AccountChangeForm
    success_message = _("已保存。")

    def run(self, form: AccountChangeForm) -> User:
        return actions.change_account(by=self.request.user, account_id=self.kwargs["pk"], **form.cleaned_data)  # type: ignore[arg-type]


class PostingAdd(AccountChanging):
    title = _("登记任职")
    form_class = PostingForm
    success_message = _("任职已登记。")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def run(self, form: PostingForm) -> User:
        actions.add_posting(by=self.request.user, account_id=self.kwargs["pk"], **form.cleaned_data)  # type: ignore[arg-type]
        return self.row


class PostingEnd(FormActionView):
    title = _("结束任职")
    ability = Ability.ADMINISTER
    form_class = PostingEndForm
    success_message = _("任职的截止日期已登记。")
    is_danger = True
    warning = _("截止日期过后，此人在该地方不再有这项职责。")

    @property
    def back(self) -> str:  # type: ignore[override]
        return self.row.user.get_absolute_url()

    def load(self) -> Posting:
        return selectors.posting_for_page(self.request.user, self.kwargs["pk"])  # type: ignore[arg-type]

    def decide(self) -> Decision:
        return may_end_posting(self.request.user, self.row)  # type: ignore[arg-type]

    def run(self, form: PostingEndForm) -> User:
        posting = actions.end_posting(
            by=self.request.user,  # type: ignore[arg-type]
            posting_id=self.kwargs["pk"],
            ends_on=form.cleaned_data["ends_on"],
        )
        return posting.user


class AccountDisable(ActionView):
    ability = Ability.ADMINISTER
    success_message = _("账号已停用，其登录已全部失效。")

    def run(self, *, pk: int) -> User:
        return actions.disable_account(by=self.request.user, account_id=pk)  # type: ignore[arg-type]


class AccountEnable(AccountChanging):
    title = _("启用账号")
    form_class = AccountEnableForm
    submit_label = _("启用")
    success_message = _("账号已启用。")

    def decide(self) -> Decision:
        return may_enable(self.request.user, self.row)  # type: ignore[arg-type]

    def run(self, form: AccountEnableForm) -> User:
        return actions.enable_account(
            by=self.request.user,  # type: ignore[arg-type]
            account_id=self.kwargs["pk"],
            reason=form.cleaned_data["reason"],
        )


class PasswordReset(ActionView):
    ability = Ability.ADMINISTER
    success_message = _("密码已重置，登录锁定已解除。")

    def run(self, *, pk: int) -> User:
        return show_once(self.request, *actions.reset_password(by=self.request.user, account_id=pk))  # type: ignore[arg-type]
