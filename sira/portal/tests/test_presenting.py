"""A ticket as its requester sees it, in words."""

import pytest
from django.utils.translation import override

from sira.people.models import Person
from sira.portal.presenting import Card, Promise
from sira.tickets.models import Ticket


@pytest.mark.parametrize(
    ("language", "names"),
    [("en", "Ayşe Demir, Deniz Aydın"), ("fa", "\u2068Ayşe Demir\u2069، \u2068Deniz Aydın\u2069")],
)
def test_names_in_latin_letters_stand_apart_where_one_reads_from_the_right(language, names):
    card = Card(Ticket(status="open", stage="opened"), Promise("none"), Person(), ("Ayşe Demir", "Deniz Aydın"))
    with override(language):
        assert names in card.next_step
