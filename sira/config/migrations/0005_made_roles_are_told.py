"""Which roles were made, and to whom they were given, is in the audit trail."""

from django.db import migrations

TABLES = ("people_maderole", "people_givenrole")
FORWARD = "".join(
    f"CREATE TRIGGER {table}_is_audited AFTER INSERT OR UPDATE OR DELETE ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION sira_audit_row('', '');"
    for table in TABLES
)
BACKWARD = "".join(f"DROP TRIGGER IF EXISTS {table}_is_audited ON {table};" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [
        ("config", "0004_directories_are_told"),
        ("people", "0008_made_roles"),
    ]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
