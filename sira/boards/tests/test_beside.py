"""What stands beside the numbers of now: how old, how long, how quick, and what waits for somebody to be free."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.http import QueryDict
from django.utils import timezone
from django.utils.timezone import now

from sira.insight import stood
from sira.insight.scope import bounds
from sira.people.models import SupportGroup
from sira.routing.models import Waiting
from sira.tickets import assigning, flows, lifecycle
from sira.tickets.models import Ticket
from sira.workspace import queues
from sira.workspace.queues import Queue
from sira.workspace.tests.test_queues import shuffle

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def words_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def way_with(page: str, words: str) -> str:
    return unescape(re.search(rf'href="([^"]+)"[^>]*>{words}<', page)[1])


def test_what_nobody_could_be_given_waits_for_somebody_to_be_free_until_it_is_taken(desk, sign_in):
    SupportGroup.objects.filter(key="it").update(strategy="round_robin")
    desk.it.members.clear()
    ticket = desk.ticket()
    assert Waiting.objects.filter(subject=ticket.pk).exists() and ticket.group == desk.it
    client = sign_in(desk.ada)
    page = client.get("/boards/").content.decode()
    assert "1 waits for somebody to be free" in words_of(page)
    shown = client.get(way_with(page, "1 waits for somebody to be free")).content.decode()
    assert ticket.number in shown and "Waiting for somebody to be free" in shown
    desk.it.members.add(desk.jonas)
    assigning.assign(ticket, group=desk.it, agent=desk.jonas, by=desk.ada, at=now())
    assert "to be free" not in client.get("/boards/").content.decode()


def test_the_age_of_the_oldest_that_nobody_has_stands_over_the_list_that_begins_with_it(desk, sign_in):
    shuffle(desk, seed=31)
    at = now()
    Ticket.objects.filter(agent=None).update(opened_at=at - timedelta(minutes=20))
    eldest = Ticket.objects.active().filter(agent=None, group=desk.it).earliest("pk")
    Ticket.objects.filter(pk=eldest.pk).update(opened_at=at - timedelta(hours=3, minutes=5))
    client = sign_in(desk.ada)
    page = client.get("/boards/").content.decode()
    said = re.search(r"the oldest: [^<]+", page)[0]
    assert said.replace("\xa0", " ") == "the oldest: 3 h 05 m"
    assert way_with(page, said) == "/desk/queue/?queue=unassigned&sort=opened"
    assert queues.page_of(Queue("unassigned", sort="opened"), desk.ada, at=at).ids[0] == eldest.pk
    Ticket.objects.filter(pk=eldest.pk).update(opened_at=at - 2.5 * DAY)
    assert "the oldest: 2 days" in client.get("/boards/").content.decode()
    assert "2 days" not in client.get(f"/boards/?group={desk.hr.pk}").content.decode()


def test_what_waits_for_its_requester_and_came_more_than_three_days_ago_is_told(desk, sign_in):
    tickets = [desk.ticket(at=now() - ago * DAY) for ago in (1, 3, 4, 9)]
    Ticket.objects.filter(pk__in=[one.pk for one in tickets]).update(status="waiting")
    client = sign_in(desk.ayse)
    assert "2 came over 3 days ago" in client.get("/boards/").content.decode()


def test_first_answers_are_the_mean_of_what_each_solved_today(desk, sign_in):
    shuffle(desk, seed=32)
    solved = Ticket.objects.filter(merged_into=None, status="closed").order_by("pk")
    Ticket.objects.update(answered_in=None)
    for one, agent, answered, ago in zip(
        solved,
        (desk.jonas, desk.jonas, desk.ayse, desk.jonas),
        (600, 1800, None, 6000),
        (0, 0, 0, 2),
        strict=False,
    ):
        one.agent, one.answered_in, one.resolved_at = agent, answered, now() - ago * DAY
        one.save()
    page = sign_in(desk.ada).get("/boards/").content.decode()
    people = {name: words_of(row) for name, row in re.findall(r"<bdi>([^<]+)</bdi>(.*?)</tr>", page, re.DOTALL)}
    assert people["Jonas Weber"].endswith("20 min") and people["Ayşe Demir"].endswith("–")
    assert re.search(r"Together .*? 20 min", words_of(page))


def test_what_else_is_due_today_and_what_of_todays_solutions_had_come_back_is_told(desk, sign_in):
    at, day = now(), flows.desk_day(now())
    ends = bounds(day, day)[1]
    due = (at - DAY, at + (ends - at) / 2, ends - timedelta(microseconds=1), ends)
    for one, moment in zip([desk.ticket() for _each in due], due, strict=True):
        Ticket.objects.filter(pk=one.pk).update(due_at=moment, warn_at=moment, turn_at=moment)
    for number, one in enumerate([desk.ticket() for _each in range(3)]):
        lifecycle.resolve(one, by=desk.ayse, resolution="Mended.", at=at)
        if number:
            lifecycle.reopen(one, by=desk.tom, at=at)
            lifecycle.resolve(Ticket.objects.get(pk=one.pk), by=desk.ayse, resolution="Mended again.", at=at)
    page = sign_in(desk.ada).get("/boards/").content.decode()
    for words, scope in (("2 more due today", "due_today"), ("2 resolved today had come back", "reopened")):
        way = urlsplit(way_with(page, words)).query
        assert QueryDict(way)["queue"] == scope
        queue = Queue(scope, queues.read_filters(QueryDict(way)))
        assert len(queues.page_of(queue, desk.ada, at=at).ids) == 2


def test_what_has_changed_within_the_hour_stands_under_the_numbers_of_now(desk, sign_in):
    first, second, third = (desk.ticket() for _each in range(3))
    hour = stood.hour_of(now() - timedelta(hours=1))
    Ticket.objects.filter(pk__in=[first.pk, second.pk, third.pk]).update(warn_at=hour + DAY, due_at=hour + 2 * DAY)
    stood.keep(hour)
    Ticket.objects.filter(pk__in=[first.pk, second.pk]).update(warn_at=hour)
    lifecycle.resolve(third, by=desk.ayse, resolution="Mended.", at=now())
    clock = timezone.localtime(hour).strftime("%H:%M")
    client = sign_in(desk.ada)
    for board in ("/boards/", "/boards/figures/", "/boards/figures/wall/"):
        page = words_of(client.get(board).content.decode())
        assert f"At risk 2 2 more than at {clock}" in page, board
        assert f"Open now 2 1 fewer than at {clock}" in page, board
    for narrowed in (f"?group={desk.hr.pk}", "?channel=mail"):
        for board in ("/boards/", "/boards/figures/"):
            assert f"than at {clock}" not in words_of(client.get(board + narrowed).content.decode())
