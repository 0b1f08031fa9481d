"""What an invitation says (RFC 5545), for a mail that has no other text: what, when, where. Pure."""

from __future__ import annotations

import re

LONGEST = 200_000  # characters that are looked at
_FOLD = re.compile(r"\r?\n[ \t]")
_FIELD = re.compile(r"^(SUMMARY|DTSTART|DTEND|LOCATION|DESCRIPTION)(;[^:\n]{0,200})?:([^\n]*)$", re.MULTILINE)
_ESCAPED = re.compile(r"\\([\\;,nN])")
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?")
_ZONE = re.compile(r"TZID=\"?([^;\":]+)")


def text_of(calendar: str) -> str:
    """Of its first entry, a line for each; empty where there is none."""
    entry = (
        _FOLD.sub("", calendar[:LONGEST].replace("\r\n", "\n")).partition("BEGIN:VEVENT")[2].partition("END:VEVENT")[0]
    )
    found: dict[str, str] = {}
    for name, parameters, value in _FIELD.findall(entry):
        said = _when(value, parameters) if name.startswith("DT") else _ESCAPED.sub(_plain, value)
        found.setdefault(name, said.strip())
    when = " – ".join(filter(None, (found.get("DTSTART"), found.get("DTEND"))))
    return "\n".join(filter(None, (found.get("SUMMARY"), when, found.get("LOCATION"), found.get("DESCRIPTION"))))


def _plain(escaped: re.Match[str]) -> str:
    return "\n" if escaped[1] in "nN" else escaped[1]


def _when(value: str, parameters: str) -> str:
    """As the calendar writes it, for people: its own zone is named, none is reckoned."""
    found = _TIME.fullmatch(value.strip())
    if found is None:
        return value
    year, month, day, hour, minute, utc = found.groups()
    zone = "UTC" if utc else "".join(_ZONE.findall(parameters)[:1])
    return f"{year}-{month}-{day}" + (f" {hour}:{minute} {zone}".rstrip() if hour else "")
