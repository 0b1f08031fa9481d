"""Why a mail came back: from the server's reply to one word and an RFC 3463 status.

The words are those that bounce tools commonly use. Phrases are matched in lower case on text with blanks folded; the
first table that knows the text wins, so the special stands above the general.
"""

from __future__ import annotations

import re

# The last two digits of a status that had to be made up, grouped as RFC 3463 groups its own: 1 address, 2 mailbox,
# 3 mail system, 4 network, 5 protocol, 6 content, 7 and 8 policy.
REASONS = {
    "undefined": 0, "onhold": 1, "syntaxerror": 2, "norelaying": 9, "filtered": 10, "userunknown": 11,
    "hostunknown": 12, "hasmoved": 16, "rejected": 18, "suspend": 21, "mailboxfull": 22, "exceedlimit": 23,
    "systemerror": 30, "systemfull": 31, "notaccept": 32, "mesgtoobig": 34, "mailererror": 39, "networkerror": 44,
    "toomanyconn": 45, "speeding": 46, "expired": 47, "notcompliantrfc": 50, "contenterror": 60, "securityerror": 70,
    "blocked": 71, "virusdetected": 72, "requireptr": 73, "authfailure": 74, "badreputation": 75,
    "failedstarttls": 76, "policyviolation": 77, "spamdetected": 80,
}  # fmt: skip


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases))


USER_UNKNOWN = _any(
    r"(?:user|recipient|mailbox|account|address|addressee|customer|userid)s?(?: name)?(?: is| was| '?[^ ]{1,80}'?)?(?: (?:is|was))? (?:unknown|not found|invalid|not recognized|non-?existent|does ?n[o']t exist|not exist)",
    r"(?:unknown|no such|invalid|non-?existent|bad|illegal|undefined|not a valid|unrouteable) (?:final delivery |local |virtual |destination )?(?:users?\b|recipient|mailbox|account|address(?! error: )|addressee|userid|local part)",
    r"does ?n[o']t (?:have an? [^ ]{1,80} account|exist)", r"not (?:listed in|our customer)", r"no mailbox (?:here )?by that name",
    r"no (?:valid recipient|such person|account by)", r"unknown_?user", r"recip(?:ient)?notfound", r"recipient name is not recognized",
    r"not (?:a )?known (?:user|here)", r"user unknown",
    r"inactive email address", r"destination address not found", r"addressee unknown", r"no longer (?:valid|in use)",
    r"not a valid (?:user|mailbox|recipient)", r"this (?:address|user|account) (?:no longer|does)", r"invalid address",
    r"did not match a known", r"over quota and unknown", r"account (?:has been )?(?:deleted|closed|removed)",
    r"user not (?:exist|found|known)", r"adresse (?:inconnue|d'au moins un destinataire invalide)", r"unbekannt(?:er)? (?:benutzer|empf)",
    r"\brecipients? could not be (?:found|resolved)", r"wasn'?t found at", r"cannot find (?:the )?(?:user|mailbox|recipient)",
)  # fmt: skip

