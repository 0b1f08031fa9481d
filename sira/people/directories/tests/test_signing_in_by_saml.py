"""Signing in by SAML: who is let in, as whom, and the many answers that look right and let nobody in."""

import copy
from base64 import b64encode
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils.timezone import now
from lxml import etree
from signxml import DigestAlgorithm, SignatureMethod

from sira.people.directories import begun, keeping
from sira.people.directories.models import Directory, Identity, SpentAnswer
from sira.people.directories.tests.saml_provider import (
    ENTITY,
    NS,
    OURS,
    STRANGE,
    Answer,
    Signs,
    asked,
    encrypted,
    metadata,
    stamp,
)
from sira.people.models import Person, SupportGroup
from sira.people.tests.cast import a_person

pytestmark = pytest.mark.django_db
BEGIN, ANSWER, METADATA = (f"/sign-in/by/house/{end}" for end in ("", "answer/", "metadata/"))


@pytest.fixture
def house() -> Directory:
    return Directory.objects.create(
        kind="saml",
        key="house",
        name="House",
        issuer=ENTITY,
        details={"metadata": metadata()},
        mail_domains=["house.example"],
    )


def led(client: Client, **more) -> dict[str, str]:
    page = client.post(BEGIN, more)
    assert page.status_code == 200, page.content.decode()
    return asked(page.context["address"])


def answered(client: Client, *, next: str = "", **bent) -> Answer:
    way = led(client, **({"next": next} if next else {}))
    given = {"request": way["ID"], "audience": way["issuer"], "place": way["AssertionConsumerServiceURL"]} | bent
    return Answer(**given)


def sends(client: Client, said: str, **more):
    answer = client.post(ANSWER, {"SAMLResponse": said, "again": "yes", **more})
    answer.person = client.session.get("_auth_user_id")
    return answer


def comes(client: Client | None = None, **bent):
    client = client or Client()
    return sends(client, answered(client, **bent).sent())


def test_who_comes_for_the_first_time_is_a_requester_of_the_house_and_known_again(house):
    answer = comes(next="/profile/")
    assert (answer.status_code, answer.url) == (302, "/profile/")
    person = Person.objects.get(pk=answer.person)
    assert (person.name, person.email, person.role) == ("Ola Nowak", "ola@house.example", "requester")
    assert person.addresses.get().verified_at and not person.has_usable_password()
    assert comes(number="_a2", attributes={"mail": ["changed@house.example"]}).person == answer.person
    assert Identity.objects.get().subject == "persistent|u-1"


@pytest.mark.parametrize("parts", [{"signs_assertion": OURS}, {"signs_assertion": None}])
def test_a_signature_of_the_whole_answer_is_as_good(house, parts):
    assert comes(signs_response=OURS, **parts).person


def test_the_button_leads_there_with_a_request_of_the_desk(house, client):
    assert BEGIN in client.get("/sign-in/").content.decode()
    way = led(client)
    assert way["Destination"] == "https://login.house.example/sso" and way["issuer"].endswith(METADATA)
    assert way["AssertionConsumerServiceURL"].endswith(ANSWER) and "RelayState" not in way


def test_the_desk_describes_itself_to_the_directory(house, client):
    page = client.get(METADATA)
    root = etree.fromstring(page.content)
    assert page["Content-Type"] == "application/samlmetadata+xml"
    assert root.get("entityID").endswith(METADATA)
    assert root.find(".//{*}AssertionConsumerService").get("Location").endswith(ANSWER)


def test_what_another_site_sends_is_sent_once_more_from_here_and_no_cookie_changes(house):
    client = Client()
    said = answered(client).sent()
    bare = Client().post(ANSWER, {"SAMLResponse": said, "RelayState": "https://evil.example/"})
    assert bare.status_code == 200 and not bare.cookies
    assert said in bare.content.decode() and 'name="again"' in bare.content.decode()
    assert sends(client, said).person


