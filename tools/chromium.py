"""Say plainly whether the browser journeys will run."""

import os
import shutil
import sys

found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
if found:
    print(f"browser journeys run in {found}")
elif os.environ.get("BROWSER_REQUIRED"):
    sys.exit("BROWSER_REQUIRED is set, but there is no Chromium on this machine")
else:
    print("NO CHROMIUM on this machine: the browser journeys are skipped (install chromium, or name it in CHROMIUM)")
