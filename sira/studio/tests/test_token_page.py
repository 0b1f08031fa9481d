"""The page of tokens: what a new one carries."""

import pytest

from sira.api.models import Token
from sira.tickets.tests.cast import Desk


@pytest.fixture
def made(db, client):
    """What became of a form with these fields."""
    desk = Desk()
    client.force_login(desk.ada)

    def send(person, **more):
        fields = {"name": "mail set-up", "mail": getattr(desk, person).email, "days": "30", **more}
        return client.post("/studio/tokens/", fields)

    return send


def test_a_token_carries_what_is_ticked_and_the_list_says_so(made):
    page = made("ada", rights=["mail", "hours"]).content.decode()
    assert Token.objects.get().rights == ["hours", "mail"]
    assert "sira_" in page and "<small>Set up mail" in page and "<small>Draw and publish" not in page


def test_nothing_ticked_is_all_that_the_person_has(made):
    page = made("jonas").content.decode()
    assert Token.objects.get().rights == ["work"] and "<small>" not in page


def test_a_right_that_the_person_lacks_is_named_and_nothing_typed_is_lost(made):
    answer = made("jonas", rights=["work", "mail"])
    page = answer.content.decode()
    assert answer.status_code == 422 and not Token.objects.exists()
    assert "The person does not have: Set up mail" in page and "jonas@desk.example" in page
    assert answer.context["form"]["rights"].value() == ["work", "mail"]
