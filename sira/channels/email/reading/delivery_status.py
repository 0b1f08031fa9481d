"""The machine-readable part of a bounce, RFC 3464, as servers really write it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .charsets import storable

_FIELD = re.compile(
    r"^(original-recipient|final-recipient|x-actual-recipient|action|status|diagnostic-code|remote-mta)[ \t]*:[ \t]*"
    r"(.*(?:\n[ \t]+\S.*)*)",
    re.MULTILINE | re.IGNORECASE,
)
_ADDRESS = re.compile(r"[^\s<>;,\"]+@[^\s<>;,\"]+")
_HEX = re.compile(r"\\x\{(0?[0-9A-Fa-f]{2,5}|10[0-9A-Fa-f]{4})\}")  # RFC 6533, utf-8-addr-xtext
_OWN_FIELDS = ("final-recipient", "original-recipient", "action", "status", "diagnostic-code")
MOST_RECIPIENTS = 1_000


@dataclass
class Recipient:
    """What the report says of one recipient; absent fields are empty."""

    address: str = ""
    original: str = ""
    action: str = ""
    status: str = ""
    diagnostic: str = ""
    remote: str = ""


def recipients(text: str) -> list[Recipient]:
    """Groups of fields are divided by blank lines, and where those were lost, by a field that comes again."""
    found: list[Recipient] = []
    for group in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")):
        fields: dict[str, str] = {}
        for match in _FIELD.finditer(group):
            name, value = match[1].lower(), re.sub(r"\s+", " ", match[2]).strip()
            if name in fields and name in ("final-recipient", "action"):
                _add(found, fields)
                fields = {}
            fields.setdefault(name, value)
        _add(found, fields)
        if len(found) >= MOST_RECIPIENTS:
            break
    return found


def _add(found: list[Recipient], fields: dict[str, str]) -> None:
    if not any(name in fields for name in ("final-recipient", "original-recipient", "x-actual-recipient")):
        if found and not found[-1].diagnostic:  # a blank line within the group
            found[-1].diagnostic = fields.get("diagnostic-code", "")
            found[-1].status = found[-1].status or fields.get("status", "")
            found[-1].action = found[-1].action or fields.get("action", "").lower()
        elif not found and "status" in fields and "action" in fields:
            found.append(_recipient(fields))
        return
    found.append(_recipient(fields))


def _recipient(fields: dict[str, str]) -> Recipient:
    final = _address(fields.get("final-recipient", "")) or _address(fields.get("x-actual-recipient", ""))
    if "." not in final.partition("@")[2] and "original-recipient" in fields:
        final = ""  # a name within the server
    original = _address(fields.get("original-recipient", ""))
    return Recipient(
        address=final or original,
        original=original,
        action=fields.get("action", "").lower().split(" ")[0],
        status=fields.get("status", ""),
        diagnostic=fields.get("diagnostic-code", ""),
        remote=fields.get("remote-mta", ""),
    )


def _address(value: str) -> str:
    kind, _semicolon, text = value.partition(";")
    text = text or value
    if kind.strip().lower() == "utf-8":
        text = storable(_HEX.sub(lambda found: chr(int(found[1], 16)), text))
    match = _ADDRESS.search(text)
    if match:
        return match[0].strip("<>()'\"").rstrip(".,;:")
    return ""
