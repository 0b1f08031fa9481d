"""What an agent writes is never lost, can be taken back, and colleagues see each other at it."""

import re

from playwright.sync_api import expect


def test_a_draft_waits_in_the_next_window_and_a_sent_answer_comes_back(visitor, opened):
    [number] = opened("The gate stays open")
    ayse = visitor().sign_in("ayse")
    page = ayse.go(f"/tickets/{number}/")
    area, said = page.locator("form.composer textarea"), page.locator("form.composer .draft")
    with page.expect_response(lambda answer: answer.url.endswith("/draft/")):
        area.fill("We look at the")
    expect(said).not_to_be_empty()

    other = ayse.context.new_page()
    other.goto(page.url)
    expect(other.locator("form.composer textarea")).to_have_value("We look at the")
    with other.expect_response(lambda answer: answer.url.endswith("/draft/")):
        other.locator("form.composer textarea").fill("We look at the hinge")
    with page.expect_response(lambda answer: answer.url.endswith("/draft/") and answer.status == 409):
        area.fill("We look at the motor")
    page.locator(".draft-newer button").click()
    expect(area).to_have_value("We look at the hinge")
    other.close()

    page.keyboard.press("Control+Enter")
    expect(page.locator("article.message", has_text="We look at the hinge")).to_have_count(1)
    expect(area).to_have_value("")
    page.locator(".toast[data-counted] button.button").click()
    expect(area).to_have_value("We look at the hinge")
    expect(page.locator("article.message", has_text="We look at the hinge")).to_have_count(0)
    assert ayse.errors == []


def test_colleagues_see_who_reads_and_writes_and_name_each_other(visitor, opened):
    [number] = opened("The barrier does not rise")
    ayse, zeynep = visitor().sign_in("ayse"), visitor().sign_in("zeynep")
    page, hers = ayse.go(f"/tickets/{number}/"), zeynep.go(f"/tickets/{number}/")
    expect(page.locator("who-looks .looker")).to_contain_text("Zeynep Kaya")
    hers.keyboard.press("n")
    hers.keyboard.type("@Axel")
    expect(hers.locator("mention-list [role=status]")).not_to_be_empty()
    for _letter in "xel":
        hers.keyboard.press("Backspace")
    hers.keyboard.type("y")
    expect(hers.locator("mention-list [role=option]")).to_contain_text("Ayşe Demir")
    expect(page.locator("who-looks .looker[data-writes]")).to_have_count(1)
    hers.keyboard.press("Enter")
    hers.keyboard.type("the gateway again?")
    hers.keyboard.press("Control+Enter")
    expect(hers.locator("article.note")).to_contain_text("@Ayşe Demir the gateway again?")
    page.goto(page.url)
    expect(page.locator("#bell .count")).not_to_be_empty()  # the desk's other tickets may ring too
    page.locator("#bell").click()
    expect(page.locator("ul.notices")).to_contain_text("The barrier does not rise")
    assert ayse.errors == zeynep.errors == []


def test_a_ticket_is_dragged_along_the_stages_until_the_gate_asks_for_words(visitor, opened):
    [number] = opened("The escalator squeaks")
    ayse = visitor().sign_in("ayse")
    page = ayse.go("/desk/board/?queue=all")
    card = page.locator(f".stage-card[data-number={number}]")
    card.drag_to(page.locator("section[data-stage=assigned]"))
    expect(page.locator(f"section[data-stage=assigned] [data-number={number}]")).to_have_count(1)
    card.drag_to(page.locator("section[data-stage=in_work]"))
    expect(page.locator(f"section[data-stage=in_work] [data-number={number}]")).to_have_count(1)
    card.drag_to(page.locator("section[data-stage=testing]"))
    expect(page.locator("[name=resolution]")).to_be_visible()
    assert ayse.errors == []


PASTE = """(area) => new Promise((done) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 60, height: 30 })
  canvas.getContext("2d").fillRect(0, 0, 60, 30)
  canvas.toBlob((blob) => {
    const box = new DataTransfer()
    box.items.add(new File([blob], "image.png", { type: "image/png" }))
    area.dispatchEvent(new ClipboardEvent("paste", { clipboardData: box, bubbles: true, cancelable: true }))
    done()
  })
})"""


