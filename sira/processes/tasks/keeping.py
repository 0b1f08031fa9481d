"""What the database itself keeps about approvals, whoever writes: no step of a program can pass them by."""

import pgtrigger

UNDECIDED = "approve_task_ends_with_its_approval"
BY_NOBODY = "approval_has_somebody_who_approved"
SAID = "what_was_said_stays"


def refuse(constraint: str, words: str) -> str:
    return f"RAISE EXCEPTION '{words}' USING ERRCODE = 'check_violation', CONSTRAINT = '{constraint}';"


def approve_task_is_decided() -> pgtrigger.Trigger:
    """A task to approve is done when its approval has been decided, not when somebody ticks it off."""
    return pgtrigger.Trigger(
        name="approve_is_decided",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition("NEW.kind = 'approve' AND NEW.state = 'done' AND OLD.state <> 'done'"),
        func=f"""
            IF NOT EXISTS (SELECT FROM tasks_approval WHERE task_id = NEW.id AND state IN ('approved', 'rejected'))
            THEN {refuse(UNDECIDED, "nobody has decided this approval")} END IF;
            RETURN NEW;
        """,
    )


def approved_by_somebody() -> pgtrigger.Trigger:
    """Nothing is approved in silence: at least one person has said yes."""
    return pgtrigger.Trigger(
        name="approved_by_somebody",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        condition=pgtrigger.Condition("NEW.state = 'approved'"),
        func=f"""
            IF NOT EXISTS (SELECT FROM tasks_ballot WHERE approval_id = NEW.id AND state = 'approved')
            THEN {refuse(BY_NOBODY, "nobody has approved it")} END IF;
            RETURN NEW;
        """,
    )


def what_was_said_stays() -> pgtrigger.Trigger:
    """Who decided what, when and with which words is not written again, nor taken away."""
    return pgtrigger.Trigger(
        name="what_was_said_stays",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        condition=pgtrigger.Condition("OLD.state IN ('approved', 'rejected')"),
        func=f"""
            IF TG_OP = 'DELETE' THEN {refuse(SAID, "a decision cannot be taken away")} END IF;
            IF (NEW.state, NEW.decided_by_id, NEW.decided_at, NEW.comment)
                IS DISTINCT FROM (OLD.state, OLD.decided_by_id, OLD.decided_at, OLD.comment)
            THEN {refuse(SAID, "a decision cannot be written again")} END IF;
            RETURN NEW;
        """,
    )
