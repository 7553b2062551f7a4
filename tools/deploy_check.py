"""Django's deployment checks and ours, on the settings of a production start with fresh secrets: no warning at all."""

import os
import secrets
import subprocess
import sys
import tempfile

SECRETS = ("SECRET_KEY", "FIELD_KEYS", "INDEX_KEY", "AUDIT_KEY")

with tempfile.TemporaryDirectory() as folder:
    environment = {
        **os.environ,
        **{name: secrets.token_hex(32) for name in SECRETS},
        "PRODUCTION": "1",
        "DEBUG": "0",
        "ALLOWED_HOSTS": "healthaid.example.org",
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "DATA_DIR": folder,
    }
    environment = {name: value for name, value in environment.items() if value}
    command = (sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    sys.exit(subprocess.run(command, env=environment, check=False).returncode)
