"""The board of figures: each number is a way to a list that holds as many; tiles, filters, files."""

import csv
import io
import random
import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils.timezone import now
from openpyxl import load_workbook

from sira.api import tokens
from sira.boards import asking, exporting, letters, printing, tiles
from sira.boards.models import Layout
from sira.boards.tests.test_every_number import held, scatter
from sira.insight.figures import DEFINITIONS
from sira.insight.scope import last_days
from sira.people.models import Organisation
from sira.plumbing.refusals import NotAllowed
from sira.tickets.models import Category
from sira.tickets.tests.cast import holding
from sira.workspace import queues
from sira.workspace.tests.test_queues import shuffle

WAY = re.compile(r'href="(/desk/queue/\?[^"]+)"[^>]*?data-(?:figure|of)="\w+"(?: data-count="(\d+)")?[^>]*>([^<]*)<')
FIGURE = re.compile(r'href="(/desk/queue/\?[^"]+)" data-(?:figure|of)="(\w+)"(?: data-count="(\d+)")?[^>]*>([^<]*)<')
ROW = re.compile(r"<tr data-row")
NAMED = {name: str(one.words) for name, one in DEFINITIONS.items()}
WORDS = frozenset(NAMED.values())


def ways(client, address) -> dict[str, int]:
    shown = client.get(address).content.decode()
    return {unescape(way): int(count or told.replace(",", "")) for way, count, told in WAY.findall(shown)}


def told_on(page: str) -> dict[str, tuple[str, int]]:
    """By the way of each figure: its name, and how many its list should hold."""
    found = re.findall(
        r'href="(/desk/queue/\?[^"]+)" data-(?:figure|of)="(\w+)"(?: data-count="(\d+)")?[^>]*>([^<]*)<', page
    )
    return {unescape(way): (name, int(count or number)) for way, name, count, number in found}


def test_each_number_equals_its_list(desk, sign_in):
    shuffle(desk, seed=5)
    client = sign_in(desk.ayse)
    found = ways(client, "/boards/figures/?period=week")
    assert len(found) > 8
    for way, number in found.items():
        listed = client.get(way).content.decode()
        rows = len(ROW.findall(listed))
        assert rows == min(number, 50), way


def test_the_board_is_narrowed_by_group_category_customer_and_days(desk, sign_in):
    shuffle(desk, seed=6)
    client = sign_in(desk.ada)
    query = f"group={desk.hr.pk}&organisation={desk.halden.pk}&since=2020-01-01&until=2030-01-01"
    for way, number in ways(client, f"/boards/figures/?{query}").items():
        assert f"group={desk.hr.pk}" in way
        assert len(ROW.findall(client.get(way).content.decode())) == min(number, 50), way


def test_my_day_counts_my_lists(desk, sign_in):
    shuffle(desk, seed=7)
    client = sign_in(desk.jonas)
    found = ways(client, "/boards/mine/")
    assert len(found) == 9
    for way, number in found.items():
        assert len(ROW.findall(client.get(way).content.decode())) == number, way


def test_of_a_group_one_does_not_see_nothing_is_told(desk, sign_in):
    shuffle(desk, seed=8)
    assert set(ways(sign_in(desk.zeynep), f"/boards/figures/?group={desk.it.pk}").values()) == {0}


ODD = [
    "since=0001-01-01&until=9999-12-31",
    "period=x",
    "since=2026-13-40",
    "group=abc",
    "channel=pigeon",
    "since=2026-05-05&until=2026-05-01",
]


@pytest.mark.parametrize("query", ODD)
def test_odd_addresses_are_answered_and_said(desk, sign_in, query):
    shown = sign_in(desk.ada).get(f"/boards/figures/?{query}")
    assert shown.status_code == 200 and b"could not be read" in shown.content


