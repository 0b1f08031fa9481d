"""Directories in the studio: tried before they are kept, secrets go in and never come out, mistakes are said."""

import pytest
from django.test import Client

from sira.people import roles
from sira.people.automation import automation
from sira.people.directories.models import Directory
from sira.people.directories.tests import provider as providers
from sira.people.directories.tests import saml_provider
from sira.people.directories.tests.provider import CLIENT, SECRET
from sira.people.models import SecondFactorWaiver, SupportGroup
from sira.people.tests.cast import NOON, a_person, an_administrator, an_agent

pytestmark = pytest.mark.django_db
NEW = "/studio/sign-in/new/"


@pytest.fixture
def there():
    with providers.running() as provider:
        yield provider


@pytest.fixture
def ada() -> Client:
    client = Client()
    client.force_login(an_administrator())
    return client


def typed(there, **more: str) -> dict[str, str]:
    return {"name": "House", "key": "house", "issuer": there.issuer, "client_id": CLIENT, "secret": SECRET} | more


def test_a_directory_is_tried_and_kept_with_its_secret_sealed(there, ada):
    SupportGroup.objects.create(key="it", name="IT")
    rules = {
        "claim": "groups",
        "rules": "cn=it,ou=x = agent, it\nbosses = manager",
        "mail_domains": "@House.example, b.example",
    }
    assert ada.post(NEW, typed(there, **rules, takes_new="on", strong="mfa, gold", hours="8")).url == "/studio/sign-in/"
    row = Directory.objects.get()
    assert row.mail_domains == ["house.example", "b.example"] and row.takes_new
    assert (row.strong, row.hours) == (["mfa", "gold"], 8)
    assert row.rules == [
        {"value": "cn=it,ou=x", "role": "agent", "groups": ["it"]},
        {"value": "bosses", "role": "manager", "groups": []},
    ]
    assert SECRET not in row.secret and row.secret
    page = ada.get("/studio/sign-in/by/house/").content.decode()
    assert row.secret not in page and "s3cret" not in page and "cn=it,ou=x = agent, it" in page
    assert "/sign-in/by/house/back/" in page


def test_what_does_not_work_is_said_and_kept_only_if_one_says_so(there, ada):
    answer = ada.post(NEW, typed(there, secret="another"))
    page = answer.content.decode()
    assert answer.status_code == 422 and not Directory.objects.exists()
    assert "does not know this client id" in page and "No such client" in page and 'value="House"' in page
    assert ada.post(NEW, typed(there, secret="another", act="anyway")).status_code == 302
    assert "does not know this client id" in ada.post("/studio/sign-in/by/house/try/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"issuer": "http://login.example.org"}, "begins with https://"),
        ({"issuer": "ldap://x"}, "begins with https://"),
        ({"mail_domains": "example"}, "is no domain"),
        ({"claim": "groups", "rules": "x"}, "is no rule"),
        ({"claim": "groups", "rules": "x = administrator"}, "by hand alone"),
        ({"claim": "groups", "rules": "x = agent, nowhere"}, "no support group"),
        ({"rules": "x = agent"}, "which claim"),
        ({"key": "a b"}, "Latin letters"),
    ],
)
def test_a_mistake_is_said_and_nothing_typed_is_lost(there, ada, wrong, words):
    answer = ada.post(NEW, typed(there, **wrong))
    assert answer.status_code == 422 and words in answer.content.decode() and "House" in answer.content.decode()


def test_a_secret_is_not_shown_to_another_directory(there, ada):
    ada.post(NEW, typed(there))
    answer = ada.post("/studio/sign-in/by/house/", typed(there, secret="", issuer="https://evil.example"))
    assert answer.status_code == 422 and "Enter the secret again" in answer.content.decode()
    assert ada.post("/studio/sign-in/by/house/", typed(there, secret="", name="Home")).status_code == 302
    assert Directory.objects.get().name == "Home"


def test_it_is_switched_off_and_forgotten(there, ada):
    ada.post(NEW, typed(there))
    ada.post("/studio/sign-in/by/house/switch/")
    assert not Directory.objects.get().is_active
    ada.post("/studio/sign-in/by/house/forget/")
    assert not Directory.objects.exists()


def test_nobody_but_an_administrator_sets_it_up(there):
    client = Client()
    client.force_login(an_agent())
    assert client.post(NEW, typed(there)).status_code == 403
    assert client.get("/studio/sign-in/").status_code == 403
    assert not Directory.objects.exists()


def test_two_of_one_name_are_refused(there, ada):
    ada.post(NEW, typed(there))
    answer = ada.post(NEW, typed(there))
    assert answer.status_code == 422 and "Another entry" in answer.content.decode()


def typed_saml(**more: str) -> dict[str, str]:
    known = {"name": "House", "key": "house", "issuer": saml_provider.ENTITY, "metadata": saml_provider.metadata()}
    return known | {"subject": "uid", "takes_new": "on"} | more


