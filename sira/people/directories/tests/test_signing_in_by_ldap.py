"""Signing in by LDAP on the desk's own form, against Debian's slapd: who is let in, as whom, and who is not."""

import shutil
import socket
import tempfile
import threading
import time
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils.timezone import now

from sira.people import persons
from sira.people.automation import automation
from sira.people.directories import keeping
from sira.people.directories.describing import Trouble
from sira.people.directories.ldap import above, asking, ber, entering, messages
from sira.people.directories.ldap.details import Details
from sira.people.directories.ldap.line import Broken, Line, opened
from sira.people.directories.ldap.messages import Entry, Result
from sira.people.directories.models import Directory, Identity
from sira.people.directories.tests.ldap_server import BASE, DESK, DESK_PASSWORD, PASSWORD, PEOPLE, Slapd
from sira.people.models import Attempt, Person, SupportGroup
from sira.people.tests.cast import NOON, a_person

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def slapd():
    folder = Path(tempfile.mkdtemp(prefix="sira-ldap-"))
    server = None
    try:
        server = Slapd(folder)
        yield server
    finally:
        if server:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def without_waiting(monkeypatch, settings):
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher"
    ]  # each refusal costs one of the desk's
    monkeypatch.setattr(entering, "AT_LEAST", 0.0)


def laid_out(slapd: Slapd, **more) -> Directory:
    details = {
        "base": PEOPLE,
        "logins": ["uid", "mail"],
        "authorities": slapd.authority,
        "language": "preferredLanguage",
    }
    given = {
        "kind": "ldap",
        "key": "house",
        "name": "House",
        "issuer": f"ldaps://localhost:{slapd.secure}",
        "client_id": DESK,
        "secret": keeping.sealed(DESK_PASSWORD),
        "mail_domains": ["house.example"],
    } | more
    return Directory(**given | {"details": details | more.get("details", {})})


@pytest.fixture
def house(slapd) -> Directory:
    row = laid_out(slapd)
    row.save()
    return row


def comes(name: str = "ola", password: str = PASSWORD, *, client: Client | None = None):
    client = client or Client()
    answer = client.post("/sign-in/", {"login": name, "password": password, "remember": "on"})
    answer.person = client.session.get("_auth_user_id")
    return answer


def test_who_comes_for_the_first_time_is_a_requester_of_the_house_and_known_again(house):
    answer = comes()
    assert (answer.status_code, answer.url) == (302, "/")
    person = Person.objects.get(pk=answer.person)
    assert (person.name, person.email, person.role, person.language) == (
        "Ola Nowak",
        "ola@house.example",
        "requester",
        "pl",
    )
    assert person.addresses.get().verified_at and not person.has_usable_password()
    assert comes("ola@house.example").person == comes(" OLA ").person == answer.person
    known = Identity.objects.get()
    assert known.issuer == "ldap:house" and uuid.UUID(known.subject)


def test_the_form_takes_a_login_name_and_shows_no_button(house, client):
    page = client.get("/sign-in/").content.decode()
    assert "Mail address or login name" in page and 'type="email"' not in page and "/sign-in/by/house/" not in page
    keeping.look(house)
    Directory.objects.update(is_active=False)
    assert 'type="email"' in client.get("/sign-in/").content.decode()
    assert comes("ola@house.example").person is None


def test_starttls_is_as_good(house, slapd):
    Directory.objects.update(issuer=f"ldap://localhost:{slapd.port}")
    assert comes().person


WRONG = {
    "a wrong password": ("ola", "wrong"),
    "nobody of that name": ("nobody", PASSWORD),
    "the desk's own account, which is none of the people": ("desk", DESK_PASSWORD),
    "several of that name": ("twin@house.example", PASSWORD),
    "switched off": ("off", PASSWORD),
    "a star": ("*", PASSWORD),
    "a star at the end": ("ol*", PASSWORD),
    "an injected filter": ("ola)(uid=*", PASSWORD),
    "an injected alternative": ("nobody)(|(uid=ola", PASSWORD),
    "a name of the tree": (f"uid=ola,{PEOPLE}", PASSWORD),
    "a very long name": ("o" * 250, PASSWORD),
    "control signs": ("ola\x07", PASSWORD),
}


