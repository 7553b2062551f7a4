"""Runs management commands in forks of itself, so that a process to kill starts in milliseconds.

Each line of input is a JSON object: "command" (a list), "database" (a file), "environment" (what to set), "log" (where
its output goes). The answer is the fork's process id in a line, and when it ended its exit code in another.
"""

import json
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.checks import run_checks
from django.core.management import execute_from_command_line
from django.db import connections

from healthaid.core.pinyin import initials

django.setup()
run_checks()  # loads all pages, as most commands would
initials("岩")  # loads the dictionary


def become(request):
    """Be the command's process; leaves as the command leaves."""
    os.environ.update(request["environment"])
    connections["default"].settings_dict["NAME"] = request["database"]
    settings.AUDIT_ANCHOR = Path(request["database"]).with_name("audit.anchor")
    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(log, stream.fileno())
    execute_from_command_line(["manage.py", *request["command"]])
    sys.exit(0)


def say(number):
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    for line in sys.stdin:
        fork = os.fork()
        if not fork:
            become(json.loads(line))
        say(fork)
        say(os.waitstatus_to_exitcode(os.waitpid(fork, 0)[1]))
