"""Each page answers, hides what it must, and costs as many queries as are written here."""

import re
from html import unescape

import pytest
from django.urls import reverse

from sira.tickets import conversation
from sira.tickets.messages import Said
from sira.tickets.models import HistoryEntry, Ticket
from sira.tickets.tests.cast import monday
from sira.workspace.models import SavedView
from sira.workspace.views import queue

PART = {"headers": {"HX-Request": "true", "HX-Target": "div#ticket"}}


def page(client, address, status=200, **more) -> str:
    answer = client.get(address, **more)
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()


class TestTheQueue:
    def test_the_desk_shows_the_tickets_of_ones_groups_and_leads_to_them(self, desk, jonas):
        ticket = desk.ticket(subject="Printer is out")
        shown = page(jonas, "/desk/")
        assert "Printer is out" in shown
        assert f'href="/tickets/{ticket.number}/?queue=groups"' in shown

    def test_an_empty_queue_says_what_comes_next(self, desk, jonas):
        shown = page(jonas, "/desk/?queue=mine")
        assert "Nobody is waiting" in shown and "?queue=all" in shown

    def test_another_groups_tickets_are_in_no_list(self, desk, sign_in):
        desk.ticket(subject="Only for IT")
        zeynep = sign_in(desk.zeynep)
        for scope in ("groups", "all", "unassigned", "risk", "broken", "waiting", "resolved", "opened", "solved"):
            assert "Only for IT" not in page(zeynep, f"/desk/?queue={scope}")

    def test_htmx_gets_the_queue_alone(self, desk, jonas):
        desk.ticket()
        shown = page(jonas, "/desk/?queue=all&open=7", headers={"HX-Request": "true"})
        assert shown.lstrip().startswith("<section") and "<html" not in shown

    def test_the_table_is_narrowed_by_filters_and_works_as_a_plain_form(self, desk, jonas):
        desk.ticket(subject="A high one", impact=1, urgency=2)
        desk.ticket(subject="A low one", impact=3, urgency=3)
        high = Ticket.objects.get(subject="A high one")
        shown = page(jonas, f"/desk/queue/?queue=groups&priority={high.priority}&agent=&type=x")
        assert "A high one" in shown and "A low one" not in shown
        assert "<noscript><button" in shown

    def test_a_list_can_be_kept_under_a_name_and_forgotten(self, desk, jonas, sign_in):
        answer = jonas.post("/desk/views/", {"queue": "groups", "name": "  High ones ", "priority": "2"})
        view = SavedView.objects.get()
        assert answer.url.endswith(f"?view={view.pk}")
        assert (view.name, view.filters, view.owner) == ("High ones", {"priority": [2]}, desk.jonas)
        assert "High ones" in page(jonas, answer.url)
        assert sign_in(desk.ayse).post(f"/desk/views/{view.pk}/forget/").status_code == 404
        told = page(jonas, jonas.post(f"/desk/views/{view.pk}/forget/").url)
        assert not SavedView.objects.exists()
        undo = unescape(re.search(r'/desk/views/\?again=[^"]+', told)[0])
        sign_in(desk.ayse).post(undo)
        assert not SavedView.objects.exists()  # nobody else's list comes back
        jonas.post(undo)
        back = SavedView.objects.get()
        assert (back.name, back.filters, back.scope, back.owner) == (
            "High ones",
            {"priority": [2]},
            "groups",
            desk.jonas,
        )

    def test_a_kept_list_is_called_by_another_name_and_shared_and_stays_as_it_is(self, desk, jonas, sign_in):
        jonas.post("/desk/views/", {"queue": "groups", "name": "High ones", "priority": "2"})
        view = SavedView.objects.get()
        assert 'value="High ones"' in page(jonas, f"/desk/queue/?view={view.pk}")
        change = {"view": view.pk, "name": "Burning", "with": desk.it.pk}
        assert sign_in(desk.ayse).post("/desk/views/", change).status_code == 404
        jonas.post("/desk/views/", change)
        view = SavedView.objects.get()
        assert (view.name, view.group, view.filters) == ("Burning", desk.it, {"priority": [2]})

    def test_a_kept_list_says_how_much_is_in_it_and_whether_there_is_more(self, desk, jonas, monkeypatch):
        for _more in range(3):
            desk.ticket()
        SavedView.objects.create(owner=desk.jonas, name="All of ours", scope="groups", filters={})
        SavedView.objects.create(owner=desk.jonas, name="None", scope="mine", filters={"tag": ["x"]})
        shown = page(jonas, "/desk/views/counted/")
        assert '<span class="count">3</span>' in shown and '<span class="count">0</span>' in shown
        monkeypatch.setattr(queue, "COUNTED", 2)
        assert '<span class="count">2+</span>' in page(jonas, "/desk/views/counted/?menu")

    def test_all_kept_lists_are_counted_by_one_question(self, desk, jonas, django_assert_num_queries):
        for name in ("one", "two", "three"):
            SavedView.objects.create(owner=desk.jonas, name=name, scope="groups", filters={"priority": [2]})
        jonas.get("/desk/views/counted/")
        with django_assert_num_queries(5):  # session, person, views, groups, counts
            page(jonas, "/desk/views/counted/")


