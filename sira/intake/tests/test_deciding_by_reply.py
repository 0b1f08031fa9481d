"""An approval is decided by a reply that begins with an agreed word, from the very person who was asked."""

import pytest

from sira.channels.email.taking import take
from sira.intake import by_reply
from sira.intake.incoming import Incoming, Sender, Threads
from sira.intake.receiving import receive
from sira.notifications import writing
from sira.notifications.models import OutgoingMail
from sira.processes.tasks.models import Ballot
from sira.tickets.messages import Said
from sira.tickets.models import Message, Ticket
from sira.tickets.tests.cast import monday
from sira.tickets.tests.office import Office, approve, now, purchase, story, variables


@pytest.fixture
def office(db: None) -> Office:
    return Office()


@pytest.fixture
def ticket(office: Office) -> Ticket:
    return office.asks(purchase(approve("=requester.manager")))


def asked_at(to: str) -> str:
    """The reply address of the newest mail that asked this person."""
    return writing.reply_address(OutgoingMail.objects.filter(kind="approve", to=to).latest("id"), None)


def reply(text: str, sender: str, address: str, **more: object) -> Ticket:
    more.setdefault("said", Said(text=text))
    incoming = Incoming(
        channel="mail", key=f"{sender} {text}", subject="Re: Your decision is needed", sender=Sender(sender),
        threads=Threads(addressed=[address]), **more,  # type: ignore[arg-type]
    )  # fmt: skip
    return receive(incoming, at=monday(10)).ticket


@pytest.mark.parametrize(
    ("text", "answer", "comment"),
    [
        ("Approve", True, ""),
        ("APPROVED!\r\nTake the light one.", True, "Take the light one."),
        ("  > Approve\nThanks", True, "Thanks"),
        ("Reject.\nToo dear.", False, "Too dear."),
        ("Onaylıyorum", True, ""),
        ("ONAYLIYORUM!", True, ""),
        ("Reddediyorum\n\nbütçe yok", False, "bütçe yok"),
        ("تأیید می‌کنم", True, ""),
        ("تایید", True, ""),
        ("رد می‌کنم،\nگران است", False, "گران است"),
        ("Zatwierdzam", True, ""),
        ("Odrzucam\nza drogo", False, "za drogo"),
    ],
)
def test_words_of_four_languages_decide(text: str, answer: bool, comment: str):
    assert by_reply.read(text) == (answer, comment)


@pytest.mark.parametrize(
    "text",
    [
        "", "Which laptop?", "Approve?", "Approve or reject what?", "No problem", "Yes", "Approval needs a budget",
        "I would reject this if I could", "Approve nothing", "Approve - no, wait", "Approve, but not for this amount",
        "تأیید نمی‌کنم", "تایید نمی کنم", "تأیید نشد", "رد نمی‌کنم", "onayla ma",
        "Approve. Only after legal agrees", "Approve if it is below 900", "Rejecting is not my job", "Nie wiem", "red",
    ],
)  # fmt: skip
def test_anything_else_decides_nothing(text: str):
    assert by_reply.read(text) is None


def test_the_manager_approves_by_a_reply(office: Office, ticket: Ticket):
    reply("Approve.\nTake the light one.", "marta@desk.example", asked_at("marta@desk.example"))
    assert variables(ticket)["approved"] is True and now(ticket).status == "closed"
    assert "by a reply. “Take the light one.”" in story(ticket)[1]
    assert Message.objects.get(author=office.marta).is_internal


def test_a_forged_sender_without_the_key_decides_nothing(office: Office, ticket: Ticket):
    other = reply("Approve", "marta@desk.example", "help@desk.example")
    assert other != ticket and now(ticket).status == "open"


def test_the_key_of_one_in_the_hands_of_another_decides_nothing(office: Office, ticket: Ticket):
    other = reply("Approve", "eva@desk.example", asked_at("marta@desk.example"))
    assert other != ticket and now(ticket).status == "open" and Ballot.objects.get().state == "open"


def test_a_machine_that_answers_decides_nothing(office: Office, ticket: Ticket):
    reply("Approve", "marta@desk.example", asked_at("marta@desk.example"), is_machine=True,
          said=Said(text="Approve", is_automatic=True))  # fmt: skip
    assert now(ticket).status == "open"


