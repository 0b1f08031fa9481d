"""Steps called in the reader's language."""

from pathlib import Path

import pytest
from django.utils import translation

from sira.processes import naming
from sira.processes.bpmn.compiling import compile_process
from sira.processes.bpmn.reading import read
from sira.processes.tests.drawing import drawing, end, start, user

PACKS = Path(__file__).resolve().parents[3] / "packs"
TURKISH = '<zeebe:properties><zeebe:property name="name:tr" value="Çalış"/></zeebe:properties>'
SOURCE = drawing(start(), user("work", extension=TURKISH), end(), ways="start > work > end")
WAITING = ("userTask", "receiveTask", "intermediateCatchEvent", "boundaryEvent", "callActivity", "subProcess")


def test_a_step_is_called_as_the_readers_language_calls_it_else_as_it_was_drawn():
    node = compile_process(read(SOURCE)).nodes["work"]
    assert not node.headers, "a block that sets fields by its headers would take a name for one"
    assert (naming.step(node, "tr"), naming.step(node, "pl"), naming.step(node, "en")) == ("Çalış", "Work", "Work")
    with translation.override("tr"):
        assert naming.step(node) == "Çalış"


def test_a_step_without_a_name_is_called_by_its_kind_and_never_by_its_id():
    unnamed = drawing(start(), end("Event_0aiwwil", name=""), ways="start > Event_0aiwwil")
    node = compile_process(read(unnamed)).nodes["Event_0aiwwil"]
    assert naming.step(node) == "End"
    with translation.override("tr"):
        assert naming.step(node) == "Bitiş"


def test_of_steps_that_read_alike_it_is_said_what_comes_before_them_or_else_their_ids():
    steps = (user(key, name="") for key in ("u1", "u2", "u3"))
    source = drawing(start(), *steps, user("buy"), end(), ways="start > u1 > buy > u2 > end; buy > u3 > end")
    graph = compile_process(read(source))
    found = naming.told_apart(graph, graph.nodes.values())
    assert found == sorted(found, key=lambda pair: pair[1].casefold())
    kind = naming.step(graph.nodes["u1"])
    assert dict(found) == {
        "start": "Start",
        "u1": f"{kind} (after Start)",
        "buy": "Buy",
        "u2": f"{kind} (after Buy) (u2)",
        "u3": f"{kind} (after Buy) (u3)",
        "end": "End",
    }
    with translation.override("tr"):
        assert "Buy adımından sonra" in dict(naming.told_apart(graph, graph.nodes.values()))["u2"]


def test_the_drawing_that_is_looked_at_says_so_too():
    assert 'name="Çalış"' in naming.in_words(SOURCE, "tr")
    assert naming.in_words(SOURCE, "pl") == SOURCE


@pytest.mark.parametrize("file", sorted(PACKS.glob("*/*.bpmn")), ids=lambda file: file.stem)
def test_every_step_that_ships_and_is_waited_for_has_a_name_in_each_language(file):
    graph = compile_process(read(file.read_text(encoding="utf-8")))
    for node in graph.nodes.values():
        if node.element in WAITING and node.name:
            assert node.names.keys() == {"tr", "fa", "pl"}, node.name
