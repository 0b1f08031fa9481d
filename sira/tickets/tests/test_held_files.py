"""A file in which a scanner found something: kept, given to nobody by any way, and told to the desk."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import override_settings
from django.utils import translation
from django.utils.timezone import now

from sira.config import held
from sira.notifications import sending, writing
from sira.notifications.models import OutgoingMail
from sira.notifications.tests.test_sending import settings_for
from sira.plumbing import scanning, sweeping
from sira.plumbing.desk_files import desk_files
from sira.plumbing.mail.tests.scripted import ScriptedServer
from sira.plumbing.scanning import FileHeldBack, FileRemoved, FileWaits, Round
from sira.plumbing.tests.clamd import BAD, GOING, NAME
from sira.tickets import conversation, downloads, held_files, pictures, wording
from sira.tickets.messages import Attached, Said
from sira.tickets.models import HistoryEntry, MessageFile, Ticket
from sira.tickets.tests.cast import Desk
from sira.tickets.worksheet import on_desk


@pytest.fixture
def desk(store):
    return Desk()


def a_ticket_with(desk, content, name="invoice.doc") -> tuple[Ticket, MessageFile]:
    ticket = desk.ticket()
    kept = desk_files().keep([content])
    attached = Attached(name=name, size=kept.size, digest=kept.digest, content_type="image/png")
    conversation.answer(ticket, Said(text="See the file.", files=[attached]), by=desk.ayse, at=now())
    return ticket, MessageFile.objects.get(message__ticket=ticket)


def told(ticket) -> list[str]:
    with translation.override("en"):
        entries = HistoryEntry.objects.filter(ticket=ticket, fact__kind="delivery").select_related("fact", "by")
        return [one.words for one in wording.tell(entries) if "held back" in one.words]


def test_it_is_no_download_and_no_picture(desk):
    _ticket, file = a_ticket_with(desk, BAD)
    with pytest.raises(FileHeldBack):
        downloads.give(file, to=desk.ayse)
    assert pictures.painted_of(file) == ("", b"")
    assert desk_files().whole(bytes(file.digest)) == BAD


def test_each_ticket_it_came_to_says_so_once(desk):
    first, _file = a_ticket_with(desk, BAD)
    fine, _file = a_ticket_with(desk, b"an invoice")
    Round(desk_files()).go(GOING)
    assert held_files.tell(now()) == 1 and held_files.tell(now()) == 0
    assert told(first) == [f"invoice.doc is held back: harmful content was found in it ({NAME})"] and told(fine) == []
    first.refresh_from_db()
    assert first.has_news
    second, _file = a_ticket_with(desk, BAD, name="again.doc")
    assert held_files.tell(now()) == 1
    assert len(told(first)) == 1 and told(second)[0].startswith("again.doc is held back")


def test_one_that_could_not_be_checked_is_named_and_given_out_by_whoever_runs_the_desk(desk, scanner, capsys):
    scanner.largest = 10
    ticket, file = a_ticket_with(desk, b"a plan of the whole house")
    Round(desk_files()).go(GOING)
    assert held_files.tell(now()) == 1
    size = "INSTREAM size limit exceeded. ERROR"
    assert told(ticket) == [f"invoice.doc is held back: the scanner could not check it ({size})"]
    with pytest.raises(FileHeldBack, match="could not check"):
        downloads.give(file, to=desk.ayse)
    mail = OutgoingMail.objects.get(kind="answer")
    assert [one.name for one in writing.write(mail).attachments] == ["invoice.doc.txt"], "the mail does not wait for it"

    key = bytes(file.digest).hex()
    assert held.main([]) == 0
    assert key[:12] in (listed := capsys.readouterr().out) and "invoice.doc (25 bytes)" in listed and size in listed
    assert held.main(["give", "00" if key[:2] != "00" else "11", "--because", "Mine."]) == 1
    assert held.main(["give", key[:12], "--because", "The plan we asked for."]) == 0
    assert b"".join(downloads.give(file, to=desk.ayse).streaming_content) == b"a plan of the whole house"
    assert [one.name for one in writing.write(mail).attachments] == ["invoice.doc"]
    assert held.main([]) == 0 and capsys.readouterr().out.endswith("No file is held back.\n")


def test_one_that_is_removed_is_gone_from_the_store_and_the_next_backup_but_not_from_the_history(
    desk, capsys, django_capture_on_commit_callbacks
):
    ticket, file = a_ticket_with(desk, BAD)
    Round(desk_files()).go(GOING)
    digest = bytes(file.digest)
    way = ["remove", digest.hex()[:12], "--because", "Harmful"]
    with django_capture_on_commit_callbacks(execute=True):
        assert held.main(way) == 1 and "nobody could get it back" in capsys.readouterr().err
    assert desk_files().path(digest).exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert held.main([*way, "--sure"]) == 0
    assert not desk_files().path(digest).exists()
    assert digest not in sweeping.all_named() and sweeping.named([digest]) == set()
    with pytest.raises(FileRemoved):
        downloads.give(file, to=desk.ayse)
    assert held_files.tell(now()) == 0, "it was removed before the ticket was told that it is held back"
    with translation.override("en"):
        entries = HistoryEntry.objects.filter(ticket=ticket, fact__kind="delivery").select_related("fact", "by")
        assert [one.words for one in wording.tell(entries)][-1] == "invoice.doc was held back, and is removed for good"


def test_one_that_was_removed_and_comes_again_is_held_back_again(desk):
    _ticket, file = a_ticket_with(desk, BAD)
    Round(desk_files()).go(GOING)
    held_files.remove(bytes(file.digest), because="Harmful", by=None, way="command", at=now())
    again, file = a_ticket_with(desk, BAD, name="again.doc")
    assert held_files.tell(now()) == 1 and told(again)[0].startswith("again.doc is held back")
    with pytest.raises(FileHeldBack, match="Harmful content"):
        downloads.give(file, to=desk.ayse)
    assert [one.digest for one in scanning.held_back()] == [file.digest]
    assert bytes(file.digest) in sweeping.all_named()


def test_a_ticket_that_could_not_be_told_is_told_later_though_another_was_told_of_the_same_file(desk, monkeypatch):
    other_bad = BAD + b" again"
    second, _file = a_ticket_with(desk, other_bad)
    first, _file = a_ticket_with(desk, BAD)
    both = desk_files().keep([BAD])
    attached = Attached(name="again.doc", size=both.size, digest=both.digest, content_type="image/png")
    conversation.answer(second, Said(text="Once more.", files=[attached]), by=desk.ayse, at=now())
    Round(desk_files()).go(GOING)

    def fails_once(ticket, **more):
        if ticket in (first, first.pk):
            raise OperationalError
        return on_desk(ticket, **more)

    with monkeypatch.context() as patch, suppress(OperationalError):
        patch.setattr(held_files, "on_desk", fails_once)
        held_files.tell(now())
    while held_files.tell(now()):
        pass
    assert (len(told(first)), len(told(second))) == (1, 2)


def test_of_two_workers_one_tells(desk, monkeypatch):
    ticket, _file = a_ticket_with(desk, BAD)
    Round(desk_files()).go(GOING)
    looked = MessageFile.objects.filter

    def meanwhile(*args, **kwargs):
        """The other has looked at the same moment, and tells first."""
        monkeypatch.setattr(MessageFile.objects, "filter", looked)
        assert held_files.tell(now()) == 1
        return looked(*args, **kwargs)

    monkeypatch.setattr(MessageFile.objects, "filter", meanwhile)
    assert held_files.tell(now()) == 0
    assert len(told(ticket)) == 1


def test_a_mail_waits_for_its_file_and_goes_with_a_word_in_the_place_of_what_is_held_back(desk, settings):
    place, settings.SCANNER = settings.SCANNER, ("127.0.0.1", 1)
    a_ticket_with(desk, BAD)
    mail, at = OutgoingMail.objects.get(kind="answer"), now() + timedelta(minutes=5)
    with pytest.raises(FileWaits):
        writing.write(mail)
    with ScriptedServer() as smtp, override_settings(MAIL=settings_for(smtp.port)):
        sending.pump(at)
        mail.refresh_from_db()
        assert (mail.state, mail.attempts) == ("queued", 0) and mail.next_at == at + sending.FILE_ASKED_AGAIN
        settings.SCANNER = place
        Round(desk_files()).go(GOING)
        written = writing.write(mail).attachments
        sending.pump(at + timedelta(minutes=1))
    mail.refresh_from_db()
    assert mail.state == "sent"
    assert [one.name for one in written] == ["invoice.doc.txt"]
    assert b"Harmful content was found" in b"".join(written[0].open())
