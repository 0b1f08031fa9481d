"""What the desk has for many plays, each thing read once: published tables and drawings, groups, calendars."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from sira.calendars.compiled import edition_in_force, working_time
from sira.calendars.refusals import NoCalendar
from sira.decisions.compiled import model_of
from sira.decisions.dmn import DrawingProblem
from sira.decisions.feel import FeelProblem
from sira.decisions.models import DecisionVersion
from sira.decisions.plain import plain
from sira.decisions.refusals import BadDrawing, NoSuchDecision, Stopped
from sira.forms.models import FormVersion
from sira.forms.schema import Schema
from sira.people.models import SupportGroup
from sira.processes import versions
from sira.processes.bpmn.compiling import compile_process
from sira.processes.bpmn.graph import Graph
from sira.processes.bpmn.reading import read
from sira.processes.models import ProcessVersion
from sira.studio.answers import Answers
from sira.studio.called import Names


@dataclass
class Desk:
    """instead: a table tried out in place of the published one, by key."""

    instead: Mapping[str, DecisionVersion] = field(default_factory=dict)
    calendars: dict[int | None, Any] = field(default_factory=dict)
    answers: dict[str, Answers] = field(default_factory=dict)
    names: Names = field(default_factory=Names)

    @cached_property
    def decisions(self) -> dict[str, DecisionVersion]:
        rows = DecisionVersion.objects.filter(status=DecisionVersion.Status.PUBLISHED).defer("source")
        return {row.key: row for row in rows} | dict(self.instead)

    @cached_property
    def drawings(self) -> dict[str, Graph]:
        rows = ProcessVersion.objects.filter(status=ProcessVersion.Status.PUBLISHED).values_list("key", "pk")
        return {key: versions.graph_of(pk) for key, pk in rows}

    @cached_property
    def groups(self) -> dict[str, SupportGroup]:
        return {group.key: group for group in SupportGroup.objects.all()}

    @cached_property
    def forms(self) -> dict[str, Schema]:
        return dict(FormVersion.objects.filter(status=FormVersion.Status.PUBLISHED).values_list("key", "schema"))

    def decide(self, key: str, facts: Mapping[str, Any], at: datetime) -> Any:
        """The result, as JSON. Raises NoSuchDecision, Stopped, BadDrawing."""
        row = self.decisions.get(key)
        if row is None:
            raise NoSuchDecision(key)
        try:
            return plain(model_of(row.pk, row.digest).decide(facts, at=at, traced=False).value)
        except FeelProblem as problem:
            raise Stopped(key, problem) from problem
        except DrawingProblem as problem:
            raise BadDrawing([problem]) from problem

    def told(self, key: str, result: Any) -> str:
        """What a table has answered, as its columns call it."""
        if key not in self.answers:
            self.answers[key] = Answers(self.decisions[key].source, self.names)
        return self.answers[key].told(result)

    def calendar(self, key: int | None) -> Any:
        if key not in self.calendars:
            try:
                self.calendars[key] = working_time(edition_in_force(key))
            except NoCalendar:
                self.calendars[key] = None
        return self.calendars[key]


def drawing_of(source: str, key: str) -> Graph:
    """Raises NotReadable, NotRunnable."""
    return compile_process(read(source), key)
