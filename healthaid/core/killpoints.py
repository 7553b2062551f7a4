"""Places where a test may kill the process, to show that nothing is ever half done. Inert unless KILL_AT is set."""

import os
import signal

from django.conf import settings


def kill_point(name: str) -> None:
    """End this process at once, as a power cut would, when a test asked for it here; never in production."""
    if os.environ.get("KILL_AT") == name and not settings.PRODUCTION:
        os.kill(os.getpid(), signal.SIGKILL)
