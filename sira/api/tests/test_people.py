"""People by program."""

from sira.people.models import Person
from sira.tickets.tests.cast import holding


def test_agents_see_everybody_and_requesters_only_themselves(desk, caller):
    assert len(caller(desk.jonas)("GET", "people").json()["items"]) >= 6
    assert [one["id"] for one in caller(desk.tom)("GET", "people").json()["items"]] == [desk.tom.pk]
    assert caller(desk.tom)("GET", f"people/{desk.hannah.pk}").status_code == 404


def test_people_are_found_by_any_of_their_addresses(desk, caller):
    found = caller(desk.jonas)("GET", "people?mail=TOM@desk.example").json()["items"]
    assert [one["id"] for one in found] == [desk.tom.pk]


def test_adding_somebody_twice_makes_one_person(desk, caller):
    call = caller(desk.jonas)
    first = call("POST", "people", {"mail": "new@desk.example", "name": "New One", "language": "pl"})
    again = call("POST", "people", {"mail": "NEW@desk.example"})
    assert first.status_code == 201 and first.json()["language"] == "pl"
    assert again.json()["id"] == first.json()["id"]
    assert call("POST", "people", {"mail": "not an address"}).status_code == 422


def test_who_works_for_one_customer_meets_nobody_of_another(desk, caller):
    """Else the answer would tell who has an address, and open a request in their name."""
    partner = caller(holding(desk.tom, "work", by=desk.ada, organisation=desk.halden))
    assert partner("POST", "people", {"mail": desk.hannah.email}).json()["id"] == desk.hannah.pk
    assert partner("POST", "people", {"mail": "new@desk.example", "name": "New One"}).status_code == 201
    assert partner("POST", "people", {"mail": desk.jonas.email}).status_code == 403
    asked = {"type": "incident", "subject": "VPN", "text": "It drops.", "requester": desk.jonas.email}
    assert partner("POST", "tickets", asked).status_code == 403
    assert partner("POST", "tickets", asked | {"requester": desk.hannah.email}).status_code == 201


def test_a_requester_adds_nobody(desk, caller):
    assert caller(desk.tom)("POST", "people", {"mail": "new@desk.example"}).status_code == 403


def test_a_person_is_changed_by_who_saw_the_present_state(desk, caller):
    call, path = caller(desk.tom), f"people/{desk.tom.pk}"
    seen = call("GET", path)["ETag"]
    assert call("PATCH", path, {"name": "Tom W."}).status_code == 428
    changed = call("PATCH", path, {"name": "Tom W.", "time_zone": "Asia/Tehran"}, **{"If-Match": seen})
    assert changed.json()["name"] == "Tom W." and changed["ETag"] != seen
    assert call("PATCH", path, {"name": "Late"}, **{"If-Match": seen}).status_code == 412
    for wrong in ({"role": "administrator"}, {"time_zone": "Mars/Olympus"}, {"name": None}, {"language": "xx"}):
        assert call("PATCH", path, wrong, **{"If-Match": "*"}).status_code == 422
    assert Person.objects.get(pk=desk.tom.pk).role == "requester"


def test_a_role_is_made_given_for_a_group_and_taken_again(desk, caller):
    ada = caller(desk.ada)
    made = ada("POST", "roles", {"key": "payroll", "name": "Payroll helper", "rights": ["lead"]})
    assert made.status_code == 201 and made.json()["rights"] == ["work", "lead"]
    given = ada("POST", f"people/{desk.tom.pk}/roles", {"role": "payroll", "group": "hr"})
    assert given.json() == {"id": given.json()["id"], "role": "payroll", "group": "hr", "organisation": None}
    ticket, other = desk.ticket(category="payroll", requester=desk.jonas), desk.ticket(requester=desk.hannah)
    desk.tom.refresh_from_db()  # a token carries what its person has when it is made
    tom = caller(desk.tom)
    assert tom("GET", f"tickets/{ticket.number}").status_code == 200
    assert tom("GET", f"tickets/{other.number}").status_code == 404
    assert ada("DELETE", "roles/payroll").status_code == 409
    assert ada("DELETE", f"people/{desk.tom.pk}/roles/{given.json()['id']}").status_code == 204
    assert tom("GET", f"tickets/{ticket.number}").status_code == 404
    assert ada("DELETE", "roles/payroll").status_code == 204


