"""Processes, decisions with their examples, and forms as files: published, if the studio would publish them."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sira.config.transfer.places import Change, Refusals, Source, told
from sira.config.transfer.rows import entries
from sira.decisions import publishing as decisions
from sira.decisions.models import DecisionVersion
from sira.decisions.refusals import BadDrawing
from sira.forms import publishing as forms
from sira.forms.models import FormVersion
from sira.people.automation import automation
from sira.processes import versions
from sira.processes.bpmn.compiling import choose
from sira.processes.bpmn.reading import read
from sira.processes.models import ProcessVersion
from sira.processes.refusals import NotRunnable
from sira.studio.models import Example
from sira.studio.shelves import SHELVES
from sira.studio.shelves.processes import must_be_drawable

PUBLISHED = "published"


def take_process(source: Source, at: datetime) -> Iterator[Change]:
    key = Path(source.name).stem
    before = ProcessVersion.objects.filter(key=key, status=PUBLISHED).first()
    try:
        definitions = read(source.text)
        process = choose(definitions, key)
        if process is None:
            raise Refusals([source.said(1, f"it holds no process {key!r}; the file is named by the process in it")])
        must_be_drawable(definitions, process)
        row = versions.install(source.text, key=key, by=automation(), at=at)
    except NotRunnable as refused:
        lines = (
            source.said(source.line_of_id(getattr(one, "element", "")), one) for one in refused.findings or [refused]
        )
        raise Refusals(list(lines)) from refused
    yield from _published(source, before, row)


def take_decision(source: Source, at: datetime) -> Iterator[Change]:
    key = Path(source.name).stem
    before = DecisionVersion.objects.filter(key=key, status=PUBLISHED).first()
    try:
        row = decisions.publish(key, source.text, by=automation(), at=at)
    except BadDrawing as refused:
        raise Refusals([source.said(_line_in(problem, source), problem) for problem in refused.problems]) from refused
    yield from _published(source, before, row)


def take_form(source: Source, at: datetime) -> Iterator[Change]:
    key, schema = Path(source.name).stem, source.json()
    before = FormVersion.objects.filter(key=key, status=PUBLISHED).first()
    try:
        row = forms.publish(key, schema, by=automation(), at=at)
    except forms.NotPublishable as refused:
        problems: Any = refused.details["problems"]
        lines = [source.said(source.line_of_id(one.where), one.sentence) for one in problems]
        raise Refusals(lines) from refused
    yield from _published(source, before, row)


def _published(source: Source, before: Any, row: Any) -> Iterator[Change]:
    if before is None:
        yield from told(source, "added")
    elif before.pk != row.pk:
        yield from told(source, f"version {row.version} instead of {before.version}")


def _line_in(problem: str, source: Source) -> int:
    """A problem of a table names its place in words; the first of them that the file holds is where to look."""
    for part in problem.replace("“", "”").split("”"):
        if len(part) > 2 and part in source.text:
            return source.text.count("\n", 0, source.text.index(part)) + 1
    return 1


def take_examples(source: Source, at: datetime) -> Iterator[Change]:
    key = source.name.removeprefix("decisions/").removesuffix(".examples.json")
    wrong: list[str] = []
    for given in entries(source, source.json(), wrong, known_by="name"):
        name = given["name"]
        if "facts" not in given:
            wrong.append(source.said(source.line_of_key(name), f"{name}: an example has facts and what is expected"))
            continue
        values = {"facts": given["facts"], "expected": given.get("expected")}
        row = Example.objects.filter(key=key, name=name).first()
        if row is None:
            Example.objects.create(key=key, name=name, **values)
            yield from told(source, "added", name)
        elif (row.facts, row.expected) != (values["facts"], values["expected"]):
            Example.objects.filter(pk=row.pk).update(**values)
            yield from told(source, "changed", name)
    if wrong:
        raise Refusals(wrong)


def look_through(source: Source, at: datetime) -> Iterator[Change]:
    """What the studio holds against a drawing that has just been published, once all that it may name is there.

    Drawings that were here before stay as they are, also where the desk has changed since.
    """
    folder, _slash, file = source.name.partition("/")
    shelf, key = SHELVES[folder], Path(file).stem
    if shelf.model.objects.filter(key=key, status=PUBLISHED, published_at=at).exists():
        stopping = [one for one in shelf.problems(key, source.text) if one.stops]
        if stopping:
            raise Refusals([_said(source, one) for one in stopping])
    yield from ()


def _said(source: Source, problem: Any) -> str:
    line = source.line_of_id(problem.where) if problem.where else 1
    return source.said(line, f"{problem.name}: {problem.sentence}" if problem.name else problem.sentence)
