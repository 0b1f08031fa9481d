"""The style sheet, the islands and the icons of all rooms: one file each, made when the process first needs it.

A room adds a style sheet by putting it under `static/<room>/` and an island under `static/<room>/islands/`; nothing
is listed anywhere and nothing has to be built beforehand.  What lies in a folder named `apart` is left to the page that
asks for it; what belongs to the rooms OF_FEW comes with their pages alone.  The address carries a digest of the
content, so browsers keep a file for a year and never see an old one.  Set-up packs them tighter than there is time for
when a browser asks (sira/config/collecting.py).
"""

import gzip
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.urls import reverse

OF_FEW = ("boards", "studio")
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
    if settings.DEBUG and name.startswith(("desk.", "few.")):
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


def _rooms(pattern: str, *, of_few: bool) -> Iterator[Path]:
    """The rooms' files in the order of INSTALLED_APPS, so a room's rules stand after those of the rooms below it."""
    for config in apps.get_app_configs():
        folder = Path(config.path) / "static" / config.label
        if config.name.startswith("sira.") and folder.is_dir() and (config.label in OF_FEW) == of_few:
            yield from (path for path in sorted(folder.rglob(pattern)) if "apart" not in path.parts)


def _styles(of_few: bool) -> str:
    css = "\n".join(path.read_text(encoding="utf-8") for path in _rooms("*.css", of_few=of_few))
    css = re.sub(r"\s*\n\s*", "\n", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    return LAYERS + re.sub(r'url\("static:([^"]+)"\)', lambda found: f'url("{static(found[1])}")', css)


def _islands(of_few: bool) -> str:
    """The islands as one module; each in a block of its own, so that their names never meet."""
    files = [path for path in _rooms("*.js", of_few=of_few) if path.parent.name == "islands"]
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
    "desk.css": (partial(_styles, False), "text/css; charset=utf-8"),
    "desk.js": (partial(_islands, False), "text/javascript; charset=utf-8"),
    "few.css": (partial(_styles, True), "text/css; charset=utf-8"),
    "few.js": (partial(_islands, True), "text/javascript; charset=utf-8"),
    "htmx.js": (_vendored("htmx.js"), "text/javascript; charset=utf-8"),
    "icons.svg": (_vendored("icons.svg"), "image/svg+xml; charset=utf-8"),
}
