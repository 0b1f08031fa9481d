"""This room alone: what higher rooms have registered is put aside for each test."""

from collections.abc import Callable

import pytest

from sira.processes import blocks, timing

REGISTRIES = ("_told_of_tasks", "_told_of_instances", "_facts_of", "_locks", "_begins")


@pytest.fixture(autouse=True)
def does(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Blocks and listeners of one test only: does("sira:route", lambda step: ...)."""
    for registry in REGISTRIES:
        monkeypatch.setattr(blocks, registry, [])
    monkeypatch.setattr(timing, "_after", [])
    monkeypatch.setattr(timing, "_zones", [])
    monkeypatch.setattr(blocks, "_blocks", {})
    return blocks.register
