"""The five ways that everybody goes, as a screen reader tells them; approving and drawing by keys alone.

Ask, answer, assign, approve, draw. What is told is the browser's own accessibility tree, which screen readers read.
"""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_keyboard import tab_to
from tests.browser.test_studio import ADMINISTRATOR

CONTROLS = ("button", "link", "textbox", "searchbox", "combobox", "listbox", "checkbox", "radio", "menuitem", "tab")
WAITING = """
from django.utils import timezone
from sira.people.models import Person
from sira.processes import versions
from sira.tickets.messages import Said
from sira.tickets.models import TicketType
from sira.tickets.opening import Asked, open_ticket
from sira.tickets.tests.office import approve, purchase

at, tom = timezone.now(), Person.objects.get(email="tom@desk.example")
versions.install(purchase(approve(groups="facilities")), by=tom, at=at)
kind = TicketType.objects.get_or_create(key="purchase", defaults={"prefix": "PUR", "name": "Purchase", "process_key": "purchase"})[0]
asked = Asked(type=kind, subject="A ladder for the attic", said=Said(text="It ends below the lamp."), requester=tom, channel="portal")
print(open_ticket(asked, by=tom, at=at)[0].number)
"""  # noqa: E501


def told(page: Page) -> list[tuple[str, str]]:
    """Role and name of all that a screen reader comes by, in its order."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return [
        (one["role"]["value"], one.get("name", {}).get("value", "").strip()) for one in nodes if not one.get("ignored")
    ]


def must_be_clear(page: Page, part: str = "main") -> list[tuple[str, str]]:
    """Each control says what it is, and there is one such part; behind an open dialog nothing is told."""
    found = told(page)
    assert [role for role, name in found if role in CONTROLS and not name] == []
    assert [role for role, _name in found if role == part] == [part]
    return found


def test_asking_is_told_with_its_fields_and_what_was_refused(visitor):
    page = visitor().sign_in("tom").go("/portal/ask/report-a-problem/")
    found = must_be_clear(page)
    assert ("heading", "Report a problem") in found and ("textbox", "What doesn't work?") in found
    page.evaluate("document.querySelector('form.form').noValidate = true")
    page.get_by_role("button", name="Send").click()
    refused = page.locator("[aria-invalid=true]").first
    expect(refused).to_be_visible()
    assert refused.get_attribute("aria-describedby")
    must_be_clear(page)


def test_answering_and_assigning_are_told_and_a_note_is_no_answer(visitor, opened):
    [number] = opened("The bell rings twice")
    page = visitor().sign_in("ayse").go(f"/tickets/{number}/")
    expect(page.locator("form.composer")).to_be_visible()
    found = must_be_clear(page)
    assert ("heading", "The bell rings twice") in found
    radios = [name for role, name in found if role == "radio"]
    assert any(name.startswith("Answer to Tom") for name in radios)
    assert any(name.startswith("Internal note") for name in radios)
    page.keyboard.press("n")
    assert any(name.startswith("Keep note") for role, name in told(page) if role == "button")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("a")
    expect(page.locator("dialog.question")).to_be_visible()
    found = must_be_clear(page, "dialog")
    assert ("combobox", "Group and agent") in found and any(role == "dialog" and name for role, name in found)


def test_an_approval_is_told_and_given_by_keys_alone(visitor, desk):
    number = desk.django(WAITING).split()[-1]
    ayse = visitor().sign_in("ayse")
    page, keys = ayse.go("/desk/approvals/"), ayse.page.keyboard
    must_be_clear(page)
    tab_to(page, number)
    with page.expect_navigation():
        keys.press("Enter")
    found = must_be_clear(page)
    assert any("A ladder for the attic" in name for _role, name in found)
    tab_to(page, "does")
    expect(page.locator(":focus")).to_have_text("Approve")
    keys.press("Enter")
    expect(page.locator("main")).not_to_contain_text(number)
    ayse.go(f"/tickets/{number}/")
    expect(page.locator("#conversation")).to_contain_text("approved")
    assert ayse.errors == []


@pytest.fixture
def ada(desk, visitor):
    desk.django(ADMINISTRATOR)
    return visitor().sign_in("ada")


def test_a_process_is_drawn_and_published_by_keys_alone(ada):
    page, keys = ada.go("/studio/processes/"), ada.page.keyboard
    must_be_clear(page)
    page.get_by_role("button", name="New", exact=True).first.focus()
    keys.press("Enter")
    expect(page.locator("#begin-name")).to_be_focused()
    keys.type("Borrow a ladder")
    keys.press("Enter")
    expect(page.locator('[data-element-id="opened"]').first).to_be_visible()
    must_be_clear(page)

    tab_to(page, "Approve")
    keys.press("Enter")
    expect(page.get_by_label("Name on the drawing")).to_be_focused()
    keys.press("Control+a")
    keys.type("Facilities agree")
    page.keyboard.press("Tab")
    expect(page.locator("svg")).to_contain_text(["Facilities"])
    who = page.get_by_label("Who decides")
    while not who.evaluate("(one) => one === document.activeElement"):
        keys.press("Tab")
    keys.type("the requester's m")
    expect(who.locator("option:checked")).to_have_text("the requester's manager")
    tab_to(page, "Draw what follows")
    keys.press("Enter")
    for block in ("Close", "End"):
        tab_to(page, block)
        keys.press("Enter")
        expect(page.get_by_label("Name on the drawing")).to_be_focused()
    expect(page.locator("draft-saver")).to_have_attribute("data-state", "kept")
    must_be_clear(page)
    tab_to(page, "Publish")
    with page.expect_navigation():
        keys.press("Enter")
    expect(page.get_by_text("Published, version 1")).to_be_visible()
    assert ada.errors == []