def wraps(element, *, into: str):
    """The assertion that was signed is put aside, and a forged one stands where it is looked for."""
    forged = copy.deepcopy(element.find("saml:Assertion", NS))
    real = element.find("saml:Assertion", NS)
    for one in forged.findall("ds:Signature", NS):
        if into != "signature":
            forged.remove(one)
    forged.find("saml:Subject/saml:NameID", NS).text = "boss"
    forged.set("ID", "_forged" if into != "same name" else real.get("ID"))
    if into == "extensions":
        place = etree.SubElement(element, f"{{{NS['samlp']}}}Extensions")
        element.replace(real, forged)
        place.append(real)
    elif into == "signature":
        element.replace(real, forged)
        held = forged.find("ds:Signature", NS)
        original = copy.deepcopy(real)
        original.remove(original.find("ds:Signature", NS))
        etree.SubElement(held, f"{{{NS['ds']}}}Object").append(original)
    elif into == "advice":
        element.replace(real, forged)
        etree.SubElement(forged, f"{{{NS['saml']}}}Advice").append(real)
    elif into == "moved signature":
        forged.insert(1, real.find("ds:Signature", NS))
        element.replace(real, forged)
    elif into in ("before", "same name"):
        real.addprevious(forged)
    else:
        real.addnext(forged)


def responds_inside(root):
    """The whole signed answer inside another one that says something else."""
    real = copy.deepcopy(root)
    root.find("saml:Assertion/saml:Subject/saml:NameID", NS).text = "boss"
    root.set("ID", "_outer")
    root.remove(root.find("ds:Signature", NS))
    etree.SubElement(root, f"{{{NS['samlp']}}}Extensions").append(real)


def changes(path: str, **attributes):
    def change(root):
        for name, value in attributes.items():
            found = root if path == "." else root.find(path, NS)
            if value is None:
                del found.attrib[name]
            else:
                found.set(name, value)

    return change


def drops(path: str):
    def change(root):
        found = root.find(path, NS)
        found.getparent().remove(found)

    return change


def writes(path: str, text: str):
    def change(root):
        root.find(path, NS).text = text

    return change


def comments(root):
    """Signing leaves it out, so the signature stays right; the text before it alone is another name."""
    name = root.find("saml:Assertion/saml:Subject/saml:NameID", NS)
    comment = etree.Comment("x")
    name.text, comment.tail = name.text[:1], name.text[1:]
    name.append(comment)


DESK = Signs()  # a key pair as a directory would have been given it for the desk
SECRET_PARTS = {
    "the assertion": ("saml:Assertion", "EncryptedAssertion"),
    "the name": ("saml:Assertion/saml:Subject/saml:NameID", "EncryptedID"),
    "an attribute": ("saml:Assertion/saml:AttributeStatement/saml:Attribute", "EncryptedAttribute"),
}


def encrypts(path: str, name: str):
    return lambda root: encrypted(root.find(path, NS), name, DESK.key)


