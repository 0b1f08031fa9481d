"""From bytes to text when the label is missing, misspelt or a lie."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

from .guessing import OTHERWISE, SURE, single_byte_set

# Labels seen in mail which Python does not know, or where a superset of the named set is what senders really use
# (WHATWG Encoding reads them so too).
_ALIASES = {
    "ascii": "cp1252", "us-ascii": "cp1252", "ansi_x3.4-1968": "cp1252", "iso-8859-1": "cp1252", "iso8859-1": "cp1252",
    "latin1": "cp1252", "latin-1": "cp1252", "iso_8859-1": "cp1252", "8859_1": "cp1252", "cp-1252": "cp1252",
    "ansi": "cp1252", "x-ansi": "cp1252", "windows1252": "cp1252", "iso-8859-9": "cp1254", "iso-8859-11": "cp874",
    "gb2312": "gb18030", "gb_2312-80": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb2312_charset": "gb18030",
    "hz-gb-2312": "hz", "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "euc-kr": "cp949", "ksc5601": "cp949",
    "korean": "cp949", "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932",
    "windows-31j": "cp932", "iso-2022-jp": "iso2022_jp_ext", "csiso2022jp": "iso2022_jp_ext",
    "iso-2022-jp-ms": "iso2022_jp_ext", "cp50220": "iso2022_jp_ext", "cp50221": "iso2022_jp_ext", "big5": "cp950",
    "big5-eten": "cp950", "x-x-big5": "cp950", "x-big5": "cp950", "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8", "iso-8859-6-i": "iso-8859-6", "windows-874": "cp874", "x-windows-874": "cp874",
    "tis-620": "cp874", "unicode-1-1-utf-7": "utf-7", "unicode-1-1-utf-8": "utf-8", "utf": "utf-8", "utf8mb4": "utf-8",
    "unicode": "utf-16", "x-mac-roman": "mac_roman", "macintosh": "mac_roman", "x-mac-cyrillic": "mac_cyrillic",
    "x-mac-ce": "mac_latin2", "koi8r": "koi8-r", "koi8u": "koi8-u", "x-euc-jp": "euc-jp", "x-iso-8859-1": "cp1252",
}  # fmt: skip
_SINGLE_BYTE_WEST = {"cp1252", "cp1254", "iso8859-15", "iso8859-2", "cp1250", "cp1251", "mac-roman", "mac_roman"}
# An escape sequence and what follows in the set it chose; a line's end does not return to ASCII by itself here.
_ESCAPED = re.compile(rb"\x1b(\$\([@BD]|\$[@B]|\([BJIH])([^\x1b]*)")
_STATEFUL = {"utf-7", "hz", "utf-16", "utf-16-le", "utf-16-be", "iso2022_jp_ext", "iso2022_kr", "utf-32"}
_WIDE = {"utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"}
_HALF_PAIR = re.compile("[\ud800-\udfff]")
_NOT_TEXT = {"hex", "base64", "bz2", "zlib", "quopri", "uu", "rot13", "idna", "punycode", "undefined", "mbcs", "oem"}


@lru_cache(maxsize=256)
def codec_for(label: str) -> str | None:
    """Python's name for the character set a mail names, None if nobody knows it."""
    cleaned = label.strip().strip("\"'").lower().split("*")[0].strip()
    if cleaned.startswith("charset="):
        cleaned = cleaned[8:].strip("\"'")
    for candidate in (cleaned, cleaned.replace("_", "-"), cleaned.replace("cp-", "cp"), cleaned.removeprefix("x-")):
        name = _ALIASES.get(candidate, candidate)
        try:
            found = codecs.lookup(name)
        except (LookupError, ValueError):
            continue
        if found._is_text_encoding and found.name not in _NOT_TEXT and "escape" not in found.name:
            return _ALIASES.get(found.name, found.name)
    return None


