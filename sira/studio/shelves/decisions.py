"""Decisions on their shelf: DMN."""

import re
from datetime import datetime
from xml.sax.saxutils import quoteattr

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sira.decisions import naming, publishing, wording
from sira.decisions.dmn import DrawingProblem
from sira.decisions.models import DecisionVersion
from sira.people.models import Person
from sira.plumbing.refusals import Refused
from sira.shell.names import named
from sira.studio import examples
from sira.studio.shelves.processes import referred
from sira.studio.shelves.shelf import Problem, Row, Shelf
from sira.studio.words import BUILT_IN_DECISIONS

BLANK = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="{key}_definitions" name={name} namespace="urn:sira:desk">
  <inputData id="{key}_ticket" name="ticket">
    <variable name="ticket" />
  </inputData>
  <decision id="{key}" name={name}>
    <variable name={name} />
    <informationRequirement id="{key}_needs_ticket">
      <requiredInput href="#{key}_ticket" />
    </informationRequirement>
    <decisionTable id="{key}_table" hitPolicy="FIRST">
      <input id="{key}_in1" label={input}>
        <inputExpression id="{key}_in1_text" typeRef="string">
          <text>ticket.type</text>
        </inputExpression>
      </input>
      <output id="{key}_out1" label={output} name="result" typeRef="string" />
    </decisionTable>
  </decision>
</definitions>
"""  # noqa: E501


class TestFails(Refused):
    code = "test_fails"
    status = 422

    def __init__(self, told: examples.Told) -> None:
        name = told.example.name if told.example else ""
        super().__init__(f"{name}: {_should(told.expected, told.refused or told.words)}")


class Decisions(Shelf):
    kind, ending, pattern, template = "decisions", "dmn", "*.dmn", "studio/decision.html"
    words, one, model = gettext_lazy("Decisions"), gettext_lazy("Decision"), DecisionVersion
    title = re.compile(r'<(?:\w+:)?definitions\b[^>]*?\bname="([^"]*)"')

    def source_of(self, row: Row) -> str:
        return row.source

    def name_of(self, row: Row) -> str:
        return named(row)

    def digest_of(self, source: str) -> str:
        return publishing.digest_of(source)

    def problems(self, key: str, source: str) -> list[Problem]:
        """What is wrong with the table; if nothing is, the kept examples that it fails."""
        found = publishing.problems_of(source)
        if found:
            return [Problem("", _place(problem), wording.say(problem)) for problem in found]
        return [
            Problem("", one.example.name, _should(one.expected, one.refused or one.words))
            for one in examples.told(key, source)
            if one.example and not one.passed
        ]

    def new_draft(self, key: str, source: str, *, by: Person, at: datetime) -> Row:
        return publishing.save_draft(key, source, by=by, at=at)

    def overwrite(self, row: Row, source: str, *, by: Person, at: datetime) -> Row:
        return publishing.save_draft(row.key, source, by=by, at=at)

    def publish(self, row: Row, *, by: Person, at: datetime) -> Row:
        if failing := [one for one in examples.told(row.key, row.source) if not one.passed]:
            raise TestFails(failing[0])
        return publishing.publish(row.key, row.source, by=by, at=at)

    def retire(self, key: str) -> None:
        publishing.retire(key)

    def blank(self, key: str, name: str) -> str:
        words = {"input": quoteattr(_("Type")), "output": quoteattr(_("Result"))}
        return BLANK.format(key=key, name=quoteattr(name), **words)

    def renamed(self, source: str, key: str, name: str) -> str:
        source = self.without_names(source)
        return re.sub(
            r'(<(?:\w+:)?definitions\b[^>]*?\bname=)"[^"]*"', lambda found: found[1] + quoteattr(name), source, count=1
        )

    def to_look_at(self, key: str, source: str) -> str:
        return naming.in_words(source)

    def uses(self) -> dict[str, list[str]]:
        found = {key: [str(words)] for key, words in BUILT_IN_DECISIONS.items()}
        for key, names in referred("decisionId").items():
            found.setdefault(key, []).extend(names)
        return found


def _should(expected: str, came: str) -> str:
    return _("should be %(expected)s, came %(came)s") % {"expected": expected, "came": came}


def _place(problem: Exception) -> str:
    return next(iter(problem.where), "") if isinstance(problem, DrawingProblem) else ""
