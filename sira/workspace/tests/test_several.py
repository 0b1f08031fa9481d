"""Several tickets at once, each by its own operation."""

import re

import pytest
from django.utils.timezone import now

from sira.notifications.models import OutgoingMail
from sira.notifications.writing import write
from sira.tickets import later, lifecycle, unsending
from sira.tickets.models import Message, Ticket
from sira.tickets.models_aside import LaterAnswer
from sira.tickets.tests.cast import monday
from sira.workspace import macros
from sira.workspace.models import Draft, Macro

WAY = "/desk/queue/several/"


@pytest.fixture
def three(desk):
    return [desk.ticket(subject=f"Number {number}") for number in (1, 2, 3)]


def numbers(tickets):
    return [ticket.number for ticket in tickets]


def test_the_table_has_a_box_for_each_row_and_the_acts_below(desk, jonas, three):
    shown = jonas.get("/desk/queue/?queue=all").content.decode()
    assert shown.count('form="bulk"') == 3
    for act in ("take", "assign", "priority", "tags", "wait", "answer", "macro", "resolve", "close"):
        assert f'name="act" value="{act}"' in shown


def test_what_needs_no_answer_is_done_at_once_and_leads_back_to_the_list(desk, jonas, three):
    answer = jonas.post(WAY, {"act": "take", "number": numbers(three), "list": "queue=all&priority=2"})
    assert answer.url == "/desk/queue/?queue=all&priority=2"
    assert {ticket.agent for ticket in Ticket.objects.all()} == {desk.jonas}


def test_an_act_asks_its_question_once_for_all(desk, jonas, three):
    asked = jonas.post(WAY, {"act": "priority", "number": numbers(three), "list": "queue=all"})
    assert asked.status_code == 200
    assert all(f'value="{number}"' in asked.content.decode() for number in numbers(three))
    jonas.post(WAY, {"act": "priority", "number": numbers(three), "answered": "yes", "priority": "1"})
    assert set(Ticket.objects.values_list("priority", flat=True)) == {1}


def test_an_answer_that_is_not_right_keeps_the_tickets_and_changes_nothing(desk, jonas, three):
    asked = jonas.post(WAY, {"act": "resolve", "number": numbers(three), "answered": "yes", "resolution": " "})
    assert asked.status_code == 422
    assert all(number in asked.content.decode() for number in numbers(three))
    assert not Ticket.objects.filter(status="resolved").exists()


def test_several_are_given_away_with_one_note_that_goes_along_with_each(desk, jonas, three):
    asked = jonas.post(WAY, {"act": "assign", "number": numbers(three)})
    assert "Note to whoever gets it" in asked.content.decode()
    given = {"to": f"{desk.it.pk}-{desk.ayse.pk}", "note": "All of one switch, @Ayşe Demir."}
    jonas.post(WAY, {"act": "assign", "number": numbers(three), "answered": "yes", **given})
    assert {ticket.agent for ticket in Ticket.objects.all()} == {desk.ayse}
    for ticket in three:
        said = ticket.messages.latest("id")
        assert (said.text, said.is_internal) == ("All of one switch, @Ayşe Demir.", True)
    mails = OutgoingMail.objects.filter(person=desk.ayse)
    assert [("All of one switch" in write(mail).text, mail.kind) for mail in mails] == [(True, "assigned")] * 3


def test_tags_come_to_those_that_are_there(desk, jonas, three):
    Ticket.objects.filter(pk=three[0].pk).update(tags=["vpn", "old"])
    jonas.post(WAY, {"act": "tags", "number": numbers(three), "answered": "yes", "tags": "vpn، berlin"})
    assert Ticket.objects.get(pk=three[0].pk).tags == ["vpn", "old", "berlin"]
    assert Ticket.objects.get(pk=three[1].pk).tags == ["vpn", "berlin"]


def test_one_that_refuses_says_why_and_holds_up_no_other(desk, jonas, three):
    Ticket.objects.filter(pk=three[1].pk).update(agent=desk.ayse)
    answer = jonas.post(WAY, {"act": "take", "number": numbers(three)})
    shown = answer.content.decode()
    assert "1 ticket was refused and stays as it was. 2 others are done." in shown
    assert three[1].number in shown
    assert three[0].number not in shown
    assert Ticket.objects.get(pk=three[1].pk).agent == desk.ayse


def test_several_wait_for_their_requesters(desk, jonas, three):
    lifecycle.resolve(three[0], by=desk.jonas, resolution="New cable", at=monday(10))
    shown = jonas.post(WAY, {"act": "wait", "number": numbers(three)}).content.decode()
    assert three[0].number in shown, "what is solved waits for nobody"
    assert Ticket.objects.filter(status="waiting").count() == 2


def test_closing_goes_through_the_gate_for_each(desk, jonas, three):
    for ticket in three[:2]:
        lifecycle.resolve(ticket, by=desk.jonas, resolution="New cable", at=monday(10))
    shown = jonas.post(WAY, {"act": "close", "number": numbers(three)}).content.decode()
    assert three[2].number in shown
    assert Ticket.objects.get(pk=three[2].pk).status == "open"
    assert Ticket.objects.filter(status="closed").count() == 2


