"""Runs management commands and Celery workers in forks of itself, so that a process to kill starts in milliseconds.

Each line of input is a JSON object. With "command" (a list), "data" (the folder of the installation), "database" (its
name), "environment" (what to set) and "log" (where its output goes) it starts a fork, whose process id is the answer;
with "wait", the process id of a fork, it waits for it, and the exit code is the answer.
"""

import gc
import json
import os
import sys
import threading
from pathlib import Path

import django
import kombu.transport.redis  # noqa: F401 -- what the broker is reached by
from celery.apps.worker import Worker  # noqa: F401 -- with all that a worker loads before its first task
from celery.bin.celery import main as celery
from celery.concurrency import prefork  # noqa: F401
from celery.worker import autoscale, components, consumer  # noqa: F401
from django.conf import settings
from django.core.checks import run_checks
from django.core.management import execute_from_command_line
from django.db import connections
from django.utils.module_loading import import_string

from healthaid.celery import app
from healthaid.core.broker import broker_url
from healthaid.core.management.commands import web  # noqa: F401 -- with its server
from healthaid.core.pinyin import initials

django.setup()
app.loader.import_default_modules()  # loads all tasks
run_checks()  # loads all pages, as most commands would
initials("岩")  # loads the dictionary
for name in settings.MIDDLEWARE:
    import_string(name)
gc.freeze()


def become(request):
    """Be the command's process; leaves as the command leaves."""
    os.setsid()
    os.environ.update(request["environment"])
    connections["default"].settings_dict["NAME"] = request["database"]
    settings.DATA_DIR = Path(request["data"])
    settings.AUDIT_ANCHOR = settings.DATA_DIR / "audit.anchor"
    if not settings.REDIS_URL:
        app.conf.broker_url = broker_url(settings.DATA_DIR)
    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(log, stream.fileno())
    if request["command"][0] == "celery":
        sys.argv = request["command"]
        celery()
    else:
        execute_from_command_line(["manage.py", *request["command"]])
    sys.exit(0)


def leave(code):
    """End without Python's clearing up: it writes to all the memory that the fork shares, and so copies it."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:  # one that kills at a moment, for example
            thread.join()
    connections.close_all()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def say(number):
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    for line in sys.stdin:
        request = json.loads(line)
        if "wait" in request:
            say(os.waitstatus_to_exitcode(os.waitpid(request["wait"], 0)[1]))
        elif fork := os.fork():
            say(fork)
        else:
            try:
                become(request)
            except SystemExit as end:
                leave(end.code or 0)