def _iso_2022_jp(data: bytes) -> str:
    """By way of Shift_JIS, whose Microsoft form has the circled digits and units that mailers write without asking."""
    out = []
    for mode, run in _ESCAPED.findall(b"\x1b(B" + data):
        if mode in (b"$B", b"$@", b"$(D", b"$(@", b"$(B"):
            run = b"".join(_shifted(row, cell) for row, cell in zip(run[::2], run[1::2], strict=False))
        elif mode == b"(I":
            run = bytes(byte | 0x80 for byte in run)
        out.append(run.decode("cp932", "replace"))
    return "".join(out)


def _shifted(row: int, cell: int) -> bytes:
    """JIS X 0208 row and cell (7 bit) as Shift_JIS."""
    if not (0x21 <= row <= 0x7E and 0x21 <= cell <= 0x7E):
        return bytes((row, cell)) if row < 0x21 else b"?"
    lead = (row - 0x21) // 2 + (0x81 if row < 0x5F else 0xC1)
    if row % 2:
        return bytes((lead, cell + (0x1F if cell < 0x60 else 0x20)))
    return bytes((lead, cell + 0x7E))


def decode(data: bytes, label: str = "", hint: str = "") -> str:
    """The text in `data`, whatever its label says; never raises, never holds NUL.

    label: the character set the sender named, may be empty.  hint: another to try when the label fails or is missing.
    """
    return storable(_decode(data, label, hint))


def storable(text: str) -> str:
    """Without what no database and no UTF-8 file takes: NUL, and halves of surrogate pairs (UTF-7, JSON)."""
    if not text.isascii():
        text = _HALF_PAIR.sub("\ufffd", text)
    return text.replace("\0", "")


def _decode(data: bytes, label: str, hint: str) -> str:
    codec = codec_for(label) if label else None
    if codec in _WIDE and data.isascii() and b"\0" not in data:
        codec = None  # not even the ends of its lines are wide
    if data.isascii() and b"\x1b" not in data and codec not in _STATEFUL:
        return data.decode("ascii")
    if (codec == "iso2022_jp_ext" or codec is None or codec == "cp1252") and b"\x1b$" in data:
        return _strictly(data, "iso2022_jp_ext") or _iso_2022_jp(data)
    if codec is None or codec in _SINGLE_BYTE_WEST or codec == "utf-8":
        # Any byte string is legal in these sets, but text that happens to be valid UTF-8 hardly ever is anything else.
        text = _strictly(data, "utf-8")
        if text is not None:
            return text
    elif codec not in _STATEFUL:
        text = _strictly(data, "utf-8")
        if text is not None and len(data) - len(text) >= 6:  # three letters of a CJK text: no accident any more
            return text
    for candidate in (codec, codec_for(hint) if hint else None):
        if candidate and candidate != "utf-8":
            text = _strictly(data, single_byte_set(data, SURE) if candidate == OTHERWISE else candidate)
            if text is not None:
                return text
    if codec and codec not in ("utf-8", "cp1252"):
        return data.decode(codec, "replace")
    return _mixed(data)


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):
        return None


def _mixed(data: bytes) -> str:
    """Text that is neither: keeps what is UTF-8 and reads the other bytes as Western, unless they tell their set."""
    if _mostly_utf8(data):
        return data.decode("utf-8", "mail-western")
    chinese = _strictly(data, "gb18030")
    if chinese is not None and _mostly_ideographs(chinese):
        return chinese
    found = single_byte_set(data)
    if found != OTHERWISE:
        return data.decode(found, "replace")
    return data.decode("utf-8", "mail-western")


def _mostly_utf8(data: bytes) -> bool:
    """Whether few letters are broken, as where the text was cut off or a footer of another set stands below it."""
    beyond = [c for c in data.decode("utf-8", "replace") if c > "\x7f"]
    return beyond.count("\ufffd") * 3 < len(beyond)


def _mostly_ideographs(text: str) -> bool:
    beyond = [c for c in text if c > "\x7f"]
    return len(beyond) > 8 and sum(
        "\u4e00" <= c <= "\u9fff" or "\u3000" <= c <= "\u303f" or c > "\uff00" for c in beyond
    ) > 0.9 * len(beyond)


def _western(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("mail-western", _western)