def test_tickets_of_another_group_are_left_out_without_a_word(desk, sign_in, three):
    answer = sign_in(desk.zeynep).post(WAY, {"act": "take", "number": numbers(three)})
    assert answer.status_code == 302
    assert not Ticket.objects.filter(agent=desk.zeynep).exists()


def test_an_unknown_act_is_no_page(desk, jonas, three):
    assert jonas.post(WAY, {"act": "delete", "number": numbers(three)}).status_code == 404
    assert jonas.get(WAY).status_code == 405


def told(client) -> str:
    """What the next page says, and where its undo leads."""
    return client.get("/desk/queue/?queue=all").content.decode()


def undo_in(shown: str) -> str:
    return re.search(r'action="(/desk/queue/several/\d+/undo/[^"]*)"', shown)[1].replace("&amp;", "&")


def test_one_answer_goes_to_each_of_several_in_a_mail_of_its_own(desk, jonas, three):
    asked = jonas.post(WAY, {"act": "answer", "number": numbers(three), "list": "queue=all"})
    assert "Each requester gets a mail of their own." in asked.content.decode()
    given = {"text": "Dear {first_name}, {number} is known.", "then": "waiting"}
    jonas.post(WAY, {"act": "answer", "number": numbers(three), "answered": "yes", "list": "queue=all", **given})
    assert "3 answers go out in 10 s" in told(jonas)
    assert not Message.objects.filter(from_desk=True).exists()
    later.send_due(now() + unsending.HELD)
    for ticket in three:
        said = ticket.messages.latest("id")
        assert said.text == f"Dear Tom, {ticket.number} is known."
        assert OutgoingMail.objects.filter(message=said.pk).count() == 1
    assert Ticket.objects.filter(status="waiting").count() == 3


def test_answers_to_several_are_taken_back_together_or_each_alone_and_the_words_stand_in_each_composer(
    desk, jonas, three
):
    given = {"text": "It is known.", "then": "send"}
    jonas.post(WAY, {"act": "answer", "number": numbers(three), "answered": "yes", "list": "queue=all", **given})
    undo, alone = undo_in(told(jonas)), LaterAnswer.objects.get(ticket=three[0])
    jonas.post(f"{three[0].get_absolute_url()}later/{alone.pk}/call-off/")
    jonas.post(undo)
    shown = told(jonas)
    assert "2 tickets are as they were" in shown and f"These stay as they are: {three[0].number}." in shown
    later.send_due(now() + unsending.HELD)
    assert not Message.objects.filter(from_desk=True).exists()
    assert [draft.text for draft in Draft.objects.filter(owner=desk.jonas)] == ["It is known."] * 3


def test_a_macro_is_used_on_several_and_one_that_cannot_says_why(desk, jonas, three):
    lifecycle.close(lifecycle.resolve(three[1], by=desk.jonas, resolution="New", at=now()), by=desk.jonas, at=now())
    acts = [["tags", ["vpn"]], ["wait", True]]
    values = {"name": "Asked", "group": None, "kind": "answer", "text": "Which cable, {first_name}?", "acts": acts}
    macro = macros.keep(Macro(), values, by=desk.ada, at=now())
    asked = jonas.post(WAY, {"act": "macro", "number": numbers(three)}).content.decode()
    for words in ("Which cable, [their first name]?", "Gets the tag vpn. Waits for the requester."):
        assert words in asked
    assert ">Use a macro</h1>" in asked and asked.count("autofocus") == 1
    assert asked.index("Leave it") < asked.index("Do it to 3 tickets")
    given = {"act": "macro", "number": numbers(three), "answered": "yes", "macro": macro.pk}
    shown = jonas.post(WAY, given).content.decode()
    assert "1 ticket was refused and stays as it was." in shown and three[1].number in shown
    assert "2 tickets change in 10 s" in shown and undo_in(shown)
    later.send_due(now() + unsending.HELD)
    done = Ticket.objects.filter(tags=["vpn"], status="waiting")
    assert {ticket.messages.latest("id").text for ticket in done} == {"Which cable, Tom?"} and done.count() == 2


def test_a_macro_of_a_note_for_several_is_undone_with_its_notes(desk, jonas, three):
    values = {"name": "Known", "group": None, "kind": "note", "text": "Known fault.", "acts": [["tags", ["vpn"]]]}
    macro = macros.keep(Macro(), values, by=desk.ada, at=now())
    given = {"act": "macro", "number": numbers(three), "answered": "yes", "macro": macro.pk, "list": "queue=all"}
    jonas.post(WAY, given)
    jonas.post(undo_in(told(jonas)))
    assert "3 tickets are as they were" in told(jonas)
    later.send_due(now() + unsending.HELD)
    assert not Message.objects.filter(is_internal=True).exists() and not Ticket.objects.filter(tags=["vpn"]).exists()


def test_a_macro_of_another_group_is_not_offered_and_does_nothing(desk, jonas, three):
    values = {"name": "Theirs", "group": desk.hr, "kind": "answer", "text": "Hello", "acts": []}
    macro = macros.keep(Macro(), values, by=desk.ada, at=now())
    given = {"act": "macro", "number": numbers(three), "answered": "yes", "macro": macro.pk}
    assert jonas.post(WAY, given).status_code == 422
    assert not LaterAnswer.objects.exists()
