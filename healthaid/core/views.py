"""What pages are assembled from: a list, a page about one row, a form that acts, a button that acts."""

import uuid
from collections.abc import Callable
from typing import Any, ClassVar, Protocol

import django_filters
from django.contrib import messages
from django.core import signing
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import DatabaseError
from django.db.models import QuerySet
from django.forms import BaseForm, ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView, View

from healthaid.core.decisions import Decision, Refused, Stale, require
from healthaid.core.failing import tell_limit
from healthaid.core.forms import chosen_text, is_search, stored_texts
from healthaid.core.keyset import COUNT_CAP, count_capped, page_of
from healthaid.core.receipts import first_answer, once
from healthaid.core.tables import Table


def refuse(request: HttpRequest, reason: str) -> HttpResponse:
    """The page that says why something one can see may not be done."""
    return render(request, "refused.html", {"reason": reason}, status=403)


class Rows(Protocol):
    """A selector of many rows, user first."""

    def __call__(self, user: Any, /) -> QuerySet: ...


class Row(Protocol):
    """A selector of one row; raises DoesNotExist for a row the user may not see."""

    def __call__(self, user: Any, pk: Any, /) -> Any: ...


class AbilityMixin:
    """Opens a page only to users who hold an ability somewhere; others get a reasoned refusal."""

    request: Any  # an HttpRequest whose user is an account, a class that core cannot name
    ability: ClassVar[str] = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.ability and not self.request.user.can(self.ability):
            return refuse(request, _("您的岗位没有使用此功能的权限。"))
        try:
            return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        except Refused as refused:
            return refuse(request, str(refused))
        except ObjectDoesNotExist as error:
            raise Http404 from error


class Chip:
    """An active filter: what it says, and the address of the list without it."""

    def __init__(self, label: str, value: str, url: str) -> None:
        self.label, self.value, self.url = label, value, url


class ScopedListView(AbilityMixin, TemplateView):
    """A list = selector + table + filter, in pages by key, with a capped count and removable filters."""

    template_name = "components/list_page.html"
    title: str | Promise = ""
    rows: ClassVar[Rows]
    table_class: Callable[..., Table]
    filterset_class: ClassVar[type[django_filters.FilterSet] | None] = None
    ordering: tuple[str, ...] = ("path", "pk")  # every field runs the same way, the last is unique
    page_size = 50
    count_cap = COUNT_CAP  # rows counted at most
    empty_text: ClassVar[str | Promise] = ""  # what this list is and how to begin
    sheet: ClassVar[str] = ""  # the kind of sheet in which these rows go out
    sheet_page: ClassVar[str] = ""  # or the address, with the list's own arguments, where they go out as shown

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = self.get_rows()
        filters = None
        if self.filterset_class:
            filters = self.filterset_class(self.request.GET, queryset=rows, request=self.request)
            rows = filters.qs if filters.form.is_valid() else rows.none()
        try:
            page = page_of(
                rows,
                self.ordering,
                self.page_size,
                after=self.request.GET.get("after", ""),
                before=self.request.GET.get("before", ""),
            )
        except signing.BadSignature as error:
            raise Http404 from error
        chips = self.chips(filters)
        return super().get_context_data(
            title=self.title,
            table=self.table_class(page.rows),
            page=page,
            count=count_capped(rows, self.count_cap),
            filters=filters,
            chips=chips,
            is_filtering=bool(chips or (filters is not None and filters.form.errors)),
            filter_query=self.query_without("after", "before"),
            empty_text=self.empty_text,
            export_url=self.export_url(filters) if page.rows else "",
            **kwargs,
        )

    def export_url(self, filters: django_filters.FilterSet | None) -> str:
        """Where the filtered rows go out; in a sheet not while words are searched, for what chose it is remembered."""
        if self.sheet_page:
            query = self.query_without("after", "before")
            return f"{reverse(self.sheet_page, kwargs=self.kwargs)}?{query}".rstrip("?")
        if not self.sheet or filters is None or not filters.form.is_valid():
            return ""
        chosen = {name: self.request.GET[name] for name in filters.form.fields if self.request.GET.get(name)}
        if any(is_search(filters.form.fields[name]) for name in chosen):
            return ""
        url = reverse("exchange:export", args=[self.sheet])
        return f"{url}?{urlencode(chosen)}" if chosen else url

    def get_rows(self) -> QuerySet:
        """The rows the user may see, before filters."""
        return type(self).rows(self.request.user)

    def chips(self, filters: django_filters.FilterSet | None) -> list[Chip]:
        """The filters in force, each with the address that removes it."""
        if filters is None or not filters.form.is_valid():
            return []
        return [
            Chip(str(bound.label), chosen_text(bound), "?" + self.query_without("after", "before", name))
            for name, bound in ((name, filters.form[name]) for name in filters.form.fields)
            if filters.form.cleaned_data.get(name) not in (None, "", [], False) and not bound.is_hidden
        ]

    def query_without(self, *names: str) -> str:
        """The address' query without some of its parts."""
        query: QueryDict = self.request.GET.copy()
        for name in names:
            query.pop(name, None)
        return query.urlencode()


