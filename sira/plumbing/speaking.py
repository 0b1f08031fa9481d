"""The form in which a language addresses people: Turkish says *sen* or *siz*, and who runs the desk chooses.

A form is a small catalogue beside the language's own: locale/tr@siz/LC_MESSAGES/django.po of this room, for all
rooms, with the sentences that the form says in another way and no other. Two entries are about itself: the places
where it is usual, and the pattern by which a sentence is known that needs an entry (see texts.py). So a language with
forms of address is files that somebody else can add.

Where words are written is said by `at`: the portal, which also means mails, or the workspace. What is written nowhere
of both says the language's own sentences.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations
from pathlib import Path
from typing import Any

from django.db import Error, connection
from django.utils import translation
from django.utils.translation import trans_real
from django.utils.translation.trans_real import DjangoTranslation, TranslationCatalog

from sira.plumbing import prepared

PORTAL, WORKSPACE = "portal", "workspace"  # mails and pushes speak as the portal does
PLACES = (PORTAL, WORKSPACE)
HOME = Path(__file__).parent / "locale"
ABOUT = "form of address"  # the context of entries about the form itself
LATEST = 60.0  # seconds until every process has heard of another choice

Chosen = Mapping[str, Mapping[str, str]]  # {"tr": {"portal": "siz"}}

_forms: ContextVar[Mapping[str, str]] = ContextVar("forms of address", default={})  # noqa: B039  never written to
_asked: Callable[[], Chosen] = dict
_known: tuple[tuple[str, ...], float, Chosen] | None = None


class Flat(TranslationCatalog):
    """Django's catalogue of all rooms, looked up in one table instead of one for each room."""

    def __init__(self, catalogues: list[dict[Any, str]], plurals: list[Callable[[int], int]]) -> None:
        self._catalogs, self._plurals = catalogues, plurals
        together: dict[Any, str] = {}
        for catalogue in reversed(catalogues):
            together |= catalogue
        self.get = together.get  # type: ignore[method-assign,assignment]

    @classmethod
    def of(cls, catalogue: Any, form: GNUTranslations | None = None) -> "Flat":
        catalogues, plurals = catalogue._catalogs, catalogue._plurals
        if form is None:
            return cls(catalogues, plurals)
        return cls([form._catalog, *catalogues], [form.plural, *plurals])  # type: ignore[attr-defined]


class Spoken(DjangoTranslation):
    """A language with forms of address: the one of the place stands before the language's own sentences."""

    def __init__(self, language: str) -> None:
        super().__init__(language)
        whole = self._catalog
        self.spoken_language = language
        self.in_form = {form: Flat.of(whole, _read(language, form)) for form in forms_of(language)}
        self._catalog = Flat.of(whole)

    @property
    def _catalog(self) -> Any:
        return self.in_form.get(_forms.get().get(self.spoken_language, ""), self.own)

    @_catalog.setter
    def _catalog(self, catalogue: Any) -> None:
        self.own = catalogue

    in_form: Mapping[str, Flat] = {}
    spoken_language = ""


def take_over() -> None:
    """From now on Django reads a language as this module does."""
    trans_real.DjangoTranslation = load  # type: ignore[assignment,misc]


def load(language: str) -> DjangoTranslation:
    if forms_of(language):
        return Spoken(language)
    found: Any = DjangoTranslation(language)
    found._catalog = Flat.of(found._catalog)
    return found


@cache
def forms_of(language: str) -> dict[str, tuple[str, ...]]:
    """The language's forms of address, each with the places where it is usual."""
    names = sorted(path.parts[-3].partition("@")[2] for path in HOME.glob(f"{language}@*/LC_MESSAGES/django.mo"))
    return {name: tuple(_read(language, name).gettext(f"{ABOUT}\x04usual in").split()) for name in names}


def _read(language: str, form: str) -> GNUTranslations:
    with open(HOME / f"{language}@{form}" / "LC_MESSAGES" / "django.mo", "rb") as file:
        return GNUTranslations(file)


def usual(language: str, place: str) -> str:
    """The form where nobody has chosen; empty for a language without."""
    return next((form for form, places in forms_of(language).items() if place in places), "")


def form_at(place: str, language: str, chosen: Chosen) -> str:
    form = chosen.get(language, {}).get(place, "")
    return form if form in forms_of(language) else usual(language, place)


def ask(read: Callable[[], Chosen]) -> None:
    """For the room that keeps what was chosen."""
    global _asked
    _asked = read


def forget() -> None:
    """Another choice holds from now on in this process, and in the others within a minute."""
    global _known
    _known = None


def chosen() -> Chosen:
    """What holds now. Inside a transaction it is asked anew, which may have changed it."""
    global _known
    at = time.monotonic()
    if _known and _known[0] == prepared.where() and at < _known[1] and not connection.in_atomic_block:
        return _known[2]
    try:
        found = _asked()
    except Error:
        return {}  # the database is away, and a page that says so needs words too
    _known = (prepared.where(), at + LATEST, found)
    return found


@contextmanager
def at(place: str, language: str | None = None) -> Iterator[None]:
    """Words are written for this place, in this language, or the one that is in force."""
    language = language or translation.get_language() or ""
    form = form_at(place, language, chosen()) if forms_of(language) else ""
    before = _forms.set({language: form} if form else {})
    try:
        yield
    finally:
        _forms.reset(before)


def example(words: object, language: str, form: str) -> str:
    """What the words, translated late, say in this form."""
    before = _forms.set({language: form})
    try:
        with translation.override(language):
            return str(words)
    finally:
        _forms.reset(before)


@contextmanager
def mailing(language: str) -> Iterator[None]:
    """Words that leave the desk: mails, pushes, letters."""
    with translation.override(language), at(PORTAL, language):
        yield


def spoken() -> str | None:
    """The language in force and its form, for what is kept by both."""
    language = translation.get_language()
    form = _forms.get().get(language or "")
    return f"{language}@{form}" if form else language
