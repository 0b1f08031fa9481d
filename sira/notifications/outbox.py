"""A mail is decided here, in the transaction of its cause. The table is the queue: sending.pump takes it from there."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sira.notifications.kinds import NOTICES
from sira.notifications.models import OutgoingMail
from sira.people.models import Person
from sira.plumbing import prepared, rows


@dataclass(frozen=True)
class Mail:
    """What to say to whom. placeholders: JSON values that the kind's templates name.  opens: see OutgoingMail."""

    kind: str
    to: Person
    placeholders: dict[str, Any]
    copies: Sequence[str] = ()
    message: int | None = None
    opens: int | None = None


def queue(mails: Sequence[Mail], *, subject: int | None, at: datetime) -> list[OutgoingMail]:
    """Keep the mails to be sent within a second or so. People without a mail address, and the desk itself, get none."""
    found = rows_of(mails, subject=subject, at=at)
    rows.insert(found)
    return found


def rows_of(mails: Sequence[Mail], *, subject: int | None, at: datetime) -> list[OutgoingMail]:
    """The same, for who writes them with other rows."""
    return [
        rows.made(
            OutgoingMail,
            subject=subject,
            message=mail.message,
            kind=mail.kind,
            person=mail.to,
            to=mail.to.email,
            copies=list(mail.copies) or None,
            language=mail.to.language,
            placeholders=mail.placeholders,
            queued_at=at,
            next_at=at,
            unseen=mail.kind in NOTICES or None,
            opens=mail.opens,
        )
        for mail in mails
        if mail.to.email and mail.to.is_active
    ]


_MANY = """
    INSERT INTO notifications_outgoingmail
           (subject, kind, person_id, "to", language, placeholders, state, attempts, queued_at, next_at, answer, unseen)
    SELECT subject, kind, person, address, language, placeholders, 'queued', 0, %s, %s, '', true
      FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::jsonb[])
           AS new(subject, kind, person, address, language, placeholders)
"""


def queue_many(mails: Sequence[tuple[int | None, Mail]], *, at: datetime) -> None:
    """Thousands of notices, each with the ticket that it is about, in one statement. No copies, no message."""
    sent = [(subject, mail) for subject, mail in mails if mail.to.email and mail.to.is_active]
    if sent:
        written = [json.dumps(mail.placeholders) for _subject, mail in sent]
        columns = [
            [subject for subject, _mail in sent],
            [mail.kind for _subject, mail in sent],
            [mail.to.pk for _subject, mail in sent],
            [mail.to.email for _subject, mail in sent],
            [mail.to.language for _subject, mail in sent],
            written,
        ]
        prepared.ask(_MANY, [at, at, *columns])


MOST_IN_A_DAY = 6
# The kind stands in the text: only so is the index on acknowledgements known to fit.
WAS_ACKNOWLEDGED = f"""
    (SELECT count(*) >= {MOST_IN_A_DAY} OR count(*) FILTER (WHERE queued_at > since.at) > 0
       FROM notifications_outgoingmail, (SELECT %s::timestamptz AS at) AS since
      WHERE kind = 'acknowledgement' AND person_id = %s AND queued_at > since.at - interval '23 hours')
"""


def was_acknowledged(person: Person, *, since: datetime) -> bool:
    """Whether an acknowledgement was decided for this person since then, or several within the day before."""
    ((found,),) = prepared.ask(f"SELECT {WAS_ACKNOWLEDGED}", [since, person.pk])
    return bool(found)
