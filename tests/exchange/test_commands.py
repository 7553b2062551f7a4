"""import_sheet and export_sheet: one JSON line, exit codes, outputs, no traceback for a bad call."""

import json
from datetime import date

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from healthaid.exchange.models import ImportBatch
from patients.models import Person
from tests.exchange.sheets import csv_file, register_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    """Writes rows to a file and gives its path."""

    def written(*rows, name="register.csv"):
        path = tmp_path / name
        path.write_bytes(csv_file(rows))
        return str(path)

    return written


def run(capsys, *arguments, **options):
    """The exit code and the JSON line of an import."""
    try:
        call_command("import_sheet", *arguments, **options)
        code = 0
    except SystemExit as stop:
        code = stop.code
    return code, json.loads(capsys.readouterr().out)


def test_import_prints_one_line(people, file, capsys):
    path = file(register_row(1), register_row(2, 与户主关系="配偶"))

    first = run(capsys, "register", path, user="poverty")
    second = run(capsys, "register", path, user="poverty")

    assert first == (0, {"rows": 2, "new": 2, "changed": 0, "unchanged": 0, "errors": 0})
    assert second == (0, {"rows": 2, "new": 0, "changed": 0, "unchanged": 2, "errors": 0})


def test_check_applies_nothing(people, file, capsys):
    code, line = run(capsys, "register", file(register_row(1)), user="poverty", check=True)

    assert (code, line["new"], Person.objects.count()) == (0, 1, 0)


def test_errors_are_listed_and_nothing_applied(people, file, tmp_path, capsys):
    bad = register_row(2, 2, 证件号码=register_row(2)["证件号码"][:-1] + "?", 行政村="遮天村")
    problems, marked = tmp_path / "problems.jsonl", tmp_path / "errors.xlsx"

    code, line = run(capsys, "register", file(register_row(1), bad), user="poverty", problems=problems, errors=marked)

    assert (code, line) == (1, {"rows": 2, "new": 0, "changed": 0, "unchanged": 0, "errors": 1} | {"new": line["new"]})
    found = [json.loads(text) for text in problems.read_text(encoding="utf-8").splitlines()]
    assert [(each["row"], each["column"], each["value"]) for each in found] == [
        (3, "行政村", "遮天村"),
        (3, "证件号码", bad["证件号码"][:6] + "********" + bad["证件号码"][-4:]),
    ]
    assert set(found[0]) == {"sheet", "row", "column", "value", "reason"}
    assert marked.stat().st_size > 0
    assert not Person.objects.exists()


@pytest.mark.parametrize(
    ("kind", "user", "message"),
    [
        ("nothing", "poverty", "There is no sheet"),
        ("register", "stranger", "no active account"),
        ("register", "reader", "职责不包括"),
    ],
)
def test_bad_call_is_told_with_exit_code_two(people, file, kind, user, message):
    with pytest.raises(CommandError, match=message) as stopped:
        call_command("import_sheet", kind, file(register_row(1)), user=user)

    assert stopped.value.returncode == 2


@pytest.mark.parametrize("data", [None, b"nothing that is a sheet"])
def test_file_that_is_missing_or_no_sheet_is_a_bad_call(people, tmp_path, data):
    path = tmp_path / "register.xlsx"
    if data is not None:
        path.write_bytes(data)

    with pytest.raises(CommandError, match=r"register\.xlsx") as stopped:
        call_command("import_sheet", "register", str(path), user="poverty")

    assert stopped.value.returncode == 2


@pytest.mark.parametrize("option", ["problems", "errors"])
@pytest.mark.parametrize("place", ["nowhere/out", ""])
def test_output_that_cannot_be_written_is_told_before_anything_is(people, file, tmp_path, option, place):
    with pytest.raises(CommandError, match=str(tmp_path / place)) as stopped:
        call_command("import_sheet", "register", file(register_row(1)), user="poverty", **{option: tmp_path / place})

    assert stopped.value.returncode == 2
    assert not Person.objects.exists()
    assert not ImportBatch.objects.exists()


def test_nothing_of_an_earlier_run_stays_in_the_outputs(people, file, tmp_path, capsys):
    outputs = {"problems": tmp_path / "problems.jsonl", "errors": tmp_path / "errors.xlsx"}
    for path in outputs.values():
        path.write_text("old")

    run(capsys, "register", file(register_row(1)), user="poverty", **outputs)

    assert [path.read_bytes() for path in outputs.values()] == [b"", b""]


@pytest.mark.parametrize("place", ["nowhere/out.xlsx", "full.xlsx", "full.csv"])
def test_export_that_cannot_be_written_is_one_line(people, tmp_path, place):
    (tmp_path / "full.xlsx").symlink_to("/dev/full")
    (tmp_path / "full.csv").symlink_to("/dev/full")

    with pytest.raises(CommandError, match=place) as stopped:
        call_command("export_sheet", "register", str(tmp_path / place), user="poverty")

    assert stopped.value.returncode == 2


@pytest.mark.parametrize("name", ["out.xlsx", "out.csv"])
def test_what_is_exported_can_be_imported_again_unchanged(people, file, tmp_path, capsys, name):
    rows = [
        register_row(1, 户联系电话="13800000001", 残疾证号=register_row(1)["证件号码"] + "43", 重点人群="残疾人"),
        register_row(2, 与户主关系="配偶", 健康状况="残疾、长期慢性病", 务工时间="3", 是否参加大病保险="否"),
        register_row(3, 2, 证件号码="", 性别="女", 出生日期=date(2017, 3, 1), 自然村="=1+1"),
        register_row(4, 3, 脱贫属性="已脱贫", 脱贫时间="2017-12-01", 人均纯收入="3210.55", 危房户="是"),
    ]
    assert run(capsys, "register", file(*rows), user="poverty")[0] == 0
    out = tmp_path / name

    call_command("export_sheet", "register", str(out), user="poverty")
    assert json.loads(capsys.readouterr().out) == {"rows": 4}

    assert run(capsys, "register", str(out), user="poverty") == (
        0,
        {"rows": 4, "new": 0, "changed": 0, "unchanged": 4, "errors": 0},
    )
