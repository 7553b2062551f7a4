"""Only what must differ from the real settings: speed of hashing, a broker that calls at once, plain static names."""

import atexit
import os
import shutil
import tempfile

# Playwright keeps an event loop in its thread, and Django's guard would refuse the tests behind the journeys.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

os.environ.setdefault("POLARS_MAX_THREADS", "1")  # the processes of a parallel run share the cores already
# Portals that tests start again and again load compiled sources, even where the shell keeps Python from writing them.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

if "DATA_DIR" not in os.environ:  # the processes of a parallel run share the folder of the first
    os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="healthaid-tests-")
    atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)

from healthaid.settings import *  # noqa: F403
from healthaid.settings import DATA_DIR, DATABASES, MIDDLEWARE, STORAGES

if DATABASES["default"]["ENGINE"] == "healthaid.core.sqlite":  # a file as in real use, one for each process
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "tests.sqlite3")}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# No collected assets in tests: nothing is served, and whitenoise would warn of the missing folder.
MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name]
