import json
import os
import sqlite3
import subprocess
import sys
from decimal import Decimal

import pytest
from django.conf import settings
from django.core.management import call_command

from tests.factories.policy import ConfirmedValueFactory, LocalDocumentFactory

pytestmark = pytest.mark.django_db


def ask(capsys, *words):
    call_command("policy", *words)
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_policy_prints_a_value_with_its_article(capsys):
    words = ("basic.inpatient.rate.county", "--place", "533103", "--on", "2018-07-15")

    assert ask(capsys, *words) == [
        {
            "parameter": "basic.inpatient.rate.county",
            "place": "533103",
            "on": "2018-07-15",
            "value": "0.90",
            "unit": "ratio",
            "source": "DH-2017-98",
            "article": "2",
            "from": "2017-10-20",
        }
    ]


def test_policy_prints_a_range_unless_a_number_is_demanded(capsys):
    words = ("basic.inpatient.rate.county", "--place", "532801", "--on", "2018-07-15")

    assert ask(capsys, *words)[0]["range"] == ["0.80", "0.85"]
    with pytest.raises(SystemExit, match="2"):
        call_command("policy", *words, "--number")
    assert capsys.readouterr().err.startswith("basic.inpatient.rate.county（地区532801，日期2018-07-15）")


def test_policy_reckons_tiers_with_a_population(capsys):
    words = ("clinic.doctors_per_thousand", "--place", "533103", "--on", "2018-07-15")

    assert ask(capsys, *words, "--population", "8000")[0]["value"] == "0.7"
    assert len(ask(capsys, *words)[0]["tiers"]) == 4


@pytest.mark.parametrize(
    "words",
    [
        ("clinic.area", "--place", "533103", "--on", "2016-01-01"),
        ("no.such.name", "--place", "533103", "--on", "2018-01-01"),
        ("clinic.area", "--place", "53", "--on", "2018-01-01"),
        ("clinic.area", "--place", "533103", "--on", "yesterday"),
        ("clinic.area", "--place", "533103", "--population", "-1"),
        ("clinic.area",),
        (),
        ("--conflicts", "--place", "x"),
        ("special_treatment.list", "--place", "533103", "--on", "2018-07-15", "--number"),
    ],
)
def test_policy_refuses_in_one_line_with_exit_2(capsys, words):
    with pytest.raises(SystemExit, match="2"):
        call_command("policy", *words)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert len(printed.err.strip().splitlines()) == 1


@pytest.mark.parametrize("place", ["533103001", "533103001201"])
def test_policy_names_the_place_as_it_was_asked_for(capsys, place):
    with pytest.raises(SystemExit, match="2"):
        call_command("policy", "no.such.name", "--place", place, "--on", "2018-01-01")

    assert f"地区{place}，" in capsys.readouterr().err


def test_policy_lists_conflicts_with_both_articles(capsys):
    lines = ask(capsys, "--conflicts", "--place", "533103")

    assert [(line["parameter"], line["superior"]["article"], line["subordinate"]["article"]) for line in lines] == [
        ("basic.inpatient.rate.county", "（二）", "2"),
        ("basic.inpatient.rate.prefecture", "（二）", "2"),
        ("critical.rate.from_50000", "（三）", "3"),
        ("service.dedicated_windows", "七", "8, 9"),
    ]


@pytest.mark.parametrize("state", ["missing", "empty"])
def test_policy_works_before_the_portal_is_set_up(tmp_path, state):
    if state == "empty":
        sqlite3.connect(tmp_path / "healthaid.sqlite3").close()
    words = ("policy", "basic.inpatient.rate.county", "--place", "533103", "--on", "2018-07-15")
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}}

    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=settings.BASE_DIR,
        env=kept | {"DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["value"] == "0.90"


def test_policy_and_conflicts_count_confirmed_local_values(capsys, coded):
    document = LocalDocumentFactory(place=coded.county)
    ConfirmedValueFactory(document=document, article="三")
    ConfirmedValueFactory(document=document, parameter="basic.inpatient.rate.county", number=Decimal("0.95"))
    words = ("critical.deductible.ordinary", "--place", "533103", "--on", "2018-07-15", "--number")

    line = ask(capsys, *words)[0]
    found = ask(capsys, "--conflicts", "--place", "533103")

    assert (line["value"], line["source"], line["article"]) == ("10000", document.source, "三")
    assert line["from"] == "2018-01-01"
    assert [each["superior"]["place"] for each in found if each["subordinate"]["source"] == document.source] == [
        "533100",
        "530000",
    ]
