"""The table as each one wants it, what was done to several undone, the board by stage with the gate's answer."""

import re
from datetime import timedelta

import pytest
from django.utils.timezone import now

from sira.tickets import conversation, lifecycle
from sira.tickets.messages import Said
from sira.tickets.models import Ticket
from sira.tickets.tests.cast import monday
from sira.workspace import queues
from sira.workspace.models import Change, SavedView

HTMX = {"HX-Request": "true", "HX-Target": "section#board", "HX-Request-Type": "partial"}


def page(client, address, **more) -> str:
    answer = client.get(address, **more)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def numbers(shown) -> list[str]:
    return re.findall(r'name="number" value="(INC-\d+)"', shown)


class TestShape:
    def test_columns_are_chosen_and_stay_chosen_in_this_browser(self, desk, jonas):
        desk.ticket()
        shown = page(jonas, "/desk/queue/?queue=all&shaped=yes&column=category&column=channel&by=agent")
        assert "E-mail" in shown and 'colspan="5"' in shown and "Time left</a>" not in shown
        assert 'colspan="5"' in page(jonas, "/desk/queue/?queue=groups")

    @pytest.mark.parametrize("by", ["promise", "priority", "stage", "agent", "group", "category", "organisation", ""])
    def test_rows_are_grouped_by_any_of_the_fields(self, desk, jonas, by):
        for _more in range(2):
            desk.ticket(requester=desk.hannah)
        shown = page(jonas, f"/desk/queue/?queue=all&shaped=yes&column=left&by={by}")
        assert len(numbers(shown)) == 2 and shown.count("group-row") == (1 if by else 0)

    @pytest.mark.parametrize("column", ["group", "category", "type", "tags", "opened", "requester", "changed"])
    def test_each_column_has_its_cell(self, desk, jonas, column):
        ticket = desk.ticket()
        Ticket.objects.filter(pk=ticket.pk).update(tags=["vpn"])
        shown = page(jonas, f"/desk/queue/?queue=all&shaped=yes&column={column}&by=")
        row = shown[shown.index("<tr data-row") :].partition("</tr>")[0]
        assert row.count("<td") == 4

    @pytest.mark.parametrize("sort", ["number", "-number", "priority", "-priority", "opened", "-opened", "-changed"])
    def test_a_sorted_list_is_whole_page_by_page_both_ways(self, desk, jonas, sort, monkeypatch):
        tickets = [desk.ticket(at=monday(9) + timedelta(minutes=dice)) for dice in (7, 3, 9, 1, 3)]
        for ticket, priority in zip(tickets, (2, 1, 2, None, 4), strict=True):
            Ticket.objects.filter(pk=ticket.pk).update(priority=priority)
        monkeypatch.setitem(queues.page_of.__kwdefaults__, "size", 2)
        walked, address = [], f"/desk/queue/?queue=all&sort={sort}"
        for _page in range(5):
            shown = page(jonas, address)
            walked += numbers(shown)
            older = re.search(r'href="(\?[^"]*after=[^"]*)"', shown)
            if not older:
                break
            address = "/desk/queue/" + older[1].replace("&amp;", "&")
        key = {
            "number": lambda one: (one.pk, one.pk),
            "priority": lambda one: (one.priority or 9, one.pk),
            "opened": lambda one: (one.opened_at, one.pk),
            "changed": lambda one: (one.changed_at, one.pk),
        }[sort.removeprefix("-")]
        wanted = sorted(Ticket.objects.all(), key=key, reverse=sort.startswith("-"))
        assert walked == [one.number for one in wanted]

    def test_a_view_shared_with_a_group_is_everybody_s_there_and_only_its_owner_forgets_it(self, desk, jonas, sign_in):
        desk.ticket(subject="A shared one")
        given = {
            "queue": "groups",
            "name": "Ours",
            "with": desk.it.pk,
            "shape": '{"columns": ["agent"], "by": "stage"}',
        }
        view = jonas.post("/desk/views/", given).url
        kept = SavedView.objects.get()
        assert (kept.group, kept.shape["columns"], kept.shape["by"]) == (desk.it, ["agent"], "stage")
        ayse = sign_in(desk.ayse)
        shown = page(ayse, view)
        assert "A shared one" in shown and 'colspan="4"' in shown and "Forget this view" not in shown
        assert ayse.post(f"/desk/views/{kept.pk}/forget/").status_code == 404
        assert "Ours" not in page(sign_in(desk.zeynep), "/desk/queue/")

    def test_every_list_is_kept_under_a_name(self, desk, jonas):
        for scope in queues.SCOPES:
            jonas.post("/desk/views/", {"queue": scope, "name": scope, "hour": "9"})
        assert set(SavedView.objects.values_list("scope", flat=True)) == set(queues.SCOPES)

    def test_a_view_is_shared_with_own_groups_only(self, desk, jonas):
        jonas.post("/desk/views/", {"queue": "groups", "name": "Ours", "with": desk.hr.pk})
        assert SavedView.objects.get().group is None

    @pytest.mark.parametrize("cookie", ["", "{", "[]", '{"columns": 7}', '{"by": "x", "sort": 3}'])
    def test_a_spoilt_cookie_gives_the_usual_table(self, desk, jonas, cookie):
        desk.ticket()
        jonas.cookies["sira_table"] = cookie
        assert "<tr data-row" in page(jonas, "/desk/queue/?queue=all")


