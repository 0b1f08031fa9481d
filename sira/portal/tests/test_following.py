import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from sira.config.live import heard_by
from sira.notifications.models import OutgoingMail
from sira.people import joining, opened
from sira.people.tests.cast import a_person
from sira.portal.views.listing import PAGE
from sira.tickets import assigning, conversation, lifecycle, links, waiting
from sira.tickets.messages import Said
from sira.tickets.models import Message, MessageFile, Ticket


@pytest.fixture
def ticket(desk) -> Ticket:
    """Hannah's, taken and answered by Jonas."""
    ticket = desk.ticket(requester=desk.hannah, at=now() - timedelta(hours=2))
    if ticket.agent_id is None:
        assigning.take(ticket, by=desk.jonas, at=now())
    conversation.answer(ticket, Said(text="We are looking into it."), by=desk.jonas, at=now())
    conversation.note(ticket, Said(text="SECRET suspicion"), by=desk.jonas, at=now())
    ticket.refresh_from_db()
    return ticket


@pytest.fixture
def hannah(desk, client):
    client.force_login(desk.hannah)
    return client


def page_of(client, ticket, name="ticket"):
    return client.get(reverse(f"portal:{name}", args=[ticket.number]))


def resolved(desk, ticket) -> Ticket:
    lifecycle.resolve(ticket, by=desk.jonas, resolution="Replaced the switch.", at=now())
    ticket.refresh_from_db()
    return ticket


def test_the_page_tells_who_has_it_and_what_comes_next_and_hides_notes(hannah, ticket):
    page = page_of(hannah, ticket).content.decode()
    assert "Jonas Weber is on it" in page
    assert "We are looking into it." in page
    assert "You hear from us when it is solved" in page
    assert "SECRET" not in page


def test_the_page_tells_the_promised_time_and_why(hannah, ticket):
    assert "solved by" in page_of(hannah, ticket).content.decode()
    why = page_of(hannah, ticket, "why").content.decode()
    assert "of working time (Weekdays)" in why
    assert "So by" in why


def test_the_pages_hear_of_their_own_tickets_and_a_stranger_hears_of_none(desk, hannah, ticket):
    topic = f"tickets-{ticket.pk}"
    for address in (reverse("portal:home"), reverse("portal:tickets"), reverse("portal:ticket", args=[ticket.number])):
        assert f'src="/live?topics={topic}"' in hannah.get(address).content.decode()
    assert heard_by(desk.hannah, [topic, "tickets", "tickets-0", "tickets-x"]) == [topic]
    assert heard_by(a_person(), [topic]) == []


def test_a_ticket_without_a_subject_has_words_to_press(desk, hannah):
    ticket = desk.ticket(requester=desk.hannah, subject="")
    for address in (reverse("portal:home"), reverse("portal:tickets"), reverse("portal:ticket", args=[ticket.number])):
        assert "Without a subject" in hannah.get(address).content.decode()


def test_a_stranger_finds_nothing_there(desk, client, ticket):
    client.force_login(a_person())
    for name in ("ticket", "why"):
        assert page_of(client, ticket, name).status_code == 404
    for name in ("answer", "confirm", "reopen"):
        assert client.post(reverse(f"portal:{name}", args=[ticket.number])).status_code == 404


def test_an_answer_joins_the_conversation_once_however_often_it_is_sent(hannah, ticket):
    address = reverse("portal:answer", args=[ticket.number])
    for _ in range(2):
        answer = hannah.post(address, {"text": "By cable too.", "token": "page-1"})
        assert answer.status_code == 302
    assert Message.objects.filter(ticket=ticket, text="By cable too.", from_desk=False).count() == 1


def test_an_empty_answer_is_refused_and_a_file_alone_is_enough(hannah, ticket):
    address = reverse("portal:answer", args=[ticket.number])
    assert hannah.post(address, {"text": " ", "token": "t"}).status_code == 422
    assert (
        hannah.post(address, {"text": "", "token": "t", "files": SimpleUploadedFile("a.txt", b"a")}).status_code == 302
    )


def test_an_answer_ends_the_wait(desk, hannah, ticket):
    waiting.wait_for_requester(ticket, by=desk.jonas, at=now())
    page = page_of(hannah, ticket).content.decode()
    assert "Your turn" in page
    assert "stands still" in page
    hannah.post(reverse("portal:answer", args=[ticket.number]), {"text": "Here it is", "token": "t"})
    ticket.refresh_from_db()
    assert ticket.status == Ticket.Status.OPEN


