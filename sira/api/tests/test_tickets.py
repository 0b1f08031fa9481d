"""Tickets by program."""

import pytest

from sira.api.models import Token
from sira.notifications.models import OutgoingMail
from sira.notifications.writing import write
from sira.tickets import conversation
from sira.tickets.messages import Said
from sira.tickets.models import Message, Ticket, TicketType
from sira.tickets.tests.cast import monday

NEW = {"subject": "VPN drops", "text": "Every few minutes.", "category": "network"}


def fresh(ticket):
    return Ticket.objects.get(pk=ticket.pk)


def etag(caller, ticket):
    return caller("GET", f"tickets/{ticket.number}")["ETag"]


def test_a_requester_opens_a_ticket_for_themselves(desk, caller):
    answer = caller(desk.tom)("POST", "tickets", NEW)
    assert answer.status_code == 201
    told = answer.json()
    ticket = Ticket.objects.get(number=told["number"])
    assert (ticket.requester, ticket.channel, ticket.group) == (desk.tom, "api", desk.it)
    assert told["priority"] == "low" and told["requester"]["mail"] == desk.tom.email


def test_an_agent_opens_a_ticket_for_somebody_new(desk, caller):
    answer = caller(desk.jonas)("POST", "tickets", NEW | {"requester": "New@Desk.Example", "requester_name": "New"})
    assert answer.json()["requester"]["mail"] == "new@desk.example"


def test_a_requester_may_not_open_for_somebody_else(desk, caller):
    answer = caller(desk.tom)("POST", "tickets", NEW | {"requester": desk.hannah.email})
    assert answer.status_code == 403
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"subject": ""},
        {"colour": "red"},
        {"impact": "huge"},
        {"type": "nonsense"},
        {"tags": ["x" * 41]},
        {"requester": "nobody"},
        {"text": "a\0b"},
        {"text": "\ud800"},
        {"fields": {"a": "\0"}},
        {"attachments": ["made up"]},
    ],
)
def test_what_cannot_be_a_ticket_is_refused_with_the_reason(desk, caller, wrong):
    answer = caller(desk.jonas)("POST", "tickets", NEW | wrong)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"]
    assert not Ticket.objects.exists()


def test_lists_page_to_the_end_without_repeats(desk, caller):
    numbers = {desk.ticket().number for _each in range(7)}
    found, cursor, call = [], "", caller(desk.ada)
    while True:
        page = call("GET", f"tickets?limit=3&cursor={cursor}").json()
        found += [one["number"] for one in page["items"]]
        desk.ticket()  # what comes in meanwhile is newer than all that is still to come
        cursor = page["next"]
        if not cursor:
            break
    assert len(found) == len(set(found)) and numbers <= set(found)


def test_lists_are_narrowed_by_listed_filters_only(desk, caller):
    mine, other = desk.ticket(), desk.ticket(category="payroll", requester=desk.hannah)
    call = caller(desk.ada)
    by_requester = call("GET", f"tickets?requester={desk.hannah.pk}").json()["items"]
    assert [one["number"] for one in by_requester] == [other.number]
    by_group = call("GET", "tickets?group=it&status=open&changed_since=2026-11-01T00:00:00Z").json()["items"]
    assert mine.number in [one["number"] for one in by_group]
    assert call("GET", "tickets?colour=red").status_code == 422
    assert call("GET", "tickets?cursor=nonsense").status_code == 400
    assert call("GET", f"tickets?agent={10**30}").status_code == 422


def test_another_groups_ticket_is_not_found(desk, caller):
    ticket = desk.ticket(category="network")
    assert ticket.group == desk.it
    call = caller(desk.zeynep)
    for method, path, body in [
        ("GET", "", None),
        ("GET", "/messages", None),
        ("PATCH", "", {"subject": "x"}),
        ("POST", "/messages", {"text": "x"}),
        ("PUT", "/assignment", {"group": "hr"}),
        ("PUT", "/resolution", {"resolution": "x"}),
        ("PUT", "/confirmation", None),
        ("PUT", "/closing", None),
        ("PUT", "/reopening", None),
        ("PUT", "/waiting", None),
        ("PUT", "/hold", {"until": "2099-01-01T00:00:00Z"}),
    ]:
        answer = call(method, f"tickets/{ticket.number}{path}", body)
        assert (path, answer.status_code) == (path, 404)
    assert call("GET", "tickets").json()["items"] == []
    assert fresh(ticket).revision == ticket.revision


def test_notes_are_hidden_from_requesters(desk, caller):
    ticket = desk.ticket()
    conversation.note(ticket, Said(text="The cable is old."), by=desk.jonas, at=monday(10))
    shown = caller(desk.tom)("GET", f"tickets/{ticket.number}/messages").json()["items"]
    assert [one["text"] for one in shown] == ["It drops every few minutes."]
    seen = caller(desk.jonas)("GET", f"tickets/{ticket.number}/messages").json()["items"]
    assert [one["internal"] for one in seen] == [True, False]