_BY_TEXT: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("failedstarttls", _any(r"does not support tls", r"must issue a starttls", r"starttls (?:is )?(?:required|failed|command)", r"tls (?:is )?required", r"encryption (?:is )?required", r"tls handshake")),
    ("virusdetected", _any(r"virus", r"malware", r"infected", r"trojan")),
    ("notcompliantrfc", _any(
        r"rfc ?(?:2?822|5322|5321|2821)(?: compliant|-compliant| section)", r"not rfc", r"multiple (?:\d{3} \d\.\d\.\d )?addresses in from", r"duplicate header", r"(?:missing|multiple|malformed|invalid|bad|no) (?:required )?(?:\w+: |'?\w{2,12}:?'? )?header(?!s too large)", r"bare (?:lf|newline|linefeed)", r"missing (?:or malformed )?(?:message-id|from|date)",
    )),
    ("authfailure", _any(
        r"\bdmarc\b", r"\bdkim\b.{0,40}(?:fail|did not|missing|invalid|required)", r"\bspf\b.{0,60}(?:fail|record|check|reject|not pass|forbid|denied|softfail)", r"(?:bad|fail\w*|violat\w*|invalid) spf\b",
        r"sender (?:is )?unauthenticated", r"unauthenticated (?:e?mail)", r"does not have authentication information", r"sender policy framework", r"does not pass authentication", r"fails? to pass authentication", r"sender id (?:check )?(?:fail|\(pra\))",
    )),
    ("requireptr", _any(
        r"\bptr\b", r"\brdns\b", r"reverse dns", r"reverse (?:lookup|mapping|address|host)", r"unverifyable sending ip", r"cannot (?:find|resolve) your (?:hostname|reverse|host)", r"client host rejected: cannot find", r"unresolvable (?:relay|client) host", r"ip name lookup failed", r"no reverse", r"dns\S* validation failed",
    )),
    ("badreputation", _any(r"reputation", r"temporarily deferred due to", r"poor sender", r"sender ?score", r"low trust")),
    ("systemerror", _any(r"\bldap\b")),
    ("speeding", _any(r"receiving mail at a rate", r"rate that prevents", r"sending (?:mail )?too (?:fast|quickly)", r"mail rate (?:limit )?exceeded", r"too many messages .{0,40}(?:per|within|in the last)")),
    ("toomanyconn", _any(
        r"too many (?:connections?|recipients|sessions|concurrent|errors from your|simultaneous)", r"connection (?:rate|frequency) limit", r"(?:ip|connection|domain) frequency limited", r"rate limit(?:ed)?\b", r"exceeded the (?:rate|maximum number of) (?:limit|connections)", r"throttl", r"concurrent (?:connections|sessions)", r"maximum (?:connections|number of connections)", r"try again later.{0,20}too many", r"aup#in-1310",
    )),
    ("mailboxfull", _any(
        r"(?:mailbox|inbox|account|maildir|mail ?box)\b.{0,40}\b(?:is )?(?:full|over ?quota|exceed)", r"(?:over|exceed\w*|out of|insufficient|disk)[ -](?:the )?(?:storage |disk |mailbox |mail )?(?:quota|allocated storage|storage allocation)", r"quota (?:exceeded|violation|full|has been|for)", r"exceeded (?:his|her|its|their|the|storage|email|max)\w* ?.{0,20}(?:quota|storage|mailbox|allocation)", r"not enough (?:storage|disk) space .{0,20}(?:mailbox|user)", r"mailbox size", r"user is over", r"overquota", r"mailfolder is full", r"bo[iî]te .{0,20}pleine", r"postfach .{0,20}voll", r"casilla .{0,20}llena", r"storage (?:limit|quota)",
    )),
    ("systemfull", _any(r"insufficient (?:disk|system|storage)", r"no space left", r"disk full", r"not enough disk", r"mail system full", r"file system full")),
    ("exceedlimit", _any(r"message (?:length|size) exceeds (?:admin|limit|the recipient)", r"too large for this (?:recipient|user)", r"recipsizelimit", r"exceeds administrative limit", r"length exceeds limit")),
    ("mesgtoobig", _any(r"message (?:is |was )?too (?:large|big|long)", r"(?:message|mail|data|body) (?:file |size )?(?:too (?:large|big)|exceed\w*)", r"size (?:limit|exceeds|too)", r"exceeds? (?:the )?(?:maximum|fixed|size).{0,30}(?:size|limit|length)", r"max(?:imum)? message size", r"552 .{0,20}size")),
    ("contenterror", _any(r"8-bit data in", r"headers? too (?:large|long|big)", r"media error", r"\bmime\b.{0,30}(?:error|invalid|not|bad)", r"improper use of", r"invalid (?:attachment|content|base64)", r"too many (?:mime|attachments)", r"line too long", r"body (?:part|type) not")),
    ("norelaying", _any(r"relay(?:ing)?(?: access)?(?: (?:is|was|to \S+))? (?:denied|prohibited|not (?:permitted|allowed)|not authorized|forbidden)", r"not (?:permitted|allowed|authorized) to (?:relay|send to this host)", r"unable to relay", r"no relaying", r"we do not relay", r"email address is not verified", r"cannot relay", r"not a (?:gateway|relay)", r"relay (?:not|operation)", r"rcpthosts", r"that domain isn'?t in my list")),
    ("mailererror", _any(r"x-unix;? ?procmail", r"\bpipe to \|")),
    ("hostunknown", _any(r"account or domain may not exist")),
    ("userunknown", USER_UNKNOWN),
    ("rejected", _any(
        r"sender (?:address |domain |was |is )?(?:reject|denied|not|refused|unknown|blocked|invalid|verif)", r"(?:domain|host) of sender", r"sender domain", r"unroutable sender", r"(?:unverified|invalid|bad|unknown|forged|blocked) sender", r"purported responsible address",
    )),
    ("blocked", _any(
        r"block(?:ed|ing)? (?:using|by .{0,30}(?:dnsbl|rbl|list)|- see|ip|from|because of)", r"\b(?:rbl|dnsbl|spamhaus|sorbs|spamcop|barracudacentral|abuseat)\b", r"black ?list", r"banned (?:sending )?ip", r"(?:client|ip|host \S+)\b.{0,60}\b(?:is |was )?(?:blocked|refused|rejected|banned|denied|not allowed|black)", r"not accepting connections", r"esmtp not accepting", r"service refuse", r"invalid ip for sending", r"use the smtp server of your isp", r"my name was rejected", r"invalid domain name", r"access denied\.\.\.", r"we do not accept mail from (?:dynamic|your)", r"dynamic ip", r"messages from .{0,40}(?:were ?n[o']t sent|blocked)", r"your (?:ip|server|network|host)\b.{0,60}(?:block|reject|denied|ban|list|refus)", r"bad sender ip", r"unfortunately, messages from", r"no (?:mail|connection) accepted from", r"missing reverse", r"refused to talk to me", r"connection (?:refused|dropped|rejected) .{0,20}(?:policy|abuse)", r"\bhelo\b.{0,60}(?:reject|invalid|denied|blocked)", r"you are not allowed to connect", r"server access .{0,40}forbidden",
    )),
    ("hasmoved", _any(r"has moved", r"no longer on (?:this )?server", r"not our (?:user|customer)", r"has changed (?:his|her|their|its)? ?address", r"no forwarding address", r"user not local; please try", r"has been replaced by")),
    ("suspend", _any(r"(?:account|mailbox|user|recipient|domain|address)(?:\(s\) account)?\b.{0,60}\b(?:disabled|suspended|inactive|frozen|locked|deactivated|discontinued|not active|expired|blocked)", r"(?:disabled|suspended|inactive|frozen|locked) (?:recipient|account|mailbox|user|e?mail)", r"suspended due to", r"temporarily (?:suspended|disabled)", r"no longer active", r"is not currently accepting")),
    ("spamdetected", _any(
        r"(?:classified|detected|identified|considered|rejected|flagged|marked|looks?|tagged|blocked|scored|appears).{0,30}\bspam", r"\bspam\b.{0,30}(?:detected|content|message|filter|score|rejected|block|email|mail|found|\.)", r"- spam\b", r"\bube\b", r"message content rejected", r"unsolicited", r"bulk e?mail", r"spam(?:my)? content", r"like spam", r"\bjunk mail", r"content (?:was )?(?:rejected|blocked|filtered)", r"(?:high|over) spam", r"spamassassin", r"rejected by (?:anti-?spam|content)",
    )),
    ("rejected", _any(
        r"sender (?:address |domain |was |is )?(?:reject|denied|not|refused|unknown|blocked|invalid|verif)", r"(?:domain|host) of sender", r"sender domain", r"unroutable sender", r"(?:unverified|invalid|bad|unknown|forged|blocked) sender", r"purported responsible address", r"(?:return|from) (?:address|path) .{0,30}(?:reject|invalid|does not|not)", r"you are not (?:a )?(?:member|allowed|permitted|subscribed)", r"not (?:a )?member of", r"mail from .{0,60}(?:rejected|not allowed|denied|refused)(?! for policy)", r"sender verif", r"google groups", r"posting to .{0,40}restricted", r"no permission to (?:post|send)", r"senders? not allowed to (?:post|send)", r"backscatter",
    )),
    ("securityerror", _any(
        r"authentication (?:is )?required", r"unauthenticated senders", r"(?:smtp|sender) auth", r"turn on smtp auth", r"delivery not auth", r"not authorized", r"authrequired", r"access denied", r"(?:insecure|prohibited|banned|dangerous|executable) (?:attach|file|extension|mail)", r"authentication (?:failed|credentials)", r"permission denied", r"security (?:policy|reason|violation|error)", r"crypto", r"address rejected: policy", r"unauthorized", r"client was not authenticated", r"must authenticate", r"relaying .{0,10}authent",
    )),
    ("policyviolation", _any(r"policy", r"protocol violation", r"potential (?:security|threat)", r"header error", r"blocked because its content", r"administrative(?:ly)? (?:prohibit|reject|denied)", r"not acceptable", r"for legal reasons", r"prohibited by")),
    ("notaccept", _any(
        r"does not (?:accept|receive) (?:e-?mail|mail|messages)", r"does ?n[o']t (?:accept|receive) (?:e-?mail|mail)", r"null mx", r"no smtp service", r"nullmx", r"not accept(?:ing)? (?:network )?(?:messages|mail)", r"no (?:mx|mail exchanger)(?: record)?s? (?:found|for|or)", r"couldn't find (?:a|any) (?:mail exchanger|host|mx)", r"(?:mail|smtp) service (?:is )?(?:not|un)available here", r"domain does not accept",
    )),
    ("hostunknown", _any(
        r"host(?:name)? (?:or domain name )?(?:is )?(?:not found|unknown|lookup fail\w*)", r"unknown (?:host|domain)", r"(?:domain|host) (?:name )?(?:does ?n[o']t exist|not found|not exist|unknown|is invalid)", r"no such (?:domain|host)", r"nxdomain", r"illegal host", r"unrout(?:e)?able (?:mail )?(?:domain|address)", r"account or domain may not exist", r"name or service not known", r"cannot (?:find|resolve) (?:the )?(?:host|domain)", r"bad destination (?:host|system)", r"unresolvable domain", r"domain not (?:in use|found)", r"all relevant mx records point to non-?existent", r"invalid domain",
    )),
    ("networkerror", _any(
        r"hop count", r"too many hops", r"(?:mail|routing|forwarding) loop", r"loops? (?:back|detected)", r"no route to host", r"network (?:is )?unreachable", r"lost connection", r"connection (?:reset|lost|closed|was dropped)", r"name server", r"name service error", r"dns (?:error|lookup|server|type)", r"host (?:is )?unreachable", r"had no relevant answers", r"no answer from host", r"can'?t connect", r"bad (?:connection|dns)", r"broken pipe", r"unable to resolve", r"temporary lookup failure",
    )),
    ("expired", _any(
        r"(?:connection|operation|session|timeout|delivery|user open)? ?timed ?[\n ]?out", r"retry time(?:out)?", r"(?:message|delivery|queue|mail)\b.{0,40}\bexpired", r"too long", r"could not (?:be )?deliver(?:ed)? (?:for|within|in)", r"not delivered within", r"delivery (?:time|attempts)", r"has been delayed", r"attempts", r"giving up on", r"socket error", r"not reachable", r"did not accept our requests to connect", r"been in the queue", r"not responding", r"deferred: connection (?:refused|timed)", r"try again later", r"connection refused", r"could not find a gateway", r"delivery (?:was )?(?:aborted|delayed|temporarily suspended)", r"delayed mail", r"time ?limit exceeded", r"failed \d+ attempts", r"undeliverable for",
    )),
    ("mailererror", _any(r"x-unix", r"procmail", r"\bpipe to\b", r"command (?:failed|died|exited|time limit)", r"exit(?:ed)? (?:status|value|code|with)", r"local (?:delivery|mailer|configuration) (?:agent|error|failed)", r"unknown mailer error", r"temporary failure\. command", r"command output", r"mailer (?:died|error)")),
    ("systemerror", _any(
        r"system (?:config|error|failure|problem)", r"internal (?:server |system )?(?:error|software)", r"local error in processing", r"server (?:configuration|error|fail)", r"ldap", r"could not load", r"multiple retries", r"queue file write", r"i/o error", r"(?:can'?t|cannot) (?:create|open|write)", r"out of memory", r"duplicated message-id", r"timeout waiting for", r"resources temporarily", r"configuration error", r"interrupted system call",
    )),
    ("syntaxerror", _any(r"syntax error", r"(?:improper|bad) sequence of commands", r"command (?:un(?:known|recognized)|not (?:implemented|recognized))", r"malformed address", r"incorrectly constructed", r"unrecognized (?:command|parameter)", r"invalid parameter", r"5\.5\.[124] (?:error|command|syntax)")),
    ("filtered", _any(r"message filtered", r"recipient preferences", r"rejected by (?:a |the )?(?:remote|domain filter|recipient|user)", r"refused (?:due to|by) recipient", r"whitelist", r"rejected by user", r"filter(?:ed|ing)")),
    ("onhold", _any(r"temporary failure(?! report)", r"on hold", r"temporarily rejected", r"greylist", r"gr[ae]y-?listed", r"try later")),
    ("userunknown", _any(r"address rejected", r"mailbox (?:unavailable|not available)")),
    ("systemerror", _any(r"service (?:currently |temporarily )?unavailable")),
)  # fmt: skip