def test_the_requester_confirms_and_a_second_press_changes_nothing(desk, hannah, ticket):
    resolved(desk, ticket)
    assert "Yes, it works" in page_of(hannah, ticket).content.decode()
    for _ in range(2):
        assert hannah.post(reverse("portal:confirm", args=[ticket.number])).status_code == 302
    ticket.refresh_from_db()
    assert ticket.status == Ticket.Status.CLOSED


def test_the_requester_says_it_goes_on(desk, hannah, ticket):
    resolved(desk, ticket)
    assert hannah.post(reverse("portal:reopen", args=[ticket.number])).url.endswith("#answer")
    ticket.refresh_from_db()
    assert ticket.status == Ticket.Status.OPEN


def test_what_was_solved_is_done_and_what_was_withdrawn_or_refused_is_only_closed(desk, hannah, ticket):
    resolved(desk, ticket)
    lifecycle.confirm(ticket, by=desk.hannah, at=now())
    page = page_of(hannah, ticket).content.decode()
    for words in ("<b>Done</b>", "<dt>Done</dt>", "Write here if it comes back.", "Write if it comes back"):
        assert words in page
    other = desk.ticket(requester=desk.hannah)
    lifecycle.withdraw(other, by=desk.hannah, at=now())
    page = page_of(hannah, other).content.decode()
    for words in ("<b>Closed</b>", "<dt>How it ended</dt>", "Write here if there is more to say."):
        assert words in page
    assert "Done" not in page and "comes back" not in page


def test_a_group_that_has_it_is_named_once_and_beside_an_agent_too(desk, hannah, ticket):
    Ticket.objects.filter(pk=ticket.pk).update(group=desk.it)
    desk.it.names = {"en": "IT of Halden"}
    desk.it.save()
    page = page_of(hannah, ticket).content.decode()
    assert "<b>Jonas Weber is on it</b><small>IT of Halden, last change" in page
    Ticket.objects.filter(pk=ticket.pk).update(agent=None)
    assert "<b>IT of Halden has it</b><small>last change" in page_of(hannah, ticket).content.decode()


def test_a_colleague_reads_where_the_organisation_shares_but_does_not_write(desk, client, ticket):
    colleague = a_person(organisation=desk.halden)
    client.force_login(colleague)
    assert page_of(client, ticket).status_code == 404
    desk.halden.shares_tickets = True
    desk.halden.save()
    page = page_of(client, ticket)
    assert page.status_code == 200
    assert 'id="answer"' not in page.content.decode()
    refused = client.post(reverse("portal:answer", args=[ticket.number]), {"text": "Me too", "token": "t"})
    assert refused.status_code == 403
    assert ticket.number in client.get(reverse("portal:tickets"), {"which": "organisation"}).content.decode()


def test_a_late_answer_leads_to_the_follow_up_it_opened(desk, hannah, ticket):
    resolved(desk, ticket)
    lifecycle.confirm(ticket, by=desk.hannah, at=now())
    Ticket.objects.filter(pk=ticket.pk).update(closed_at=now() - timedelta(days=60))
    answer = hannah.post(reverse("portal:answer", args=[ticket.number]), {"text": "It is back", "token": "t"})
    follow_up = Ticket.objects.exclude(pk=ticket.pk).get(requester=desk.hannah)
    assert follow_up.number in answer.url


