"""What an agent does on a ticket's page calls its operation; a refusal is shown and keeps what was typed."""

import json
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import now

from sira.notifications.models import OutgoingMail
from sira.notifications.writing import write
from sira.people.automation import UNKNOWN_ID
from sira.processes.models import Task
from sira.tickets import assigning, editing, lifecycle, merging
from sira.tickets.models import Merge, Ticket, TicketLink
from sira.tickets.tests.cast import monday
from sira.workspace import why

HTMX = {"HX-Request": "true", "HX-Target": "div#ticket", "HX-Request-Type": "partial"}


@pytest.fixture
def ticket(desk) -> Ticket:
    return desk.ticket()


def fresh(ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


class Act:
    """Posts on a ticket as one agent, without scripts or with htmx."""

    def __init__(self, client, ticket) -> None:
        self.client, self.ticket = client, ticket

    def __call__(self, way, *, htmx=False, **given):
        address = f"{self.ticket.get_absolute_url()}{way}/"
        return self.client.post(address, given, headers=HTMX if htmx else {})


@pytest.fixture
def act(jonas, ticket) -> Act:
    return Act(jonas, ticket)


class TestTheComposer:
    def test_an_answer_goes_to_the_requester_and_comes_back_to_the_ticket(self, act, ticket):
        answer = act("answer", kind="answer", text="On a cable too?", then="send")
        assert answer.url == ticket.get_absolute_url()
        said = ticket.messages.latest("id")
        assert (said.text, said.is_internal, said.from_desk) == ("On a cable too?", False, True)
        assert OutgoingMail.objects.filter(message=said.pk).exists()

    def test_an_answer_can_set_waiting(self, act, ticket):
        act("answer", kind="answer", text="On a cable too?", then="waiting")
        assert fresh(ticket).status == "waiting"

    def test_a_note_stays_inside(self, act, ticket):
        act("answer", kind="note", text="Between us", then="waiting")
        assert ticket.messages.latest("id").is_internal
        assert fresh(ticket).status == "open"

    def test_files_are_kept_and_given_back_to_those_who_may_see_them(self, act, ticket, desk, sign_in):
        act("answer", kind="note", text="", files=[SimpleUploadedFile("log.txt", b"a line", "text/plain")])
        kept = ticket.messages.latest("id").files.get()
        assert (kept.name, kept.size) == ("log.txt", 6)
        assert b"".join(act.client.get(f"/desk/files/{kept.pk}/").streaming_content) == b"a line"
        assert sign_in(desk.zeynep).get(f"/desk/files/{kept.pk}/").status_code == 404

    def test_nothing_said_is_refused_and_the_kind_stays_chosen(self, act):
        answer = act("answer", kind="note", text="  ")
        assert answer.status_code == 422
        assert "Write something first" in answer.content.decode()
        assert 'value="note" checked' in answer.content.decode()

    def test_htmx_gets_the_ticket_back_and_the_draft_may_go(self, act, ticket):
        answer = act("answer", htmx=True, kind="note", text="Between us")
        assert answer.status_code == 200 and "Between us" in answer.content.decode()
        assert "<html" not in answer.content.decode()
        assert json.loads(answer["HX-Trigger"])["sira:sent"] == {"key": ticket.number, "text": "Between us"}

    def test_htmx_gets_a_refusal_as_a_line_above_the_page(self, act):
        answer = act("answer", htmx=True, kind="answer", text="")
        assert (answer.status_code, answer["HX-Retarget"]) == (422, "#refusal")

    def test_the_list_one_came_from_stays(self, jonas, ticket):
        answer = jonas.post(f"{ticket.get_absolute_url()}answer/?queue=mine", {"kind": "note", "text": "x"})
        assert answer.url == f"{ticket.get_absolute_url()}?queue=mine"


class TestSimpleActions:
    def test_taking(self, act, ticket, desk):
        Ticket.objects.filter(pk=ticket.pk).update(agent=None)
        act("take")
        assert fresh(ticket).agent == desk.jonas

    def test_taking_what_somebody_has_is_refused_in_words(self, act, ticket, desk):
        Ticket.objects.filter(pk=ticket.pk).update(agent=desk.ayse)
        answer = act("take")
        assert answer.status_code == 409 and "Somebody else has this ticket" in answer.content.decode()

    def test_beginning_waiting_and_going_on(self, act, ticket):
        act("begin")
        assert fresh(ticket).stage == "in_work"
        act("wait")
        assert fresh(ticket).status == "waiting"
        act("resume")
        assert fresh(ticket).status == "open"

    def test_watching_and_no_longer(self, act, ticket, desk):
        act("watch")
        assert ticket.participants.get().person == desk.jonas
        act("watch")
        assert not ticket.participants.exists()

    def test_resolving_closing_and_reopening(self, act, ticket):
        act("resolve", resolution="Renewed the certificate.")
        assert (fresh(ticket).status, fresh(ticket).resolution) == ("resolved", "Renewed the certificate.")
        act("close")
        assert fresh(ticket).status == "closed"
        act("reopen")
        assert fresh(ticket).status == "open"

    def test_closing_what_is_not_resolved_is_refused(self, act):
        assert act("close").status_code == 409

    @pytest.mark.parametrize("way", ["take", "begin", "wait", "resume", "close", "reopen", "watch", "answer"])
    def test_a_look_changes_nothing(self, jonas, ticket, way):
        assert jonas.get(f"{ticket.get_absolute_url()}{way}/").status_code == 405


class TestQuestions:
    @pytest.mark.parametrize("way", ["resolve", "assign", "hold", "link", "merge", "priority", "change"])
    def test_each_is_a_page_without_scripts_and_a_dialog_with_htmx(self, jonas, ticket, way):
        address = f"{ticket.get_absolute_url()}{way}/"
        assert "<html" in jonas.get(address).content.decode()
        part = jonas.get(address, headers=HTMX).content.decode()
        assert "<dialog" in part and "<html" not in part

    def test_giving_it_to_an_agent_and_back_into_the_queue(self, act, ticket, desk):
        act("assign", to=f"{desk.it.pk}-{desk.ayse.pk}")
        assert fresh(ticket).agent == desk.ayse
        act("assign", to=f"{desk.it.pk}-")
        assert fresh(ticket).agent is None

    def test_a_note_goes_along_with_it_and_stands_in_the_mail_to_whoever_gets_it(self, act, ticket, desk):
        act("assign", to=f"{desk.it.pk}-{desk.ayse.pk}", note="@Ayşe Demir the certificate ends tonight.")
        said = ticket.messages.latest("id")
        assert (said.text, said.is_internal) == ("@Ayşe Demir the certificate ends tonight.", True)
        [mail] = OutgoingMail.objects.filter(person=desk.ayse)
        assert "the certificate ends tonight." in write(mail).text and "Jonas Weber wrote" in write(mail).text
        assert not OutgoingMail.objects.filter(person=ticket.requester, kind="answer").exists()

    def test_a_note_goes_along_into_a_group_whose_tickets_one_does_not_see(self, act, ticket, desk):
        act("assign", to=f"{desk.hr.pk}-", note="This is about leave.")
        assert fresh(ticket).group == desk.hr
        assert ticket.messages.latest("id").text == "This is about leave."

    def test_a_note_to_somebody_who_cannot_get_the_ticket_is_kept_in_its_field_alone(self, act, ticket, desk):
        lifecycle.resolve(ticket, by=desk.jonas, resolution="Renewed.", at=monday(10))
        answer = act("assign", to=f"{desk.it.pk}-{desk.ayse.pk}", note="The certificate ends tonight.")
        assert answer.status_code == 409 and "The certificate ends tonight." in answer.content.decode()
        assert not ticket.messages.filter(text="The certificate ends tonight.").exists()

    def test_who_is_given_it_by_hand_is_not_said_to_have_it_by_the_table(self, act, ticket, desk):
        assert "IT, because" in act.client.get(ticket.get_absolute_url()).content.decode()
        assigning.assign(ticket, group=desk.hr, agent=desk.zeynep, by=desk.jonas, at=monday(10))
        said = [reason.conclusion for reason in why.reasons_of(fresh(ticket), desk.ada)]
        assert "IT at first, because" in said and "HR, because" not in said

    def test_who_gives_it_away_to_others_lands_in_the_queue(self, act, ticket, desk):
        Ticket.objects.filter(pk=ticket.pk).update(agent=None)
        assert act("assign", to=f"{desk.hr.pk}-").url == "/desk/"
        assert fresh(ticket).group == desk.hr

    def test_an_agent_of_another_group_cannot_be_chosen(self, act, ticket, desk):
        assert act("assign", to=f"{desk.it.pk}-{desk.zeynep.pk}").status_code == 422

    def test_holding_until_a_day_ahead(self, act, ticket):
        day = (now() + timedelta(days=3)).date()
        act("hold", until=day.isoformat())
        assert fresh(ticket).status == "held" and fresh(ticket).held_until.date() == day
        assert act("hold", until="2001-01-01").status_code == 422
        assert act("hold").status_code == 422
        assert act("hold", until="tomorrow").status_code == 422

    def test_holding_until_a_morning_that_is_offered_and_a_named_day_counts_before_it(self, act, ticket):
        act("hold", when="tomorrow", until="")
        assert fresh(ticket).held_until - now() < timedelta(days=2)
        Ticket.objects.filter(pk=ticket.pk).update(status="open", held_until=None)
        day = (now() + timedelta(days=9)).date()
        act("hold", when="tomorrow", until=day.isoformat())
        assert fresh(ticket).held_until.date() == day

    def test_a_day_is_read_in_the_calendar_of_the_language(self, act, ticket, desk):
        desk.jonas.language = "fa"
        desk.jonas.save()
        page = act.client.get(f"{ticket.get_absolute_url()}hold/").content.decode()
        assert re.search(r'<jalali-date><input type="text" name="until"', page)
        act("hold", until="۱۴۵۰/۹/۳")
        assert fresh(ticket).held_until.year == 2071

    def test_resolving_asks_for_words(self, act, ticket):
        assert act("resolve", resolution="  ").status_code == 422
        assert fresh(ticket).status == "open"

    def test_resolving_behind_a_closed_gate_keeps_the_words(self, act, ticket):
        ticket.type.mandatory_fields = ["service"]
        ticket.type.save()
        answer = act("resolve", resolution="Renewed the certificate.")
        assert answer.status_code == 409 and "Renewed the certificate." in answer.content.decode()
        shown = act.client.get(ticket.get_absolute_url()).content.decode()
        assert "Resolve needs “Service”" in shown and 'aria-disabled="true"' in shown

    def test_a_refused_question_stays_in_its_dialog(self, act, ticket):
        answer = act("link", htmx=True, other="INC-99999", kind="related")
        assert (answer.status_code, answer["HX-Retarget"]) == (422, "#asked")
        assert "INC-99999" in answer.content.decode()

    def test_a_ticket_of_a_colleague_is_taken_over_with_the_key_of_taking(self, act, ticket, desk):
        assigning.assign(ticket, group=desk.it, agent=desk.ayse, by=desk.ayse, at=now())
        page = act.client.get(ticket.get_absolute_url()).content.decode()
        assert 'form="act-take-over" data-key="t"' in page
        act("assign", to=re.search(r'name="to" value="([^"]+)"', page)[1])
        assert fresh(ticket).agent == desk.jonas
        assert "act-take-over" not in act.client.get(ticket.get_absolute_url()).content.decode()

    def test_nobody_outside_the_group_is_offered_to_take_over(self, ticket, desk, sign_in):
        assigning.assign(ticket, group=desk.it, agent=desk.ayse, by=desk.ayse, at=now())
        assert "act-take-over" not in sign_in(desk.ada).get(ticket.get_absolute_url()).content.decode()

    def test_linking(self, act, ticket, desk):
        other = desk.ticket(subject="The same")
        act("link", other=other.number.lower(), kind="caused_by")
        assert TicketLink.objects.get().target == other

    def test_merging_and_its_undo(self, act, ticket, desk):
        other = desk.ticket(subject="The same")
        assert act("merge", other=other.number).url == other.get_absolute_url()
        assert fresh(ticket).merged_into == other
        assert act.client.get(ticket.get_absolute_url()).url == other.get_absolute_url()
        merge = Merge.objects.get()
        answer = act.client.post(f"{other.get_absolute_url()}merge/{merge.pk}/undo/")
        assert answer.url == ticket.get_absolute_url() and fresh(ticket).merged_into is None

    def test_where_to_merge_is_chosen_among_the_requesters_own_and_what_is_typed_wins(self, act, ticket, desk):
        own, other = desk.ticket(subject="The screen again"), desk.ticket(subject="The door", requester=desk.hannah)
        page = act.client.get(f"{ticket.get_absolute_url()}merge/").content.decode()
        assert "The screen again" in page and "The door" not in page
        assert f'value="{ticket.number}"' not in page
        act("merge", near=own.number, other=other.number)
        assert fresh(ticket).merged_into == other
        second = desk.ticket()
        Act(act.client, second)("merge", near=own.number, other="")
        assert fresh(second).merged_into == own

    def test_what_unknown_people_sent_is_not_offered_as_of_the_same_requester(self, act, ticket, desk):
        other = desk.ticket(subject="Of another stranger")
        assert other.subject in act.client.get(f"{ticket.get_absolute_url()}merge/").content.decode()
        Ticket.objects.filter(pk__in=[ticket.pk, other.pk]).update(requester=UNKNOWN_ID)
        assert other.subject not in act.client.get(f"{ticket.get_absolute_url()}merge/").content.decode()

    def test_merging_into_nothing_asks_again(self, act, ticket, desk):
        answer = act("merge", other="")
        assert answer.status_code == 422 and "no ticket with this number" in answer.content.decode()

    def test_merging_a_ticket_of_others_is_refused(self, act, ticket, desk):
        foreign = desk.ticket()
        Ticket.objects.filter(pk=foreign.pk).update(group=desk.hr, agent=None)
        assert act("merge", other=foreign.number).status_code == 422
        assert not merging.Merge.objects.exists()


class TestFields:
    def all_fields(self, ticket, **more):
        seen = {
            "subject": ticket.subject,
            "category": str(ticket.category_id or ""),
            "service": "",
            "impact": str(ticket.impact),
            "urgency": str(ticket.urgency),
            "tags": ", ".join(ticket.tags),
        }
        return {**seen, **{f"seen.{name}": value for name, value in seen.items()}, **more}

    def test_only_what_was_changed_is_set(self, act, ticket):
        act("change", **self.all_fields(ticket, subject="VPN drops in Leeds", tags="vpn، leeds"))
        found = fresh(ticket)
        assert (found.subject, found.tags, found.impact) == ("VPN drops in Leeds", ["vpn", "leeds"], ticket.impact)

    def test_the_priority_by_hand(self, act, ticket):
        act("priority", priority="1", **{"seen.priority": str(fresh(ticket).priority)})
        assert fresh(ticket).priority == 1

    def test_two_who_edit_the_same_field_are_told_with_both_versions(self, act, ticket, desk):
        given = self.all_fields(ticket, subject="Mine")
        editing.set_fields(ticket, {"subject": "Hers"}, seen={}, by=desk.ayse, at=monday(10))
        answer = act("change", **given)
        shown = answer.content.decode()
        assert answer.status_code == 412
        assert "Ayşe Demir changed this while you wrote: Subject. Both versions are here." in shown
        assert "Mine" in shown and "Hers" in shown and fresh(ticket).subject == "Hers"
        assert 'name="seen.subject" value="Hers"' in shown  # pressing again is a choice made with both in sight

    def test_two_who_edit_different_fields_do_not_disturb_each_other(self, act, ticket, desk):
        given = self.all_fields(ticket, subject="Mine")
        editing.set_fields(ticket, {"urgency": 1}, seen={}, by=desk.ayse, at=monday(10))
        assert act("change", **given).status_code == 302
        assert (fresh(ticket).subject, fresh(ticket).urgency) == ("Mine", 1)

    def test_an_answer_of_the_form_can_be_filled_later(self, act, ticket):
        ticket.type.mandatory_fields = ["cause"]
        ticket.type.save()
        act("change", **self.all_fields(ticket), **{"fields.cause": "Certificate"})
        assert fresh(ticket).fields == {"cause": "Certificate"}


def test_a_test_wants_words_and_keeps_what_was_typed(desk, sign_in):
    desk.incident.needs_test = True
    desk.incident.save()
    ticket = desk.ticket()
    act = Act(sign_in(desk.jonas), ticket)
    lifecycle.resolve(ticket, by=desk.jonas, resolution="Renewed.", at=monday(11))
    task = Task.objects.get(subject=ticket.pk, kind="test", state="open")
    assert act(f"tasks/{task.pk}", result="passed", evidence=" ").status_code == 422
    act(f"tasks/{task.pk}", result="passed", evidence="Called them, it works.")
    task.refresh_from_db()
    assert task.state == "done" and fresh(ticket).status == "resolved"


def test_a_mail_that_was_refused_can_be_sent_again(act, ticket):
    act("answer", kind="answer", text="On a cable too?")
    mail = OutgoingMail.objects.filter(message__isnull=False).latest("id")
    OutgoingMail.objects.filter(pk=mail.pk).update(state="refused", answer="553 not owned")
    assert "553 not owned" in act.client.get(ticket.get_absolute_url()).content.decode()
    act(f"mails/{mail.pk}/again")
    mail.refresh_from_db()
    assert mail.state == "queued"


def test_a_mail_that_came_back_after_it_was_sent_shows_why_and_cannot_go_out_again(act, ticket):
    act("answer", kind="answer", text="On a cable too?")
    mail = OutgoingMail.objects.filter(message__isnull=False).latest("id")
    rows = OutgoingMail.objects.filter(pk=mail.pk)
    rows.update(state="sent", sent_at=now(), next_at=None, placeholders=None)
    assert act(f"mails/{mail.pk}/again").status_code == 409
    rows.update(state="refused", answer="5.1.1 nobody there")
    shown = act.client.get(ticket.get_absolute_url()).content.decode()
    assert "5.1.1 nobody there" in shown and "Send again" not in shown
    assert act(f"mails/{mail.pk}/again").status_code == 409
    assert not rows.filter(state="queued").exists()
