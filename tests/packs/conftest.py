"""The people whom the templates speak of, and the templates themselves, loaded as `sira demo` does."""

from typing import Any

import pytest

from sira.config import packs
from sira.people.models import Person
from sira.tickets.tests.cast import Desk, a_group, a_person, monday
from tests.packs.walking import Walk, begin, ways_of


class Office(Desk):
    """tom asks and marta leads him; three sit on the board, carla audits; every group of the sample has somebody."""

    def __init__(self) -> None:
        super().__init__()
        self.marta = a_person("Marta Manager")
        Person.objects.filter(pk=self.tom.pk).update(manager=self.marta)
        self.tom.refresh_from_db()
        self.board = a_group("change_board", *(a_person(name) for name in ("Bora Board", "Cem Board", "Dana Board")))
        a_group("finance", a_person("Fred Finance", role="agent"))
        a_group("facilities", a_person("Faye Facilities", role="agent"))
        a_group("customer_care", a_person("Cora Care", role="agent"))
        a_group("compliance", a_person("Carla Compliance", role="agent"))
        self.walks: list[Walk] = []

    def has(self, *names: str) -> None:
        for name in names:
            packs.load_pack(packs.PACKS / name, at=monday(8))

    def begins(self, type_key: str, answers: dict[str, Any] | None = None, *, form: str = "", **words: Any) -> Walk:
        """words: impact, urgency, category, service or requester of the ticket."""
        by = words.pop("requester", self.tom)
        self.walks.append(begin(type_key, by, answers or {}, form=form, admin=self.ada, **words))
        return self.walks[-1]

    def all_walked(self, *keys: str) -> None:
        """Every way of the drawings was taken by one of the walks."""
        walked = {way for walk in self.walks for way in walk.walked()}
        for key in keys:
            missing = {way for _key, way in ways_of(key) - walked}
            assert not missing, f"{key}: never walked {sorted(missing)}"


@pytest.fixture
def office(db: None) -> Office:
    return Office()