def test_a_question_becomes_an_ordinary_message_of_the_ticket(office: Office, ticket: Ticket):
    assert reply("Which laptop is it?", "marta@desk.example", asked_at("marta@desk.example")) == ticket
    said = Message.objects.get(author=office.marta)
    assert not said.is_internal and now(ticket).status == "open"


def test_a_word_that_comes_too_late_is_an_ordinary_message_and_wakes_nothing(office: Office, ticket: Ticket):
    office.says(office.marta, ticket, True)
    reply("Reject", "marta@desk.example", asked_at("marta@desk.example"))
    assert variables(ticket)["approved"] is True and now(ticket).status == "closed"


def test_the_stand_in_replies_with_a_key_of_their_own(office: Office):
    from sira.workforce.absences import record_absence  # noqa: PLC0415

    record_absence(office.marta, "leave", starts_at=monday(8), ends_at=None, stand_in=office.eva, by=office.ada,
                   at=monday(8))  # fmt: skip
    ticket = office.asks(purchase(approve("=requester.manager")))
    reply("Reject\nno money", "eva@desk.example", asked_at("eva@desk.example"))
    assert "rejected for Marta Manager" in story(ticket)[1] and variables(ticket)["approved"] is False


# A key in the wrong hands


def told_to_sign_in() -> list[str]:
    return [mail.to for mail in OutgoingMail.objects.filter(kind="approve_sign_in").order_by("id")]


def test_a_doubted_sender_decides_nothing_and_who_was_asked_is_sent_behind_the_sign_in(office: Office, ticket: Ticket):
    reply("Approve\nGo on.", "marta@desk.example", asked_at("marta@desk.example"), doubted=True)
    assert Ballot.objects.get().state == "open" and now(ticket).status == "open"
    assert told_to_sign_in() == ["marta@desk.example"]
    subject, text, _html = writing.texts(OutgoingMail.objects.get(kind="approve_sign_in"), None)
    assert "was not counted" in subject and f"/portal/approvals/{Ballot.objects.get().pk}/" in text
    assert "/decide/" not in text and "marta@desk.example decided about “Approve”" in text
    assert story(ticket)[-1].startswith("Approve: a reply from marta@desk.example was not counted")
    assert Message.objects.get(author=office.marta).is_internal


def test_a_copy_of_the_mail_in_other_hands_decides_nothing_and_is_told(office: Office, ticket: Ticket):
    reply("Approve", "eva@desk.example", asked_at("marta@desk.example"))
    assert told_to_sign_in() == ["marta@desk.example"] and "eva@desk.example" in story(ticket)[-1]


def test_who_tries_again_and_again_fills_nobodys_mailbox(office: Office, ticket: Ticket):
    for number in range(3):
        reply(f"Approve\n{number}", "eva@desk.example", asked_at("marta@desk.example"))
    assert told_to_sign_in() == ["marta@desk.example"] and len(story(ticket)) == 4


def test_a_question_of_a_doubted_sender_is_a_message_like_any_other(office: Office, ticket: Ticket):
    assert reply("Which one?", "marta@desk.example", asked_at("marta@desk.example"), doubted=True) == ticket
    assert told_to_sign_in() == []


def test_nothing_is_told_of_what_was_decided_long_ago(office: Office, ticket: Ticket):
    address = asked_at("marta@desk.example")
    office.says(office.marta, ticket, True)
    reply("Reject", "eva@desk.example", address)
    assert told_to_sign_in() == []


@pytest.mark.parametrize(("said", "counts"), [("pass", True), ("fail", False)])
def test_a_mail_is_believed_as_our_own_server_says(office: Office, ticket: Ticket, settings, said: str, counts: bool):
    settings.MAIL = settings.MAIL | {"authserv": ["mx.desk.example"]}
    raw = (
        f"Authentication-Results: mx.desk.example; dmarc={said} header.from=desk.example\r\n"
        "Authentication-Results: mx.desk.example; dmarc=pass header.from=desk.example\r\n"
        f"From: marta@desk.example\r\nTo: {asked_at('marta@desk.example')}\r\nSubject: Re\r\n\r\nApprove\r\n"
    )
    take(raw.encode(), at=monday(10))
    assert (Ballot.objects.get().state == "approved") is counts
