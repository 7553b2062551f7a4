import django_filters
from django.utils.translation import gettext_lazy as _

from healthaid.jobs import registry
from healthaid.jobs.enums import JobState
from healthaid.jobs.models import Job


class JobFilter(django_filters.FilterSet):
    """By kind and state."""

    kind = django_filters.ChoiceFilter(choices=registry.labels(), label=_("任务"), empty_label=_("全部任务"))
    state = django_filters.ChoiceFilter(choices=JobState.choices, label=_("状态"), empty_label=_("全部状态"))

    class Meta:
        model = Job
        fields = ("kind", "state")
