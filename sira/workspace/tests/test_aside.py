"""Beside the conversation: answers for later, resolving taken back, shared drafts, splits, third parties."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import now

from sira.notifications.models import OutgoingMail
from sira.surveys.models import Mark
from sira.tickets import conversation, later
from sira.tickets.messages import Said
from sira.tickets.models import Message, Ticket
from sira.tickets.models_aside import LaterAnswer, SideTalk
from sira.workspace.models import Draft

HTMX = {"HX-Request": "true", "HX-Target": "div#ticket", "HX-Request-Type": "partial"}


@pytest.fixture
def ticket(desk) -> Ticket:
    return desk.ticket(at=now() - timedelta(minutes=1), group=desk.it)


def acts(client, ticket, way, **given):
    return client.post(f"{ticket.get_absolute_url()}{way}/", given, headers=HTMX)


def answers(client, ticket, **given):
    return acts(client, ticket, "answer", **{"kind": "answer", "then": "send", **given})


def beside(client, ticket) -> str:
    answer = client.get(f"{ticket.get_absolute_url()}beside/")
    assert answer.status_code == 200
    return answer.content.decode()


def fresh(ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


class TestLater:
    def test_the_composer_asks_when_keeps_what_was_written_and_sends_it_then(self, jonas, ticket):
        files = [SimpleUploadedFile("log.txt", b"a line", "text/plain")]
        asked = answers(jonas, ticket, text="Try it now.", then="later", files=files)
        assert asked["HX-Retarget"] == "#asked" and "Try it now." in asked.content.decode()
        assert not LaterAnswer.objects.exists() and Draft.objects.get().files.get().name == "log.txt"
        acts(jonas, ticket, "later", text="Try it now.", when="tomorrow", follows="waiting")
        kept = LaterAnswer.objects.get()
        assert kept.goes_at > now() and kept.files.get().name == "log.txt" and not Draft.objects.exists()
        assert "Try it now." in beside(jonas, ticket)
        later.send_due(kept.goes_at)
        assert fresh(ticket).status == "waiting" and ticket.messages.latest("id").text == "Try it now."

    def test_a_day_and_a_time_are_read_in_the_reader_s_calendar(self, desk, sign_in, ticket):
        desk.jonas.language = "fa"
        desk.jonas.save()
        jonas = sign_in(desk.jonas)
        jonas.cookies["django_language"] = "fa"
        acts(jonas, ticket, "later", text="x", when="other", day="۱۴۰۶/۱/۵", time="۱۴:۳۰", follows="send")
        at = LaterAnswer.objects.get().goes_at
        assert (at.year, at.month, at.day, at.minute) == (2027, 3, 25, 30)

    @pytest.mark.parametrize(
        "wrong",
        [{"day": ""}, {"day": "2020-01-01"}, {"day": "2090-01-01", "time": "25:00"}, {"day": "soon"}, {"text": " "}],
    )
    def test_what_cannot_be_is_said_and_what_was_typed_stays(self, jonas, ticket, wrong):
        given = {"text": "Try it now.", "when": "other", "day": "2090-01-01", "time": "14:30", "follows": "send"}
        answer = acts(jonas, ticket, "later", **given | wrong)
        assert answer.status_code == 422 and not LaterAnswer.objects.exists()
        assert (wrong.get("text") or "Try it now.").strip() in answer.content.decode()

    def test_it_is_taken_back_into_the_composer_or_sent_at_once(self, jonas, ticket):
        for _time in range(2):
            acts(jonas, ticket, "later", text="Try it now.", when="week", follows="send")
        first, second = LaterAnswer.objects.order_by("pk")
        acts(jonas, ticket, f"later/{first.pk}/call-off")
        assert Draft.objects.get().text == "Try it now."
        acts(jonas, ticket, f"later/{second.pk}/now")
        assert ticket.messages.latest("id").text == "Try it now."
        assert acts(jonas, ticket, f"later/{second.pk}/now").status_code == 409

    def test_of_a_ticket_of_others_nothing_is_found(self, desk, sign_in, ticket):
        zeynep = sign_in(desk.zeynep)
        assert zeynep.get(f"{ticket.get_absolute_url()}beside/").status_code == 404
        for way in ("later", "later/1/now", "later/1/call-off", "split", "side", "draft/share", "shared/1/take-over"):
            assert acts(zeynep, ticket, way).status_code == 404


class TestTakingBackMore:
    def test_resolving_in_one_step_can_be_taken_back(self, jonas, ticket):
        told = answers(jonas, ticket, text="Renewed the certificate.", then="resolve")["HX-Trigger"]
        kept = LaterAnswer.objects.get()
        assert f"later/{kept.pk}/call-off" in told and '"count": 10' in told
        assert fresh(ticket).status == "open"
        acts(jonas, ticket, f"later/{kept.pk}/call-off")
        assert later.send_due(now() + timedelta(minutes=1)) == 0
        assert fresh(ticket).status == "open" and Draft.objects.get().text == "Renewed the certificate."
        assert not OutgoingMail.objects.filter(kind="resolved").exists() and fresh(ticket).reopens == 0


class TestSharedDrafts:
    def test_a_colleague_reads_a_draft_once_it_is_shared_and_goes_on_with_it(self, desk, sign_in, jonas, ticket):
        acts(jonas, ticket, "draft", text="Dear Tom,", kind="answer", seen=0)
        ayse = sign_in(desk.ayse)
        assert "Dear Tom" not in beside(ayse, ticket)
        draft = Draft.objects.get()
        assert acts(ayse, ticket, f"shared/{draft.pk}/take-over").status_code == 403
        acts(jonas, ticket, "draft/share", shared="yes")
        assert "Dear Tom" in beside(ayse, ticket)
        acts(ayse, ticket, f"shared/{draft.pk}/take-over")
        assert Draft.objects.get(owner=desk.ayse).text == "Dear Tom," and Draft.objects.count() == 2
        acts(jonas, ticket, "draft/share")
        assert "Draft of Jonas" not in beside(ayse, ticket)

    def test_a_note_that_is_taken_over_stays_a_note(self, desk, sign_in, jonas, ticket):
        acts(jonas, ticket, "draft", text="They pay late.", kind="note", seen=0)
        acts(jonas, ticket, "draft/share", shared="yes")
        ayse = sign_in(desk.ayse)
        assert "Internal note" in beside(ayse, ticket)
        acts(ayse, ticket, "draft", text="Dear Tom,", kind="answer", seen=0)
        acts(ayse, ticket, f"shared/{Draft.objects.get(owner=desk.jonas).pk}/take-over")
        taken = Draft.objects.get(owner=desk.ayse)
        assert (taken.kind, taken.text) == ("note", "They pay late.\n\nDear Tom,")

    def test_without_a_draft_there_is_nothing_to_share(self, jonas, ticket):
        assert acts(jonas, ticket, "draft/share", shared="yes").status_code == 409


class TestSplitting:
    def test_messages_are_chosen_and_go_on_in_their_own_ticket(self, desk, jonas, ticket):
        asked = conversation.hear(ticket, Said(text="And my badge."), by=desk.tom, channel="mail", at=now())
        page = jonas.get(f"{ticket.get_absolute_url()}split/").content.decode()
        assert "And my badge." in page and "It drops every few minutes." in page
        assert acts(jonas, ticket, "split", subject="Badge", type=ticket.type_id).status_code == 422
        acts(jonas, ticket, "split", messages=[asked.pk], subject="Badge", type=ticket.type_id)
        assert Ticket.objects.get(subject="Badge").messages.get().text == "And my badge."


class TestThirdParties:
    def test_somebody_is_asked_and_asked_again_in_the_same_thread(self, jonas, ticket):
        assert acts(jonas, ticket, "side", mail="nobody", text="Is the line down?").status_code == 422
        nameless = acts(jonas, ticket, "side", text="Is the line down?")
        assert nameless.context["form"].errors == {"mail": ["Name the address of whom you want to ask."]}
        assert nameless.context["form"].fields["mail"].required
        acts(jonas, ticket, "side", mail="noc@carrier.example", name="Carrier", subject="Line 14", text="Is it down?")
        talk = SideTalk.objects.get()
        assert "Carrier" in beside(jonas, ticket)
        assert OutgoingMail.objects.get(kind="side").to == "noc@carrier.example"
        acts(jonas, ticket, "side", talk=talk.pk, text="Since when?")
        assert talk.messages.count() == 2
        page = jonas.get(ticket.get_absolute_url()).content.decode()
        assert "On the side, with Carrier" in page

    def test_the_requester_cannot_be_asked_on_the_side(self, desk, jonas, ticket):
        answer = acts(jonas, ticket, "side", mail=desk.tom.email, text="?")
        assert answer.status_code == 409 and "takes part" in answer.content.decode()
        assert not Message.objects.filter(is_internal=True).exists()


def test_the_last_marks_of_the_person_and_their_open_tickets_are_told(desk, jonas, ticket):
    other = desk.ticket(at=now(), group=desk.it)
    Mark.objects.create(ticket=other, person=desk.tom, value=2, at=now())
    found = beside(jonas, ticket)
    assert "Poor" in found and "1 other open ticket" in found


def test_it_costs_a_fixed_number_of_questions(desk, jonas, ticket, django_assert_max_num_queries):
    acts(jonas, ticket, "side", mail="noc@carrier.example", name="Carrier", text="Is it down?")
    for _time in range(3):
        acts(jonas, ticket, "later", text="Try it now.", when="week", follows="send")
    with django_assert_max_num_queries(14):
        beside(jonas, ticket)
