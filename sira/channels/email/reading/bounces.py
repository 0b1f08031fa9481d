"""Reports that a mail of ours did not arrive, and complaints about one that did."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from . import addresses, bodies, delivery_status, failure_texts, reasons
from .charsets import decode
from .headers import Headers, split
from .letter import Bounce
from .structure import Part, cut

_REPORT_TYPES = ("message/delivery-status", "message/global-delivery-status", "message/delivery-status-notification")
_RETURNED_TYPES = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers", "text/rfc822")
_DAEMON = re.compile(
    r"mailer-?daemon|post_?master|mail[ .-]?delivery|delivery[ .-]?(?:sub)?system|mail ?system|mail admin|mmsc|"
    r"bounce|mailerdaemon|mail-daemon|mdaemon|returnedmail|system administrator|mail router|smtp",
    re.IGNORECASE,
)
_FAILED_SUBJECT = re.compile(
    r"undeliver|returned (?:mail|to sender|message)|(?:mail|message|delivery|e-?mail)\b.{0,30}\b(?:fail|error|problem|delay|not deliver|could not|unable|status|blocked|notification)|"
    r"failed mail|fail(?:ure|ed) (?:notice|delivery|mail)|delivery (?:status|notification|failure|report|has failed)|non[ -]?(?:delivery|remis|recapit)|"
    r"could(?: not|n't) (?:be )?(?:deliver|send)|cannot send|warning: (?:could not|message)|error sending your mail|returning message|rejected|nicht zustellbar|unzustellbar|"
    r"non distribu|non consegnat|niet bezorgd|no entregad|n[ãa]o entregue|не доставлен|недоставлен|エラー通知|配信不能|user unknown|bounced?\b|not read(?:ed)?:|unknown (?:user|recipient|address)|not (?:a )?member|loop alert|"
    r"退信|無法傳遞|투고|iletilemedi|nie (?:została )?dostarczon|doručen|errors from|your message to|delivery",
    re.IGNORECASE,
)
_FAILED_TEXT = re.compile(
    r"(?:could ?n[o']t|was not|unable to|cannot|can't|not be able to|failed to|did not|wasn't able to|couldn't|not been|could not be|have trouble|had trouble|undeliver).{0,80}(?:deliver|sent\b|send|reach|complete|accept)|"
    r"(?:deliver\w*|recipients?|address(?:es)?|message).{0,80}(?:fail|error|reject|undeliver|unknown|not (?:be|been) )|"
    r"permanent (?:fatal )?error|undeliverable|mailbox (?:is )?full|user unknown|unknown user|no such user|returned mail|transcript of session|"
    r"disabled|does ?n[o']t have an? .{1,60} account|you are not a member|duplicated message-id|送信できません|配信できません|не может быть доставлено|не удалось|rejected|无法(?:发送|送达|投递)|無法(?:傳遞|傳送)|did not exactly match|delivery problems|postponed|not known|full mailbox|invalid final delivery|failure reasons",
    re.IGNORECASE | re.DOTALL,
)
# Headings of reports that no person writes; with a postmaster as sender they need no telling subject.
_FORM = re.compile(
    r"did not reach the following recipient|^error message below|^-* ?failure reasons|the following recipients? (?:could|did|were|was)|"
    r"delivery to the following (?:recipient|address)|following address(?:es)? had|this is an? (?:automatically generated|advisory-only)|"
    r"^(?:final-)?recipient: ?(?:rfc822;)?|^reporting-mta:|your message .{0,40}(?:could not be|was not|cannot be) delivered",
    re.IGNORECASE | re.MULTILINE,
)
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
    if _is_complaint(root, parts) or notified.get("notificationType") == "Complaint":
        return Finding(is_complaint=True, returned_message_ids=_returned_ids(parts, text))
    reports = [_text_of(part) for part in parts if part.content_type in _REPORT_TYPES]
    named = [r for report in reports for r in delivery_status.recipients(report)]
    if not named and "final-recipient" in text.lower() and _looks_like_daemon(root.headers, sender):
        named = delivery_status.recipients(text)
    if named and all(recipient.action in _ARRIVED for recipient in named):
        return Finding()
    failed = addresses_in(root.headers.raw_all("x-failed-recipients"))
    listed = _from_notification(notified)
    if not (named or reports or failed or listed) and not _reads_like_bounce(root, sender, text):
        return Finding()
    told = _told(root, parts, sender, text)
    returned = _returned_headers(parts, text)
    bounces = listed or _bounces(root, named, failed, told, returned, text)
    return Finding(is_bounce=True, bounces=tuple(bounces), returned_message_ids=_returned_ids(parts, text))


def addresses_in(values: list[str]) -> list[str]:
    return [address.addr for value in values for address in addresses.parse(value)]


def _is_complaint(root: Part, parts: list[Part]) -> bool:
    """RFC 5965, and AOL's and others' older way of the same."""
    if any(part.content_type == "message/feedback-report" for part in parts):
        return True
    if root.params.get("report-type", "").lower() == "feedback-report":
        return True
    headers = root.headers
    if headers.raw("x-loop").strip().lower() in ("scomp", "fblfw"):
        return True
    return bool(re.match(r"complaint about message from \[?\d", headers.text("subject"), re.IGNORECASE))


def _looks_like_daemon(headers: Headers, sender: str) -> bool:
    from_field = headers.text("from")
    null = "<>" in (headers.raw("return-path").strip(), from_field.strip())
    return null or bool(_DAEMON.search(from_field) or _DAEMON.search(sender)) or not from_field


def _reads_like_bounce(root: Part, sender: str, text: str) -> bool:
    headers = root.headers
    if headers.raw("in-reply-to") and not _DAEMON.search(headers.text("from")):
        return False
    report = failure_texts.above_returned_mail(text[:8_000])
    if re.search(r"^(?:you are not a member of this mailing list|duplicated message-id in) ", text[:200], re.I | re.M):
        return "admin@" in sender or "-admin" in sender
    if not _looks_like_daemon(headers, sender) and "report" not in root.content_type:
        return _reads_like_bounce_of_nobody(root, report)
    subject = bool(_FAILED_SUBJECT.search(headers.text("subject")))
    words = bool(_FAILED_TEXT.search(report))
    strong = bool(re.search(r"mailer-?daemon|mail delivery", headers.text("from"), re.I))
    return (subject and words) or (strong and (subject or words)) or bool(_FORM.search(report))


def _reads_like_bounce_of_nobody(root: Part, report: str) -> bool:
    """The sender is no daemon by name: then subject, text and a sign that a machine wrote it must all agree."""
    headers = root.headers
    if not (_FAILED_SUBJECT.search(headers.text("subject")) and _FAILED_TEXT.search(report)):
        return False
    returned = any(part.content_type in _RETURNED_TYPES for part in root.walk())
    by_machine = re.search(r"no-?_?reply|donotreply", headers.raw("from"), re.I) or headers.raw("auto-submitted")
    report_by_name = re.search(r"non-?delivery report|delivery (?:status notification|failure report)", report, re.I)
    return bool((by_machine and returned) or (report_by_name and headers.raw("precedence")))


def _told(root: Part, parts: list[Part], sender: str, text: str) -> list[failure_texts.Failure]:
    """What the words of the report say: the main text, or a text inside a part nobody takes for one."""
    ours = {a.lower() for a in addresses_in(root.headers.raw_all("to") + root.headers.raw_all("delivered-to"))}
    return failure_texts.failures(text, ours | {sender.lower()}) or failure_texts.failures(text, {sender.lower()})


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
    temporary = bool(re.search(r"delay|warning|still being retried|will be retried", f"{subject} {report[:2000]}", re.I))
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
    if 'notificationType' not in text[:20_000]:
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
            _bounce(str(r["emailAddress"]), str(r.get("status", "")), (str(r.get("diagnosticCode", "")),), False)
            for r in told["bounce"]["bouncedRecipients"]
        ]
    except (KeyError, TypeError, AttributeError):
        return []


def _text_of(part: Part) -> str:
    data = bodies.file_bytes(part) or part.body
    if part.children:
        data = part.body
    return decode(data, part.charset).replace("\r\n", "\n")


def _returned_headers(parts: list[Part], text: str) -> Headers | None:
    """Headers of the mail that was given back, from a part of its own or out of the running text."""
    for part in parts[1:]:
        if part.content_type in _RETURNED_TYPES:
            data = bodies.file_bytes(part).lstrip(b"\r\n")
            return Headers(split(cut(data)[0] or data[:20_000]))
    at = re.search(r"^(?:Received|Return-Path|From|To|Message-ID|Subject|Date): ", text, re.MULTILINE | re.IGNORECASE)
    return Headers(split(text[at.start() : at.start() + 20_000].encode())) if at else None


def _returned_ids(parts: list[Part], text: str) -> tuple[str, ...]:
    headers = _returned_headers(parts, text)
    if headers is None:
        return ()
    values = headers.raw_all("message-id") + headers.raw_all("references") + headers.raw_all("in-reply-to")
    return tuple(dict.fromkeys(re.findall(r"<([^<>\s]{3,200})>", " ".join(values))))[:100]
