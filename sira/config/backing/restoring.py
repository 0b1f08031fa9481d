"""`sira restore`: from a backup, or from the archive that a desk kept."""

import argparse
from importlib import import_module
from pathlib import Path

from sira.config import desk, environment
from sira.config.backing import layout
from sira.config.backing.manifest import Refused
from sira.plumbing import postgres_place


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser("sira restore", description="Fill an empty desk from a backup or an archive.")
    parser.add_argument(
        "folder", type=Path, metavar="DIR", help="what sira backup wrote, or the folder of SIRA_ARCHIVE"
    )
    folder = parser.parse_args(arguments).folder.absolute()
    if layout.is_archive(folder):
        if environment.text("DATABASE_URL"):
            raise Refused("An archive is brought back with the server that Sira brings: unset DATABASE_URL.")
        home = environment.home()
        home.mkdir(parents=True, exist_ok=True)
        postgres_place.under(home)  # before the settings are read: they name its socket
        desk.with_settings()
        return import_module("sira.config.backing.recovering").main(folder)
    with desk.with_database():
        return import_module("sira.config.backing.bringing").main(folder)
