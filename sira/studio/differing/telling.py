"""What a block says, told as the panel beside the drawing tells it: which field it is, and what stands there."""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from sira.decisions.feel import nodes
from sira.people.models import Person
from sira.processes.bpmn.elements import WORDS
from sira.processes.bpmn.expressions import NotAnExpression, condition, value
from sira.shell import formats
from sira.studio import conditions
from sira.studio.answered import Fact
from sira.studio.called import Names
from sira.studio.words import BLOCKS, NOTICES, RECIPIENTS, RULES, STAGES, WHO

Words = str | Promise
Said = Mapping[str, str]  # what an element says, by path (see differing.processes)
ELEMENT_WORDS: Mapping[str, Words] = {
    **WORDS,
    "lane": _("Lane"),
    "textAnnotation": _("Note on the drawing"),
    "association": _("Line to a note"),
    "participant": _("Pool"),
}
PATHS: Mapping[str, Words] = {
    "name": _("Name on the drawing"),
    "from": _("from"),
    "to": _("to"),
    "default": _("The way if no condition holds"),
    "conditionExpression": _("Condition"),
    "condition": _("Goes on as soon as"),
    "documentation": _("Note for who draws"),
    "cancelActivity": _("Calls off the step it hangs on"),
    "attachedToRef": _("hangs on"),
    "timeDuration": _("Waits for a while"),
    "timeDate": _("Waits until a moment"),
    "timeCycle": _("Waits again and again"),
    "taskDefinition type": _("What it does"),
    "taskDefinition retries": _("Tries"),
    "assignmentDefinition assignee": _("Who: one person"),
    "assignmentDefinition candidateGroups": _("Who: a group"),
    "formDefinition formKey": _("Form to fill"),
    "formDefinition formId": _("Form to fill"),
    "taskSchedule dueDate": _("Deadline"),
    "calledDecision decisionId": _("Decision"),
    "calledDecision resultVariable": _("Name of the result"),
    "calledElement processId": _("Process to call"),
    "header name": _("Name on the drawing"),
    "header kind": _("Kind of work"),
    "header stage": _("Stage"),
    "header mandatory": _("Must be done before the ticket is resolved"),
    "header subject": _("Subject"),
    "header text": _("Text"),
    "header to": _("To whom"),
    "header fallback": _("If that finds nobody"),
    "header rule": _("How many must agree"),
    "header remind": _("Remind after"),
    "header at_deadline": _("When the deadline passes"),
    "header comment": _("A comment is needed"),
    "header deadline": _("With several steps"),
    "header order": _("Several people are asked"),
    "header veto": _("One refusal is enough"),
    "header checklist": _("Checklist"),
    "header evidence": _("What shows that it was tested"),
    "header results": _("Answers, a button each"),
    "header type": _("Type of the child ticket"),
    "header group": _("Group"),
    "header category": _("Category"),
    "header url": _("Address of the other system"),
    "header method": _("How it is asked"),
    "header body": _("What is sent"),
    "header token": _("Its key"),
    "header result": _("Name of the answer"),
    "header accept": _("Numbers that count as an answer too"),
    "kind of block": _("Kind of block"),
    "messageRef": _("Name of the message"),
    "signalRef": _("Name of the signal"),
    "loopCharacteristics inputCollection": _("Once for each of"),
    "completionCondition": _("Enough as soon as"),
}
YES_NO: Mapping[str, Words] = {"true": _("yes"), "false": _("no"), "yes": _("yes"), "no": _("no")}
VALUES: Mapping[str, Mapping[str, Words]] = {
    "kind of block": ELEMENT_WORDS,
    "taskDefinition type": {key: said for key, (said, _icon) in BLOCKS.items()},
    "assignmentDefinition assignee": dict(WHO),
    "cancelActivity": YES_NO,
    "header mandatory": YES_NO,
    "header veto": YES_NO,
    "header stage": dict(STAGES),
    "header rule": dict(RULES),
    "header to": dict(RECIPIENTS),
    "header at_deadline": {
        "remind": _("remind again"),
        "escalate": _("ask the manager of who has not decided"),
        "reject": _("it counts as refused"),
    },
    "header comment": {"never": _("never"), "rejecting": _("when refusing"), "always": _("always")},
    "header deadline": {"each step": _("each step has its own")},
    "header order": {"one by one": _("one after the other")},
    "header evidence": {
        "text": _("words"),
        "text, file": _("words and a file"),
        "text, signature": _("words and a signature"),
        "text, file, signature": _("words, a file and a signature"),
    },
}
#: What names something of the desk by its key: an attribute of called.Names.
NAMED = {
    "formDefinition formKey": "form",
    "formDefinition formId": "form",
    "calledDecision decisionId": "decision",
    "calledElement processId": "process",
    "assignmentDefinition candidateGroups": "group",
    "header fallback": "group",
    "header group": "group",
    "header to": "group",
    "header type": "type",
    "header category": "category",
}
CONDITIONS = ("conditionExpression", "condition", "completionCondition")
WORKING = re.compile(r"=\s*working (days|hours)\s*\(\s*(\d{1,6})\s*\)\Z")
LENGTH = re.compile(r"P(\d{1,6})D\Z|PT(\d{1,6})([HM])\Z")