NAME = "saml:Assertion/saml:Subject/saml:NameID"
DATA = "saml:Assertion/saml:Subject/saml:SubjectConfirmation/saml:SubjectConfirmationData"
CONDITIONS = "saml:Assertion/saml:Conditions"
LATE, SOON = datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC) + timedelta(hours=1)
FORGED = {
    "unsigned": {"signs_assertion": None},
    "signed by a strange key": {"signs_assertion": STRANGE},
    "the whole signed by a strange key, the assertion rightly": {"signs_response": STRANGE},
    "the whole signed rightly, the assertion by a strange key": {"signs_assertion": STRANGE, "signs_response": OURS},
    "a changed name": {"twist": writes(NAME, "boss")},
    "a changed mail": {
        "twist": writes("saml:Assertion/saml:AttributeStatement/saml:Attribute/saml:AttributeValue", "x")
    },
    "signature taken away": {"twist": drops("saml:Assertion/ds:Signature")},
    "SHA-1 signature": {"method": SignatureMethod.RSA_SHA1},
    "SHA-1 digest": {"digest": DigestAlgorithm.SHA1},
    "HMAC with the certificate": {
        "twist": changes(
            "saml:Assertion/ds:Signature/ds:SignedInfo/ds:SignatureMethod", Algorithm=SignatureMethod.HMAC_SHA256.value
        )
    },
    "forged before the real": {"twist": lambda root: wraps(root, into="before")},
    "forged after the real": {"twist": lambda root: wraps(root, into="after")},
    "forged under the same name": {"twist": lambda root: wraps(root, into="same name")},
    "real one in extensions": {"twist": lambda root: wraps(root, into="extensions")},
    "real one in the signature": {"twist": lambda root: wraps(root, into="signature")},
    "real one in advice": {"twist": lambda root: wraps(root, into="advice")},
    "signature moved to the forged": {"twist": lambda root: wraps(root, into="moved signature")},
    "real answer inside the forged": {"signs_assertion": None, "signs_response": OURS, "twist": responds_inside},
    "signed as the whole document": {"refers": False},
    "a comment in the name": {"bend": comments},
    "a comment put in afterwards": {"twist": comments},
    "another issuer": {"issuer": "https://evil.example"},
    "another issuer in the assertion": {"bend": writes("saml:Assertion/saml:Issuer", "https://evil.example")},
    "another audience": {"audience": "https://other.example"},
    "no audience": {"bend": drops(f"{CONDITIONS}/saml:AudienceRestriction")},
    "no conditions": {"bend": drops(CONDITIONS)},
    "a condition nobody understands": {
        "bend": lambda root: etree.SubElement(root.find(CONDITIONS, NS), f"{{{NS['saml']}}}Condition")
    },
    "another recipient": {"bend": changes(DATA, Recipient="https://other.example/answer/")},
    "no recipient": {"bend": changes(DATA, Recipient=None)},
    "another destination": {"bend": changes(".", Destination="https://other.example/")},
    "no destination of a signed answer": {"bend": changes(".", Destination=None), "signs_response": OURS},
    "over": {"at": LATE},
    "not yet": {"at": SOON},
    "confirmation over": {"bend": changes(DATA, NotOnOrAfter=stamp(LATE))},
    "confirmation without an end": {"bend": changes(DATA, NotOnOrAfter=None)},
    "a time that is none": {"bend": changes(CONDITIONS, NotOnOrAfter="tomorrow")},
    "session over": {"bend": changes("saml:Assertion/saml:AuthnStatement", SessionNotOnOrAfter=stamp(LATE))},
    "in answer to another request": {"bend": changes(DATA, InResponseTo="_other")},
    "to nothing that was begun": {"request": "_other"},
    "not a bearer": {"bend": changes("saml:Assertion/saml:Subject/saml:SubjectConfirmation", Method="x")},
    "no statement of a sign-in": {"bend": drops("saml:Assertion/saml:AuthnStatement")},
    "another version": {"bend": changes("saml:Assertion", Version="1.1")},
    "a name for this one time": {"format": "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"},
    "a name that another gives": {"bend": changes(NAME, NameQualifier="https://other.example")},
    "an empty name": {"subject": ""},
    "a name too long": {"subject": "x" * 300},
    "the directory said no": {"status": "urn:oasis:names:tc:SAML:2.0:status:Responder"},
    "no assertion": {"signs_assertion": None, "signs_response": OURS, "bend": drops("saml:Assertion")},
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_a_forged_answer_lets_nobody_in(house, forged):
    answer = comes(**forged)
    assert answer.status_code == 403 and answer.person is None
    assert not Identity.objects.exists() and not SpentAnswer.objects.exists()


RAW = {
    "no base64": "§§§",
    "no XML": b64encode(b"<x").decode(),
    "another element": b64encode(b"<x/>").decode(),
    "nothing": "",
    "too long": "A" * 300_000,
}


@pytest.mark.parametrize("raw", RAW.values(), ids=RAW)
def test_what_is_no_answer_lets_nobody_in(house, raw):
    assert sends(Client(), raw).status_code == 403


@pytest.mark.parametrize(
    "head",
    [
        b"<!DOCTYPE x>",
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    ],
)
def test_a_document_type_is_refused_before_anything_is_looked_up(house, head, client):
    assert sends(client, b64encode(head + answered(client).xml()).decode()).status_code == 403


def test_another_encoding_is_refused(house, client):
    text = answered(client).xml().decode()
    said = ('<?xml version="1.0" encoding="utf-16"?>' + text).encode("utf-16")
    assert sends(client, b64encode(said).decode()).status_code == 403


def test_an_answer_counts_once_in_the_browser_that_asked_and_for_ten_minutes(house):
    client, other = Client(), Client()
    said = answered(client).sent()
    led(other)
    assert sends(other, said).status_code == 403
    assert sends(client, said).person
    client.logout()
    assert sends(client, said).status_code == 403
    late = answered(client, number="_a2").sent()
    session = client.session
    for one in session[begun.KEPT].values():
        one["at"] -= begun.VALID.total_seconds() + 1
    session.save()
    assert sends(client, late).status_code == 403


def test_an_assertion_counts_once_even_where_its_request_is_still_open(house):
    client = Client()
    said = answered(client)
    ways = dict(client.session[begun.KEPT])
    assert sends(client, said.sent()).person
    client.logout()
    session = client.session
    session[begun.KEPT] = ways
    session.save()
    assert sends(client, said.sent()).status_code == 403
    SpentAnswer.objects.all().delete()
    session[begun.KEPT] = ways
    session.save()
    assert sends(client, said.sent()).person  # it was that alone


def test_what_has_counted_is_forgotten_when_nobody_would_believe_it_any_more(house):
    SpentAnswer.objects.create(issuer="x", answer="y", until=LATE)
    assert comes().person
    assert SpentAnswer.objects.count() == 1


def test_a_sign_in_that_begins_at_the_directory_is_refused_in_words(house):
    answer = comes(bend=changes(".", InResponseTo=None))
    assert answer.status_code == 403 and "begun at the directory" in answer.content.decode()


@pytest.mark.parametrize("signs", ["signs_response", "signs_assertion"])
@pytest.mark.parametrize("part", SECRET_PARTS)
def test_what_is_encrypted_is_refused_in_words(house, part, signs):
    if part == "the assertion":  # signed first and encrypted then, as directories do
        signed = {"twist": encrypts(*SECRET_PARTS[part])} if signs == "signs_assertion" else {}
        given = signed or {"bend": encrypts(*SECRET_PARTS[part]), "signs_assertion": None, "signs_response": OURS}
    else:
        given = {"bend": encrypts(*SECRET_PARTS[part]), "signs_assertion": None} | {signs: OURS}
    answer = comes(**given)
    words = answer.content.decode()
    assert answer.status_code == 403 and "answers encrypted" in words and "switch that off" in words
    assert answer.person is None and not Identity.objects.exists()


def test_requests_are_unsigned_and_a_directory_that_wants_them_signed_is_told_of_before_it_is_kept(house):
    way = led(Client())
    assert not {"Signature", "SigAlg"} & set(way)
    root = etree.fromstring(Client().get(METADATA).content)
    assert root.find(".//{*}SPSSODescriptor").get("AuthnRequestsSigned") == "false"
    wants = metadata().replace("<md:IDPSSODescriptor", '<md:IDPSSODescriptor WantAuthnRequestsSigned="true"')
    row = Directory(kind="saml", key="other", name="Other", issuer=ENTITY, details={"metadata": wants})
    assert "wants requests to be signed" in str(keeping.look(row).trouble)


MFA = "https://refeds.org/profile/mfa"


def by_means(words: str):
    def bend(root) -> None:
        root.find(".//saml:AuthnContextClassRef", NS).text = words

    return bend


@pytest.mark.parametrize(
    ("strong", "said", "goes"),
    [([MFA], MFA, "/"), ([MFA], "urn:oasis:names:tc:SAML:2.0:ac:classes:Password", None), ([], MFA, None)],
)
def test_a_second_factor_of_the_directory_counts_where_it_was_asked_and_is_believed(house, strong, said, goes):
    ola = a_person(mail="ola@house.example")
    TOTP.activate(ola, generate_totp_secret())
    Directory.objects.update(strong=strong)
    answer = comes(bend=by_means(said))
    assert answer.url == (goes or "/sign-in/second-factor/")
    assert answer.person == (str(ola.pk) if goes else None)


@pytest.mark.parametrize(("minutes", "hours", "lasts"), [(30, 24, 30), (600, 2, 120), (None, 1, 60)])
def test_a_session_ends_when_the_directory_s_does(house, minutes, hours, lasts):
    Directory.objects.update(hours=hours)
    ends = now() + timedelta(minutes=minutes or 0)

    def bend(root) -> None:
        if minutes:
            root.find(".//saml:AuthnStatement", NS).set("SessionNotOnOrAfter", stamp(ends))

    client = Client()
    assert comes(client, bend=bend).person
    client.get("/profile/")
    left = Session.objects.get(session_key=client.session.session_key).expire_date - now()
    assert timedelta(minutes=lasts - 1) < left <= timedelta(minutes=lasts)


def test_the_sign_in_page_offers_first_the_directory_that_somebody_came_by(house):
    client = Client()
    assert "As you did last time" not in client.get("/sign-in/").content.decode()
    comes(client)
    client.post("/sign-out/")
    page = client.get("/sign-in/?next=/profile/").content.decode()
    assert "As you did last time" in page and page.count(BEGIN) == 1


def test_where_one_goes_afterwards_is_what_the_desk_kept_and_no_word_of_the_directory(house, client):
    said = answered(client, next="//evil.example/").sent()
    assert sends(client, said, RelayState="https://evil.example/").url == "/"


def test_an_answer_of_one_directory_does_not_count_for_another(house, client):
    Directory.objects.create(
        kind="saml", key="other", name="Other", issuer="https://x", details={"metadata": metadata(entity="https://x")}
    )
    said = answered(client).sent()
    answer = client.post("/sign-in/by/other/answer/", {"SAMLResponse": said, "again": "yes"})
    assert answer.status_code == 403 and "_auth_user_id" not in client.session


def test_a_name_of_another_kind_is_somebody_else(house):
    first = comes().person
    other = comes(number="_a2", format="urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified", attributes={}).person
    assert first and other and first != other


def test_an_identity_of_openid_connect_with_the_same_words_is_somebody_else(house):
    known = a_person("Known by OpenID")
    Identity.objects.create(person=known, issuer=ENTITY, subject="persistent|u-1", first_at=datetime.now(UTC))
    assert comes().person != str(known.pk)


def test_an_attribute_may_say_who_somebody_is(house):
    house.details |= {"subject": "uid"}
    house.save()
    assert comes().status_code == 403  # it has none
    assert comes(number="_a2", attributes={"uid": ["7", "8"]}).status_code == 403
    first = comes(number="_a3", attributes={"uid": ["7"]}).person
    assert first and comes(number="_a4", subject="u-9", attributes={"uid": ["7"]}).person == first


def test_a_mail_finds_somebody_only_where_its_domain_was_named(house):
    known = a_person("Ola the Known", mail="ola@house.example")
    assert comes().person == str(known.pk)
    boss = a_person("Boss", mail="boss@elsewhere.example")
    answer = comes(number="_a2", subject="u-2", attributes={"mail": ["boss@elsewhere.example"]})
    assert answer.status_code == 403 and not boss.identities.exists()
    assert "knows your mail address already" in answer.content.decode()


def test_roles_and_groups_follow_an_attribute_only_where_rules_say_so(house):
    SupportGroup.objects.create(key="it", name="IT")
    house.claim, house.rules = "groups", [{"value": "it-staff", "role": "agent", "groups": ["it"]}]
    house.save()
    person = Person.objects.get(
        pk=comes(attributes={"groups": ["a", "it-staff"], "preferredLanguage": ["tr-TR"]}).person
    )
    assert person.role == "agent" and person.support_groups.get().key == "it" and person.language == "tr"
    comes(number="_a2", attributes={"groups": ["a"]})
    person.refresh_from_db()
    assert person.role == "requester"


def test_who_is_signed_in_connects(house):
    known, client = a_person("Ola the Known", mail="ola@elsewhere.example"), Client()
    client.force_login(known)
    assert comes(client).url == "/profile/"
    assert comes(number="_a2").person == str(known.pk)


def test_both_keys_of_a_change_count(house):
    house.details = {"metadata": metadata(OURS, STRANGE)}
    house.save()
    assert comes(signs_assertion=STRANGE).person
    assert comes(number="_a2").person


WRONG = {
    "calls itself": metadata(entity="https://other.example"),
    "no SAML metadata": "<x",
    "describes no directory": metadata().replace("IDPSSODescriptor", "SPSSODescriptor"),
    "no https address": metadata(at="http://login.house.example/sso"),
    "shows no certificate": metadata(Signs(1024)),
    "could not be reached": "http://127.0.0.1:9/metadata",
    "over since": metadata(Signs(days=-1)),
}


@pytest.mark.parametrize(("words", "given"), WRONG.items(), ids=WRONG)
def test_the_try_says_what_is_wrong_in_clear_words(words, given):
    row = Directory(kind="saml", key="house", name="House", issuer=ENTITY, details={"metadata": given})
    assert words in str(keeping.look(row).trouble)


def test_the_try_says_what_it_saw(house):
    looked = keeping.look(house)
    assert looked.trouble is None and ENTITY in [more for _words, more in looked.steps]
