"""The policy for reading, open to everybody signed in: parameters by place and day, documents, diseases, conflicts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View

from healthaid.policy import catalogue
from healthaid.policy.catalogue import Disease
from healthaid.policy.consequences import enters_settlement
from healthaid.policy.domain import Conflict, Document, Parameter, Range, Value
from healthaid.policy.enums import Topic
from healthaid.policy.forms import AnyPlaceForm, DayForm, PlaceForm, QuestionForm
from healthaid.policy.models import LOCAL, LocalValue
from healthaid.policy.selectors.answers import Answer, answer_about, answers, spells
from healthaid.policy.selectors.conflicts import conflicts
from healthaid.policy.selectors.diseases import prefix_sets
from healthaid.policy.selectors.documents import articles_of, documents_named
from healthaid.policy.selectors.places import known_places, place_at, place_choices, place_names
from healthaid.policy.selectors.rules import Rules, rules_at
from healthaid.policy.selectors.values import superseded_values
from healthaid.policy.texts import said


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

    @property
    def local_document(self) -> str:
        """The number of the local document it rests on; empty for the reviewed ones."""
        return self.value.source.removeprefix(LOCAL) if self.value.source.startswith(LOCAL) else ""


class Wording:
    """Turns values into lines; the documents and places they name are read once for all of them."""

    def __init__(self, values: Iterable[Value], places: Iterable[str] = ()) -> None:
        known = list(values)
        self.documents = documents_named(value.source for value in known)
        self.names = place_names((*places, *(value.place for value in known)))

    def line(self, value: Value, unit: str) -> ValueLine:
        """A value in words."""
        place = self.names.get(value.place, value.place)
        return ValueLine(value, said(value, unit), self.documents[value.source], place)


@dataclass(frozen=True, slots=True)
class Line:
    """A parameter with what prevails and its history."""

    parameter: Parameter
    prevailing: ValueLine | None
    history: list[ValueLine]


def chooser(request: Any, form: type[PlaceForm]) -> PlaceForm:
    """What is asked: the place and day of the address, else the user's own place and today."""
    known = known_places(request.user)
    first = next(iter(known), "530000")
    return form({"place": first, "on": timezone.localdate().isoformat()} | request.GET.dict(), known=known)


class PlaceChoices(View):
    """Options of a searchable choice of places by their codes."""

    def get(self, request: HttpRequest) -> HttpResponse:
        words = request.GET.get("q", "").replace("\0", "")  # which PostgreSQL does not take
        return render(request, "regions/_place_options.html", {"options": place_choices(words)})


class ParameterList(TemplateView):
    template_name = "policy/parameter_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = chooser(self.request, QuestionForm)
        topics: list[tuple[str, list[Line]]] = []
        query = ""
        if form.is_valid():
            rules = rules_at(form.cleaned_data["place"], form.cleaned_data["on"])
            topics = by_topic(answers(rules), form.cleaned_data["topic"])
            query = f"place={rules.places[0]}&on={rules.on.isoformat()}"
        return super().get_context_data(title=_("政策"), form=form, topics=topics, query=query, **kwargs)


class ParameterDetail(TemplateView):
    """One parameter: all that was ever said about it at a place, and what prevails on a day."""

    template_name = "policy/parameter_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if kwargs["name"] not in catalogue.parameters():
            raise Http404
        form = chooser(self.request, DayForm)
        parameter = catalogue.parameters()[kwargs["name"]]
        found: dict[str, Any] = {}
        if form.is_valid():
            rules = rules_at(form.cleaned_data["place"], form.cleaned_data["on"])
            parameter = rules.parameter(parameter.name)
            found = timeline(parameter, rules)
        return super().get_context_data(title=parameter.label, parameter=parameter, form=form, **found, **kwargs)


@dataclass(frozen=True, slots=True)
class Spell:
    """From a day on one value prevails at the place, or none does."""

    starts_on: date
    prevailing: ValueLine | None
    is_shown_day: bool


def timeline(parameter: Parameter, rules: Rules) -> dict[str, Any]:
    """The values at the place and above it, those elsewhere, and which prevailed from which day on."""
    answer = answer_about(parameter, rules)
    elsewhere = [value for value in parameter.values if value.place not in rules.places]
    wording = Wording(parameter.values, rules.places)
    found = [
        Spell(first, wording.line(value, parameter.unit) if value else None, is_shown_day)
        for first, value, is_shown_day in spells(parameter, rules)
    ]
    return {
        "prevailing": wording.line(answer.prevailing, parameter.unit) if answer.prevailing else None,
        "must_choose": parameter in rules.must_choose(),
        "enters_settlement": enters_settlement(parameter.name),
        "tables": [
            (_("当地和上级的全部规定"), [wording.line(value, parameter.unit) for value in answer.history]),
            (_("其他地方的规定"), [wording.line(value, parameter.unit) for value in elsewhere]),
        ],
        "spells": found,
        "superseded": superseded_values(parameter.name, rules.places),
        "place_name": wording.names.get(rules.places[0], rules.places[0]),
        "on": rules.on,
    }


