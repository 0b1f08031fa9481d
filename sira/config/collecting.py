"""Collects the static files of all rooms under names with a hash of their content; texts get a packed copy beside.

The files of the frame are packed by Brotli, for as long as it takes: every first visit fetches them.
"""

import gzip
import os
import shutil
from pathlib import Path

import brotli
import django
from django.conf import settings
from django.core.management import call_command

from sira.shell.assets import MAKERS, asset, place_packed

PACKED = {".css", ".js", ".mjs", ".svg", ".json", ".html", ".txt", ".map", ".ttf"}
WORTH_PACKING = 1024


def main() -> None:
    django.setup()
    root = Path(settings.STATIC_ROOT)
    shutil.rmtree(root, ignore_errors=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    for path in root.rglob("*"):
        if path.suffix in PACKED and path.stat().st_size >= WORTH_PACKING:
            with gzip.GzipFile(f"{path}.gz", "wb", compresslevel=6, mtime=0) as packed:
                packed.write(path.read_bytes())
    for name in MAKERS:
        made = asset(name)
        place = place_packed(made.digest, name)
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(brotli.compress(made.body, quality=11))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sira.config.settings")
    main()
