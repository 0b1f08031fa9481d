"""What a drawing calls the answers that it sets itself and no form asks for. The block that sets them says so in
properties: label:fate, label:fate:fa, and for a value option:fate=sold, option:fate=sold:fa."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sira.processes.bpmn.graph import Node

LABEL, OPTION = "label", "option"


def is_label(header: str) -> bool:
    return header.partition(":")[0] in (LABEL, OPTION)


def named(nodes: Iterable[Node]) -> Iterator[str]:
    """The keys that are called something."""
    for node in nodes:
        for header in node.headers:
            kind, _colon, rest = header.partition(":")
            if kind == LABEL and ":" not in rest:
                yield rest


def label(nodes: Iterable[Node], key: str, language: str) -> str:
    return _said(nodes, f"{LABEL}:{key}", language)


def option(nodes: Iterable[Node], key: str, value: Any, language: str) -> str:
    """Empty where the value is called nothing."""
    return _said(nodes, f"{OPTION}:{key}={value}", language)


def options(nodes: Iterable[Node], key: str, language: str) -> Mapping[str, str]:
    """Values and what they are called."""
    nodes, start = list(nodes), f"{OPTION}:{key}="
    found = [
        header.removeprefix(start).partition(":")[0]
        for node in nodes
        for header in node.headers
        if header.startswith(start)
    ]
    return {value: option(nodes, key, value, language) for value in found}


def _said(nodes: Iterable[Node], name: str, language: str) -> str:
    for node in nodes:
        if found := node.headers.get(f"{name}:{language[:2]}") or node.headers.get(name):
            return str(found)
    return ""
