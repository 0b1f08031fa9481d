"""A backup made while the desk works comes back whole, or is refused by name."""

import io
import json
import threading
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime

import pytest
from django.db import connection, connections

from conftest import use_database
from sira.channels.email.models import BrokenMail
from sira.channels.email.taking import take
from sira.config.backing import bringing, making, manifest
from sira.config.backing.manifest import Refused
from sira.intake.models import Received
from sira.plumbing import schema, testserver
from sira.plumbing.desk_files import desk_files
from sira.plumbing.postgres_server import ACCOUNT
from sira.tickets.models import Message, MessageFile, Ticket
from sira.tickets.tests.cast import Desk

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
FILE = b"--a\r\nContent-Type: text/csv; name=%d.csv\r\n\r\n%s\r\n"


def a_mail(number):
    head = b"From: jane%d@client.test\r\nSubject: Number %d\r\nMessage-ID: <%d@x>\r\n" % (number, number, number)
    body = b'Content-Type: multipart/mixed; boundary="a"\r\n\r\n--a\r\n\r\nHello %d\r\n' % number
    return head + body + FILE % (number, b"a,b,%d" % number) + b"--a--\r\n"


@pytest.fixture
def desk(committing, tmp_path, monkeypatch):
    monkeypatch.setattr(desk_files(), "folder", tmp_path / "files")
    with connection.cursor() as cursor:
        cursor.execute(f"COMMENT ON TABLE django_migrations IS '{schema.digest()}'")
    desk = Desk()
    for number in range(5):
        take(a_mail(number), at=AT)
    return desk


@pytest.fixture
def backup(desk, tmp_path):
    folder = tmp_path / "backup"
    assert making.back_up(folder)[1] == []
    return folder


@contextmanager
def an_empty_machine(tmp_path, monkeypatch):
    before = connection.settings_dict["NAME"]
    name = f"{before}_empty"
    testserver.recreate(name, "template0")
    monkeypatch.setattr(desk_files(), "folder", tmp_path / "other" / "files")
    use_database(name)
    try:
        yield
    finally:
        use_database(before)


def told():
    return (
        list(Ticket.objects.order_by("pk").values_list("number", "subject", "requester__email", "stage")),
        list(Message.objects.order_by("pk").values_list("text", "author__email")),
        {desk_files().whole(bytes(digest)) for digest in MessageFile.objects.values_list("digest", flat=True)},
        {desk_files().whole(bytes(raw)) for raw in Received.objects.values_list("raw", flat=True)},
    )


def test_all_of_it_comes_back_and_the_desk_goes_on(backup, tmp_path, monkeypatch, settings):
    before, settings.BRINGS_DATABASE = told(), True
    with an_empty_machine(tmp_path, monkeypatch):
        assert bringing.bring_back(backup).tickets == 5
        with connection.cursor() as cursor:  # that of web and worker, which may be started before the next migration
            cursor.execute("SELECT has_table_privilege(%s, 'tickets_ticket', 'UPDATE')", [ACCOUNT])
            assert cursor.fetchone() == (True,)
        assert told() == before
        assert take(a_mail(3), at=AT).repeated
        assert take(a_mail(9), at=AT).ticket.number not in [number for number, *_rest in before[0]]


def test_it_is_of_one_instant_while_mail_comes_in(desk, tmp_path, monkeypatch):
    stop, taken = threading.Event(), []

    def bring():
        while not stop.is_set():
            taken.append(take(a_mail(100 + len(taken)), at=AT))
        connections.close_all()

    bringer = threading.Thread(target=bring)
    bringer.start()
    try:
        made, amiss = making.back_up(tmp_path / "backup")
    finally:
        stop.set()
        bringer.join()
    assert amiss == [] and len(taken) > 1
    with an_empty_machine(tmp_path, monkeypatch):
        bringing.bring_back(tmp_path / "backup")
        assert Ticket.objects.count() == Received.objects.count() == made.tickets
        assert len(told()[3]) == made.tickets


def test_the_key_is_not_in_it_and_another_key_is_told(backup, tmp_path, monkeypatch, settings):
    key = settings.SECRET_KEY.encode()
    assert not [path for path in backup.rglob("*") if path.is_file() and key in path.read_bytes()]
    settings.SECRET_KEY = "another key that is long enough to be one"
    with an_empty_machine(tmp_path, monkeypatch), redirect_stdout(io.StringIO()) as said:
        bringing.main(backup)
    assert "secret.key" in said.getvalue()


def files_of(backup):
    return sorted(path for path in backup.rglob("*") if path.is_file())


def test_every_flipped_byte_and_every_missing_file_is_refused_by_name(backup):
    whole = manifest.read(backup)
    for path in files_of(backup):
        content = path.read_bytes()
        if content:
            damaged = bytearray(content)
            damaged[len(content) // 2] ^= 1
            path.write_bytes(damaged)
            with pytest.raises(Refused, match=path.name):
                manifest.check(backup, manifest.read(backup))
        path.unlink()
        with pytest.raises(Refused, match=path.name):
            manifest.check(backup, manifest.read(backup))
        path.write_bytes(content)
    (backup / "database" / "9999.dat").write_bytes(b"from somewhere else")
    with pytest.raises(Refused, match=r"9999\.dat does not belong"):
        manifest.check(backup, manifest.read(backup))
    (backup / "database" / "9999.dat").unlink()
    manifest.check(backup, whole)


def test_a_damaged_backup_changes_nothing(backup, tmp_path, monkeypatch):
    (backup / "FILES").write_text("")
    with an_empty_machine(tmp_path, monkeypatch):
        with pytest.raises(Refused, match="FILES was changed"):
            bringing.bring_back(backup)
        assert connection.introspection.table_names() == []
        assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("field", ["version", "schema"])
def test_a_backup_of_another_version_is_refused_by_name(backup, field):
    found = json.loads((backup / "MANIFEST.json").read_text())["is"]
    (backup / "MANIFEST.json").write_text(manifest.Manifest(**found | {field: "0.0.1"}).written())
    with pytest.raises(Refused, match=r"0\.0\.1"):
        manifest.read(backup)


def test_a_desk_with_something_in_it_is_not_overwritten(backup):
    with pytest.raises(Refused, match="is not empty"):
        bringing.bring_back(backup)


def test_what_is_lost_in_the_desk_itself_is_named_and_the_rest_is_kept(desk, tmp_path):
    lost, damaged = [bytes(one) for one in MessageFile.objects.order_by("pk").values_list("digest", flat=True)[:2]]
    desk_files().path(lost).unlink()
    desk_files().path(damaged).write_bytes(b"a,b,X")
    made, amiss = making.back_up(tmp_path / "backup")
    assert sorted(amiss) == sorted([f"file {lost.hex()} is missing.", f"file {damaged.hex()} is damaged."])
    assert made.files == 8
    manifest.check(tmp_path / "backup", manifest.read(tmp_path / "backup"))
    with pytest.raises(Refused, match="not empty"):
        making.back_up(tmp_path / "backup")


def test_a_mail_that_could_not_be_read_is_in_it(desk, tmp_path):
    raw = desk_files().keep([b"unread"]).digest
    BrokenMail.objects.create(raw=raw, tries=3, came_at=AT, tried_at=AT)
    making.back_up(tmp_path / "backup")
    assert raw in [digest for digest, *_rest in manifest.listed(tmp_path / "backup")]