def test_a_role_is_given_by_administrators_for_what_is_there_and_for_one_place(desk, caller):
    ada, words = caller(desk.ada), {"key": "w", "name": "W", "rights": ["work"]}
    assert caller(desk.ayse)("POST", "roles", words).status_code == 403
    assert ada("POST", "roles", words | {"rights": ["fly"]}).status_code == 422
    ada("POST", "roles", words)
    both = {"role": "w", "group": "hr", "organisation": desk.halden.pk}
    for wrong in ({"role": "x"}, {"role": "w", "group": "x"}, {"role": "w", "organisation": 10**9}, both):
        assert ada("POST", f"people/{desk.tom.pk}/roles", wrong).status_code == 422
    assert ada("PUT", "roles/w", {"name": "Auditor", "rights": ["audit"]}).json()["rights"] == ["audit"]
    refused = ada("POST", f"people/{desk.tom.pk}/roles", {"role": "w", "group": "hr"})
    assert refused.status_code == 422 and refused.json()["type"] == "urn:sira:problem:whole_desk"


def test_whoever_works_for_a_customer_alone_knows_its_people_and_no_others(desk, caller):
    ada = caller(desk.ada)
    ada("POST", "roles", {"key": "w", "name": "W", "rights": ["work"]})
    ada("POST", f"people/{desk.tom.pk}/roles", {"role": "w", "organisation": desk.halden.pk})
    desk.tom.refresh_from_db()
    tom = caller(desk.tom)
    assert {one["id"] for one in tom("GET", "people").json()["items"]} == {desk.tom.pk, desk.hannah.pk}
    assert [one["name"] for one in tom("GET", "organisations").json()["items"]] == ["Halden Clinics"]
    assert tom("GET", f"people/{desk.jonas.pk}").status_code == 404


def test_tokens_are_made_shown_once_and_ended(desk, caller):
    ada = caller(desk.ada)
    made = ada("POST", "tokens", {"name": "monitoring", "person": desk.jonas.pk, "days": 7, "reads_only": True}).json()
    assert (made["person"], made["reads_only"]) == (desk.jonas.pk, True)
    listed = ada("GET", "tokens").json()["items"]
    assert made["id"] in [one["id"] for one in listed] and "token" not in listed[0]
    program = caller(desk.jonas)
    program.token = made["token"]
    assert program("GET", "tickets").status_code == 200
    assert program("POST", "tickets", {"subject": "x", "text": "y"}).status_code == 403
    assert ada("DELETE", f"tokens/{made['id']}").status_code == 204
    assert program("GET", "tickets").status_code == 401
    assert caller(desk.ayse)("GET", "tokens").status_code == 403
    assert ada("POST", "tokens", {"name": "x", "person": 10**9}).status_code == 422


def test_the_audit_trail_is_read_by_who_may(desk, caller):
    ada = caller(desk.ada)
    ada("POST", "roles", {"key": "w", "name": "W", "rights": ["work"]})
    items = ada("GET", "audit?what=people_maderole").json()["items"]
    assert [(one["by"], one["changes"]["name"]) for one in items] == [(desk.ada.pk, [None, "W"])]
    assert ada("GET", "audit?odd=1").status_code == 422
    assert caller(desk.ayse)("GET", "audit").status_code == 403


def test_working_hours_and_holidays_are_set_by_program(desk, caller):
    ada = caller(desk.ada)
    key = ada("GET", "calendars").json()["items"][0]["id"]
    hours = {"time_zone": "Europe/Warsaw", "week": [[[480, 960]]] * 5 + [[], []]}
    seen = {"If-Match": ada("GET", f"calendars/{key}")["ETag"]}
    assert ada("PUT", f"calendars/{key}", hours).status_code == 428
    assert ada("PUT", f"calendars/{key}", hours | {"time_zone": "Mars/Base"}, **seen).status_code == 422
    assert ada("PUT", f"calendars/{key}", hours, **seen).json()["time_zone"] == "Europe/Warsaw"
    assert ada("PUT", f"calendars/{key}", hours | {"time_zone": "UTC"}, **seen).status_code == 412
    assert ada("PUT", f"calendars/{key}/holidays/2026-12-24", {"name": "Eve"}).status_code == 200
    assert caller(desk.ayse)("PUT", f"calendars/{key}", hours).status_code == 403
