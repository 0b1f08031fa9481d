import json
import re

import pytest
from django.urls import reverse

from sira.decisions.models import DecisionVersion
from sira.forms.models import FormVersion
from sira.people.models import Person, SupportGroup
from sira.processes import versions
from sira.processes.models import Instance, ProcessVersion
from sira.processes.tests.drawing import catch, drawing, end, node, start, timer, user
from sira.tickets.models import HistoryEntry
from sira.tickets.tests.cast import holding, monday


def address(name="rehearse", key="ticket", model=ProcessVersion):
    return reverse(f"studio:{name}", args=[key, model.objects.get(key=key).version])


def part(client, url, given):
    return client.get(url, given, headers={"HX-Request": "true"})


def test_a_dry_run_is_for_administrators_alone(desk, client):
    for person in (desk.jonas, desk.ayse, desk.hannah):
        client.force_login(person)
        for name in ("rehearse", "on_many"):
            assert client.get(address(name)).status_code == 403


def test_who_draws_and_works_nowhere_tries_out_their_own_tickets_alone(desk, client):
    drawer = holding(desk.hannah, "draw", by=desk.ada)
    own, other = desk.ticket(requester=drawer), desk.ticket()
    client.force_login(drawer)
    assert client.get(address(), {"ticket": other.number}).context["ticket"] is None
    assert client.get(address(), {"ticket": own.number.lower()}).context["ticket"] == own
    assert client.get(address("on_many")).context["result"].count == 1
    table = client.get(address("table_on_many", "priority", DecisionVersion)).context["result"]
    assert table.count == 1
    client.force_login(desk.ada)
    assert client.get(address("on_many")).context["result"].count == 2
    assert client.get(address("table_on_many", "priority", DecisionVersion)).context["result"].count == 2


def test_the_page_shows_where_it_stands_and_the_mails(ada):
    page = ada.get(address()).content.decode()
    assert "Dry run on an invented ticket" in page
    assert "would send a mail" in page
    assert 'id="drawing-marks"' in page and "<main" in page and "page-bar" in page


def test_steps_are_answered_in_the_page_and_the_clock_moves(ada):
    url = address()
    first = ada.get(url).context
    asked = first["questions"][0][0]
    answered = part(ada, url, {"did": "[]", "do": "finish", "place": asked.place, "after": "240"})
    assert answered.status_code == 200 and b"<html" not in answered.content
    play = answered.context["play"]
    assert (play.at - first["play"].at).total_seconds() >= 4 * 3600
    assert json.loads(answered.context["did"])[0]["do"] == "finish"

    back = part(ada, url, {"did": answered.context["back"]})
    assert [one.wait.node.id for one, _words, _who in back.context["questions"]] == [asked.wait.node.id]


LEAVE = drawing(
    start(), node("exclusiveGateway", "g"), end(), end("no"),
    user("ok", extension=(
        '<zeebe:assignmentDefinition assignee="=requester.manager"/><zeebe:taskHeaders>'
        '<zeebe:header key="kind" value="approve"/><zeebe:header key="at_deadline" value="reject"/></zeebe:taskHeaders>'
    )),
    ways="start > ok > g; g > end if approved; g > no otherwise",
)  # fmt: skip


def test_an_approval_is_asked_and_told_in_words_and_its_deadline_can_pass(desk, ada):
    row = versions.draft(LEAVE, by=desk.ada, at=monday(9))
    url = reverse("studio:rehearse", args=["p", row.version])
    page = part(ada, url, {})
    text = page.content.decode()
    assert "waits for somebody to decide: <bdi>the requester&#x27;s manager</bdi>" in text
    assert '<option value="true" selected>yes</option><option value="false">no</option>' in text and "Approved" in text
    place = page.context["questions"][0][0].place
    told = ada.get(url, {"did": "[]", "do": "late", "place": place})
    assert (
        "is not decided in time: <bdi>it counts as refused</bdi>" in told.content.decode()
        and told.context["play"].ended
    )
    late = ada.get(url, {"did": "[]", "do": "finish", "place": place, "after": "10080", "o.approved": "true"})
    assert "was not open any more when the answer came" in late.content.decode()
    assert len(json.loads(late.context["did"])) == 1 and late.context["play"].steps[-1] == "no"


def test_a_past_ticket_is_played_by_its_number(desk, ada):
    ticket = desk.ticket()
    before = HistoryEntry.objects.count(), Instance.objects.count()
    found = ada.get(address(), {"ticket": ticket.number.lower(), "do": "rest"}).context
    assert found["ticket"] == ticket and found["play"].ended
    assert (HistoryEntry.objects.count(), Instance.objects.count()) == before


