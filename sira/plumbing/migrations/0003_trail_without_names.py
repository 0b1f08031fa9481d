"""The trail can't be changed, so it has no names and addresses of people: it tells that they changed, and whose."""

from django.db import migrations

BEFORE = """
    hidden text[] := string_to_array(TG_ARGV[0], ',');
    passed text[] := string_to_array(TG_ARGV[1], ',');
"""
AFTER = """
    forgets boolean := coalesce(current_setting('sira.forgets', true), '') = 'on';
    hidden text[] := string_to_array(TG_ARGV[0], ',') || CASE WHEN TG_TABLE_NAME IN ('people_person', 'people_address')
        THEN '{name,email,value,title,place,signature}'::text[] ELSE '{}'::text[] END;
    passed text[] := string_to_array(TG_ARGV[1], ',');
"""
FUNCTION = """
CREATE OR REPLACE FUNCTION sira_audit_row() RETURNS trigger LANGUAGE plpgsql AS $$
-- Arguments: columns that are secret, columns that don't count; each a list with commas.
DECLARE{declared}
    before jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{{}}'::jsonb ELSE to_jsonb(OLD) END;
    after jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{{}}'::jsonb ELSE to_jsonb(NEW) END;
    told jsonb;
BEGIN
    SELECT jsonb_object_agg(name, jsonb_build_array(sira_audit_value(before -> name, {hides}),
                                                    sira_audit_value(after -> name, {hides})))
      INTO told
      FROM jsonb_object_keys(before || after) AS name
     WHERE name <> ALL(passed) AND before -> name IS DISTINCT FROM after -> name;
    IF told IS NOT NULL THEN
        INSERT INTO plumbing_auditentry (at, by, way, what, key, changes)
        VALUES (clock_timestamp(), nullif(current_setting('sira.by', true), '')::bigint,
                coalesce(current_setting('sira.way', true), ''), TG_TABLE_NAME || ' ' || lower(TG_OP),
                coalesce(after ->> 'id', before ->> 'id', ''), told);
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("plumbing", "0002_audit_trail")]

    operations = [
        migrations.RunSQL(
            FUNCTION.format(declared=AFTER, hides="forgets OR name = ANY(hidden)"),
            FUNCTION.format(declared=BEFORE, hides="name = ANY(hidden)"),
        )
    ]