@pytest.mark.parametrize("typed", WRONG.values(), ids=WRONG)
def test_the_wrong_name_or_password_lets_nobody_in_and_says_the_same(house, typed):
    answer = comes(*typed)
    assert answer.status_code == 200 and answer.person is None and not Identity.objects.exists()
    assert "Address and password don" in answer.content.decode()


def test_without_a_password_nobody_is_let_in_though_the_server_would(house, slapd):
    with opened(house.issuer, slapd.authority) as line:
        line.say(messages.bind(f"uid=ola,{PEOPLE}", ""))
        assert messages.result_of(line.heard()[1]).code == messages.SUCCESS  # so it is here that it has to be refused
    assert comes("ola", "").person is None
    assert asking.proved(house, "ola", "") is None and asking.proved(house, "", "x") is None
    with opened(house.issuer, slapd.authority) as line:
        assert line.bind(f"uid=ola,{PEOPLE}", "").code == messages.WRONG_CREDENTIALS


def test_a_switched_on_account_of_active_directory_has_its_guid(slapd):
    laid_out(slapd, details={"identity": "objectGUID"}).save()
    assert comes("on").person
    assert Identity.objects.get().subject == "03020100-0504-0706-0809-0a0b0c0d0e0f"


@pytest.mark.parametrize(("said", "comes_in"), [("512", True), ("514", False), ("²", True), ("--2", True)])
def test_only_a_number_says_that_somebody_is_switched_off(monkeypatch, said, comes_in):
    entry = messages.Entry("cn=x", {"useraccountcontrol": [said.encode()]})
    monkeypatch.setattr(asking, "people", lambda *_given: [entry])
    assert bool(asking._the_one(None, Directory(), Details(logins=["uid"]), "x")) is comes_in


@pytest.mark.parametrize("template", [f"uid={{name}},{PEOPLE}"])
def test_people_may_be_looked_up_in_their_own_name(slapd, template):
    laid_out(slapd, client_id="", secret="", details={"template": template}).save()
    assert comes("ola").person and comes("jane+").person
    assert comes("ola", "wrong").person is None
    assert comes(f"ola,{PEOPLE}").person is None


def test_the_entry_that_is_found_has_to_take_the_password_itself(slapd):
    """Who signs in under one name and is found under another that is somebody else's."""
    row = laid_out(slapd, client_id="", secret="", details={"template": f"uid={{name}},{PEOPLE}", "logins": ["cn"]})
    with opened(row.issuer, slapd.authority) as line:
        assert line.bind(f"uid=ola,{PEOPLE}", PASSWORD).code == messages.SUCCESS
    asked = []

    def bind(self, name, password, real=Line.bind):
        asked.append(name)
        return real(self, name, password)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Line, "bind", bind)
        patch.setattr(asking, "_the_one", lambda *_given: messages.Entry(f"uid=boss,{PEOPLE}", {"entryuuid": [b"x"]}))
        assert asking.proved(row, "ola", PASSWORD)  # the same password: it is that of the other who is asked
    assert asked == [f"uid=ola,{PEOPLE}", f"uid=boss,{PEOPLE}"]


def test_what_is_typed_is_one_value_of_a_name(slapd):
    assert asking.filled("uid={name},dc=x", 'a,b+c"\\') == 'uid=a\\,b\\+c\\"\\\\,dc=x'
    assert asking.filled("uid={name},dc=x", " a") == "uid=\\ a,dc=x"
    assert asking.filled("{name}@house.example", "a+b") == "a+b@house.example"


