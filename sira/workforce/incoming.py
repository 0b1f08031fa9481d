"""Files of shifts and leave as other programs write them: CSV of table programs in four languages, iCalendar."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from sira.calendars import events, typed
from sira.calendars.events import Event
from sira.calendars.refusals import NotADate
from sira.workforce.exchange import ABSENCES, GROUP, STEP, Row
from sira.workforce.refusals import NO_COLUMN, NO_END, NO_KIND, NO_RULE, NO_STEP, NO_TIME, BadRow, NotAFile

# What table programs of a language write where they don't write UTF-8.
OLD_CODES = {"tr": "cp1254", "pl": "cp1250", "fa": "cp1256"}
SIGNED = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"PK": "", b"\xd0\xcf": ""}  # the last two are workbooks
BETWEEN = ";,\t|"


SAME = str.maketrans({"İ": "i", "I": "i", "ı": "i", "ي": "ی", "ك": "ک", "\u200c": " "})


def _plain(word: str) -> str:
    return " ".join(word.translate(SAME).strip("\ufeff \t'\"").casefold().split())


def _words(given: str) -> tuple[str, ...]:
    return tuple(_plain(one) for one in given.split(","))


HEADS = {
    "person": _words("person, mail, e-mail, email, agent, kişi, e-posta, çalışan, شخص, فرد, ایمیل, osoba, pracownik"),
    "kind": _words("kind, what, type, tür, ne, نوع, چه, rodzaj, typ, co"),
    "on": _words("day, date, on, gün, tarih, روز, تاریخ, dzień, data"),
    "starts_at": _words("starts_at, start, starts, from, başlangıç, başlar, شروع, آغاز, از, początek, start, od"),
    "ends_at": _words("ends_at, end, ends, until, to, bitiş, biter, پایان, تا, koniec, do"),
    "note": _words("note, notes, not, açıklama, یادداشت, توضیح, notatka, uwagi, uwaga"),
    "group": _words("group, grup, گروه, grupa"),
    "step": _words("step, place, sıra, basamak, پله, ترتیب, miejsce, kolejność"),
}
KINDS = {
    "work": _words("work, shift, vardiya, mesai, شیفت, کار, zmiana, praca"),
    "on_call": _words("on_call, on call, nöbet, کشیک, dyżur"),
    "leave": _words("leave, on leave, vacation, izin, izinli, مرخصی, در مرخصی, urlop, na urlopie"),
    "sick": _words("sick, sick leave, hasta, raporlu, بیمار, استعلاجی, choroba, chory, l4"),
}


def decoded(content: bytes, *, language: str) -> str:
    """language: the reader's, for files of older table programs.  Raises NotAFile for a workbook."""
    code = SIGNED.get(content[:2])
    if code == "":
        raise NotAFile
    try:
        return content.decode(code or "utf-8-sig")
    except UnicodeDecodeError:
        return content.decode(OLD_CODES.get(language, "cp1252"), "replace")


def read_csv(text: str) -> Iterator[Row]:
    """Columns by their heads, in any order. Where a column has the day, the others have times alone.

    Raises BadRow, NotAFile.
    """
    lines = text.splitlines(keepends=True)
    skipped = 1 if lines and lines[0].lower().startswith("sep=") else 0
    between = max(BETWEEN, key=(lines[skipped] if len(lines) > skipped else "").count)
    table = csv.reader(lines[skipped:], delimiter=between)
    try:
        places = _places(next(table, []), skipped + 1)
        for cells in table:
            if any(cell.strip() for cell in cells):
                given = {name: cells[place].strip() for name, place in places.items() if place < len(cells)}
                yield _row(given, table.line_num + skipped)
    except csv.Error as error:
        raise NotAFile from error


def _places(heads: Sequence[str], line: int) -> dict[str, int]:
    found = {name: place for place, head in enumerate(heads) for name, words in HEADS.items() if _plain(head) in words}
    for name in ("person", "kind", "starts_at", "ends_at"):
        if name not in found:
            raise BadRow(line, NO_COLUMN, name)
    return found


def _row(given: Mapping[str, str], line: int) -> Row:
    kind = next((name for name, words in KINDS.items() if _plain(given.get("kind", "")) in words), None)
    if kind is None:
        raise BadRow(line, NO_KIND, given.get("kind", ""))
    starts, ends = _times(given, line)
    note = given.get("note", "")
    note = note[1:] if note[:1] == "'" and note[1:2] in ("=", "+", "-", "@") else note
    called = given.get("group", ""), _step(given.get("step", ""), line)
    return Row(given.get("person", "").lower(), kind, starts, ends, note, *called, line)


def _step(given: str, line: int) -> int:
    """Digits of any script; 1 where nothing is said.  Raises BadRow."""
    if given and not (given.isdecimal() and 1 <= int(given) <= 5):
        raise BadRow(line, NO_STEP, given)
    return int(given or 1)


def _times(given: Mapping[str, str], line: int) -> tuple[datetime, datetime | None]:
    """A last day without a time is a day of it; where times have no days, an earlier end is on the next one."""
    cells = [given.get(name, "") for name in ("starts_at", "ends_at")]
    cell = given.get("on", "")
    try:
        if "on" in given:
            on = _day(typed.instant(cell))
            (cell, until), starts = cells, typed.time_on(on, cells[0])
            cell, ends = until, typed.time_on(on, until)
            return starts, ends if ends > starts else ends + timedelta(days=1)
        cell, last = cells
        starts = _from(typed.instant(cell))
        cell = last
        return starts, _until(typed.instant(cell)) if cell else None
    except (NotADate, OverflowError) as error:
        raise BadRow(line, NO_TIME, cell) from error


def _day(at: date) -> date:
    return at.date() if isinstance(at, datetime) else at


def _from(at: date) -> datetime:
    return at if isinstance(at, datetime) else datetime.combine(at, time())


def _until(at: date) -> datetime:
    return at if isinstance(at, datetime) else datetime.combine(at + timedelta(days=1), time())


def read_ical(content: bytes, within: tuple[date, date]) -> Iterator[Row]:
    """Events with a kind among their categories, shifts where there is none; what comes round, between two days.

    Raises BadRow (counting events), NotAFile.
    """
    try:
        for number, event in enumerate(events.read(content, within, follows=events.can_be_followed), 1):
            if "RRULE" in event.of and not _is_followed(event):
                raise BadRow(number, NO_RULE, event.text("SUMMARY"))
            kind = _kind_of(event)
            if event.ends is None and kind not in ABSENCES:
                raise BadRow(number, NO_END, event.text("SUMMARY"))
            ends = None if event.ends is None else _from(event.ends)
            note = str(event.of.get("DESCRIPTION", ""))
            called = event.text(GROUP), _step(event.text(STEP), number)
            yield Row(_mail_of(event), kind, _from(event.starts), ends, note, *called, number)
    except events.Unreadable as error:
        raise NotAFile from error


def _mail_of(event: Event) -> str:
    """Of the organizer, else of the first who attends."""
    given = event.of.get("ORGANIZER") or event.of.get("ATTENDEE") or ""
    return str(given[0] if isinstance(given, list) else given).lower().removeprefix("mailto:")


def _is_followed(event: Event) -> bool:
    rules = event.of["RRULE"]
    return all(events.can_be_followed(rule) for rule in (rules if isinstance(rules, list) else [rules]))


def _kind_of(event: Event) -> str:
    named = [_plain(str(one)) for one in getattr(event.of.get("CATEGORIES"), "cats", [])]
    return next((kind for kind, words in KINDS.items() for one in named if one in words), "work")
