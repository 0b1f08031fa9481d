"""The style sheet, the islands and the icons of all rooms: one file each, made when the process first needs it.

A room adds a style sheet by putting it under `static/<room>/` and an island under `static/<room>/islands/`; nothing
is listed anywhere and nothing has to be built beforehand.  What lies in a folder named `apart` is left to the page that
asks for it; what belongs to the rooms in SHEETS comes with the pages that need it.  The address carries a digest of the
content, so browsers keep a file for a year and never see an old one.  Set-up packs them tighter than there is time for
when a browser asks (sira/config/collecting.py).
"""

import gzip
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.urls import reverse

# Beside "desk", which every page has: name of the sheet, the rooms in it. Who gets which says `of_page`.
SHEETS = {"few": ("boards", "studio"), "work": ("workspace", "workforce"), "portal": ("portal",)}
# The pages that show something of the few: a ticket's drawing is the studio's, under a name of its own.
SHOW_FEW = (*SHEETS["few"], "drawings")
LAYERS = "@layer reset, tokens, base, components, pages;\n"


@dataclass(frozen=True)
class Asset:
    url: str
    body: bytes
    zipped: bytes
    packed: bytes
    digest: str
    content_type: str


def asset(name: str) -> Asset:
    """One of MAKERS by name.  While developing, style sheet and islands are read anew each time."""
    if settings.DEBUG and not name.startswith(("htmx.", "icons.")):
        return _make(name)
    return _kept(name)


@cache
def _kept(name: str) -> Asset:
    return _make(name)


def _make(name: str) -> Asset:
    make, content_type = MAKERS[name]
    body = make().encode()
    digest = hashlib.sha256(body).hexdigest()[:12]
    url = reverse("shell:asset", args=[digest, name])
    return Asset(url, body, gzip.compress(body, mtime=0), packed_by_set_up(digest, name), digest, content_type)


def place_packed(digest: str, name: str) -> Path:
    """Where set-up puts the file as Brotli packs it."""
    return Path(settings.STATIC_ROOT) / "packed" / f"{digest}.{name}.br"


def packed_by_set_up(digest: str, name: str) -> bytes:
    """Empty where it has not, or has another version."""
    place = place_packed(digest, name)
    return place.read_bytes() if place.is_file() else b""


def of_page(room: str | None, *, signed_in: bool, works_here: bool) -> list[str]:
    """The sheets of a page of this room beside "desk": who works here has the top bar of the workspace everywhere, and
    who does not has the portal's.
    """
    wanted = {
        "few": room in SHOW_FEW,
        "work": works_here,
        "portal": room == "portal" or (signed_in and not works_here),
    }
    return [name for name, is_wanted in wanted.items() if is_wanted]


def _rooms(pattern: str, sheet: str) -> Iterator[Path]:
    """The rooms' files in the order of INSTALLED_APPS, so a room's rules stand after those of the rooms below it."""
    homes = {room: name for name, rooms in SHEETS.items() for room in rooms}
    for config in apps.get_app_configs():
        folder = Path(config.path) / "static" / config.label
        if config.name.startswith("sira.") and folder.is_dir() and homes.get(config.label, "desk") == sheet:
            yield from (path for path in sorted(folder.rglob(pattern)) if "apart" not in path.parts)


def _styles(sheet: str) -> str:
    css = "\n".join(path.read_text(encoding="utf-8") for path in _rooms("*.css", sheet))
    css = re.sub(r"\s*\n\s*", "\n", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    css = re.sub(r";? \}", "}", re.sub(r"([{;]) ?([\w-]+): ", r"\1\2:", css))
    return LAYERS + re.sub(r'url\("static:([^"]+)"\)', lambda found: f'url("{static(found[1])}")', css)


def _islands(sheet: str) -> str:
    """The islands as one module; each in a block of its own, so that their names never meet."""
    return _joined(path for path in _rooms("*.js", sheet) if path.parent.name == "islands")


def _late() -> str:
    """The islands that a page is whole without until somebody writes or chooses (`late/` instead of `islands/`)."""
    return _joined(path for sheet in ("desk", *SHEETS) for path in _rooms("*.js", sheet) if path.parent.name == "late")


def _joined(files: Iterable[Path]) -> str:
    return "\n".join(f"{{\n{bare(path.read_text(encoding='utf-8'))}\n}}" for path in files)


def bare(script: str) -> str:
    """Without its indentation and the lines that are comments: a fifth of what would travel."""
    lines = (line.strip() for line in script.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("// "))


def _vendored(name: str) -> Callable[[], str]:
    def read() -> str:
        """Empty where `python -m sira.shell.vendoring` has not run: pages still work, without icons and htmx."""
        path = finders.find(f"vendor/{name}")
        return Path(path).read_text(encoding="utf-8") if path else ""

    return read


MAKERS: dict[str, tuple[Callable[[], str], str]] = {
    **{f"{name}.css": (partial(_styles, name), "text/css; charset=utf-8") for name in ("desk", *SHEETS)},
    **{f"{name}.js": (partial(_islands, name), "text/javascript; charset=utf-8") for name in ("desk", *SHEETS)},
    "late.js": (_late, "text/javascript; charset=utf-8"),
    "htmx.js": (_vendored("htmx.js"), "text/javascript; charset=utf-8"),
    "icons.svg": (_vendored("icons.svg"), "image/svg+xml; charset=utf-8"),
}