def test_the_form_of_an_invented_ticket_is_filled_in_and_may_be_changed(desk, ada):
    """The drawing waits until a day of the form, as a leave request does; who asks has a manager."""
    schema = {
        "components": [
            {"type": "datetime", "key": "first_day", "subtype": "date", "dateLabel": "First day"},
            {"type": "datetime", "key": "last_day", "subtype": "date", "dateLabel": "Last day"},
            {"type": "textfield", "key": "mail", "validate": {"required": True, "validationType": "email"}},
            {"type": "select", "key": "kind", "label": "Kind", "values": [{"value": "paid", "label": "Paid"}]},
        ]
    }
    FormVersion.objects.create(
        key="away", version=1, schema=schema, status="published", published_at=monday(9), by=desk.ada
    )
    Person.objects.filter(pk=desk.tom.pk).update(manager=desk.ayse)
    source = drawing(
        node("startEvent", "start", extension='<zeebe:formDefinition formKey="away"/>'),
        catch("pause", timer(date="=date(ticket.fields.first_day)")), end(), ways="start > pause > end",
    )  # fmt: skip
    url = reverse("studio:rehearse", args=["p", versions.draft(source, by=desk.ada, at=monday(9)).version])
    context = part(ada, url, {}).context
    fields = context["play"].scene.facts["ticket"]["fields"]
    assert (
        "@" in fields["mail"]
        and fields["kind"] == "paid"
        and fields["last_day"] > fields["first_day"] > str(context["play"].at.date())
    )
    assert context["play"].scene.facts["requester"]["manager"] == desk.ayse.pk
    (wait,) = context["play"].waiting()
    assert str(wait.due.date()) == fields["first_day"]
    chosen = {path: value for path, _words, _values, value in context["offered"]}
    assert (chosen["ticket.channel"], chosen["requester.language"]) == ("portal", "")

    changed = {"ticket.fields.first_day": "2031-05-06", "ticket.fields.kind": "", "requester.mail": desk.hannah.email}
    page = part(ada, url, changed)
    (wait,) = page.context["play"].waiting()
    facts = page.context["play"].scene.facts
    assert str(wait.due.date()) == "2031-05-06" and "kind" not in facts["ticket"]["fields"]
    assert facts["requester"]["id"] == desk.hannah.pk
    assert 'name="ticket.fields.first_day" dir="auto" value="2031-05-06"' in page.content.decode()


def test_what_the_address_brings_along_is_not_trusted(ada):
    for did in (
        "{",
        "[1, 2]",
        '[{"do": "finish", "place": [9, "x", "y"]}]',
        '[{"do": "fact", "name": "x.y.z"}]',
        "[" * 9000,
    ):
        assert ada.get(address(), {"did": did}).status_code == 200
    assert ada.get(address(), {"do": "finish", "place": "nonsense"}).status_code == 200


def test_a_drawing_that_cannot_run_says_why(ada, desk):
    row = ProcessVersion.objects.get(key="ticket")
    ada.post(reverse("studio:draft", args=["processes", "ticket", row.version]))
    draft = ProcessVersion.objects.get(key="ticket", status="draft")
    ProcessVersion.objects.filter(pk=draft.pk).update(
        source=draft.source.replace("ticket.needs_test", "ticket.needs_test =")
    )
    for name in ("rehearse", "on_many"):
        page = ada.get(reverse(f"studio:{name}", args=["ticket", draft.version]))
        assert page.status_code == 200 and page.context["refused"]


def test_many_tickets_are_counted_on_the_arrows(desk, ada):
    for number in range(4):
        desk.ticket(subject=f"No {number}")
    found = ada.get(address("on_many"), {"most": "20"}).context
    assert found["result"].count == 4
    assert found["marks"]["counts"]["f1"]["now"] == 4


