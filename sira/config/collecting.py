"""Collects the static files of all rooms under names with a hash of their content; texts get a packed copy beside."""

import gzip
import os
import shutil
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

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


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sira.config.settings")
    main()
