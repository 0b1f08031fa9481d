"""Nothing typed is lost: drafts on the server, an answer that can be taken back, a session that ended."""

import dataclasses
import email
import email.policy
import io
import threading
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils.timezone import now
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from sira.channels.web import receiving
from sira.notifications import writing
from sira.notifications.models import OutgoingMail
from sira.plumbing import sweeping
from sira.plumbing.mail import building
from sira.portal.access import Access
from sira.promises.models import Clock
from sira.tickets import conversation, later, pictures, unsending
from sira.tickets.messages import Said
from sira.tickets.models import Message, MessageFile, Ticket
from sira.tickets.tests.cast import Desk
from sira.workspace import drafts
from sira.workspace.models import Draft

HTMX = {"HX-Request": "true", "HX-Target": "div#ticket", "HX-Request-Type": "partial"}


@pytest.fixture
def ticket(desk) -> Ticket:
    return desk.ticket(at=now() - timedelta(minutes=1))


def keeps(client, ticket, text, seen=0, kind="answer"):
    return client.post(f"{ticket.get_absolute_url()}draft/", {"text": text, "kind": kind, "seen": seen})


def answers(client, ticket, **given):
    return client.post(f"{ticket.get_absolute_url()}answer/", {"kind": "answer", "then": "send", **given}, headers=HTMX)


def takes_back(client, ticket):
    message = ticket.messages.latest("id")
    return client.post(f"{ticket.get_absolute_url()}messages/{message.pk}/take-back/")


class TestDrafts:
    def test_what_is_written_waits_for_its_author_in_the_next_window_and_for_nobody_else(
        self, jonas, ticket, desk, sign_in
    ):
        assert keeps(jonas, ticket, "We are look", kind="note").json() == {"revision": 1}
        assert keeps(jonas, ticket, "We are looking", seen=1, kind="note").json() == {"revision": 2}
        told = jonas.post(f"{ticket.get_absolute_url()}opened/")["HX-Trigger"]
        assert '"We are looking"' in told and '"note"' in told and '"revision": 2' in told
        assert "HX-Trigger" not in sign_in(desk.ayse).post(f"{ticket.get_absolute_url()}opened/")

    def test_two_windows_never_overwrite_each_other(self, jonas, ticket):
        keeps(jonas, ticket, "From the first")
        answer = keeps(jonas, ticket, "From the second")
        assert (answer.status_code, answer.json()["text"]) == (409, "From the first")
        assert Draft.objects.get().text == "From the first"
        assert keeps(jonas, ticket, "Both", seen=answer.json()["revision"]).status_code == 200

    def test_sending_ends_the_draft_and_so_does_an_empty_field(self, jonas, ticket):
        keeps(jonas, ticket, "Done")
        answers(jonas, ticket, text="Done")
        assert not Draft.objects.exists()
        keeps(jonas, ticket, "x")
        keeps(jonas, ticket, " ", seen=1)
        assert not Draft.objects.exists()

    @pytest.mark.parametrize("then", ["send", "resolve"])
    def test_a_save_on_its_way_while_the_text_is_sent_does_not_bring_the_draft_back(self, jonas, ticket, then):
        keeps(jonas, ticket, "We are look")
        answers(jonas, ticket, text="We are\r\nlooking.", then=then)
        for late, seen in (("We are\nlooking.", 1), ("We are\nloo", 0)):
            assert keeps(jonas, ticket, late, seen=seen).json() == {"revision": 0}
        assert not Draft.objects.exists()
        keeps(jonas, ticket, "We have found it.")
        assert Draft.objects.get().text == "We have found it."

    def test_a_refused_answer_leaves_the_draft(self, jonas, ticket):
        ticket.type.mandatory_fields = ["service"]
        ticket.type.save()
        keeps(jonas, ticket, "It works again.")
        assert answers(jonas, ticket, text="It works again.", then="resolve").status_code == 409
        assert Draft.objects.get().text == "It works again."

    def test_of_a_ticket_of_others_nothing_is_kept(self, desk, sign_in, ticket):
        assert keeps(sign_in(desk.zeynep), ticket, "x").status_code == 404


