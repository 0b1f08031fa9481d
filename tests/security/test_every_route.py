"""Every address, for every role and nobody, with their own things and with those of others."""

from pathlib import Path

import pytest
from django.http import HttpResponse

from sira.config import routes
from tests.security import walking

OUT_OF_REACH = Path(__file__).parent / "out_of_reach.txt"
AT_LEAST = 5000
ACTORS = (
    "nobody", "requester", "stranger", "colleague", "approver",
    "agent", "agent_elsewhere", "lead", "manager", "administrator", "helper", "partner",
)  # fmt: skip
REFUSED = {301, 302, 303, 400, 401, 403, 404, 405, 409, 410, 412, 413, 415, 422, 428, 429}


def amiss(world, doors, calls) -> list[str]:
    found = []
    for call in calls:
        answer, written = walking.made(doors, call)
        status, person = answer.status_code, world.people.get(call.actor)
        enters, owns = walking.entered(call.route["right"], person), walking.owns(call)
        words = walking.read(answer)
        leaked = [word for word in world.forbidden_words(call.actor) if word in words]
        if leaked and not holds_link(call):
            found.append(f"{call} shows {leaked}")
        if status >= 500:
            found.append(f"{call} answers {status}")
        shape = call.by_api and status == 422  # what is sent is looked at before who sends it
        if not enters and (status not in REFUSED or (status in (409, 422) and not shape) or written):
            found.append(f"{call} is not turned away: {status}, {written} rows written")
        if enters and not owns and (written or (status not in REFUSED)):
            found.append(f"{call} reaches what is not theirs: {status}, {written} rows written")
    return found


@pytest.mark.parametrize("actor", ACTORS)
def test_no_route_lets_anybody_further_than_their_rights(world, doors, actor):
    """Each call is undone.  What is asked: who may not come in is turned away and writes nothing; what somebody else
    owns is refused and stays as it is; and no answer has a word in it that its reader may not read."""
    found = amiss(world, doors, walking.calls(world, [actor]))
    assert not found, "\n".join(found[:100])


def test_the_walk_is_long_and_takes_everybody(world):
    assert set(ACTORS) == {*world.people, "nobody"}
    assert sum(1 for _call in walking.calls(world, ACTORS)) >= AT_LEAST


def test_the_walk_reaches_what_it_walks_past(world, doors):
    """A refusal proves little where nobody ever comes through: for each address somebody with the right does,
    but for those that ask for a thing which the world here has not."""
    closed, opened = set(), set()
    for call in walking.calls(world, reversed(ACTORS)):
        place = f"{call.method} {call.route['path']}"
        if place in opened or not walking.entered(call.route["right"], world.people.get(call.actor)):
            continue
        if walking.owns(call) and came_through(walking.made(doors, call)[0]):
            opened.add(place)
            closed.discard(place)
        else:
            closed.add(place)
    listed = OUT_OF_REACH.read_text().splitlines()
    assert listed == sorted(set(listed))
    assert sorted(closed - set(listed)) == [], "nobody comes through"
    assert sorted(set(listed) - closed) == [], "somebody does"


def came_through(answer: HttpResponse) -> bool:
    return answer.status_code < 400 and not answer.headers.get("Location", "").startswith("/sign-in/")


def holds_link(call: walking.Call) -> bool:
    """The signed link is the right; the ticket it names is the holder's to read."""
    return call.route["right"] == "holder"


@pytest.mark.urls("tests.security.planted")
def test_a_route_that_asks_for_no_right_or_has_none_does_not_get_past_the_walk(world, doors):
    """Planted: what nobody classified is named so, and what forgot to ask is found by the walk."""
    by_name = {route["name"]: route["right"] for route in routes.routes()}
    assert by_name["nobody_thought_of_it"] == routes.UNCLASSIFIED
    planted = {"portal:branding_planted", "studio:forgot_to_ask", "api-v1:shows_all"}
    assert planted <= by_name.keys()
    actors = ("nobody", "requester", "agent", "lead")
    calls = [call for call in walking.calls(world, actors) if call.route["name"] in planted]
    found = "\n".join(amiss(world, doors, calls))
    for name in planted:
        assert name in found
    assert "nobody: GET /studio/forgot/" in found and "canary-it" in found
