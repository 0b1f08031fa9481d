"""What a mail says: a template for each kind, in the reader's language, with the ticket's key in its reply address."""

from datetime import datetime
from html import escape
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from sira.notifications import identity
from sira.notifications.models import OutgoingMail
from sira.people.models import Person, SupportGroup
from sira.plumbing.desk_secrets import desk_secrets
from sira.plumbing.desk_files import desk_files
from sira.plumbing.mail import keys
from sira.plumbing.mail.building import Attachment, Outgoing

# Written by a person; every other kind is the desk's own and says so (RFC 3834).
BY_A_PERSON = ("answer",)
IN_ANSWER = ("acknowledgement",)


def write(mail: OutgoingMail) -> Outgoing:
    """The mail in full. The same row gives the same mail, so that a second try sends the same bytes."""
    facts = mail.placeholders
    group = SupportGroup.objects.filter(pk=facts.get("group")).first() if facts.get("group") else None
    subject, text, html = texts(mail, group)
    return Outgoing(
        from_name=sender_name(mail, group),
        from_addr=sender_address(group),
        to=((str(facts.get("to_name", "")), mail.to),),
        cc=tuple(("", address) for address in mail.copies or ()),
        subject=subject,
        text=text,
        html=html,
        message_id=identity.message_id(mail.pk, domain=domain(), secrets=desk_secrets()),
        at=mail.queued_at,
        reply_to=reply_address(mail, group),
        in_reply_to=facts.get("in_reply_to", ""),
        references=tuple(facts.get("references", ())),
        auto_submitted=_auto_submitted(mail.kind),
        attachments=tuple(_attachment(file) for file in facts.get("files", ())),
    )


def texts(mail: OutgoingMail, group: SupportGroup | None) -> tuple[str, str, str]:
    """Subject, plain text and HTML. The first line of a template's text is the subject."""
    if mail.kind == "plain":
        return mail.placeholders["subject"], mail.placeholders["text"], mail.placeholders.get("html", "")
    facts: dict[str, Any] = dict(mail.placeholders)
    for name in ("due_at", "until"):
        if facts.get(name):
            facts[name] = datetime.fromisoformat(facts[name])
    zone = Person.objects.filter(pk=mail.person_id).values_list("time_zone", flat=True).first()
    facts |= {"signature": group.signature if group else "", "desk": settings.SIRA_URL}
    with translation.override(mail.language), timezone.override(zone or settings.TIME_ZONE):
        written = render_to_string(f"notifications/mails/{mail.kind}.txt", facts)
        subject, _line, text = written.strip().partition("\n")
        text = tidy(text)
        html = render_to_string(
            "notifications/mails/frame.html",
            {"paragraphs": as_paragraphs(text), "language": mail.language, "rtl": mail.language == "fa", **facts},
        )
    return subject.strip(), text, html


def tidy(text: str) -> str:
    """Template tags leave empty lines behind; at most one stays between paragraphs."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        if line.strip() or (lines and lines[-1]):
            lines.append(line.rstrip())
    return "\n".join(lines) + "\n"


def as_paragraphs(text: str) -> list[str]:
    """Escaped paragraphs whose lines are kept; the template makes them HTML."""
    return [escape(part).replace("\n", "<br>") for part in text.strip().split("\n\n")]


def domain() -> str:
    return str(settings.MAIL["from"]).rpartition("@")[2]


def sender_address(group: SupportGroup | None) -> str:
    return (group.address if group else "") or str(settings.MAIL["from"])


def sender_name(mail: OutgoingMail, group: SupportGroup | None) -> str:
    author = mail.placeholders.get("author") if mail.kind in BY_A_PERSON else ""
    return " · ".join(part for part in (author, group.name if group else "Sira") if part)


def reply_address(mail: OutgoingMail, group: SupportGroup | None) -> str:
    number = mail.placeholders.get("reply_key")
    return keys.reply_address(sender_address(group), number, desk_secrets()) if number else ""


def bounce_address(mail: OutgoingMail) -> str:
    """Where a server reports that it could not deliver: the ticket's own address; nowhere for what a machine caused."""
    number = mail.placeholders.get("number")
    if not number or mail.kind in IN_ANSWER:
        return "" if mail.kind in IN_ANSWER else str(settings.MAIL["from"])
    return keys.reply_address(str(settings.MAIL["from"]), number, desk_secrets())


def _auto_submitted(kind: str) -> str:
    if kind in BY_A_PERSON:
        return ""
    return "auto-replied" if kind in IN_ANSWER else "auto-generated"


def _attachment(file: dict[str, Any]) -> Attachment:
    digest = bytes.fromhex(file["digest"])
    return Attachment(file["name"], file["type"] or "application/octet-stream", lambda: desk_files().read(digest))
