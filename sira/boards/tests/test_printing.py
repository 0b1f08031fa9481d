"""The board as PDF, read back letter by letter as a reader's program does."""

import csv
import io
import re
import subprocess
import sys
import zlib

import pytest

from sira.boards import plotting, printing
from sira.boards.composing import Cell, Tile
from sira.shell import formats
from sira.workspace.tests.test_queues import shuffle

OBJECT = re.compile(rb"\n(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
STREAM = re.compile(rb"stream\n(.*)\nendstream", re.DOTALL)
NAMED = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]+)>")
PIECE = re.compile(rb"/F(\d+) [\d.]+ Tf|\(((?:[^\\()]|\\.)*)\) Tj|\b(ET)\b", re.DOTALL)


def stream(body: bytes) -> bytes:
    found = STREAM.search(body)[1]
    return zlib.decompress(found) if b"/FlateDecode" in body else found


def read(pdf: bytes) -> list[str]:
    """The texts of all pages as they stand from left to right, what is drawn by one font at once as one."""
    objects = {int(number): body for number, body in OBJECT.findall(pdf)}
    letters: dict[int, dict[bytes, str]] = {}
    for name, number in re.findall(rb"/F(\d+) (\d+) 0 R", pdf):
        names = stream(objects[int(re.search(rb"/ToUnicode (\d+)", objects[int(number)])[1])])
        letters[int(name)] = {bytes.fromhex(a.decode()): said(b) for a, b in NAMED.findall(names)}
    pages = [int(found) for body in objects.values() for found in re.findall(rb"/Contents (\d+)", body)]
    return [text for page in pages for text in texts(stream(objects[page]), letters)]


def said(code: bytes) -> str:
    return bytes.fromhex(code.decode()).decode("utf-16-be")


def texts(drawn: bytes, letters: dict[int, dict[bytes, str]]) -> list[str]:
    font, text, found = {}, "", []
    for name, piece, ends in PIECE.findall(drawn):
        if name:
            font = letters[int(name)]
        elif ends:
            found, text = [*found, text] if text else found, ""
        else:
            codes = re.sub(rb"\\(.)", lambda one: {b"r": b"\r"}.get(one[1], one[1]), piece, flags=re.DOTALL)
            text += "".join(font[codes[at : at + 2]] for at in range(0, len(codes), 2))
    return found


@pytest.fixture
def board(desk, sign_in):
    """The address of a file to what stands in it, for ada."""
    shuffle(desk, seed=9)
    client = sign_in(desk.ada)

    def ask(kind: str, query: str = ""):
        answer = client.get(f"/boards/figures.{kind}?{query}")
        assert answer.status_code == 200
        return answer

    return ask


