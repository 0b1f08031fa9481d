"""A dry run for its reader: what it waits for, whom it asks and what was answered, by name."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sira.forms import telling
from sira.people.models import Person, SupportGroup
from sira.processes.bpmn.graph import Graph
from sira.shell.names import named
from sira.studio import speaking
from sira.studio.answered import Fact
from sira.studio.called import Names
from sira.studio.rehearsal.questions import Question
from sira.studio.rehearsal.story import Line
from sira.studio.words import DECIDED, WAITS, WHO


def called(path: str, facts: Mapping[str, Fact], names: Names) -> str:
    """What a condition reads, in words."""
    return facts[path].words if path in facts else names.field(path.removeprefix("ticket."))


def answers_in(line: Line, facts: Mapping[str, Fact], graph: Graph) -> list[tuple[str, Any]]:
    """(what was answered, the value), as far as somebody may read it."""
    if line.kind != "done" or not isinstance(line.detail, dict):
        return []
    node = graph.nodes.get(line.element)
    own = speaking.results_of(node, get_language() or "") if node else {}
    return [said_of(facts.get(name), name, value, own) for name, value in line.detail.items()]


def said_of(fact: Fact | None, name: str, value: Any, own: Mapping[str, str]) -> tuple[str, Any]:
    """own: what the step itself calls its answers."""
    words, language = {**(fact.said if fact else {}), **(own if name == "result" else {})}, get_language() or "en"
    if isinstance(value, bool):
        value = _("yes") if value else _("no")
    elif isinstance(value, str):
        value = str(words[value]) if value in words else telling.moment(value, language)
    elif value is None:
        value = "–"
    return fact.words if fact else name, value


def told_questions(asked: list[Question]) -> list[tuple[Question, Any, str]]:
    """(question, what it waits for, who is asked) in words."""
    found = {one.wait.place: people_named(one) for one in asked}
    every = {word for words in found.values() for word in words}
    ids = {int(word) for word in every if word.isdecimal() and len(word) < 19}
    keys = every - set(map(str, ids))
    names = {str(pk): name for pk, name in Person.objects.filter(pk__in=ids).values_list("pk", "name")} if ids else {}
    names |= {group.key: named(group) for group in SupportGroup.objects.filter(key__in=keys)} if keys else {}
    names |= {key: str(said) for key, said in WHO}
    return [
        (
            one,
            DECIDED if one.wait.has_deadline else WAITS.get(one.wait.kind, one.wait.kind),
            ", ".join(names.get(word, word) for word in found[one.wait.place]),
        )
        for one in asked
    ]


def people_named(one: Question) -> list[str]:
    """Ids, addresses and keys that the drawing came to; where it came to nobody, what it says."""
    task, plan = one.wait.asked, one.wait.node.plan
    if task is None or plan is None:
        return []
    found = [each for given in (task.assignee, task.groups) for each in (given if isinstance(given, list) else [given])]
    words = [str(each) for each in found if each not in (None, "")]
    return words or [value.text for value in (plan.assignee, plan.groups) if value is not None]