class TestTheTicket:
    def test_it_shows_what_was_said_the_reasons_and_the_promises(self, desk, jonas):
        ticket = desk.ticket(subject="VPN drops")
        conversation.answer(ticket, Said(text="On a cable too?"), by=desk.jonas, at=monday(9, 10))
        conversation.note(ticket, Said(text="The gateway again."), by=desk.ayse, at=monday(9, 12))
        shown = page(jonas, ticket.get_absolute_url())
        for words in ("It drops every few minutes.", "On a cable too?", "The gateway again.", "because", "Promises"):
            assert words in shown

    def test_the_channel_of_a_message_is_called_as_its_reader_calls_it(self, desk, jonas):
        desk.jonas.language = "fa"
        desk.jonas.save()
        shown = page(jonas, desk.ticket().get_absolute_url())
        said = shown.partition('<article class="message"')[2].partition("</header>")[0]
        assert ">ایمیل<" in said and ">mail<" not in said

    @pytest.mark.parametrize(("minute", "words"), [(0, "Took less than a minute of the "), (10, "Took 10 min of the ")])
    def test_what_was_kept_says_how_long_it_took(self, desk, jonas, minute, words):
        ticket = desk.ticket()
        conversation.answer(ticket, Said(text="On a cable too?"), by=desk.jonas, at=monday(9, minute))
        assert words in page(jonas, ticket.get_absolute_url()).replace("\xa0", " ")

    def test_of_another_group_it_is_not_there(self, desk, sign_in):
        ticket = desk.ticket()
        zeynep = sign_in(desk.zeynep)
        for way in ("", "assign/", "change/", "priority/", "resolve/", "merge/", "link/", "hold/", "messages/1/"):
            assert zeynep.get(f"{ticket.get_absolute_url()}{way}").status_code == 404
        for way in ("answer/", "take/", "assign/", "change/", "close/", "watch/", "wait/"):
            assert zeynep.post(f"{ticket.get_absolute_url()}{way}", {"text": "x"}).status_code == 404

    def test_a_requester_is_sent_to_the_portal(self, desk, sign_in):
        ticket = desk.ticket()
        tom = sign_in(desk.tom)
        answer = tom.get(ticket.get_absolute_url())
        assert answer.url == reverse("portal:ticket", args=[ticket.number])
        assert tom.get("/desk/").url == reverse("portal:home")
        assert tom.post(f"{ticket.get_absolute_url()}answer/", {"kind": "note", "text": "x"}).status_code == 302
        assert not ticket.messages.filter(is_internal=True).exists()

    def test_who_is_not_signed_in_signs_in_first(self, client, desk):
        ticket = desk.ticket()
        assert "sign-in" in client.get(ticket.get_absolute_url()).url

    def test_htmx_gets_the_ticket_without_the_queue(self, desk, jonas):
        ticket = desk.ticket()
        shown = page(jonas, ticket.get_absolute_url(), **PART)
        assert 'id="ticket"' in shown and 'id="queue"' not in shown

    def test_news_are_read_by_the_agent_who_has_it(self, desk, jonas, sign_in):
        ticket = desk.ticket()
        Ticket.objects.filter(pk=ticket.pk).update(agent=desk.jonas, has_news=True)
        page(sign_in(desk.ayse), ticket.get_absolute_url())
        assert Ticket.objects.get(pk=ticket.pk).has_news
        page(jonas, ticket.get_absolute_url())
        assert not Ticket.objects.get(pk=ticket.pk).has_news

    def test_what_happened_at_once_is_one_line_and_a_step_ahead_is_left_to_the_stage_line(self, desk, jonas):
        ticket = desk.ticket()
        assert HistoryEntry.objects.filter(ticket=ticket).count() > 1
        assert page(jonas, ticket.get_absolute_url()).count('<p class="fact">') == 1

    def test_the_html_of_a_mail_stands_alone_and_loads_nothing(self, desk, jonas):
        ticket = desk.ticket(said=Said(text="Hello", html="<p>Hello</p>"))
        answer = jonas.get(f"{ticket.get_absolute_url()}messages/{ticket.messages.get().pk}/")
        assert b"<p>Hello</p>" in answer.content
        assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'; img-src data:;")
        assert 'class="mail-frame" sandbox="allow-popups" ' in page(jonas, ticket.get_absolute_url())


