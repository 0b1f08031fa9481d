"""People by program."""

from sira.people.models import Person


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
