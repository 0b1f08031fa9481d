"""A mail that would run, load and tell: it is shown, and does none of it."""

import http.server
import subprocess
import threading
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.platform.desk import ROOT, environment

MAIL = """\
From: Mallory <mallory@elsewhere.example>
To: help@desk.example
Subject: Please look at this picture
Message-ID: <hostile@elsewhere.example>
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<html><head><meta http-equiv="refresh" content="0;url=TRAP/refresh"><link rel="stylesheet" href="TRAP/style.css">
<style>@import url(TRAP/import.css); body {{ background: url(TRAP/background.png) }}</style>
<script>top.document.title = "taken"; fetch("TRAP/script")</script></head>
<body onload="top.document.title = 'taken'"><p>The words of the mail</p>
<img src="TRAP/pixel.png" onerror="top.document.title = 'taken'" srcset="TRAP/large.png 2x">
<svg onload="top.document.title = 'taken'"><image href="TRAP/svg.png"/></svg>
<iframe src="TRAP/frame"></iframe><object data="TRAP/object"></object>
<video src="TRAP/video" poster="TRAP/poster"></video>
<a href="javascript:top.document.title = 'taken'">press me</a>
<form action="TRAP/form"><input name="password"><button>Sign in again</button></form></body></html>
"""


@pytest.fixture
def trap():
    """A server that remembers who came."""
    came = []

    class Remembers(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            came.append(self.path)
            self.send_response(204)
            self.end_headers()

        do_POST = do_GET

        def log_message(self, *_words):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Remembers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", came
    server.shutdown()


def test_a_hostile_mail_is_shown_runs_nothing_and_loads_nothing(desk, visitor, trap):
    address, came = trap
    raw = MAIL.format().replace("TRAP", address).replace("\n", "\r\n").encode()
    done = subprocess.run([ROOT / "bin/sira", "deliver"], input=raw, env=environment(desk.home), capture_output=True)
    assert done.returncode == 0, done.stderr
    asked = "from sira.tickets.models import Ticket; print(Ticket.objects.latest('pk').number)"
    number = desk.django(asked).strip()

    ayse = visitor().sign_in("ayse")
    loaded = []
    ayse.page.on("request", lambda request: loaded.append(request.url))
    page = ayse.go(f"/tickets/{number}/")
    expect(page.locator("article.message").first).to_contain_text("The words of the mail")
    page.locator("details.as-it-came summary").click()
    frame = page.frame_locator("iframe.mail-frame")
    expect(frame.locator("body")).to_contain_text("The words of the mail")
    for link in frame.locator("a").all():
        link.click()
    page.wait_for_timeout(500)

    assert page.locator("iframe.mail-frame").get_attribute("sandbox") in ("", "allow-popups")
    assert number in page.title()
    assert came == []
    desk_host = urlsplit(page.url).netloc
    assert {urlsplit(url).netloc for url in loaded if url.startswith("http")} == {desk_host}
    assert frame.locator("script, form, iframe, object, video, [onerror], [onload]").count() == 0