class TestSearchAndPeople:
    def test_the_search_finds_words_and_numbers(self, desk, jonas):
        ticket = desk.ticket(subject="Label printer prints blanks")
        assert ticket.number in page(jonas, "/desk/find/?q=printers")
        assert ticket.number in page(jonas, f"/desk/find/?q={ticket.pk}")
        assert "Nothing with" in page(jonas, "/desk/find/?q=qqqqq")
        older = page(jonas, "/desk/find/?q=printers&before=1")
        assert "Nothing here" in older and "Nothing with" not in older

    def test_what_is_found_tells_its_stage(self, desk, jonas):
        ticket = desk.ticket(subject="Label printer prints blanks")
        hit = page(jonas, "/desk/find/?q=drops").partition('class="hit"')[2]
        assert str(ticket.get_stage_display()) in hit.partition("</article>")[0]

    def test_the_search_hides_other_groups(self, desk, sign_in):
        ticket = desk.ticket(subject="Label printer prints blanks")
        assert ticket.number not in page(sign_in(desk.zeynep), "/desk/find/?q=printers")

    def test_the_palette_finds_tickets_and_people(self, desk, jonas):
        ticket = desk.ticket(subject="Label printer prints blanks")
        rows = jonas.get("/desk/commands/?q=printer").json()
        assert any(row.get("number") == ticket.number for row in rows)
        rows = jonas.get("/desk/commands/?q=hannah").json()
        assert any(row["words"] == "Hannah Brooks" for row in rows)

    def test_the_palette_leads_to_lists_views_and_pages_in_the_reader_s_language(self, desk, jonas):
        SavedView.objects.create(owner=desk.jonas, name="Gold customers", scope="groups", filters={})
        rows = jonas.get("/desk/commands/?q=").json()
        assert {"group": "go", "words": "Mine", "url": "/desk/?queue=mine", "key": "g m"} in rows
        assert [row["words"] for row in jonas.get("/desk/commands/?q=gold").json() if row["group"] == "go"] == [
            "Gold customers"
        ]
        desk.jonas.language = "tr"
        desk.jonas.save()
        found = jonas.get("/desk/commands/?q=gruplarim").json()
        assert any(row["url"] == "/desk/?queue=groups" for row in found)

    def test_a_persons_page_shows_what_the_reader_may_see_of_their_history(self, desk, jonas, sign_in):
        desk.ticket(subject="Only for IT", requester=desk.hannah)
        address = reverse("workspace:person", args=[desk.hannah.pk])
        assert "Only for IT" in page(jonas, address)
        assert "Only for IT" not in page(sign_in(desk.zeynep), address)


class TestANewTicket:
    def given(self, desk, **more):
        return {
            "mail": "new@person.example",
            "name": "New Person",
            "subject": "Phone is dead",
            "text": "No tone.",
            "channel": "phone",
            "type": desk.incident.pk,
            "impact": "3",
            "urgency": "2",
            "key": "form-1",
            **more,
        }

    def test_an_agent_opens_one_for_somebody_on_the_phone_and_a_second_click_opens_no_second(self, desk, jonas):
        first = jonas.post("/desk/new/", self.given(desk))
        again = jonas.post("/desk/new/", self.given(desk))
        ticket = Ticket.objects.get(subject="Phone is dead")
        assert first.url == again.url == ticket.get_absolute_url()
        assert (ticket.channel, ticket.requester.name) == ("phone", "New Person")

    def test_a_refused_form_keeps_what_was_typed(self, desk, jonas):
        answer = jonas.post("/desk/new/", self.given(desk, mail="not an address"))
        assert answer.status_code == 422
        assert "No tone." in answer.content.decode() and "form-1" in answer.content.decode()


@pytest.mark.parametrize(
    ("address", "queries"),
    [("/desk/", 11), ("/desk/queue/", 15), ("{ticket}", 34), ("{part}", 25), ("/desk/find/?q=drops", 9)],
)
def test_queries_of_each_page(desk, jonas, django_assert_max_num_queries, address, queries):
    """They do not grow with the number of rows: a second measure with more tickets must fit too.

    One of each counts the approvals that wait, one the notices for the bell.
    """
    ticket = desk.ticket()
    for _more in range(3):
        desk.ticket(requester=desk.hannah)
    part = address == "{part}"
    address = address.replace("{ticket}", ticket.get_absolute_url()).replace("{part}", ticket.get_absolute_url())
    jonas.get(address)
    with django_assert_max_num_queries(queries):
        page(jonas, address, **(PART if part else {}))


def test_a_new_ticket_begins_as_what_most_are(client, desk):
    client.force_login(desk.jonas)
    chosen = client.get("/desk/new/").context["form"]["type"].value()
    assert chosen == desk.incident.pk
