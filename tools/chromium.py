"""Find the browser of the journeys; as a script, say plainly whether they will run."""

import os
import shutil
import sys

# The one without a window does the same in half the processor time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")


def find() -> str | None:
    """The path of the Chromium that CHROMIUM names, else of the first on this machine."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


if __name__ == "__main__":
    if found := find():
        print(f"browser journeys run in {found}")
    elif os.environ.get("BROWSER_REQUIRED"):
        sys.exit("BROWSER_REQUIRED is set, but there is no Chromium on this machine")
    else:
        print("NO CHROMIUM on this machine: browser journeys are skipped (install chromium, or name it in CHROMIUM)")
