"""The triggers of the audit trail: rows told, entries sealed, nothing changed afterwards."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION sira_audit_row() RETURNS trigger LANGUAGE plpgsql AS $$
-- Arguments: columns that are secret, columns that don't count; each a list with commas.
DECLARE
    hidden text[] := string_to_array(TG_ARGV[0], ',');
    passed text[] := string_to_array(TG_ARGV[1], ',');
    before jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{}'::jsonb ELSE to_jsonb(OLD) END;
    after jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{}'::jsonb ELSE to_jsonb(NEW) END;
    told jsonb;
BEGIN
    SELECT jsonb_object_agg(name, jsonb_build_array(sira_audit_value(before -> name, name = ANY(hidden)),
                                                    sira_audit_value(after -> name, name = ANY(hidden))))
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

CREATE FUNCTION sira_audit_value(given jsonb, hidden boolean) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN given IS NULL OR given = 'null'::jsonb OR given = '""'::jsonb THEN given
                WHEN hidden THEN '"(secret)"'::jsonb
                WHEN length(given::text) > 1000
                THEN to_jsonb('sha256:' || encode(sha256(convert_to(given::text, 'UTF8')), 'hex'))
                ELSE given END
$$;

CREATE FUNCTION sira_audit_seal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last record;
    seat bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(7472002);  -- one commit after the other; held for the moment of committing alone
    SELECT place, digest INTO last FROM plumbing_auditentry WHERE place IS NOT NULL ORDER BY place DESC LIMIT 1;
    seat := coalesce(last.place, 0) + 1;
    UPDATE plumbing_auditentry SET place = seat, digest = sha256(
        coalesce(last.digest, decode(repeat('00', 32), 'hex')) || convert_to(concat_ws(E'\\x1f', seat, id,
            to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), coalesce(by::text, ''), way, what, key,
            changes::text), 'UTF8'))
     WHERE id = NEW.id AND place IS NULL;
    RETURN NULL;
END $$;

CREATE FUNCTION sira_audit_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.place IS NULL AND NEW.place IS NOT NULL
       AND (to_jsonb(OLD) - '{place,digest}'::text[]) = (to_jsonb(NEW) - '{place,digest}'::text[]) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'restrict_violation';
END $$;

CREATE CONSTRAINT TRIGGER audit_is_sealed AFTER INSERT ON plumbing_auditentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION sira_audit_seal();
CREATE TRIGGER audit_stands BEFORE UPDATE OR DELETE ON plumbing_auditentry
    FOR EACH ROW EXECUTE FUNCTION sira_audit_stands();
CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON plumbing_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION sira_audit_stands();
"""
BACKWARD = """
DROP TRIGGER audit_is_sealed ON plumbing_auditentry;
DROP TRIGGER audit_stands ON plumbing_auditentry;
DROP TRIGGER audit_is_not_emptied ON plumbing_auditentry;
DROP FUNCTION sira_audit_row() CASCADE;
DROP FUNCTION sira_audit_value(jsonb, boolean) CASCADE;
DROP FUNCTION sira_audit_seal() CASCADE;
DROP FUNCTION sira_audit_stands() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("plumbing", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
