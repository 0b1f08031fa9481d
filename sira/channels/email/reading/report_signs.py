"""Signs that a mail is a report about another one, and not somebody's words."""

from __future__ import annotations

import re

from . import failure_texts
from .headers import Headers
from .structure import Part

RETURNED_TYPES = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers", "text/rfc822")
_DAEMON = re.compile(
    r"mailer-?daemon|post_?master|mail[ .-]?delivery|delivery[ .-]?(?:sub)?system|mail ?system|mail admin|mmsc|"
    r"bounce|mailerdaemon|mail-daemon|mdaemon|returnedmail|system administrator|mail router|smtp",
    re.IGNORECASE,
)
_FAILED_SUBJECT = re.compile(
    r"undeliver|returned (?:mail|to sender|message)|(?:mail|message|delivery|e-?mail)\b.{0,30}\b(?:fail|error|"
    r"problem|delay|not deliver|could not|unable|status|blocked|notification)|"
    r"failed mail|fail(?:ure|ed) (?:notice|delivery|mail)|delivery (?:status|notification|failure|report|has "
    r"failed)|non[ -]?(?:delivery|remis|recapit)|"
    r"could(?: not|n't) (?:be )?(?:deliver|send)|cannot send|warning: (?:could not|message)|error sending your "
    r"mail|returning message|rejected|nicht zustellbar|unzustellbar|"
    r"non distribu|non consegnat|niet bezorgd|no entregad|n[ãa]o entregue|не доставлен|недоставлен|エラー通知|"
    r"配信不能|user unknown|bounced?\b|not read(?:ed)?:|unknown (?:user|recipient|address)|not (?:a )?member|"
    r"loop alert|"
    r"退信|無法傳遞|투고|teslim(?:at)? (?:edilemedi|hatası|başarısız)|iletilemedi|"
    r"nie(?:dostarcz| (?:została )?dostarczon| można (?:było )?dostarczyć)|zustell\w* (?:fehlg|nicht|fehler)|"
    r"غیرقابل تحویل|تحویل (?:داده )?نشد|خطا در (?:تحویل|ارسال)|doručen|errors from|your message to|delivery",
    re.IGNORECASE,
)
_FAILED_TEXT = re.compile(
    r"(?:could ?n[o']t|was not|unable to|cannot|can't|not be able to|failed to|did not|wasn't able to|couldn't|"
    r"not been|could not be|have trouble|had trouble|undeliver).{0,80}(?:deliver|sent\b|send|reach|complete|accept)|"
    r"(?:deliver\w*|recipients?|address(?:es)?|message).{0,80}(?:fail|error|reject|undeliver|unknown|not (?:be|been) )|"
    r"permanent (?:fatal )?error|undeliverable|mailbox (?:is )?full|user unknown|unknown user|no such user|"
    r"returned mail|transcript of session|"
    r"teslim edile|iletilemedi|ulaştırılamadı|nie (?:można|mogła|udało|został)\w* .{0,40}dostarcz|"
    r"nicht .{0,20}(?:zugestellt|übermittelt)|nachrichtenzustellung|تحویل (?:داده )?نشد|ارسال نشد|"
    r"disabled|does ?n[o']t have an? .{1,60} account|you are not a member|duplicated message-id|送信できません|"
    r"配信できません|не может быть доставлено|не удалось|rejected|无法(?:发送|送达|投递)|無法(?:傳遞|傳送)|did "
    r"not exactly match|delivery problems|postponed|not known|full mailbox|invalid final delivery|failure reasons",
    re.IGNORECASE | re.DOTALL,
)
# Headings of reports that no person writes; with a postmaster as sender they need no telling subject.
_FORM = re.compile(
    r"did not reach the following recipient|^error message below|^-* ?failure reasons|the following recipients? "
    r"(?:could|did|were|was)|"
    r"delivery to the following (?:recipient|address)|following address(?:es)? had|this is an? (?:automatically "
    r"generated|advisory-only)|"
    r"^(?:final-)?recipient: ?(?:rfc822;)?|^reporting-mta:|your message .{0,40}(?:could not be|was not|cannot "
    r"be) delivered",
    re.IGNORECASE | re.MULTILINE,
)


def is_complaint(root: Part, parts: list[Part]) -> bool:
    """RFC 5965, and AOL's and others' older way of the same."""
    if any(part.content_type == "message/feedback-report" for part in parts):
        return True
    if root.params.get("report-type", "").lower() == "feedback-report":
        return True
    headers = root.headers
    if headers.raw("x-loop").strip().lower() in ("scomp", "fblfw"):
        return True
    return bool(re.match(r"complaint about message from \[?\d", headers.text("subject"), re.IGNORECASE))


def looks_like_daemon(headers: Headers, sender: str) -> bool:
    from_field = headers.text("from")
    null = "<>" in (headers.raw("return-path").strip(), from_field.strip())
    return null or bool(_DAEMON.search(from_field) or _DAEMON.search(sender)) or not from_field


def reads_like_bounce(root: Part, sender: str, text: str) -> bool:
    headers = root.headers
    if headers.raw("in-reply-to") and not _DAEMON.search(headers.text("from")):
        return False
    report = failure_texts.above_returned_mail(text[:8_000])
    if re.search(r"^(?:you are not a member of this mailing list|duplicated message-id in) ", text[:200], re.I | re.M):
        return "admin@" in sender or "-admin" in sender
    if not looks_like_daemon(headers, sender) and "report" not in root.content_type:
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
    returned = any(part.content_type in RETURNED_TYPES for part in root.walk())
    by_machine = re.search(r"no-?_?reply|donotreply", headers.raw("from"), re.I) or headers.raw("auto-submitted")
    report_by_name = re.search(r"non-?delivery report|delivery (?:status notification|failure report)", report, re.I)
    return bool((by_machine and returned) or (report_by_name and headers.raw("precedence")))
