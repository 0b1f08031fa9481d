"""Pictures inside a mail are shown from the mail itself, and nothing else is."""

import base64
import io

import pytest
from PIL import Image

from sira.channels.email import taking
from sira.plumbing import pictures as painting
from sira.plumbing.files import Files
from sira.tickets import pictures
from sira.tickets.tests.cast import Desk, monday

HIDDEN = b"<script>alert(1)</script>"


def a_picture(kind: str = "PNG") -> bytes:
    """Two by two points, and behind them what no browser shall see."""
    target = io.BytesIO()
    Image.new("RGB", (2, 2), "red").save(target, kind, **({"comment": HIDDEN} if kind == "JPEG" else {}))
    return target.getvalue() + HIDDEN


PNG = a_picture()
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"


@pytest.fixture
def desk(db, tmp_path, monkeypatch):
    store = Files(tmp_path)
    monkeypatch.setattr(taking, "desk_files", lambda: store)
    monkeypatch.setattr(pictures, "desk_files", lambda: store)
    return Desk()


def a_mail(html, *parts):
    head = "From: tom@desk.example\r\nSubject: x\r\nContent-Type: multipart/related; boundary=b\r\n\r\n"
    body = f"--b\r\nContent-Type: text/html\r\n\r\n{html}\r\n"
    for name, kind, content in parts:
        body += (
            f"--b\r\nContent-Type: {kind}\r\nContent-ID: <{name}>\r\nContent-Disposition: inline; filename={name}\r\n"
        )
        body += f"Content-Transfer-Encoding: base64\r\n\r\n{base64.b64encode(content).decode()}\r\n"
    return (head + body + "--b--\r\n").encode()


def shown(html, *parts):
    return pictures.with_pictures(taking.take(a_mail(html, *parts), at=monday(9)).message)


def test_a_picture_of_the_mail_is_shown(desk):
    html = shown('<p>See <img alt="it" src="cid:one@x"></p>', ("one@x", "image/png", PNG))
    assert painted(html).startswith(b"\x89PNG\r\n")


def painted(html: str) -> bytes:
    return base64.b64decode(html.partition("base64,")[2].partition('"')[0])


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_only_its_points_are_kept(desk, kind):
    html = shown('<img src="cid:one@x">', ("one@x", f"image/{kind.lower()}", a_picture(kind)))
    assert painted(html) and HIDDEN not in painted(html)
    with Image.open(io.BytesIO(painted(html))) as picture:
        assert picture.size == (2, 2)


def test_a_picture_of_too_many_points_is_not_opened(desk, monkeypatch):
    monkeypatch.setattr(painting, "MOST_POINTS", 3)
    assert "data:" not in shown('<img src="cid:one@x">', ("one@x", "image/png", PNG))


@pytest.mark.parametrize("kind", ["image/svg+xml", "image/png", "text/html"])
def test_what_only_says_that_it_is_a_picture_is_not(desk, kind):
    assert "data:" not in shown('<img src="cid:one@x">', ("one@x", kind, SVG))


def test_nothing_is_loaded_from_elsewhere(desk):
    html = shown('<img src="https://spy.example/x.png"><img src="cid:other@x">', ("one@x", "image/png", PNG))
    assert "spy.example" not in html
    assert "data:" not in html


def test_a_large_picture_stays_an_attachment(desk):
    large = PNG + b"\0" * pictures.LARGEST_IN_FRAME
    assert "data:" not in shown('<img src="cid:one@x">', ("one@x", "image/png", large))
