"""The rules of the house, checked on the sources and on the running models."""

import re
from functools import reduce
from itertools import product
from pathlib import Path

import pytest
from celery import current_app
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse
from django.utils.module_loading import import_string

from healthaid.accounts.enums import Ability
from healthaid.core.scoping import Scope
from tests.access.matrix import PUBLIC
from tests.access.world import build_world, named_urls

BASE = Path(settings.BASE_DIR)
ROOMS = ("healthaid", "facilities", "patients", "signing")
EDGES = ("views", "tables", "filters", "forms", "urls", "permissions", "domain")
MODELS = [model for model in apps.get_models() if model.__module__.startswith(ROOMS)]
SCOPED = [model for model in MODELS if hasattr(model, "scope_paths")]
TEMPLATES = sorted((BASE / "templates").rglob("*.html"))
# A form choice field needs a queryset to begin with, and gets the user's own in __init__.
PLACEHOLDER = re.compile(r"\.objects\.none\(\)")
MANAGER = re.compile(r"\.(?:objects|_default_manager)\b")


# A request's own words as names of arguments: filter(**request.GET), Q(**self.request.POST.dict()).
SPREAD = re.compile(r"\*\*\s*(?:self\.)?request\.(?:GET|POST|headers|COOKIES)\b[^\n]*")


def found_in(paths, find):
    """What is found in the texts of files, by the names of those in which there is something."""
    texts = {str(path.relative_to(BASE)): path.read_text(encoding="utf-8") for path in paths}
    return {name: found for name, text in texts.items() if (found := find(text))}


def python_files():
    for room in ROOMS:
        yield from (BASE / room).rglob("*.py")


def edge_files():
    for room in ROOMS:
        for path in (BASE / room).rglob("*.py"):
            if path.stem in EDGES or path.parent.name in EDGES:
                yield path


def test_edge_files_ask_no_database():
    assert found_in(edge_files(), lambda source: MANAGER.findall(PLACEHOLDER.sub("", source))) == {}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_model_is_scoped_or_says_why_not(model):
    scoped, exempt = hasattr(model, "scope_paths"), getattr(model, "scope_exempt", "")

    assert scoped != bool(exempt)
    assert scoped or len(exempt) > 10


@pytest.mark.parametrize("model", SCOPED, ids=lambda model: model._meta.label)
def test_scoped_model_names_a_known_ability_and_real_paths(model):
    assert model.read_ability in Ability.values
    for path in model.scope_paths:
        *relations, column = path.split("__")
        owner = reduce(lambda at, name: at._meta.get_field(name).related_model, relations, model)
        assert owner._meta.get_field(column).get_internal_type() == "CharField"


def test_scope_narrow_and_covers_agree_row_by_row(people):
    """Which rows, and this row: the same answer for every scope and every row of every scoped model."""
    build_world(people)
    places = (people.here, people.township, people.elsewhere, people.county, people.other_county, people.country)
    scopes = [
        Scope(),
        *(Scope.of([place.path]) for place in places),
        Scope.of([people.here.path, people.far_away.path]),
    ]
    compared = 0
    for model, scope in product(SCOPED, scopes):
        rows = list(model.objects.all())
        inside = set(scope.narrow(model.objects.all()).values_list("pk", flat=True))
        assert inside == {row.pk for row in rows if scope.covers(row)}, (model, scope)
        compared += len(rows)

    assert compared > 100


def test_scope_of_nested_branches_keeps_the_widest():
    assert Scope.of(["1/2/3/", "1/2/", "1/20/"]).prefixes == {"1/2/", "1/20/"}


@pytest.mark.parametrize("prefix", ["1/2/", "1/20/"])
def test_scope_ends_at_the_slash(prefix):
    assert Scope.of([prefix]).covers_path(f"{prefix}7/")
    assert not Scope.of(["1/2/"]).covers_path("1/20/7/")


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_every_scheduled_task_exists():
    names = [entry["task"] for entry in current_app.conf.beat_schedule.values()]

    assert names
    for name in names:
        import_string(name)
        assert name in current_app.tasks


def test_broker_settings_lose_no_job_and_carry_no_code():
    conf = current_app.conf

    assert (conf.task_acks_late, conf.task_reject_on_worker_lost, conf.worker_prefetch_multiplier) == (True, True, 1)
    assert list(conf.accept_content) == ["json"]
    assert (
        current_app.tasks["healthaid.jobs.tasks.run_job"].time_limit
        < conf.broker_transport_options["visibility_timeout"]
    )


def test_views_ask_for_signing_in_or_are_declared_public():
    assert {name for name, view in named_urls() if not getattr(view.callback, "login_required", True)} == set(PUBLIC)


def test_public_pages_open_without_signing_in(client, people):
    assert client.get(reverse("accounts:sign-in")).status_code == 200
    assert client.get(reverse("home")).status_code == 302


INLINE = {
    "a script": re.compile(r"<script(?![^>]*\ssrc=)(?![^>]*type=\"application/json\")", re.IGNORECASE),
    "a style": re.compile(r"<style|\sstyle=\"", re.IGNORECASE),
    "a handler": re.compile(r"\son(?:click|change|submit|load|input|key\w+|mouse\w+)=", re.IGNORECASE),
    "a foreign address": re.compile(r"(?:src|href)=\"(?:https?:)?//", re.IGNORECASE),
    "unescaped text": re.compile(r"\|safe\b|autoescape off"),
}


def test_templates_hold_nothing_inline():
    def inline(source):
        return [name for name, pattern in INLINE.items() if pattern.search(source)]

    assert found_in(TEMPLATES, inline) == {}


FINE = (
    r"{% comment %}.*?{% endcomment %}",
    r"{% blocktranslate.*?{% endblocktranslate %}",
    r"{% translate .*?%}",
    r"{#.*?#}",
    r"_\(\".*?\"\)",
    r"date:\"[^\"]*\"",
    r"中文",
    r"[，：。；、（）～—…·]",
)
TRANSLATED = re.compile("|".join(FINE), re.DOTALL)


def test_words_of_templates_are_translated():
    """No Chinese outside translate tags, comments and the language's own name."""
    assert found_in(TEMPLATES, lambda source: re.findall(r"[\u4e00-\u9fff]+", TRANSLATED.sub("", source))) == {}


def test_no_request_is_spread_into_a_query():
    """Names of columns never come from a request: known holes of Django in such names (CVE-2022-28346) need it."""
    assert found_in(python_files(), SPREAD.findall) == {}
