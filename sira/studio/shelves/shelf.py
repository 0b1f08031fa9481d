"""What a shelf can do with the texts that lie on it."""

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language

from sira.people.models import Person
from sira.studio.refusals import BadKey, KeyTaken

KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,79}\Z")
OWN_ADDRESSES = ("new", "import")
DRAFT, PUBLISHED, RETIRED = "draft", "published", "retired"
EXTENSIONS = re.compile(r"[^<>]*>\s*(<(?:\w+:)?extensionElements>.*?</(?:\w+:)?extensionElements>)", re.DOTALL)
NAME = re.compile(r'\s*<(?:\w+:)?property name="name:(\w+)" value="([^"]*)" ?/>')
NOT_RUN_AS_TEXT = {"bpmn": "application/xml", "dmn": "application/xml", "json": "application/json"}
Row = Any  # ProcessVersion, DecisionVersion or FormVersion: the same columns where the studio looks


@dataclass(frozen=True)
class Problem:
    """where: the element's id, empty for the whole.  name: what the drawing calls it.  stops: keeps from publishing."""

    where: str
    name: str
    sentence: str | Promise
    stops: bool = True


class Shelf(ABC):
    """kind: its word in addresses.  ending: of its files.  pattern: where packs hold what one can start from."""

    kind: ClassVar[str]
    ending: ClassVar[str]
    pattern: ClassVar[str]
    words: ClassVar[str | Promise]
    one: ClassVar[str | Promise]
    model: ClassVar[Any]
    template: ClassVar[str]
    since: ClassVar[str] = "created_at"
    title: ClassVar[re.Pattern[str]]

    @abstractmethod
    def source_of(self, row: Row) -> str: ...

    @abstractmethod
    def name_of(self, row: Row) -> str: ...

    @abstractmethod
    def problems(self, key: str, source: str) -> list[Problem]:
        """What stands against publishing, then what may be a mistake. Never raises: what cannot be read is one."""

    @abstractmethod
    def digest_of(self, source: str) -> str: ...

    @abstractmethod
    def new_draft(self, key: str, source: str, *, by: Person, at: datetime) -> Row:
        """Raises Refused where the text is no drawing at all."""

    @abstractmethod
    def overwrite(self, row: Row, source: str, *, by: Person, at: datetime) -> Row:
        """The draft, locked by the caller, with another text."""

    @abstractmethod
    def publish(self, row: Row, *, by: Person, at: datetime) -> Row: ...

    @abstractmethod
    def retire(self, key: str) -> None:
        """Nothing new begins with the published version."""

    @abstractmethod
    def blank(self, key: str, name: str) -> str: ...

    @abstractmethod
    def renamed(self, source: str, key: str, name: str) -> str:
        """A template's text as the drawing of another key."""

    def title_in(self, source: str) -> str:
        """What a text calls itself in the reader's language, without reading all of it; empty where none is seen."""
        found = self.title.search(source)
        if found is None:
            return ""
        names = dict(NAME.findall(self._beside_title(source, found)))
        return unescape(names.get((get_language() or "")[:2]) or found[1])

    def without_names(self, source: str) -> str:
        """Without what it calls itself in other languages, for it gets a name of its own."""
        found = self.title.search(source)
        held = self._beside_title(source, found) if found else ""
        return source.replace(held, NAME.sub("", held), 1) if held else source

    def _beside_title(self, source: str, title: re.Match[str]) -> str:
        """The extension elements of what has the title."""
        found = EXTENSIONS.match(source, title.end())
        return found[1] if found else ""

    def may_be_drawn(self, source: str) -> bool:
        """Whether a browser can open it without standing still."""
        return True

    def to_draw(self, key: str, source: str) -> str:
        """What the editor opens."""
        return source

    def to_look_at(self, key: str, source: str) -> str:
        """The same where nothing can be changed: what it calls things is in the reader's language."""
        return self.to_draw(key, source)

    def key_in(self, source: str, file_name: str) -> str:
        """The key that an imported file gives itself."""
        return Path(file_name).stem

    def uses(self) -> dict[str, list[str]]:
        """What relies on each key, in words."""
        return {}

    def rows(self) -> Any:
        return self.model.objects.select_related("by")

    def templates(self) -> dict[str, Path]:
        """What packs bring, by a name such as helpdesk/ticket."""
        packs = Path(settings.ROOT) / "packs"
        return {f"{file.parents[depth].name}/{file.stem}": file for depth, file in self._files(packs)}

    def _files(self, packs: Path) -> list[tuple[int, Path]]:
        depth = self.pattern.count("/")
        return [(depth, file) for file in sorted(packs.glob(f"*/{self.pattern}"))]

    def free_key(self, key: str) -> str:
        """The key, if it can be one and nothing has it. Raises BadKey, KeyTaken."""
        if not KEY.match(key) or key in OWN_ADDRESSES:
            raise BadKey
        if self.model.objects.filter(key=key).exists():
            raise KeyTaken
        return key
