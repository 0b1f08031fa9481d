"""Every address, for every role and nobody, with their own things and with those of others.

One world stands for all that is asked here, and each call is made once: a call is undone before the next.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import override_settings

from sira.config import routes
from sira.plumbing.desk_files import desk_files
from tests.security import walking
from tests.security.world import World, build

OUT_OF_REACH = Path(__file__).parent / "out_of_reach.txt"
AT_LEAST = 5000
ACTORS = (
    "nobody", "requester", "stranger", "colleague", "approver",
    "agent", "agent_elsewhere", "lead", "manager", "administrator", "helper", "partner",
)  # fmt: skip
REFUSED = {301, 302, 303, 400, 401, 403, 404, 405, 409, 410, 412, 413, 415, 422, 428, 429}


@pytest.fixture(scope="module", autouse=True)
def own_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with override_settings(SIRA_FILES=tmp_path_factory.mktemp("files"), API_CALLS_A_MINUTE=1_000_000):
        desk_files.cache_clear()
        yield
    desk_files.cache_clear()


@pytest.fixture(scope="module")
def world(own_files: None, django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[World]:
    with django_db_blocker.unblock(), suppress(walking.Undone), transaction.atomic():
        with connection.cursor() as cursor:  # a slow machine may think longer than this allows
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield build()
        raise walking.Undone


@pytest.fixture(scope="module")
def doors(world: World) -> walking.Doors:
    return walking.Doors(world)


@dataclass(frozen=True)
class Made:
    """What came of a call.  written: rows; leaked: words of the answer that its reader may not read."""

    call: walking.Call
    enters: bool
    owns: bool
    status: int
    written: int
    leaked: list[str]
    came_through: bool

    @property
    def place(self) -> str:
        return f"{self.call.method} {self.call.route['path']}"


Walked = Callable[[str], list[Made]]


@pytest.fixture(scope="module")
def walked(world: World, doors: walking.Doors) -> Walked:
    """walked(actor): what came of all their calls."""
    return cache(lambda actor: [make(world, doors, call) for call in walking.calls(world, [actor])])


def make(world: World, doors: walking.Doors, call: walking.Call) -> Made:
    answer, written = walking.made(doors, call)
    words = "" if holds_link(call) else walking.read(answer)
    return Made(
        call,
        walking.entered(call.route["right"], world.people.get(call.actor)),
        walking.owns(call),
        answer.status_code,
        written,
        [word for word in world.forbidden_words(call.actor) if word in words],
        came_through(call, answer),
    )


def amiss(calls: Iterable[Made]) -> list[str]:
    found = []
    for one in calls:
        call, status = one.call, one.status
        if one.leaked:
            found.append(f"{call} shows {one.leaked}")
        if status >= 500:
            found.append(f"{call} answers {status}")
        shape = call.by_api and status == 422  # what is sent is looked at before who sends it
        if not one.enters and (status not in REFUSED or (status in (409, 422) and not shape) or one.written):
            found.append(f"{call} is not turned away: {status}, {one.written} rows written")
        if one.enters and not one.owns and (one.written or (status not in REFUSED)):
            found.append(f"{call} reaches what is not theirs: {status}, {one.written} rows written")
    return found


@pytest.mark.parametrize("actor", ACTORS)
def test_no_route_lets_anybody_further_than_their_rights(walked: Walked, actor: str):
    """What is asked: who may not come in is turned away and writes nothing; what somebody else owns is refused and
    stays as it is; and no answer has a word in it that its reader may not read."""
    found = amiss(walked(actor))
    assert not found, "\n".join(found[:100])


def test_the_walk_is_long_and_takes_everybody(world: World, walked: Walked):
    assert set(ACTORS) == {*world.people, "nobody"}
    assert sum(len(walked(actor)) for actor in ACTORS) >= AT_LEAST


def test_the_walk_reaches_what_it_walks_past(walked: Walked):
    """A refusal proves little where nobody ever comes through: for each address somebody with the right does,
    but for those that ask for a thing which the world here has not."""
    entering = [one for actor in ACTORS for one in walked(actor) if one.enters]
    closed = {one.place for one in entering} - {one.place for one in entering if one.owns and one.came_through}
    listed = OUT_OF_REACH.read_text().splitlines()
    assert listed == sorted(set(listed))
    assert sorted(closed - set(listed)) == [], "nobody comes through"
    assert sorted(set(listed) - closed) == [], "somebody does"


def came_through(call: walking.Call, answer: HttpResponse) -> bool:
    """Not asked to sign in, nor to prove once more who one is, nor led from what a link opened to one's own page."""
    elsewhere = ("/sign-in/", "/profile/prove/", *(["/portal/"] if holds_link(call) else []))
    return answer.status_code < 400 and not answer.headers.get("Location", "").startswith(elsewhere)


def holds_link(call: walking.Call) -> bool:
    """The signed link is the right; the ticket it names is the holder's to read."""
    return call.route["right"] == "holder"


@pytest.mark.urls("tests.security.planted")
def test_a_route_that_asks_for_no_right_or_has_none_does_not_get_past_the_walk(world: World, doors: walking.Doors):
    """Planted: what nobody classified is named so, and what forgot to ask is found by the walk."""
    by_name = {route["name"]: route["right"] for route in routes.routes()}
    assert by_name["nobody_thought_of_it"] == routes.UNCLASSIFIED
    planted = {"portal:branding_planted", "studio:forgot_to_ask", "api-v1:shows_all"}
    assert planted <= by_name.keys()
    actors = ("nobody", "requester", "agent", "lead")
    calls = [call for call in walking.calls(world, actors) if call.route["name"] in planted]
    found = "\n".join(amiss(make(world, doors, call) for call in calls))
    for name in planted:
        assert name in found
    assert "nobody: GET /studio/forgot/" in found and "canary-it" in found
