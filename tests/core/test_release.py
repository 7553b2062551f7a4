"""What a production start serves: no tools of developers, no demonstration, no account."""

import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.core.test_serve import ROOT, Serving
from tests.fresh_data import collected

TOOLS = re.compile(r"debug|silk|extensions|admindocs|runserver_plus|pytest|factory|playwright|hijack|rosetta")
MADE_BY_MIGRATIONS = {"audit_head", "django_content_type", "django_migrations", "auth_permission", "sqlite_sequence"}


def names_in(file: str) -> set[str]:
    """The packages that a file of requirements names."""
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    return {re.split(r"[=\[<>~;]", line)[0].strip().lower() for line in lines if line and line[0] not in "#-"}


def test_no_tool_of_developers_is_installed_or_switched_on():
    from healthaid import settings as real  # noqa: PLC0415 -- without what the tests change

    assert [name for name in (*real.INSTALLED_APPS, *real.MIDDLEWARE) if TOOLS.search(name)] == []
    assert [name for name in names_in("requirements.txt") if TOOLS.search(name)] == []
    assert names_in("requirements.txt") & names_in("requirements-dev.txt") == set()
    assert "django.contrib.admin" not in settings.INSTALLED_APPS


@pytest.mark.kill
def test_production_start_on_nothing_holds_no_account_no_sample_and_no_source_map_and_stops_by_ctrl_c(tmp_path):
    shutil.copytree(collected(), tmp_path / "data" / "static")  # by the same command; compressing takes long
    with Serving(tmp_path) as portal:
        said = "".join(portal.lines)
        folder = Path(portal.environment["DATA_DIR"])
        command = (sys.executable, "manage.py", "load_demo", "--people", "10")
        refused = subprocess.run(command, cwd=ROOT, env=portal.environment, capture_output=True, text=True, check=False)
        with sqlite3.connect(folder / "healthaid.sqlite3") as database:
            tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            filled = {name for name in tables if database.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone()}  # noqa: S608 -- our own names
        database.close()
        portal.stop(signal.SIGINT)  # as Ctrl-C does

    served = [file for file in (folder / "static").rglob("*") if file.is_file()]
    mapped = [
        file.name for file in served if file.suffix in {".js", ".css"} and b"sourceMappingURL" in file.read_bytes()
    ]
    assert filled <= MADE_BY_MIGRATIONS
    assert refused.returncode != 0
    assert "password" not in said.lower()
    assert len(served) > 20
    assert [file.name for file in served if file.suffix in {".map", ".ts", ".scss", ".py", ".xlsx", ".csv"}] == []
    assert mapped == []
