"""What a step is called, in the reader's language: the drawing keeps translations as properties name:tr and so on."""

from django.utils.translation import get_language

from sira.processes import versions
from sira.processes.bpmn.elements import WORDS
from sira.processes.bpmn.graph import Node
from sira.processes.bpmn.particulars import names_of
from sira.processes.bpmn.reading import read
from sira.processes.bpmn.writing import write
from sira.processes.models import Task

SOURCE_LANGUAGE = "en"


def translates(language: str = "") -> bool:
    """Whether the reader's language is another than that of the drawings."""
    return _wanted(language) != SOURCE_LANGUAGE


def step(node: Node, language: str = "") -> str:
    return node.names.get(_wanted(language)) or drawn(node.id, node.name, node.element)


def drawn(element: str, name: str, kind: str) -> str:
    """What the drawing itself calls it; by its kind where it has no name, since nobody has seen its id."""
    return str(WORDS.get(kind, name)) if name == element else name


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
