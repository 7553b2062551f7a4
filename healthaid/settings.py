"""One file for every installation; what differs comes from the environment (docs/administrators.md lists it)."""

import logging
import secrets
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from healthaid.core.broker import broker_url
from healthaid.core.limits import Limits
from healthaid.core.logs import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

PRODUCTION = env.bool("PRODUCTION", default=False)
DEBUG = env.bool("DEBUG", default=False)
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "data")))


def given(name: str) -> str:
    """Read a secret from NAME or from the file NAME_FILE; empty where there is neither."""
    if value := env.str(name, default=""):
        return value
    file = env.str(f"{name}_FILE", default="")
    return Path(file).read_text(encoding="utf-8").strip() if file else ""


def secret(name: str) -> str:
    """Read a secret that must be there; outside production one made at first start will do."""
    if value := given(name):
        return value
    if PRODUCTION:
        raise ImproperlyConfigured(f"{name} must be set in production.")
    kept = DATA_DIR / f"{name.lower()}.txt"
    if not kept.exists():
        DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_hex(32), encoding="utf-8")
    return kept.read_text(encoding="utf-8")


SECRET_KEY = secret("SECRET_KEY")
SECRET_KEY_FALLBACKS = [key for key in given("SECRET_KEY_FALLBACKS").split(",") if key]
# Field encryption: "id:hex[,id:hex…]"; the first key seals, the others still open. A bare hex key has the id "1".
FIELD_KEYS = secret("FIELD_KEYS")
# The keyed digests by which sealed values are found; never rotated together with FIELD_KEYS.
INDEX_KEY = secret("INDEX_KEY")
# What seals with them: a callable without arguments that gives a core.vault.Vault.
VAULT = env.str("VAULT", default="healthaid.core.vault.software")
AUDIT_KEY = secret("AUDIT_KEY")
# Where the scheduler keeps the end of the audit chain; best on a disk that the database's keeper cannot write.
AUDIT_ANCHOR = Path(env.str("AUDIT_ANCHOR", default=str(DATA_DIR / "audit.anchor")))

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Where `manage.py web` and `manage.py serve` listen.
HOST = env.str("HOST", default="127.0.0.1")
PORT = env.int("PORT", default=8000)
# The address of the TLS proxy in front; its word about the client's address and scheme is taken, nobody else's.
TRUSTED_PROXY = env.str("TRUSTED_PROXY", default="")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "crispy_bootstrap5",
    "crispy_forms",
    "csp",
    "django_filters",
    "django_htmx",
    "import_export",
    "healthaid.core",
    "healthaid.regions",
    "healthaid.accounts",
    "healthaid.audit",
    "healthaid.policy",
    "healthaid.jobs",
    "healthaid.exchange",
    "facilities",
    "patients",
    "signing",
    "healthaid.coverage",
    "healthaid.reports",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "healthaid.core.compression.PageCompression",
    "healthaid.core.logs.RequestLog",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "healthaid.accounts.middleware.SessionLimitMiddleware",
    "healthaid.accounts.middleware.PasswordAgeMiddleware",
    "healthaid.audit.middleware.RefusalMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "healthaid.urls"
WSGI_APPLICATION = "healthaid.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "healthaid.accounts.context.navigation",
            ],
        },
    },
]

# Seconds: a person waits for a page, a job or a command may take long; 0 is without end.
WEB_LIMITS = Limits(
    statement=env.int("WEB_STATEMENT_SECONDS", default=30),
    lock=env.int("WEB_LOCK_SECONDS", default=15),
    idle=env.int("WEB_IDLE_SECONDS", default=120),
)
JOB_LIMITS = Limits(
    statement=env.int("JOB_STATEMENT_SECONDS", default=3600),
    lock=env.int("JOB_LOCK_SECONDS", default=600),
    idle=env.int("JOB_IDLE_SECONDS", default=3600),
)
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'healthaid.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"] |= {
        "ENGINE": "healthaid.core.sqlite",  # Django's, with writers queued fairly
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA secure_delete=ON;",
        },
    }
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
    # Web processes put the shorter limits in their place when they start.
    DATABASES["default"]["OPTIONS"] = JOB_LIMITS.added_to(DATABASES["default"].get("OPTIONS", {}))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:sign-in"
# "graded" follows 等保三级 (classes, 90 days, last five barred), "modern" ASVS 5.0 (length only, no rotation).
PASSWORD_POLICY = env.str("PASSWORD_POLICY", default="graded")
# Scrypt costs an attacker memory as well; PASSWORD_HASHER=sm3 takes PBKDF2 with SM3 where GB/T 39786 is assessed.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "healthaid.accounts.hashers.SM3PasswordHasher",
]
if env.str("PASSWORD_HASHER", default="scrypt") == "sm3":
    PASSWORD_HASHERS.reverse()
AUTH_PASSWORD_VALIDATORS = [{"NAME": "healthaid.accounts.passwords.PasswordPolicy"}]
# GB/T 22239-2019 8.1.4.1 b: five tries, then thirty minutes; by account and address together, so that one
# office behind one address is not locked out by one colleague.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "accounts/locked_out.html"
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True  # sign-ins are in the audit record
SESSION_ENGINE = "healthaid.accounts.sessions"
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=30)
SESSION_HOURS = env.int("SESSION_HOURS", default=12)
# GB/T 22239-2019 8.1.4.2 c: accounts that nobody has used for so many days are disabled; 0 never does it.
ACCOUNT_IDLE_DAYS = env.int("ACCOUNT_IDLE_DAYS", default=90)
SESSION_COOKIE_AGE = SESSION_HOURS * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True

if PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap draws its check marks from data addresses
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
PERMISSIONS_POLICY: dict[str, list[str]] = {"camera": [], "geolocation": [], "microphone": []}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("英文"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["healthaid.core.formats"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "healthaid.core.compression.CompressedStaticFiles"},
}
# An upload is sealed at once and never written to disk in clear, so it must fit in memory.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
UPLOAD_LIMIT_MB = env.int("UPLOAD_LIMIT_MB", default=64)
FILE_UPLOAD_MAX_MEMORY_SIZE = UPLOAD_LIMIT_MB * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Without a server of its own an installation runs Valkey on a socket in the data folder.
REDIS_URL = env.str("REDIS_URL", default="")
CELERY_BROKER_URL = REDIS_URL or broker_url(DATA_DIR)
# When each scheduled task last ran, so that one missed in the night runs at the next start.
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "schedule")

CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOGGING = logging_config(as_json=PRODUCTION, level=LOG_LEVEL, with_words=DEBUG)
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG  # one line a request, when it is done
