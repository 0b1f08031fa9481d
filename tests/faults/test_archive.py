"""The archive that a running desk keeps brings it back elsewhere, with what came in up to the last seconds."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import connection

from sira.config import supervisor
from sira.config.backing import bases, following, layout, manifest, slot
from sira.config.backing.copying import Copies
from sira.config.backing.manifest import Refused
from sira.plumbing import archive_state, embedded, health, postgres_place
from tests.platform.desk import Desk, environment, migrated, throw_away, wait_until

MAIL = "From: jane@client.test\nSubject: {0}\nMessage-ID: <{0}@client.test>\n{1}\n"
FILED = """MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b

Hello
--b
Content-Type: text/csv; name={0}.csv

{0},1
--b--"""


def sira(home, *arguments, text="", **more):
    call = [sys.executable, "-m", "sira.config.cli", *arguments]
    return subprocess.run(call, input=text, env=environment(home, **more), capture_output=True, text=True, cwd="/")


def bring(home, name):
    """As a mail server does: 75 asks it to try again, for as long as the listener is not there yet."""
    mail = MAIL.format(name, FILED.format(name))
    wait_until(lambda: sira(home, "deliver", text=mail).returncode == 0)


def until_reached(archive, at):
    def is_there():
        try:
            return datetime.fromisoformat(layout.read(archive)[1].at) > at
        except Refused:
            return False

    wait_until(is_there)


def kill_the_machine(desk):
    """All of it at once: nobody says goodbye."""
    for pid in (desk.process.pid, *desk.children(), desk.database()):
        if pid:
            os.kill(pid, signal.SIGKILL)
    desk.process.wait()


@pytest.fixture(scope="module")
def killed(tmp_path_factory, django_db_setup):
    """The archive of a desk that was killed; the subjects of its mails, and when the last was acknowledged."""
    folder = tmp_path_factory.mktemp("machine")
    home, archive = folder / "var", folder / "archive"
    desk = Desk(migrated(home), "--empty", SIRA_ARCHIVE=str(archive))
    try:
        wait_until(lambda: desk.answers("/readyz"))
        bring(home, "first")
        until_reached(archive, datetime.now(UTC))
        assert json.loads(desk.get("/readyz").read())["archive_behind_seconds"] < 60
        for number in range(5):
            bring(home, f"later{number}")
        last = datetime.now(UTC)
        until_reached(archive, last)
    finally:
        kill_the_machine(desk)
    yield archive, ["first", *(f"later{number}" for number in range(5))], last
    throw_away(home)


@pytest.fixture
def copy(killed, tmp_path):
    shutil.copytree(killed[0], tmp_path / "copy")
    return tmp_path / "copy"


def goes_on(home):
    desk = Desk(home, "--empty")
    try:
        wait_until(lambda: desk.answers("/readyz"))
        bring(home, "after")
    finally:
        desk.end()


def test_a_killed_machine_comes_back_elsewhere_with_all_that_was_there_seconds_before(killed, tmp_path, request):
    archive, subjects, last = killed
    assert not [path for path in archive.rglob("*") if path.stat().st_mode & 0o077], "it holds all mails of the desk"
    home = tmp_path / ("elsewhere" * 10)  # too long a path for a socket
    try:
        done = sira(home, "restore", str(archive))
        assert done.returncode == 0, done.stderr
        assert "6 tickets are back" in done.stdout and "secret.key" in done.stdout
        assert datetime.fromisoformat(layout.read(archive)[1].at) > last - timedelta(seconds=60)
        with embedded.running(home) as url, psycopg.connect(url) as database:
            found = database.execute("SELECT array_agg(subject ORDER BY subject) FROM tickets_ticket").fetchone()[0]
            assert found == subjects
        if request.config.getoption("--faults"):
            goes_on(home)
        again = sira(home, "restore", str(archive))
        assert again.returncode == 1 and "has a database already" in again.stderr
    finally:
        throw_away(home)


def test_what_a_recovery_has_left_that_failed_gives_way_to_the_next(killed, tmp_path):
    archive, _subjects, _last = killed
    home = tmp_path / "var"
    home.mkdir()
    place = postgres_place.under(home)
    place.data.mkdir(parents=True)
    (place.data / "recovery.signal").touch()
    try:
        done = sira(home, "restore", str(archive))
        assert done.returncode == 0, done.stderr
        assert "6 tickets are back" in done.stdout and not (place.data / "recovery.signal").exists()
    finally:
        throw_away(home)


def test_nothing_is_made_where_an_archive_cannot_be_brought_back(copy, tmp_path):
    home = tmp_path / "var"
    done = sira(home, "restore", str(copy), DATABASE_URL="postgresql://desk@db.test/desk")
    assert done.returncode == 1 and "unset DATABASE_URL" in done.stderr
    assert not home.exists()


def test_every_flipped_byte_and_every_missing_file_is_refused_by_name(copy):
    found, reached = layout.read(copy)
    layout.check(copy, found, reached)
    needed = [copy / found.tar, copy / "ARCHIVE.json", copy / found.chain / "REACHED.json"]
    needed += [path for path in (copy / "files").rglob("*") if path.is_file() and path.name != "lock"]
    assert len(needed) > 10
    for path in needed:
        content = path.read_bytes()
        for damaged in (content[: len(content) // 2] + bytes([content[len(content) // 2] ^ 1]), None):
            path.unlink()
            if damaged:
                path.write_bytes(damaged + content[len(content) // 2 + 1 :])
            elif path.name == "ARCHIVE.json":
                assert not layout.is_archive(copy)
            with pytest.raises(Refused, match=path.name):
                layout.check(copy, *layout.read(copy))
        path.write_bytes(content)


def flip(path, at):
    with path.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 1]))


def test_a_flipped_byte_or_a_gap_in_the_log_is_refused_by_name(copy):
    found, reached = layout.read(copy)
    names = layout.segments(copy / found.wal)
    last = layout.position(reached.lsn) - 16  # within the last record
    partial = layout.segment_of(found.timeline, f"{last >> 32:X}/{last & 0xFFFFFFFF:X}")
    whole = [name for name, path in names.items() if path.name == name]
    assert whole and names[partial].name == f"{partial}.partial"
    places = [(name, at) for name in whole for at in range(0, layout.SEGMENT_BYTES, 5_000_011)]
    for name, at in [*places, (partial, last % layout.SEGMENT_BYTES)]:
        flip(names[name], at)
        with pytest.raises(Refused, match=name):
            layout.check(copy, found, reached)
        flip(names[name], at)
    layout.check(copy, found, reached)
    for name in (*whole, partial):
        content = names[name].read_bytes()
        names[name].unlink()
        with pytest.raises(Refused, match=name):
            layout.check(copy, found, reached)
        names[name].write_bytes(content)


@pytest.mark.parametrize("field", ["version", "schema", "postgres"])
def test_an_archive_of_another_version_is_refused_by_name(copy, field):
    told = manifest.told(copy / "ARCHIVE.json")
    (copy / "ARCHIVE.json").write_text(manifest.with_digest(told | {field: 3 if field == "postgres" else "0.0.1"}))
    with pytest.raises(Refused, match="3" if field == "postgres" else r"0\.0\.1"):
        layout.read(copy)


def test_an_archive_in_the_data_folder_or_of_a_database_of_one_s_own_is_refused(tmp_path):
    home = tmp_path / "var"
    inside = sira(home, "routes", SIRA_ARCHIVE=str(home / "archive"))
    assert inside.returncode == 1 and inside.stderr.startswith("SIRA_ARCHIVE: lies in the data folder")
    other = sira(home, "routes", SIRA_ARCHIVE=str(tmp_path / "a"), DATABASE_URL="postgresql://desk@db.test/desk")
    assert other.returncode == 1 and other.stderr.startswith("SIRA_ARCHIVE: is for the database that Sira brings")


@pytest.mark.parametrize(
    ("ago", "trouble", "used", "says"),
    [
        (10, "", 20, ""),
        (61, "", 20, "61 seconds behind"),
        (400, "No space left on device", 100, "400 seconds behind: No space left on device"),
        (10, "", 85, "is 85 % full"),
        (None, "", 20, "cannot bring the desk back yet"),
    ],
)
def test_an_archive_that_stops_or_fills_its_disk_is_told(settings, tmp_path, monkeypatch, ago, trouble, used, says):
    settings.SIRA_HOME, settings.SIRA_ARCHIVE = tmp_path, tmp_path / "archive"
    monkeypatch.setattr(health, "disk", lambda: {"disk_used_percent": 1, "warnings": []})
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: shutil._ntuple_diskusage(100, used, 100 - used))
    at = "" if ago is None else (datetime.now(UTC) - timedelta(seconds=ago)).isoformat()
    archive_state.write(at, trouble, settings.SIRA_ARCHIVE)
    warnings = health.room()["warnings"]
    assert says in " ".join(warnings) and bool(warnings) == bool(says)


@pytest.fixture
def archiver(committing, settings, tmp_path):
    settings.SIRA_HOME, settings.SIRA_ARCHIVE = tmp_path, tmp_path / "archive"
    archiver = following.Archiver(settings.SIRA_ARCHIVE, tmp_path / "log" / "archive.log")
    yield archiver
    archiver.end()
    slot.let_go()


def an_archive_in(folder, **more):
    system, timeline = bases.whose()
    words = dict.fromkeys(("version", "schema", "key", "chain", "base", "digest"), "") | {"begin": "0/1000028"}
    numbers = {"format": 1, "postgres": 18, "system": system, "timeline": timeline}
    folder.mkdir()
    (folder / "ARCHIVE.json").write_text(manifest.with_digest(words | numbers | more))


@pytest.mark.parametrize("theirs", [{"system": "1"}, {"timeline": 7}])
def test_the_folder_of_another_desk_or_of_its_restored_copy_is_left_alone(archiver, theirs):
    an_archive_in(archiver.folder, **theirs)
    assert not archiver.round()
    assert "another desk's archive" in " ".join(archive_state.told()["warnings"])
    assert [path.name for path in archiver.folder.iterdir()] == ["ARCHIVE.json"]


def test_a_folder_that_cannot_be_written_is_told_and_ends_nothing(archiver):
    archiver.folder.write_text("not a folder")
    assert not archiver.round()
    assert "cannot bring the desk back yet: " in archive_state.told()["warnings"][0]


def test_a_folder_that_was_left_for_another_begins_anew_where_the_log_between_is_gone(archiver):
    an_archive_in(archiver.folder, chain="20261120-101500")
    wal = archiver.folder / "20261120-101500" / "wal"
    wal.mkdir(parents=True)
    (wal / "000000010000000000000001").touch()
    (wal.parent / "REACHED.json").write_text(
        manifest.with_digest({"lsn": "0/2000000", "at": "2026-11-20T10:15:00+00:00"})
    )
    with connection.cursor() as server:
        for _piece in range(3):  # a young server may still be within the pieces that the folder has
            server.execute("SELECT pg_logical_emit_message(false, 'test', 'more')")
            server.execute("SELECT pg_switch_wal()")
        server.execute("CHECKPOINT")  # a slot begins there
    slot.begin()  # as the other folder had it
    archiver.round()
    assert archiver.chain.name != "20261120-101500" and wal.exists()


def test_a_backup_is_never_taken_for_a_folder_to_keep_an_archive_in(archiver):
    archiver.folder.mkdir()
    (archiver.folder / "MANIFEST.json").touch()
    archiver.round()
    assert "It is a backup" in archive_state.told()["warnings"][0]
    assert [path.name for path in archiver.folder.iterdir()] == ["MANIFEST.json"]


def test_where_the_disk_of_the_archive_is_not_there_none_is_begun_in_its_place(archiver):
    archive_state.note_begun(archiver.folder)
    archiver.round()
    assert "Is its disk there?" in archive_state.told()["warnings"][0]
    assert not list(archiver.folder.iterdir()) and not slot.keeps_its_place(2**63 - 1)


def a_base(archiver, ends):
    """One whose program has ended so, and said nothing."""
    archiver.round()
    supervisor.stop([archiver.base.child])
    child, log = supervisor.Child("base", lambda: sys.exit(ends)), archiver.log.with_name("base.log")
    log.touch()
    supervisor.start(child)
    time.sleep(0.3)
    return bases.Base(archiver.chain / "base-20261122-101501", child, log)


def test_that_no_new_base_can_be_made_is_told_until_one_is(archiver):
    archiver.base = a_base(archiver, ends=1)
    for _round in range(2):
        archiver.round()
        assert "No new base could be made" in archive_state.told()["warnings"][0]


def test_a_base_is_whole_with_the_log_up_to_its_end_not_to_when_its_round_began(archiver):
    class Slow(Copies):
        def copy_new(self):
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_logical_emit_message(false, 'of a test', repeat('x', 9000), true)")
            self.until = bases.written()

    archiver.base, archiver.copies = a_base(archiver, ends=0), Slow(archiver.copies.store, archiver.folder)
    archiver.round()
    assert layout.position(archiver.base.end) >= layout.position(archiver.copies.until)


def test_where_none_is_kept_nothing_is_said_of_it(settings):
    settings.SIRA_ARCHIVE = None
    assert "archive_behind_seconds" not in health.room()


def test_a_base_is_made_each_day_and_after_an_upgrade(copy):
    found, _reached = layout.read(copy)
    made = datetime.strptime(found.base, bases.STAMP).replace(tzinfo=UTC)
    chain, day = copy / found.chain, timedelta(days=1)
    assert not bases.is_due(found, chain, at=made + timedelta(hours=23), every=day)
    assert bases.is_due(found, chain, at=made + timedelta(hours=25), every=day)
    assert bases.is_due(found, copy / "another", at=made, every=day)
    old = layout.Archive(**vars(found) | {"schema": "old"})
    assert bases.is_due(old, chain, at=made, every=day)
