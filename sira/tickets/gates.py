"""The gate: nothing is resolved or closed before its fields are filled and its mandatory tasks are done.

It stands in the database, so that screen, API, macro, merge, import, mail, process and plain SQL meet the same rule.
The operations in lifecycle ask `missing` first, to say in words what the gate would only refuse.
"""

import pgtrigger

MISSING_FIELD = "mandatory_field_before_resolving"
OPEN_TASK = "mandatory_task_before_resolving"
LATE_TASK = "no_mandatory_task_after_resolving"
TASK_KEPT = "open_mandatory_task_is_kept"

# What was resolved before its type came to need a field may be written, but loses no field that is needed now.
# A merged ticket lives on in another, which carries its fields; its tasks must be done or cancelled all the same.
TICKET_GATE = f"""
    IF NEW.merged_into_id IS NULL THEN
        SELECT needed INTO missing
          FROM tickets_tickettype AS kind, jsonb_array_elements_text(kind.mandatory_fields) AS needed
         WHERE kind.id = NEW.type_id
           AND coalesce(btrim(to_jsonb(NEW) ->> needed), btrim(to_jsonb(NEW) ->> (needed || '_id')),
                        btrim(NEW.fields ->> needed), '') = ''
           AND (TG_OP = 'INSERT' OR OLD.status NOT IN ('resolved', 'closed') OR OLD.merged_into_id IS NOT NULL
                OR coalesce(btrim(to_jsonb(OLD) ->> needed), btrim(to_jsonb(OLD) ->> (needed || '_id')),
                            btrim(OLD.fields ->> needed), '') <> '')
         LIMIT 1;
        IF missing IS NOT NULL THEN
            RAISE EXCEPTION 'ticket % lacks %', NEW.number, missing
                USING ERRCODE = 'check_violation', CONSTRAINT = '{MISSING_FIELD}', DETAIL = missing;
        END IF;
    END IF;
    IF TG_OP = 'INSERT' OR OLD.status NOT IN ('resolved', 'closed') THEN
        SELECT task.name INTO missing
          FROM processes_task AS task
         WHERE task.subject = NEW.id AND task.mandatory AND task.state = 'open'
         LIMIT 1;
        IF missing IS NOT NULL THEN
            RAISE EXCEPTION 'ticket % has the open task %', NEW.number, missing
                USING ERRCODE = 'check_violation', CONSTRAINT = '{OPEN_TASK}', DETAIL = missing;
        END IF;
    END IF;
    RETURN NEW;
"""

# FOR SHARE waits for a resolution under way, so that task and resolution cannot pass each other.
TASK_GATE = f"""
    SELECT status INTO status_now FROM tickets_ticket WHERE id = NEW.subject FOR SHARE;
    IF status_now IN ('resolved', 'closed') THEN
        RAISE EXCEPTION 'ticket % is %', NEW.subject, status_now
            USING ERRCODE = 'check_violation', CONSTRAINT = '{LATE_TASK}';
    END IF;
    RETURN NEW;
"""

TASK_KEPT_GATE = f"""
    IF TG_OP = 'DELETE' OR (NEW.state = 'open' AND (NOT NEW.mandatory OR NEW.subject <> OLD.subject)) THEN
        RAISE EXCEPTION 'task % is open and mandatory', OLD.name
            USING ERRCODE = 'check_violation', CONSTRAINT = '{TASK_KEPT}';
    END IF;
    RETURN NEW;
"""


def ticket_gate() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="gate",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        condition=pgtrigger.Condition("NEW.status IN ('resolved', 'closed')"),
        declare=[("missing", "text")],
        func=TICKET_GATE,
    )


def task_gate() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="gate_late",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Condition("NEW.mandatory AND NEW.state = 'open'"),
        declare=[("status_now", "text")],
        func=TASK_GATE,
    )


def task_kept_gate() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="gate_kept",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        condition=pgtrigger.Condition("OLD.mandatory AND OLD.state = 'open'"),
        func=TASK_KEPT_GATE,
    )
