import re
import time
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail as outbox
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from sira.people import addresses, jobs, letters, limits, links, persons, signing_in
from sira.people.models import Attempt, SignInLink
from sira.people.tests.cast import NOON, a_person, an_administrator, an_agent
from sira.plumbing.jobs import app

pytestmark = pytest.mark.django_db
SECRET = re.compile(r"/sign-in/link/([\w-]{20,})/")


@pytest.fixture
def sent(monkeypatch):
    """Jobs run at once, as a worker would a moment later."""
    monkeypatch.setattr(jobs.send_sign_in_link, "defer", jobs.send_sign_in_link.func)
    return outbox.outbox


def secret_in(letter) -> str:
    return SECRET.search(letter.body)[1]


def test_a_link_goes_to_any_known_address_and_signs_in_who_never_did_before(client, sent):
    person = a_person(mail="ola@example.org")
    addresses.add_address(person, kind="mail", value="second@example.org", by=an_administrator(), at=NOON)
    answer = client.post(reverse("people:ask_for_link"), {"login": "Second@example.org", "next": "/profile/"})
    assert answer.url == reverse("people:link_sent")
    assert sent[0].to == ["second@example.org"]
    page = reverse("people:open_link", args=[secret_in(sent[0])])
    assert client.get(page).status_code == 200
    assert client.post(page).url == "/profile/"
    assert client.session["_auth_user_id"] == str(person.pk)
    assert person.addresses.get(value="second@example.org").verified_at
    assert not person.addresses.get(value="ola@example.org").verified_at


def test_the_first_to_come_to_an_empty_desk_reads_it_in_the_language_of_the_page_and_nobody_after_them(client):
    first, second = an_administrator(), a_person(mail="second@example.org", role="administrator")
    for person in (first, second):
        person.set_password("open sesame twice")
        person.save()
        answer = {"login": person.email, "password": "open sesame twice"}
        assert Client(headers={"accept-language": "tr"}).post(reverse("account_login"), answer).status_code == 302
        person.refresh_from_db()
    assert (first.language, second.language) == ("tr", "en")


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client, sent):
    a_person(mail="ola@example.org")
    known = client.post(reverse("people:ask_for_link"), {"login": "ola@example.org"})
    unknown = client.post(reverse("people:ask_for_link"), {"login": "nobody@example.org"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert len(sent) == 1


def test_a_link_works_once(client, sent):
    a_person(mail="ola@example.org")
    signing_in.ask_for_link("ola@example.org", origin="::1", goes_to="", asked="", at=now())
    page = reverse("people:open_link", args=[secret_in(sent[0])])
    assert client.post(page).status_code == 302
    client.logout()
    assert client.post(page).status_code == 410
    assert client.get(page).status_code == 410


def test_a_newer_link_ends_the_one_before(client, sent):
    person, other = a_person(mail="ola@example.org"), a_person(mail="jan@example.org")
    jan = links.make_link(other.addresses.get(), goes_to="", at=now())
    for _ in range(2):
        jobs.send_sign_in_link.func(person.addresses.get().pk, "/")
    first, second = (reverse("people:open_link", args=[secret_in(letter)]) for letter in sent)
    assert client.post(first).status_code == 410
    assert client.post(second).status_code == 302
    assert links.look_at_link(jan, at=now())


@pytest.mark.parametrize("asked", ["digest of what a browser keeps", ""], ids=["asked by a browser", "an invitation"])
def test_a_job_that_is_tried_again_leaves_the_link_that_is_mailed_already(client, sent, asked):
    """Its worker died after it was done and before it could say so."""
    address, since = a_person(mail="ola@example.org").addresses.get(), now().isoformat()
    for _time in range(2):
        jobs.send_sign_in_link.func(address.pk, "/", asked, since)
    assert len(sent) == 1
    assert links.look_at_link(secret_in(sent[0]), at=now())


def test_a_link_whose_mail_cannot_be_queued_does_not_end_the_one_before(monkeypatch):
    address = a_person(mail="ola@example.org").addresses.get()
    before = links.make_link(address, goes_to="", at=now())

    def away(*_names: object, **_facts: object) -> None:
        raise OSError

    monkeypatch.setattr(letters, "_send", away)
    with pytest.raises(OSError):
        jobs.send_sign_in_link.func(address.pk, "/")
    assert links.look_at_link(before, at=now())


def test_a_link_works_for_twenty_minutes():
    address = a_person().addresses.get()
    secret = links.make_link(address, goes_to="", at=NOON)
    assert links.look_at_link(secret, at=NOON + timedelta(minutes=19, seconds=59))
    with pytest.raises(links.LinkSpent):
        links.use_link(secret, at=NOON + timedelta(minutes=20))


def test_the_secret_is_not_in_the_database():
    secret = links.make_link(a_person().addresses.get(), goes_to="", at=NOON)
    assert secret not in SignInLink.objects.get().digest


def test_a_link_never_leads_to_another_site():
    secret = links.make_link(a_person().addresses.get(), goes_to="//evil.example/", at=NOON)
    assert links.look_at_link(secret, at=NOON).goes_to == ""


def test_links_to_one_address_are_limited_and_the_typed_address_stays(client, sent):
    a_person(mail="ola@example.org")
    for _ in range(signing_in.PER_ADDRESS):
        client.post(reverse("people:ask_for_link"), {"login": "ola@example.org"})
    answer = client.post(reverse("people:ask_for_link"), {"login": "ola@example.org"})
    assert answer.status_code == 422
    assert b"ola@example.org" in answer.content
    assert len(sent) == signing_in.PER_ADDRESS


def test_attempts_are_forgotten_after_a_while():
    limits.count("x", "y", most=1, within=timedelta(hours=1), at=NOON)
    with pytest.raises(limits.TooOften):
        limits.count("x", "y", most=1, within=timedelta(hours=1), at=NOON)
    limits.count("x", "y", most=1, within=timedelta(hours=1), at=NOON + timedelta(hours=2))
    limits.forget(before=NOON + timedelta(hours=3))
    assert not Attempt.objects.exists()


CODE = re.compile(r'<code dir="ltr">(\d{4} \d{4})</code>')


def asks(mail: str, *, device: Client | None = None, then: str = "") -> Client:
    device = device or Client()
    assert device.post(reverse("people:ask_for_link"), {"login": mail, "next": then}).url == reverse("people:link_sent")
    return device


def opens(letter) -> Client:
    """On another device: nobody is signed in there, and the code that it shows is its answer."""
    device = Client()
    page = reverse("people:open_link", args=[secret_in(letter)])
    shown, pressed = device.get(page), device.post(page)
    assert (shown.status_code, pressed.status_code) == (200, 200)
    assert "_auth_user_id" not in device.session
    device.code = CODE.search(shown.content.decode())[1]
    return device


def types(device: Client, code: str):
    return device.post(reverse("people:link_sent"), {"code": code})


def test_a_link_opened_elsewhere_shows_a_code_that_signs_in_where_it_was_asked(sent):
    person = a_person(mail="ola@example.org")
    here = asks("ola@example.org", then="/profile/")
    code = opens(sent[0]).code
    assert types(here, code).url == "/profile/"
    assert here.session["_auth_user_id"] == str(person.pk)
    assert person.addresses.get().verified_at
    assert Client().get(reverse("people:open_link", args=[secret_in(sent[0])])).status_code == 410


def test_a_code_works_once_in_the_browser_that_asked_and_in_no_other(sent):
    a_person(mail="ola@example.org")
    here, stranger = asks("ola@example.org"), asks("nobody@example.org")
    code = opens(sent[0]).code
    for device in (stranger, Client()):
        refused = types(device, code)
        assert refused.status_code == 422 and "_auth_user_id" not in device.session
    assert types(here, code).status_code == 302
    here.logout()
    assert types(here, code).status_code == 422


def test_a_code_may_be_typed_with_or_without_its_space_and_in_persian_digits(sent):
    a_person(mail="ola@example.org")
    here = asks("ola@example.org")
    code = opens(sent[0]).code
    assert types(here, code.replace(" ", "").translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))).status_code == 302


