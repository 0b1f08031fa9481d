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
