"""How long a session lasts, and what is asked once more in it."""

from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sira.people import arriving, links, persons
from sira.people.models import Person
from sira.people.tests.cast import a_person, an_agent

pytestmark = pytest.mark.django_db
PASSWORD = "a sentence for this test"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def comes(person: Person) -> Client:
    if not person.check_password(PASSWORD):  # a new one ends the sessions before
        persons.set_password(person, password=PASSWORD, by=person)
    persons.addresses.mirror_for_sign_in(person)
    client = Client()
    assert client.post("/sign-in/", {"login": person.email, "password": PASSWORD, "remember": "on"}).status_code == 302
    return client


def by_link(person: Person) -> Client:
    person.set_unusable_password()
    person.save()
    client = Client()
    secret = links.make_link(person.addresses.get(), goes_to="/", at=timezone.now())
    assert client.post(f"/sign-in/link/{secret}/").status_code == 302
    return client


def row(client: Client) -> Session:
    return Session.objects.get(session_key=client.session.session_key)


def left(client: Client) -> timedelta:
    return row(client).expire_date - timezone.now()


def passes(client: Client, some: timedelta) -> None:
    """As if all of it had happened so much earlier."""
    key, session = client.session.session_key, client.session
    came = session[arriving.CAME]
    session[arriving.CAME] = came | {"at": came["at"] - int(some.total_seconds())}
    records = session.get("account_authentication_methods", [])
    session["account_authentication_methods"] = [one | {"at": one["at"] - some.total_seconds()} for one in records]
    ends = row(client).expire_date
    session.save()
    Session.objects.filter(session_key=key).update(expire_date=ends - some)


def is_in(client: Client) -> bool:
    return client.get("/profile/").status_code == 200


@pytest.mark.parametrize(("who", "idle"), [(an_agent, 8 * HOUR), (a_person, 7 * DAY)])
def test_a_session_that_is_left_alone_ends_after_the_time_of_who_it_is(who, idle):
    client, gone = comes(who()), comes(who())
    assert idle - MINUTE < left(client) <= idle
    passes(client, idle - 10 * MINUTE)
    passes(gone, idle)
    assert is_in(client) and not is_in(gone)
    assert idle - MINUTE < left(client) <= idle, "being used, it goes on"


def test_the_times_are_set(settings):
    settings.IDLE_STAFF, settings.IDLE_REQUESTERS = 30, 60
    assert 29 * MINUTE < left(comes(an_agent())) <= 30 * MINUTE
    assert 59 * MINUTE < left(comes(a_person())) <= 60 * MINUTE


def test_a_session_ends_two_weeks_after_it_began_however_much_it_is_used():
    client = comes(a_person())
    for _day in range(13):
        passes(client, DAY)
        assert is_in(client)
    passes(client, DAY - MINUTE)
    assert is_in(client)
    passes(client, 2 * MINUTE)
    assert not is_in(client)


def test_a_page_costs_no_statement_for_it_and_one_every_few_minutes():
    client = comes(an_agent())
    for _page in range(2):  # what is composed and looked up once
        client.get("/profile/")
    passes(client, 4 * MINUTE)
    with CaptureQueriesContext(connection) as quiet:
        client.get("/profile/")
    passes(client, 2 * MINUTE)
    with CaptureQueriesContext(connection) as written:
        client.get("/profile/")
    assert len(written) == len(quiet) + 1
    assert [one["sql"][:41] for one in written if "UPDATE" in one["sql"]] == [
        'UPDATE "django_session" SET "expire_date"'
    ]


@pytest.mark.parametrize("headers", [{"HX-Request": "true"}, {"Sec-Fetch-Mode": "cors"}])
def test_what_a_page_fetches_by_itself_keeps_no_session_alive(headers):
    client = comes(an_agent())
    passes(client, 7 * HOUR)
    assert client.get("/profile/", headers=headers).status_code == 200
    assert left(client) <= HOUR
    assert client.get("/profile/", headers={"Sec-Fetch-Mode": "navigate"}).status_code == 200
    assert left(client) > 7 * HOUR