def test_a_code_is_of_the_newest_link_and_lasts_as_long_as_it(sent, monkeypatch):
    a_person(mail="ola@example.org")
    here = asks("ola@example.org")
    old = opens(sent[0]).code
    asks("ola@example.org", device=here)
    new = opens(sent[1]).code
    assert types(here, old).status_code == 422
    later = now() + timedelta(minutes=20)
    monkeypatch.setattr("sira.people.views.now", lambda: later)
    assert types(here, new).status_code == 422


def test_guessing_a_code_ends_after_five_tries_for_who_asked_for_nobody_too(sent):
    a_person(mail="ola@example.org")
    here, stranger = asks("ola@example.org"), asks("nobody@example.org")
    code = opens(sent[0]).code
    wrong = "0000 0000" if code != "0000 0000" else "1111 1111"
    for device in (here, stranger):
        pages = [types(device, wrong).content.decode() for _try in range(6)]
        assert ["tried too often" in page for page in pages] == [False] * 5 + [True]
    assert types(here, code).status_code == 422


def test_a_code_leads_past_no_second_factor(sent):
    TOTP.activate(a_person(mail="ola@example.org"), generate_totp_secret())
    here = asks("ola@example.org")
    assert types(here, opens(sent[0]).code).url == "/sign-in/second-factor/"
    assert "_auth_user_id" not in here.session


def test_an_invitation_signs_in_wherever_it_is_opened(sent):
    person = a_person(mail="ola@example.org")
    signing_in.invite(person, by=an_administrator(), at=now())
    assert Client().post(reverse("people:open_link", args=[secret_in(sent[0])])).status_code == 302
    assert "code" not in sent[0].body


