"""Runs folders of the public conformance kit for DMN: a drawing with its `*-test-*.xml`.

Prints one line of JSON a case: model, test file, case, node, passed, got, expected.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import parse

from sira.decisions.dmn.model import Model, compile_drawing
from sira.decisions.dmn.problems import DrawingProblem
from sira.decisions.dmn.reading import read
from sira.decisions.feel import literals
from sira.decisions.feel.builtins.conversion import text_of_value
from sira.decisions.feel.comparison import equal
from sira.decisions.feel.problems import FeelProblem

_KIT = "{http://www.omg.org/spec/DMN/20160719/testcase}"
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
#: How far a number may be from the expected one; the kit rounds long fractions.
_TOLERANCE = Decimal("1e-8")
_READ_AS = {
    "date": literals.date, "time": literals.time, "dateTime": literals.date_time, "duration": literals.duration,
}  # fmt: skip


def main(argv: list[str]) -> int:
    """Run every test file below the folders named; 0 if all passed, 1 if any failed, 2 for wrong use."""
    if not argv:
        sys.stderr.write("usage: conformance dmn DIR...\n")
        return 2
    failed = 0
    for folder in argv:
        for result in run_folder(Path(folder)):
            failed += not result["passed"]
            sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
            sys.stdout.flush()
    return 1 if failed else 0


def run_folder(folder: Path) -> Iterator[dict[str, Any]]:
    """Results of all test files in a folder and those below it."""
    for file in sorted(folder.rglob("*-test-*.xml")):
        yield from run_file(file)


def run_file(file: Path) -> Iterator[dict[str, Any]]:
    """Results of one test file. A case with several result nodes passes if all of them do."""
    kit = parse(file).getroot()
    name = (kit.findtext(f"{_KIT}modelName") or "").strip()
    try:
        model: Model | None = load(file.parent, name)
        broken = ""
    except (DrawingProblem, FeelProblem, OSError) as problem:
        model, broken = None, f"cannot be opened: {problem}"
    for case in kit.iter(f"{_KIT}testCase"):
        nodes = list(case.iter(f"{_KIT}resultNode"))
        results = [_run_node(model, case, node) if model else (False, broken) for node in nodes]
        got = {node.get("name", ""): text for node, (_, text) in zip(nodes, results, strict=True)}
        expected = {node.get("name", ""): text_of_value(_expected(node)) for node in nodes}
        yield {
            "model": name,
            "test": file.name,
            "case": case.get("id", ""),
            "node": ", ".join(got),
            "passed": all(passed for passed, _ in results),
            "got": next(iter(got.values())) if len(got) == 1 else got,
            "expected": next(iter(expected.values())) if len(got) == 1 else expected,
        }


def _run_node(model: Model, case: Element, node: Element) -> tuple[bool, str]:
    """(passed, what came out) of one result node."""
    try:
        got = _result(model, case, node)
        return _same(got, _expected(node)), text_of_value(got)
    except (FeelProblem, DrawingProblem) as problem:
        return node.get("errorResult") == "true", str(problem)


def load(folder: Path, name: str) -> Model:
    """The drawing of that name, with those it imports from the same folder."""
    others = [read(file.read_bytes()) for file in sorted(folder.glob("*.dmn")) if file.name != name]
    drawings = {drawing.namespace: drawing for drawing in others}
    models: dict[str, Model] = {}

    def compiled(namespace: str, on_the_way: frozenset[str]) -> None:
        if namespace in models or namespace not in drawings or namespace in on_the_way:
            return
        for one in drawings[namespace].imports:
            compiled(one.namespace, on_the_way | {namespace})
        models[namespace] = compile_drawing(drawings[namespace], models)

    main_drawing = read((folder / name).read_bytes())
    for one in main_drawing.imports:
        compiled(one.namespace, frozenset())
    return compile_drawing(main_drawing, models)


def _result(model: Model, case: Element, node: Element) -> Any:
    facts: dict[Any, Any] = {}
    for given in case.iter(f"{_KIT}inputNode"):
        name, namespace = given.get("name", ""), given.get("namespace")
        facts[(namespace, name) if namespace and namespace != model.drawing.namespace else name] = _value(given)
    if case.get("type") in ("decisionService", "bkm"):
        made = model.call_service(case.get("invocableName", ""), facts)
        name = node.get("name", "")
        several = isinstance(made.value, dict) and len(_outputs(model, case)) > 1
        return made.value.get(name, made.value) if several else made.value
    name = node.get("name", "")
    if name not in model.decisions and name in model.callable:
        return model.call_service(name, facts).value
    return model.decide(facts, decision=name).value


def _outputs(model: Model, case: Element) -> tuple[str, ...]:
    wanted = case.get("invocableName")
    return next((one.outputs for one in model.drawing.services if one.name == wanted), ())


def _expected(node: Element) -> Any:
    expected = node.find(f"{_KIT}expected")
    return None if expected is None else _value(expected)


def _value(element: Element) -> Any:
    """A value as the kit writes it: <value>, <list> or <component>s."""
    listed = element.find(f"{_KIT}list")
    if listed is not None:
        return None if listed.get(_NIL) == "true" else [_value(item) for item in listed.findall(f"{_KIT}item")]
    components = element.findall(f"{_KIT}component")
    if components:
        return {one.get("name", ""): None if one.get(_NIL) == "true" else _value(one) for one in components}
    value = element.find(f"{_KIT}value")
    if value is None or value.get(_NIL) == "true":
        return None
    return _typed(value.text or "", value.get(_TYPE, "").rpartition(":")[2])


def _typed(text: str, kind: str) -> Any:
    if kind in ("decimal", "double", "float", "integer", "int", "long"):
        return Decimal(text.strip())
    if kind == "boolean":
        return text.strip() in ("true", "1")
    return _READ_AS[kind](text.strip()) if kind in _READ_AS else text


def _same(got: Any, expected: Any) -> bool:
    """Equal as the kit means it: numbers nearly, contexts and lists part by part."""
    if isinstance(got, Decimal) and isinstance(expected, Decimal):
        return abs(got - expected) <= _TOLERANCE * max(Decimal(1), abs(expected))
    if isinstance(got, list) and isinstance(expected, list):
        return len(got) == len(expected) and all(map(_same, got, expected))
    if isinstance(got, dict) and isinstance(expected, dict):
        return got.keys() == expected.keys() and all(_same(value, expected[name]) for name, value in got.items())
    return got is expected if got is None or expected is None else equal(got, expected) is True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
