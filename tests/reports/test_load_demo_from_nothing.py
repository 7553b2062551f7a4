"""What load_demo does on a portal that holds nothing, beside the county of test_load_demo."""

import pytest
from django.core.management import CommandError, call_command

from facilities.models import Facility
from healthaid.accounts.models import User
from patients.models import Person


def test_load_demo_makes_a_password_up_and_prints_it(db, monkeypatch, capsys):
    monkeypatch.delenv("DEMO_PASSWORD", raising=False)

    call_command("load_demo", people=0)

    *_, last = capsys.readouterr().out.splitlines()
    password = last.removeprefix("password: ")
    assert len(password) >= 12
    assert User.objects.get(username="county").check_password(password)
    assert Person.objects.count() == 0


def test_load_demo_refuses_in_production(db, settings):
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="never runs in production"):
        call_command("load_demo")

    assert not User.objects.exists()


def test_load_demo_leaves_nothing_behind_when_it_breaks(db, monkeypatch):
    def broken(**_options):
        raise RuntimeError("cut off")

    monkeypatch.setattr("healthaid.reports.demonstration.load.check_clinics", broken)

    with pytest.raises(RuntimeError, match="cut off"):
        call_command("load_demo", people=60)

    assert not User.objects.exists()
    assert not Facility.objects.exists()