def typed_ldap(**more: str) -> dict[str, str]:
    known = {"name": "House", "key": "house", "issuer": "ldaps://localhost:9", "base": "dc=x", "client_id": "cn=desk"}
    return known | {"secret": SECRET, "logins": "uid, mail", "identity": "entryUUID", "act": "anyway"} | more


def test_a_directory_that_speaks_saml_is_tried_and_kept(ada):
    page = ada.get(f"{NEW}?kind=saml").content.decode()
    assert "/sign-in/by/short-name/metadata/" in page and "/sign-in/by/short-name/answer/" in page
    answer = ada.post(f"{NEW}?kind=saml", typed_saml(issuer="https://other.example", person_name="cn"))
    page = answer.content.decode()
    assert answer.status_code == 422 and "calls itself" in page and 'value="cn"' in page
    assert "/sign-in/by/house/metadata/" in page
    assert ada.post(f"{NEW}?kind=saml", typed_saml(person_name="cn")).url == "/studio/sign-in/"
    row = Directory.objects.get()
    assert (row.kind, row.details["subject"], row.details["name"], row.takes_new) == ("saml", "uid", "cn", True)
    page = ada.get("/studio/sign-in/by/house/").content.decode()
    assert "EntityDescriptor" in page and 'value="House"' in page and 'value="cn"' in page
    assert "It asks people at" in ada.post("/studio/sign-in/by/house/try/").content.decode()


def test_a_directory_that_speaks_ldap_is_kept_with_its_secret_sealed(ada):
    more = {"only": "objectClass=person\nmemberOf=cn=it,dc=x", "person_name": "cn", "takes_new": "on"}
    answer = ada.post(f"{NEW}?kind=ldap", typed_ldap(**more) | {"act": ""})
    assert answer.status_code == 422 and "Nothing answers" in answer.content.decode()
    assert ada.post(f"{NEW}?kind=ldap", typed_ldap(**more)).url == "/studio/sign-in/"
    row = Directory.objects.get()
    assert row.details["only"] == [["objectClass", "person"], ["memberOf", "cn=it,dc=x"]]
    assert row.details["logins"] == ["uid", "mail"] and SECRET not in row.secret and row.secret
    page = ada.get("/studio/sign-in/by/house/").content.decode()
    assert row.secret not in page and "s3cret" not in page and "memberOf=cn=it,dc=x" in page
    moved = ada.post("/studio/sign-in/by/house/", typed_ldap(secret="", issuer="ldaps://evil.example"))
    assert moved.status_code == 422 and "Enter the secret again" in moved.content.decode()
    assert ada.post("/studio/sign-in/by/house/", typed_ldap(secret="", name="Home")).status_code == 302
    assert Directory.objects.get().details["only"] == []


@pytest.mark.parametrize(
    ("kind", "wrong", "words"),
    [
        ("saml", {"metadata": "http://login.example.org/metadata"}, "or the XML"),
        ("saml", {"metadata": ""}, "errorlist"),
        ("ldap", {"issuer": "https://ldap.example.org"}, "Write the server alone"),
        ("ldap", {"issuer": "ldaps://me:secret@ldap.example.org"}, "Write the server alone"),
        ("ldap", {"issuer": "ldaps://x:99999"}, "Write the server alone"),
        ("ldap", {"logins": "uid )("}, "is no attribute"),
        ("ldap", {"only": "(objectClass=person)"}, "is no condition"),
        ("ldap", {"client_id": "", "secret": ""}, "where {name} stands"),
        ("ldap", {"secret": ""}, "nobody is looked up"),
        ("ldap", {"authorities": "no PEM"}, "no certificate"),
    ],
)
def test_a_mistake_about_the_other_kinds_is_said_too(ada, kind, wrong, words):
    typed = typed_saml(**wrong) if kind == "saml" else typed_ldap(**wrong)
    answer = ada.post(f"{NEW}?kind={kind}", typed)
    page = answer.content.decode()
    assert answer.status_code == 422 and 'value="House"' in page and not Directory.objects.exists()
    assert words in page or words == "errorlist"


def test_who_may_not_do_everything_sets_up_no_directory(there, ada):
    """It would let them in as whoever may."""
    steward = a_person("Stew Ard")
    role = roles.make_role("steward", name="Steward", rights_of_it=["administer", "work"], by=automation())
    roles.give_role(steward, role, by=automation())
    SecondFactorWaiver.objects.create(person=steward, at=NOON)
    client = Client()
    client.force_login(steward)
    refused = client.post(NEW, typed(there, mail_domains="example.org"))
    assert refused.status_code == 422 and "says who comes in as whom" in refused.content.decode()
    assert 'value="House"' in refused.content.decode() and not Directory.objects.exists()
    assert ada.post(NEW, typed(there)).status_code == 302
    changed = client.post("/studio/sign-in/by/house/", typed(there, mail_domains="example.org"))
    assert changed.status_code == 422 and Directory.objects.get().mail_domains == []
