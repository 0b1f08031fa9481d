"""The scores of bin/lighthouse: pages of a running desk with the sample organisation, signed in, as one JSON object.

Lighthouse is no part of the set-up: `npm install --prefix /tmp/lighthouse lighthouse` puts the program where it is
looked for beside the search path. It drives the Chromium of the system. What it says of speed holds on a quiet machine
alone; of the rest, always.
"""

import argparse
import json
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import closing
from typing import Any

from _pictures import PATIENCE, sign_in
from playwright.sync_api import BrowserContext, sync_playwright

USUAL_PLACE = "/tmp/lighthouse/node_modules/.bin/lighthouse"
KINDS = ("performance", "accessibility", "best-practices", "seo")
# Name, who looks, the address, and a link on that page which is opened instead.
PAGES = (
    ("sign-in", "", "/sign-in/", ""),
    ("portal home", "requester", "/portal/", ""),
    ("portal ticket", "requester", "/portal/requests/?which=all", "ul.requests a"),
    ("queue", "agent", "/desk/?queue=all", ""),
    ("workspace ticket", "agent", "/desk/?queue=all", "a.queue-row"),
)


def main(given: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bin/lighthouse", description=__doc__)
    parser.add_argument("--url", default="http://localhost:8000")
    parser.add_argument("--at", default="", help="the program lighthouse")
    parser.add_argument("--desktop", action="store_true", help="a desk's screen and line instead of a phone's")
    asked = parser.parse_args(given)
    program = asked.at or shutil.which("lighthouse") or shutil.which(USUAL_PLACE)
    chromium = shutil.which("chromium")
    if not program or not chromium:
        missing = "Lighthouse is not installed: npm install --prefix /tmp/lighthouse lighthouse"
        sys.stderr.write(missing + "\n" if chromium else "Chromium is missing: apt-get install chromium.\n")
        return 1
    scores: dict[str, dict[str, Any]] = {}
    with sync_playwright() as playwright:
        for who in dict.fromkeys(who for _name, who, _path, _first in PAGES):
            with tempfile.TemporaryDirectory() as profile, closing(socket.create_server(("127.0.0.1", 0))) as free:
                port = free.getsockname()[1]
                free.close()
                # Lighthouse looks in this browser, so that it is signed in for the live stream too.
                browser = playwright.chromium.launch_persistent_context(
                    profile,
                    executable_path=chromium,
                    args=["--no-sandbox", f"--remote-debugging-port={port}"],
                    base_url=asked.url,
                )
                for name, _who, path, first in (one for one in PAGES if one[1] == who):
                    scores[name] = score(program, reached(browser, who, path, first), port, asked.desktop)
                browser.close()
    json.dump(scores, sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")
    return 0


def reached(browser: BrowserContext, who: str, path: str, first: str) -> str:
    """The page's whole address, as whoever looks at it finds it."""
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    if who and not any(one["name"].endswith("sessionid") for one in browser.cookies()):
        sign_in(page, who)
    page.goto(path)
    if first:
        address = page.locator(first).first.get_attribute("href")
        page.goto(page.evaluate("(path) => new URL(path, location.href).href", address))
    found = page.url
    page.close()
    return found


def score(program: str, url: str, port: int, desktop: bool) -> dict[str, Any]:
    """By kind out of 100; and what cost points in each, but for speed."""
    command = [
        program, url, "--quiet", "--output=json", "--output-path=stdout", f"--port={port}", "--disable-storage-reset",
        f"--only-categories={','.join(KINDS)}", *(["--preset=desktop"] if desktop else []),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        return {"failed": done.stderr.strip().splitlines()[-1:]}
    told = json.loads(done.stdout)
    found: dict[str, Any] = {kind: round(100 * (told["categories"][kind]["score"] or 0)) for kind in KINDS}
    found["against"] = [
        told["audits"][one["id"]]["title"]
        for kind in KINDS[1:]
        for one in told["categories"][kind]["auditRefs"]
        if one["weight"] and told["audits"][one["id"]]["scoreDisplayMode"] in ("binary", "numeric", "metricSavings")
        if (told["audits"][one["id"]]["score"] or 0) < 1
    ]
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
