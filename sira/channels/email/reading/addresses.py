"""Who a mail is from and to, out of headers as they are found and not as RFC 5322 wants them."""

from __future__ import annotations

import re

from .letter import Address
from .words import decode_words, one_line

MOST_ADDRESSES = 2_000
MOST_PIECES = 30  # tokens of one mailbox
LONGEST_ADDRESS = 320  # RFC 5321: 64 for the local part, 255 for the domain

# Pieces of an address header: quoted text, comment, <...>, separators, all else.
_TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*+"'
    r"|\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*+\))*+\)"
    r"|<[^<>]*>"
    r"|[,;]"
    r'|[^",;<>()]+'
    r"|.",
    re.DOTALL,
)
_UNCLOSED = ('"', "(")  # what is left of a quote or comment whose end was not found, after a look at all that follows
MOST_UNCLOSED = 10
_PLAIN_TOKEN = re.compile(r"<[^<>]*>|[,;]|[^,;<>]+|.", re.DOTALL)
_ADDR = re.compile(r"[^\s<>()\[\]\",;:@\\]+@(?:[^\s<>()\[\]\",;:@\\]+|\[[^\]\s]+\])")
_QUOTED_LOCAL = re.compile(r'"(?:[^"\\]|\\.){1,64}"@[^\s<>\[\]",;:@()]+')
_LOOSE_ADDR = re.compile(r"[^\s<>\",;@]+@[^\s<>\",;@]+")
_GROUP = re.compile(r"^\s*(?:\"[^\"]*\"|(?:(?!=\?)[^@<>\":,;])+):(?!//)")


def parse(value: str, hint: str = "") -> list[Address]:
    """All mailboxes in a header value (still with its encoded words), in order; what is no address is left out."""
    found = _parse(value, hint)
    if not found and "=?" in value:  # whole `Name <address>` inside one encoded word
        found = _parse(_requoted(decode_words(value, hint)), hint)
    return found


def first(values: list[str], hint: str = "") -> Address:
    """The first mailbox of several values of one field; the name alone where no address can be found."""
    for value in values:
        if found := parse(value, hint):
            return found[0]
    for value in values:
        text = decode_words(value, hint).strip().strip("<>\"' ")
        if text and "@" not in text:
            return Address("", text)
    return Address("")


def stands_plainly(addr: str, values: list[str]) -> bool:
    """Whether a value has the address where servers look for it too: in no quote, comment or other address."""
    alone = re.compile(rf"(?<![^\s<>,;:]){re.escape(addr)}(?![^\s<>,;.(]|>\s*@)", re.IGNORECASE)
    return any(alone.search("".join(t for t in _tokens(value) if t[0] not in '("')) for value in values)


def _requoted(text: str) -> str:
    """Decoded text is data: a comma in the name of `Doe, Jane <jane@…>` doesn't separate."""
    head, bracket, rest = text.partition("<")
    if bracket and "," in head and "@" not in head and '"' not in head:
        return f'"{head.strip()}" <{rest}'
    return text


def _parse(value: str, hint: str) -> list[Address]:
    found: list[Address] = []
    pieces: list[str] = []  # of the mailbox being read
    for token in [*_tokens(value), ","]:
        if len(pieces) > MOST_PIECES:
            pieces = []
        if token not in (",", ";"):
            pieces.append(token)
            continue
        mailbox = _mailbox(pieces, hint)
        if mailbox is None and pieces and token == "," and not any("<" in piece or "@" in piece for piece in pieces):
            pieces.append(token)  # `Doe, Jane <jane@…>` without its quotes: the comma is part of the name
            continue
        pieces = []
        if mailbox and len(found) < MOST_ADDRESSES:
            found += mailbox
    return found


def _tokens(value: str) -> list[str]:
    """Quotes and comments count until some were not closed: each of these costs a look at the whole rest."""
    found: list[str] = []
    unclosed = 0
    for match in _TOKEN.finditer(value):
        unclosed += match[0] in _UNCLOSED
        if unclosed > MOST_UNCLOSED:
            return found + _PLAIN_TOKEN.findall(value, match.start())
        found.append(match[0])
    return found


def _mailbox(pieces: list[str], hint: str) -> list[Address] | None:
    whole = "".join(pieces)
    if "@" not in whole:
        return None
    if len(whole) > 4 * LONGEST_ADDRESS:  # no honest mailbox; searching it would cost the square of its length
        at = whole.find("@")
        pieces = _tokens(whole[max(0, at - LONGEST_ADDRESS) : at + LONGEST_ADDRESS])
        whole = "".join(pieces)
    group = _GROUP.match(whole)
    if group and "<" not in group[0] and not group[0].lower().lstrip().startswith("mailto:"):
        rest = whole[group.end() :]
        return _mailbox(_tokens(rest), hint) if "@" in rest else None
    angles = [piece for piece in pieces if piece.startswith("<") and "@" in piece]
    if angles:
        addr = _addr_in(angles[-1][1:-1])
        before = pieces[: pieces.index(angles[-1])]
        name = _name(before, hint)
        if not name:
            name = _comment(pieces, hint)
        return [Address(addr, name)] if addr else None
    if local := _QUOTED_LOCAL.search(whole):
        return [Address(local[0], _comment(pieces, hint))]
    plain = "".join(piece for piece in pieces if piece[0] not in '("') or whole
    match = _ADDR.search(plain) or _ADDR.search(whole) or _LOOSE_ADDR.search(whole)
    if match is None:
        return None
    addr = _tidy(match[0])
    if "<" in plain and plain.find("<") < match.start():  # the closing bracket was forgotten
        return [Address(addr, _name([plain[: plain.find("<")]], hint))]
    others = [_tidy(other) for other in _ADDR.findall(plain)]
    if len(others) > 1:
        return [Address(other) for other in others]
    left_over = plain[: match.start()] + plain[match.end() :]
    return [Address(addr, _comment(pieces, hint) or _name([p for p in pieces if p[0] == '"'] or [left_over], hint))]


def _addr_in(text: str) -> str:
    text = re.sub(r"^\s*mailto:", "", text.strip(), flags=re.IGNORECASE)
    if text.startswith("@") and ":" in text:  # RFC 822 source route
        text = text.rpartition(":")[2]
    match = re.fullmatch(r'"[^"]*"@\S+|[^\s@]+@[^\s@]+', text.strip())
    if match:
        return _tidy(text)
    loose = _ADDR.search(text) or _LOOSE_ADDR.search(text)
    return _tidy(loose[0]) if loose else ""


def _tidy(addr: str) -> str:
    return addr.strip().strip("'`").rstrip(".>").replace("\0", "")


def _name(pieces: list[str], hint: str) -> str:
    texts = [_unquoted(piece) if piece[:1] == '"' else piece for piece in pieces if piece[:1] != "("]
    text = one_line(decode_words("".join(texts), hint)).strip()
    while len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1].strip()
    return text.strip('"').strip()


def _comment(pieces: list[str], hint: str) -> str:
    for piece in pieces:
        if piece.startswith("(") and len(piece) > 2:
            return _name([re.sub(r"\\(.)", r"\1", piece[1:-1])], hint)
    return ""


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1])
