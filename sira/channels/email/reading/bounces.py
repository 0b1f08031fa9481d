"""Reports that a mail of ours did not arrive, and complaints about one that did."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from . import addresses, delivery_status, failure_texts, files, reasons, report_signs
from .charsets import decode, storable
from .headers import Headers, split
from .letter import Bounce
from .structure import Part, cut

_REPORT_TYPES = ("message/delivery-status", "message/global-delivery-status", "message/delivery-status-notification")
_ARRIVED = ("delivered", "relayed", "expanded", "displayed")


@dataclass(frozen=True)
class Finding:
    is_bounce: bool = False
    is_complaint: bool = False
    bounces: tuple[Bounce, ...] = ()
    returned_message_ids: tuple[str, ...] = ()


def find(root: Part, sender: str, text: str) -> Finding:
    """Judges one mail. sender: its From address.  text: its text as people would read it."""
    parts = list(root.walk())
    notified = _notification(text)
    if report_signs.is_complaint(root, parts) or notified.get("notificationType") == "Complaint":
        return Finding(is_complaint=True, returned_message_ids=_returned_ids(parts, text))
    reports = [_text_of(part) for part in parts if part.content_type in _REPORT_TYPES]
    named = [r for report in reports for r in delivery_status.recipients(report)]
    if not named and "final-recipient" in text.lower() and report_signs.looks_like_daemon(root.headers, sender):
        named = delivery_status.recipients(text)
    if named and all(recipient.action in _ARRIVED for recipient in named):
        return Finding()
    failed = addresses_in(root.headers.raw_all("x-failed-recipients"))
    listed = _from_notification(notified)
    if not (named or reports or failed or listed) and not report_signs.reads_like_bounce(root, sender, text):
        return Finding()
    told = _told(root, sender, text)
    returned = _returned_headers(parts, text)
    bounces = listed or _bounces(root, named, failed, told, returned, text)
    return Finding(is_bounce=True, bounces=tuple(bounces), returned_message_ids=_returned_ids(parts, text))


def addresses_in(values: list[str]) -> list[str]:
    return [address.addr for value in values for address in addresses.parse(value)]


def _told(root: Part, sender: str, text: str) -> list[failure_texts.Failure]:
    """What the words of the report say. Our own address is a recipient only where no other is named."""
    ours = {a.lower() for a in addresses_in(root.headers.raw_all("to") + root.headers.raw_all("delivered-to"))}
    return (
        failure_texts.failures(text, ours | {sender.lower()})
        or failure_texts.failures(text, {sender.lower()})
        or failure_texts.bare_names(text, sender.partition("@")[2].lower())
    )


def _bounces(
    root: Part,
    named: list[delivery_status.Recipient],
    failed: list[str],
    told: list[failure_texts.Failure],
    returned: Headers | None,
    text: str,
) -> list[Bounce]:
    words = {failure.address.lower(): failure.said for failure in told}
    report = failure_texts.above_returned_mail(text[: failure_texts.LONGEST])
    subject = root.headers.text("subject")
    temporary = bool(
        re.search(r"delay|warning|still being retried|will be retried", f"{subject} {report[:2000]}", re.I)
    )
    found: dict[str, Bounce] = {}
    for recipient in named:
        if recipient.action in _ARRIVED:
            continue
        address = recipient.address or next((f.address for f in told), "") or next(iter(failed), "")
        said = words.get(address.lower()) or words.get(recipient.original.lower(), "")
        if not said and len(named) == 1:
            said = " ".join(failure.said for failure in told) or report[:4_000]
        texts = (recipient.diagnostic, said, report[:4_000] if len(named) == 1 else "")
        bounce = _bounce(address, recipient.status, texts, recipient.action == "delayed")
        found.setdefault(address.lower(), bounce)
    if found:
        return list(found.values())
    for failure in told:
        if not failed or failure.address.lower() in {address.lower() for address in failed}:
            found[failure.address.lower()] = _bounce(failure.address, "", (failure.said, report), temporary)
    for address in failed:
        if address.lower() not in found:
            found[address.lower()] = _bounce(address, "", (words.get(address.lower(), ""), report), temporary)
    if not found and returned is not None:
        for address in addresses_in(returned.raw_all("to"))[:50]:
            found[address.lower()] = _bounce(address, "", (report, subject), temporary)
    return list(found.values())


def _bounce(address: str, status: str, texts: tuple[str, ...], temporary: bool) -> Bounce:
    """status: the report's own, may be empty.  texts: what was said, the most trusted first."""
    telling = next((text for text in texts if reasons.statuses_in(text) or reasons.reply_code_in(text)), "")
    code = reasons.status_of(status, telling, "", temporary=temporary)
    known = "" if ".0.9" in code else code
    reason = reasons.certain_from_status(known)
    for text in texts:
        reason = reason or reasons.from_words(known, text)
    if not reason and temporary:
        reason = "expired"
    reason = reason or reasons.from_status(known) or ("onhold" if any(texts) else "undefined")
    return Bounce(address, reasons.status_of(status, telling, reason, temporary=temporary), reason)


def _notification(text: str) -> dict[str, Any]:
    """Amazon SES tells by a JSON message, itself or as a string inside one of SNS."""
    if "notificationType" not in text[:20_000]:
        return {}
    reader = json.JSONDecoder(strict=False)  # the mail's line breaks fall within strings
    try:
        told = reader.raw_decode(text.strip())[0]
        told = reader.decode(told["Message"]) if "Message" in told else told
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _from_notification(told: dict[str, Any]) -> list[Bounce]:
    try:
        return [
            _bounce(
                storable(str(r["emailAddress"])), str(r.get("status", "")), (str(r.get("diagnosticCode", "")),), False
            )
            for r in told["bounce"]["bouncedRecipients"]
        ]
    except (KeyError, TypeError, AttributeError):
        return []


def _text_of(part: Part) -> str:
    data = files.bytes_of(part) or part.body
    if part.children:
        data = part.body
    return decode(data, part.charset).replace("\r\n", "\n")


def _returned_headers(parts: list[Part], text: str) -> Headers | None:
    """Headers of the mail that was given back, from a part of its own or out of the running text."""
    for part in parts[1:]:
        if part.content_type in report_signs.RETURNED_TYPES:
            data = files.bytes_of(part).lstrip(b"\r\n")
            return Headers(split(cut(data)[0] or data[:20_000]))
    at = re.search(r"^(?:Received|Return-Path|From|To|Message-ID|Subject|Date): ", text, re.MULTILINE | re.IGNORECASE)
    return Headers(split(text[at.start() : at.start() + 20_000].encode())) if at else None


def _returned_ids(parts: list[Part], text: str) -> tuple[str, ...]:
    headers = _returned_headers(parts, text)
    if headers is None:
        return ()
    values = headers.raw_all("message-id") + headers.raw_all("references") + headers.raw_all("in-reply-to")
    return tuple(dict.fromkeys(re.findall(r"<([^<>\s]{3,200})>", " ".join(values))))[:100]
