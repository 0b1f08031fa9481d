"""Signing in by an organisation's own directory, against a real provider: who is let in, as whom, and who is not."""

import time
import urllib.error
import urllib.request
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils.timezone import now

from sira.people import links, persons
from sira.people.automation import automation
from sira.people.directories import begun, entering, keeping
from sira.people.directories.models import Directory, Identity
from sira.people.directories.tests import provider as providers
from sira.people.directories.tests.provider import CLIENT, SECRET, STRANGE_KEY, Provider
from sira.people.models import Person, SupportGroup
from sira.people.tests.cast import NOON, a_person, an_administrator, an_agent
from sira.tickets import assigning
from sira.tickets.models import Ticket
from sira.tickets.tests.cast import Desk

pytestmark = pytest.mark.django_db
BEGIN, BACK = "/sign-in/by/house/", "/sign-in/by/house/back/"


@pytest.fixture
def there():
    with providers.running() as provider:
        yield provider


@pytest.fixture
def house(there) -> Directory:
    return Directory.objects.create(
        key="house",
        name="House",
        issuer=there.issuer,
        client_id=CLIENT,
        secret=keeping.sealed(SECRET),
        mail_domains=["house.example"],
    )


class NoWay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_asked):
        return None


def led_to(client: Client, **more) -> str:
    page = client.post(BEGIN, more)
    assert page.status_code == 200, page.content.decode()
    return page.context["address"]


def signs_in_there(address: str) -> str:
    """What a browser does: it follows, and is sent back with an answer."""
    try:
        urllib.request.build_opener(NoWay).open(address)
    except urllib.error.HTTPError as sent:
        return sent.headers["Location"].partition("//")[2].partition("/")[2]
    raise AssertionError("nobody was sent back")


def comes(client: Client | None = None, **more):
    client = client or Client()
    answer = client.get("/" + signs_in_there(led_to(client, **more)))
    answer.person = client.session.get("_auth_user_id")
    return answer


def test_who_comes_for_the_first_time_is_a_requester_of_the_house_and_known_again(house, there):
    there.person["email_verified"] = True
    answer = comes(next="/profile/")
    assert (answer.status_code, answer.url) == (302, "/profile/")
    person = Person.objects.get(pk=answer.person)
    assert (person.name, person.email, person.role) == ("Ola Nowak", "ola@house.example", "requester")
    assert person.addresses.get().verified_at and not person.has_usable_password()
    assert comes().person == answer.person
    assert Identity.objects.get().person == person


def test_the_button_stands_on_the_sign_in_page_and_leads_there_with_a_proof(house, there, client):
    assert BEGIN in client.get("/sign-in/").content.decode()
    asked = dict(parse_qsl(urlsplit(led_to(client)).query))
    assert asked["code_challenge_method"] == "S256" and asked["redirect_uri"].endswith(BACK)
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    keeping.switch(house, on=False, by=an_administrator())
    assert BEGIN not in client.get("/sign-in/").content.decode()
    assert client.post(BEGIN).status_code == 404


def test_a_description_that_says_nothing_of_its_ways_is_taken_at_the_usual(house, there):
    there.description = {"id_token_signing_alg_values_supported": None, "token_endpoint_auth_methods_supported": None}
    assert comes().person