def test_tiles_are_chosen_arranged_and_shared(desk, sign_in):
    client = sign_in(desk.ayse)
    client.post("/boards/figures/arrange/", {"tile": ["ages", "now"], "place_ages": "1", "place_now": "2", "for": "me"})
    assert tiles.chosen_by(desk.ayse) == ("ages", "now")
    client.post("/boards/figures/arrange/", {"tile": ["trend"], "for": "agent"})
    assert tiles.chosen_by(desk.jonas) == ("trend",)
    assert client.post("/boards/figures/arrange/", {"for": "me"}).status_code == 409
    client.post("/boards/figures/arrange/", {"for": "nobody", "tile": ["now"]})
    assert tiles.chosen_by(desk.ayse) == tiles.OF_ROLE["lead"]
    with pytest.raises(NotAllowed):
        tiles.share(["now"], role="lead", by=desk.jonas, at=now())
    assert Layout.objects.get().role == "agent"


def test_the_files_say_what_the_board_says_and_run_nothing(desk, sign_in):
    shuffle(desk, seed=9)
    desk.it.name, desk.it.names = "=HYPERLINK(1)", {}
    desk.it.save()
    client = sign_in(desk.ada)
    board = client.get("/boards/figures/").content.decode()
    opened = int(re.search(r'data-figure="open">([\d,]+)<', board)[1].replace(",", ""))
    rows = list(csv.reader(io.StringIO(client.get("/boards/figures.csv").content.decode("utf-8-sig"))))
    assert ["Open now", str(opened), ""] in rows
    cells = [cell for row in rows for cell in row]
    assert "'=HYPERLINK(1)" in cells and not any(cell.startswith("=") for cell in cells)
    book = load_workbook(io.BytesIO(client.get("/boards/figures.xlsx").content))
    assert ("Open now", opened, None) in list(book["Now"].iter_rows(values_only=True))
    assert exporting.harmless("VPN") == "VPN"
    for sign in "=+-@\t\r":
        assert exporting.harmless(f"{sign}1") == f"'{sign}1"


def test_the_wall_shows_numbers_and_asks_again_by_itself(desk, sign_in):
    shown = sign_in(desk.ada).get("/boards/figures/wall/").content.decode()
    assert 'hx-trigger="every 30s"' in shown and "top-bar" not in shown


def test_a_requester_sees_no_figures(desk, sign_in):
    for address in ("/boards/figures/", "/boards/mine/", "/boards/figures.csv", "/boards/figures/wall/"):
        assert sign_in(desk.tom).get(address).status_code == 302


def test_queries_do_not_grow_with_tickets(desk, sign_in, django_assert_max_num_queries):
    client = sign_in(desk.ada)
    client.get("/boards/figures/")
    shuffle(desk, seed=1, many=60)
    with django_assert_max_num_queries(30):
        client.get("/boards/figures/")


def test_what_was_owed_stands_on_a_page(desk, sign_in):
    ticket = desk.ticket()
    client = sign_in(desk.ada)
    shown = client.get(f"/tickets/{ticket.number}/owed/?on=2026-11-23T11:00").content.decode()
    assert "Promises" in shown and "version 1" in shown and "Weekdays" in shown
    assert "Nothing was promised" in client.get(f"/tickets/{ticket.number}/owed/?on=2020-01-01T00:00").content.decode()
    assert "That is no moment" in client.get(f"/tickets/{ticket.number}/owed/?on=May").content.decode()
    assert sign_in(desk.zeynep).get(f"/tickets/{ticket.number}/owed/").status_code in (200, 404)


def counted_in(rows) -> dict[str, float]:
    """Of a file: the rows of one number each, by its words."""
    return {row[0]: float(row[1]) for row in rows if len(row) == 3 and row[1] not in ("", None) and row[0] in WORDS}