def test_a_note_by_program_tells_whom_it_names_and_who_may_not_read_it(desk, caller):
    ticket = desk.ticket()
    given = {"text": "@Ayşe Demir, or is it of @Zeynep Kaya?", "internal": True}
    said = caller(desk.jonas)("POST", f"tickets/{ticket.number}/messages", given).json()
    assert (said["told"], said["untold"]) == ([desk.ayse.pk], [desk.zeynep.pk])
    assert [mail.to for mail in OutgoingMail.objects.filter(kind="mentioned")] == [desk.ayse.email]
    assert ticket.messages.get(is_internal=True).channel == "api"


def test_a_hand_over_by_program_tells_whom_its_note_names_but_its_agent(desk, caller):
    ticket = desk.ticket()
    given = {"agent": desk.jonas.pk, "note": "@Jonas Weber, ask @Ayşe Demir."}
    assert caller(desk.ada)("PUT", f"tickets/{ticket.number}/assignment", given).status_code == 200
    assert [mail.to for mail in OutgoingMail.objects.filter(kind="mentioned")] == [desk.ayse.email]


def test_a_requester_cannot_write_a_note(desk, caller):
    ticket = desk.ticket()
    answer = caller(desk.tom)("POST", f"tickets/{ticket.number}/messages", {"text": "x", "internal": True})
    assert answer.status_code == 403


def test_messages_come_from_the_side_of_who_writes(desk, caller):
    ticket = desk.ticket()
    path = f"tickets/{ticket.number}/messages"
    assert caller(desk.jonas)("POST", path, {"text": "On the cable, too?"}).json()["from_desk"] is True
    assert caller(desk.tom)("POST", path, {"text": "Yes."}).json()["from_desk"] is False


def test_an_edit_needs_the_revision_that_was_read(desk, caller):
    ticket, call = desk.ticket(), caller(desk.jonas)
    path = f"tickets/{ticket.number}"
    assert call("PATCH", path, {"subject": "New"}).status_code == 428
    seen = etag(call, ticket)
    answer = call("PATCH", path, {"subject": "New", "tags": ["vpn"], "impact": "high"}, **{"If-Match": seen})
    assert answer.status_code == 200 and answer["ETag"] != seen
    assert (fresh(ticket).subject, fresh(ticket).tags, fresh(ticket).impact) == ("New", ["vpn"], 1)
    assert call("PATCH", path, {"subject": "Late"}, **{"If-Match": seen}).status_code == 412
    assert fresh(ticket).subject == "New"


def test_an_edit_refuses_fields_that_are_not_listed_and_values_that_cannot_be(desk, caller):
    ticket, call = desk.ticket(), caller(desk.jonas)
    seen = etag(call, ticket)
    for wrong in ({"status": "closed"}, {"revision": 7}, {"subject": None}, {"impact": None}, {"fields": {"no": 1}}):
        answer = call("PATCH", f"tickets/{ticket.number}", wrong, **{"If-Match": seen})
        assert (wrong, answer.status_code) == (wrong, 422)
    assert etag(call, ticket) == seen


def test_the_gate_holds_by_api_and_says_what_is_missing(desk, caller):
    TicketType.objects.filter(key="incident").update(mandatory_fields=["service", "resolution"])
    ticket = desk.ticket()
    answer = caller(desk.jonas)("PUT", f"tickets/{ticket.number}/resolution", {"resolution": "Done."})
    assert answer.status_code == 409
    assert answer.json()["fields"] == ["service"] and answer.json()["type"] == "urn:sira:problem:not_ready"
    assert fresh(ticket).status == "open"


def test_a_ticket_goes_its_whole_way_by_api(desk, caller):
    ticket, jonas, tom = desk.ticket(), caller(desk.jonas), caller(desk.tom)
    path = f"tickets/{ticket.number}"
    given = jonas("PUT", f"{path}/assignment", {"group": "it", "agent": desk.jonas.pk})
    assert given.json()["agent"]["id"] == desk.jonas.pk
    assert jonas("PUT", f"{path}/waiting").json()["status"] == "waiting"
    assert jonas("PUT", f"{path}/hold", {"until": "2099-01-01T00:00:00+01:00"}).json()["status"] == "held"
    assert jonas("PUT", f"{path}/resolution", {"resolution": "New cable."}).json()["status"] == "resolved"
    assert tom("PUT", f"{path}/reopening").json()["status"] == "open"
    assert jonas("PUT", f"{path}/resolution", {"resolution": "Newer cable."}).json()["status"] == "resolved"
    assert tom("PUT", f"{path}/confirmation").json()["status"] == "closed"
    assert tom("PUT", f"{path}/confirmation").status_code == 409


