"""The disk is full or broken at any one write: nothing is acknowledged, no half file is left, the next try works."""

import errno
import os
from contextlib import contextmanager

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from sira.api import tokens
from sira.channels.email import listening
from sira.plumbing.desk_files import desk_files
from sira.plumbing.sweeping import all_files
from sira.tickets.models import Message, MessageFile, Ticket
from sira.tickets.tests.cast import Desk
from tests.faults import points

SLICE = 3  # points of each way in an ordinary run
LARGE = b"x" * 300_000  # goes to the disk while it comes


@pytest.fixture
def desk(committing, tmp_path, monkeypatch):
    monkeypatch.setattr(desk_files(), "folder", tmp_path / "files")
    desk = Desk()
    desk.asked = desk.ticket()
    desk.secret = tokens.make("test", person=desk.jonas, at=timezone.now())[1]
    desk.hers = Client(raise_request_exception=False)
    desk.hers.force_login(desk.asked.requester)
    return desk


def by_mail(desk, mark):
    head = (
        f"From: {mark}@client.test\r\nSubject: {mark}\r\nMessage-ID: <{mark}@x>\r\nContent-Type: text/csv; name=a\r\n"
    )
    raw = f"{head}\r\n{mark}".encode() + LARGE + b"\r\n"
    return listening.taken(raw, f"{mark}@client.test", ("it@desk.test",)).startswith("250")


def by_api(desk, mark):
    headers = {"Authorization": f"Bearer {desk.secret}", "Idempotency-Key": mark}
    body = {"type": "incident", "subject": mark, "text": "Hello", "requester": f"{mark}@client.test"}
    client = Client(headers=headers, raise_request_exception=False)
    return client.post("/api/v1/tickets", body, "application/json").status_code < 300


def by_upload(desk, mark):
    client = Client(headers={"Authorization": f"Bearer {desk.secret}"}, raise_request_exception=False)
    file = SimpleUploadedFile("a.csv", mark.encode() + LARGE)
    return client.post("/api/v1/attachments", {"file": file}).status_code < 300


def by_portal(desk, mark):
    posted = {"text": mark, "token": mark, "files": SimpleUploadedFile("a.csv", mark.encode() + LARGE)}
    return desk.hers.post(f"/portal/requests/{desk.asked.number}/answer/", posted).status_code < 400


def is_there(desk, mark):
    """How often it is in the desk; each file that a row names is whole, and so is each that has a name at all."""
    for digest in MessageFile.objects.values_list("digest", flat=True):
        desk_files().whole(bytes(digest))
    for digest, _entry in all_files(desk_files().folder):
        desk_files().whole(digest)
    return Ticket.objects.filter(subject=mark).count() + Message.objects.filter(text=mark, ticket=desk.asked).count()


def is_kept(desk, mark):
    is_there(desk, mark)
    return any(
        desk_files().whole(digest).startswith(mark.encode() + b"x") for digest, _ in all_files(desk_files().folder)
    )


WAYS = {"mail": (by_mail, is_there), "upload": (by_upload, is_kept), "portal": (by_portal, is_there)}
FULL, BROKEN = "53100", "58030"  # disk_full, io_error


@pytest.fixture
def whole(request):
    return request.config.getoption("--faults")


def tried(count, whole):
    return range(count) if whole else sorted({round(number * count / SLICE) for number in range(SLICE)})


@pytest.mark.parametrize(
    ("way", "error"), [("mail", "ENOSPC"), ("mail", "EIO"), ("upload", "EIO"), ("portal", "ENOSPC")]
)
def test_a_write_of_a_file_fails(desk, tmp_path, whole, way, error):
    bring, holds = WAYS[way]

    def twice(mark, at):
        """Whether it was acknowledged while the disk failed once, whether it was kept, and whether the same process
        takes it when the disk works again."""
        reading, writing = os.pipe()

        def scene(watched):
            watched.counts = True
            first = bring(desk, mark)
            watched.counts = False
            kept = bool(holds(desk, mark))
            os.write(writing, bytes([first, kept, bring(desk, mark)]))

        fails = OSError(getattr(errno, error), os.strerror(getattr(errno, error)))
        with points.fork(scene, at=at, folder=tmp_path / "files", log=tmp_path / "passed", fails=fails) as pid:
            os.close(writing)
            assert points.how_it_ended(pid) == 0
            said = os.read(reading, 3)
            os.close(reading)
        return [bool(one) for one in said]

    assert twice("first", points.NEVER) == [True, True, True]
    passed = (tmp_path / "passed").read_text().splitlines()
    assert len(passed) > 5, passed
    for at in tried(len(passed), whole):
        mark = f"point{at}"
        acknowledged, kept, taken_again = twice(mark, at)
        assert kept or not acknowledged, f"lost: {at}, {passed[at]}"
        assert taken_again, f"not taken again: {at}, {passed[at]}"
        assert holds(desk, mark) == 1, f"not once: {at}, {passed[at]}"


FAILING = """
    CREATE SEQUENCE writes_so_far;
    CREATE TABLE fails_at (at bigint);
    INSERT INTO fails_at VALUES (0);
    CREATE FUNCTION fail_at_last() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF nextval('writes_so_far') = (SELECT at FROM fails_at) THEN
            RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '{code}';
        END IF;
        RETURN NULL;
    END $$;
    DO $$ DECLARE one text; BEGIN
        FOR one IN SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'fails_at'
        LOOP EXECUTE 'CREATE TRIGGER fails BEFORE INSERT OR UPDATE OR DELETE ON ' || one
            || ' FOR EACH STATEMENT EXECUTE FUNCTION fail_at_last()'; END LOOP;
    END $$;
"""


@contextmanager
def failing_at(number):
    """The database refuses one write, counted from now.  Gives how many there have been."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE fails_at SET at = %s", [number])
        cursor.execute("SELECT setval('writes_so_far', 1, false)")
    yield lambda: _asked("SELECT last_value - (NOT is_called)::int FROM writes_so_far")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE fails_at SET at = 0")


def _asked(query):
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


@pytest.mark.parametrize(("way", "code"), [(by_mail, FULL), (by_api, BROKEN), (by_portal, FULL)])
def test_a_write_of_the_database_fails(desk, whole, way, code):
    with connection.cursor() as cursor:
        cursor.execute(FAILING.format(code=code))
    with failing_at(0) as so_far:
        assert way(desk, "first")
        count = so_far()
    assert count > 3
    for at in tried(count, whole):
        mark = f"write{at}"
        with failing_at(at + 1):
            acknowledged = way(desk, mark)
        assert acknowledged == is_there(desk, mark), f"{at} of {count}"
        assert way(desk, mark), f"not taken again: {at} of {count}"
        assert is_there(desk, mark) == 1, f"not once: {at} of {count}"
    connections.close_all()
