"""Numbers of the policy to try, chosen by their labels under the topic they belong to."""

from itertools import groupby
from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from healthaid.core.phrases import noted
from healthaid.coverage.settlement.rulebook import READ
from healthaid.policy import catalogue
from healthaid.policy.domain import Parameter
from healthaid.policy.enums import Topic, Unit


def _grouped() -> list[tuple[str, Any]]:
    known = [
        item for item in catalogue.parameters().values() if item.name in READ and item.unit not in ("rule", "list")
    ]
    known.sort(key=lambda item: Topic.values.index(_topic(item)))
    groups = groupby(known, key=_topic)
    choices = [(str(Topic(topic).label), [(item.name, _label(item)) for item in items]) for topic, items in groups]
    return [("", _("不改")), *choices]


def _topic(parameter: Parameter) -> str:
    return parameter.name.split(".")[0]


def _label(parameter: Parameter) -> str:
    return noted(parameter.label, str(Unit(parameter.unit).label))


NUMBERS = lazy(_grouped, list)()


def number_to_try(turn: int) -> tuple[forms.ChoiceField, forms.CharField]:
    """The fields of one number, counted from 1: which it is, and the value to try."""
    return (
        forms.ChoiceField(label=_("政策数值 %(number)s") % {"number": turn}, choices=NUMBERS, required=False),
        forms.CharField(
            label=_("试算值 %(number)s") % {"number": turn},
            max_length=20,
            required=False,
            help_text=_("例如 0.85、85%、9000"),
        ),
    )