@pytest.mark.parametrize(
    ("name", "key", "rows", "part"),
    [("on_many", "ticket", ProcessVersion, "#many"), ("table_on_many", "priority", DecisionVersion, "#table-many")],
)
def test_who_asks_for_many_is_told_that_they_are_played_and_gets_that_part_alone(desk, ada, name, key, rows, part):
    page = ada.get(address(name, key, rows)).content.decode()
    assert f'hx-target="{part}"' in page and f'id="{part[1:]}"' in page
    assert '<p class="second" role="status"><span>They are being played.' in page
    swapped = ada.get(address(name, key, rows), {"most": "20"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in swapped and "They are being played." in swapped


def test_a_table_is_tried_on_past_tickets_against_the_published_one(desk, ada):
    for number in range(4):
        desk.ticket(subject=f"No {number}")
    row = DecisionVersion.objects.get(key="priority")
    ada.post(reverse("studio:draft", args=["decisions", "priority", row.version]))
    draft = DecisionVersion.objects.get(key="priority", status="draft")
    same = ada.get(reverse("studio:table_on_many", args=["priority", draft.version])).context["result"]
    assert (same.count, same.same, same.changed) == (4, 4, [])
    for word in ("critical", "high", "medium", "low"):
        draft.source = draft.source.replace(f'<text>"{word}"</text></outputEntry>', '<text>"low"</text></outputEntry>')
    changed = draft.source.replace('"medium"', '"low"')
    DecisionVersion.objects.filter(pk=draft.pk).update(source=changed, digest="x")
    page = ada.get(reverse("studio:table_on_many", args=["priority", draft.version]))
    assert page.status_code == 200 and page.context["result"].count == 4


def test_the_pages_ask_a_settled_number_of_questions(desk, ada, django_assert_max_num_queries):
    for number in range(5):
        desk.ticket(subject=f"No {number}")
    ada.get(address())
    with django_assert_max_num_queries(22):  # who asks, who leads them, with which forms people ask
        ada.get(address())
    with django_assert_max_num_queries(18):
        ada.get(address("on_many"))
    table = reverse("studio:table_on_many", args=["priority", 1])
    with django_assert_max_num_queries(12):
        ada.get(table)


def test_a_dry_run_calls_its_steps_as_the_readers_language_does(desk, ada):
    in_turkish = '<zeebe:properties><zeebe:property name="name:tr" value="Çalış"/></zeebe:properties>'
    drawn = drawing(start(), user("work", extension=in_turkish), end(), ways="start > work > end")
    row = versions.draft(drawn, by=desk.ada, at=monday(9))
    desk.ada.language = "tr"
    desk.ada.save(update_fields=["language"])
    page = ada.get(reverse("studio:rehearse", args=[row.key, row.version])).content.decode()
    assert page.count("<bdi>Çalış</bdi>") == 2 and "<bdi>Work</bdi>" not in page


SETS = drawing(
    start(),
    node("serviceTask", "give", extension=(
        '<zeebe:taskDefinition type="sira:set"/><zeebe:ioMapping><zeebe:input source="=&quot;it&quot;" target="group"/>'
        '<zeebe:input source="=&quot;high&quot;" target="priority"/></zeebe:ioMapping>'
    )),
    node("serviceTask", "tell", extension=(
        '<zeebe:taskDefinition type="sira:notify"/><zeebe:taskHeaders><zeebe:header key="to" value="=ticket.group"/>'
        '<zeebe:header key="text" value="Hello"/></zeebe:taskHeaders>'
    )),
    end(),
    ways="start > give > tell > end",
)  # fmt: skip


def test_a_dry_run_tells_what_is_set_and_who_is_told_by_name(desk, ada):
    row = versions.draft(SETS, by=desk.ada, at=monday(9))
    play = ada.get(reverse("studio:rehearse", args=["p", row.version])).context["play"]
    group = SupportGroup.objects.get(key="it").name
    told = {line.element: line for line in play.lines}
    assert told["give"].text == f"Group: {group}, Priority: High"
    assert told["tell"].detail.to == group


def test_that_no_ticket_has_gone_this_way_is_said_where_others_are_played(desk, ada):
    desk.ticket()
    row = versions.draft(SETS, by=desk.ada, at=monday(9))
    page = ada.get(reverse("studio:on_many", args=["p", row.version])).content.decode()
    assert "No ticket has gone through this process yet" in page
    assert "No ticket has gone through this process yet" not in ada.get(address("on_many")).content.decode()


def test_results_of_a_table_with_several_outputs_are_told_by_their_labels(desk, ada):
    desk.ticket()
    row = DecisionVersion.objects.get(key="promises")
    ada.post(reverse("studio:draft", args=["decisions", "promises", row.version]))
    draft = DecisionVersion.objects.get(key="promises", status="draft")
    changed = re.sub(r"<text>(\d+)</text>", r"<text>\g<1>0</text>", draft.source)
    DecisionVersion.objects.filter(pk=draft.pk).update(source=changed, digest="x")
    Person.objects.filter(pk=desk.ada.pk).update(language="fa")
    page = ada.get(reverse("studio:table_on_many", args=["promises", draft.version])).content.decode()
    assert "نخستین پاسخ، دقیقهٔ کاری:" in page and "first_answer" not in page


def test_what_was_answered_is_told_as_the_step_and_the_calendar_call_it(desk, ada):
    asks = drawing(
        start(),
        user("look", extension=(
            '<zeebe:taskHeaders><zeebe:header key="kind" value="work"/>'
            '<zeebe:header key="results" value="fine=As ordered; wrong=Broken"/></zeebe:taskHeaders>'
        )),
        end(),
        ways="start > look > end",
    )  # fmt: skip
    row = versions.draft(asks, by=desk.ada, at=monday(9))
    url = reverse("studio:rehearse", args=["p", row.version])
    place = ada.get(url).context["questions"][0][0].place
    given = {"did": "[]", "do": "finish", "place": place, "o.result": "fine", "o.day": "2026-11-24"}
    answers = next(told for line, _words, told in ada.get(url, given).context["lines"] if line.kind == "done")
    assert answers == [("Result", "As ordered"), ("day", "24 Nov 2026")]
