"""The page of held files, and the same by program: what is listed, given out with a reason, and not told."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.utils.timezone import now

from sira.api.tests.conftest import Caller
from sira.people import roles
from sira.people.tests.cast import a_person
from sira.plumbing.models import AuditEntry, ScannedFile
from sira.studio.trust import held as page_of_held
from sira.tickets import conversation
from sira.tickets.messages import Attached, Said
from sira.tickets.tests.cast import Desk

PAGE = "/studio/held/"


@pytest.fixture
def desk(db):
    return Desk()


@pytest.fixture
def ada(desk, client):
    client.force_login(desk.ada)
    return client


def hold(desk, name, *, minutes=0, was_read=True):
    """A file of that name that came with a ticket, held back since so long ago."""
    ticket, digest = desk.ticket(), sha256(name.encode()).digest()
    attached = Attached(name=name, size=7, digest=digest, content_type="text/plain")
    conversation.answer(ticket, Said(text="See the file.", files=[attached]), by=desk.ayse, at=now())
    at = now() - timedelta(minutes=minutes)
    ScannedFile.objects.create(digest=digest, found="Eicar" if was_read else "too large", was_read=was_read, at=at)
    return ticket, digest.hex()


def test_the_list_names_ticket_file_sender_and_reason_and_an_empty_one_says_so(desk, ada):
    assert "No file is held back" in ada.get(PAGE).content.decode()
    ticket, _key = hold(desk, "invoice.doc")
    hold(desk, "house.plan", was_read=False)
    ScannedFile.objects.create(digest=bytes(32), found="Eicar", at=now())  # a mail as a whole
    page = ada.get(PAGE).content.decode()
    for words in (
        ticket.number, "invoice.doc", desk.ayse.name, "Harmful content was found: <bdi dir=\"ltr\">Eicar", "house.plan",
        "It could not be checked: <bdi dir=\"ltr\">too large", "A mail as a whole",
    ):  # fmt: skip
        assert words in page


def test_one_is_given_out_with_a_reason_that_the_audit_trail_keeps_under_the_name_of_who_did(desk, ada):
    _ticket, key = hold(desk, "invoice.doc")
    assert ada.post(f"{PAGE}{key}/give/", {"because": " "}).status_code == 422
    assert not ScannedFile.objects.get().given_out
    assert ada.post(f"{PAGE}{key}/give/", {"because": "It is our own test file"}).status_code == 302
    entry = AuditEntry.objects.get(what="held file given out")
    assert (entry.by, entry.way, entry.key) == (desk.ada.pk, "page", key)
    assert entry.changes == {"found": "Eicar", "because": "It is our own test file"}
    assert "No file is held back" in ada.get(PAGE).content.decode()
    for gone in (key, "x", "ğ" * 64):
        assert ada.post(f"{PAGE}{gone}/give/", {"because": "Again"}).status_code == 404


def test_one_is_removed_once_a_reason_was_given_and_the_question_answered(desk, ada):
    ticket, key = hold(desk, "invoice.doc")
    here, why = f"{PAGE}{key}/remove/", {"because": "A known <b>trojan"}
    assert ada.post(here, {"because": " ", "sure": "1"}).status_code == 422
    asked = ada.post(here, why).content.decode()
    assert "Remove this file for good?" in asked and "A known &lt;b&gt;trojan" in asked and ticket.number in asked
    assert not ScannedFile.objects.get().removed
    assert ada.post(here, why | {"sure": "1"}).status_code == 302
    entry = AuditEntry.objects.get(what="held file removed")
    assert (entry.by, entry.way, entry.key) == (desk.ada.pk, "page", key)
    assert entry.changes == {"found": "Eicar", "because": why["because"]}
    assert "No file is held back" in ada.get(PAGE).content.decode()
    for gone in (key, "x"):
        for answer in ("", "1"):
            assert ada.post(f"{PAGE}{gone}/remove/", why | {"sure": answer}).status_code == 404


def test_pages_follow_one_another_by_key_and_cost_the_same_however_many(
    desk, ada, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(page_of_held, "PAGE", 2)
    for number in range(5):
        hold(desk, f"file {number}", minutes=number // 2)
    ada.get(PAGE)
    seen, after = [], ""
    while True:
        with django_assert_num_queries(8 if after else 7):
            answer = ada.get(PAGE, {"after": after} if after else {})
        seen += [one.files[0].name for one in answer.context["held"]]
        after = answer.context["after"]
        if not after:
            break
    assert len(seen) == 5 and set(seen[:2]) == {"file 0", "file 1"} and seen[-1] == "file 4"


def test_who_administers_but_may_not_read_the_ticket_is_told_that_there_is_one_and_no_more(desk, client):
    ticket, key = hold(desk, "invoice.doc")
    clerk = a_person("Clara Clerk")
    clerks = roles.make_role("clerks", name="Clerks", rights_of_it=["administer"], by=desk.ada)
    roles.give_role(clerk, clerks, by=desk.ada)
    clerk.refresh_from_db()
    client.force_login(clerk)
    page = client.get(PAGE).content.decode()
    assert "In 1 more message that you may not read" in page and "invoice.doc" not in page and ticket.number not in page
    [told] = Caller(clerk)("GET", "held-files").json()["items"]
    assert (told["key"], told["places"], told["elsewhere"]) == (key, [], 1)


def test_programs_list_and_give_out_the_same(desk):
    call = Caller(desk.ada)
    keys = {hold(desk, f"file {number}")[1] for number in range(3)}
    first = call("GET", "held-files?limit=2").json()
    second = call("GET", f"held-files?cursor={first['next']}").json()
    assert {one["key"] for one in first["items"] + second["items"]} == keys and second["next"] is None
    key = first["items"][0]["key"]
    assert call("PUT", f"held-files/{key}/release", {"because": ""}).status_code == 422
    assert call("PUT", f"held-files/{key}/release", {"because": "Ours"}).status_code == 204
    assert call("PUT", f"held-files/{key}/release", {"because": "Ours"}).status_code == 404
    assert AuditEntry.objects.get(what="held file given out").way == "api"
    other = first["items"][1]["key"]
    assert call("PUT", f"held-files/{other}/removal", {"because": " "}).status_code == 422
    assert call("PUT", f"held-files/{other}/removal", {"because": "Harmful"}).status_code == 204
    assert call("PUT", f"held-files/{other}/release", {"because": "After all"}).status_code == 404
    assert AuditEntry.objects.get(what="held file removed").way == "api"
    assert Caller(desk.jonas)("GET", "held-files").status_code == 403
