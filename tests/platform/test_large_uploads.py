"""A file of a hundred megabytes passes through by portal and API without ever lying in memory."""

import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.test import Client
from django.utils import timezone

from sira.api import tokens
from sira.config import gateway
from sira.plumbing.desk_files import desk_files
from sira.plumbing.limits import LARGEST
from sira.tickets.models import MessageFile
from sira.tickets.tests.cast import Desk

SIZE, MOST = 100_000_000, 64 * 2**20
PIECE = 1_000_000
SECRET = "a" * 32  # of the form, as cookie and as field


@pytest.fixture
def desk(db, settings, tmp_path):
    settings.SIRA_FILES = tmp_path / "files"
    desk_files.cache_clear()
    yield Desk()
    desk_files.cache_clear()


def body_of(file: Path, name: str, **fields: str) -> Path:
    """A form with the fields and a large file, as a browser sends it."""
    with file.open("wb") as body:
        for field, value in fields.items():
            body.write(f'--line\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode())
        body.write(f'--line\r\nContent-Disposition: form-data; name="{name}"; filename="film.mp4"\r\n\r\n'.encode())
        for _piece in range(SIZE // PIECE):
            body.write(bytes(PIECE))
        body.write(b"\r\n--line--\r\n")
    return file


def sent(path: str, body: Path, **headers: str) -> tuple[int, int]:
    """The status of the answer, and how many bytes were held meanwhile."""
    handler = WSGIHandler()
    with body.open("rb") as given:
        environ: dict[str, Any] = gateway.FIXED | {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "8000",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": given,
            "CONTENT_TYPE": "multipart/form-data; boundary=line",
            "CONTENT_LENGTH": str(body.stat().st_size),
            **headers,
        }
        tracemalloc.start()
        try:
            answer = handler.get_response(WSGIRequest(environ))  # called whole, it would close the test's connection
            return answer.status_code, tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


def test_by_portal(desk, tmp_path, client: Client):
    ticket = desk.ticket(requester=desk.tom)
    client.force_login(desk.tom)
    cookies = f"sessionid={client.cookies['sessionid'].value}; csrftoken={SECRET}"
    body = body_of(tmp_path / "body", "files", csrfmiddlewaretoken=SECRET, text="The film", token="1")
    status, held = sent(f"/portal/requests/{ticket.number}/answer/", body, HTTP_COOKIE=cookies)
    assert status == 302
    assert MessageFile.objects.get().size == SIZE
    assert held < MOST


def test_by_api(desk, tmp_path):
    _row, token = tokens.make("films", person=desk.jonas, at=timezone.now())
    body = body_of(tmp_path / "body", "file")
    status, held = sent("/api/v1/attachments", body, HTTP_AUTHORIZATION=f"Bearer {token}")
    assert status == 201
    assert held < MOST


def test_what_a_request_may_hold_a_file_may_be():
    assert gateway.BODY_LIMIT == LARGEST >= SIZE