def test_two_windows_that_begin_at_once_do_not_overwrite_each_other(committing):
    desk, at, told, ready = Desk(), now(), [], threading.Barrier(4)
    tickets = [desk.ticket(at=at) for _each in range(4)]

    def begin(text: str) -> None:
        for one in tickets:
            ready.wait(20)
            try:
                drafts.keep(desk.jonas, one, kind="answer", text=text, seen=0, at=at)
                told.append("kept")
            except drafts.NewerElsewhere:
                told.append("newer elsewhere")
        connection.close()

    threads = [threading.Thread(target=begin, args=[f"From window {number}"]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (told.count("kept"), told.count("newer elsewhere"), Draft.objects.count()) == (4, 12, 4)


class TestTakingBack:
    def test_an_answer_waits_and_comes_back_into_the_composer_with_its_files(self, jonas, ticket, desk):
        files = [SimpleUploadedFile("log.txt", b"a line", "text/plain")]
        told = answers(jonas, ticket, text="Try now.", files=files)["HX-Trigger"]
        assert "take-back" in told and '"count": 10' in told
        mail = OutgoingMail.objects.get(kind="answer")
        assert mail.next_at == mail.queued_at + unsending.HELD
        assert takes_back(jonas, ticket).url == ticket.get_absolute_url()
        assert not OutgoingMail.objects.filter(kind="answer").exists()
        assert not Message.objects.filter(text="Try now.").exists()
        draft = Draft.objects.get()
        assert draft.text == "Try now." and draft.files.get().name == "log.txt"
        answers(jonas, ticket, text="Try now!", kept=[bytes(draft.files.get().digest).hex()])
        assert ticket.messages.latest("id").files.get().name == "log.txt"

    def test_until_it_leaves_the_requester_s_side_does_not_see_it(self, jonas, ticket, desk):
        answers(jonas, ticket, text="Try now.")
        assert not Access(desk.tom, ticket).messages.filter(text="Try now.").exists()
        Message.objects.filter(text="Try now.").update(sent_at=now())
        assert Access(desk.tom, ticket).messages.filter(text="Try now.").exists()

    def test_the_first_answer_is_promised_still_and_the_wait_is_over(self, jonas, ticket):
        answers(jonas, ticket, text="On a cable too?", then="waiting")
        clock = Clock.objects.get(subject=ticket.pk, target="first_answer")
        assert clock.stopped_at and Ticket.objects.get(pk=ticket.pk).status == "waiting"
        takes_back(jonas, ticket)
        clock.refresh_from_db()
        assert clock.stopped_at is None and Ticket.objects.get(pk=ticket.pk).status == "open"

    def test_what_has_left_or_was_claimed_by_a_worker_stays_said(self, jonas, ticket):
        answers(jonas, ticket, text="Try now.")
        OutgoingMail.objects.filter(kind="answer").update(next_at=now() + timedelta(minutes=15))
        assert takes_back(jonas, ticket).status_code == 409
        assert Message.objects.filter(text="Try now.").exists()

    def test_another_s_answer_and_what_was_written_since_are_safe(self, jonas, ticket, desk, sign_in):
        answers(jonas, ticket, text="Try now.")
        assert takes_back(sign_in(desk.ayse), ticket).status_code == 403
        keeps(jonas, ticket, "And also")
        takes_back(jonas, ticket)
        assert Draft.objects.get().text == "Try now.\n\nAnd also"

    def test_what_comes_back_before_a_note_that_was_begun_since_is_kept_inside(self, jonas, ticket):
        answers(jonas, ticket, text="Try now.")
        keeps(jonas, ticket, "They pay late.", kind="note")
        takes_back(jonas, ticket)
        assert Draft.objects.get().kind == "note" and Draft.objects.get().text == "Try now.\n\nThey pay late."

    def test_files_of_two_answers_that_came_back_are_there(self, jonas, ticket):
        for name in ("one.txt", "two.txt"):
            answers(jonas, ticket, text=name, files=[SimpleUploadedFile(name, name.encode(), "text/plain")])
        takes_back(jonas, ticket)
        takes_back(jonas, ticket)
        assert [one.name for one in drafts.all_files(Draft.objects.get())] == ["one.txt", "two.txt"]


class TestSendAndSetTheState:
    def test_an_answer_resolves_in_the_same_step(self, jonas, ticket):
        answers(jonas, ticket, text="Renewed the certificate.", then="resolve")
        later.send_due(now() + unsending.HELD)
        fresh = Ticket.objects.get(pk=ticket.pk)
        assert (fresh.status, fresh.resolution) == ("resolved", "Renewed the certificate.")

    def test_what_was_chosen_last_is_offered_first(self, jonas, ticket):
        answers(jonas, ticket, text="On a cable too?", then="waiting")
        shown = jonas.get(ticket.get_absolute_url()).content.decode()
        first = shown[shown.index("for-answer") :]
        assert first.index('value="waiting"') < first.index('value="send"')


def test_who_was_signed_out_while_writing_reads_the_words_again(client, ticket):
    address = f"{ticket.get_absolute_url()}answer/"
    answer = client.post(address, {"kind": "note", "text": "An hour of thought"})
    assert answer.status_code == 403 and "An hour of thought" in answer.content.decode()
    part = client.post(address, {"text": "x"}, headers=HTMX)
    assert part["HX-Retarget"] == "#refusal" and f"next=%2Ftickets%2F{ticket.number}" in part.content.decode()


class TestFormat:
    SAID = "Please:\n\n1. restart\n2. run `sync`\n\n**Do not** unplug it. <b>x</b>"

    def test_signs_of_the_composer_are_shown_as_what_they_mean_to_both_sides(self, jonas, ticket, desk, sign_in):
        answers(jonas, ticket, text=self.SAID)
        Message.objects.filter(from_desk=True).update(sent_at=now())
        mine = jonas.get(ticket.get_absolute_url()).content.decode()
        theirs = sign_in(desk.tom).get(Access(desk.tom, ticket).url()).content.decode()
        for page in (mine, theirs):
            assert "<li>restart</li>" in page and "<strong>Do not</strong>" in page and "&lt;b&gt;x" in page

    def test_the_mail_says_it_in_html_and_as_it_was_typed(self, jonas, ticket):
        answers(jonas, ticket, text=self.SAID)
        _subject, text, html = writing.texts(OutgoingMail.objects.get(kind="answer"), None)
        assert "2. run `sync`" in text and "**Do not**" in text
        assert "<li>restart</li>" in html and "<code" in html and "<b>x" not in html

    def test_what_the_requester_writes_stays_as_it_came(self, jonas, desk):
        ticket = desk.ticket(at=now(), said=Said(text="- one\n**two**"))
        page = jonas.get(ticket.get_absolute_url()).content.decode()
        assert "**two**" in page and "<strong>two" not in page


class TestPictures:
    """A picture that stands in the text by its sign."""

    TEXT = "Press this one:\n![The green button](picture-1.png)"

    def pasted(self, client, ticket, name="picture-1.png", kind="image/png", content=None):
        upload = SimpleUploadedFile(name, content or a_picture(), kind)
        return client.post(f"{ticket.get_absolute_url()}draft/pictures/", {"picture": upload, "kind": "note"})

    def test_a_pasted_picture_waits_with_the_draft_and_goes_along_with_the_text(self, jonas, ticket):
        first = self.pasted(jonas, ticket).json()
        assert (first["revision"], first["name"]) == (1, "picture-1.png")
        assert keeps(jonas, ticket, self.TEXT).status_code == 200  # the draft that the picture began is no other text
        told = jonas.post(f"{ticket.get_absolute_url()}opened/")["HX-Trigger"]
        assert first["digest"] in told and "The green button" in told
        assert sweeping.named([bytes.fromhex(first["digest"])])
        answers(jonas, ticket, text=self.TEXT, kept=[first["digest"]])
        assert ticket.messages.latest("id").files.get().content_id and not Draft.objects.exists()

    def test_a_picture_goes_along_also_where_the_composer_has_its_sign_alone_yet(self, jonas, ticket):
        self.pasted(jonas, ticket)
        self.pasted(jonas, ticket, name="picture-2.png", content=a_picture("red"))
        answers(jonas, ticket, text=self.TEXT)
        assert ticket.messages.latest("id").files.get().name == "picture-1.png"

    def test_what_was_taken_out_of_the_draft_stays_out(self, jonas, ticket):
        first = self.pasted(jonas, ticket).json()
        given = {"text": "Words", "kind": "answer", "seen": 1, "out": [first["digest"], "no digest"]}
        jonas.post(f"{ticket.get_absolute_url()}draft/", given)
        assert not Draft.objects.get().files.exists()

    @pytest.mark.parametrize("wrong", [{"kind": "image/svg+xml"}, {"content": b"x" * (pictures.LARGEST + 1)}])
    def test_what_is_no_picture_or_too_large_is_left_among_the_files(self, jonas, ticket, wrong):
        answer = self.pasted(jonas, ticket, **wrong)
        assert answer.status_code == 422 and not Draft.objects.exists()

    def test_of_a_ticket_of_others_nothing_is_kept(self, desk, sign_in, ticket):
        assert self.pasted(sign_in(desk.zeynep), ticket).status_code == 404

    def test_it_is_shown_painted_anew_to_both_sides_and_to_nobody_else(self, jonas, ticket, desk, sign_in):
        upload = SimpleUploadedFile("picture-1.png", a_picture(), "image/png")
        answers(jonas, ticket, text=self.TEXT, files=[upload, SimpleUploadedFile("log.txt", b"x", "text/plain")])
        Message.objects.filter(from_desk=True).update(sent_at=now())
        tom, file = sign_in(desk.tom), MessageFile.objects.get(name="picture-1.png")
        for client, page, picture in (
            (jonas, ticket.get_absolute_url(), reverse("workspace:picture", args=[file.pk])),
            (tom, Access(desk.tom, ticket).url(), Access(desk.tom, ticket).url("picture", file.pk)),
        ):
            html = client.get(page).content.decode()
            assert f'src="{picture}" alt="The green button"' in html and "picture-1.png" not in html
            shown = client.get(picture)
            assert shown["Content-Type"] == "image/png" and b"secret place" not in shown.content
        beside = MessageFile.objects.get(name="log.txt")
        assert jonas.get(reverse("workspace:picture", args=[beside.pk])).status_code == 404
        assert sign_in(desk.zeynep).get(reverse("workspace:picture", args=[file.pk])).status_code == 404

    def test_the_mail_shows_it_inside_and_says_in_plain_text_what_it_shows(self, jonas, ticket):
        answers(jonas, ticket, text=self.TEXT, files=[SimpleUploadedFile("picture-1.png", a_picture(), "image/png")])
        outgoing = building.build(writing.write(OutgoingMail.objects.get(kind="answer")))
        read = email.message_from_bytes(outgoing, policy=email.policy.default)
        assert read.get_content_type() == "multipart/related"
        assert "\n[The green button]" in read.get_body(("plain",)).get_content()
        [picture] = [part for part in read.walk() if part.get_content_type() == "image/png"]
        html = read.get_body(("html",)).get_content()
        assert f'src="cid:{picture["Content-ID"].strip("<>")}" alt="The green button"' in html
        assert picture.get_content_disposition() == "inline" and picture.get_content() == a_picture()

    def test_whom_a_note_names_reads_in_the_mail_what_its_picture_shows(self, jonas, ticket, desk):
        upload = SimpleUploadedFile("picture-1.png", a_picture(), "image/png")
        jonas.post(
            f"{ticket.get_absolute_url()}answer/",
            {"kind": "note", "text": f"@{desk.ayse.name} look: {self.TEXT}", "files": upload},
            headers=HTMX,
        )
        assert OutgoingMail.objects.get(kind="mentioned").placeholders["text"].endswith(":\n[The green button]")

    def test_resolving_with_one_says_it_in_an_answer_and_describes_it_in_the_resolution(self, jonas, ticket):
        upload = SimpleUploadedFile("picture-1.png", a_picture(), "image/png")
        answers(jonas, ticket, text=self.TEXT, files=[upload], then="resolve")
        later.send_due(now() + unsending.HELD)
        ticket.refresh_from_db()
        assert ticket.resolution == "Press this one:\n[The green button]"
        assert MessageFile.objects.get().content_id

    @pytest.mark.parametrize("sign", ["**![](picture-1.png)**", "`![](picture-1.png)`"])
    def test_a_sign_that_stands_for_itself_leaves_its_picture_among_the_files(self, jonas, ticket, sign):
        upload = SimpleUploadedFile("picture-1.png", a_picture(), "image/png")
        answers(jonas, ticket, text=sign, files=[upload])
        html = jonas.get(ticket.get_absolute_url()).content.decode()
        assert reverse("workspace:file", args=[MessageFile.objects.get().pk]) in html

    def test_pictures_of_one_name_stay_apart_where_two_drafts_come_together(self, jonas, ticket, desk):
        mine, theirs = self.pasted(jonas, ticket).json(), a_file(b"theirs")
        keeps(jonas, ticket, "Mine: ![](picture-1.png)", seen=mine["revision"])
        drafts.give_back(desk.jonas, ticket, text="Theirs: ![](picture-1.png)", files=[theirs], at=now())
        draft = Draft.objects.get()
        assert draft.text == "Theirs: ![](picture-1.png)\n\nMine: ![](picture-2.png)"
        kept = {file.name: file.digest.hex() for file in drafts.all_files(draft)}
        assert kept == {"picture-1.png": theirs.digest.hex(), "picture-2.png": mine["digest"]}

    def test_a_picture_in_both_drafts_is_kept_once_and_stands_in_both_texts(self, jonas, ticket, desk):
        mine = self.pasted(jonas, ticket, name="picture-3.png").json()
        keeps(jonas, ticket, "Mine: ![](picture-3.png)", seen=mine["revision"])
        same = dataclasses.replace(a_file(a_picture()), name="picture-1.png")
        drafts.give_back(desk.jonas, ticket, text="Theirs: ![](picture-1.png)", files=[same], at=now())
        assert Draft.objects.get().text == "Theirs: ![](picture-1.png)\n\nMine: ![](picture-1.png)"

    def test_an_agents_own_mail_keeps_the_pictures_of_its_html_and_its_files_go_on_as_files(self, jonas, ticket, desk):
        upload = SimpleUploadedFile("picture-1.png", a_picture(), "image/png")
        file = dataclasses.replace(receiving.kept(upload), content_id="one@mail.test")
        said = Said(text="See.", html='<p>See <img src="cid:one@mail.test"></p>', files=[file])
        conversation.answer(ticket, said, by=desk.jonas, at=now(), channel="mail")
        assert 'src="data:image/png' in pictures.with_pictures(Message.objects.latest("id"))
        html = jonas.get(ticket.get_absolute_url()).content.decode()
        assert reverse("workspace:file", args=[MessageFile.objects.get().pk]) in html
        outgoing = building.build(writing.write(OutgoingMail.objects.get(kind="answer")))
        read = email.message_from_bytes(outgoing, policy=email.policy.default)
        assert [part.get_filename() for part in read.iter_attachments()] == ["picture-1.png"]


def a_file(content: bytes):
    return receiving.kept(SimpleUploadedFile("picture-1.png", content, "image/png"))


def a_picture(colour="green") -> bytes:
    """With words in it that no browser is to get."""
    target, hidden = io.BytesIO(), PngInfo()
    hidden.add_text("Comment", "secret place")
    Image.new("RGB", (40, 20), colour).save(target, "PNG", pnginfo=hidden)
    return target.getvalue()


def test_who_was_signed_out_comes_back_to_the_list_too_and_sees_the_note_they_wrote(client, desk):
    ticket = desk.ticket()
    address = f"{ticket.get_absolute_url()}assign/?queue=mine"
    page = client.post(address, {"to": f"{desk.it.pk}-", "note": "The certificate ends tonight."})
    shown = page.content.decode()
    assert page.status_code == 403 and "The certificate ends tonight." in shown
    assert f"next=%2Ftickets%2F{ticket.number}%2F%3Fqueue%3Dmine" in shown


class TestOnToTheNext:
    @pytest.fixture
    def three(self, desk):
        at = now() - timedelta(minutes=1)
        return [desk.ticket(subject=f"Number {number}", at=at + timedelta(seconds=number)) for number in range(3)]

    @pytest.fixture
    def goes_on(self, jonas, desk):
        details = {"name": "Jonas Weber", "language": "en", "theme": "system", "time_zone": "Europe/Warsaw"}
        assert jonas.post("/profile/", details | {"after_answer": "next"}).status_code == 302
        return jonas

    def leads_to(self, client, ticket, where="queue=groups", **given):
        way = f"{ticket.get_absolute_url()}answer/?{where}"
        return client.post(way, {"kind": "answer", "then": "send", "text": "Done.", **given}, headers=HTMX)

    def test_who_wants_it_comes_after_an_answer_to_the_next_of_the_list_and_can_still_take_it_back(
        self, goes_on, three
    ):
        first, second, _third = Ticket.objects.order_by("turn_at", "id")
        answer = self.leads_to(goes_on, first)
        assert answer["HX-Redirect"] == f"{second.get_absolute_url()}?queue=groups"
        shown = goes_on.get(answer["HX-Redirect"]).content.decode()
        assert "Answer goes out in 10 s" in shown and "then the next ticket" in shown
        undo = f"{first.get_absolute_url()}messages/{first.messages.latest('id').pk}/take-back/?queue=groups"
        assert f'action="{undo}"' in shown
        assert goes_on.post(undo).url == f"{first.get_absolute_url()}?queue=groups"

    def test_a_wait_moves_the_ticket_and_not_what_comes_next(self, goes_on, three):
        first, second, _third = Ticket.objects.order_by("turn_at", "id")
        answer = self.leads_to(goes_on, first, then="waiting")
        assert second.number in answer["HX-Redirect"]

    def test_from_the_end_of_the_list_one_goes_on_at_its_beginning_and_from_the_last_ticket_to_the_list(
        self, goes_on, three
    ):
        first, _second, last = Ticket.objects.order_by("turn_at", "id")
        assert first.number in self.leads_to(goes_on, last)["HX-Redirect"]
        Ticket.objects.filter(pk=last.pk).update(tags=["alone"])
        assert self.leads_to(goes_on, last, "queue=groups&tag=alone")["HX-Redirect"].startswith("/desk/?")

    def test_others_and_notes_stay_where_they_are(self, jonas, goes_on, sign_in, desk, three):
        ticket = three[0]
        assert "HX-Redirect" not in self.leads_to(goes_on, ticket, kind="note")
        assert "HX-Redirect" not in self.leads_to(sign_in(desk.ayse), ticket)
