"""Which 8-bit set a text is in whose label is missing or a lie, by the letters that its language writes. Pure.

Only where the letters leave hardly a doubt; everything else is Western.
"""

from __future__ import annotations

import re

OTHERWISE = "cp1252"
SURE = 5  # letters that must speak against a label; an Icelandic word or two may be written in those of Turkish
_LETTERS = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_TURKISH = "çğıİöşüÇĞÖŞÜâîûÂÎÛ".encode("cp1254")
_POLISH = "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ".encode("cp1250")
# What these are in the Western set: letters of Icelandic, which writes others beside them,
_ONLY_TURKISH = re.compile(b"[%b]" % "ğıİşĞŞ".encode("cp1254"))
# and signs such as ³ and ¿, which never stand within a word.
_ONLY_POLISH = re.compile(b"[a-z%b][%b][a-z%b]" % (_POLISH, "ąłźż".encode("cp1250"), _POLISH))
_QUOTES_AND_DASHES = bytes(range(0x80, 0xA1)) + b"\xab\xbb\xb7\xb0\xa7\xb4"
_LOW = bytes(range(0x80))
_SMALL_CYRILLIC = bytes(range(0xE0, 0x100))
_ALEF = b"\xc7"  # the commonest letter of Arabic and Persian


def single_byte_set(data: bytes, fewest: int = 1) -> str:
    """The codec that its bytes above ASCII speak for. fewest: how many letters must do so."""
    high = data.translate(None, _LOW)
    letters = high.translate(None, _QUOTES_AND_DASHES)
    if len(letters) < fewest:
        return OTHERWISE
    if not letters.translate(None, _TURKISH) and _ONLY_TURKISH.search(data):
        return "cp1254"
    if not high.translate(None, _POLISH + _QUOTES_AND_DASHES) and _ONLY_POLISH.search(data):
        return "cp1250"
    latin = len(data) - len(data.translate(None, _LETTERS))
    if len(letters) < 8 or len(letters) < latin:
        return OTHERWISE
    if letters.count(_ALEF) > len(letters) / 20:
        return "cp1256"
    if len(letters) - len(letters.translate(None, _SMALL_CYRILLIC)) > len(letters) * 0.7:
        return "cp1251"
    return OTHERWISE
