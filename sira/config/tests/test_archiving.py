"""What the folder of an archive keeps, and what beside it is left alone."""

import hashlib
import os
import resource
from datetime import UTC, datetime, timedelta

import pytest

from sira.config.backing import bases, layout, manifest
from sira.config.backing.copying import Copies
from sira.plumbing.files import CannotKeep, Files

CHAIN, BASE = "20261122-101500", "base-20261122-101501"


def an_archive(**more):
    words = dict.fromkeys(("version", "schema", "system", "key", "digest"), "")
    told = {"format": 1, "postgres": 18, "timeline": 1, "begin": "0/2000028", "chain": CHAIN, "base": BASE}
    return layout.Archive(**words | told | more)


def test_backups_beside_an_archive_are_left_alone_when_it_is_tidied(tmp_path):
    for kept in ("2026-11-22", "20261121-101500", "1-2", f"{CHAIN}/wal", f"{CHAIN}/{BASE}"):
        (tmp_path / kept).mkdir(parents=True)
    for needless in (f"20261120-101500/{layout.WAL}", f"{CHAIN}/base-20261121-101501"):
        (tmp_path / needless).mkdir(parents=True)
    bases.tidy(tmp_path, an_archive())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1-2", "2026-11-22", "20261121-101500", CHAIN]
    assert sorted(path.name for path in (tmp_path / CHAIN).iterdir()) == [BASE, "wal"]


@pytest.fixture
def store(tmp_path):
    (tmp_path / "desk").mkdir()
    return Files(tmp_path / "desk")


@pytest.fixture
def copies(store, tmp_path):
    return Copies(store, tmp_path / "archive")


def of_one_folder(many, *, last):
    """Contents whose files lie in one folder of the store; the one to be copied last is so many times as large."""
    found = {}
    for number in range(100_000):
        content = str(number).encode() * (last if len(found) == many - 1 else 1)
        digest = hashlib.sha256(content).hexdigest()
        if digest.startswith("00") and digest > max(found, default="") and len(found) < many:
            found[digest] = content
    return found.values()


def are_listed(copies):
    return {digest for digest, _size, _path in manifest.listed(copies.listing.parent)}


@pytest.mark.parametrize("last", [1, 1000], ids=["no room for the list", "no room for the file"])
def test_what_was_copied_before_the_disk_was_full_is_listed_once_there_is_room(store, copies, last):
    """A line of the list has some 130 bytes."""
    first = store.keep([b"there before"]).digest
    os.utime(store.path(first).parent, (1, 1))  # gone through, and not looked into again
    copies.copy_new()
    kept = {first, *(store.keep([content]).digest for content in of_one_folder(3, last=last))}
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (250, before[1]))
    try:
        with pytest.raises((OSError, CannotKeep)):
            copies.copy_new()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    copies.copy_new()
    manifest.check_files(copies.listing.parent)
    assert copies.are_whole and are_listed(copies) == kept


@pytest.mark.django_db
def test_a_copy_that_was_swept_comes_back_where_the_desk_still_has_the_file(store, copies):
    digest = store.keep([b"one"]).digest
    copies.copy_new()
    copies.sweep(datetime.now(UTC) + timedelta(days=2))
    assert not copies.are_whole, "a mail with the same content may name the desk's own file any moment"
    copies.copy_new()
    assert are_listed(copies) == {digest}


def test_what_others_leave_among_the_files_is_passed_by(store, copies):
    digest = store.keep([b"one"]).digest
    for folder in (store.folder, copies.copies.folder):
        (folder / digest.hex()[:2] / "@eaDir").mkdir(parents=True)  # as some network disks do
        (folder / digest.hex()[:2] / ".nfs0000000001").touch()
    copies.copy_new()
    assert copies.are_whole and are_listed(copies) == {digest}


def test_a_list_that_is_missing_or_has_a_changed_line_is_refused_by_name(store, copies):
    store.keep([b"one"])
    copies.copy_new()
    copies.listing.write_text(copies.listing.read_text().replace(" ", "", 1))
    with pytest.raises(manifest.Refused, match="FILES is damaged"):
        manifest.check_files(copies.listing.parent)
    copies.listing.unlink()
    with pytest.raises(manifest.Refused, match="FILES is missing"):
        manifest.check_files(copies.listing.parent)
