from datetime import timedelta

import pytest

from sira.people.tests.cast import NOON, an_agent
from sira.workforce import availability
from sira.workforce.availability import left_out
from sira.workforce.models import Presence
from sira.workforce.presence import fall_silent, seen, set_presence

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def nadia():
    return an_agent()


def test_who_leaves_the_screen_is_away_after_a_while_and_here_again_with_the_first_key(nadia):
    seen(nadia, at=NOON)
    assert fall_silent(NOON + 14 * MINUTE) == 0
    assert fall_silent(NOON + 16 * MINUTE) == 1
    assert left_out([nadia.pk], NOON + 16 * MINUTE) == {nadia.pk: "away"}
    assert seen(nadia, at=NOON + 40 * MINUTE).state == "here"
    assert left_out([nadia.pk], NOON + 40 * MINUTE) == {}


def test_what_was_said_by_hand_stays_whatever_the_screen_tells(nadia):
    for state in ("busy", "away", "off"):
        set_presence(nadia, state, by=nadia, at=NOON)
        assert seen(nadia, at=NOON + MINUTE).state == state
        fall_silent(NOON + 60 * MINUTE)
        assert Presence.objects.get().state == state


def test_who_has_no_screen_that_tells_is_left_alone(nadia):
    set_presence(nadia, "here", by=nadia, at=NOON)
    assert fall_silent(NOON + timedelta(days=1)) == 0


def test_coming_back_wakes_what_waits_for_somebody(nadia, monkeypatch):
    told: list[list[int]] = []
    monkeypatch.setattr(availability, "_listeners", [lambda ids, at: told.append(ids)])
    seen(nadia, at=NOON)
    fall_silent(NOON + 16 * MINUTE)
    seen(nadia, at=NOON + 20 * MINUTE)
    seen(nadia, at=NOON + 22 * MINUTE)
    assert told == [[nadia.pk]]
