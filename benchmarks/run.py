"""Run the benchmarks, each on the databases it names: run.py [NAME…]

A file bench_NAME.py has `DATABASES`, a tuple of "sqlite" and "postgresql", and `benches()`, which prepares rows in an
empty migrated database and yields measuring.Bench objects. Every file and database gets a process and a database of
its own. Processor time decides, not the clock, and only ratios within one run are compared.
"""

import importlib
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]
INSIDE = "--inside"  # marks the process that measures


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all; 1 when a goal was missed."""
    files = [HERE / f"bench_{name}.py" for name in names] or sorted(HERE.glob("bench_*.py"))
    return max([run_on(file.stem, database) for file in files for database in databases_of(file)], default=0)


def databases_of(file: Path) -> tuple[str, ...]:
    """Read without importing, since an import needs the settings of a database."""
    line = next(line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("DATABASES = "))
    return tuple(name for name in ("sqlite", "postgresql") if f'"{name}"' in line)


def run_on(module: str, database: str) -> int:
    """Measure in a process of its own, with a server of its own where the database needs one."""
    from tools.servers import postgres, temporary_folder  # noqa: PLC0415 -- only the outer process starts servers

    with ExitStack() as stack, tempfile.TemporaryDirectory(prefix="healthaid-bench-") as data:
        environment = {**os.environ, "DATA_DIR": data, "DJANGO_SETTINGS_MODULE": "healthaid.settings"}
        environment.pop("DATABASE_URL", None)
        if database == "postgresql":
            environment["DATABASE_URL"] = stack.enter_context(postgres(stack.enter_context(temporary_folder())))
        command = (sys.executable, __file__, INSIDE, module)
        return subprocess.run(command, env=environment, check=False).returncode


def measure(module: str) -> int:
    """Inside: migrate the empty database, then run the file's benches; 1 when a goal was missed."""
    import django  # noqa: PLC0415 -- the settings name the database

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from measuring import run_all  # noqa: PLC0415

    call_command("migrate", interactive=False, verbosity=0)
    return 0 if run_all(importlib.import_module(module).benches()) else 1


if __name__ == "__main__":
    if sys.argv[1:2] == [INSIDE]:
        sys.exit(measure(sys.argv[2]))
    sys.exit(main(sys.argv[1:]))