def test_a_closed_person_gets_no_link(sent):
    a_person(mail="gone@example.org", is_active=False)
    signing_in.ask_for_link("gone@example.org", origin="::1", goes_to="", asked="", at=NOON)
    assert not sent


def test_a_password_signs_in_and_a_wrong_one_does_not(client):
    person = a_person(mail="ola@example.org")
    person.set_password("a long sentence")
    person.save()
    wrong = client.post(reverse("account_login"), {"login": "ola@example.org", "password": "no"})
    assert wrong.status_code == 200
    assert "_auth_user_id" not in client.session
    right = client.post(reverse("account_login"), {"login": "Ola@example.org", "password": "a long sentence"})
    assert right.status_code == 302
    assert client.session["_auth_user_id"] == str(person.pk)


@pytest.mark.parametrize(
    ("typed", "origin", "most"),
    [
        (lambda _number: "ann@desk.example", lambda number: f"198.51.100.{number}", 5),  # one address, from anywhere
        (lambda number: f"nobody{number}@desk.example", lambda _number: "198.51.100.1", 10),  # anybody, from one place
    ],
)
def test_guessing_passwords_ends_soon_for_an_address_and_for_an_origin(typed, origin, most, monkeypatch):
    stands = time.time()
    monkeypatch.setattr(time, "time", lambda: stands)  # a busy machine takes longer than the minute that is counted
    cache.clear()
    person = a_person(mail="ann@desk.example")
    persons.set_password(person, password="a sentence for this test", by=person)
    persons.addresses.mirror_for_sign_in(person)

    def tries(login, password, place):
        client = Client(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=place)
        return client.post("/sign-in/", {"login": login, "password": password}).status_code == 302

    for number in range(most):
        assert not tries(typed(number), "a wrong one", origin(number))
    assert not tries("ann@desk.example", "a sentence for this test", origin(0)), "the right one comes too late"
    cache.clear()
    assert tries("ann@desk.example", "a sentence for this test", origin(0))


def test_nobody_signs_up_by_themselves(client):
    assert client.get(reverse("account_signup")).url == reverse("account_login")


def test_who_forgot_the_password_sets_a_new_one_by_mail(client, sent):
    person = a_person(mail="ola@example.org")
    person.set_password("the old sentence")
    person.save()
    client.post(reverse("people:forgotten"), {"login": "ola@example.org"})
    assert client.post(reverse("people:open_link", args=[secret_in(sent[0])])).url == reverse("people:password")
    assert client.post(reverse("people:password"), {"password": "a brand new one"}).status_code == 302
    person.refresh_from_db()
    assert person.check_password("a brand new one")
    assert client.get(reverse("people:profile")).status_code == 200


def test_a_link_of_somebody_else_is_no_proof_on_an_open_screen(client, sent):
    ola, other = a_person(mail="ola@example.org"), a_person(mail="other@example.org")
    persons.set_password(ola, password="the old sentence", by=ola)
    TOTP.activate(other, generate_totp_secret())
    client.force_login(ola)
    asks("other@example.org", device=client)
    opened = client.post(reverse("people:open_link", args=[secret_in(sent[0])]))
    assert opened.url == "/sign-in/second-factor/" and client.session["_auth_user_id"] == str(ola.pk)
    assert client.post(reverse("people:password"), {"password": "a brand new one"}).status_code == 422
    ola.refresh_from_db()
    assert ola.check_password("the old sentence")


def test_the_old_password_is_asked_of_who_came_in_with_it(client):
    person = a_person(mail="ola@example.org")
    person.set_password("the old sentence")
    person.save()
    client.force_login(person)
    refused = client.post(reverse("people:password"), {"current": "guess", "password": "a brand new one"})
    assert refused.status_code == 422
    person.refresh_from_db()
    assert person.check_password("the old sentence")


def test_the_profile_keeps_what_was_chosen_and_answers_in_that_language(client):
    person = a_person()
    client.force_login(person)
    client.post(
        reverse("people:profile"), {"name": "Gül", "language": "tr", "theme": "dark", "time_zone": "Europe/Istanbul"}
    )
    person.refresh_from_db()
    assert (person.name, person.language, person.theme) == ("Gül", "tr", "dark")
    page = client.get(reverse("people:profile"))
    assert page.headers["Content-Language"] == "tr"
    assert "Kaydedildi" in page.content.decode()


def test_the_profile_needs_a_sign_in(client):
    assert client.get(reverse("people:profile")).url.startswith(reverse("account_login"))


def test_the_job_is_known_to_the_worker():
    assert "people.send_sign_in_link" in app.tasks


def test_who_only_asks_has_their_profile_among_their_own_places(client):
    client.force_login(a_person())
    page = client.get(reverse("people:profile")).content.decode()
    assert reverse("portal:tickets") in page
    assert reverse("workspace:new_ticket") not in page and 'role="search"' not in page
    client.force_login(an_agent())
    assert reverse("workspace:new_ticket") in client.get(reverse("people:profile")).content.decode()
