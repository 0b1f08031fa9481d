"""Who takes part besides the one who wrote: those in CC, and those a mail was sent to beside the desk."""

import pytest

from sira.intake.tests.test_mail_in import DESK, a_mail, files, take
from sira.people.automation import UNKNOWN_ID
from sira.tickets import conversation
from sira.tickets.messages import Said
from sira.tickets.refusals import NobodyToAnswer
from sira.tickets.tests.cast import Desk, monday

__all__ = ["files"]


def taking_part(ticket) -> set[str]:
    return set(ticket.participants.values_list("person__email", flat=True))


def test_people_in_to_beside_the_desk_take_part_as_those_in_cc_do(desk: Desk):
    raw = a_mail(to=f"{DESK}, Eva <eva@halden.example>", more="Cc: Jan <jan@halden.example>\r\n")
    assert taking_part(take(raw).ticket) == {"eva@halden.example", "jan@halden.example"}


def test_the_desk_in_cc_makes_the_one_in_to_take_part(desk: Desk):
    raw = a_mail(to="Eva <eva@halden.example>", more=f"Cc: {DESK}\r\n")
    assert taking_part(take(raw).ticket) == {"eva@halden.example"}


def test_the_address_that_a_mail_was_delivered_to_is_the_desk_whatever_it_is_called(desk: Desk):
    raw = a_mail(to="support@alias.example, eva@halden.example")
    assert taking_part(take(raw, recipients=["support@alias.example"]).ticket) == {"eva@halden.example"}


def test_where_no_address_is_known_as_the_desks_nobody_in_to_is_taken_for_a_person(desk: Desk):
    raw = a_mail(to="support@alias.example, second@alias.example", more="Cc: jan@halden.example\r\n")
    assert taking_part(take(raw).ticket) == {"jan@halden.example"}


@pytest.mark.parametrize("subject", ["=?utf-8?q?Printer=0D=0ABcc=3A_x=40evil=2Eexample?=", "Printer\x07\x1b[31m jam"])
def test_a_subject_is_one_line_without_control_characters(desk: Desk, subject: str):
    shown = take(a_mail(subject=subject)).ticket.subject
    assert shown.startswith("Printer") and shown.isprintable()


def test_nobody_answers_a_sender_whom_nobody_knows(desk: Desk):
    ticket = take(a_mail(sender="undisclosed")).ticket
    assert ticket.requester_id == UNKNOWN_ID
    with pytest.raises(NobodyToAnswer):
        conversation.answer(ticket, Said(text="Who are you?"), by=desk.jonas, at=monday(11))
