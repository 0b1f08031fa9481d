"""What every template keeps: it can be published, speaks four languages, and comes out of an editor unchanged."""

import json
from pathlib import Path

import pytest

from sira.config import packs
from sira.decisions.compiled import compile_source
from sira.decisions.dmn.drawing import Table
from sira.decisions.dmn.naming import said_in
from sira.decisions.publishing import problems_of
from sira.forms import linting
from sira.forms.schema import components
from sira.processes import versions
from sira.processes.bpmn.compiling import compile_process
from sira.processes.bpmn.graph import Graph, Node
from sira.processes.bpmn.particulars import names_of
from sira.processes.bpmn.reading import read
from sira.processes.bpmn.writing import write

TEMPLATES = [folder for folder in sorted(packs.PACKS.glob("*/")) if packs.is_template(folder)]
DRAWINGS = [file for folder in TEMPLATES for file in sorted(folder.glob("*.bpmn"))]
DECISIONS = [file for folder in TEMPLATES for file in sorted(folder.glob("*.dmn"))]
FORMS = [file for folder in TEMPLATES for file in sorted(folder.glob("forms/*.json"))]
SHIPPED = sorted(packs.PACKS.glob("*/*.bpmn"))
TABLES = sorted(packs.PACKS.glob("*/*.dmn"))
LANGUAGES = ("tr", "fa", "pl")
CALLED = ("process", "exclusiveGateway", "inclusiveGateway", "eventBasedGateway", "sequenceFlow")
SAID = ("text", "subject", "checklist", "results")


def name(file: Path) -> str:
    return f"{file.parent.name}-{file.stem}"


def graph_of(file: Path) -> Graph:
    return compile_process(read(file.read_text("utf-8")))


def test_there_are_eleven():
    assert len(TEMPLATES) == 11
    assert all(list(folder.glob("*.bpmn")) for folder in TEMPLATES)


@pytest.mark.parametrize("file", DRAWINGS, ids=name)
def test_nothing_stands_against_publishing_a_drawing_and_nothing_is_doubtful(file):
    assert versions.check(file.read_text("utf-8")) == []


@pytest.mark.parametrize("file", DRAWINGS, ids=name)
def test_a_drawing_is_written_back_as_it_was_read(file):
    source = file.read_text("utf-8")
    assert write(read(source)).replace("/>", " />") == source


@pytest.mark.parametrize("file", DRAWINGS, ids=name)
def test_what_a_drawing_says_to_people_it_says_in_four_languages(file):
    for node in graph_of(file).nodes.values():
        for header in SAID:
            if header in node.headers:
                missing = [language for language in LANGUAGES if not node.headers.get(f"{header}:{language}")]
                assert not missing, (node.id, header, missing)
                assert len({len(items) for items in in_parts(node, header)}) == 1, (node.id, header)


@pytest.mark.parametrize("file", SHIPPED, ids=name)
def test_a_process_its_gateways_and_its_flows_are_named_in_four_languages(file):
    called = [one for one in read(file.read_text("utf-8")).root.walk() if one.local in CALLED and one.get("name")]
    assert any(one.local == "process" for one in called)
    for one in called:
        assert set(names_of(one)) == set(LANGUAGES), (one.id, one.get("name"))


@pytest.mark.parametrize("file", TABLES, ids=name)
def test_a_table_its_columns_and_its_notes_are_named_in_four_languages(file):
    source = file.read_text("utf-8")
    names, words = said_in(source)
    assert set(names) == set(LANGUAGES)
    assert set(words) == {"", *LANGUAGES}  # the empty one: the table's own language
    tables = [one.box for one in compile_source(source).drawing.decisions if isinstance(one.box, Table)]
    columns = {one.label for table in tables for one in table.inputs}
    columns |= {one.name for table in tables for one in table.outputs}
    notes = {note for table in tables for rule in table.rules for note in rule.annotations if note}
    for language in LANGUAGES:
        assert set(words[language]["columns"]) == columns, language
        assert set(words[language]["notes"]) == notes, language


def in_parts(node: Node, header: str) -> list[list[str]]:
    """Lists have as many items in every language, and texts name the same places."""
    said = [node.headers[header], *(node.headers[f"{header}:{language}"] for language in LANGUAGES)]
    mark = ";" if header in ("checklist", "results") else "{"
    return [text.split(mark) for text in said]


@pytest.mark.parametrize("file", DRAWINGS, ids=name)
def test_a_drawing_finds_its_forms_and_decisions_in_its_own_folder(file):
    for node in graph_of(file).nodes.values():
        if node.plan and node.plan.form:
            assert (file.parent / "forms" / f"{node.plan.form}.json").exists(), node.id
        if decision := node.headers.get("decision"):
            assert (file.parent / f"{decision}.dmn").exists(), node.id


@pytest.mark.parametrize("file", DECISIONS, ids=name)
def test_a_decision_can_be_published(file):
    assert problems_of(file.read_text("utf-8")) == []


@pytest.mark.parametrize("file", FORMS, ids=name)
def test_a_form_can_be_published_and_speaks_four_languages(file):
    schema = packs.read(file)
    assert linting.problems(schema) == []
    for component in components(schema):
        properties = component.raw["properties"]
        for language in LANGUAGES:
            assert properties.get(f"label:{language}"), (component.key, language)
            for value, _words in component.options(language):
                assert properties.get(f"option:{value}:{language}"), (component.key, value, language)


@pytest.mark.parametrize("folder", TEMPLATES, ids=lambda folder: folder.name)
def test_its_catalogue_names_its_own_drawings_and_forms_in_four_languages(folder):
    about = json.loads((folder / "pack.json").read_text("utf-8"))
    assert set(about["names"]) == set(about["descriptions"]) == set(LANGUAGES)
    catalogue = packs.read(folder / "catalogue.json")
    keys = {graph_of(file).key for file in folder.glob("*.bpmn")}
    for one in [*catalogue.get("ticket_types", []), *catalogue.get("categories", [])]:
        assert set(one["names"]) == set(LANGUAGES), one["key"]
    assert {one["process"] for one in catalogue["ticket_types"]} <= keys | {"ticket"}
    for one in catalogue.get("request_types", []):
        assert set(one["names"]) == set(one["descriptions"]) == set(LANGUAGES), one["key"]
        assert (folder / "forms" / f"{one['form']}.json").exists()
