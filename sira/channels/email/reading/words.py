"""RFC 2047 encoded words, as they should be and as they are."""

from __future__ import annotations

import binascii
import re

from .charsets import decode

# Tolerated: blanks and a few question marks inside the text, a language after the character set (RFC 2231), an end
# that was cut off. The repeats are bounded so that a storm of half words stays linear.
_WORD = re.compile(r"=\?([^?\s=]{1,60})\?([bBqQ])\?([^?]*+(?:\?(?!=)[^?]*+){0,4}?)(?:\?=|\?\s*$|$)")
_ENDS = re.compile("(?:[\x01-\x1f\x7f-\x9f\u2028\u2029] ?)+| {2,}")
_TURNS = re.compile("[\x00\u202a-\u202e\u2066-\u2069]")
NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))


def decode_words(text: str, hint: str = "") -> str:
    """Header text with every encoded word replaced by what it says."""
    if "=?" not in text:
        return text
    text = text.replace("?==?", "?= =?")
    out: list[str] = []
    pending: tuple[str, bytes] | None = None  # character set and bytes: a letter may be split between two words
    end = 0
    for match in _WORD.finditer(text):
        gap = text[end : match.start()]
        label = match[1].split("*")[0]
        data = _bytes_of(match[2], match[3])
        end = match.end()
        if pending and gap.strip() == "" and pending[0].lower() == label.lower():
            pending = (label, pending[1] + data)
            continue
        if pending:
            out.append(decode(pending[1], pending[0], hint))
        if gap.strip() or not pending:
            out.append(gap)
        pending = (label, data)
    if pending:
        out.append(decode(pending[1], pending[0], hint))
    out.append(text[end:])
    return "".join(out)


def one_line(text: str) -> str:
    """Decoded header text as it can stand beside others: what ends a line is a blank, what turns its order goes."""
    return _TURNS.sub("", _ENDS.sub(" ", text))


def _bytes_of(encoding: str, payload: str) -> bytes:
    data = payload.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        try:
            return binascii.a2b_qp(data, header=True)
        except binascii.Error:
            return data
    return lenient_base64(data)


def lenient_base64(data: bytes) -> bytes:
    """Decodes what is there: foreign characters are skipped, padding is made up, a lonely last letter is dropped.

    Data after a padded end is a second run, as when two encoders' outputs were glued together.
    """
    if b"=" in data.rstrip(b"=\r\n\t "):
        return b"".join(lenient_base64(run) for run in re.split(rb"=+", data) if run.strip())
    letters = data.translate(None, NOT_BASE64)
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
