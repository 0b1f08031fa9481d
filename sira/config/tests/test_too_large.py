"""What is said to a body above the limit, before any of it was read."""

import asyncio
import json
from types import SimpleNamespace

import pytest

from sira.config import front, gateway


class Nothing:
    """A sender whose bytes may not be asked for."""

    def __aiter__(self):
        raise AssertionError("the body was read")


@pytest.mark.parametrize("size", [150_000_001, 10**12])
def test_it_is_refused_by_its_stated_length(size):
    scope = SimpleNamespace(headers={"content-length": str(size)})
    with pytest.raises(gateway.TooLarge):
        asyncio.run(gateway.body_of(scope, Nothing()))


def test_one_that_states_no_length_is_refused_where_it_passes_the_limit(monkeypatch):
    monkeypatch.setattr(gateway, "BODY_LIMIT", 1000)
    came = []

    async def sends():
        for _number in range(100):
            came.append(100)
            yield b"x" * 100

    scope = SimpleNamespace(headers={"transfer-encoding": "chunked"})
    with pytest.raises(gateway.TooLarge):
        asyncio.run(gateway.body_of(scope, sends()))
    assert sum(came) == 1100


def test_a_program_gets_a_problem_and_a_person_a_line():
    headers, body = front.too_large("/api/v1/attachments")
    assert ("content-type", "application/problem+json") in headers
    assert json.loads(body)["status"] == 413
    assert "150 MB" in front.too_large("/portal/")[1]
