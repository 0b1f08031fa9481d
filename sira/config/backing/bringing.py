"""Brings a backup back into a desk that has nothing yet."""

import os
import shutil
from pathlib import Path

from django.conf import settings
from django.db import connection

from sira.config.backing import manifest, tools
from sira.config.backing.manifest import DATABASE, FILES, Manifest, Refused
from sira.plumbing import desk_account
from sira.plumbing.desk_files import desk_files
from sira.plumbing.files import PACKED, Files


def main(folder: Path) -> int:
    found = bring_back(folder)
    print(f"{found.tickets} tickets and {found.files} files are back, as of {found.made_at}.")
    tell_of_another_key(found.key)
    return 0


def bring_back(folder: Path) -> Manifest:
    """Nothing is changed before all of the backup was read and found whole.  Raises Refused."""
    found = manifest.read(folder)
    _must_be_empty()
    manifest.check(folder, found)
    bring_files(folder)
    tools.load(folder / DATABASE)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    if settings.BRINGS_DATABASE:
        desk_account.admit_our_own()
    return found


def bring_files(folder: Path) -> None:
    """Copy every listed file, read and found whole a moment before, into the desk's store.  Raises Refused.

    They are made to outlast a crash all at once: one by one that takes longer than everything else.
    """
    source, store = Files(folder / FILES), desk_files()
    try:
        store.folder.mkdir(parents=True, exist_ok=True)
        for digest, _size, path in manifest.listed(folder):
            packed = path.endswith(PACKED)
            target = store.path(digest, packed=packed)
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(source.path(digest, packed=packed), target)
    except OSError as error:
        raise Refused(f"The files could not be written ({error.strerror}).") from None
    os.sync()


def tell_of_another_key(mark: str) -> None:
    if mark != manifest.key_mark():
        print(
            "The secret key is another one: put the old desk's secret.key into the data folder, or set SIRA_SECRET_KEY."
            " Until then passwords of mailboxes cannot be read, and links and reply addresses sent before do not count."
        )


def _must_be_empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        if cursor.fetchone()[0]:
            name = connection.settings_dict["NAME"]
            raise Refused(f"The database {name} is not empty. Set SIRA_HOME to a new folder, or DATABASE_URL.")
