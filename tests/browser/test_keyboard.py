"""An agent who does not touch the mouse."""

from playwright.sync_api import expect


def test_an_agent_walks_the_queue_answers_and_resolves_by_keys_alone(visitor, opened):
    opened("Lamp flickers", "Door badge refused", "Screen stays black")
    ayse = visitor().sign_in("ayse")
    page, keys = ayse.go("/desk/?queue=all"), ayse.page.keyboard

    keys.press("j")
    keys.press("j")
    keys.press("k")
    keys.press("j")
    expect(page.locator("a.queue-row:focus")).to_have_count(1)
    subject = page.locator("a.queue-row:focus .subject").inner_text()
    assert subject == page.locator("a.queue-row .subject").nth(1).inner_text()
    keys.press("Enter")
    expect(page.locator("#ticket h1")).to_have_text(subject)

    keys.press("r")
    expect(page.locator("form.composer textarea")).to_be_focused()
    keys.type("Is it better after a restart?")
    # The change comes back over the live stream too, and the ticket is read again.
    with page.expect_response(lambda answer: answer.request.method == "GET" and "/tickets/" in answer.url):
        keys.press("Control+Enter")
    expect(page.locator("article.message", has_text="Is it better after a restart?")).to_have_count(1)
    expect(page.locator("form.composer textarea")).to_have_value("")
    expect(page.locator(".ticket-fields")).to_contain_text("Ayşe Demir")

    keys.press("e")
    expect(page.locator("dialog.question textarea[name=resolution]")).to_be_focused()
    keys.type("Restarted it.")
    keys.press("Control+Enter")
    expect(page.locator("dialog.question")).to_have_count(0)
    expect(page.locator(".ticket-fields")).to_contain_text("Resolved")

    keys.press("?")
    expect(page.locator("key-hints dialog")).to_be_visible()
    expect(page.locator("key-hints dialog")).to_contain_text("Answer")
    assert ayse.errors == []


def focused(page) -> str:
    return page.evaluate(
        "(one => one === document.body ? '' : one.name || one.textContent.trim())(document.activeElement)"
    )


def tab_to(page, name: str) -> None:
    """Press Tab until the named field, or what says that, has the focus."""
    for _time in range(60):
        if name in focused(page):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} is not reached by Tab")


def test_a_requester_asks_by_keys_alone(visitor):
    tom = visitor().sign_in("tom")
    page, keys = tom.go("/portal/ask/report-a-problem/"), tom.page.keyboard
    tab_to(page, "answer.subject")
    keys.type("The blinds are stuck")
    tab_to(page, "Send")
    with page.expect_navigation():
        keys.press("Enter")
    expect(page.locator("h1")).to_have_text("The blinds are stuck")
    tab_to(page, "text")
    keys.type("On the third floor.")
    keys.press("Tab")
    tab_to(page, "Send")
    with page.expect_navigation():
        keys.press("Enter")
    expect(page.locator("main")).to_contain_text("On the third floor.")
    assert tom.errors == []


def test_an_agent_assigns_keeps_an_answer_for_later_and_takes_it_back_by_keys_alone(visitor, opened):
    [number] = opened("The gong does not sound")
    ayse = visitor().sign_in("ayse")
    page, keys = ayse.go(f"/tickets/{number}/"), ayse.page.keyboard
    keys.press("a")
    expect(page.locator("dialog.question select[name=to]")).to_be_focused()
    keys.type("IT")
    keys.press("Control+Enter")
    expect(page.locator("dialog.question")).to_have_count(0)

    keys.press("r")
    keys.type("We look at it tomorrow.")
    tab_to(page, "Other ways to send")
    keys.press("Enter")
    for _time in range(3):
        keys.press("ArrowDown")
    expect(page.locator("[role=menuitem]:focus")).to_contain_text("Send later")
    keys.press("Enter")
    expect(page.locator("dialog.question")).to_contain_text("Tomorrow morning")
    keys.press("Control+Enter")
    expect(page.locator(".kept-answer")).to_contain_text("We look at it tomorrow.")
    expect(page.locator("form.composer textarea")).to_have_value("")
    assert ayse.errors == []