def test_a_board_on_the_wall_stays():
    client = comes(an_agent())
    passes(client, 7 * HOUR)
    client.get("/boards/figures/wall/", headers={"HX-Request": "true"})
    assert left(client) > 7 * HOUR


def test_what_was_sent_from_a_session_that_ended_is_shown_again():
    client = comes(a_person())
    passes(client, 8 * DAY)
    page = client.post("/profile/", {"name": "Gül of the second floor"})
    assert page.status_code == 403 and "Gül of the second floor" in page.content.decode()


def test_being_written_does_not_make_a_session_longer():
    client = comes(an_agent())
    passes(client, 7 * HOUR)
    session = client.session
    session["more"] = 1
    session.save()
    assert left(client) <= HOUR


def test_sessions_are_shown_and_ended_by_who_has_lately_shown_who_they_are():
    person = an_agent()
    here, there = comes(person), comes(person)
    other = UserSession.objects.get(session_key=there.session.session_key)
    assert here.get("/profile/sessions/").status_code == 200, "they have just come in"
    passes(here, HOUR)
    for answer in (
        here.get("/profile/sessions/"),
        here.post(f"/profile/sessions/{other.pk}/end/"),
        here.post("/profile/sessions/end/"),
    ):
        assert answer.status_code == 302 and answer.url.startswith("/profile/prove/")
    assert is_in(there)
    here.post("/profile/prove/", {"password": "a wrong sentence"})
    assert here.get("/profile/sessions/").status_code == 302
    here.post("/profile/prove/", {"password": PASSWORD})
    assert here.get("/profile/sessions/").status_code == 200
    here.post("/profile/sessions/end/")
    assert not is_in(there) and is_in(here)


def test_who_has_a_second_factor_and_no_password_shows_that():
    person = a_person()
    client = by_link(person)
    TOTP.activate(person, generate_totp_secret())
    passes(client, HOUR)
    assert client.get("/profile/sessions/").url.startswith("/profile/prove/code/")


@pytest.mark.parametrize(
    "page", ["/profile/sessions/", "/profile/second-factor/app/", "/profile/second-factor/keys/add/"]
)
def test_who_has_neither_password_nor_second_factor_shows_it_by_a_link(page):
    person = a_person()
    client = by_link(person)
    assert client.get(page).status_code == 200
    passes(client, HOUR)
    answer = client.get(page, follow=True)
    assert answer.redirect_chain[-1][0].startswith("/profile/prove/mail/")
    assert f'name="next" value="{page}"' in answer.content.decode()
    secret = links.make_link(person.addresses.get(), goes_to=page, at=timezone.now())
    assert client.post(f"/sign-in/link/{secret}/").url == page
    assert client.get(page).status_code == 200


def test_a_session_of_before_that_does_not_say_when_it_began_ends_when_it_was_to_end():
    client = comes(a_person())
    session = client.session
    del session[arriving.CAME]
    session.save()
    Session.objects.filter(session_key=session.session_key).update(expire_date=timezone.now() + HOUR)
    assert is_in(client)
    assert left(client) <= HOUR


def test_a_window_asks_whose_session_it_is_and_asking_keeps_none_going():
    person = a_person()
    client = comes(person)
    passes(client, HOUR)
    before = left(client)
    told = client.get("/session/", headers={"Sec-Fetch-Mode": "cors"})
    assert (told.status_code, told.json()) == (200, {"person": person.pk}) and left(client) <= before
    assert "no-store" in told["Cache-Control"]
    row(client).delete()
    assert client.get("/session/").status_code == Client().get("/session/").status_code == 401
    told = client.get("/session/?language=pl").json()
    assert told["person"] is None and told["sign_in"] == "Zaloguj się" and told["way"] == "/sign-in/"
