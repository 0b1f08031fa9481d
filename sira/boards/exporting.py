"""A board as a file. What begins like a formula is written as text: who opens it must not run it."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from importlib import import_module
from typing import Any

from django.utils.translation import gettext as _

from sira.boards.asking import Asked
from sira.boards.composing import Tile
from sira.insight import figures

FORMULAS = ("=", "+", "-", "@", "\t", "\r")
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


def plain(value: Any, kind: str = "count") -> Any:
    """Days as ISO 8601, words harmless, figures as everywhere."""
    if isinstance(value, date):
        return value.isoformat()
    found = figures.plain(value, kind)
    return found if isinstance(found, (int, float)) or found is None else harmless(str(found))


def harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULAS) else text


def unit(kind: str) -> str:
    return {"share": "%", "time": _("working minutes")}.get(kind, "")


def rows_of(tile: Tile) -> Iterable[Sequence[Any]]:
    for one in tile.numbers:
        yield [harmless(str(one["words"])), plain(one["value"], one["kind"]), unit(one["kind"])]
    if tile.lines:
        yield [harmless(str(head)) for head in tile.heads]
        for line in tile.lines:
            yield [plain(cell.value, cell.kind) for cell in line]


def as_csv(tiles: Sequence[Tile], asked: Asked) -> bytes:
    """With a mark that tells spreadsheets its encoding."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_("Days"), asked.scope.since.isoformat(), asked.scope.until.isoformat()])
    for tile in tiles:
        writer.writerow([])
        writer.writerow([harmless(tile.words)])
        writer.writerows(rows_of(tile))
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(tiles: Sequence[Tile], asked: Asked) -> bytes:
    """A sheet for each tile. What writes them is loaded by the first who wants one: it is a tenth of a start."""
    bold = import_module("openpyxl.styles").Font(bold=True)
    book = import_module("openpyxl").Workbook()
    book.remove(book.active)
    for tile in tiles:
        sheet = book.create_sheet(tile.words[:31].translate(NOT_IN_NAMES))
        sheet.append([_("Days"), asked.scope.since.isoformat(), asked.scope.until.isoformat()])
        sheet["A1"].font = bold
        for row in rows_of(tile):
            sheet.append(list(row))
        sheet.column_dimensions["A"].width = 32
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_pdf(tiles: Sequence[Tile], asked: Asked) -> bytes:
    """To be read, not to be counted with: figures stand in it as on the page."""
    return import_module("sira.boards.printing").as_pdf(tiles, asked)


NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
KINDS: dict[str, Callable[[Sequence[Tile], Asked], bytes]] = {"csv": as_csv, "xlsx": as_xlsx, "pdf": as_pdf}
