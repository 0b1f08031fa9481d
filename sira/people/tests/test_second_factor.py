"""A second thing at the door: set up, asked for, needed by administrators, never lost by a slip."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.usersessions.models import UserSession
from django.core import mail as outbox
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from sira.people import jobs, links, persons, second_factor
from sira.people.models import Person
from sira.people.tests.cast import NOON, a_person, an_administrator
from sira.plumbing.models import AuditEntry
from sira.plumbing.refusals import NotAllowed
from sira.plumbing.sealing import SIGN

PASSWORD = "a sentence for this test"


@pytest.fixture
def ewa(db, settings):
    settings.SECOND_FACTOR_FOR = ("administrator",)
    person = an_administrator()
    persons.set_password(person, password=PASSWORD, by=person)
    person.addresses.update(verified_at=timezone.now())
    persons.addresses.mirror_for_sign_in(person)
    return person


def code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def comes(person: Person) -> Client:
    client = Client()
    answer = client.post("/sign-in/", {"login": person.email, "password": PASSWORD})
    client.came = answer
    return client


def test_an_administrator_without_one_gets_no_further_than_setting_one_up(ewa):
    client = comes(ewa)
    for page in ("/studio/", "/studio/people/", "/desk/", "/profile/"):
        assert client.get(page).headers["Location"] == "/profile/second-factor/"
    assert client.get("/profile/second-factor/").status_code == 200
    assert client.post("/studio/people/enter/", {"name": "X"}).headers["Location"] == "/profile/second-factor/"


def test_who_is_no_administrator_goes_on_as_before(ewa):
    person = a_person()
    persons.set_password(person, password=PASSWORD, by=person)
    persons.addresses.mirror_for_sign_in(person)
    assert comes(person).get("/profile/").status_code == 200


def test_setting_up_an_app_opens_the_desk_and_is_asked_next_time(ewa):
    client = comes(ewa)
    page = client.get("/profile/second-factor/app/")
    secret = re.search(r'<code dir="ltr">(\w+)</code>', page.content.decode())[1]
    assert client.post("/profile/second-factor/app/", {"code": "000000"}).status_code == 200
    client.post("/profile/second-factor/app/", {"code": code(secret)})
    assert client.get("/studio/people/").status_code == 200

    again = comes(ewa)
    assert again.came.headers["Location"] == "/sign-in/second-factor/"
    assert "sign-in" in again.get("/studio/").headers["Location"]
    assert again.post("/sign-in/second-factor/", {"code": "123456"}).status_code == 200
    cache.clear()  # a code is good once
    assert again.post("/sign-in/second-factor/", {"code": code(secret)}).status_code == 302
    assert again.get("/studio/people/").status_code == 200


def test_a_password_that_was_not_typed_just_now_is_asked_for_before_the_first_one(ewa):
    client, other = comes(ewa), Client()
    session = client.session
    for proof in session["account_authentication_methods"]:
        proof["at"] -= 6 * 60
    session.save()
    other.post(f"/sign-in/link/{links.make_link(ewa.addresses.get(), goes_to='/', at=timezone.now())}/")
    for browser in (client, other):
        assert "/profile/prove/" in browser.get("/profile/second-factor/app/").headers["Location"]
        browser.post("/profile/prove/", {"password": PASSWORD})
        assert browser.get("/profile/second-factor/app/").status_code == 200


def test_a_second_one_needs_a_proof_however_lately_they_came(ewa):
    first = generate_totp_secret()
    TOTP.activate(ewa, first)
    client = comes(ewa)
    assert client.post("/sign-in/second-factor/", {"code": code(first)}).status_code == 302
    for page in ("keys/add/", "app/remove/", "codes/new/"):
        assert "/profile/prove/" in client.get(f"/profile/second-factor/{page}").headers.get("Location", ""), page


def test_the_key_of_an_app_is_sealed_in_the_database(ewa):
    secret = generate_totp_secret()
    TOTP.activate(ewa, secret)
    assert secret not in str(Authenticator.objects.values_list("data", flat=True))
    RecoveryCodes.activate(ewa)
    seed = Authenticator.objects.get(type="recovery_codes").data["seed"]
    assert seed.startswith(SIGN)


def test_a_recovery_code_lets_in_once(ewa):
    TOTP.activate(ewa, generate_totp_secret())
    codes = RecoveryCodes.activate(ewa)
    first = codes.get_unused_codes()[0]
    for worked in (True, False):
        client = comes(ewa)
        client.post("/sign-in/second-factor/", {"code": first})
        assert (client.get("/studio/people/").status_code == 200) is worked


def test_a_code_of_the_app_lets_in_once(ewa):
    secret = generate_totp_secret()
    TOTP.activate(ewa, secret)
    shown = code(secret)
    for worked in (True, False):
        client = comes(ewa)
        client.post("/sign-in/second-factor/", {"code": shown})
        assert (client.get("/studio/people/").status_code == 200) is worked


def test_a_new_password_ends_every_other_session_of_theirs(ewa, settings):
    settings.SECOND_FACTOR_FOR = ()
    here, elsewhere = comes(ewa), comes(ewa)
    assert elsewhere.get("/profile/").status_code == 200
    here.post("/profile/password/", {"current": PASSWORD, "password": "another sentence for this test"})
    assert here.get("/profile/").status_code == 200
    assert elsewhere.get("/profile/").headers["Location"].startswith("/sign-in/")
    assert elsewhere.get("/session/").status_code == 401


def test_a_link_by_mail_is_no_way_around_it(ewa):
    TOTP.activate(ewa, generate_totp_secret())
    client = Client()
    secret = links.make_link(ewa.addresses.get(), goes_to="/studio/", at=timezone.now())
    assert client.post(f"/sign-in/link/{secret}/").headers["Location"] == "/sign-in/second-factor/"
    assert client.get("/studio/").status_code == 302


def test_the_only_one_of_an_administrator_stays(ewa):
    totp = TOTP.activate(ewa, generate_totp_secret()).instance
    assert not second_factor.may_remove(totp)
    key = Authenticator.objects.create(user=ewa, type="webauthn", data={"name": "Key", "credential": {}})
    assert second_factor.may_remove(totp)
    totp.delete()
    assert not second_factor.may_remove(key)


def test_a_key_that_is_the_only_one_is_not_removed_by_its_button(ewa):
    key = Authenticator.objects.create(user=ewa, type="webauthn", data={"name": "Key", "credential": {}})
    client = Client()
    client.force_login(ewa)
    client.post("/profile/prove/", {"password": PASSWORD})
    assert client.post(f"/profile/second-factor/keys/{key.pk}/remove/").status_code == 409
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_guessing_codes_ends_soon(ewa):
    TOTP.activate(ewa, generate_totp_secret())
    client = comes(ewa)
    answers = [client.post("/sign-in/second-factor/", {"code": f"{n:06}"}).content.decode() for n in range(8)]
    assert "Too many attempts" in answers[-1]


PROVEN = {"proven": "called back on 4711", "way": "page", "at": NOON}


def test_an_administrator_takes_away_somebody_else_s_but_not_their_own(ewa):
    other = an_administrator("Olga Other")
    TOTP.activate(other, generate_totp_secret())
    second_factor.take_away(other, by=ewa, **PROVEN)
    assert not second_factor.factors(other).exists()
    with pytest.raises(NotAllowed):
        second_factor.take_away(ewa, by=ewa, **PROVEN)


def test_nobody_s_factor_goes_without_a_word_on_how_it_was_made_sure_who_asks(ewa):
    other = an_administrator("Olga Other")
    TOTP.activate(other, generate_totp_secret())
    with pytest.raises(second_factor.NotProven):
        second_factor.take_away(other, by=ewa, **PROVEN | {"proven": "  "})
    assert second_factor.factors(other).exists()
    second_factor.take_away(other, by=ewa, **PROVEN)
    told = AuditEntry.objects.get(what="take second factor away")
    assert (told.by, told.key, told.changes) == (ewa.pk, str(other.pk), {"proven": "called back on 4711"})


def test_who_loses_their_factor_is_out_everywhere_and_told_by_mail(ewa, settings, monkeypatch):
    monkeypatch.setattr(jobs.tell_factor_is_gone, "defer", jobs.tell_factor_is_gone.func)
    settings.SECOND_FACTOR_FOR = ()
    other = an_administrator("Olga Other")
    persons.set_password(other, password=PASSWORD, by=other)
    persons.addresses.mirror_for_sign_in(other)
    stolen = comes(other)
    assert stolen.get("/profile/").status_code == 200
    second_factor.take_away(other, by=ewa, **PROVEN)
    assert stolen.get("/profile/").status_code == 302
    (letter,) = outbox.outbox
    assert letter.to == [other.email] and "Ewa Nowak took the second factor" in letter.body
    assert "4711" not in letter.body, "who reads their mail must not learn how to pass for them"


EVERYBODY = ("requester", "agent", "lead", "manager", "administrator")


@pytest.mark.parametrize("role", EVERYBODY)
@pytest.mark.parametrize("by", ["password", "link"])
def test_where_everybody_needs_one_no_role_gets_further_without(ewa, settings, role, by):
    settings.SECOND_FACTOR_FOR = EVERYBODY
    person = a_person(role=role)
    person.set_unusable_password()
    person.save()
    client = Client()
    if by == "password":
        persons.set_password(person, password=PASSWORD, by=person)
        persons.addresses.mirror_for_sign_in(person)
        client = comes(person)
    else:
        secret = links.make_link(person.addresses.get(), goes_to="/portal/", at=timezone.now())
        client.post(f"/sign-in/link/{secret}/")
    for page in ("/", "/portal/", "/portal/requests/", "/desk/", "/profile/"):
        assert client.get(page).headers["Location"] == "/profile/second-factor/", page
    page = client.get("/profile/second-factor/app/")
    secret = re.search(r'<code dir="ltr">(\w+)</code>', page.content.decode())[1]
    client.post("/profile/second-factor/app/", {"code": code(secret)})
    assert client.get("/profile/second-factor/codes/").status_code == 200, "the code they typed is proof enough"
    assert client.get("/profile/").status_code == 200


def test_a_sample_desk_says_that_it_does_without(ewa):
    second_factor.waive(ewa, at=timezone.now())
    client = comes(ewa)
    assert client.get("/studio/people/").status_code == 200
    assert "sample desk" in client.get("/profile/second-factor/").content.decode()


def test_sessions_are_listed_and_ended(ewa, settings):
    settings.SECOND_FACTOR_FOR = ()
    here, there = comes(ewa), comes(ewa)
    assert here.get("/profile/sessions/").content.decode().count("<li>") >= 2
    other = UserSession.objects.get(session_key=there.session.session_key)
    here.post(f"/profile/sessions/{other.pk}/end/")
    assert there.get("/profile/").status_code == 302 and here.get("/profile/").status_code == 200
    assert "You are signed in nowhere else." in here.get("/profile/sessions/").content.decode()
    third = comes(ewa)
    UserSession.objects.filter(session_key=here.session.session_key).delete()
    assert "End all others" in here.get("/profile/sessions/").content.decode()  # one is known, and it is not this one
    here.post("/profile/sessions/end/")
    assert third.get("/profile/").status_code == 302 and here.get("/profile/").status_code == 200


def test_nobody_ends_the_session_of_somebody_else(ewa, settings):
    settings.SECOND_FACTOR_FOR = ()
    ewas = comes(ewa)
    other = a_person()
    persons.set_password(other, password=PASSWORD, by=other)
    persons.addresses.mirror_for_sign_in(other)
    stranger = comes(other)
    row = UserSession.objects.get(session_key=ewas.session.session_key)
    assert stranger.post(f"/profile/sessions/{row.pk}/end/").status_code == 404
    assert ewas.get("/profile/").status_code == 200
