"""Every number of the board is a link to a list, and the list holds that many."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils.timezone import now

from sira.insight.scope import bounds
from sira.people.models import Organisation
from sira.tickets import flows
from sira.tickets.models import Ticket
from sira.workforce import absences, presence, working
from sira.workspace.tests.test_queues import shuffle

FIGURE = re.compile(r'href="(/desk/queue/\?[^"]+)"[^>]*data-figure="\w+"[^>]*>([\d,]+)<')
ROW = re.compile(r"<tr data-row")
DAY = timedelta(days=1)


def figures(client, address="/boards/") -> dict[str, int]:
    shown = client.get(address).content.decode()
    return {unescape(way): int(number.replace(",", "")) for way, number in FIGURE.findall(shown)}


def test_each_number_equals_its_list(desk, sign_in):
    shuffle(desk, seed=3)
    client = sign_in(desk.ayse)
    found = figures(client)
    assert len(found) > 10
    for way, number in found.items():
        assert len(ROW.findall(client.get(way).content.decode())) == number, way


def test_a_board_of_one_group_counts_that_group_alone(desk, sign_in):
    shuffle(desk, seed=4)
    client = sign_in(desk.ada)
    found = figures(client, f"/boards/?group={desk.hr.pk}")
    for way, number in found.items():
        assert f"group={desk.hr.pk}" in way
        assert len(ROW.findall(client.get(way).content.decode())) == number, way


@pytest.mark.parametrize("who", ["jonas", "ada"])
def test_a_board_of_a_category_a_customer_or_a_channel_equals_its_lists(desk, sign_in, who):
    shuffle(desk, seed=5)
    client = sign_in(getattr(desk, who))
    category = Ticket.objects.exclude(category=None).values_list("category", flat=True).first()
    for asked in (f"category={category}", f"customer={desk.halden.name[:6]}", f"channel=mail&group={desk.it.pk}"):
        found = figures(client, f"/boards/?{asked}")
        assert len(found) > 5
        for way, number in found.items():
            assert len(ROW.findall(client.get(way).content.decode())) == number, way


def test_a_customer_is_found_by_part_of_the_name_and_several_are_told(desk, sign_in):
    client = sign_in(desk.ada)
    for number in range(400):
        Organisation.objects.create(name=f"Zenith {number:03}", kind="customer")
    shown = client.get("/boards/?customer=zenith 399").content.decode()
    assert 'value="Zenith 399"' in shown and "could not be read" not in shown
    assert "could not be read" in client.get("/boards/?customer=zenith").content.decode()


@pytest.mark.parametrize("who", ["jonas", "ada"])
def test_each_number_below_the_board_equals_its_list(desk, sign_in, who):
    shuffle(desk, seed=6)
    client = sign_in(getattr(desk, who))
    assert "/boards/below/?" in client.get("/boards/").content.decode()
    found = figures(client, "/boards/below/")
    assert found
    for way, number in found.items():
        assert len(ROW.findall(client.get(way).content.decode())) == min(number, 50), way


def test_the_hours_of_the_day_add_up_to_what_came_today(desk, sign_in):
    shuffle(desk, seed=7)
    client = sign_in(desk.ada)
    found = figures(client)
    hours = {way: number for way, number in found.items() if "hour=" in way and "queue=opened" in way}
    today = next(number for way, number in found.items() if "hour=" not in way and "queue=opened" in way)
    first, last = bounds(flows.desk_day(now()), flows.desk_day(now()))
    came = Ticket.objects.filter(merged_into=None, opened_at__gte=first, opened_at__lt=last).count()
    assert hours and sum(hours.values()) == today == came


def test_how_much_somebody_takes_is_told_beside_what_they_have(desk, sign_in):
    tickets = [desk.ticket() for _number in range(9)]
    Ticket.objects.filter(pk__in=[one.pk for one in tickets]).update(agent=desk.jonas)
    working.set_limits(desk.jonas, by=desk.ada, at=now(), capacity=12)
    client = sign_in(desk.ada)
    shown = client.get("/boards/").content.decode()
    assert "of 12" in shown and 'class="cap"' in shown and "cap dashed" in shown
    working.set_limits(desk.jonas, by=desk.ada, at=now(), capacity=40)
    assert 'class="cap"' not in client.get("/boards/").content.decode()  # far beyond what anybody has
    working.set_limits(desk.jonas, by=desk.ada, at=now(), capacity=12)
    # Where tickets weigh differently a capacity counts no tickets.
    desk.it.weights = {"priority": {"1": 3}}
    desk.it.save()
    assert "of 12" not in client.get("/boards/").content.decode()


def test_what_is_usual_now_stands_under_what_is_open(desk, sign_in):
    client = sign_in(desk.ada)
    assert "usual now" not in client.get("/boards/").content.decode()
    for week in range(4):
        desk.ticket(at=now() - week * 7 * DAY - timedelta(hours=1))
    # Of the four that stand open now, three had come a week ago, two before that, one before that.
    assert "usual now: 1–3" in client.get("/boards/").content.decode()


def test_another_groups_board_is_not_there(desk, sign_in):
    assert sign_in(desk.zeynep).get(f"/boards/?group={desk.it.pk}").status_code == 404


def test_a_requester_is_sent_to_the_portal_and_sees_no_board(desk, sign_in):
    assert sign_in(desk.tom).get("/boards/").status_code == 302


def test_an_empty_board_says_what_will_stand_there(desk, sign_in):
    shown = sign_in(desk.jonas).get("/boards/").content.decode()
    assert "Nothing is late" in shown and "There is no open work" in shown


def test_htmx_gets_the_board_alone(desk, sign_in):
    shown = sign_in(desk.jonas).get("/boards/", headers={"HX-Request": "true"}).content.decode()
    assert 'id="board"' in shown and "<html" not in shown


def test_who_is_away_is_shown_as_away(desk, sign_in):

    presence.set_presence(desk.jonas, "busy", by=desk.jonas, at=now())
    assert 'data-presence="busy"' in sign_in(desk.ayse).get("/boards/").content.decode()


@pytest.mark.parametrize(("who", "told"), [("jonas", False), ("ayse", True), ("ada", True)])
def test_that_somebody_is_sick_is_told_to_who_leads_them_alone(desk, sign_in, who, told):
    desk.ayse.memberships.filter(group=desk.it).update(leads=True)
    absences.record_absence(desk.jonas, "sick", starts_at=now(), ends_at=None, by=desk.ada, at=now())
    absences.record_absence(desk.zeynep, "leave", starts_at=now(), ends_at=now() + DAY, by=desk.ada, at=now())
    shown = sign_in(getattr(desk, who)).get("/boards/").content.decode()
    assert 'data-presence="away"' in shown and ("Sick" in shown) == told
    assert ("On leave" in shown) == (who == "ada")


def test_queries_do_not_grow_with_tickets(desk, sign_in, django_assert_max_num_queries):
    client = sign_in(desk.ada)
    client.get("/boards/")
    shuffle(desk, seed=1, many=60)
    assert Ticket.objects.count() > 60
    # The reader's groups are asked once, who spoke of them for the bell, categories and customers to choose from; what
    # nobody has, today's first answers, what waits long and how it stood an hour ago stand beside the numbers.
    with django_assert_max_num_queries(25):
        client.get("/boards/")
