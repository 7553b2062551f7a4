"""The policy for reading, open to everybody signed in: parameters by place and day, documents, diseases, conflicts."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from healthaid.policy import catalogue, selectors
from healthaid.policy.domain import Conflict, Document, Parameter, Range, Value
from healthaid.policy.enums import Topic
from healthaid.policy.forms import QuestionForm
from healthaid.policy.selectors import Answer
from healthaid.policy.texts import shown


@dataclass(frozen=True, slots=True)
class ValueLine:
    """A value in words, with what it rests on."""

    value: Value
    text: str
    document: Document
    place: str

    @property
    def is_open(self) -> bool:
        """Whether the region still has to choose."""
        return isinstance(self.value.worth, Range)


@dataclass(frozen=True, slots=True)
class Line:
    """A parameter with what prevails and its history."""

    parameter: Parameter
    prevailing: ValueLine | None
    history: list[ValueLine]


class ParameterList(TemplateView):
    template_name = "policy/parameter_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        known = selectors.known_places(self.request.user)  # type: ignore[arg-type]
        first = next(iter(known), "530000")
        asked = {"place": first, "on": timezone.localdate().isoformat()} | self.request.GET.dict()
        form = QuestionForm(asked)
        topics: list[tuple[str, list[Line]]] = []
        if form.is_valid():
            rules = selectors.rules_at(form.cleaned_data["place"], form.cleaned_data["on"])
            topics = by_topic(selectors.answers(rules), form.cleaned_data["topic"])
        return super().get_context_data(title=_("政策"), form=form, known=known, topics=topics, **kwargs)


class DocumentList(TemplateView):
    template_name = "policy/document_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        names = selectors.place_names()
        documents = [(item, names.get(item.place, item.place)) for item in catalogue.documents().values()]
        return super().get_context_data(title=_("政策文件"), documents=documents, **kwargs)


class DiseaseList(TemplateView):
    template_name = "policy/disease_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lists = catalogue.disease_lists()
        chosen = self.request.GET.get("list", "")
        rows = catalogue.members(chosen) if chosen in lists else tuple(catalogue.diseases().values())
        return super().get_context_data(
            title=_("病种目录"), lists=lists.values(), chosen=lists.get(chosen), diseases=rows, **kwargs
        )


class ConflictList(TemplateView):
    template_name = "policy/conflict_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        names = selectors.place_names()
        conflicts = [conflict_line(conflict, names) for conflict in selectors.conflicts()]
        return super().get_context_data(title=_("政策冲突"), conflicts=conflicts, **kwargs)


KINDS: dict[str, str | Promise] = {
    "outside_range": _("下级规定超出上级幅度"),
    "contradiction": _("两份文件规定相反"),
}


def conflict_line(conflict: Conflict, names: dict[str, str]) -> dict[str, Any]:
    """A conflict in words."""
    unit = conflict.parameter.unit
    return {
        "parameter": conflict.parameter,
        "kind": KINDS[conflict.kind],
        "superior": value_line(conflict.superior, unit, names),
        "subordinate": value_line(conflict.subordinate, unit, names),
        "prevailing": catalogue.documents()[conflict.prevailing.source],
    }


def by_topic(answers: list[Answer], topic: str) -> list[tuple[str, list[Line]]]:
    """The lines of one topic or of all, in the order in which topics are declared."""
    order = Topic.values
    names = selectors.place_names()
    rows = sorted(answers, key=lambda answer: order.index(topic_of(answer)))
    groups = groupby(rows, key=topic_of)
    return [(str(Topic(key).label), [line(row, names) for row in group]) for key, group in groups if topic in {"", key}]


def topic_of(answer: Answer) -> str:
    """The first part of the parameter's name."""
    return answer.parameter.name.split(".")[0]


def line(answer: Answer, names: dict[str, str]) -> Line:
    """An answer in words."""
    unit = answer.parameter.unit
    return Line(
        answer.parameter,
        value_line(answer.prevailing, unit, names) if answer.prevailing else None,
        [value_line(value, unit, names) for value in answer.history],
    )


def value_line(value: Value, unit: str, names: dict[str, str]) -> ValueLine:
    """A value in words."""
    return ValueLine(
        value, shown(value.worth, unit), catalogue.documents()[value.source], names.get(value.place, value.place)
    )