def test_a_pasted_picture_waits_in_the_draft_and_stands_in_the_answer(visitor, opened):
    [number] = opened("The sign is upside down")
    ayse = visitor().sign_in("ayse")
    page = ayse.go(f"/tickets/{number}/")
    area = page.locator("form.composer textarea")
    area.fill("Turn it so:")
    expect(page.locator("picture-paste:defined")).to_have_count(1)
    with page.expect_response(lambda answer: answer.url.endswith("/draft/pictures/") and answer.ok):
        area.evaluate(PASTE)
    expect(area).to_have_value("Turn it so:\n![](picture-1.png)\n")
    with page.expect_response(lambda answer: answer.url.endswith("/draft/") and answer.ok):
        page.locator("picture-paste input").fill("The sign, the right way up")
    expect(area).to_have_value("Turn it so:\n![The sign, the right way up](picture-1.png)\n")
    expect(page.locator(".kept-file")).to_have_count(1)
    expect(page.locator(".files-chosen li, file-drop li")).to_have_count(0)

    page.reload()
    expect(area).to_have_value("Turn it so:\n![The sign, the right way up](picture-1.png)\n")
    expect(page.locator("picture-paste input")).to_have_value("The sign, the right way up")
    area.focus()
    page.keyboard.press("Control+Enter")
    shown = page.locator("article.message img.in-text")
    expect(shown).to_have_attribute("alt", "The sign, the right way up")
    expect(shown).to_have_js_property("naturalWidth", 60)
    expect(page.locator(".kept-file, picture-paste input")).to_have_count(0)
    assert ayse.errors == []


def test_what_is_written_while_a_note_is_on_its_way_is_neither_lost_nor_sent_as_something_else(visitor, opened):
    [number] = opened("The lift stands still")
    ayse = visitor().sign_in("ayse")
    page = ayse.go(f"/tickets/{number}/")
    held = []
    page.route(re.compile("/answer/"), lambda way: held.append(way), times=1)
    page.keyboard.press("n")
    page.keyboard.type("Fuse of floor 2")
    with page.expect_request(re.compile("/answer/")):
        page.keyboard.press("Control+Enter")
    page.keyboard.type(" and the one of floor 3")
    for _look in range(500):
        if not held:
            page.wait_for_timeout(20)
    held[0].continue_()
    expect(page.locator("article.note")).to_contain_text("Fuse of floor 2")
    area = page.locator("form.composer textarea")
    expect(area).to_have_value("and the one of floor 3")
    page.keyboard.type(" too")
    expect(area).to_have_value("and the one of floor 3 too")
    expect(page.locator("form.composer input[value=note]")).to_be_checked()
    assert ayse.errors == []


def test_of_many_open_tickets_the_tab_of_the_one_that_is_read_is_to_be_seen(visitor, opened):
    numbers = opened(*(f"Lamp {number} is dark" for number in range(7)))
    ayse = visitor(viewport={"width": 1000, "height": 800}).sign_in("ayse")
    for number in numbers:
        page = ayse.go(f"/tickets/{number}/")
        expect(page.locator("#tabs .tab[aria-current]")).to_contain_text(number)
    expect(page.locator("#tabs .tab[aria-current]")).to_be_in_viewport(ratio=0.9)
    assert ayse.errors == []


def test_what_is_told_goes_by_itself_where_nothing_may_move(visitor):
    page = visitor(reduced_motion="reduce").sign_in("ayse").go("/desk/")
    page.evaluate("document.dispatchEvent(new CustomEvent('sira:toast', { detail: { words: 'Kept' } }))")
    expect(page.locator(".toast")).to_have_text(re.compile("Kept"))
    page.wait_for_timeout(1_000)
    expect(page.locator(".toast")).to_have_count(1)
    expect(page.locator(".toast")).to_have_count(0)


def test_a_day_is_chosen_in_a_persian_calendar_that_fits_into_its_dialog(visitor, opened):
    [number] = opened("چراغ راهرو خاموش است")
    zeynep = visitor().sign_in("zeynep")
    page = zeynep.go(f"/tickets/{number}/")
    page.keyboard.press("h")
    dialog, days = page.locator("dialog.question[open]"), page.locator("dialog.question .jalali-days")
    dialog.locator(".jalali-open").click()
    expect(days).to_be_in_viewport(ratio=1)
    box, around = days.bounding_box(), dialog.bounding_box()
    assert around["x"] <= box["x"] and box["x"] + box["width"] <= around["x"] + around["width"]
    assert box["y"] + box["height"] <= around["y"] + around["height"]
    page.keyboard.press("Escape")
    expect(days).to_have_count(0)
    expect(dialog).to_be_visible()
    dialog.locator(".jalali-open").click()
    page.keyboard.press("PageDown")
    with page.expect_response(re.compile("/hold/")) as answered:
        page.keyboard.press("Enter")
        expect(dialog.locator("input[name=until]")).not_to_have_value("")
        dialog.locator("button[data-kind=primary]").click()
    assert answered.value.ok
    expect(page.locator(".ticket-fields")).to_contain_text("کنار گذاشته")
    assert zeynep.errors == []
