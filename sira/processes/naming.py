"""What a step is called, in the reader's language: the drawing keeps translations as properties name:tr and so on."""

from collections import Counter
from collections.abc import Iterable

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sira.processes import versions
from sira.processes.bpmn.elements import WORDS
from sira.processes.bpmn.graph import Graph, Node
from sira.processes.bpmn.particulars import names_of
from sira.processes.bpmn.reading import Element, read
from sira.processes.bpmn.writing import write
from sira.processes.models import Task

SOURCE_LANGUAGE = "en"


def translates(language: str = "") -> bool:
    """Whether the reader's language is another than that of the drawings."""
    return _wanted(language) != SOURCE_LANGUAGE


def step(node: Node, language: str = "") -> str:
    return node.names.get(_wanted(language)) or drawn(node.id, node.name, node.element)


def element(found: Element, language: str = "") -> str:
    """The same of what has been read and not compiled."""
    return names_of(found).get(_wanted(language)) or drawn(found.id, found.title, found.local)


def drawn(element: str, name: str, kind: str) -> str:
    """What the drawing itself calls it; by its kind where it has no name, since nobody has seen its id."""
    return str(WORDS.get(kind, name)) if name == element else name


def told_apart(graph: Graph, nodes: Iterable[Node]) -> list[tuple[str, str]]:
    """Steps to choose from, id and words, by their words. Of those that read alike it says what comes before them;
    where that is not enough, their ids."""
    words = {node.id: step(node) for node in nodes}
    before = {flow.id: step(node) for node in graph.nodes.values() for flow in node.outgoing}
    for key in _alike(words):
        came = dict.fromkeys(before[flow] for flow in graph.nodes[key].incoming if flow in before)
        if len(came) == 1:
            words[key] = _("%(step)s (after %(before)s)") % {"step": words[key], "before": next(iter(came))}
    for key in _alike(words):
        words[key] = f"{words[key]} ({key})"
    return sorted(words.items(), key=lambda pair: pair[1].casefold())


def _alike(words: dict[str, str]) -> list[str]:
    often = Counter(words.values())
    return [key for key, said in words.items() if often[said] > 1]


def task(found: Task, language: str = "") -> str:
    """As it was called when it was opened, where the drawing has no other words; then nothing is asked."""
    if not translates(language):
        return str(found.name)
    node = versions.graph_of(found.instance.version_id).nodes.get(found.element)
    return (node.names.get(_wanted(language)) if node else "") or str(found.name)


def _wanted(language: str) -> str:
    return (language or get_language() or SOURCE_LANGUAGE)[:2]


def in_words(source: str, language: str = "") -> str:
    """The drawing with its steps called as the reader's language calls them, to be looked at."""
    wanted = _wanted(language)
    if wanted == SOURCE_LANGUAGE:
        return source
    definitions, found = read(source), False
    for element in definitions.root.walk():
        if name := names_of(element).get(wanted):
            element.attributes["name"], found = name, True
    return write(definitions) if found else source
