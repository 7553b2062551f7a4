import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from healthaid.accounts.enums import Duty
from healthaid.accounts.models import User
from healthaid.accounts.selectors import soon_disabled


class AccountFilter(django_filters.FilterSet):
    """Search by part of a name, by duty, and by whether the account is in use."""

    q = django_filters.CharFilter(method="search", label=_("姓名、账号或单位"))
    duty = django_filters.ChoiceFilter(method="held", choices=Duty.choices, label=_("职责"), empty_label=_("全部职责"))
    state = django_filters.ChoiceFilter(
        method="in_state",
        choices=[
            ("open", pgettext_lazy("account", "启用")),
            ("idle", _("久未使用，即将停用")),
            ("closed", pgettext_lazy("account", "已停用")),
        ],
        label=_("状态"),
        empty_label=_("全部状态"),
    )

    class Meta:
        model = User
        fields = ("q", "duty", "state")

    def search(self, rows: QuerySet, _name: str, words: str) -> QuerySet:
        words = words.strip()
        return rows.filter(Q(full_name__contains=words) | Q(username__contains=words) | Q(unit__contains=words))

    def held(self, rows: QuerySet, _name: str, duty: str) -> QuerySet:
        return rows.filter(postings__duty=duty).distinct()

    def in_state(self, rows: QuerySet, _name: str, state: str) -> QuerySet:
        if state == "idle":
            return rows.filter(pk__in=soon_disabled(self.request.user, timezone.now()))
        return rows.filter(is_active=state == "open")
