"""The texts of each room: what its code says in English, and whether its translations say all of it.

`python -m sira.plumbing.texts compile` makes the .mo files, `check` names what is not translated,
`missing ROOM` prints entries to add to a room's .po files. Babel does the work, so gettext's tools are not needed.

A form of address (speaking.py) has a catalogue for all rooms, plumbing/locale/tr@siz. `check` names its entries that
nobody says any more, and the language's own sentences which the form's pattern knows and which it does not have.
"""

import io
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from django.conf import settings
from django.utils.translation.template import templatize

LANGUAGES = ("tr", "fa", "pl")
SIRA = Path(__file__).resolve().parents[1]
# Babel's notation: which argument is the text, its plural, its context.
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
ABOUT_THE_FORM = "form of address"  # the context of entries about itself
NOT_TEXTS = {"tests", "migrations", "locale", "static", "node_modules", "__pycache__"}


def rooms() -> list[Path]:
    """Every folder that is an app, deepest first, so that a text belongs to the innermost room."""
    return sorted((path.parent for path in SIRA.rglob("apps.py")), key=lambda path: (-len(path.parts), path))


@cache
def said(room: Path) -> Catalog:
    """All texts of a room's Python files and templates; read once, since each language and form asks."""
    catalog = Catalog()
    inner = [other for other in rooms() if other != room and room in other.parents]
    for path in sorted(room.rglob("*")):
        inside = path.relative_to(room).parts
        if path.suffix not in (".py", ".html", ".txt") or NOT_TEXTS & set(inside):
            continue
        if any(other in path.parents for other in inner) or (path.suffix != ".py" and "templates" not in inside):
            continue
        for line, message, context in texts_of(path):
            catalog.add(message, context=context, locations=[(str(path.relative_to(SIRA)), line)])
    return catalog


def texts_of(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], str | None]]:
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # What is left is read as Python, where lines that stand further in would have to fit together.
        source = "\n".join(line.lstrip() for line in templatize(source).split("\n"))
    for line, message, _, context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
        if message and message != ("", ""):
            yield line, message, context


def written(room: Path, language: str) -> Catalog:
    path = room / "locale" / language / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return Catalog(locale=language)
    with open(path, "rb") as file:
        return pofile.read_po(file, locale=language)


def missing(room: Path, language: str) -> list[str]:
    """The texts of the room that its .po file lacks, leaves empty or marks as doubtful, with where they are said."""
    have = written(room, language)
    return [
        f"{message.locations[0][0]}:{message.locations[0][1]}: {first(message.id)!r}"
        for message in said(room)
        if message.id and not translated(have.get(message.id, message.context))
    ]


def translated(message: object) -> bool:
    if message is None or message.fuzzy:  # type: ignore[attr-defined]
        return False
    words = message.string  # type: ignore[attr-defined]
    return all(words) if isinstance(words, (tuple, list)) else bool(words)


def first(identity: str | list[str] | tuple[str, ...]) -> str:
    return identity if isinstance(identity, str) else identity[0]


def compile_all() -> None:
    for path in SIRA.rglob("locale/*/LC_MESSAGES/*.po"):
        with open(path, "rb") as source:
            catalog = pofile.read_po(source, locale=path.parents[1].name.partition("@")[0])
        with open(path.with_suffix(".mo"), "wb") as target:
            mofile.write_mo(target, catalog)


def problems() -> list[str]:
    """A line for each text that lacks a translation, naming the room's language."""
    found = [f"{language}  {line}" for room in rooms() for language in LANGUAGES for line in missing(room, language)]
    found += [f"{language}  {line}" for language in LANGUAGES for line in in_two_ways(language)]
    return found + [f"{path.parents[1].name}  {line}" for path in forms() for line in amiss(path)]


def in_two_ways(language: str) -> Iterator[str]:
    """Texts that two rooms translate differently: one of the two is never shown. Two meanings need a context."""
    ways: dict[tuple[str, str | None], dict[str, str]] = {}
    for room in rooms():
        for message in written(room, language):
            if message.id:
                own = ways.setdefault((first(message.id), message.context), {})
                own.setdefault(repr(message.string), room.name)
    for (words, _context), own in ways.items():
        if len(own) > 1:
            yield f"{words!r} in two ways: " + ", ".join(f"{said} ({room})" for said, room in own.items())


def forms() -> list[Path]:
    return sorted(SIRA.glob("plumbing/locale/*@*/LC_MESSAGES/django.po"))


def amiss(path: Path) -> Iterator[str]:
    """What a form of address has too much, and what it lacks."""
    language, _at, name = path.parents[1].name.partition("@")
    with open(path, "rb") as file:
        form = pofile.read_po(file, locale=language)
    own = [message for room in rooms() for message in written(room, language) if message.id]
    by_code = {(first(message.id), message.context) for room in rooms() for message in said(room) if message.id}
    for entry in form:
        if entry.id and entry.context != ABOUT_THE_FORM and (first(entry.id), entry.context) not in by_code:
            yield f"{first(entry.id)!r} is said nowhere; take it out"
        if entry.id and not translated(entry):
            yield f"{first(entry.id)!r} is empty"
    differs = form.get("differs where", ABOUT_THE_FORM)
    if differs is None or form.get("usual in", ABOUT_THE_FORM) is None:
        yield f"the entries about {name} itself are missing"
        return
    pattern = re.compile(str(differs.string))
    for message in own:
        words = message.string if isinstance(message.string, str) else "\n".join(message.string or ())
        is_said = (first(message.id), message.context) in by_code
        if is_said and pattern.search(words) and form.get(message.id, message.context) is None:
            yield f"{first(message.id)!r} needs an entry: {words!r}"


def template_of(room: Path, language: str) -> str:
    """Entries to paste into the room's .po file."""
    have, wanted = written(room, language), Catalog(locale=language)
    for message in said(room):
        if message.id and not translated(have.get(message.id, message.context)):
            wanted.add(message.id, context=message.context, locations=message.locations)
    target = io.BytesIO()
    pofile.write_po(target, wanted, omit_header=True)
    return target.getvalue().decode()


def main(arguments: list[str]) -> int:
    if not settings.configured:
        settings.configure()  # templatize asks for it; nothing of ours is read
    if arguments == ["compile"]:
        compile_all()
        return 0
    if arguments[:1] == ["missing"] and len(arguments) == 2:
        for language in LANGUAGES:
            sys.stdout.write(f"# {language}\n{template_of(SIRA / arguments[1], language)}\n")
        return 0
    if arguments != ["check"]:
        sys.stderr.write("usage: python -m sira.plumbing.texts compile | check | missing ROOM\n")
        return 2
    found = problems()
    sys.stdout.write("".join(f"{line}\n" for line in found))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
