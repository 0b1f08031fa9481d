"""Work that is undone, and what waits for a condition.

The oracle has no compensation. It is given the same work with the undoing drawn as ordinary steps, in the order in
which the standard asks for it (BPMN 2.0.2, 10.6): the latest first, a part that was skipped not at all.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from sira.processes.tests.drawing import border, catch, end, event, gate, start, subprocess, throw, user, when

TWO_WAYS = re.compile(r"<!--ours-->(.*?)<!--theirs-->(.*?)<!--end-->", re.DOTALL)


def for_ours(source: str) -> str:
    return TWO_WAYS.sub(r"\1", source)


def for_theirs(source: str) -> str:
    return TWO_WAYS.sub(r"\2", source)


@dataclass
class Part:
    """One activity: how both draw it, whether it is done at all, and the steps that undo it, the first one first."""

    key: str
    ours: list[str]
    theirs: list[str]
    undoing: list[str] = field(default_factory=list)
    only_if: str = ""


class Undoing:
    """Steps of an Inventor."""

    random: Random
    key: Any
    uses: Any
    asked: Any
    made: Any

    def undone(self, _depth: int) -> tuple[str, str]:
        """A sub-process in which one to three activities are done, and then all of them, or one, undone."""
        self.uses("compensation", "sub-process")
        first = self.asked()
        parts = [self.part(first.first) for _part in range(self.random.randint(1, 3))]
        named = self.random.choice(parts) if self.random.random() < 0.3 else None
        key, around = self.key("p"), (self.key("i"), self.key("e"), self.key("q"), self.key("u"))
        self.made.answers[around[3]] = f"v{around[3]}"
        ours = self._drawn(key, around, [first.steps[0]], first.first, parts, named, theirs=False)
        theirs = self._drawn(key, around, [first.steps[0]], first.first, parts, named, theirs=True)
        return f"<!--ours-->{ours}<!--theirs-->{theirs}<!--end-->", key

    def part(self, decides: str) -> Part:
        """A step, a sub-process undone as a whole, or one that is undone part by part."""
        kind, limit = self.random.choice(["step", "plain", "whole", "inner"]), self.random.choice([0, 3, 6])
        only_if = f"v{decides} > {limit}" if limit else ""
        if kind in ("step", "plain"):
            step = self.asked()
            undo = self._undoes(step.first) if kind == "step" else ([], "")
            return Part(step.first, [*step.steps, *undo[0]], step.steps, [undo[1]] * bool(undo[1]), only_if)
        inner = [self.asked() for _step in range(self.random.randint(1, 2))]
        begin, over, key = self.key("i"), self.key("e"), self.key("p")
        ways = " > ".join([begin, *(step.first for step in inner), over])
        plain = [start(begin), *(step.steps[0] for step in inner), end(over)]
        undos = [self._undoes(step.first) for step in inner] if kind == "inner" else [self._undoes(key)]
        written = [text for undo in undos for text in undo[0]]
        within = subprocess(key, *plain, *(written if kind == "inner" else []), ways=ways)
        return Part(
            key,
            [within, *(written if kind == "whole" else [])],
            [subprocess(key, *plain, ways=ways)],
            [undo[1] for undo in reversed(undos)],
            only_if,
        )

    def _undoes(self, host: str) -> tuple[list[str], str]:
        rim, undo = self.key("b"), self.key("u")
        self.made.answers[undo] = f"v{undo}"
        joined = f'<bpmn:association id="a{undo}" associationDirection="One" sourceRef="{rim}" targetRef="{undo}"/>'
        return [border(rim, host, event("compensate")), user(undo, isForCompensation="true"), joined], undo

    def _drawn(
        self,
        key: str,
        around: Sequence[str],
        steps: list[str],
        first: str,
        parts: list[Part],
        named: Part | None,
        *,
        theirs: bool,
    ) -> str:
        """first: who is asked before anything is done; the answer decides which parts are done.

        around: the start, the end, the event that asks for the undoing, and a step after it.
        """
        begin, over, undo, after = around
        row = _Row(f"{begin} > {first}", first, [start(begin), *steps, user(after), end(over)])
        for part in parts:
            row.add(part.key, part.theirs if theirs else part.ours, part.only_if)
        reference = f' activityRef="{named.key}"' if named else ""
        asks = "" if theirs else f"<bpmn:compensateEventDefinition{reference}/>"
        row.add(undo, [throw(undo, asks)])
        for part in reversed(parts) if theirs else ():
            for number, step in enumerate(part.undoing if named in (None, part) else ()):
                row.add(step, [user(step)], part.only_if, f"u{number}")
        return subprocess(key, *row.steps, ways="; ".join([*row.ways, f"{row.last} > {after} > {over}"]))

    # Conditions

    def awaited(self, _depth: int) -> tuple[list[str], list[str], str, str]:
        """One way waits for what somebody answers on the other, who is asked until it is so."""
        self.uses("conditional event")
        asked, limit = self.asked(), self.random.randint(2, 7)
        fork, join, merge, again, so, waits = (self.key(kind) for kind in ("s", "j", "x", "x", "t", "cw"))
        steps = [
            gate(fork, "parallel"), gate(join, "parallel"), gate(merge), gate(again), throw(so, ""), *asked.steps,
            catch(waits, when(f"v{asked.first} > {limit}")),
        ]  # fmt: skip
        ways = [
            f"{fork} > {merge} > {asked.first} > {again}",
            f"{again} > {merge} if v{asked.first} <= {self.random.randint(1, limit)}",
            f"{again} > {so} otherwise",
            f"{so} > {join}",
            f"{fork} > {waits} > {join}",
        ]
        return steps, ways, fork, join

    def called_off(self, _depth: int) -> tuple[list[str], list[str], str, str]:
        """A step that is called off by what is answered beside it."""
        self.uses("conditional event", "interrupting boundary event")
        asked, work, other = self.asked(), self.asked(), self.asked()
        fork, join, merge, rim = (self.key(kind) for kind in ("s", "j", "x", "bw"))
        steps = [
            gate(fork, "parallel"), gate(join, "parallel"), gate(merge), *asked.steps, *work.steps, *other.steps,
            border(rim, work.first, when(f"v{asked.first} > {self.random.randint(2, 7)}")),
        ]  # fmt: skip
        ways = [
            f"{fork} > {asked.first} > {join}",
            f"{fork} > {work.first} > {merge} > {join}",
            f"{rim} > {other.first} > {merge}",
        ]
        return steps, ways, fork, join


class _Row:
    """Steps one after the other, some of them only under a condition."""

    def __init__(self, way: str, last: str, steps: list[str]) -> None:
        self.ways, self.last, self.steps = [way], last, steps

    def add(self, key: str, steps: list[str], only_if: str = "", mark: str = "d") -> None:
        self.steps += steps
        if not only_if:
            self.ways.append(f"{self.last} > {key}")
            self.last = key
            return
        choice, merge = f"x{mark}{key}", f"y{mark}{key}"
        self.steps += [gate(choice), gate(merge)]
        self.ways += [
            f"{self.last} > {choice}",
            f"{choice} > {key} if {only_if}",
            f"{choice} > {merge} otherwise",
            f"{key} > {merge}",
        ]
        self.last = merge
