"""The pictures of bin/pictures: each screen as somebody of the sample organisation sees it, and sheets of them all."""

import argparse
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PEOPLE = {"requester": "emily.carter", "agent": "jonas.weber", "lead": "ayse.demir", "administrator": "reza.moradi"}
PATIENCE = 45_000  # milliseconds
FONTS_THERE = """async () => {
  for (const font of ["400 14px Inter", "600 14px Inter", "400 14px Vazirmatn"]) await document.fonts.load(font, "aب")
  await document.fonts.ready
}"""


@dataclass(frozen=True)
class Screen:
    """who: a key of PEOPLE, or empty.  first: a link on the page that is opened then."""

    name: str
    who: str
    path: str
    first: str = ""


SCREENS = [
    Screen("01-front-door", "", "/"),
    Screen("02-sign-in", "", "/sign-in/"),
    Screen("03-public-form", "", "/ask/report-a-problem/"),
    Screen("04-portal-home", "requester", "/portal/"),
    Screen("05-portal-find", "requester", "/portal/?q=printer"),
    Screen("06-portal-requests", "requester", "/portal/requests/?which=all"),
    Screen("07-portal-ticket", "requester", "/portal/requests/?which=all", "ul.requests a"),
    Screen("08-portal-form", "requester", "/portal/ask/new-laptop/"),
    Screen("09-portal-answers", "requester", "/answers/"),
    Screen("10-portal-answer", "requester", "/answers/", "#answers a"),
    Screen("11-portal-profile", "requester", "/profile/"),
    Screen("12-queue", "agent", "/desk/?queue=all"),
    Screen("13-ticket", "agent", "/desk/?queue=all", "a.queue-row"),
    Screen("14-table", "agent", "/desk/queue/?queue=all"),
    Screen("15-find", "agent", "/desk/find/?q=vpn"),
    Screen("16-tasks", "agent", "/desk/tasks/"),
    Screen("17-new-ticket", "agent", "/desk/new/"),
    Screen("18-knowledge", "lead", "/knowledge/"),
    Screen("19-article", "lead", "/knowledge/", "table a.number"),
    Screen("20-board", "lead", "/boards/"),
    Screen("21-fairness", "lead", "/team/groups/it/fairness/"),
    Screen("22-studio", "administrator", "/studio/"),
    Screen("23-process", "administrator", "/studio/processes/", "main table a"),
    Screen("24-people", "administrator", "/studio/people/"),
    Screen("25-guide", "administrator", "/studio/guide/"),
]


def main(given: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bin/pictures", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--url", default="http://localhost:8000")
    parser.add_argument("--only", default="", help="screens with this word in their name")
    parser.add_argument("--quick", action="store_true", help="English and light alone")
    asked = parser.parse_args(given)
    found = shutil.which("chromium")
    if found is None:
        sys.stderr.write("Chromium is missing: apt-get install chromium.\n")
        return 1
    asked.folder.mkdir(parents=True, exist_ok=True)
    screens = [one for one in SCREENS if asked.only in one.name]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        failed = 0
        for language, phone in product(["en"] if asked.quick else ["en", "fa"], [False, True]):
            failed += take(browser, asked.url, asked.folder, screens, language, phone, asked.quick)
        sheets(browser, asked.folder)
        browser.close()
    return 1 if failed else 0


def take(
    browser: Browser, url: str, folder: Path, screens: list[Screen], language: str, phone: bool, quick: bool
) -> int:
    """All screens in one language and width, in both themes; how many could not be taken."""
    settings = {"viewport": PHONE, "is_mobile": True, "has_touch": True} if phone else {"viewport": WIDE}
    failed = 0
    for who in dict.fromkeys(one.who for one in screens):
        context = browser.new_context(**settings, locale=language, base_url=url, reduced_motion="reduce")
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        if who:
            sign_in(page, who)
        choose(page, language)
        for screen in (one for one in screens if one.who == who):
            try:
                open_screen(page, screen)
                for theme in ["light"] if quick else ["light", "dark"]:
                    page.emulate_media(color_scheme=theme)
                    page.wait_for_timeout(250)
                    width = "phone" if phone else "wide"
                    page.screenshot(
                        path=folder / f"{screen.name}-{language}-{theme}-{width}.png", animations="disabled"
                    )
            except (Error, LookupError) as error:
                failed += 1
                sys.stderr.write(f"{screen.name} {language}: {str(error).splitlines()[0]}\n")
        if who and language != "en":
            choose(page, "en")
        context.close()
    return failed


def sign_in(page: Page, who: str) -> None:
    page.goto("/sign-in/")
    page.locator("input[name=login]").fill(f"{PEOPLE[who]}@meridian.example")
    page.locator("input[name=password]").fill(f"look-around-{who}")
    page.locator("form.sign-in button[data-kind=primary]").click()
    page.locator("form.sign-in").wait_for(state="detached")


def choose(page: Page, language: str) -> None:
    """The language, and the theme of the device, as the form of the page's foot or menu would."""
    page.goto("/answers/")
    token = page.locator("input[name=csrfmiddlewaretoken]").first.get_attribute("value") or ""
    form = {"csrfmiddlewaretoken": token, "language": language, "theme": "system"}
    page.request.post("/choose/", form=form, headers={"Referer": page.url})


def open_screen(page: Page, screen: Screen) -> None:
    page.emulate_media(color_scheme="light")
    answer = page.goto(screen.path)
    if answer is None or not answer.ok:
        raise LookupError(f"{screen.path} answers {answer and answer.status}")
    if screen.first:
        address = page.locator(screen.first).first.get_attribute("href")
        answer = page.goto(page.evaluate("(path) => new URL(path, location.href).href", address))
        if answer is None or not answer.ok:
            raise LookupError(f"{address} answers {answer and answer.status}")
    page.evaluate(FONTS_THERE)


def sheets(browser: Browser, folder: Path) -> None:
    """One sheet for each theme, language and width, to look through at a glance."""
    for group in kinds(folder):
        pictures = sorted(folder.glob(f"[0-9]*-{group}.png"))
        cell = 200 if group.endswith("phone") else 420
        shown = "".join(
            f'<figure><img src="{one.resolve().as_uri()}" width="{cell}"><figcaption>{one.stem}</figcaption></figure>'
            for one in pictures
        )
        file = folder / f"sheet-{group}.html"
        style = (
            "body{display:flex;flex-wrap:wrap;gap:12px;font:12px sans-serif;margin:12px;width:2160px}figure{margin:0}"
        )
        file.write_text(f"<!doctype html><style>{style}</style>{shown}", encoding="utf-8")
        context: BrowserContext = browser.new_context(viewport={"width": 2184, "height": 900})
        page = context.new_page()
        page.goto(file.resolve().as_uri())
        page.screenshot(path=folder / f"sheet-{group}.png", full_page=True)
        context.close()
        file.unlink()


def kinds(folder: Path) -> Iterator[str]:
    for language, theme, width in product(("en", "fa"), ("light", "dark"), ("wide", "phone")):
        if any(folder.glob(f"[0-9]*-{language}-{theme}-{width}.png", animations="disabled")):
            yield f"{language}-{theme}-{width}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
