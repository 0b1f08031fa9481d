"""An administrator sets mail up by page: tried before it is kept, in words for each failure, secrets never shown."""

import socket

import pytest
from django.test import Client, override_settings

from sira.channels.email import keeping
from sira.channels.email.models import Mailbox
from sira.notifications import outgoing_server
from sira.notifications.models import OutgoingServer
from sira.people.models import Person, SupportGroup
from sira.plumbing.desk_secrets import desk_secrets
from sira.plumbing.mail.tests.scripted import ScriptedServer
from sira.plumbing.sealing import unseal
from sira.tickets.models import TicketType

PAGES = ["/studio/mail/", "/studio/mail/new/", "/studio/mail/server/"]


@pytest.fixture
def ada(desk):
    client = Client()
    client.force_login(desk.ada)
    return client


@pytest.fixture
def nobody_listens():
    """A port of this machine on which nothing answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def box(port, **more):
    given = {"name": "help", "host": "127.0.0.1", "port": port, "security": "none", "user": "help@desk.example"}
    return given | {"password": "open sesame", "sign_in": "password", "folder": "INBOX"} | more


@pytest.mark.parametrize("page", PAGES)
def test_mail_is_set_up_by_administrators_alone(desk, client, page):
    client.force_login(desk.ayse)
    assert client.get(page).status_code == 403
    assert client.post("/studio/mail/server/", {"host": "x"}).status_code == 403
    client.force_login(desk.ada)
    assert client.get(page).status_code == 200


def test_a_mailbox_that_does_not_answer_is_not_kept_and_the_page_says_what_to_do(ada, nobody_listens):
    answer = ada.post("/studio/mail/new/", box(nobody_listens))
    shown = answer.content.decode()
    assert answer.status_code == 422 and not Mailbox.objects.exists()
    assert f"Nothing answers on port {nobody_listens} of 127.0.0.1" in shown
    assert 'value="help@desk.example"' in shown and "open sesame" not in shown


@pytest.mark.parametrize("host", ["mail..example.org", "x" * 70 + ".example.org"])
def test_a_name_that_no_server_can_have_is_said_to_be_wrong(ada, host):
    answer = ada.post("/studio/mail/new/", box(993, host=host))
    assert answer.status_code == 422 and "was not found" in answer.content.decode()


def test_kept_anyway_its_password_is_sealed_and_stays_when_the_field_is_left_empty(ada, nobody_listens):
    ada.post("/studio/mail/new/", box(nobody_listens, act="anyway"))
    kept = Mailbox.objects.get()
    assert "sesame" not in kept.secret and unseal(kept.secret, desk_secrets()) == "open sesame"
    assert "sesame" not in ada.get("/studio/mail/boxes/help/").content.decode()
    ada.post("/studio/mail/boxes/help/", box(nobody_listens, act="anyway", password="", folder="Archive"))
    again = Mailbox.objects.get()
    assert (again.folder, again.secret) == ("Archive", kept.secret)


def test_a_kept_password_is_never_sent_to_another_server(ada, nobody_listens):
    ada.post("/studio/mail/new/", box(nobody_listens, act="anyway"))
    answer = ada.post("/studio/mail/boxes/help/", box(nobody_listens, act="anyway", password="", host="localhost"))
    assert answer.status_code == 422 and Mailbox.objects.get().host == "127.0.0.1"


def test_how_far_a_try_came_is_told_step_by_step(ada, monkeypatch):
    mailbox = keeping.laid_out(keeping.Account("help", "imap.desk.example", "help", secret="x"), at=None)
    monkeypatch.setattr(keeping, "look", lambda box: keeping.Looked([keeping.Step("Signed in", "help", 0.4)], None, 3))
    mailbox.set_up_at = "2026-11-22T00:00Z"
    mailbox.save()
    shown = ada.post("/studio/mail/boxes/help/try/").content.decode()
    assert "It works." in shown and "3 unread. Nothing was fetched." in shown and "0.4 s" in shown


def test_a_mailbox_is_switched_off_and_forgotten(ada, nobody_listens):
    ada.post("/studio/mail/new/", box(nobody_listens, act="anyway"))
    ada.post("/studio/mail/boxes/help/switch/")
    assert not Mailbox.objects.get().is_active
    ada.post("/studio/mail/boxes/help/forget/")
    assert not Mailbox.objects.exists()


def outgoing(port, **more):
    return {"host": "127.0.0.1", "port": port, "security": "none", "user": "", "password": "", **more}


def test_a_server_is_kept_once_it_has_taken_a_mail_to_oneself(ada, desk):
    with ScriptedServer() as server:
        assert ada.post("/studio/mail/server/", outgoing(server.port)).url == "/studio/mail/"
        [(_sender, recipients, content)] = server.received
    assert recipients == [desk.ada.email] and b"The desk can send mail" in content
    found = outgoing_server.server()
    assert (found.host, found.port) == ("127.0.0.1", server.port)


def test_a_refused_sender_is_told_in_the_server_s_words_and_nothing_is_kept(ada):
    with ScriptedServer({"sender": "553 5.7.1 not owned by user"}) as server:
        answer = ada.post("/studio/mail/server/", outgoing(server.port))
    shown = answer.content.decode()
    assert answer.status_code == 422 and not OutgoingServer.objects.exists()
    assert "The server refused the sender." in shown and "553 5.7.1 not owned by user" in shown


def test_back_to_the_settings(ada, nobody_listens):
    mail = {
        "host": "mail.desk.example",
        "port": 25,
        "user": "",
        "password": "",
        "tls": "none",
        "from": "x@desk.example",
    }
    with override_settings(MAIL=mail):
        ada.post("/studio/mail/server/", outgoing(nobody_listens, act="anyway"))
        assert outgoing_server.server().host == "127.0.0.1"
        ada.post("/studio/mail/server/forget/")
        assert outgoing_server.server().host == "mail.desk.example"


def test_the_password_of_a_server_is_asked_for_again_before_it_would_go_over_an_open_line(ada, nobody_listens):
    sealed = outgoing(nobody_listens, security="starttls", user="desk", password="not-to-be-seen", act="anyway")
    ada.post("/studio/mail/server/", sealed)
    answer = ada.post("/studio/mail/server/", {**sealed, "security": "none", "password": ""})
    assert answer.status_code == 422 and "Type the password" in answer.content.decode()
    assert OutgoingServer.objects.get().security == "starttls"


def test_what_a_mailbox_goes_to_is_chosen_by_its_name_in_the_readers_language(ada, desk):
    SupportGroup.objects.create(key="care", name="Customer care", names={"fa": "پشتیبانی مشتریان"})
    TicketType.objects.filter(key="incident").update(names={"fa": "رخداد"})
    Person.objects.filter(pk=desk.ada.pk).update(language="fa")
    shown = ada.get("/studio/mail/new/").content.decode()
    assert "پشتیبانی مشتریان</option>" in shown and "رخداد</option>" in shown and "Customer care" not in shown
