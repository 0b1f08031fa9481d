from collections.abc import Callable

import pytest
from django.test import Client

from sira.api import tokens
from sira.people.models import Person
from sira.tickets.tests.cast import MONDAY
from sira.tickets.tests.fixtures import desk

__all__ = ["Caller", "caller", "desk"]


class Caller:
    """A program that calls the API with a person's token."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.token = tokens.make("test", person=person, at=MONDAY)[1]
        self.client = Client(raise_request_exception=False)

    def __call__(self, method: str, path: str, body: object = None, **headers: str):
        return self.client.generic(
            method,
            f"/api/v1/{path}",
            body if isinstance(body, (bytes, str)) else b"" if body is None else _json(body),
            content_type=headers.pop("kind", "application/json"),
            headers={"Authorization": f"Bearer {self.token}", **headers},
        )


def _json(body: object) -> bytes:
    import json  # noqa: PLC0415

    return json.dumps(body).encode()


@pytest.fixture
def caller() -> Callable[[Person], Caller]:
    return Caller