class ScopedDetailView(AbilityMixin, TemplateView):
    """A page about one row that the user may see; others get 404."""

    row: ClassVar[Row]
    context_name: ClassVar[str] = "row"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.object = type(self).row(self.request.user, kwargs["pk"])
        return super().get_context_data(**{self.context_name: self.object}, **kwargs)


class FormActionView(AbilityMixin, FormView):
    """A form whose saving is one action: once per form, never over somebody else's newer version.

    A subclass names `form_class`, `title`, and writes `run(form) -> row or address`; for a form about an existing
    row also `load()`, and `decide()` when some who see the row may not change it.
    A form about a versioned row carries the version in its hidden field `version`.
    """

    template_name = "components/form_page.html"
    title: ClassVar[str | Promise] = ""
    submit_label: ClassVar[str | Promise] = ""
    success_message: ClassVar[str | Promise] = ""
    back: ClassVar[str | Promise] = ""
    corrects: ClassVar[bool] = False  # a form of stored values that is no ModelForm
    is_danger: ClassVar[bool] = False  # something ends that this form does not bring back: the button is red
    warning: ClassVar[str | Promise] = ""  # what ends, in a sentence, where the page does not say it anyway

    def run(self, form: Any) -> Any:
        """Call the action; return the row or address to go to."""
        raise NotImplementedError

    def load(self) -> Any:
        """The row the form is about, as the user may see it, or None. DoesNotExist becomes 404."""
        return None

    def decide(self) -> Decision | None:
        """May the user do this at all?"""
        return None

    def prepare(self) -> None:
        """Load the row and refuse before anything is shown or done."""
        self.row = self.load()
        decision = self.decide()
        if decision is not None:
            require(decision)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.prepare()
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002 -- Django's form
        # A second click meets rows that the first one changed: it is led where the first led, not told of an error.
        key = request.POST.get("form_key", "")[:36]
        if first := first_answer(self.request.user, key):
            return HttpResponseRedirect(first)
        self.prepare()
        form = self.get_form()
        if not form.is_valid():
            first = first_answer(self.request.user, key)
            return HttpResponseRedirect(first) if first else self.answer(form, status=422)
        try:
            target = once(self.request.user, key or str(uuid.uuid4()), lambda: resolve_url(self.run(form)))
        except Stale as stale:
            return self.answer(form, status=409, conflict=self.conflict(form, stale.current))
        except (Refused, ValidationError, DatabaseError) as error:
            return self.answer(form, status=add_reason(form, error))
        if self.success_message:
            messages.success(request, str(self.success_message))
        return HttpResponseRedirect(target)

    def get_initial(self) -> dict[str, Any]:
        version = getattr(self.row, "version", None)
        return super().get_initial() | ({} if version is None else {"version": version})

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        if issubclass(self.get_form_class(), ModelForm) and self.row is not None:
            kwargs["instance"] = self.row
        if "data" in kwargs:
            kwargs["data"] = self.with_choices(kwargs["data"])
        return kwargs

    def with_choices(self, data: QueryDict) -> QueryDict:
        """The posted values, with the other person's wherever the user chose theirs after a conflict."""
        taken = [name.removeprefix("choice_") for name in data if name.startswith("choice_") and data[name] == "theirs"]
        if not taken:
            return data
        theirs = self.form_for(self.row)
        data = data.copy()
        for name in taken:
            if name in theirs.fields:
                value = theirs[name].value()
                data.setlist(name, value if isinstance(value, list) else ["" if value is None else str(value)])
        return data

    def form_for(self, row: Any) -> BaseForm:
        """An unbound form holding a row's present values."""
        form_class = self.get_form_class()
        if issubclass(form_class, ModelForm):
            return form_class(**{**super().get_form_kwargs(), "data": None, "files": None, "instance": row})
        return form_class(**{**super().get_form_kwargs(), "data": None, "files": None})

    def conflict(self, form: BaseForm, current: Any) -> list[dict[str, Any]]:
        """Each field in which the user's input differs from the row as somebody else saved it."""
        theirs = self.form_for(current)
        return [
            {
                "name": name,
                "label": form[name].label,
                "mine": chosen_text(form[name]),
                "theirs": chosen_text(theirs[name]),
            }
            for name in form.fields
            if name != "version" and not form[name].is_hidden and chosen_text(form[name]) != chosen_text(theirs[name])
        ]

    def answer(self, form: BaseForm, *, status: int, conflict: list[dict[str, Any]] | None = None) -> HttpResponse:
        """The form again, with what the person typed."""
        current = self.load() if conflict is not None else None
        context = self.get_context_data(form=form, conflict=conflict, current_version=getattr(current, "version", None))
        return self.render_to_response(context, status=status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(
            title=self.title,
            row=self.row,
            submit_label=self.submit_label or _("保存"),
            is_danger=self.is_danger,
            warning=self.warning,
            back=self.back or getattr(self.row, "get_absolute_url", lambda: "")(),
            form_key=str(uuid.uuid4()),
            **{"conflict": None} | kwargs,
        )
        form = context["form"]
        shows_stored = self.corrects or getattr(getattr(form, "instance", None), "pk", None) is not None
        return context | {"stored": stored_texts(form) if shows_stored else None}


def add_reason(form: BaseForm, error: Refused | ValidationError | DatabaseError) -> int:
    """Put on the form why nothing was saved; the status of the answer. Raises what is no answer to a person."""
    if isinstance(error, Refused):
        form.add_error(None, str(error))
        return 403
    if isinstance(error, ValidationError):
        add_errors(form, error)
        return 422
    if not tell_limit(error):
        raise error
    form.add_error(None, _("系统太忙，这次没有保存。您填写的内容都在，请稍等片刻再保存一次。"))
    return 503


def add_errors(form: BaseForm, error: ValidationError) -> None:
    """Put an action's errors beside the fields they are about; those of fields not on the form go on top."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)  # type: ignore[arg-type]


class ActionView(AbilityMixin, View):
    """A button: POST runs one action and goes back. Unseen rows are 404, refusals a page with the reason."""

    http_method_names = ["post"]
    success_message: ClassVar[str | Promise] = ""

    def run(self, *args: Any, **kwargs: Any) -> Any:
        """Call the action with what the address names; return the row or address to go to."""
        raise NotImplementedError

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        key = request.POST.get("form_key", "")[:36]
        if first := first_answer(self.request.user, key):
            return HttpResponseRedirect(first)
        try:
            target = once(self.request.user, key or str(uuid.uuid4()), lambda: resolve_url(self.run(**kwargs)))
        except Stale:
            return refuse(request, _("别人刚刚改过这条记录，请重新打开后再操作。"))
        except ValidationError as error:
            return refuse(request, "；".join(error.messages))
        if self.success_message:
            messages.success(request, str(self.success_message))
        return HttpResponseRedirect(target)
