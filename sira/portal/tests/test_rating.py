from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from sira.portal.tests.test_following import resolved
from sira.surveys.models import Mark
from sira.surveys.satisfaction import satisfaction
from sira.tickets import assigning, lifecycle, links
from sira.tickets.models import Ticket


@pytest.fixture
def ticket(desk) -> Ticket:
    ticket = desk.ticket(requester=desk.hannah, at=now() - timedelta(hours=2))
    if ticket.agent_id is None:
        assigning.take(ticket, by=desk.jonas, at=now())
    return ticket


@pytest.fixture
def hannah(desk, client):
    client.force_login(desk.hannah)
    return client


def mark(client, ticket, **given):
    return client.post(reverse("portal:mark", args=[ticket.number]), given)


def test_one_click_gives_the_mark_and_a_word_may_follow(desk, hannah, ticket):
    resolved(desk, ticket)
    page = hannah.get(reverse("portal:ticket", args=[ticket.number])).content.decode()
    assert "How did it go?" in page and "Very good" in page
    mark(hannah, ticket, value="5")
    mark(hannah, ticket, value="4", comment="Quick, thank you")
    mark(hannah, ticket, value="3")
    kept = Mark.objects.get()
    assert (kept.value, kept.comment, kept.person) == (3, "Quick, thank you", desk.hannah)


def test_what_is_not_solved_yet_gets_no_mark(desk, hannah, ticket):
    assert "How did it go?" not in hannah.get(reverse("portal:ticket", args=[ticket.number])).content.decode()
    assert mark(hannah, ticket, value="5").status_code == 409


def test_a_mark_is_one_of_five(desk, hannah, ticket):
    resolved(desk, ticket)
    for value in ("0", "6", "²", "", "-1"):
        assert mark(hannah, ticket, value=value).status_code == 422
    assert not Mark.objects.exists()


def test_only_who_asked_gives_it(desk, client, ticket):
    resolved(desk, ticket)
    client.force_login(desk.jonas)
    assert mark(client, ticket, value="5").status_code == 403


def test_the_link_in_the_mail_is_enough(desk, client, ticket):
    resolved(desk, ticket)
    token = links.ticket_link(links.Opened(ticket.pk, desk.hannah.pk), at=now()).rstrip("/").rsplit("/", 1)[-1]
    client.get(reverse("portal:link", args=[token]))
    client.post(reverse("portal:link_mark", args=[ticket.number]), {"value": "2"})
    assert Mark.objects.get().value == 2


def test_boards_read_how_content_people_are(desk, hannah, ticket):
    lifecycle.confirm(resolved(desk, ticket), by=desk.hannah, at=now())
    mark(hannah, ticket, value="5")
    since, until = now() - timedelta(hours=1), now() + timedelta(hours=1)
    told = satisfaction(since=since, until=until, ticket__group=ticket.group_id)
    assert (told.count, told.average, told.share) == (1, 5.0, 100.0)
    assert satisfaction(since=until, until=until + timedelta(days=1)).share is None