# What a code says when the words don't help. Longest prefix first.
_BY_STATUS: tuple[tuple[str, str], ...] = (
    (".7.606", "blocked"), (".7.5", "blocked"), (".7.6", "badreputation"), (".7.25", "requireptr"),
    (".7.26", "authfailure"), (".7.27", "notaccept"), (".7.20", "authfailure"), (".7.23", "authfailure"),
    (".7.24", "authfailure"), (".7.13", "suspend"), (".7.9", "policyviolation"), (".7.1", "securityerror"),
    (".7.0", "securityerror"), (".7", "securityerror"), (".1.10", "notaccept"), (".1.1", "userunknown"),
    (".1.0", "userunknown"), (".1.2", "hostunknown"), (".1.3", "userunknown"), (".1.4", "userunknown"),
    (".1.6", "hasmoved"), (".1.7", "rejected"), (".1.8", "rejected"), (".1.9", "expired"), (".2.1", "suspend"),
    (".2.2", "mailboxfull"), (".2.3", "exceedlimit"), (".2.0", "filtered"), (".3.1", "systemfull"),
    (".3.2", "notaccept"), (".3.3", "systemerror"), (".3.4", "mesgtoobig"), (".3.5", "systemerror"),
    (".3.0", "systemerror"), (".4.1", "expired"), (".4.2", "networkerror"), (".4.3", "systemerror"),
    (".4.4", "hostunknown"), (".4.5", "systemerror"), (".4.6", "networkerror"), (".4.7", "expired"),
    (".4.0", "networkerror"), (".5.4", "networkerror"), (".5.3", "toomanyconn"), (".5", "syntaxerror"),
    (".6", "contenterror"),
)  # fmt: skip

