"""What a drawing says of a task, read from its headers: texts by language, checklist, evidence, answers offered."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import get_language, gettext, override

from sira.forms import telling
from sira.shell import formats

SOURCE_LANGUAGE = "en"
PLACE = re.compile(r"\{([^{}\n]{1,80})\}")
EVIDENCE = ("text", "file", "signature")
Texts = dict[str, str]
Words = Callable[[str, Any, str], Any]  # path, value and language: the value in words where it is a choice


def texts(headers: Mapping[str, str], name: str, variables: Mapping[str, Any], words: Words | None = None) -> Texts:
    """{language: text} of the headers name, name:tr and so on, with their places filled."""
    found: Texts = {}
    for key, text in headers.items():
        base, _colon, language = key.partition(":")
        if base == name and text.strip():
            tell = told_apart if name == "text" else told  # a subject is kept, and compared, as it was typed
            found[language or SOURCE_LANGUAGE] = said(text, variables, language or SOURCE_LANGUAGE, words, tell=tell)
    return found


def said(
    text: str,
    variables: Mapping[str, Any],
    language: str,
    words: Words | None = None,
    *,
    tell: Callable[[Any, str], str],
) -> str:
    """As filled, with dates and numbers as the language writes them, and choices in their words. A line that names
    only what nobody has said is left out of several."""

    def fill(place: re.Match[str]) -> str:
        path = place[1].strip()
        value = at_path(variables, path)
        return tell(words(path, value, language) if words and value else value, language)

    lines = text.split("\n")
    if len(lines) > 1:
        lines = [line for line in lines if not _says_nothing(line, variables)]
    return "\n".join(PLACE.sub(fill, line) for line in lines)


def _says_nothing(line: str, variables: Mapping[str, Any]) -> bool:
    named = [at_path(variables, path.strip()) for path in PLACE.findall(line)]
    return bool(named) and not any(as_text(value).strip() for value in named)


def filled(text: str, variables: Mapping[str, Any]) -> str:
    """{requester.name} becomes what the variables hold there; nothing where they hold nothing."""
    return PLACE.sub(lambda place: as_text(at_path(variables, place[1].strip())), text)


def at_path(values: Any, path: str) -> Any:
    for name in path.split("."):
        if not isinstance(values, Mapping) or name not in values:
            return None
        values = values[name]
    return values


def as_text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(as_text(each) for each in value)
    return "" if value is None or isinstance(value, Mapping) else str(value)


def in_language(given: Mapping[str, Any], language: str = "") -> Any:
    """The text in the reader's language, else the plain one, else whichever there is."""
    wanted = (language or get_language() or SOURCE_LANGUAGE)[:2]
    return given.get(wanted) or given.get(SOURCE_LANGUAGE) or next(iter(given.values()), "")


def told(value: Any, language: str) -> str:
    """As people of that language read it: lists, numbers, dates."""
    if isinstance(value, list | tuple):
        return formats.listed((told(each, language) for each in value), language)
    if isinstance(value, bool):
        with override(language):
            return gettext("yes") if value else gettext("no")
    if isinstance(value, int | float):
        return formats.digits(value, language)
    return telling.moment(as_text(value), language)


def told_apart(value: Any, language: str) -> str:
    """Within a sentence: Latin words in a line that runs from the right don't mix with what stands around them."""
    if isinstance(value, list | tuple):
        return formats.listed((told_apart(each, language) for each in value), language)
    return formats.apart(told(value, language), language)


def items(given: Texts) -> dict[str, list[str]]:
    """Lists by language, from texts whose items are separated by semicolons."""
    return {language: [part for part in map(str.strip, text.split(";")) if part] for language, text in given.items()}


def evidence(text: str, *, kind: str) -> list[str]:
    """What is needed before the task ends; a test is told in words unless something else is asked for."""
    wanted = {word.strip() for word in text.split(",")}
    found = [word for word in EVIDENCE if word in wanted]
    return found or (["text"] if kind == "test" else [])


def results(given: Texts) -> list[dict[str, Any]]:
    """[{key, words: {language: text}}] from `done=Done; not_possible=Not possible` and translations in that order."""
    lists = items(given)
    found = [_result(part) for part in lists.get(SOURCE_LANGUAGE, [])]
    for language, words in lists.items():
        for result, word in zip(found, words, strict=False):
            result["words"][language] = word.partition("=")[2].strip() or word
    return found


def _result(part: str) -> dict[str, Any]:
    key, _equals, words = part.partition("=")
    return {"key": key.strip()[:40], "words": {SOURCE_LANGUAGE: words.strip() or key.strip()}}


def read(
    headers: Mapping[str, str], *, kind: str, variables: Mapping[str, Any], words: Words | None = None
) -> dict[str, Any]:
    """All of it, without what is empty."""
    found = {
        "text": texts(headers, "text", variables, words),
        "checklist": items(texts(headers, "checklist", variables, words)),
        "evidence": evidence(headers.get("evidence", ""), kind=kind) if kind != "approve" else [],
        "results": results(texts(headers, "results", variables, words)),
    }
    return {name: value for name, value in found.items() if value}