class Telling:
    """facts: what conditions of the two drawings can speak of, read when the first of them is told."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self.names = Names()
        self._facts = facts

    @cached_property
    def facts(self) -> dict[str, Fact]:
        return {fact.path: fact for fact in self._facts}

    def field(self, path: str, said: Said) -> str:
        """said: all that the element says, since fields mean what they do by what it is."""
        plain, _colon, language = path.rpartition(":")
        if plain in PATHS and language in Person.Language.values:
            return f"{PATHS[plain]} ({Person.Language(language).label})"
        if path == "header kind" and _notifies(said):
            return gettext("What is told")
        if path in PATHS:
            return str(PATHS[path])
        what, _space, name = path.partition(" ")
        if what in ("input", "output") and name:
            return self.named(name)
        return name or path

    def named(self, path: str) -> str:
        """A field of the ticket or an answer of a form, by its name in the drawing."""
        return self.facts[path].words if path in self.facts else self.names.field(path)

    def values(self, path: str, before: str, after: str, said: Said) -> tuple[str, str]:
        """Both in words; as they are written where they are told alike."""
        told = self.value(path, before, said), self.value(path, after, said)
        return told if told[0] != told[1] else (before, after)

    def value(self, path: str, text: str, said: Said) -> str:
        if not text:
            return ""
        if path == "header kind":
            words = dict(NOTICES) if _notifies(said) else {key: each for key, (each, _icon) in BLOCKS.items()}
            return str(words.get(text if _notifies(said) else f"task:{text}", text))
        if found := VALUES.get(path, {}).get(text):
            return str(found)
        if path in NAMED:
            return self._keys(NAMED[path], text)
        if path in CONDITIONS:
            return self._condition(text)
        if path.startswith(("input ", "output ")):
            return self._given(path.partition(" ")[2], text)
        return _length(text)

    def _keys(self, kind: str, text: str) -> str:
        names: Mapping[str, str] = getattr(self.names, kind)
        keys = [key.strip() for key in text.split(",")]
        if any(key not in names for key in keys):
            return text
        return formats.listed((names[key] for key in keys), get_language() or "en")

    def _condition(self, text: str) -> str:
        try:
            read = condition(text, frozenset(path.partition(".")[0] for path in self.facts))
        except NotAnExpression:
            return text
        return (read.expression and conditions.comparison(read.expression.node, self.facts)) or text

    def _given(self, name: str, text: str) -> str:
        """A value that is written out, or another fact; what is computed stays as it is written."""
        try:
            read = value(text, frozenset(path.partition(".")[0] for path in self.facts))
        except NotAnExpression:
            return text
        if read.expression is None:
            return self.names.value(name, text)
        node = read.expression.node
        if isinstance(node, nodes.Literal):
            return self.names.value(name, node.value)
        path = conditions.path_of(node)
        return self.facts[path].words if path in self.facts else text


def _notifies(said: Said) -> bool:
    return said.get("taskDefinition type") == "sira:notify"


def _length(text: str) -> str:
    """A length of time as the panel lets one choose it; all else as it is."""
    language = get_language() or "en"
    if working := WORKING.match(text):
        number = int(working[2])
        if working[1] == "days":
            words = ngettext("%(shown)s working day", "%(shown)s working days", number)
        else:
            words = ngettext("%(shown)s working hour", "%(shown)s working hours", number)
        return words % {"shown": formats.amount(number, language)}
    found = LENGTH.match(text)
    if found and found[1]:
        words = ngettext("%(shown)s day", "%(shown)s days", int(found[1]))
        return words % {"shown": formats.amount(int(found[1]), language)}
    if found:
        unit = timedelta(hours=1) if found[3] == "H" else timedelta(minutes=1)
        return formats.span(int(found[2]) * unit, language)
    return text