class TestLink:
    def token(self, ticket, person) -> str:
        url = links.ticket_link(links.Opened(ticket.pk, person.pk), at=now())
        return re.search(r"/t/([^/]+)/", url)[1]

    def open(self, client, ticket, person):
        return client.get(reverse("portal:link", args=[self.token(ticket, person)]), follow=True)

    def test_it_opens_one_ticket_without_signing_in(self, desk, client, ticket):
        other = desk.ticket(requester=desk.hannah)
        page = self.open(client, ticket, desk.hannah)
        assert page.status_code == 200
        assert "We are looking into it." in page.content.decode()
        assert "SECRET" not in page.content.decode()
        assert other.number not in page.content.decode()
        assert page.headers["Referrer-Policy"] == "same-origin"
        assert "no-store" in page.headers["Cache-Control"]
        assert client.get(reverse("portal:ticket", args=[ticket.number])).status_code == 302

    def test_the_key_goes_from_the_address_into_a_cookie_that_scripts_and_other_sites_do_not_get(
        self, desk, client, ticket, django_assert_num_queries
    ):
        token = self.token(ticket, desk.hannah)
        page = self.open(client, ticket, desk.hannah)
        assert page.redirect_chain == [(f"/follow/{ticket.number}/", 303)]
        assert token not in page.content.decode()
        (held,) = (one for name, one in client.cookies.items() if name.startswith(opened.PREFIX))
        assert held["httponly"] and held["samesite"] == "Lax" and held["max-age"] == "" and held["path"] == "/"
        assert held.value != token
        with django_assert_num_queries(
            2
        ):  # the person and the ticket: a program that looks through mails writes nothing
            Client().get(reverse("portal:link", args=[token]))

    def test_two_are_open_side_by_side_and_each_cookie_opens_its_own(self, desk, client, ticket):
        other = desk.ticket(requester=desk.hannah, subject="The other one")
        for one in (ticket, other):
            self.open(client, one, desk.hannah)
        for one in (ticket, other):
            assert one.subject in client.get(reverse("portal:link_ticket", args=[one.number])).content.decode()
        third = desk.ticket(requester=desk.hannah)
        client.cookies[opened.PREFIX + third.number] = client.cookies[opened.PREFIX + other.number].value
        assert client.get(reverse("portal:link_ticket", args=[third.number])).status_code == 410

    def test_of_many_the_oldest_go(self, desk, client):
        made = [desk.ticket(requester=desk.hannah) for _each in range(opened.MOST + 2)]
        for one in made:
            self.open(client, one, desk.hannah)
        held = [name for name, one in client.cookies.items() if name.startswith(opened.PREFIX) and one.value]
        assert held == [opened.PREFIX + one.number for one in made[2:]]

    def test_who_does_not_hold_it_is_told_to_open_the_mail_and_who_is_signed_in_comes_to_their_own_page(
        self, desk, client, ticket
    ):
        here = reverse("portal:link_ticket", args=[ticket.number])
        assert client.get(here).status_code == client.get("/follow/INC-0/").status_code == 410
        typed = client.post(reverse("portal:link_answer", args=[ticket.number]), {"text": "An hour of thought"})
        assert typed.status_code == 403 and "An hour of thought" in typed.content.decode()
        client.force_login(desk.hannah)
        assert client.get(here).url == reverse("portal:ticket", args=[ticket.number])

    def test_it_is_over_after_a_day_with_signing_out_and_by_a_button(self, desk, client, ticket, monkeypatch):
        here = reverse("portal:link_ticket", args=[ticket.number])
        monkeypatch.setattr(opened, "LASTS", timedelta(0))
        assert self.open(client, ticket, desk.hannah).status_code == 410
        monkeypatch.undo()
        for end in ("/sign-out/", reverse("portal:link_leave", args=[ticket.number])):
            assert self.open(client, ticket, desk.hannah).status_code == 200
            client.post(end)
            assert client.get(here).status_code == 410

    def test_its_holder_answers_and_confirms_as_that_person(self, desk, client, ticket):
        self.open(client, ticket, desk.hannah)
        client.post(reverse("portal:link_answer", args=[ticket.number]), {"text": "By cable too.", "token": "t"})
        assert Message.objects.get(text="By cable too.").author == desk.hannah
        resolved(desk, ticket)
        confirmed = client.post(reverse("portal:link_confirm", args=[ticket.number]))
        assert confirmed.url == reverse("portal:link_ticket", args=[ticket.number])
        ticket.refresh_from_db()
        assert ticket.status == Ticket.Status.CLOSED
        Ticket.objects.filter(pk=ticket.pk).update(closed_at=now() - timedelta(days=60))
        late = reverse("portal:link_answer", args=[ticket.number])
        assert "It is back" in client.post(late, {"text": "It is back", "token": "u"}, follow=True).content.decode()

    def test_it_is_the_address_of_the_portals_page(self, desk, ticket):
        url = links.ticket_link(links.Opened(ticket.pk, desk.hannah.pk), at=now())
        assert url.endswith(reverse("portal:link", args=[self.token(ticket, desk.hannah)]))

    def test_it_speaks_the_persons_language(self, desk, client, ticket):
        desk.hannah.language = "fa"
        desk.hannah.save()
        page = self.open(client, ticket, desk.hannah)
        assert page.headers["Content-Language"] == "fa"
        assert 'dir="rtl"' in page.content.decode()

    def test_a_changed_or_old_link_opens_nothing(self, desk, client, ticket):
        token = self.token(ticket, desk.hannah)
        changed = client.get(reverse("portal:link", args=[token[:-2] + "xx"]))
        assert changed.status_code == 410 and "410" in changed.content.decode()
        old = links.ticket_link(links.Opened(ticket.pk, desk.hannah.pk), at=now() - links.VALID)
        assert client.get(old.replace("http://localhost:8000", "")).status_code == 410

    def test_somebody_who_does_not_take_part_any_more_gets_nothing(self, desk, client, ticket):
        assert self.open(client, ticket, desk.tom).status_code == 404
        assert self.open(client, ticket, desk.hannah).status_code == 200
        Ticket.objects.filter(pk=ticket.pk).update(requester=desk.tom)
        assert client.get(reverse("portal:link_ticket", args=[ticket.number])).status_code == 404

    def test_the_acknowledgement_carries_one(self, desk, client, ticket):
        mail = OutgoingMail.objects.filter(subject=ticket.pk, kind="acknowledgement").first()
        way = mail.placeholders["link"].replace("http://localhost:8000", "")
        assert client.get(way, follow=True).status_code == 200


