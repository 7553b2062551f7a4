import json

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from healthaid.policy.models import LocalValue
from healthaid.reports.models import MonthlyReport


def test_monthly_report_counts_keeps_writes_and_tells(county, tmp_path, capsys):
    out = tmp_path / "june.xlsx"

    call_command("monthly_report", month="2018-06", place="533103", out=out)

    told = json.loads(capsys.readouterr().out)
    assert told["people"] == 4
    assert told["contracts"] == {"numerator": 2, "denominator": 4, "rate": 0.5}
    assert load_workbook(out).sheetnames == ["月报", "导出说明"]
    assert MonthlyReport.objects.get().place == county


def test_monthly_report_of_a_county_without_an_income_line_tells_null(county, tmp_path, capsys):
    LocalValue.objects.all().delete()

    call_command("monthly_report", month="2018-06", place="533103", out=tmp_path / "june.xlsx")

    told = json.loads(capsys.readouterr().out)
    assert (told["people"], told["own_payments_above"]) == (4, None)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"month": "2018-13"}, "2018-06"),
        ({"month": "2999-01"}, "还没有开始"),
        ({"place": "999999"}, "no county"),
        ({"place": "533100"}, "no county"),
        ({"out": "missing/june.xlsx"}, "folder"),
    ],
)
def test_monthly_report_tells_a_bad_call_and_keeps_nothing(county, tmp_path, changes, reason):
    call = {"month": "2018-06", "place": "533103", "out": tmp_path / "june.xlsx"} | changes
    if isinstance(call["out"], str):
        call["out"] = tmp_path / call["out"]

    with pytest.raises(CommandError, match=reason) as told:
        call_command("monthly_report", **call)

    assert told.value.returncode == 2
    assert not MonthlyReport.objects.exists()
    assert list(tmp_path.iterdir()) == []
