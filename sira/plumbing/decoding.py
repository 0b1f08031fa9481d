"""The text of a file that names its own encoding, as XML does."""

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, lookup

DECLARED = re.compile(r"""^(\s*<\?xml[^>]*?\bencoding\s*=\s*["'])([\w.:-]+)""")
# For names of hosts: a drawing of two megabytes said to be in them would be read for half an hour.
FOR_NAMES = {"punycode", "idna"}


def decoded(source: bytes) -> str:
    """By its first two bytes or its declaration, else as UTF-8. Raises UnicodeError, LookupError (no such encoding)."""
    if source[:2] in (BOM_UTF16_LE, BOM_UTF16_BE):
        return source.decode("utf-16")
    declared = DECLARED.match(source[:200].decode("latin-1"))
    named = declared[2] if declared else "utf-8-sig"
    if lookup(named).name in FOR_NAMES:
        raise LookupError(named)
    return source.decode(named)


def as_utf8(source: bytes) -> str:
    """The same text, saying that it is UTF-8, as which it is kept and given out. Raises what `decoded` raises."""
    return DECLARED.sub(r"\g<1>UTF-8", decoded(source), count=1)
