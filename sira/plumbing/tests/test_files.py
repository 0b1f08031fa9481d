import errno
import hashlib
import os
import resource
import threading
import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, models

from sira.plumbing import files, sweeping
from sira.plumbing.files import CannotKeep, Files, TooLarge, Unreadable
from sira.plumbing.sweeping import sweep

TOMORROW = timedelta(days=1, minutes=1)


@pytest.fixture
def store(tmp_path) -> Files:
    return Files(tmp_path / "files")


def on_disk(store: Files) -> list[str]:
    return sorted(path.name for path in store.folder.rglob("*") if path.is_file() and path.name != "lock")


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("content", [b"", b"hello", os.urandom(3_000_000), b"x" * 5_000_000])
def test_what_was_kept_is_read_back(store, content, packed):
    kept = store.keep([content[:10], b"", content[10:]], packed=packed)
    assert (kept.digest, kept.size) == (hashlib.sha256(content).digest(), len(content))
    assert store.whole(kept.digest) == content
    assert all(len(piece) <= files.CHUNK for piece in store.read(kept.digest))


def test_the_same_content_is_kept_once(store):
    first, second = store.keep([b"an invoice"]), store.keep([b"an ", b"invoice"])
    assert first == second
    assert on_disk(store) == [first.digest.hex()[2:]]


def test_nothing_in_the_folder_may_be_run(store):
    store.keep([b"#!/bin/sh"])
    assert not [path for path in store.folder.rglob("*") if path.is_file() and path.stat().st_mode & 0o111]


def test_text_of_mail_takes_less_room_than_it_came_with(store):
    kept = store.keep([b"Received: from mail.example by desk.example\r\n" * 500], packed=True)
    assert store.path(kept.digest, packed=True).stat().st_size < kept.size / 20


def test_what_is_too_large_is_refused_before_it_was_read_whole_and_leaves_nothing(store):
    asked = []
    pieces = (asked.append(n) or b"x" * 1000 for n in range(1000))
    with pytest.raises(TooLarge):
        store.keep(pieces, limit=10_000)
    assert len(asked) == 11 and on_disk(store) == []


def test_a_full_disk_leaves_no_half_file_and_the_next_one_is_kept(store):
    store.keep([b"warm"])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))  # the kernel refuses the write, as a full disk does
    try:
        with pytest.raises(CannotKeep):
            store.keep([os.urandom(60_000), os.urandom(60_000)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert len(on_disk(store)) == 1
    assert store.whole(store.keep([b"y" * 200_000]).digest) == b"y" * 200_000


@pytest.mark.parametrize("call", ["fsync", "rename", "open"])
def test_a_broken_disk_is_said_in_one_way(store, monkeypatch, call):
    store.keep([b"warm"])

    def broken(*_args, **_more):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, call, broken)
    with pytest.raises(CannotKeep):
        store.keep([b"never there"])
    monkeypatch.undo()
    assert len(on_disk(store)) == 1 or call == "open"


def test_a_broken_connection_is_not_called_a_broken_disk(store):
    def content():
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        store.keep(content())
    assert on_disk(store) == []


@pytest.mark.parametrize("packed", [False, True])
def test_a_changed_byte_is_noticed_before_the_last_piece_is_given_out(store, packed):
    kept = store.keep([os.urandom(3_000_000)], packed=packed)
    path = store.path(kept.digest, packed=packed)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    got = 0
    with pytest.raises(Unreadable):
        for piece in store.read(kept.digest):
            got += len(piece)
    assert got < kept.size
    path.unlink()
    with pytest.raises(Unreadable):
        store.whole(kept.digest)


def test_a_hundred_megabytes_pass_in_little_memory(store):
    tracemalloc.start()
    kept = store.keep(os.urandom(65536) for _n in range(1600))
    assert sum(len(piece) for piece in store.read(kept.digest)) == kept.size
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8_000_000


def test_many_at_once_keep_the_same_content(store):
    threads = [threading.Thread(target=store.keep, args=([b"shared", os.urandom(0)],)) for _n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(on_disk(store)) == 1


@pytest.fixture
def letters(db, monkeypatch):
    class Letter(models.Model):  # noqa: DJ008
        digest = models.BinaryField(max_length=32)

        class Meta:
            app_label = "plumbing"

    with connection.schema_editor() as editor:
        editor.create_model(Letter)
    monkeypatch.setattr(sweeping, "_naming", [])
    sweeping.named_by(Letter, "digest")
    yield Letter
    del Letter._meta.apps.all_models["plumbing"]["letter"]


def test_a_sweep_deletes_what_no_row_names_after_a_day(store, letters):
    named, orphan = store.keep([b"named"], packed=True), store.keep([b"orphan"])
    letters.objects.create(digest=named.digest)
    (store.folder / "drafts" / "left by a crash").write_bytes(b"half")
    now = datetime.now(UTC)
    assert sweep(store, at=now) == 0
    assert store.whole(orphan.digest) == b"orphan"
    assert sweep(store, at=now + TOMORROW) == 1
    assert store.whole(named.digest) == b"named" and len(on_disk(store)) == 1


def test_keeping_an_old_orphan_again_spares_it(store, letters):
    orphan = store.keep([b"back again"])
    os.utime(store.path(orphan.digest), (0, 0))
    store.keep([b"back again"])
    assert sweep(store, at=datetime.now(UTC)) == 0


def test_a_sweep_refuses_to_run_when_nobody_named_files(store, monkeypatch):
    monkeypatch.setattr(sweeping, "_naming", [])
    with pytest.raises(RuntimeError):
        sweep(store, at=datetime.now(UTC))
