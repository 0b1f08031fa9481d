"""Which directories are trusted, and who is known by them, is in the audit trail."""

from django.db import migrations

SECRET = "secret,sealed,password,digest,data,access_token,refresh_token"
TABLES = ("directories_directory", "directories_identity")
FORWARD = "".join(
    f"CREATE TRIGGER {table}_is_audited AFTER INSERT OR UPDATE OR DELETE ON {table}"
    f" FOR EACH ROW EXECUTE FUNCTION sira_audit_row('{SECRET}', '');"
    for table in TABLES
)
BACKWARD = "".join(f"DROP TRIGGER IF EXISTS {table}_is_audited ON {table};" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [
        ("config", "0003_dealing_is_no_set_up"),
        ("directories", "0001_directories"),
    ]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
