"""`manage.py settle`, as a program that is given bytes."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.coverage.settlement.bills import stay

MANAGE = Path(__file__).parents[2] / "manage.py"


class Bytes:
    """Standard input made of these bytes."""

    def __init__(self, content):
        self.buffer = io.BytesIO(content)


@pytest.fixture
def settle(monkeypatch, capfd):
    def run(content, *options):
        content = content if isinstance(content, bytes) else json.dumps(content).encode()
        monkeypatch.setattr(sys, "stdin", Bytes(content))
        try:
            call_command("settle", *options)
            code = 0
        except SystemExit as end:
            code = end.code
        out, err = capfd.readouterr()
        return code, out, err

    return run


def test_one_bill_gives_one_result(settle):
    code, out, err = settle(stay())

    assert (code, err) == (0, "")
    assert list(json.loads(out)) == [
        "hospital",
        "basic",
        "critical",
        "assistance",
        "safety_net",
        "personal",
        "total",
        "year_to_date",
        "steps",
        "guarantees",
        "warnings",
        "engine",
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (stay(total="1.005"), ["total"]),
        (stay(facility={"level": "county", "tier": 9}), ["facility.tier"]),
        (stay(local={"a.b": 1}), ["local.a.b"]),
        (stay(region="532801"), ["basic.inpatient.rate.county", "532801", "2018-07-15"]),
        (stay(local={}), ["critical.deductible.ordinary", "533103", "2018-07-15"]),
        (stay(**{"new\nline": 1}), ["new"]),
        (b"", ["bill"]),
        (b"\xff", ["bill"]),
    ],
)
def test_refused_bill_gives_one_line_that_names_the_trouble(settle, content, words):
    code, out, err = settle(content)

    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert all(word in err for word in words)


def test_lines_keep_their_order_and_go_on_after_errors(settle):
    good = json.dumps(stay()).encode()
    missing = json.dumps(stay(region="532801")).encode()
    code, out, err = settle(b"\n".join([good, b"", b"{", missing, b"\xff", good]), "--lines")

    lines = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert [line.get("personal") for line in lines] == ["1940.00", None, None, None, None, "1940.00"]
    assert [set(line["error"]) for line in lines[1:5]] == [
        {"field", "message"},
        {"field", "message"},
        {"parameter", "message"},
        {"field", "message"},
    ]
    assert lines[3]["error"]["parameter"] == "basic.inpatient.rate.county"


def test_no_lines_give_no_lines(settle):
    assert settle(b"", "--lines") == (0, "", "")


def test_lines_are_answered_while_more_are_to_come(tmp_path):
    """A program may hand in one bill, read its result, and only then write the next."""
    command = [sys.executable, str(MANAGE), "settle", "--lines"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={"DATA_DIR": str(tmp_path)}
    ) as process:
        for total in ("20000.00", "19999.00"):
            process.stdin.write(json.dumps(stay(total=total)).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["total"] == total
        process.stdin.close()

    assert process.returncode == 0
