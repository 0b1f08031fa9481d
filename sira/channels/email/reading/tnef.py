"""The files in a winmail.dat (MS-OXTNEF), as far as names and bytes go."""

from __future__ import annotations

import struct

from .charsets import decode
from .letter import Attachment

_SIGNATURE = 0x223E9F78
_RENDERING_DATA, _TITLE, _DATA, _PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
_LONG_NAME = (0x3707001F, 0x3707001E)  # PR_ATTACH_LONG_FILENAME, in UTF-16 and in the sender's code page
MOST_FILES = 500


def files_in(data: bytes) -> list[Attachment]:
    """Empty where `data` is no TNEF or holds no file."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        return []
    files: list[dict[str, bytes]] = []
    position = 6
    while position + 9 <= len(data) and len(files) < MOST_FILES:
        _, attribute, size = struct.unpack_from("<BII", data, position)
        content = data[position + 9 : position + 9 + size]
        position += 9 + size + 2
        kind = attribute & 0xFFFF
        if kind == _RENDERING_DATA:
            files.append({})
        elif files and kind == _TITLE:
            files[-1]["title"] = content.rstrip(b"\0")
        elif files and kind == _DATA:
            files[-1]["data"] = content
        elif files and kind == _PROPERTIES:
            files[-1]["name"] = _long_name(content)
    return [
        Attachment(decode(file.get("name") or file.get("title") or b"attachment.bin"), file["data"])
        for file in files
        if "data" in file
    ]


def _long_name(properties: bytes) -> bytes:
    """The property is looked for by its mark; walking all property types would be a library of its own."""
    for mark, codec in zip(_LONG_NAME, ("utf-16-le", "cp1252"), strict=True):
        at = properties.find(struct.pack("<I", mark))
        if at < 0 or at + 12 > len(properties):
            continue
        size = struct.unpack_from("<I", properties, at + 8)[0]
        text = properties[at + 12 : at + 12 + min(size, 1_000)].decode(codec, "replace")
        return text.rstrip("\0").encode()
    return b""