_CERTAIN = {".7.26", ".7.25", ".2.2", ".3.4", ".1.6", ".4.6", ".7.606", ".1.8", ".7.27", ".3.1"}
_AT_RCPT = re.compile(r"rcpt|recipient address rejected|not like recipient|invalid recipient")

# Not part of an address, a version or a longer number.
_STATUS = re.compile(r"(?<![\d.\w])([245])\.(\d{1,2}|[0-9])\.(\d{1,3})(?![\d\w]|\.\d)")
_REPLY = re.compile(r"(?<![\d.\w/\[-])([45]\d\d)(?=[ :-](?!\d{2,}))")
_CODED_REPLY = re.compile(r"(?<!\d)([45]\d\d)[ -]+(?:\d{3}[ -]+)?#?([45])\.(\d{1,2})\.(\d{1,3})(?![\d.])")


def statuses_in(text: str) -> list[str]:
    """Enhanced codes a text gives, those that stand behind a reply code first: other numbers may only look alike."""
    coded = [f"{m[2]}.{m[3]}.{m[4]}" for m in _CODED_REPLY.finditer(text)]
    return coded or [m[0] for m in _STATUS.finditer(text) if m[1] in "45" and int(m[2]) <= 7]


def reply_code_in(text: str) -> str:
    match = _REPLY.search(text)
    return match[1] if match else ""