class TestFiles:
    @pytest.fixture
    def file(self, hannah, ticket):
        upload = SimpleUploadedFile("<b>ş.html", b"<script>alert(1)</script>", content_type="text/html")
        hannah.post(reverse("portal:answer", args=[ticket.number]), {"text": "", "token": "t", "files": upload})
        return ticket.messages.order_by("-id").first().files.get()

    def test_a_file_goes_out_as_a_download_that_no_browser_runs(self, hannah, ticket, file):
        answer = hannah.get(reverse("portal:file", args=[ticket.number, file.pk]))
        assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Content-Type"] == "application/octet-stream"

    def test_a_picture_in_a_mail_of_theirs_is_among_its_files(self, hannah, ticket, file):
        MessageFile.objects.update(name="screen.png", content_type="image/png", content_id="a@b.test", size=20_000)
        page = hannah.get(reverse("portal:ticket", args=[ticket.number])).content.decode()
        assert reverse("portal:file", args=[ticket.number, file.pk]) in page and "screen.png" in page

    def test_a_file_is_given_out_with_its_own_ticket_alone(self, desk, hannah, ticket, file):
        other = desk.ticket(requester=desk.hannah)
        assert hannah.get(reverse("portal:file", args=[other.number, file.pk])).status_code == 404

    def test_the_file_of_a_note_is_not_given_to_the_requester(self, hannah, ticket, file):
        Message.objects.filter(pk=file.message_id).update(is_internal=True)
        assert hannah.get(reverse("portal:file", args=[ticket.number, file.pk])).status_code == 404


