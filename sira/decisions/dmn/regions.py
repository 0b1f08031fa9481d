"""Inputs of a table that belong together: for each column some of its classes, put together for people to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sira.decisions.dmn.classes import MEASURED, Class, Stretch


@dataclass(frozen=True, slots=True)
class Region:
    """For each column the classes, together all inputs that one may combine; None: whatever it is."""

    columns: tuple[tuple[Class, ...] | None, ...]

    def stretches(self) -> list[list[Stretch] | None]:
        return [None if classes is None else joined(classes) for classes in self.columns]

    def example(self) -> list[Any]:
        """A value for each column; None where any does."""
        return [None if classes is None else classes[0].example for classes in self.columns]


def joined(classes: Sequence[Class]) -> list[Stretch]:
    """Neighbours as one stretch, so that people read `less than 10` and not every part of it."""
    found: list[tuple[Class, Stretch]] = []
    for one in sorted(classes, key=lambda each: (each.kind, each.place)):
        last = found[-1][0] if found else None
        if last and one.kind in MEASURED and last.kind == one.kind and last.place + 1 == one.place:
            before = found[-1][1]
            stretch = Stretch(
                before.low, one.stretch.high, before.low_included, one.stretch.high_included or one.stretch.single
            )
            found[-1] = one, stretch
        else:
            found.append((one, one.stretch))
    return [stretch for _class, stretch in found]


def merged(regions: list[Region]) -> list[Region]:
    """Regions that differ in one column alone become one, until none do."""
    width = len(regions[0].columns) if regions else 0
    before = 0
    while len(regions) != before:
        before = len(regions)
        for at in range(width):
            regions = list(_merged_in(regions, at))
    return regions


def _merged_in(regions: list[Region], at: int) -> Iterator[Region]:
    by_others: dict[tuple[Any, ...], list[tuple[Class, ...] | None]] = {}
    for region in regions:
        others = (*region.columns[:at], None, *region.columns[at + 1 :])
        by_others.setdefault(others, []).append(region.columns[at])
    for others, found in by_others.items():
        together = None
        if not any(some is None for some in found):
            classes = dict.fromkeys(one for some in found for one in some or ())
            together = tuple(sorted(classes, key=lambda one: (one.kind, one.place)))
        yield Region((*others[:at], together, *others[at + 1 :]))
