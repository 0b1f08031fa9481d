"""A history entry becomes an event for each webhook that wants its kind, in its own transaction."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION sira_tell_webhooks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM api_webhook WHERE is_active) THEN
        INSERT INTO api_delivery (webhook_id, kind, ticket, entry, at, state, attempts, next_at, answer)
        SELECT webhook.id, fact.kind, fresh.ticket_id, fresh.id, fresh.at, 'queued', 0, clock_timestamp(), ''
          FROM fresh JOIN tickets_fact fact ON fact.id = fresh.fact_id
          JOIN api_webhook webhook ON webhook.is_active AND (webhook.kinds = '[]' OR webhook.kinds ? fact.kind);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER history_tells_webhooks AFTER INSERT ON tickets_historyentry
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION sira_tell_webhooks();
"""
BACKWARD = """
DROP TRIGGER history_tells_webhooks ON tickets_historyentry;
DROP FUNCTION sira_tell_webhooks();
"""


class Migration(migrations.Migration):
    dependencies = [("api", "0002_webhooks"), ("tickets", "0012_process_channel")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
