"""Deciding: facts in, a result and the reasons for it out.

found = decide("priority", {"ticket": {"type": "incident", "impact": "high", "urgency": "low"}})
found.result, found.matched
keep([found.trace_for(subject=ticket.pk, kind="priority", at=now)])
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sira.decisions import wording
from sira.decisions.compiled import model_of
from sira.decisions.dmn import DrawingProblem, Made
from sira.decisions.dmn.evaluation import TableStep
from sira.decisions.feel import FeelProblem
from sira.decisions.models import DecisionVersion, Reason, Trace
from sira.decisions.plain import in_full, plain
from sira.decisions.refusals import BadDrawing, NoSuchDecision, Stopped
from sira.plumbing import rows, settled
from sira.plumbing.kept_once import key_of


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was decided. version: the number of the drawing's version.  version_id: its key in the database."""

    key: str
    version: int
    version_id: int
    made: Made

    @property
    def result(self) -> Any:
        """The result as ordinary Python; numbers are Decimal."""
        return self.made.result

    @property
    def consulted(self) -> list[TableStep]:
        """The tables that were asked, in order."""
        return [one for step in self.made.steps for one in step.tables]

    @property
    def matched(self) -> list[dict[str, Any]]:
        """The tables that were consulted: name, numbers of the rows that matched (from 1), their annotations."""
        return [
            {"table": one.table, "rows": one.rows, **({"notes": one.annotations} if one.annotations else {})}
            for one in self.consulted
        ]

    @property
    def asked(self) -> dict[str, Any]:
        """What the tables looked at, by column; where there is no table, what the decisions require."""
        return plain(self._asked)

    @property
    def _asked(self) -> dict[str, Any]:
        asked: dict[str, Any] = {}
        for one in self.consulted:
            asked.update(one.inputs)
        return asked or {name: value for step in self.made.steps for name, value in step.inputs.items()}

    @property
    def trace(self) -> dict[str, Any]:
        """Everything, as values that JSON can hold."""
        return {
            "inputs": self.asked,
            "matched": self.matched,
            "result": plain(self.made.value),
            "version": self.version,
            "notes": [wording.say_note(note) for note in self.made.notes],
        }

    def trace_for(
        self, *, subject: int, kind: str, at: datetime, own: Mapping[str, Any] | None = None, **detail: Any
    ) -> Trace:
        """An unsaved trace of this outcome, small enough to keep for every ticket.

        detail: what other decisions will have too.  own: what this one alone has.
        """
        return trace_of(
            subject=subject,
            kind=kind,
            at=at,
            version_id=self.version_id,
            inputs=self._asked,
            outcome=self.made.value,
            detail={"matched": self.matched, **detail},
            own=own,
        )


class Published(NamedTuple):
    """The version of a drawing that is in force."""

    id: int
    digest: str
    version: int


_PUBLISHED = (
    "SELECT key, id, digest, version FROM decisions_decisionversion WHERE key = ANY(%s) AND status = 'published'"
)


def published(keys: Sequence[str]) -> dict[str, Published]:
    """What is in force of these drawings, for who decides by several of them: one question instead of one for each."""
    return {key: Published(*version) for key, *version in settled.ask(_PUBLISHED, [list(keys)])}


def decide(
    key: str,
    facts: Mapping[str, Any],
    *,
    decision: str | None = None,
    at: datetime | None = None,
    among: Mapping[str, Published] | None = None,
) -> Outcome:
    """Decide by the published version of a drawing.

    decision: which of its decisions, if several are final.  at: what now() means in its expressions.
    among: what is in force, where it was asked for already (see published).
    Raises NoSuchDecision, Stopped (too long or too large), BadDrawing (not clear which decision is meant).
    """
    found = (published([key]) if among is None else among).get(key)
    if found is None:
        raise NoSuchDecision(key)
    return _decide(key, found.version, found.id, found.digest, facts, decision, at)


def decide_by(
    version: DecisionVersion, facts: Mapping[str, Any], *, decision: str | None = None, at: datetime | None = None
) -> Outcome:
    """Decide by a given version, published or not: dry runs and replays. Raises as `decide` does."""
    return _decide(version.key, version.version, version.pk, version.digest, facts, decision, at)


def _decide(
    key: str, version: int, pk: int, digest: str, facts: Mapping[str, Any], decision: str | None, at: datetime | None
) -> Outcome:
    try:
        made = model_of(pk, digest).decide(facts, decision=decision, at=at)
    except FeelProblem as problem:
        raise Stopped(key, problem) from problem
    except DrawingProblem as problem:
        raise BadDrawing([problem]) from problem
    return Outcome(key, version, pk, made)


def trace_of(
    *,
    subject: int,
    kind: str,
    at: datetime,
    inputs: Mapping[str, Any],
    outcome: Any,
    detail: Mapping[str, Any] | None = None,
    own: Mapping[str, Any] | None = None,
    version_id: int | None = None,
) -> Trace:
    """An unsaved trace of any automatic decision; the caller keeps it with the change it explains."""
    asked, came_out, why = plain(inputs), plain(outcome), in_full(detail or {})
    key = key_of(kind, version_id, asked, came_out, why)
    reason = rows.made(Reason, id=key, kind=kind, version_id=version_id, inputs=asked, outcome=came_out, detail=why)
    return rows.made(Trace, subject=subject, at=at, reason=reason, own=in_full(own) if own else None)


def keep(traces: Sequence[Trace]) -> None:
    """Write traces that are not written with other rows."""
    rows.insert([trace.reason for trace in traces], traces)