def status_of(field: str, text: str, reason: str, *, temporary: bool) -> str:
    """The code of a failure.

    field: the report's own Status, may be empty; it is the reporting server's, so what the refusing server said in
    `text` goes before it, unless that is less exact.
    """
    said = statuses_in(text)
    exact = [status for status in said if not status.endswith(".0")] or [s for s in said if not s.endswith(".0.0")]
    if exact:
        return exact[-1]
    found = _STATUS.search(field)
    if found and not (said and found[0].endswith(".0.0")):
        return found[0]
    if said:
        return said[-1]
    code = reply_code_in(text)
    digit = code[0] if code else "4" if temporary else "5"
    return f"{digit}.0.9{REASONS.get(reason, 0):02d}"


def from_words(status: str, text: str) -> str:
    """The reason that words give, empty where none is known. status: the code of the failure, for doubtful words."""
    said = re.sub(r"https?://\S+", " ", text[:3_000].lower())
    said = re.sub(r"\b\d{3}-\d\.\d{1,3}\.\d{1,3}\b", " ", said)  # at the head of each line of a long reply
    said = re.sub(r"\s+", " ", said)
    for word, pattern in _BY_TEXT:
        if pattern.search(said):
            return _unknown_or_filtered(status, said) if word == "userunknown" else word
    return ""


def from_status(status: str) -> str:
    """The reason that a code stands for, empty for codes that leave it open."""
    return next((word for prefix, word in _BY_STATUS if status[1:].startswith(prefix)), "")


def certain_from_status(status: str) -> str:
    """As `from_status`, but only for codes that servers use with care."""
    return from_status(status) if status[1:] in _CERTAIN else ""


def _unknown_or_filtered(status: str, said: str) -> str:
    """A server that took the recipient first and refused after the text has filtered, whatever it calls it."""
    if status[1:].startswith(".1.") or _AT_RCPT.search(said):
        return "userunknown"
    return "filtered" if reply_code_in(said) or status else "userunknown"
