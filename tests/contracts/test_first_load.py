"""What a browser that was never here fetches before it shows a page, as it travels."""

import gzip
import re
from functools import cache
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from sira.shell.assets import MAKERS, asset
from sira.tickets.tests.cast import Desk

WANTED = 100_000
TICKET = 102_000  # with what was said on it, in a language of its own letters beside Latin ones
LINKED = re.compile(r'<(?:link|script)[^>]*?(?:href|src)="([^"]+)"[^>]*>')
NOT_FETCHED = ('rel="manifest"', 'rel="alternate"')
# Menus and dialogs are closed, and a browser fetches no font for what it does not show.
HIDDEN = (
    r"<head.*?</head>|<menu-button.*?</menu-button>|<dialog.*?</dialog>|<template.*?</template>|<script.*?</script>"
)
FACE = re.compile(r'url\("([^"]+)"\)[^;]*;\s*unicode-range: ([^;]+);')


@pytest.fixture
def desk(db):
    made = Desk()
    for number in range(30):
        made.newest = made.ticket(subject=f"VPN drops again, {number}")
    return made


@cache
def travels(path: str) -> int:
    """The octets of one of the desk's files as it is sent: packed, fonts and pictures as they are."""
    name = path.rsplit("/", 1)[-1]
    if name in MAKERS:
        return len(brotli.compress(asset(name).body, quality=11))
    found = finders.find(path.removeprefix(settings.STATIC_URL))
    assert found, path
    raw = Path(found).read_bytes()
    return len(raw) if path.endswith((".woff2", ".png")) else len(gzip.compress(raw))


def fonts_of(page: str) -> set[str]:
    """The fonts in which letters of the page stand."""
    shown = re.sub(HIDDEN, "", page, flags=re.DOTALL)
    if '<html lang="fa"' not in page:
        shown = shown.replace("فارسی", "")  # set in the system's letters, see segments.css
    letters = {ord(letter) for letter in re.sub(r"<[^>]+>", "", shown)}
    css = asset("desk.css").body.decode()
    return {url for url, ranges in FACE.findall(css) if any(_holds(part, letters) for part in ranges.split(","))}


def _holds(part: str, letters: set[int]) -> bool:
    first, _dash, last = part.strip().removeprefix("U+").partition("-")
    return any(int(first, 16) <= letter <= int(last or first, 16) for letter in letters)


def first_load(client: Client, path: str) -> dict[str, int]:
    answer = client.get(path, follow=True, headers={"Accept-Encoding": "gzip, br"})
    assert answer.status_code == 200 and answer["Content-Encoding"] == "gzip"
    page = gzip.decompress(answer.content).decode()
    files = {found[1] for found in LINKED.finditer(page) if not any(word in found[0] for word in NOT_FETCHED)}
    files = {path for path in files if path.startswith(("/static/", "/assets/"))} | fonts_of(page)
    if "#" in page and (icons := asset("icons.svg").url) in page:
        files.add(icons)
    files |= set(re.findall(r'<img[^>]+src="(/static/[^"]+)"', page))
    return {"page": len(answer.content)} | {path: travels(path) for path in files}


@pytest.mark.parametrize("language", ["en", "tr", "fa", "pl"])
def test_a_first_page_is_at_most_a_hundred_kilobytes(desk, language):
    ticket = f"/tickets/{desk.newest.number}/"
    pages = {
        None: ["/sign-in/"],
        desk.tom: ["/portal/"],
        desk.jonas: ["/desk/", "/desk/board/", ticket],
    }
    found = {}
    for person, paths in pages.items():
        client = Client(headers={"Accept-Language": language})
        if person:
            person.language = language
            person.save()
            client.force_login(person)
        found |= {path: first_load(client, path) for path in paths}
    limits = dict.fromkeys(found, WANTED) | {ticket: TICKET}
    assert {path: parts for path, parts in found.items() if sum(parts.values()) > limits[path]} == {}


def test_a_page_in_english_loads_one_font(desk):
    client = Client()
    client.force_login(desk.jonas)
    fonts = [path for path in first_load(client, "/desk/") if path.endswith(".woff2")]
    assert len(fonts) == 1 and "inter-latin" in fonts[0]


@pytest.mark.parametrize("name", [name for name in MAKERS if name.endswith(".css")])
def test_no_rule_asks_what_two_elements_hold(name):
    """Beside one such rule a browser styles the whole page anew at each tick of a box and each row that comes."""
    selectors = re.findall(r"(?:^|[{};])([^{};@]*:has\([^{};]*)\{", asset(name).body.decode())
    assert [one for one in selectors if one.count(":has(") > 1] == []
