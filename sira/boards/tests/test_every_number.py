"""Each number of each board is as large as the list that it opens, whoever reads: no list is wider than its number."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.db.models import F
from django.http import QueryDict
from django.test import Client
from django.utils.timezone import now

from sira.boards import asking, standing_out, tiles
from sira.boards.asking import Asked
from sira.insight import scope as scopes
from sira.people.models import Person
from sira.routing.models import Waiting
from sira.tickets.models import Category, Ticket
from sira.tickets.tests.cast import Desk, a_group, a_person, holding
from sira.workspace import queues
from sira.workspace.queues import Queue
from sira.workspace.tests.test_queues import shuffle

WAY = re.compile(r'<a\b[^>]*href="(/desk/queue/\?[^"]+)"([^>]*)>(.*?)</a>', re.DOTALL)
COUNT = re.compile(r'data-count="(\d+)"')
NUMBER = re.compile(r"\d[\d,]*")
BOARDS = ("/boards/", "/boards/below/", "/boards/figures/", "/boards/figures/wall/", "/boards/mine/")


def of_one_customer(desk: Desk) -> Person:
    """Sees no group at all."""
    return holding(desk.tom, "work", by=desk.ada, organisation=desk.halden)


def of_many_groups(desk: Desk) -> Person:
    busy = a_person("Busy Body", role="agent")
    for number in range(25):
        a_group(f"g{number}", busy)
    desk.it.members.add(busy)
    return busy


READERS = {
    "agent": lambda desk: desk.jonas,
    "lead": lambda desk: desk.ayse,
    "manager": lambda desk: a_person("Maria Manager", role="manager"),
    "administrator": lambda desk: desk.ada,
    "agent without a group": lambda desk: a_person("New Comer", role="agent"),
    "agent of many groups": of_many_groups,
    "helper in another group": lambda desk: holding(desk.jonas, "work", by=desk.ada, group=desk.hr),
    "helper of one customer": of_one_customer,
}


def scatter(desk: Desk, *, last: int | None) -> None:
    """Tickets of a customer and of the reader's last group; some came long ago, some wait for somebody to be free."""
    thirds = Ticket.objects.annotate(third=F("pk") % 3)
    thirds.filter(third=0).update(organisation=desk.halden)
    if last:
        thirds.filter(third=1).update(group=last)
    Ticket.objects.filter(status="waiting").update(opened_at=now() - timedelta(days=5))
    Ticket.objects.exclude(resolved_at=None).update(answered_in=F("priority") * 600)
    # Most of them were taken by hand meanwhile, or are solved.
    rows = Ticket.objects.exclude(group=None)
    Waiting.objects.bulk_create(Waiting(subject=one.pk, group_id=one.group_id, since=now()) for one in rows)


def told(page: str) -> dict[str, int]:
    """The ways of a page to lists, and the number of each."""
    found = {}
    for way, more, words in WAY.findall(page):
        count = COUNT.search(more)
        found[unescape(way)] = int(count[1]) if count else number_in(words)
    return found


def number_in(words: str) -> int:
    """The first."""
    return int(NUMBER.search(words)[0].replace(",", ""))


def held(person: Person, way: str) -> int:
    given = QueryDict(urlsplit(way).query)
    queue = Queue(given["queue"], queues.read_filters(given))
    return len(queues.page_of(queue, person, at=now(), size=1000).ids)


def walk(client: Client, person: Person, addresses: tuple[str, ...]) -> int:
    walked = 0
    for address in addresses:
        page = client.get(address, headers={"HX-Request": "true"})
        assert page.status_code == 200, address
        for way, number in told(page.content.decode()).items():
            assert held(person, way) == number, (address, way)
            walked += 1
    return walked


@pytest.mark.parametrize("who", READERS)
def test_every_number_of_every_board_and_letter_equals_its_list(desk, sign_in, who):
    person = READERS[who](desk)
    shuffle(desk, seed=21)
    groups = queues.groups_of(person)
    scatter(desk, last=groups[-1] if groups else None)
    tiles.keep(tiles.ALL, by=person, at=now())
    narrowed = [f"channel=mail&category={Category.objects.get(key='network').pk}", f"organisation={desk.halden.pk}"]
    narrowed += [f"group={key}" for key in groups[:1]]
    asked = tuple(f"{board}?{query}" for board in ("/boards/", "/boards/figures/") for query in narrowed)
    assert walk(sign_in(person), person, (*BOARDS, *asked)) > 40
    scope = scopes.today(now(), scopes.groups_seen(person))
    for words, way in (*standing_out.breaking(scope, person), *standing_out.seen(scope, person)):
        assert not way or held(person, way) == number_in(words), words


def test_a_group_that_the_reader_does_not_see_has_empty_lists(desk):
    shuffle(desk, seed=23)
    asked: Asked = asking.read({"group": str(desk.it.pk)}, desk.zeynep, at=now())
    assert held(desk.zeynep, asked.list_of("open")) == 0 == held(of_one_customer(desk), asked.list_of("open"))
