"""Places where a test may kill the process, to show that nothing is ever half done. Inert unless KILL_AT is set."""

import os
import signal
import threading

from django.conf import settings


def kill_point(name: str) -> None:
    """End this process as a power cut would when KILL_AT is "name", or so many milliseconds later for "name+20".

    Never in production.
    """
    wanted, _plus, delay = os.environ.get("KILL_AT", "").partition("+")
    if wanted == name and not settings.PRODUCTION:
        if delay:
            threading.Timer(int(delay) / 1000, _kill).start()
        else:
            _kill()


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
