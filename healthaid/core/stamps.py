"""Signs in the data folder that something was done from outside the portal: empty files, of which the time counts."""

from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

BACKUP = "backup"
AUDIT_VERIFIED = "audit-verified"


def leave(name: str) -> None:
    """Say that it was done just now."""
    file = _file(name)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.touch(mode=0o600)


def left_at(name: str) -> datetime | None:
    """When it was last done; None where it never was."""
    return changed_at(_file(name))


def changed_at(file: Path) -> datetime | None:
    """When a file was last written; None where there is none."""
    try:
        return datetime.fromtimestamp(file.stat().st_mtime, UTC)
    except FileNotFoundError:
        return None


def _file(name: str) -> Path:
    return Path(settings.DATA_DIR) / f"{name}.done"
