"""The trigger that counts tickets as they change; boards read sums of a small table and scan nothing."""

import pgtrigger

COUNT = """
    IF TG_OP <> 'INSERT' AND OLD.status <> 'closed' THEN
        INSERT INTO tickets_tally (group_id, agent_id, status, priority, n)
        VALUES (OLD.group_id, OLD.agent_id, OLD.status, OLD.priority, -1);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.status <> 'closed' THEN
        INSERT INTO tickets_tally (group_id, agent_id, status, priority, n)
        VALUES (NEW.group_id, NEW.agent_id, NEW.status, NEW.priority, 1);
    END IF;
    RETURN NULL;
"""


def ticket_tally() -> pgtrigger.Trigger:
    """Also for plain SQL: the figure on a board equals the list behind it."""
    return pgtrigger.Trigger(
        name="tally",
        when=pgtrigger.After,
        operation=pgtrigger.Insert
        | pgtrigger.UpdateOf("group_id", "agent_id", "status", "priority")
        | pgtrigger.Delete,
        func=COUNT,
    )
