"""Mailboxes that are signed in to by OAuth2, on a real Dovecot that asks a small server whether tokens are good."""

import io
import json
import logging
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from sira.channels.email import connecting, granting, mailboxes
from sira.channels.email.connecting import Trouble
from sira.channels.email.granting import Grant
from sira.channels.email.models import Mailbox
from sira.plumbing.desk_secrets import desk_secrets
from sira.plumbing.sealing import unseal

pytestmark = pytest.mark.django_db
CLIENT, REFRESH = "client-secret-1", "refresh-token-1"


class Giver:
    """Gives access tokens for a refresh token, and knows which it gave are still good."""

    def __init__(self, port: int) -> None:
        self.good: set[str] = set()
        self.asked: list[dict[str, str]] = []
        self.refresh, self.next_refresh = REFRESH, ""
        self.url = f"http://127.0.0.1:{port}/token"
        giver = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                token = parse_qs(urlsplit(self.path).query).get("token", [""])[0]
                self.answer(200, {"active": token in giver.good, "username": "box"})

            def do_POST(self):
                fields = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self.answer(*giver.token({name: values[0] for name, values in fields.items()}))

            def answer(self, status, body):
                content = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_said):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def token(self, fields):
        self.asked.append(fields)
        if (fields["refresh_token"], fields.get("client_secret")) != (self.refresh, CLIENT):
            return 400, {"error": "invalid_grant"}
        given = f"access-{len(self.asked)}"
        self.good = {given}
        more = {"refresh_token": self.next_refresh} if self.next_refresh else {}
        self.refresh = self.next_refresh or self.refresh
        return 200, {"access_token": given, "expires_in": 3600, **more}


@pytest.fixture
def giver(servers):
    giver = Giver(servers.tokens)
    yield giver
    giver.server.shutdown()
    giver.server.server_close()


def a_mailbox(servers, grant: Grant) -> Mailbox:
    return Mailbox.objects.create(
        name="box", host="127.0.0.1", port=servers.imap, security="none", user="box", sign_in="oauth2",
        secret=grant.sealed(), set_up_at=timezone.now(),
    )  # fmt: skip


def a_grant(giver, **more) -> Grant:
    return Grant(REFRESH, giver.url, "desk", CLIENT, **more)


def signs_in(mailbox: Mailbox) -> None:
    connecting.opened(Mailbox.objects.get(pk=mailbox.pk), patience=15).logout()


def test_a_token_is_got_by_the_refresh_token_and_used_until_it_runs_out(servers, giver):
    mailbox = a_mailbox(servers, a_grant(giver))
    signs_in(mailbox)
    signs_in(mailbox)
    assert [fields["grant_type"] for fields in giver.asked] == ["refresh_token"]
    assert giver.asked[0]["client_id"] == "desk"
    assert "access-1" not in Mailbox.objects.get().secret


def test_a_token_that_was_withdrawn_is_renewed_once_and_another_refresh_token_is_kept(servers, giver):
    giver.next_refresh = "refresh-token-2"
    mailbox = a_mailbox(servers, a_grant(giver, access_token="withdrawn", until=time.time() + 3000))
    signs_in(mailbox)
    assert len(giver.asked) == 1
    kept = granting.grant_in(unseal(Mailbox.objects.get().secret, desk_secrets()))
    assert kept is not None and (kept.refresh_token, kept.access_token) == ("refresh-token-2", "access-1")


def test_a_refused_refresh_is_said_without_secrets_and_waited_for_longer(servers, giver, caplog):
    mailbox = a_mailbox(servers, a_grant(giver))
    giver.refresh = "another"
    with caplog.at_level(logging.DEBUG), pytest.raises(Trouble) as trouble:
        signs_in(mailbox)
    assert "invalid_grant" in str(trouble.value) and trouble.value.again_in >= 600
    told = str(trouble.value) + caplog.text
    assert REFRESH not in told and CLIENT not in told and len(giver.asked) == 1


def test_a_token_server_that_is_away_is_tried_again(servers):
    mailbox = a_mailbox(servers, Grant(REFRESH, f"http://127.0.0.1:{servers.tokens}/token", "desk", CLIENT))
    with pytest.raises(Trouble) as trouble:
        signs_in(mailbox)
    assert "does not answer" in str(trouble.value) and REFRESH not in str(trouble.value)


@pytest.mark.parametrize("url", ["http://mail.example.org/token", "https://169.254.169.254/token", "ftp://x/", "token"])
def test_tokens_are_asked_for_over_tls_and_never_of_the_cloud_a_machine_runs_in(servers, monkeypatch, url):
    monkeypatch.setattr(
        "socket.getaddrinfo", lambda host, port, **_: [(2, 1, 6, "", (host if host[0] == "1" else "192.0.2.1", port))]
    )
    with pytest.raises(granting.Refused):
        granting.renewed(Mailbox(user="box"), Grant(REFRESH, url, "desk"))


def test_a_mailbox_is_added_with_what_gets_its_tokens(servers, giver, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{REFRESH}\n{CLIENT}\n"))
    call = ["add", "box", "--host", "127.0.0.1", "--port", str(servers.imap), "--security", "none", "--user", "box"]
    assert mailboxes.main([*call, "--oauth2", "--token-url", giver.url, "--client-id", "desk"]) == 0
    secret = unseal(Mailbox.objects.get().secret, desk_secrets())
    assert REFRESH in secret and "access-1" in secret
    assert mailboxes.main(["test", "box"]) == 0
    said = capsys.readouterr().out
    assert REFRESH not in said and CLIENT not in said
