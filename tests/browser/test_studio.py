"""The studio in a real browser: what somebody who has never drawn a process has to do."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, PHONE_SETTINGS, in_scheme

ADMINISTRATOR = f"""
from django.utils import timezone
from sira.people import persons
from sira.people.automation import automation
from sira.people.models import Person

at, by = timezone.now(), automation()
for key, name, language in [("ada", "Ada Kaplan", "en"), ("reza", "رضا مرادی", "fa")]:
    person = Person.objects.filter(email=f"{{key}}@desk.example").first() or persons.create_person(
        name=name, email=f"{{key}}@desk.example", role="administrator", organisation=None, language=language,
        time_zone="UTC", by=by, at=at,
    )
    person.set_password("{PASSWORD}")
    person.save(update_fields=["password"])
"""
SHOTS = os.environ.get("SIRA_SHOTS", "")


@pytest.fixture(scope="module", autouse=True)
def administrators(desk):
    desk.django(ADMINISTRATOR)


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png")


def block(page: Page, words: str):
    return page.locator(".studio-palette").get_by_role("button", name=words, exact=True)


def fill_name(page: Page, words: str) -> None:
    field = page.get_by_label("Name on the drawing")
    field.fill(words)
    field.blur()


def kept(page: Page) -> None:
    expect(page.locator("draft-saver")).to_have_attribute("data-state", "kept")


def begun(person, name: str, key: str) -> Page:
    page = person.go("/studio/processes/")
    page.get_by_role("button", name="New", exact=True).first.click()
    page.locator("#begin-name").fill(name)
    page.locator("#begin-key").fill(key)
    page.get_by_role("button", name="Begin", exact=True).click()
    expect(page.locator('[data-element-id="opened"]').first).to_be_visible()
    return page


def shape(page: Page, name: str):
    return page.locator(".canvas .djs-shape").filter(has_text=name).first


def what_is_being_written_stays(page: Page) -> None:
    """Also while the drawing changes beneath it."""
    shape(page, "HR agrees").click()
    field = page.get_by_label("Name on the drawing")
    field.press_sequentially(" in")
    page.evaluate("for (const tool of ['undo', 'redo']) document.querySelector(`[data-tool=${tool}]`).click()")
    expect(field).to_have_value("HR agrees in")
    fill_name(page, "HR agrees")


def the_ways_from_a_choice_are_listed(page: Page) -> None:
    page.locator("#problems").get_by_text("Nothing stands against publishing").wait_for()
    page.locator(".canvas .djs-shape[data-element-id^=Gateway]").first.click()
    ways = page.locator("[data-ways] li")
    expect(ways).to_contain_text(["yes → HR agrees", "no → Tell that it is declined"])
    expect(ways.first).to_contain_text("Approved: yes")
    ways.first.get_by_role("button").click()
    expect(page.locator("[data-says=kind]")).to_have_text("A way")


def who_decides_by_a_rule_is_not_read_as_feel(page: Page) -> None:
    shape(page, "Manager agrees").click()
    who = page.locator("#p-who")
    who.select_option("other")
    page.locator("#p-person").fill("=[requester.manager]")
    shape(page, "HR agrees").click()
    shape(page, "Manager agrees").click()
    expect(who).to_have_value("rule")
    expect(page.locator("#p-person")).to_be_hidden()
    page.get_by_text("The rule, as FEEL").click()
    expect(page.get_by_label("The rule, as FEEL")).to_have_value("=[requester.manager]")
    who.select_option("=requester.manager")
    shape(page, "HR agrees").click()


def a_line_leads_around_what_lies_between(page: Page) -> None:
    lines = page.locator(".canvas .djs-connection")
    drawn = lines.count()
    shape(page, "Manager agrees").click()
    page.locator(".djs-context-pad [data-action=connect]").click()
    shape(page, "HR agrees").hover()
    shape(page, "HR agrees").click()
    expect(lines).to_have_count(drawn + 1)
    tops = [shape(page, name).bounding_box()["y"] for name in ("Manager agrees", "HR agrees")]
    assert lines.last.locator(".djs-visual").bounding_box()["y"] < min(tops) - 10
    page.get_by_role("button", name="Undo").click()
    expect(lines).to_have_count(drawn)
    kept(page)


def test_a_newcomer_draws_a_leave_request_with_two_approvals_and_a_deadline(visitor):
    ada = visitor().sign_in("ada")
    page = begun(ada, "Leave request", "leave")
    shot(page, "leave-1-blank")

    block(page, "Approve").click()
    expect(page.get_by_label("How many must agree")).to_have_value("one")
    fill_name(page, "Manager agrees")
    page.get_by_label("Who decides").select_option(label="the requester's manager")
    page.get_by_label("If that finds nobody").select_option("hr")
    page.locator("#p-due-number").fill("2")
    page.locator("#p-due-number").blur()
    page.get_by_label("When the deadline passes").select_option(label="it counts as refused")
    page.get_by_role("button", name="Draw what follows: yes and no").click()
    shot(page, "leave-2-first")

    block(page, "Approve").click()
    fill_name(page, "HR agrees")
    page.get_by_label("Who decides").select_option("group:hr")
    page.locator("#p-due-number").fill("3")
    page.locator("#p-due-number").blur()
    page.get_by_role("button", name="Draw what follows: yes and no").click()

    block(page, "Notify").click()
    fill_name(page, "Tell that it is granted")
    page.locator("#p-text").fill("Your leave is granted, ")
    page.locator("#p-insert").select_option("requester.name")
    expect(page.locator("#p-text")).to_have_value("Your leave is granted, {requester.name}")
    block(page, "Close").click()
    expect(page.locator("#p-text")).to_have_value("It is done.")
    block(page, "End").click()
    kept(page)
    shot(page, "leave-3-whole")
    for words in ("Tell that it is declined", "Close as declined"):
        expect(page.locator(".canvas .djs-element.djs-shape").filter(has_text=words)).to_have_count(2)
    expect(page.locator("#problems [data-kind=warn]")).to_have_count(0)
    what_is_being_written_stays(page)
    the_ways_from_a_choice_are_listed(page)
    who_decides_by_a_rule_is_not_read_as_feel(page)
    a_line_leads_around_what_lies_between(page)

    with page.expect_navigation():
        page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Published, version 1")).to_be_visible()

    page.get_by_role("link", name="Dry run").click()
    expect(page.get_by_role("heading", name="What it waits for")).to_be_visible()
    page.get_by_role("button", name="Answer").click()
    expect(page.locator(".rehearsal-ask .your-turn")).to_contain_text("HR agrees")
    page.get_by_role("button", name="To the end").click()
    expect(page.locator(".rehearsal-lines")).to_contain_text("The process has ended")
    shot(page, "leave-4-tried")
    assert ada.errors == []


def test_publishing_waits_for_what_is_still_being_kept(visitor):
    ada = visitor().sign_in("ada")
    page = begun(ada, "Slow line", "slow-line")
    block(page, "Close").click()
    expect(page.get_by_role("button", name="Publish", exact=True)).to_be_visible()
    kept(page)
    held = []
    page.route("**/save/", lambda route: route.continue_() if held else held.append(route))
    block(page, "End").click()
    expect(page.locator("draft-saver")).to_have_attribute("data-state", "keeping")
    page.get_by_role("button", name="Publish", exact=True).click(no_wait_after=True)
    for _look in range(500):
        if not held:
            page.wait_for_timeout(20)
    held[0].continue_()
    expect(page.get_by_text("Published, version 1")).to_be_visible()
    page.unroute("**/save/")
    a_link_waits_for_what_was_just_typed(begun(ada, "Hurried", "hurried"))
    assert ada.errors == []


def a_link_waits_for_what_was_just_typed(page: Page) -> None:
    """And of a choice drawn by hand behind an approval the first way is yes, the second no."""
    block(page, "Approve").click()
    block(page, "Close").click()
    shape(page, "Approve").click()
    block(page, "Choose a way").click()
    expect(page.locator("[data-says=kind]")).to_have_text("Choose a way")
    block(page, "Ask").click()
    page.locator(".canvas .djs-shape[data-element-id^=Gateway]").first.click()
    expect(page.locator("[data-ways] li")).to_contain_text(["yes → Close", "no → Ask"])
    shape(page, "Ask").click()
    page.get_by_label("Name on the drawing").fill("Which days")
    page.get_by_role("button", name="Draw a new form").click()
    expect(page.locator("h1")).to_have_text("Which days")
    page.get_by_role("link", name="Back to the process").click()
    expect(page.locator("[data-says=name]")).to_have_text("Which days")
    expect(page.locator("#p-form")).to_have_value("")
    page.go_back()
    page.locator(".fjs-palette-field[data-field-type=number]").click()
    kept(page)
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.locator("[data-says=name]")).to_have_text("Which days")
    expect(page.locator("#p-form")).to_have_value("which-days")
    kept(page)


@pytest.mark.parametrize("path", ["/studio/processes/ticket/", "/studio/processes/ticket/1/try/"])
def test_a_page_that_is_left_before_its_library_has_come_does_not_fail(visitor, path):
    ada = visitor().sign_in("ada")
    ada.page.route("**/vendor/bpmn/**", lambda route: route.abort())
    page = ada.go(path)
    page.wait_for_load_state("load")
    assert ada.errors == []


def test_a_condition_is_chosen_or_written_and_checked_at_once(visitor):
    ada = visitor().sign_in("ada")
    page = ada.go("/studio/processes/ticket/")
    page.get_by_role("button", name="Change it in a draft").click()
    expect(page.locator('[data-element-id="to_test"]').first).to_be_attached()
    page.locator('.djs-connection[data-element-id="to_test"] .djs-hit').first.click(force=True)
    expect(page.locator("#p-fact")).to_have_value("ticket.needs_test")
    page.locator("#p-fact").select_option("ticket.subject")
    page.locator("#p-value").fill("Printer")
    page.locator("#p-value").blur()
    expect(page.locator("feel-condition [data-part=said]")).to_contain_text("Holds if “Subject” is “Printer”.")
    page.locator("#p-fact").select_option("ticket.priority")
    page.locator("#p-choice").select_option(label="High")
    expect(page.locator("feel-condition [data-part=said]")).to_contain_text("Holds if “Priority” is “High”.")
    expect(page.locator("feel-condition summary")).to_be_hidden()
    page.get_by_role("button", name="Expert").click()
    page.locator("feel-condition summary").click()
    feel = page.locator("#p-condition")
    expect(feel).to_have_value('=ticket.priority = "high"')
    feel.fill("")
    feel.press_sequentially("=ticket.urg")
    expect(page.locator(".completion li").first).to_contain_text("ticket.urgency")
    feel.press("Tab")
    expect(feel).to_have_value("=ticket.urgency")
    feel.press_sequentially(' = "hgh')
    feel.blur()
    expect(page.locator("feel-condition [data-part=said]")).to_have_class("hint refused-line")
    shot(page, "condition")
    assert ada.errors == []


def drafted(person, path: str) -> Page:
    page = person.go(path)
    if page.get_by_role("button", name="Change it in a draft").count():
        page.get_by_role("button", name="Change it in a draft").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    return page


def test_a_block_is_edited_by_double_click_and_by_keyboard_alone_and_each_editor_undoes(visitor):
    ada = visitor().sign_in("ada")
    page = drafted(ada, "/studio/processes/ticket/")
    page.locator('.djs-shape[data-element-id="work"] .djs-hit').first.dblclick(force=True)
    expect(page.get_by_label("Name on the drawing")).to_be_focused()
    block(page, "Work").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name on the drawing")).to_be_focused()
    expect(page.get_by_label("Name on the drawing")).to_have_value("Work 2")  # the drawing has a block of that name
    page.get_by_role("button", name="Undo").click()
    kept(page)
    page = drafted(ada, "/studio/decisions/promises/")
    cell = page.locator("td.output-cell [contenteditable]").first
    stood = cell.inner_text().strip()
    cell.click()
    page.keyboard.press("Control+A")
    page.keyboard.type('"PT7H"')
    # The second one finds nothing left to take back: "Redo" still brings back all of it, not a letter.
    for tool, text in [("Undo", stood), ("Undo", stood), ("Redo", '"PT7H"'), ("Undo", stood)]:
        page.get_by_role("button", name=tool).click()
        expect(cell).to_have_text(text)
    kept(page)
    page = ada.go("/studio/forms/invoice-question/?version=1")
    expect(page.locator(".fjs-form[inert]")).to_be_attached()
    expect(page.locator(".fjs-palette-container")).to_be_hidden()
    page = drafted(ada, "/studio/forms/invoice-question/")
    name = page.locator("#form-name")
    stood = name.input_value()
    name.fill("Bills")
    name.blur()
    expect(page.locator("h1")).to_have_text("Bills")
    page.get_by_role("button", name="Undo").click()
    expect(name).to_have_value(stood)
    kept(page)
    newcomers_form(page)
    assert ada.errors == []


def newcomers_form(page: Page) -> None:
    """A press adds a component; its key, and those of its choices, follow their words until somebody sets them."""
    key = page.locator("#bio-properties-panel-key")
    page.locator(".fjs-palette-field[data-field-type=datetime]").click()
    expect(page.locator("#bio-properties-panel-date-label")).to_be_focused()
    page.keyboard.type("İlk gün")
    expect(key).to_have_value("ilk_gun")
    page.locator("#bio-properties-panel-required").check()
    page.locator(".fjs-palette-field[data-field-type=select]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#bio-properties-panel-label")).to_be_focused()
    page.keyboard.type("Category")
    expect(key).to_have_value("category_2")  # "category" would be the ticket's own
    page.locator("[data-group-id=group-staticOptions] .bio-properties-panel-collapsible-entry-header").first.click()
    option = page.locator("[data-group-id=group-staticOptions] input")
    option.first.fill("Yıllık izin")
    expect(option.nth(1)).to_have_value("yillik_izin")
    key.fill("what_for")
    key.blur()
    page.locator("#bio-properties-panel-label").click()
    page.keyboard.press("Control+A")
    page.keyboard.type("What for")
    expect(page.locator("[data-says=label]")).to_have_text("What for")
    expect(key).to_have_value("what_for")
    kept(page)


PAGES = [
    "/studio/processes/ticket/",
    "/studio/processes/ticket/1/try/",
    "/studio/processes/ticket/1/many/",
    "/studio/decisions/priority/",
    "/studio/decisions/priority/1/many/",
    "/studio/forms/new-laptop/",
]


@pytest.mark.parametrize("who", ["ada", "reza"])
@pytest.mark.parametrize("where", ["wide", "phone"])
def test_every_page_stands_wide_and_on_a_phone_light_and_dark(visitor, who, where):
    person = visitor(**PHONE_SETTINGS if where == "phone" else {}).sign_in(who)
    for path in PAGES:
        page = person.go(path)
        canvas = page.locator(".studio-canvas")
        if canvas.count():
            assert canvas.first.get_attribute("dir") == "ltr"
            expect(canvas.first.locator(".djs-shape").first).to_be_attached()
        page.evaluate("document.fonts.ready")
        for scheme in ("light", "dark"):
            in_scheme(page, scheme)
            shot(page, f"{who}-{where}-{scheme}-{path.strip('/').replace('/', '-')}")
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{path} is {wide} px wider than the {where} screen, {scheme}"
    assert person.errors == []