def test_a_mail_finds_somebody_only_where_its_domain_was_named(house):
    known, boss = a_person("Ola", mail="ola@house.example"), a_person("Boss", mail="boss@elsewhere.example")
    assert comes("ola").person == str(known.pk)
    answer = comes("boss")
    assert answer.person is None and not boss.identities.exists()
    assert "knows your mail address already" in answer.content.decode() and 'value="boss"' in answer.content.decode()


def test_a_changed_mail_changes_nothing_about_who_it_is(house):
    first = comes().person
    other = a_person("Other", mail="other@house.example")
    Person.objects.filter(pk=first).update(email="")
    Person.objects.get(pk=first).addresses.all().delete()
    assert comes().person == first != str(other.pk)


def test_a_directory_may_bring_nobody_new(house):
    Directory.objects.update(takes_new=False)
    answer = comes()
    assert answer.person is None and "brings nobody new" in answer.content.decode()


def test_who_was_let_go_is_not_let_in(house):
    person = Person.objects.get(pk=comes().person)
    persons.let_go(person, by=automation())
    answer = comes()
    assert answer.person is None and "account is closed" in answer.content.decode()


def test_roles_and_groups_follow_an_attribute_only_where_rules_say_so(house):
    SupportGroup.objects.create(key="it", name="IT")
    rule = {"value": f"cn=it-staff,{BASE}", "role": "agent", "groups": ["it"]}
    Directory.objects.update(claim="memberOf", rules=[rule])
    person = Person.objects.get(pk=comes().person)
    assert person.role == "agent" and person.support_groups.get().key == "it"
    assert Person.objects.get(pk=comes("on").person).role == "requester"


def test_groups_within_groups_count_where_that_is_said(slapd):
    """They stand in a ring, so whoever follows them has to end."""
    row = laid_out(slapd, claim="memberOf")
    row.rules = [{"value": f"cn=everywhere,{BASE}", "role": "agent", "groups": []}]
    row.save()
    assert Person.objects.get(pk=comes("nia").person).role == "requester"
    row.details |= {"nested": True}
    row.save()
    assert Person.objects.get(pk=comes("nia").person).role == "agent"
    assert Person.objects.get(pk=comes("ola").person).role == "requester"


def test_no_more_groups_are_asked_than_are_good_for_who_waits(monkeypatch):
    asked = []

    class Endless:
        def search(self, base, *_more, **_fixed):
            asked.append(base)
            return [Entry(base, {"memberof": [f"cn={len(asked)}".encode()]})], Result(0, "")

    found = above.with_those_above(Endless(), "memberOf", ["cn=first", "plain words"])
    assert len(asked) == above.MOST and found[:3] == ["cn=first", "plain words", "cn=1"]


def test_only_those_with_what_is_asked_for_come_in(slapd):
    laid_out(slapd, details={"only": [["memberOf", f"cn=it-staff,{BASE}"]]}).save()
    assert comes("ola").person and comes("on").person is None


def test_a_password_of_the_desk_s_own_goes_on_and_is_not_shown_to_the_directory(house, monkeypatch):
    known = a_person("Known", mail="known@house.example")
    known.set_password("of the desk alone")
    known.save()
    asked = []
    monkeypatch.setattr(entering, "proved", lambda *given, **more: asked.append(given))
    assert comes("known@house.example", "of the desk alone").person == str(known.pk)
    assert asked == []


def test_a_password_is_typed_for_one_house_and_not_shown_to_another(house, monkeypatch):
    asked = []
    monkeypatch.setattr(entering, "proved", lambda directory, *given, **more: asked.append(directory.key))
    comes("somebody@elsewhere.example", "secret")
    assert asked == []
    comes("somebody@House.example", "secret")
    assert asked == ["house"]


