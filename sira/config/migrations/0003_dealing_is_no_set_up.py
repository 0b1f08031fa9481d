"""Whose turn it is in a group changes with every ticket: no set-up, so nothing for the audit trail.

Each ticket wrote an entry there, and its commit waited for all others to seal theirs.
"""

from django.db import migrations

FORWARD = "DROP TRIGGER IF EXISTS routing_pool_is_audited ON routing_pool"
BACKWARD = """
CREATE TRIGGER routing_pool_is_audited AFTER INSERT OR UPDATE OR DELETE ON routing_pool
    FOR EACH ROW EXECUTE FUNCTION sira_audit_row('secret,sealed,password,digest,data,access_token,refresh_token', '')
"""


class Migration(migrations.Migration):
    dependencies = [("config", "0002_audit_of_the_house")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
