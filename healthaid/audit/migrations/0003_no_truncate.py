"""PostgreSQL empties a table without a look at its rows; the database refuses that too."""

from django.db import migrations

TRIGGER = (
    "CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry"
    " FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_refuse()"
)
BACK = "DROP TRIGGER audit_entry_no_truncate ON audit_entry"


def _on_postgresql(statement: str):
    def apply(apps, schema_editor) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(statement)

    return apply


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]

    operations = [migrations.RunPython(_on_postgresql(TRIGGER), _on_postgresql(BACK))]
