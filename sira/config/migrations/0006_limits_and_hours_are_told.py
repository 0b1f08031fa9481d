"""By which hours somebody works and how much they take is in the audit trail, and so may be remembered."""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION sira_audit_row() RETURNS trigger LANGUAGE plpgsql AS $$
-- Arguments: columns that are secret, columns that don't count; each a list with commas.
DECLARE
    forgets boolean := coalesce(current_setting('sira.forgets', true), '') = 'on';
    hidden text[] := string_to_array(TG_ARGV[0], ',') || CASE WHEN TG_TABLE_NAME IN ('people_person', 'people_address')
        THEN '{{name,email,value,title,place,signature}}'::text[] ELSE '{{}}'::text[] END;
    passed text[] := string_to_array(TG_ARGV[1], ',');
    before jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{{}}'::jsonb ELSE to_jsonb(OLD) END;
    after jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{{}}'::jsonb ELSE to_jsonb(NEW) END;
    told jsonb;
BEGIN
    SELECT jsonb_object_agg(name, jsonb_build_array(sira_audit_value(before -> name, forgets OR name = ANY(hidden)),
                                                    sira_audit_value(after -> name, forgets OR name = ANY(hidden))))
      INTO told
      FROM jsonb_object_keys(before || after) AS name
     WHERE name <> ALL(passed) AND before -> name IS DISTINCT FROM after -> name;
    IF told IS NOT NULL THEN
        INSERT INTO plumbing_auditentry (at, by, way, what, key, changes)
        VALUES (clock_timestamp(), nullif(current_setting('sira.by', true), '')::bigint,
                coalesce(current_setting('sira.way', true), ''), TG_TABLE_NAME || ' ' || lower(TG_OP),
                coalesce({key}, ''), told);
    END IF;
    RETURN NULL;
END $$;
"""
BY_ID = "after ->> 'id', before ->> 'id'"
BY_PERSON = f"{BY_ID}, after ->> 'person_id', before ->> 'person_id'"  # a row of limits has its person's key
TRIGGER = """
CREATE TRIGGER workforce_worker_is_audited AFTER INSERT OR UPDATE OR DELETE ON workforce_worker
    FOR EACH ROW EXECUTE FUNCTION sira_audit_row('', '');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("config", "0005_made_roles_are_told"),
        ("plumbing", "0003_trail_without_names"),
        ("workforce", "0002_shifts"),
    ]

    operations = [
        migrations.RunSQL(
            FUNCTION.format(key=BY_PERSON) + TRIGGER,
            "DROP TRIGGER IF EXISTS workforce_worker_is_audited ON workforce_worker;" + FUNCTION.format(key=BY_ID),
        )
    ]
