"""Over 500 ways to make a page run or load what somebody wrote, in every place that shows it: none runs, none loads.

The mails' HTML is put past the sanitiser, so what holds is the frame alone; `test_hostile_mail` sends one through it.
"""

import re

import pytest

from tests.browser.test_hostile_mail import trap
from tests.platform.desk import ROOT, Desk, migrated, throw_away

__all__ = ["trap"]
LEAST = 500
RAN = re.compile(r"\d+\.5")
PAGES = {
    "ada": (
        "/desk/", "/desk/queue/?scope=all", "/desk/board/", "/desk/mine/", "/desk/find/?q=onerror", "/desk/macros/",
        "/desk/people/{person}/", "/desk/new/", "/desk/mentions/", "/desk/views/counted/",
        "/tickets/{number}/", "/tickets/{number}/peek/", "/tickets/{number}/similar/", "/tickets/{number}/macros/",
        "/tickets/{number}/why/", "/tickets/{number}/drawing/", "/tickets/{number}/owed/", "/knowledge/",
        "/knowledge/{article}/", "/knowledge/{article}/en/write/", "/knowledge/beside/{number}/", "/boards/",
        "/boards/mine/", "/boards/figures/", "/team/", "/team/people/{person}/", "/studio/", "/studio/people/",
        "/studio/people/{person}/", "/studio/groups/", "/studio/groups/it/", "/studio/organisations/",
        "/studio/processes/", "/studio/processes/vectors/", "/studio/processes/vectors/{version}/changes/",
        "/studio/forms/", "/studio/forms/{form}/", "/studio/forms/{form}/preview/", "/studio/audit/", "/studio/mail/",
        "/studio/promises/", "/studio/calendars/", "/profile/",
    ),
    "mallory": (
        "/portal/", "/portal/requests/", "/portal/requests/{number}/", "/portal/requests/{number}/why/",
        "/portal/ask/", "/portal/find/?q=onerror", "/answers/", "/answers/{article}/", "/profile/",
    ),
}  # fmt: skip
NOT_THERE = (404, 405)  # what this desk has no such page for


@pytest.fixture(scope="module")
def desk(tmp_path_factory, django_db_setup):
    """One of its own, since its people have names that no other test expects."""
    from tests.browser.conftest import CAST  # noqa: PLC0415 - a fixture of this name stands there too

    home = migrated(tmp_path_factory.mktemp("vectors") / "var")
    desk = Desk(home, "--empty").ready()
    desk.django(CAST)
    yield desk
    desk.end()
    throw_away(home)


def planted(desk, address):
    """Keys of what was written, for the addresses of pages."""
    code = (ROOT / "tests/browser/planted.py").read_text(encoding="utf-8").replace("sys.argv[-1]", repr(address))
    names = ("number", "person", "article", "version", "form")
    return dict(zip(names, desk.django(code).split(), strict=True))


def stir(page):
    """What a reader does without meaning to: opens what is folded, goes through by keyboard, moves the mouse."""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    page.evaluate("document.querySelectorAll('iframe').forEach(one => { one.loading = 'eager' })")
    for _step in range(12):
        page.keyboard.press("Tab")
    page.mouse.move(400, 300)
    page.mouse.wheel(0, 2000)
    page.wait_for_timeout(150)


def test_no_vector_runs_or_loads_on_any_page(desk, visitor, trap):
    address, came = trap
    keys, seen, amiss, ran = planted(desk, address), 0, [], []
    for reader, pages in PAGES.items():
        them = visitor().sign_in(reader)
        page = them.page
        page.set_default_timeout(20_000)
        page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
        # What runs says so there, from whichever frame: a frame without scripts can't be asked.
        page.on("console", lambda said: ran.append(said.text) if RAN.fullmatch(said.text) else None)
        for path in pages:
            place = path.format(**keys)
            answer = page.goto(f"{them.at}{place}")
            if answer.status in NOT_THERE:
                continue
            assert answer.ok, f"{place} answers {answer.status}"
            seen += 1
            stir(page)
            if ran or came:
                amiss.append(f"{place} runs {ran[:5]}, loads {came[:5]}")
                ran.clear()
                came.clear()
            if not page.url.startswith(them.at):
                amiss.append(f"{place} leads to {page.url}")
    assert amiss == []
    assert seen > 35, seen


def test_the_pages_have_them_in(desk, visitor, trap):
    """Else nothing would be proved."""
    number = desk.django("from sira.tickets.models import Ticket; print(Ticket.objects.get().number)").strip()
    page = visitor().sign_in("ada").go(f"/tickets/{number}/")
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    text = page.locator("body").inner_text()
    assert sum(f"concat({number})" in text for number in range(1000)) >= LEAST
    assert page.locator("iframe.mail-frame").count() > 30