class TestUndo:
    def done(self, client, ticket, **given):
        answer = client.post(
            "/desk/queue/several/", {"number": [ticket.number], "list": "queue=all", **given}, follow=True
        )
        found = re.search(r'action="(/desk/queue/several/\d+/undo/[^"]*)"', answer.content.decode())
        return found[1].replace("&amp;", "&") if found else ""

    def test_what_was_done_to_several_is_put_back(self, desk, jonas):
        ticket = desk.ticket()
        before = Ticket.objects.get(pk=ticket.pk)
        undo = self.done(jonas, ticket, act="priority", priority="1", answered="yes")
        assert Ticket.objects.get(pk=ticket.pk).priority == 1
        assert "1 ticket is as it was" in jonas.post(undo, follow=True).content.decode()
        assert Ticket.objects.get(pk=ticket.pk).priority == before.priority
        undo = self.done(jonas, ticket, act="assign", to=f"{desk.hr.pk}-", answered="yes")
        assert Ticket.objects.get(pk=ticket.pk).group == desk.hr
        told = jonas.post(undo, follow=True).content.decode()
        assert f"These stay as they are: {ticket.number}" in told, "it is not theirs to take back"
        assert Ticket.objects.get(pk=ticket.pk).group == desk.hr

    def test_what_somebody_has_changed_since_stays(self, desk, jonas):
        ticket = desk.ticket()
        undo = self.done(jonas, ticket, act="tags", tags="vpn", answered="yes")
        Ticket.objects.filter(pk=ticket.pk).update(tags=["vpn", "cable"])
        assert f"These stay as they are: {ticket.number}" in jonas.post(undo, follow=True).content.decode()
        assert Ticket.objects.get(pk=ticket.pk).tags == ["vpn", "cable"]

    def test_into_no_group_nothing_goes_back(self, desk, jonas):
        ticket = desk.ticket()
        Ticket.objects.filter(pk=ticket.pk).update(group=None, agent=None)
        undo = self.done(jonas, ticket, act="assign", to=f"{desk.it.pk}-", answered="yes")
        assert ticket.number in jonas.post(undo, follow=True).content.decode()
        assert Ticket.objects.get(pk=ticket.pk).group == desk.it

    def test_only_once_and_only_by_who_did_it(self, desk, jonas, sign_in):
        ticket = desk.ticket()
        undo = self.done(jonas, ticket, act="tags", tags="vpn", answered="yes")
        assert sign_in(desk.ayse).post(undo).status_code == 404
        jonas.post(undo)
        Ticket.objects.filter(pk=ticket.pk).update(tags=["vpn"])
        jonas.post(undo)
        assert Ticket.objects.get(pk=ticket.pk).tags == ["vpn"] and Change.objects.get().undone_at


class TestBoard:
    @pytest.fixture
    def ticket(self, desk):
        ticket = desk.ticket(subject="VPN drops")
        Ticket.objects.filter(pk=ticket.pk).update(agent=desk.jonas, stage="assigned")
        return ticket

    def move(self, client, ticket, stage, **more):
        return client.post(f"{ticket.get_absolute_url()}move/?queue=all", {"stage": stage}, **more)

    def test_a_ticket_stands_in_the_column_of_its_stage(self, desk, jonas, ticket):
        shown = page(jonas, "/desk/board/?queue=all")
        column = shown.partition('data-stage="assigned"')[2].partition("</section>")[0]
        assert "VPN drops" in column

    def test_moving_it_goes_through_the_operation_that_leads_there(self, desk, jonas, ticket):
        self.move(jonas, ticket, "in_work")
        assert Ticket.objects.get(pk=ticket.pk).stage == "in_work"
        assert self.move(jonas, ticket, "testing").url == f"{ticket.get_absolute_url()}resolve/"
        lifecycle.resolve(ticket, by=desk.jonas, resolution="Renewed.", at=now())
        self.move(jonas, ticket, "closed")
        assert Ticket.objects.get(pk=ticket.pk).status == "closed"

    def test_the_gate_s_answer_stands_on_the_board(self, desk, jonas, ticket):
        answer = self.move(jonas, ticket, "closed", headers=HTMX)
        assert answer.status_code == 409 and "No step leads there" in answer.content.decode()
        assert Ticket.objects.get(pk=ticket.pk).stage == "assigned"

    def test_of_others_nothing_moves(self, desk, sign_in, ticket):
        assert self.move(sign_in(desk.zeynep), ticket, "in_work").status_code == 404


def test_a_peek_shows_the_last_words_and_counts_as_no_visit(desk, jonas, sign_in):
    ticket = desk.ticket()
    Ticket.objects.filter(pk=ticket.pk).update(agent=desk.jonas, has_news=True)
    conversation.note(ticket, Said(text="Between us"), by=desk.ayse, at=now())
    shown = page(jonas, f"{ticket.get_absolute_url()}peek/")
    assert "Between us" in shown and Ticket.objects.get(pk=ticket.pk).has_news
    assert sign_in(desk.zeynep).get(f"{ticket.get_absolute_url()}peek/").status_code == 404