WRONG = {
    "another issuer": lambda there: there.token.update(iss="https://evil.example"),
    "another audience": lambda there: there.token.update(aud="somebody-else"),
    "several audiences, meant for another": lambda there: there.token.update(aud=[CLIENT, "other"], azp="other"),
    "several audiences, meant for nobody named": lambda there: there.token.update(aud=[CLIENT, "other"]),
    "another nonce": lambda there: there.token.update(nonce="of another sign-in"),
    "no nonce": lambda there: there.token.update(nonce=None),
    "expired": lambda there: there.token.update(iat=int(time.time()) - 900, exp=int(time.time()) - 300),
    "not yet": lambda there: there.token.update(nbf=int(time.time()) + 600),
    "no expiry": lambda there: there.token.update(exp=None),
    "no subject": lambda there: there.person.update(sub=""),
    "unsigned": lambda there: vars(there).update(alg="none"),
    "signed with the shared secret": lambda there: vars(there).update(alg="HS256", key=SECRET * 4),
    "signed with a strange key": lambda there: vars(there).update(key=STRANGE_KEY),
    "an unknown key's name": lambda there: vars(there).update(kid="k2"),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_token_that_is_not_signed_for_this_desk_and_this_sign_in_lets_nobody_in(house, there, wrong):
    wrong(there)
    answer = comes()
    assert answer.status_code == 403 and answer.person is None
    assert not Identity.objects.exists()
    assert not Person.objects.filter(name="Ola Nowak").exists()


def test_an_algorithm_counts_only_if_the_desk_knows_it_whatever_the_directory_offers(house, there):
    there.description["id_token_signing_alg_values_supported"] = ["none", "HS256"]
    assert Client().post(BEGIN).status_code == 409


def test_an_answer_counts_once_in_the_browser_that_asked_and_for_ten_minutes(house, there, monkeypatch):
    client, other = Client(), Client()
    way = "/" + signs_in_there(led_to(client))
    assert other.get(way).status_code == 403  # somebody sends their own answer to another's browser
    assert client.get(way).status_code == 302
    client.logout()
    assert client.get(way).status_code == 403
    late = "/" + signs_in_there(led_to(client))
    session = client.session
    for one in session[begun.KEPT].values():
        one["at"] -= begun.VALID.total_seconds() + 1
    session.save()
    assert client.get(late).status_code == 403
    assert client.get(BACK, {"state": "x", "code": "y"}).status_code == 403


def test_an_answer_of_one_directory_does_not_count_for_another(house, there):
    Directory.objects.create(key="other", name="Other", issuer="https://other.example", client_id=CLIENT)
    client = Client()
    way = "/" + signs_in_there(led_to(client))
    assert client.get(way.replace("/house/", "/other/")).status_code == 403
    way = "/" + signs_in_there(led_to(client))
    assert client.get(f"{way}&iss=https://other.example").status_code == 403


@pytest.mark.parametrize("said", [False, None, "false", "true", 1])
def test_an_unverified_mail_is_never_joined_to_who_has_it(house, there, said):
    known = a_person("Ola the Known", mail="ola@house.example")
    there.person["email_verified"] = said
    answer = comes()
    assert answer.status_code == 403 and answer.person is None and not known.identities.exists()
    assert "knows your mail address already" in answer.content.decode()


def test_an_unverified_mail_of_nobody_is_not_kept_since_it_would_bring_them_another_s_mails(house, there):
    person = Person.objects.get(pk=comes().person)
    assert person.email == "" and not person.addresses.exists()


def test_a_proved_mail_is_believed_for_the_domains_that_were_named_alone(house, there):
    there.person |= {"email": "boss@elsewhere.example", "email_verified": True}
    boss = an_administrator(mail="boss@elsewhere.example")
    assert comes().status_code == 403
    house.mail_domains = ["elsewhere.example"]
    house.save()
    assert comes().person == str(boss.pk)


def test_a_changed_mail_changes_nothing_about_who_it_is(house, there):
    there.person["email_verified"] = True
    first = comes().person
    other = a_person(mail="other@house.example")
    there.person["email"] = "other@house.example"
    assert comes().person == first != str(other.pk)
    there.person["sub"] = "u-2"  # and the same mail under another subject is somebody else
    assert comes().person == str(other.pk)


def test_a_subject_of_another_issuer_is_another_person(house, there):
    first = comes().person
    Identity.objects.update(issuer="https://other.example")
    assert comes().person != first


def test_a_directory_may_bring_nobody_new(house, there):
    Directory.objects.update(takes_new=False)
    answer = comes()
    assert answer.status_code == 403 and not Identity.objects.exists()


def test_who_was_let_go_is_not_let_in_and_who_was_joined_comes_as_the_other(house, there):
    there.person["email_verified"] = True
    person, kept = Person.objects.get(pk=comes().person), a_person("Kept")
    persons.let_go(person, by=automation())
    assert comes().status_code == 403
    Person.objects.filter(pk=person.pk).update(joined_into=kept)
    assert comes().person == str(kept.pk)


@pytest.mark.parametrize(
    ("strong", "token", "info", "counts"),
    [
        (["mfa"], {"amr": ["pwd", "mfa"]}, {}, True),
        (["gold"], {"acr": "gold"}, {}, True),
        (["mfa"], {"amr": ["pwd"], "acr": "1"}, {}, False),
        ([], {"amr": ["mfa"]}, {}, False),
        (["mfa"], {"amr": "mfa"}, {}, False),  # no list, so nobody knows what it is
        (["mfa"], {}, {"amr": ["mfa"]}, False),  # not signed
        (["mfa"], {}, {}, False),
    ],
)
def test_a_second_factor_of_the_directory_counts_where_it_was_asked_and_is_believed(
    house, there, settings, strong, token, info, counts
):
    settings.SECOND_FACTOR_FOR = ("requester",)
    there.person["email_verified"] = True
    there.token, there.info = token, {"sub": "u-1"} | info
    Directory.objects.update(strong=strong)
    client = Client()
    assert comes(client).person, "who has none of the desk's own comes in"
    page = client.get("/profile/")
    assert page.status_code == 200 if counts else page.url == "/profile/second-factor/"
    TOTP.activate(Person.objects.get(pk=client.session["_auth_user_id"]), generate_totp_secret())
    assert comes().url == ("/" if counts else "/sign-in/second-factor/")


def test_what_the_directory_asked_counts_for_nobody_who_comes_another_way_afterwards(house, there):
    there.token = {"amr": ["mfa"]}
    Directory.objects.update(strong=["mfa"])
    client = Client()
    comes(client)
    other = a_person()
    TOTP.activate(other, generate_totp_secret())
    secret = links.make_link(other.addresses.get(), goes_to="/", at=now())
    assert client.post(f"/sign-in/link/{secret}/").url == "/sign-in/second-factor/"


def test_a_session_lasts_for_the_hours_of_its_directory_also_after_the_desk_s_second_factor(house, there):
    ola = a_person(mail="ola@house.example")
    there.person["email_verified"] = True
    TOTP.activate(ola, secret := generate_totp_secret())
    Directory.objects.update(hours=3)
    client = Client()
    assert comes(client).url == "/sign-in/second-factor/"
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    assert client.post("/sign-in/second-factor/", {"code": code}).status_code == 302
    client.get("/profile/")
    left = Session.objects.get(session_key=client.session.session_key).expire_date - now()
    assert timedelta(hours=2, minutes=59) < left <= timedelta(hours=3)


def test_the_desk_s_second_factor_is_asked_all_the_same(house, there):
    there.person["email_verified"] = True
    ada = an_administrator(mail="ola@house.example")
    TOTP.activate(ada, generate_totp_secret())
    answer = comes()
    assert answer.url == "/sign-in/second-factor/" and answer.person is None


def test_who_is_signed_in_connects_and_is_known_by_it_from_then_on(house, there):
    known = a_person("Ola the Known", mail="ola@house.example")
    client = Client()
    client.force_login(known)
    assert BEGIN in client.get("/profile/").content.decode()
    assert comes(client).url == "/profile/"
    assert comes().person == str(known.pk)
    stranger = Client()
    stranger.force_login(a_person("Stranger"))
    assert comes(stranger).status_code == 409
    assert known.identities.count() == 1


def test_a_connection_that_was_begun_by_one_person_does_not_end_with_another(house, there):
    client = Client()
    client.force_login(a_person("First"))
    way = "/" + signs_in_there(led_to(client))
    ways = dict(client.session[begun.KEPT])
    client.force_login(a_person("Second"))
    session = client.session
    session[begun.KEPT] = ways
    session.save()
    assert client.get(way).status_code == 409 and not Identity.objects.exists()


def test_roles_and_groups_follow_a_claim_only_where_rules_say_so(house, there):
    group = SupportGroup.objects.create(key="it", name="IT")
    there.person |= {"groups": ["it-staff", "it-leads"], "role": "administrator", "is_staff": True}
    person = Person.objects.get(pk=comes().person)
    assert person.role == "requester"
    house.claim, house.rules = (
        "groups",
        [
            {"value": "it-staff", "role": "agent", "groups": ["it"]},
            {"value": "it-leads", "role": "lead", "groups": []},
        ],
    )
    house.save()
    comes()
    person.refresh_from_db()
    assert person.role == "lead" and person.support_groups.get() == group
    there.person["groups"] = "it-staff"
    comes()
    person.refresh_from_db()
    assert person.role == "agent" and person.support_groups.get() == group
    del there.person["groups"]
    comes()
    person.refresh_from_db()
    assert person.role == "requester" and not person.support_groups.exists()


def test_who_works_here_no_more_by_a_rule_hands_their_work_back(house, there):
    desk = Desk()
    Directory.objects.update(claim="groups", rules=[{"value": "staff", "role": "agent", "groups": ["it"]}])
    there.person |= {"groups": ["staff"]}
    person = Person.objects.get(pk=comes().person)
    ticket = desk.ticket()
    assigning.assign(ticket, group=ticket.group, agent=person, by=desk.ada, at=now())
    comes()
    assert Ticket.objects.get(pk=ticket.pk).agent == person, "who goes on working keeps it"
    there.person |= {"groups": []}
    comes()
    left = Ticket.objects.get(pk=ticket.pk)
    assert left.agent is None and left.group == ticket.group and not Person.objects.get(pk=person.pk).is_agent


def test_rules_leave_administrators_and_what_they_do_not_name(house, there):
    there.person |= {"email_verified": True, "groups": []}
    ada, agent = an_administrator(mail="ola@house.example"), an_agent(mail="jo@house.example")
    other = SupportGroup.objects.create(key="hr", name="HR")
    persons.put_in_group(agent, other, by=automation())
    Directory.objects.update(claim="groups", rules=[{"value": "x", "role": "manager", "groups": []}])
    comes()
    ada.refresh_from_db()
    assert ada.role == "administrator"
    Directory.objects.update(rules=[{"value": "x", "role": "", "groups": ["it"]}])
    there.person |= {"sub": "u-9", "email": "jo@house.example"}
    comes()
    agent.refresh_from_db()
    assert agent.role == "agent" and agent.support_groups.get() == other


def test_what_the_token_leaves_out_is_asked_for_and_believed_of_the_same_person_alone(house, there):
    there.info = {"sub": "u-1", "email": "ola@house.example", "email_verified": True}
    del there.person["email"]
    person = Person.objects.get(pk=comes().person)
    assert person.email == "ola@house.example"
    there.person["sub"] = "u-3"
    assert Person.objects.get(pk=comes().person).email == ""


def test_a_directory_that_is_away_says_so_and_the_other_ways_stay_open(house, there):
    there.is_away = True
    client = Client()
    answer = client.post(BEGIN)
    assert answer.status_code == 409 and "password or link" in answer.content.decode()
    assert client.get("/sign-in/").status_code == 200


def test_a_refusal_of_the_directory_is_told(house, there):
    client = Client()
    state = dict(parse_qsl(urlsplit(led_to(client)).query))["state"]
    assert client.get(BACK, {"state": state, "error": "access_denied"}).status_code == 403


def test_it_never_leads_to_another_site_afterwards(house, there):
    assert comes(next="//evil.example/").url == "/"


def test_ways_are_counted_by_where_they_begin(house, there, monkeypatch):
    monkeypatch.setattr("sira.people.directories.views.PER_ORIGIN", 2)
    client = Client()
    assert [client.post(BEGIN).status_code for _each in range(3)] == [200, 200, 429]
    assert [client.get(BACK).status_code for _each in range(3)] == [403, 403, 429]


def test_two_first_sign_ins_at_once_are_one_person(house, there, monkeypatch):
    claims = there.person | {"email_verified": True}
    first = entering.enter(house, claims, at=NOON)
    known, asked = entering._known, []

    def late(*given):
        asked.append(given)
        return None if len(asked) == 1 else known(*given)

    monkeypatch.setattr(entering, "_known", late)
    assert entering.enter(house, claims, at=NOON) == first
    assert Person.objects.filter(email="ola@house.example").count() == 1


def test_the_session_is_listed_like_any_other(house, there):
    client = Client()
    comes(client)
    assert "<li>" in client.get("/profile/sessions/").content.decode()


def test_the_try_says_what_is_wrong_in_clear_words(house, there: Provider):
    def tried(**changes) -> str:
        return str(keeping.look(Directory(**({"key": "house", "issuer": there.issuer, "client_id": CLIENT,
                                              "secret": keeping.sealed(SECRET)} | changes))).trouble)  # fmt: skip

    assert tried() == "None"
    assert "does not know this client id" in tried(secret=keeping.sealed("wrong"))
    assert "answers with 404" in tried(issuer=there.issuer + "/realm")
    assert "calls itself" in tried(issuer=there.issuer + "/")
    assert "could not be reached" in tried(issuer="http://127.0.0.1:9")
    assert "could not be reached" in tried(issuer="http://169.254.169.254/latest")
    there.description["jwks_uri"] = "http://elsewhere.example/keys"
    assert "jwks_uri" in tried()
    there.description = {"id_token_signing_alg_values_supported": ["HS256"]}
    assert "RS256 or ES256" in tried()