def test_the_password_of_nobody_is_shown_to_nobody(house, monkeypatch):
    shown = []

    def bind(self, name, password, real=Line.bind):
        shown.append(password)
        return real(self, name, password)

    monkeypatch.setattr(Line, "bind", bind)
    comes("nobody", "my secret")
    assert len(shown) == 2 and "my secret" not in shown


def test_tries_of_one_person_count_together_whatever_name_is_typed(house):
    for _each in range(entering.PER_PERSON):
        assert entering.came_by_name("ola", "wrong", at=NOON) is None
    assert entering.came_by_name("ola@house.example", PASSWORD, at=NOON) is None
    assert entering.came_by_name("ola", PASSWORD, at=NOON + entering.WITHIN)


def test_tries_count_together_where_people_are_looked_up_in_their_own_name(slapd):
    laid_out(slapd, client_id="", secret="", details={"template": f"uid={{name}},{PEOPLE}"}).save()
    spellings = ["ola", "OLA", "oLa", "\uff4f\uff4c\uff41"]
    for each in range(entering.PER_PERSON):
        assert entering.came_by_name(spellings[each % 4], "wrong", at=NOON) is None
    assert entering.came_by_name("Ola", PASSWORD, at=NOON) is None
    assert entering.came_by_name("OLa", PASSWORD, at=NOON + entering.WITHIN)


def test_the_form_s_own_limits_count_here_too(house):
    client = Client()
    for _each in range(5):
        comes("ola", "wrong", client=client)
    assert "Too many attempts" in comes("ola", PASSWORD, client=client).content.decode()


def test_a_refusal_takes_its_time_whoever_is_asked_for(house, monkeypatch):
    monkeypatch.setattr(entering, "AT_LEAST", 0.3)
    for name in ("ola", "nobody"):
        begins = time.monotonic()
        entering.came_by_name(name, "wrong", at=NOON)
        assert time.monotonic() - begins >= 0.3


def test_no_referral_is_followed(house, slapd):
    assert comes("ola").person and comes("nobody").person is None
    assert not slapd.is_trapped()


def test_a_server_that_is_away_says_so_for_every_name_alike(house):
    Directory.objects.update(issuer="ldaps://localhost:9")
    pages = [comes(name).content.decode() for name in ("ola", "nobody")]
    assert all("does not answer as it should" in page for page in pages)


def test_who_proves_themselves_stays_on_the_page_where_a_server_is_away(house):
    Directory.objects.update(issuer="ldaps://localhost:9")
    client = Client()
    client.force_login(a_person("Ann", mail="ann@house.example"))
    page = client.post("/profile/prove/", {"password": "not the desk's"})
    assert page.status_code == 200 and "does not answer as it should" in page.content.decode()
    assert 'name="password"' in page.content.decode()


def test_another_directory_is_asked_where_one_is_away(house, slapd):
    laid_out(slapd, key="away", name="Away", issuer="ldaps://localhost:9").save()
    assert comes().person


def test_who_is_signed_in_connects_and_is_known_by_it_from_then_on(house):
    known, client = a_person("Ola", mail="ola@elsewhere.example"), Client()
    client.force_login(known)
    assert "/sign-in/by/house/connect/" in client.get("/profile/").content.decode()
    there = "/sign-in/by/house/connect/"
    assert client.get(there).status_code == 200
    wrong = client.post(there, {"login": "ola", "password": "wrong"})
    assert wrong.status_code == 422 and 'value="ola"' in wrong.content.decode()
    assert client.post(there, {"login": "ola", "password": PASSWORD}).url == "/profile/"
    assert comes().person == str(known.pk)
    stranger = Client()
    stranger.force_login(a_person("Stranger"))
    assert stranger.post(there, {"login": "ola", "password": PASSWORD}).status_code == 422
    assert known.identities.count() == 1


def test_nothing_of_a_password_is_kept(house):
    comes("ola", "wrong secret")
    assert "wrong secret" not in "".join(f"{one.kind} {one.key}" for one in Attempt.objects.all())


