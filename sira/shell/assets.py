"""The style sheet, the islands and the icons of all rooms: one file each, made when the process first needs it.

A room adds a style sheet by putting it under `static/<room>/` and an island under `static/<room>/islands/`; nothing
is listed anywhere and nothing is built beforehand.  What lies in a folder named `apart` is left to the page that asks
for it.  The address carries a digest of the content, so browsers keep a file for a year and never see an old one.
"""

import gzip
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.urls import reverse

LAYERS = "@layer reset, tokens, base, components, pages;\n"


@dataclass(frozen=True)
class Asset:
    url: str
    body: bytes
    zipped: bytes
    digest: str
    content_type: str


def asset(name: str) -> Asset:
    """One of MAKERS by name.  While developing, style sheet and islands are read anew each time."""
    if settings.DEBUG and name.startswith("desk."):
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
    return Asset(url, body, gzip.compress(body, mtime=0), digest, content_type)


def _rooms(pattern: str) -> Iterator[Path]:
    """The rooms' files in the order of INSTALLED_APPS, so a room's rules stand after those of the rooms below it."""
    for config in apps.get_app_configs():
        folder = Path(config.path) / "static" / config.label
        if config.name.startswith("sira.") and folder.is_dir():
            yield from (path for path in sorted(folder.rglob(pattern)) if "apart" not in path.parts)


def _styles() -> str:
    css = "\n".join(path.read_text(encoding="utf-8") for path in _rooms("*.css"))
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return LAYERS + re.sub(r'url\("static:([^"]+)"\)', lambda found: f'url("{static(found[1])}")', css)


def _islands() -> str:
    """All islands as one module; each in a block of its own, so that their names never meet."""
    files = [path for path in _rooms("*.js") if path.parent.name == "islands"]
    return "\n".join(f"{{\n{path.read_text(encoding='utf-8')}\n}}" for path in files)


def _vendored(name: str) -> Callable[[], str]:
    def read() -> str:
        """Empty where `python -m sira.shell.vendoring` has not run: pages still work, without icons and htmx."""
        path = finders.find(f"vendor/{name}")
        return Path(path).read_text(encoding="utf-8") if path else ""

    return read


MAKERS: dict[str, tuple[Callable[[], str], str]] = {
    "desk.css": (_styles, "text/css; charset=utf-8"),
    "desk.js": (_islands, "text/javascript; charset=utf-8"),
    "htmx.js": (_vendored("htmx.js"), "text/javascript; charset=utf-8"),
    "icons.svg": (_vendored("icons.svg"), "image/svg+xml; charset=utf-8"),
}
