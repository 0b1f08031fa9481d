"""The portal in a real browser: nothing typed is lost, the field answers while one types, a click is a mark."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE_SETTINGS

FORM = "/portal/ask/report-a-problem/"
RESOLVED = """
from django.utils import timezone
from sira.people.models import Person
from sira.tickets import assigning, lifecycle
from sira.tickets.models import Ticket

ticket, ayse = Ticket.objects.get(number="{number}"), Person.objects.get(email="ayse@desk.example")
if ticket.agent_id is None:
    assigning.take(ticket, by=ayse, at=timezone.now())
lifecycle.resolve(ticket, by=ayse, resolution="A new lamp.", at=timezone.now())
"""


def subject(page):
    return page.locator("input[name='answer.subject']")


def test_what_is_typed_into_a_form_is_there_after_a_reload_and_gone_once_it_was_sent(visitor):
    tom = visitor().sign_in("tom")
    page = tom.go(FORM)
    subject(page).fill("The tap drips")
    expect(page.locator(".draft")).to_contain_text("Draft kept")
    page = tom.go(FORM)
    expect(subject(page)).to_have_value("The tap drips")
    page.locator(".from-draft button").click()
    page = tom.go(FORM)
    expect(subject(page)).to_have_value("")
    assert tom.errors == []


def test_what_was_typed_after_the_session_had_ended_is_there_after_signing_in(visitor):
    tom = visitor().sign_in("tom")
    page = tom.go(FORM)
    tom.context.clear_cookies()
    subject(page).fill("Written without a session")
    expect(page.locator(".draft")).to_contain_text("in this browser")
    page.locator("form.ask-form button[data-kind=primary]").click()
    tom.sign_in("tom")
    expect(subject(tom.go(FORM))).to_have_value("Written without a session")


@pytest.mark.parametrize("locale", ["en", "fa"])
def test_the_public_form_is_kept_by_the_browser(visitor, locale):
    somebody = visitor(**PHONE_SETTINGS, locale=locale)
    page = somebody.go("/ask/report-a-problem/")
    subject(page).fill("The door is stuck")
    expect(page.locator(".draft")).not_to_be_empty()
    page = somebody.go("/ask/report-a-problem/")
    expect(subject(page)).to_have_value("The door is stuck")
    subject(page).fill("The door is open")
    expect(subject(somebody.go("/ask/report-a-problem/"))).to_have_value("The door is open")  # left at once


@pytest.mark.parametrize("who", ["tom", "leila"])
def test_the_field_answers_while_one_types(visitor, opened, who):
    [number] = opened("The projector hums loudly", by=who)
    page = visitor(**PHONE_SETTINGS).sign_in(who).go("/portal/")
    page.locator("#q").press_sequentially("projec")
    expect(page.locator("#found")).to_contain_text(number)
    expect(page.locator("#found .ask a")).to_have_attribute("href", "/portal/ask/?subject=projec")


def test_the_bar_of_a_refused_field_stands_where_the_page_begins_whatever_is_written_there(visitor):
    page = visitor().sign_in("leila").go("/portal/ask/report-a-problem/")
    page.evaluate("document.querySelector('form.form').noValidate = true")
    page.locator("form.form button[data-kind=primary]").click()
    refused = page.locator("[data-refused] [aria-invalid=true]").first
    for words in ("", "Screen stays black", "صفحه سیاه است"):
        refused.fill(words)
        expect(refused).to_have_css("box-shadow", re.compile(r" -2px 0px 0px 0px inset$"))


def test_one_click_says_how_it_went(desk, visitor, opened):
    [number] = opened("The lamp flickers again")
    desk.django(RESOLVED.format(number=number))
    tom = visitor(**PHONE_SETTINGS).sign_in("tom")
    page = tom.go(f"/portal/requests/{number}/")
    page.locator(".marks button[value='5']").click()
    expect(page.locator(".marks button[value='5']")).to_have_attribute("aria-pressed", "true")
    page.get_by_label("A word on it").fill("Quick")
    page.locator("#mark form.form button").click()
    expect(page.get_by_label("A word on it")).to_have_value("Quick")


def test_without_a_line_the_installed_desk_says_so(visitor):
    tom = visitor().sign_in("tom")
    page = tom.go("/portal/")
    page.evaluate("navigator.serviceWorker.ready")
    page.reload()
    tom.context.set_offline(True)
    for _try in range(10):  # the browser takes the line from the page first, and from its worker a moment later
        page.goto(f"{tom.at}/portal/requests/")
        if page.get_by_text("No connection").count():
            break
    expect(page.locator(".empty")).to_contain_text("No connection")
    tom.context.set_offline(False)


def test_a_form_stays_on_its_page_while_there_is_no_line_and_goes_once_it_is_back(visitor, opened):
    [number] = opened("The lamp flickers")
    tom = visitor().sign_in("tom")
    page = tom.go(f"/portal/requests/{number}/")
    page.locator(".answer-bar textarea").fill("It is the one above the door.")
    tom.context.set_offline(True)
    page.locator(".answer-bar button[data-kind=primary]").click()
    expect(page.locator("#refusal .refused")).to_contain_text("there is no connection")
    expect(page.locator(".answer-bar textarea")).to_have_value("It is the one above the door.")
    tom.context.set_offline(False)
    page.locator(".answer-bar button[data-kind=primary]").click()
    expect(page.locator("article.message", has_text="above the door")).to_have_count(1)
    expect(page.locator(".answer-bar textarea")).to_have_value("")
    assert tom.errors == []


def test_a_machine_without_a_network_still_sends_to_a_desk_that_it_reaches(visitor, opened):
    [number] = opened("The fan is loud")
    tom = visitor().sign_in("tom")
    tom.context.add_init_script("Object.defineProperty(Navigator.prototype, 'onLine', { get: () => false })")
    page = tom.go(f"/portal/requests/{number}/")
    page.locator(".answer-bar textarea").fill("It is the one below the desk.")
    page.locator(".answer-bar button[data-kind=primary]").click()
    expect(page.locator("article.message", has_text="below the desk")).to_have_count(1)
    assert tom.errors == []


def test_a_form_stays_on_its_page_while_the_desk_is_away_and_the_network_is_there(visitor, opened):
    [number] = opened("The blind is stuck")
    tom = visitor().sign_in("tom")
    tom.context.add_init_script("Object.defineProperty(Navigator.prototype, 'onLine', { get: () => true })")
    page = tom.go(f"/portal/requests/{number}/")
    page.evaluate("navigator.serviceWorker.ready")
    tom.go(f"/portal/requests/{number}/")  # a worker has the pages that open after it began
    page.locator(".answer-bar textarea").fill("It is the one by the window.")
    tom.context.set_offline(True)
    page.locator(".answer-bar button[data-kind=primary]").click()
    expect(page.locator("#refusal .refused")).to_contain_text("there is no connection")
    expect(page.locator(".answer-bar textarea")).to_have_value("It is the one by the window.")
    tom.context.set_offline(False)
    page.locator(".answer-bar button[data-kind=primary]").click()
    expect(page.locator("article.message", has_text="by the window")).to_have_count(1)
    assert tom.errors == []


STORED = "Object.entries({ ...localStorage, ...sessionStorage }).filter(([key]) => !key.startsWith('sira-'))"


def test_the_next_person_at_the_same_machine_does_not_find_it(visitor):
    tom = visitor().sign_in("tom")
    page = tom.go(FORM)
    tom.context.clear_cookies()
    subject(page).fill("Only Tom's business")
    expect(page.locator(".draft")).to_contain_text("in this browser")
    expect(subject(tom.sign_in("leila").go(FORM))).to_have_value("")


def test_signing_out_leaves_nothing_in_the_browser_and_no_window_open(visitor, opened):
    [number] = opened("The lamp flickers")
    ayse = visitor().sign_in("ayse")
    page = ayse.go(f"/tickets/{number}/")
    with page.expect_response(lambda answer: answer.url.endswith("/draft/")):
        page.locator("form.composer textarea").fill("Only mine, and not sent")
    expect(page.locator("form.composer .draft")).not_to_be_empty()
    other = ayse.context.new_page()
    other.goto(page.url)
    expect(other.locator("form.composer textarea")).to_have_value("Only mine, and not sent")
    [[key, text]] = page.evaluate(STORED)
    assert key.startswith("draft:") and "Only mine" not in text and set(json.loads(text)) == {"sealed", "iv", "at"}

    page.locator("button.self").click()
    page.locator("form[data-signs-out] button").click()
    expect(page.locator("form[data-signs-out]")).to_have_count(0)
    expect(other.locator("form.sign-in")).to_have_count(1)
    assert page.evaluate(STORED) == other.evaluate(STORED) == []
    page = ayse.sign_in("ayse").go(f"/tickets/{number}/")
    expect(page.locator("form.composer textarea")).to_have_value("Only mine, and not sent")

    # A session that ends by itself empties the window too; the same person finds it as they left it.
    hears_that_it_ended(page)  # the desk says that it has not
    kept = ayse.context.cookies()
    page.locator("form.composer textarea").fill("Half a sentence")
    ayse.context.clear_cookies()
    hears_that_it_ended(page)
    expect(page.locator(".session-over a[target=_blank]")).to_have_count(1)
    expect(page.get_by_role("main").get_by_role("alert")).to_contain_text("signed out")
    assert "flickers" not in page.content() and "Half a" not in page.content() and "flickers" not in page.title()
    ayse.context.add_cookies(kept)
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator("form.composer textarea")).to_have_value("Half a sentence")
    expect(page.locator("#main")).to_contain_text("flickers")
    page = ayse.go("/desk/queue/")
    ayse.context.clear_cookies()
    hears_that_it_ended(page)
    page.locator(".session-over a").click()  # nothing was unsent: it goes on from the sign-in
    expect(page.locator("form.sign-in")).to_have_count(1)
    assert "next=" in page.url
    assert ayse.errors == []


def hears_that_it_ended(page):
    """As from the live stream, once what comes late is there."""
    page.evaluate("import(document.querySelector('meta[name=late]').content)")
    with page.expect_response("**/session/?*"):
        page.evaluate("document.dispatchEvent(new Event('sira:over'))")


def test_what_nobody_came_back_to_for_two_weeks_is_let_go(visitor):
    somebody = visitor()
    page = somebody.go("/sign-in/")
    for days in (13, 15):
        page.evaluate(
            "(days) => localStorage.setItem(`draft:7:${days}`, JSON.stringify({ at: Date.now() - days * 864e5 }))", days
        )
    somebody.go("/sign-in/")
    assert [key for key, _text in page.evaluate(STORED)] == ["draft:7:13"]