def test_the_try_says_what_is_wrong_in_clear_words(slapd):
    def tried(**more) -> str:
        return str(keeping.look(laid_out(slapd, **more)).trouble)

    assert tried() == "None"
    assert "was refused" in tried(secret=keeping.sealed("wrong"))
    assert "not trusted" in tried(details={"authorities": ""})
    assert "not trusted" in tried(issuer=f"ldaps://127.0.0.1:{slapd.secure}")  # the certificate is for another name
    assert "Nothing answers" in tried(issuer="ldaps://localhost:9")
    assert "broke" in tried(issuer=f"ldaps://localhost:{slapd.port}")
    assert "was not found" in tried(issuer="ldaps://169.254.169.254")
    assert "could not be looked up" in tried(details={"base": "dc=nowhere"})
    assert "Nobody is below" in tried(details={"logins": ["sAMAccountName"]})
    assert "no single value" in tried(details={"identity": "objectGUID", "only": [["uid", "ola"]]})
    assert tried(client_id="", secret="", details={"template": "{name}@house.example"}) == "None"


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    yield Line(ours), theirs
    ours.close()
    theirs.close()


def answer(number: int, *parts: bytes) -> bytes:
    return ber.made(ber.SEQUENCE, ber.number(number), *parts)


def done(kind: int, code: int = 0) -> bytes:
    return ber.made(kind, ber.number(code, ber.ENUMERATED), ber.octets(""), ber.octets(""))


def test_what_comes_before_the_line_is_encrypted_counts_for_nothing(pair):
    line, there = pair
    there.sendall(answer(1, done(messages.ANSWERED)) + answer(2, done(messages.BOUND)))
    with pytest.raises(Broken):
        line.encrypt("localhost", "", asks=True)


def test_a_server_without_starttls_is_not_spoken_to(pair):
    line, there = pair
    there.sendall(answer(1, done(messages.ANSWERED, 2)))
    with pytest.raises(Broken):
        line.encrypt("localhost", "", asks=True)


@pytest.mark.parametrize(
    "said",
    [
        answer(7, done(messages.BOUND)),  # to something else
        answer(1, done(messages.FOUND)),
        b"\x30\x84\x7f\xff\xff\xff",  # two gigabytes
        b"\x30\x85\x01\x00\x00\x00\x00",
        b"\x30\x03\x02\x05\x01",
        answer(1, ber.made(messages.BOUND, b"\x04\x00")),
    ],
)
def test_what_is_no_answer_to_a_bind_lets_nobody_in(pair, said):
    line, there = pair
    there.sendall(said)
    with pytest.raises((Broken, ber.Garbled)):
        line.bind("x", "y")


def test_a_server_that_says_too_much_is_left(pair):
    line, there = pair
    entry = answer(1, ber.made(messages.ENTRY, ber.octets("cn=x"), ber.made(ber.SEQUENCE)))

    def floods():
        try:
            while True:
                there.sendall(entry * 1000)
        except OSError:
            pass

    talking = threading.Thread(target=floods, daemon=True)
    talking.start()
    with pytest.raises(Broken):
        line.search("", messages.is_there("uid"), [], most=2)
    line.close()


def test_a_server_that_says_nothing_is_left_in_time(monkeypatch):
    monkeypatch.setattr("sira.people.directories.ldap.line.PATIENCE", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begins = time.monotonic()
        with pytest.raises(Trouble), opened(f"ldaps://127.0.0.1:{silent.getsockname()[1]}"):
            pass
        assert time.monotonic() - begins < 6  # far from the 8 seconds of all of a call


def test_a_session_lasts_for_the_hours_of_its_directory(house):
    Directory.objects.update(hours=2)
    client = Client()
    assert comes(client=client).person
    left = Session.objects.get(session_key=client.session.session_key).expire_date - now()
    assert timedelta(minutes=119) < left <= timedelta(minutes=120)