def test_a_ticket_is_handed_over_with_a_note_that_only_the_desk_sees(desk, caller):
    ticket, jonas, tom = desk.ticket(), caller(desk.jonas), caller(desk.tom)
    path = f"tickets/{ticket.number}"
    given = {"group": "it", "agent": desk.ayse.pk, "note": "The certificate ends tonight."}
    assert jonas("PUT", f"{path}/assignment", given).json()["agent"]["id"] == desk.ayse.pk
    said = ticket.messages.latest("id")
    assert (said.text, said.is_internal, said.channel) == ("The certificate ends tonight.", True, "api")
    [mail] = OutgoingMail.objects.filter(person=desk.ayse)
    assert "The certificate ends tonight." in write(mail).text
    assert "certificate" not in tom("GET", f"{path}/messages").content.decode()
    count = ticket.messages.count()
    assert jonas("PUT", f"{path}/assignment", given | {"note": " "}).status_code == 200
    assert ticket.messages.count() == count, "a note of nothing is none"


def test_an_agent_closes_what_is_resolved(desk, caller):
    ticket, jonas = desk.ticket(), caller(desk.jonas)
    assert jonas("PUT", f"tickets/{ticket.number}/closing").status_code == 409
    jonas("PUT", f"tickets/{ticket.number}/resolution", {"resolution": "New cable."})
    assert jonas("PUT", f"tickets/{ticket.number}/closing").json()["status"] == "closed"


def test_steps_of_agents_are_not_for_requesters(desk, caller):
    ticket, tom = desk.ticket(), caller(desk.tom)
    for path, body in [
        ("assignment", {"group": "it"}),
        ("resolution", {"resolution": "x"}),
        ("waiting", None),
        ("hold", {"until": "2099-01-01T00:00:00Z"}),
        ("closing", None),
    ]:
        assert (path, tom("PUT", f"tickets/{ticket.number}/{path}", body).status_code) == (path, 403)
    changed = tom("PATCH", f"tickets/{ticket.number}", {"subject": "x"}, **{"If-Match": "*"})
    assert changed.status_code == 403


def test_an_agent_of_another_group_cannot_be_given_the_ticket(desk, caller):
    ticket = desk.ticket()
    answer = caller(desk.jonas)("PUT", f"tickets/{ticket.number}/assignment", {"group": "it", "agent": desk.zeynep.pk})
    assert answer.status_code == 409 and answer.json()["type"].endswith("not_in_group")


def test_a_hold_ends_ahead_and_says_its_zone(desk, caller):
    ticket, jonas = desk.ticket(), caller(desk.jonas)
    for until in ("2020-01-01T00:00:00Z", "2099-01-01T00:00:00", "tomorrow"):
        assert jonas("PUT", f"tickets/{ticket.number}/hold", {"until": until}).status_code == 422


def test_a_file_is_uploaded_named_and_read_by_who_may_read_the_message(desk, caller):
    tom = caller(desk.tom)
    upload = tom.client.post(
        "/api/v1/attachments", {"file": _file()}, headers={"Authorization": f"Bearer {tom.token}"}
    ).json()["upload"]
    stolen = caller(desk.hannah)("POST", "tickets", NEW | {"attachments": [upload]})
    assert stolen.status_code == 422
    number = tom("POST", "tickets", NEW | {"attachments": [upload]}).json()["number"]
    (file,) = tom("GET", f"tickets/{number}/messages").json()["items"][0]["attachments"]
    assert (file["name"], file["size"]) == ("log.txt", 5)
    download = tom("GET", f"attachments/{file['id']}")
    assert b"".join(download.streaming_content) == b"lines"
    assert download["Content-Disposition"].startswith("attachment")
    assert caller(desk.hannah)("GET", f"attachments/{file['id']}").status_code == 404


def test_a_note_s_file_is_hidden_with_the_note(desk, caller):
    ticket, jonas = desk.ticket(), caller(desk.jonas)
    upload = jonas.client.post(
        "/api/v1/attachments", {"file": _file()}, headers={"Authorization": f"Bearer {jonas.token}"}
    ).json()["upload"]
    path = f"tickets/{ticket.number}/messages"
    told = jonas("POST", path, {"text": "x", "internal": True, "attachments": [upload]}).json()
    assert Message.objects.get(pk=told["id"]).is_internal
    assert caller(desk.tom)("GET", f"attachments/{told['attachments'][0]['id']}").status_code == 404


def test_a_token_that_ended_opens_nothing(desk, caller):
    call = caller(desk.ada)
    Token.objects.update(revoked_at=monday(9))
    answer = call("GET", "tickets")
    assert answer.status_code == 401 and answer["WWW-Authenticate"] == "Bearer"


def _file():
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

    return SimpleUploadedFile("log.txt", b"lines", content_type="text/html")


def test_a_tag_has_no_comma_in_it_for_pages_list_tags_with_commas(desk, caller):
    call, given = caller(desk.jonas), {"subject": "x", "text": "y"}
    for amiss in ("a, b", ",", " a", "a "):
        assert call("POST", "tickets", given | {"tags": [amiss]}).status_code == 422, amiss
    made = call("POST", "tickets", given | {"tags": ["two words"]})
    assert made.status_code == 201 and made.json()["tags"] == ["two words"]
