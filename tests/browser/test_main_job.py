"""Somebody asks, an agent answers, the asker is glad: once on a phone in Persian, once without any JavaScript."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import PHONE_SETTINGS

HELD = 11_000  # milliseconds; for ten seconds an answer can be taken back
STAGES = ["باز شد", "سپرده شد", "در کار", "آزمایش", "بسته"]


def number_in(address):
    found = re.search(r"(INC-\d+)", address)
    assert found, address
    return found[1]


class Way:
    """The same way, gone with JavaScript or without."""

    def __init__(self, visitor, *, script):
        self.leila = visitor(**PHONE_SETTINGS, java_script_enabled=script).sign_in("leila")
        self.ayse = visitor(java_script_enabled=script).sign_in("ayse")

    def is_gone_as_far_as_the_answer(self):
        page = self.leila.page
        page.locator("ul.offered a[href*='report-a-problem']").click()
        page.locator("[name='answer.subject']").fill("چاپگر کاغذ خالی می‌دهد")
        page.locator("[name='answer.description']").fill("از دیروز عصر همه صفحه‌ها سفید است.")
        page.locator("form.ask-form button[data-kind=primary]").click()
        expect(page.locator("article.request h1")).to_have_text("چاپگر کاغذ خالی می‌دهد")
        self.number = number_in(page.url)
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        for stage in STAGES:
            expect(page.locator("article.request")).to_contain_text(stage)

        self.ayse.go(f"/tickets/{self.number}/")
        desk = self.ayse.page
        desk.locator(f"form[action^='/tickets/{self.number}/take/'] button").first.click()
        expect(desk.locator("#side")).to_contain_text("Assigned")
        note(desk, "Paper tray of floor 3 again.")
        answer(desk, "The new drum is in. Does it print now?")

    def is_gone_to_the_end(self):
        page, desk = self.leila.page, self.ayse.page
        page.reload()
        expect(page.locator("article.request")).to_contain_text("The new drum is in.")
        expect(page.locator("body")).not_to_contain_text("Paper tray")
        expect(page.locator("article.request")).to_contain_text("Ayşe Demir")

        self.ayse.go(f"/tickets/{self.number}/resolve/")
        desk.locator("[name=resolution]").fill("Replaced the drum.")
        desk.locator("form.form button[data-kind=primary]").click()
        expect(desk.locator("#side")).to_contain_text("Testing")

        page.reload()
        expect(page.locator("article.request")).to_contain_text("Replaced the drum.")
        page.locator("form[action$='/confirm/'] button").click()
        expect(page.locator("article.request form[action$='/confirm/']")).to_have_count(0)
        desk.reload()
        expect(desk.locator("#side")).to_contain_text("Closed")
        assert self.leila.errors == []
        assert self.ayse.errors == []


def test_a_request_goes_from_the_portal_to_the_agent_and_back_until_it_is_closed(visitor):
    ways = [Way(visitor, script=True), Way(visitor, script=False)]
    for way in ways:
        way.is_gone_as_far_as_the_answer()
    ways[0].ayse.page.wait_for_timeout(HELD)  # once for both
    for way in ways:
        way.is_gone_to_the_end()


def note(desk, words):
    composer = desk.locator("form.composer")
    composer.locator("label", has=desk.locator("input[value=note]")).click()
    composer.locator("textarea").fill(words)
    composer.locator("button.for-note").click()
    expect(desk.locator("article.note")).to_contain_text(words)
    # The live stream may show it before the answer to its own request is here, which changes the composer.
    expect(composer.locator("textarea")).to_have_value("")


def answer(desk, words):
    composer = desk.locator("form.composer")
    composer.locator("label", has=desk.locator("input[value=answer]")).click()
    composer.locator("textarea").fill(words)
    composer.locator(".for-answer button[name=then][value=send]").first.click()
    expect(desk.locator("article.message", has_text=words)).to_have_count(1)
