"""Templates and macros: seen before they act, all or nothing, written by those who lead."""

import pytest
from django.utils.timezone import now

from sira.notifications.models import OutgoingMail
from sira.tickets import later, unsending
from sira.tickets.models import Message, Ticket
from sira.tickets.models_aside import LaterAnswer
from sira.workspace import macros
from sira.workspace.models import Draft, Macro

HTMX = {"HX-Request": "true", "HX-Target": "div#asked", "HX-Request-Type": "partial"}


@pytest.fixture
def ticket(desk) -> Ticket:
    return desk.ticket(subject="VPN drops")


def a_macro(desk, *acts, text="Dear {first_name}, {number} is in work. {me}", kind="answer", group=None, name="Begun"):
    values = {"name": name, "group": group, "kind": kind, "text": text, "acts": [list(act) for act in acts]}
    return macros.keep(Macro(), values, by=desk.ada, at=now())


def uses(client, ticket, macro, text):
    given = {"macro": macro.pk, "kind": macro.kind, "text": text}
    return client.post(f"{ticket.get_absolute_url()}answer/", given)


def fresh(ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def test_before_it_acts_the_words_are_filled_in_and_each_act_is_told(desk, jonas, ticket):
    macro = a_macro(desk, ("priority", 2), ("tags", ["vpn"]), ("wait", True))
    shown = jonas.get(f"{ticket.get_absolute_url()}macros/{macro.pk}/").content.decode()
    assert f"Dear Tom, {ticket.number} is in work. Jonas Weber" in shown
    for words in ("Priority becomes High.", "Gets the tag vpn.", "Waits for the requester."):
        assert words in shown
    assert fresh(ticket).tags == [] and not Message.objects.filter(from_desk=True).exists()


def test_it_sends_the_words_as_they_were_changed_and_does_its_acts(desk, jonas, ticket):
    macro = a_macro(desk, ("take", True), ("priority", 2), ("tags", ["vpn"]), ("wait", True))
    uses(jonas, ticket, macro, "Dear Tom, is it so on a cable too?")
    assert fresh(ticket).tags == []
    later.send_due(now() + unsending.HELD)
    found = fresh(ticket)
    assert (found.agent, found.priority, found.tags, found.status) == (desk.jonas, 2, ["vpn"], "waiting")
    assert found.messages.latest("id").text == "Dear Tom, is it so on a cable too?"


def test_where_one_act_is_refused_nothing_has_happened_and_the_words_are_there(desk, jonas, ticket):
    ticket.type.mandatory_fields = ["service"]
    ticket.type.save()
    macro = a_macro(desk, ("tags", ["vpn"]), ("resolve", True), text="Renewed it.")
    before = jonas.get(f"{ticket.get_absolute_url()}macros/{macro.pk}/").content.decode()
    assert "Missing: Service." in before
    answer = uses(jonas, ticket, macro, "Renewed it.")
    assert answer.status_code == 409 and "Renewed it." in answer.content.decode()
    assert fresh(ticket).tags == [] and not OutgoingMail.objects.filter(kind="answer").exists()


def test_a_macro_of_a_note_stays_inside(desk, jonas, ticket):
    uses(jonas, ticket, a_macro(desk, ("group", desk.hr.pk), kind="note"), "For you")
    later.send_due(now() + unsending.HELD)
    assert ticket.messages.latest("id").is_internal and fresh(ticket).group == desk.hr


def test_a_macro_of_a_note_that_is_undone_leaves_no_note(desk, jonas, ticket):
    uses(jonas, ticket, a_macro(desk, ("group", desk.hr.pk), kind="note"), "For you @ayse")
    kept = LaterAnswer.objects.get()
    shown = jonas.get(f"{ticket.get_absolute_url()}beside/").content.decode()
    assert "Happens in a moment" in shown and "Internal note" in shown and "Send now" not in shown
    jonas.post(f"{ticket.get_absolute_url()}later/{kept.pk}/call-off/")
    later.send_due(now() + unsending.HELD)
    assert fresh(ticket).group == desk.it and not ticket.messages.filter(is_internal=True).exists()
    draft = Draft.objects.get()
    assert (draft.kind, draft.text) == ("note", "For you @ayse")


def test_of_other_groups_nothing_is_offered(desk, jonas, ticket):
    theirs = a_macro(desk, group=desk.hr, name="Only HR")
    assert "Only HR" not in jonas.get(f"{ticket.get_absolute_url()}macros/").content.decode()
    assert jonas.get(f"{ticket.get_absolute_url()}macros/{theirs.pk}/").status_code == 404
    assert uses(jonas, ticket, theirs, "x").status_code == 404


def test_the_lists_show_what_placeholders_stand_for_and_never_their_names(desk, jonas, sign_in, ticket):
    a_macro(desk, ("tags", ["vpn", "home"]))
    chosen = jonas.get(f"{ticket.get_absolute_url()}macros/").content.decode()
    assert f"Dear Tom, {ticket.number} is in work. Jonas Weber" in chosen and "Gets the tags vpn, home." in chosen
    listed = sign_in(desk.ada).get("/desk/macros/").content.decode()
    assert "Dear [their first name], [the ticket&#x27;s number] is in work. [who sends it]" in listed
    assert "{first_name}" not in chosen + listed


def test_the_list_comes_as_a_dialog_to_htmx_and_as_a_page_else(desk, jonas, ticket):
    a_macro(desk)
    assert "<dialog" in jonas.get(f"{ticket.get_absolute_url()}macros/", headers=HTMX).content.decode()
    assert "<html" in jonas.get(f"{ticket.get_absolute_url()}macros/").content.decode()


GIVEN = {"name": "Begun", "kind": "answer", "text": "Dear {first_name}", "priority": "", "tags": "vpn", "then": "wait"}


def test_a_lead_writes_those_of_the_own_group_and_no_others(desk, sign_in):
    ayse = sign_in(desk.ayse)
    assert ayse.post("/desk/macros/new/", GIVEN | {"group": desk.it.pk}).url == "/desk/macros/"
    macro = Macro.objects.get()
    assert (macro.group, macro.acts) == (desk.it, [["tags", ["vpn"]], ["wait", True]])
    assert ayse.post("/desk/macros/new/", GIVEN | {"group": desk.hr.pk}).status_code == 422
    assert ayse.post("/desk/macros/new/", GIVEN).status_code == 422
    everybody = a_macro(desk, name="Of all")
    assert ayse.post(f"/desk/macros/{everybody.pk}/forget/").status_code == 403
    ayse.post(f"/desk/macros/{macro.pk}/forget/")
    assert list(Macro.objects.all()) == [everybody]


def test_agents_write_none(desk, jonas):
    for page in ("/desk/macros/", "/desk/macros/new/"):
        assert jonas.get(page).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"text": "Dear {nickname}"}, "There is no placeholder {nickname}"),
        ({"text": "", "tags": "", "then": ""}, "A macro says something or does something."),
        ({"text": "", "then": "resolve"}, "To resolve, say what was done."),
        ({"then": "hold"}, "Say how many days."),
        ({"then": "resolve", "kind": "note"}, "it cannot be a note"),
    ],
)
def test_what_cannot_work_is_said_and_what_was_typed_stays(desk, sign_in, wrong, said):
    answer = sign_in(desk.ada).post("/desk/macros/new/", GIVEN | wrong)
    assert answer.status_code == 422 and said in answer.content.decode()
    assert 'value="Begun"' in answer.content.decode() and not Macro.objects.exists()
