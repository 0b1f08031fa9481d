"""The walk of bin/walk: every page that can be reached from another one, by somebody who has the right to it."""

import argparse
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from _pictures import PHONE, WIDE, choose, sign_in
from playwright.sync_api import Browser, Error, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# By the right an address needs; whoever sets up the desk has all others.
AS_WHOM = {"anybody": "", "signed_in": "requester", "work": "agent", "plan": "lead", "operate or lead": "lead"}
ADMINISTRATOR = "administrator"
LINKS = "[...document.querySelectorAll('a[href]')].map((one) => one.href)"
ZOOMED = {"width": 320, "height": 256}
PATIENCE = 45_000  # milliseconds
PAGES_OF_A_KIND = 1
NO_PAGES = re.compile(r"export|\.css|logo|/files/|sign-out|/assets/|worker|manifest|healthz|readyz|figures\.")
LOOK = (Path(__file__).parent / "_walk.js").read_text(encoding="utf-8").partition("\n")[2]


@dataclass
class Walk:
    """Where somebody may go and has been. routes: path patterns.  seen: pattern -> how many of its pages."""

    routes: list[tuple[str, re.Pattern[str]]]
    seen: dict[str, int] = field(default_factory=dict)

    def take(self, path: str) -> bool:
        """Whether to go there: the first few pages of each pattern."""
        found = next((name for name, pattern in self.routes if pattern.fullmatch(path)), None)
        if found is None or self.seen.get(found, 0) >= PAGES_OF_A_KIND:
            return False
        self.seen[found] = self.seen.get(found, 0) + 1
        return True


def main(given: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bin/walk", description=__doc__)
    parser.add_argument("--url", default="http://localhost:8000")
    parser.add_argument("--language", default="en")
    parser.add_argument("--theme", default="light", choices=["light", "dark"])
    parser.add_argument("--phone", action="store_true")
    parser.add_argument("--zoomed", action="store_true", help="as wide as a screen is at 400 per cent: 320 pixels")
    parser.add_argument("--only", default="", help="pages with this word in their address")
    parser.add_argument("--who", default="", help="one of the sample's people: requester, agent, lead, administrator")
    parser.add_argument("--pictures", type=Path, help="a folder for a picture of each page")
    asked = parser.parse_args(given)
    chromium = shutil.which("chromium")
    if chromium is None or not AXE.exists():
        sys.stderr.write("Chromium or axe-core is missing: bin/test brings both.\n")
        return 1
    found, known = 0, sorted(routes(), key=lambda one: one[0].count("<"))  # a page of its own before a kind of pages
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for who in dict.fromkeys((*AS_WHOM.values(), ADMINISTRATOR)):
            own = [(path, pattern) for path, pattern, right in known if AS_WHOM.get(right, ADMINISTRATOR) == who]
            if asked.who in ("", who):
                found += walk(browser, asked, who, own)
        browser.close()
    sys.stdout.write(f"{found} pages with something wrong\n")
    return 1 if found else 0


def routes() -> Iterator[tuple[str, re.Pattern[str], str]]:
    """Path, what its addresses look like, and the right it needs."""
    command = [sys.executable, "-m", "sira.config.cli", "routes", "--json"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for one in json.loads(told[told.index("[") :]):
        path = one["path"]
        if "GET" in one["methods"] and not NO_PAGES.search(path):
            parts = re.split(r"(<[^>]+>)", path)
            pattern = "".join("[^/]+" if part.startswith("<") else re.escape(part) for part in parts)
            yield path, re.compile(pattern), one["right"]


def walk(browser: Browser, asked: argparse.Namespace, who: str, own: list[tuple[str, re.Pattern[str]]]) -> int:
    """How many pages had something wrong."""
    settings = {"viewport": PHONE, "is_mobile": True, "has_touch": True} if asked.phone else {"viewport": WIDE}
    if asked.zoomed:
        settings = {"viewport": ZOOMED}
    context = browser.new_context(
        **settings, locale=asked.language, base_url=asked.url, reduced_motion="reduce", color_scheme=asked.theme
    )
    context.set_default_timeout(PATIENCE)
    page, errors = context.new_page(), list[str]()
    page.on("pageerror", lambda error: errors.append(str(error)))
    if who:
        sign_in(page, who)
    choose(page, asked.language)
    going, on_the_way = Walk(own), [path for path, _pattern in own if "<" not in path]
    wrong = 0
    while on_the_way:
        path = on_the_way.pop(0)
        if not going.take(path):
            continue
        said, links = visit(page, path, asked)
        said += [f"error: {one}" for one in errors]
        errors.clear()
        if said and asked.only in path:
            wrong += 1
            sys.stdout.write("\n  ".join([f"{who or 'nobody'} {path}", *said]) + "\n")
            sys.stdout.flush()
        on_the_way += links
    if who and asked.language != "en":
        choose(page, "en")
    context.close()
    return wrong


def visit(page: Page, path: str, asked: argparse.Namespace) -> tuple[list[str], list[str]]:
    """What is wrong there, and the addresses that it leads to."""
    try:
        answer = page.goto(path)
        if answer is None or "html" not in answer.headers.get("content-type", ""):
            return [], []
        if not answer.ok:
            return [f"answers {answer.status}"], []
        page.wait_for_timeout(250)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        said = page.evaluate(LOOK, {"rules": RULES, "language": asked.language})
        if asked.pictures and asked.only in path:
            asked.pictures.mkdir(parents=True, exist_ok=True)
            name = re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-") or "front"
            kind = f"{asked.language}-{asked.theme}-{'zoomed' if asked.zoomed else 'phone' if asked.phone else 'wide'}"
            page.screenshot(path=asked.pictures / f"{name}-{kind}.png")
        links = page.evaluate(LINKS)
        return said, [urlsplit(link).path for link in links]
    except Error as error:
        return [str(error).splitlines()[0]], []


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