class TestLists:
    def test_the_list_goes_on_page_by_page_by_key(self, desk, hannah):
        made = [desk.ticket(requester=desk.hannah, subject=f"Number {n}").number for n in range(PAGE + 3)]
        first = hannah.get(reverse("portal:tickets")).content.decode()
        assert first.count("Number ") == PAGE
        older = re.search(r'href="(\?which=open&amp;before=\d+)"', first)[1].replace("&amp;", "&")
        second = hannah.get(reverse("portal:tickets") + older).content.decode()
        assert second.count("Number ") == 3
        assert made[0] in second
        newer = re.search(r'href="(\?which=open&amp;after=\d+)"', second)[1].replace("&amp;", "&")
        assert hannah.get(reverse("portal:tickets") + newer).content.decode().count("Number ") == PAGE

    def test_open_and_all(self, desk, hannah, ticket):
        resolved(desk, ticket)
        lifecycle.confirm(ticket, by=desk.hannah, at=now())
        assert ticket.number not in hannah.get(reverse("portal:tickets")).content.decode()
        assert ticket.number in hannah.get(reverse("portal:tickets"), {"which": "all"}).content.decode()

    def test_the_first_page_shows_whose_turn_it_is(self, desk, hannah, ticket):
        resolved(desk, ticket)
        page = hannah.get(reverse("portal:home")).content.decode()
        assert "Your turn" in page
        assert "Yes, it works" in page
        assert "Hello Hannah," in page

    def test_one_field_finds_own_requests_by_any_word_and_what_can_be_asked_for(self, desk, hannah, ticket):
        desk.ticket(requester=desk.tom, subject="Another VPN")
        part = hannah.get(reverse("portal:find"), {"q": "minute"}, headers={"HX-Request": "true"}).content.decode()
        assert ticket.subject in part
        part = hannah.get(reverse("portal:find"), {"q": "vpn"}, headers={"HX-Request": "true"}).content.decode()
        assert "Another VPN" not in part
        part = hannah.get(reverse("portal:find"), {"q": "lapt"}, headers={"HX-Request": "true"}).content.decode()
        assert "New laptop" in part
        nothing = hannah.get(reverse("portal:find"), {"q": "SECRET"}, headers={"HX-Request": "true"}).content.decode()
        assert ticket.number not in nothing

    def test_the_beginning_of_each_word_of_a_subject_is_enough(self, desk, hannah):
        ticket = desk.ticket(requester=desk.hannah, subject="Etiket yazıcısı boş sayfa basıyor")
        part = hannah.get(reverse("portal:find"), {"q": "YAZICI boş"}, headers={"HX-Request": "true"}).content.decode()
        assert ticket.number in part

    def test_without_javascript_the_field_answers_with_the_page(self, hannah, ticket):
        page = hannah.get(reverse("portal:home"), {"q": "vpn"}).content.decode()
        assert "<html" in page
        assert "Your request: VPN drops" in page


class TestFrontDoor:
    def test_a_visitor_sees_what_is_open_to_all(self, desk, client):
        page = client.get("/").content.decode()
        assert "Report a problem" in page
        assert "New laptop" not in page

    def test_a_requester_comes_to_the_portal(self, hannah):
        assert hannah.get("/").url == reverse("portal:home")


class TestCost:
    """Queries a page needs, session and person included; more tickets and messages must not mean more queries."""

    def test_home(self, desk, hannah, ticket, django_assert_num_queries):
        for _ in range(4):
            desk.ticket(requester=desk.hannah)
        hannah.get(reverse("portal:home"))
        with django_assert_num_queries(10):  # on every page: approvals that wait, what is new, and how it looks
            hannah.get(reverse("portal:home"))

    def test_list(self, desk, hannah, ticket, django_assert_num_queries):
        for _ in range(PAGE):
            desk.ticket(requester=desk.hannah)
        hannah.get(reverse("portal:home"))
        with django_assert_num_queries(8):  # one asks whose approval each waits for
            hannah.get(reverse("portal:tickets"))

    def test_ticket(self, hannah, ticket, django_assert_num_queries):
        for number in range(5):
            hannah.post(
                reverse("portal:answer", args=[ticket.number]), {"text": f"More {number}", "token": str(number)}
            )
        # approvals that wait for the reader and here, forms asked for, what is new, how it looks, what alike took
        with django_assert_num_queries(13):
            page_of(hannah, ticket)


def test_after_two_persons_are_joined_one_list_shows_the_requests_of_both_and_the_undo_parts_them(desk, hannah, ticket):
    toms = desk.ticket(requester=desk.tom, subject="Tom's own")
    record = joining.join(desk.hannah, desk.tom, by=desk.jonas, at=now())
    page = hannah.get(reverse("portal:tickets")).content.decode()
    assert ticket.number in page
    assert toms.number in page
    assert Message.objects.get(ticket=toms).author == desk.hannah
    joining.undo_join(record, by=desk.jonas, at=now())
    page = hannah.get(reverse("portal:tickets")).content.decode()
    assert ticket.number in page
    assert toms.number not in page


def test_an_agent_comes_to_the_workspace(desk, client):
    client.force_login(desk.jonas)
    assert client.get("/").url == reverse("workspace:desk")


def test_the_front_door_of_an_empty_desk_leads_its_administrator_to_the_first_steps(desk, client):
    client.force_login(desk.ada)
    assert client.get("/").url == reverse("studio:guide")
    client.force_login(desk.jonas)
    assert client.get("/").url == reverse("workspace:desk")
    desk.ticket()
    client.force_login(desk.ada)
    assert client.get("/").url == reverse("workspace:desk")