class DocumentList(TemplateView):
    template_name = "policy/document_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        names = place_names()
        documents = [(item, names.get(item.place, item.place)) for item in catalogue.documents().values()]
        return super().get_context_data(title=_("政策文件"), documents=documents, **kwargs)


class DocumentDetail(TemplateView):
    """A document article by article, each with the parameters that rest on it."""

    template_name = "policy/document_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        document = catalogue.documents().get(kwargs["key"])
        if document is None:
            raise Http404
        articles = articles_of(document)
        wording = Wording(value for rows in articles.values() for _parameter, value in rows)
        shown_articles = [
            (article, [(parameter, wording.line(value, parameter.unit)) for parameter, value in rows])
            for article, rows in articles.items()
        ]
        place = wording.names.get(document.place, document.place)
        return super().get_context_data(
            title=document.number, document=document, place=place, articles=shown_articles, **kwargs
        )


@dataclass(frozen=True, slots=True)
class DiseaseLine:
    """A disease with the ICD-10 prefixes that hold for it at the place and on the day asked about."""

    disease: Disease
    prefixes: tuple[str, ...]
    local: LocalValue | None  # the local set, where the prefixes are not the file's


class DiseaseList(TemplateView):
    template_name = "policy/disease_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = chooser(self.request, DayForm)
        lists = catalogue.disease_lists()
        chosen = lists.get(self.request.GET.get("list", ""))
        rows = catalogue.members(chosen.name) if chosen else tuple(catalogue.diseases().values())
        confirmed = catalogue.confirmed_members(chosen.name) if chosen else frozenset()
        return super().get_context_data(
            title=_("病种目录"),
            lists=lists.values(),
            chosen=chosen,
            form=form,
            query=f"place={form.cleaned_data['place']}&on={form.cleaned_data['on']}" if form.is_valid() else "",
            diseases=disease_lines(rows, form.cleaned_data if form.is_valid() else {}),
            confirmed=confirmed,
            unconfirmed_count=len(rows) - len(confirmed) if chosen else 0,
            **kwargs,
        )


def disease_lines(diseases: Iterable[Disease], asked: dict[str, Any]) -> list[DiseaseLine]:
    """The diseases with their prefixes at the place and day; those of the file where the place is unknown."""
    place = place_at(asked["place"]) if asked else None
    if place is None:
        return [DiseaseLine(disease, disease.icd10, None) for disease in diseases]
    sets, day = prefix_sets(), asked["on"]
    return [
        DiseaseLine(disease, sets.prefixes(disease, place.path, day), sets.local(disease.code, place.path, day))
        for disease in diseases
    ]


class ConflictList(TemplateView):
    template_name = "policy/conflict_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        known = known_places(self.request.user)  # type: ignore[arg-type]
        form = AnyPlaceForm(self.request.GET or None, known=known)
        if form.is_valid() and form.cleaned_data["place"]:
            found = conflicts(form.cleaned_data["place"])
        else:
            found = conflicts(with_local=False)
        return super().get_context_data(title=_("政策冲突"), form=form, conflicts=conflict_lines(found), **kwargs)


KINDS: dict[str, str | Promise] = {
    "outside_range": _("下级规定超出上级幅度"),
    "contradiction": _("两份文件规定相反"),
}


def conflict_lines(conflicts: list[Conflict]) -> list[dict[str, Any]]:
    """Conflicts in words."""
    wording = Wording(value for item in conflicts for value in (item.superior, item.subordinate))
    return [
        {
            "parameter": item.parameter,
            "kind": KINDS[item.kind],
            "superior": wording.line(item.superior, item.parameter.unit),
            "subordinate": wording.line(item.subordinate, item.parameter.unit),
            "prevailing": wording.documents[item.prevailing.source],
        }
        for item in conflicts
    ]


def by_topic(answers: list[Answer], topic: str) -> list[tuple[str, list[Line]]]:
    """The lines of one topic or of all, in the order in which topics are declared."""
    order = Topic.values
    wording = Wording(value for answer in answers for value in answer.history)
    rows = sorted(answers, key=lambda answer: order.index(topic_of(answer)))
    groups = groupby(rows, key=topic_of)
    return [
        (str(Topic(key).label), [line(row, wording) for row in group]) for key, group in groups if topic in {"", key}
    ]


def topic_of(answer: Answer) -> str:
    """The first part of the parameter's name."""
    return answer.parameter.name.split(".")[0]


def line(answer: Answer, wording: Wording) -> Line:
    """An answer in words."""
    unit = answer.parameter.unit
    return Line(
        answer.parameter,
        wording.line(answer.prevailing, unit) if answer.prevailing else None,
        [wording.line(value, unit) for value in answer.history],
    )