def test_each_number_of_the_csv_stands_in_the_pdf(desk, sign_in, board):
    answer = board("pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert re.search(r'filename="figures-[\d-]+\.pdf"', answer.headers["Content-Disposition"])
    shown = read(answer.content)
    rows = list(csv.reader(io.StringIO(board("csv").content.decode("utf-8-sig"))))
    first = [formats.amount(int(value), "en") for _words, value, _unit in rows[3:7]]
    assert [row[0] for row in rows[2:4]] == ["Now", "Open now"] and "0" not in first[:1]
    assert "\n".join(first) in "\n".join(shown)
    for cell in (cell for row in rows for cell in row[1:] if cell.isdecimal()):
        assert formats.amount(int(cell), "en") in " ".join(shown)
    for row in rows:
        assert not row or row[0] == "Days" or words_of(row[0]) <= words_of(" ".join(shown)), row
    assert 'href="/boards/figures.pdf?' in sign_in(desk.ada).get("/boards/figures/").content.decode()
    assert shown[0] == "Figures" and "Page 1" in shown and "Page 2" in shown


BAR = re.compile(rb"([\d.]+) ([\d.]+) ([\d.]+) (-?[\d.]+) re f\n")


def drawn(tile, *, is_mirrored: bool) -> bytes:
    sheet = printing.Sheet("fa" if is_mirrored else "en", is_mirrored=is_mirrored)
    sheet.add_page()
    before = sheet.get_y()
    sheet.write_tile(tile)
    assert sheet.get_y() > before + plotting.height(tile)
    pdf = bytes(sheet.output())
    page = re.search(rb"/Contents (\d+)", pdf)[1]
    return stream(dict(OBJECT.findall(pdf))[page])


@pytest.mark.parametrize("is_mirrored", [False, True])
def test_bars_are_as_long_as_their_numbers_and_begin_where_the_reader_does(is_mirrored):
    lines = [
        [Cell("IT", "text"), Cell(40), Cell(10)],
        [Cell("Human resources and all that belongs to them", "text"), Cell(20), Cell(0)],
    ]
    bars = [
        [float(one) for one in found]
        for found in BAR.findall(drawn(Tile("groups", "rows", ["", "Open", ""], lines), is_mirrored=is_mirrored))
    ]
    ((first, second),) = [bars[:2]]
    assert first[2] == pytest.approx(2 * second[2], abs=0.1)
    edges = [one[0] + (one[2] if is_mirrored else 0) for one in (first, second)]
    assert edges[0] == pytest.approx(edges[1], abs=0.1)


@pytest.mark.parametrize("chart", ["bars", "hours", "stacked", "line", "range"])
def test_pictures_are_told_apart_without_colour(chart):
    kind = "share" if chart == "line" else "count"
    lines = [
        [Cell(f"{n}", "text"), Cell(n / 8, kind) if chart == "line" else Cell(n), Cell(2), Cell(3)] for n in range(1, 6)
    ]
    shown = drawn(Tile("groups", chart, ["", "Opened", "Resolved", "most"], lines), is_mirrored=False)
    hatched, dashed = b" W n" in shown, re.search(rb"\[[\d.]+ [\d.]+\] [\d.]+ d", shown) is not None
    assert hatched == (chart in ("bars", "hours", "stacked")) and dashed == (chart in ("line", "range"))


def test_what_is_empty_or_a_single_line_has_no_picture_and_no_fault():
    nothing = [[Cell(f"{n}", "text"), Cell(None, "share"), Cell(0)] for n in range(3)]
    assert plotting.height(Tile("groups", "line", ["", "a", "b"], nothing[:1])) == 0
    for chart in ("bars", "line", "stacked", "rows"):
        assert drawn(Tile("groups", chart, ["", "a", "b"], nothing), is_mirrored=False)


def words_of(text: str) -> set[str]:
    """Days are written as dates there and as words here."""
    return set() if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else set(text.split())


def test_it_names_what_it_was_narrowed_by(desk, board):
    shown = read(board("pdf", f"group={desk.hr.pk}&organisation={desk.halden.pk}&channel=phone").content)
    assert {f"Group: {desk.hr.name}", f"Customer: {desk.halden.name}", "Channel: Phone"} <= set(shown)
    assert not any(text.startswith("Category") for text in shown[:6])


def test_in_persian_it_has_persian_digits_days_and_direction(desk, sign_in, board):
    desk.ada.language = "fa"
    desk.ada.save()
    shown = read(board("pdf", "since=2026-11-01&until=2026-11-02").content)
    # Letters stand as they are seen: Persian from its last to its first, digits as they are read.
    assert shown[0] == "ارقام"[::-1]
    assert any("۱۴۰۵" in text for text in shown[:4]) and any("۱۰" in text for text in shown[:4])
    assert not re.search(r"[0-9]", "".join(shown))


def test_of_a_group_one_does_not_see_no_name_is_told(desk, sign_in):
    shown = read(sign_in(desk.zeynep).get(f"/boards/figures.pdf?group={desk.it.pk}").content)
    assert "Group: –" in shown and desk.it.name not in " ".join(shown)


def test_who_gets_no_csv_gets_no_pdf(desk, sign_in, client):
    for browser in (client, sign_in(desk.tom)):
        refused, same = (browser.get(f"/boards/figures.{kind}") for kind in ("csv", "pdf"))
        assert same.status_code == refused.status_code == 302
        assert same.url == refused.url.replace(".csv", ".pdf")


def test_what_writes_pdf_is_not_loaded_before_somebody_asks():
    asks = "import django; django.setup(); import sys, sira.config.urls; print('fpdf' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
