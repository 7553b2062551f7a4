"""On PostgreSQL pages of bills keep room for the second version that settling writes, so that no index is touched."""

from typing import Any

from django.db import migrations

FILLED = 50  # per cent of a page; the rest is for settled versions


def leave_room(_apps: Any, schema_editor: Any) -> None:
    """Fill new pages by half."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE coverage_bill SET (fillfactor = {FILLED})")


def fill_up(_apps: Any, schema_editor: Any) -> None:
    """Fill new pages whole again."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE coverage_bill RESET (fillfactor)")


class Migration(migrations.Migration):
    dependencies = [("coverage", "0001_initial")]

    operations = [migrations.RunPython(leave_room, fill_up)]