def told_by_all(client, program, query: str) -> dict[str, dict[str, float]]:
    """Each number as every way of asking tells it; what cannot be divided is left out."""
    files = {kind: client.get(f"/boards/figures.{kind}?{query}").content for kind in ("csv", "xlsx")}
    book = load_workbook(io.BytesIO(files["xlsx"]))
    sheets = [row for sheet in book for row in sheet.iter_rows(values_only=True)]
    figures_told = program.get(f"/api/v1/figures?{query}").json()["figures"]
    tiles_told = program.get(f"/api/v1/boards/figures?{query}").json()["tiles"]
    numbers = [one for tile in tiles_told for one in tile["numbers"]]
    return {
        "csv": counted_in(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig")))),
        "xlsx": counted_in(sheets),
        "figures": {NAMED[one["name"]]: one["value"] for one in figures_told if one["value"] is not None},
        "tiles": {NAMED[one["name"]]: one["value"] for one in numbers if one["value"] is not None},
    }


@pytest.mark.parametrize("who", ["ada", "ayse", "jonas"])
def test_board_list_file_letter_and_api_say_the_same_numbers_however_it_is_narrowed(desk, sign_in, who):
    shuffle(desk, seed=11)
    scatter(desk, last=desk.hr.pk)
    person, chance, today = getattr(desk, who), random.Random(who), last_days(now(), 1, ()).since
    client, secret = sign_in(person), tokens.make("reports", person=person, at=now())[1]
    program, day = Client(headers={"Authorization": f"Bearer {secret}"}), timedelta(days=1)
    tiles.keep(("now", "period"), by=person, at=now())
    choices = {
        "group": [None, *queues.groups_of(person)],
        "category": [None, None, *Category.objects.values_list("pk", flat=True)[:2]],
        "organisation": [None, None, desk.halden.pk],
        "channel": [None, None, "mail", "portal"],
    }
    for since, until in ((today, today), (today - day, today - day), (today - 3 * day, today), (today, today + day)):
        chosen = {name: one for name, some in choices.items() if (one := chance.choice(some))}
        query = urlencode({"since": since, "until": until, **chosen})
        told = told_by_all(client, program, query)
        assert len(told["csv"]) > 6 and told["csv"] == told["xlsx"] == told["tiles"], query
        assert {words: told["figures"][words] for words in told["csv"]} == told["csv"], query
        shown = client.get(f"/boards/figures/?{query}").content.decode()
        for way, (name, number) in told_on(shown).items():
            assert held(person, way) == number, (way, query)
            assert DEFINITIONS[name].kind != "count" or number == told["csv"][NAMED[name]], (name, query)
    _head, lines = letters.compose(person, at=now())["parts"][0]
    told = told_by_all(client, program, f"since={today - day}&until={today - day}")["csv"]
    for name, words in zip(("opened", "solved"), (words for words, _way in lines), strict=False):
        assert int(re.search(r"\d+", words)[0]) == told[NAMED[name]], words


def test_what_came_today_is_the_same_on_the_board_of_now_and_on_that_of_figures(desk, sign_in):
    shuffle(desk, seed=12)
    client, day = sign_in(desk.ada), last_days(now(), 1, ()).since
    one, other = (client.get(way).content.decode() for way in ("/boards/", f"/boards/figures/?since={day}&until={day}"))
    for name in ("opened", "solved"):
        told = {re.search(rf'data-figure="{name}">(\d+)<', page)[1] for page in (one, other)}
        assert len(told) == 1 and (name == "solved" or told != {"0"}), name


def test_who_works_for_one_customer_is_told_of_no_other(desk, sign_in):
    other = Organisation.objects.create(name="Secret Customer", kind="customer")
    partner = holding(desk.tom, "work", by=desk.ada, organisation=desk.halden)
    client = sign_in(partner)
    for query in ("", f"?organisation={other.pk}"):
        page = client.get(f"/boards/figures/{query}").content.decode()
        assert "Halden Clinics" in page and "Secret Customer" not in page
    asked = asking.read({"organisation": str(other.pk)}, partner, at=now())
    assert asked.is_odd and "Secret Customer" not in " ".join(printing.head(asked, "en")), "nor in a file"
    assert not asking.read({"organisation": str(desk.halden.pk)}, partner, at=now()).is_odd
