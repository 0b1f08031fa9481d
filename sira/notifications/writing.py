"""What a mail says: a template for each kind, in the reader's language, with the ticket's key in its reply address."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from sira.notifications import identity
from sira.notifications.kinds import NOTICES
from sira.notifications.models import OutgoingMail
from sira.people.models import SupportGroup
from sira.plumbing import scanning, speaking
from sira.plumbing.desk_files import desk_files
from sira.plumbing.desk_secrets import desk_secrets
from sira.plumbing.mail import keys
from sira.plumbing.mail.building import Attachment, Outgoing
from sira.plumbing.scanning import FileHeldBack
from sira.shell import formats
from sira.shell.laying_out import laid_out, without_pictures
from sira.shell.reader import zone_named

# Written by a person; every other kind is the desk's own and says so (RFC 3834).
BY_A_PERSON = ("answer", "side")
SAID = ("text", "resolution", "said", "question")  # placeholders with words of a person
IN_ANSWER = ("acknowledgement", "too_large")
DASH = "– "  # before each line of a list
SIGNATURE = "-- "  # RFC 3676: what follows is left out when somebody answers


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
        attachments=tuple(_attachment(file, mail.language) for file in facts.get("files", ())),
    )


def texts(mail: OutgoingMail, group: SupportGroup | None) -> tuple[str, str, str]:
    """Subject, plain text and HTML. The first line of a template's text is the subject."""
    if mail.kind == "plain":
        return mail.placeholders["subject"], mail.placeholders["text"], mail.placeholders.get("html", "")
    zone = zone_named(mail.person.time_zone if mail.person else settings.TIME_ZONE)
    facts = {**mail.placeholders, "signature": group.signature.strip() if group else ""}
    facts["subject"] = " ".join(str(facts.get("subject", "")).split())
    if facts.get("due_at"):
        facts["due"] = formats.full(datetime.fromisoformat(facts["due_at"]), mail.language, zone=zone)
    with speaking.mailing(mail.language):
        written = render_to_string(f"notifications/mails/{mail.kind}.txt", facts)
        subject, _line, text = written.strip().partition("\n")
        text = tidy(_with_reason(mail, text))
        rtl = translation.get_language_bidi()
        frame = {
            "kind": mail.kind,
            "language": mail.language,
            "direction": "rtl" if rtl else "ltr",
            "side": "right" if rtl else "left",
        }
        html = render_to_string("notifications/mails/frame.html", {**facts, **frame, "parts": parts(text, facts)})
        if mail.kind in BY_A_PERSON:
            text = without_pictures(text)
    return subject.strip(), text, html


def _with_reason(mail: OutgoingMail, text: str) -> str:
    """Why a notice comes, and where one chooses; before the signature, which nobody answers to.

    Not in an answer: it is the conversation, and goes on to those on copy.
    """
    notice = NOTICES.get(mail.kind)
    if notice is None or mail.message is not None:
        return text
    said = gettext("You get this %(reason)s. Choose how you are told: %(link)s") % {
        "reason": notice.reason,
        "link": f"{settings.SIRA_URL}{reverse('notifications:settings')}",
    }
    body, mark, signature = text.partition(f"\n{SIGNATURE}\n")
    return f"{body.rstrip()}\n\n{said}\n{mark}{signature}"


def tidy(text: str) -> str:
    """Template tags leave empty lines behind; at most one stays between paragraphs."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        if line.strip() or (lines and lines[-1]):
            lines.append(line if line == SIGNATURE else line.rstrip())
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Part:
    """A paragraph of a mail. kind: link, signature, theirs (written by a person, in whatever language) or ours.

    lines: safe HTML.
    """

    kind: str
    lines: str = ""


def parts(text: str, facts: Mapping[str, Any]) -> list[Part]:
    """The plain text again, with what HTML shows better: the link as a button, a person's words in their direction."""
    pictures = {file["name"]: f"cid:{content_id(file)}" for file in facts.get("files", ()) if file.get("cid")}
    said = set("\n\n".join(tidy(str(facts.get(name) or "")).strip() for name in SAID).split("\n\n"))
    body, _mark, signature = text.partition(f"\n{SIGNATURE}\n")
    found: list[Part] = []
    for paragraph in filter(None, body.strip().split("\n\n")):
        theirs = paragraph in said
        lines = [line for line in paragraph.split("\n") if theirs or line != facts.get("link")]
        if lines:
            found.append(Part("theirs", _laid_out(lines, pictures)) if theirs else Part("ours", _as_html(lines)))
        if not theirs and facts.get("link") in paragraph.split("\n"):
            found.append(Part("link"))
    if signature.strip():
        found.append(Part("signature", _as_html(signature.strip().split("\n"))))
    return found


def _as_html(lines: Sequence[str]) -> SafeString:
    """An address of the desk alone on a line is where the words above it lead: those behind a dash, else the first
    line. The line over those with dashes is their head."""
    written, ways = list[str](), dict[int, str]()
    for line in lines:
        if written and re.fullmatch(_own_address(), line.strip()):
            ways[len(written) - 1 if written[-1].startswith(DASH) else 0] = line.strip()
        else:
            written.append(line)
    has_head = any(line.startswith(DASH) for line in written[1:])
    found = []
    for place, line in enumerate(written):
        dash = DASH if line.startswith(DASH) else ""
        words = _with_ways(line) if place not in ways else _leading(line.removeprefix(dash), ways[place])
        found.append(format_html("<b>{}</b>", words) if has_head and not dash else dash * (place in ways) + words)
    return SafeString("<br>".join(found))


def _own_address() -> str:
    return re.escape(settings.SIRA_URL) + r"/[^\s<>\"']*"


def _with_ways(line: str) -> SafeString:
    """Addresses of the desk within a sentence are ways; whatever else looks like one stays words."""
    pieces = re.split(f"({_own_address()})", line)
    return SafeString("".join(_leading(one, one) if n % 2 else conditional_escape(one) for n, one in enumerate(pieces)))


def _leading(words: str, way: str) -> SafeString:
    return format_html('<a href="{}" style="color:inherit">{}</a>', way, words)


def _laid_out(lines: Sequence[str], pictures: Mapping[str, str]) -> SafeString:
    """With the composer's signs; a paragraph in a mail has no room around it of its own, the part around it has."""
    html = laid_out("\n".join(lines), pictures).replace('<p dir="auto">', '<p dir="auto" style="margin:0">')
    return SafeString(html.replace('<img class="in-text"', '<img style="max-width:100%;height:auto"'))


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


def _attachment(file: dict[str, Any], language: str) -> Attachment:
    """Raises FileWaits. In place of what is held back stands a word that it is."""
    digest = bytes.fromhex(file["digest"])
    try:
        scanning.must_be_clean(digest)
    except FileHeldBack as held:
        with speaking.mailing(language):
            words = f"{held}\n".encode()
        return Attachment(f"{file['name']}.txt", "text/plain", lambda: [words])
    kind, cid = file["type"] or "application/octet-stream", content_id(file) if file.get("cid") else ""
    return Attachment(file["name"], kind, lambda: desk_files().read(digest), cid)


def content_id(file: Mapping[str, Any]) -> str:
    """RFC 2045 7: of the shape of a message id."""
    return f"{file['cid']}@{domain()}"
