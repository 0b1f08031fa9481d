from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import InternalError, connection

from sira.calendars import editing
from sira.calendars.models import Calendar
from sira.decisions import publishing
from sira.decisions.tests.drawings import drawing as a_decision
from sira.notifications.models import OutgoingMail
from sira.people.models import Person, SupportGroup
from sira.plumbing.looking import nothing_written
from sira.processes.models import ProcessVersion
from sira.processes.tasks.refusals import NobodyToApprove
from sira.processes.tests.drawing import catch, drawing, end, gate, node, service, start, timer, user
from sira.studio.rehearsal import many, past
from sira.studio.rehearsal.acting import Cast, cast_of, whole_way
from sira.studio.rehearsal.choices import asked_behind
from sira.studio.rehearsal.desk import Desk, drawing_of
from sira.studio.rehearsal.filling import filled
from sira.studio.rehearsal.playing import Play
from sira.studio.rehearsal.questions import questions
from sira.studio.rehearsal.scene import TicketScene
from sira.tickets import lifecycle
from sira.tickets.models import Ticket
from sira.tickets.tests.cast import PACK, monday

SHIPPED = (PACK / "ticket.bpmn").read_text("utf-8")
INVENTED = {
    "ticket": {"type": "incident", "impact": "high", "urgency": "high", "needs_test": True, "stage": "opened"},
    "requester": {"tier": "standard", "language": "en"},
}


def a_play(source=SHIPPED, key="ticket", facts=INVENTED):
    scene = TicketScene(Desk(), facts, ("Tom Whitfield", "tom@desk.example", "en"))
    play = Play(drawing_of(source, key), scene, monday(9))
    play.start()
    return play


def everything_in_the_database():
    """The number of rows and the newest change of every table, as PostgreSQL counts them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        names = [name for (name,) in cursor.fetchall()]
        found = {}
        for name in names:
            cursor.execute(
                f"SELECT count(*), md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) FROM \"{name}\" t"
            )
            found[name] = cursor.fetchone()
    return found


def test_an_invented_ticket_goes_its_way_with_a_clock(desk):
    play = a_play()
    assert [wait.node.id for wait in play.waiting()] == ["work"]
    assert play.scene.facts["ticket"]["priority"] == "critical"
    assert [letter.kind for letter in play.scene.letters] == ["acknowledgement"]
    assert "Tom Whitfield" in play.scene.letters[0].to

    assert play.finish(play.waiting()[0].place, {}, at=monday(11))
    assert [wait.node.id for wait in play.waiting()] == ["test"]
    assert play.at == monday(11)


def test_the_way_to_the_end_is_assumed_where_nobody_answers(desk):
    play, cast = a_play(), Cast()
    whole_way(play, cast)
    assert play.ended
    assert cast.assumed == ["work", "test"]
    assert [letter.kind for letter in play.scene.letters][-1] == "closed"
    assert play.at > monday(11)


def test_timers_fire_before_an_answer_that_comes_later(desk):
    source = drawing(
        start(),
        user("ask"),
        node(
            "boundaryEvent",
            "remind",
            '<bpmn:timerEventDefinition id="t"><bpmn:timeDuration>PT2H</bpmn:timeDuration></bpmn:timerEventDefinition>',
            attachedToRef="ask",
            cancelActivity="false",
        ),
        end("done"),
        end("reminded"),
        ways="start > ask > done; remind > reminded",
    )
    play = a_play(source, "p")
    asked = next(wait for wait in play.waiting() if wait.kind == "task")
    play.finish(asked.place, {}, at=monday(15))
    assert [(line.kind, line.at) for line in play.lines if line.kind in ("timer", "done")] == [
        ("timer", monday(11)),
        ("done", monday(15)),
    ]


SAYS_NO = '<zeebe:taskHeaders><zeebe:header key="text" value="No."/></zeebe:taskHeaders>'
ASKED = (
    start(), gate("g"), end(), end("no"),
    service("tell", "sira:notify", extension=SAYS_NO),
)  # fmt: skip


def an_approval(**headers):
    written = "".join(f'<zeebe:header key="{key}" value="{value}"/>' for key, value in headers.items())
    asked = f'<zeebe:taskHeaders><zeebe:header key="kind" value="approve"/>{written}</zeebe:taskHeaders>'
    by_it = '<zeebe:assignmentDefinition candidateGroups="it"/>'
    ways = "start > ok > g; g > end if approved; g > tell otherwise; tell > no"
    return a_play(drawing(user("ok", extension=by_it + asked), *ASKED, ways=ways), "p")


def test_a_deadline_that_refuses_takes_the_way_of_no(desk):
    play = an_approval(at_deadline="reject")
    (asked,) = play.waiting()
    assert asked.has_deadline and asked.due is not None
    play.until(asked.due)
    assert play.ended and play.steps[-1] == "no"
    assert [line.kind for line in play.lines if line.at == asked.due] == ["late", "mail", "ended"]


@pytest.mark.parametrize("does", ["remind", "escalate"])
def test_a_deadline_that_reminds_or_asks_the_manager_leaves_the_approval_open(desk, does):
    play = an_approval(at_deadline=does)
    (asked,) = play.waiting()
    play.until(asked.due + timedelta(days=30))
    assert [wait.node.id for wait in play.waiting()] == ["ok"] and [line.kind for line in play.lines].count("late") == 1
    assert play.lines[-1].kind == "mail" and "Reminder" in play.lines[-1].detail.subject
    assert play.finish(asked.place, {"approved": True}, at=play.at) and play.ended and play.steps[-1] == "end"


def test_an_answer_after_the_deadline_is_told_to_have_come_too_late(desk):
    play = an_approval(at_deadline="reject")
    (asked,) = play.waiting()
    assert not play.finish(asked.place, {"approved": True}, at=asked.due + timedelta(hours=1))
    assert play.steps[-1] == "no" and play.lines[-1].kind == "closed"


def test_what_can_be_answered_is_read_from_the_ways_behind(desk):
    source = drawing(
        start(),
        user("ask"),
        node("exclusiveGateway", "g"),
        end("a"),
        end("b"),
        end("c"),
        ways=(
            'start > ask > g; g > a if decision = "yes" and ticket.type = "x";g > b if decision = "no"; g > c otherwise'
        ),
    )
    graph = drawing_of(source, "p")
    assert asked_behind(graph, graph.nodes["ask"], frozenset({"ticket"})) == {"decision": ["yes", "no"]}


def test_a_called_process_is_played_too_and_its_answer_comes_back(desk):
    source = drawing(
        start(),
        node("callActivity", "call", extension='<zeebe:calledElement processId="ticket"/>'),
        end(),
        ways="start > call > end",
    )
    play, cast = a_play(source, "p"), Cast()
    whole_way(play, cast)
    assert play.ended and len(play.frames) == 2


def test_a_dry_run_writes_nothing_sends_nothing_and_calls_nobody(desk, mailoutbox, monkeypatch):
    desk.ticket()
    before = everything_in_the_database()
    with nothing_written():
        for record in past.records(past.newest("ticket", 10, by=desk.ada)):
            play = Play(drawing_of(SHIPPED, "ticket"), record.scene(Desk()), record.ticket.opened_at)
            play.start()
            whole_way(play, cast_of(record, {}))
            assert play.ended
        many.compare(drawing_of(SHIPPED, "ticket"), None, past.records(past.newest("ticket", 10, by=desk.ada)), Desk())
    assert everything_in_the_database() == before
    assert mailoutbox == []


def test_the_database_itself_refuses_to_write_during_a_dry_run(desk):
    with pytest.raises(InternalError), nothing_written():
        OutgoingMail.objects.all().delete()
    desk.ticket()
    assert Ticket.objects.count() == 1


def test_a_past_ticket_is_answered_as_it_was(desk):
    ticket = desk.ticket()
    task = ticket.instance.tasks.get()
    lifecycle.resolve(ticket, by=desk.jonas, resolution="Replaced the cable.", at=monday(10, 30))
    record = past.records(past.newest("ticket", 5, by=desk.ada))[0]
    play, cast = Play(drawing_of(SHIPPED, "ticket"), record.scene(Desk()), ticket.opened_at), cast_of(record, {})
    play.start()
    whole_way(play, cast)
    done = next(line for line in play.lines if line.kind == "done")
    assert (done.element, done.at, cast.assumed) == (task.element, monday(10, 30), [])


def test_many_tickets_show_how_many_go_where_and_which_go_elsewhere(desk):
    for number in range(3):
        desk.ticket(subject=f"No {number}", category="network" if number else "email")
    published = ProcessVersion.objects.get(key="ticket")
    changed = SHIPPED.replace('name="Acknowledge"', 'name="Say hello"')
    records = past.records(past.newest("ticket", 10, by=desk.ada))
    same = many.compare(drawing_of(SHIPPED, "ticket"), drawing_of(published.source, "ticket"), records, Desk())
    assert (same.count, same.differing) == (3, [])
    assert same.flows["f1"] == 3 and same.flows == same.before
    other = many.compare(drawing_of(changed, "ticket"), drawing_of(published.source, "ticket"), records, Desk())
    assert len(other.differing) == 3
    assert (other.differing[0].added, other.differing[0].dropped) == (["Say hello"], ["Acknowledge"])


def test_comparing_many_asks_as_few_questions_as_comparing_one(desk, django_assert_max_num_queries):
    desk.ticket()

    def asked(number):
        with nothing_written(), django_assert_max_num_queries(number):
            graph = drawing_of(SHIPPED, "ticket")
            return many.compare(graph, graph, past.records(past.newest("ticket", 100, by=desk.ada)), Desk())

    asked(13)
    for number in range(20):
        desk.ticket(subject=f"No {number}", at=monday(9) + timedelta(minutes=number))
    assert asked(13).count == 21


def test_loops_without_a_wait_come_to_an_end(desk):
    source = drawing(
        start(),
        node("exclusiveGateway", "g"),
        node("exclusiveGateway", "h"),
        end(),
        ways="start > g > h; h > end if ticket.type = 5; h > g otherwise",
    )
    play = a_play(source, "p")
    assert Counter(line.kind for line in play.lines)["wrong"] == 1


def test_a_play_says_which_agent_would_get_it_and_counts_nothing(desk):
    SupportGroup.objects.update(strategy="round_robin")
    before = everything_in_the_database()
    play = a_play()
    said = next(str(line.text) for line in play.lines if line.element == "route")
    agent = Person.objects.get(pk=play.scene.facts["ticket"]["agent"])
    assert said.endswith(f"– {agent.name}") and play.scene.facts["ticket"]["has_agent"]
    assert everything_in_the_database() == before


def test_who_approves_and_who_fills_in_a_form_is_told_in_their_language(desk):
    Person.objects.filter(pk=desk.jonas.pk).update(language="tr")
    approve = (
        f'<zeebe:assignmentDefinition assignee="{desk.jonas.email}"/>'
        '<zeebe:taskHeaders><zeebe:header key="kind" value="approve"/>'
        '<zeebe:header key="text" value="Five days off?"/>'
        '<zeebe:header key="text:tr" value="Beş gün izin?"/></zeebe:taskHeaders>'
    )
    ask = '<zeebe:taskHeaders><zeebe:header key="kind" value="ask"/></zeebe:taskHeaders>'
    source = drawing(
        start(), user("ok", extension=approve), user("form", extension=ask), end(), ways="start > ok > form > end"
    )
    play = a_play(source, "p")
    (letter,) = play.scene.letters
    assert (letter.kind, letter.language) == ("approve", "tr") and desk.jonas.email in letter.to
    assert "Beş gün izin?" in letter.text and "{" not in letter.text
    play.finish(play.waiting()[0].place, {"approved": True}, at=monday(10))
    assert [one.kind for one in play.scene.letters] == ["approve", "form"] and "Tom" in play.scene.letters[1].to


APPROVE = (
    '<zeebe:assignmentDefinition assignee="=requester.manager"/>'
    '<zeebe:taskHeaders><zeebe:header key="kind" value="approve"/>{}</zeebe:taskHeaders>'
)


def asked_to_approve(manager, *, fallback=""):
    instead = f'<zeebe:header key="fallback" value="{fallback}"/>' if fallback else ""
    source = drawing(start(), user("ok", extension=APPROVE.format(instead)), end(), ways="start > ok > end")
    return a_play(source, "p", {**INVENTED, "requester": {"id": None, "manager": manager}})


def test_the_manager_is_told_of_an_approval_else_those_who_are_asked_instead(desk):
    group = SupportGroup.objects.filter(memberships__person=desk.jonas).first()
    by_manager = asked_to_approve(desk.ayse.pk, fallback=group.key).scene.letters
    assert [desk.ayse.email in one.to for one in by_manager] == [True]
    assert any(desk.jonas.email in one.to for one in asked_to_approve(None, fallback=group.key).scene.letters)


def test_who_has_a_manager_is_not_reminded_but_the_manager_asked(desk):
    Person.objects.filter(pk=desk.ayse.pk).update(manager=desk.jonas)
    source = drawing(start(), user("ok", extension=APPROVE.format(
        '<zeebe:header key="at_deadline" value="escalate"/>')), end(), ways="start > ok > end")  # fmt: skip
    play = a_play(source, "p", {**INVENTED, "requester": {"id": None, "manager": desk.ayse.pk}})
    play.until(play.waiting()[0].due)
    first, then = play.scene.letters
    assert desk.ayse.email in first.to and desk.jonas.email in then.to and "Reminder" not in then.subject


def test_an_approval_that_finds_nobody_gets_stuck_in_the_dry_run_as_on_the_desk(desk):
    play = asked_to_approve(None)
    assert not play.scene.letters
    assert [str(one.text) for one in play.lines if one.kind == "wrong"] == [str(NobodyToApprove.message)]


def test_whom_a_table_finds_for_a_step_is_told_by_name(desk):
    publishing.publish("approvers", a_decision("approvers", str(desk.ayse.pk)), at=monday(8))
    calls = '<zeebe:calledDecision decisionId="approvers" resultVariable="approvers"/>'
    ask = APPROVE.format("").replace("requester.manager", "approvers")
    source = drawing(
        start(), node("businessRuleTask", "who", extension=calls), user("ok", extension=ask), end(),
        ways="start > who > ok > end",
    )  # fmt: skip
    play = a_play(source, "p")
    assert [str(line.text) for line in play.lines if line.element == "who"] == [str(desk.ayse)]
    assert [desk.ayse.email in one.to for one in play.scene.letters] == [True]


def test_a_field_is_set_to_what_the_expression_gives_as_in_the_desk(desk):
    headers = (
        '<zeebe:taskHeaders><zeebe:header key="subject" value="= upper case(ticket.type)"/>'
        '<zeebe:header key="fields.said" value="For {requester.tier}"/></zeebe:taskHeaders>'
    )
    source = drawing(start(), service("set", "sira:set", extension=headers), end(), ways="start > set > end")
    play = a_play(
        source, "p", {"ticket": {"type": "incident", "subject": "", "fields": {}}, "requester": {"tier": "gold"}}
    )
    assert (play.scene.ticket["subject"], play.scene.ticket["fields"]) == ("INCIDENT", {"said": "For gold"})


def test_a_date_is_read_by_the_clock_of_the_calendar_as_in_the_desk(desk):
    """An answer such as 2027-01-05T09:00 has no zone; the desk here works by Istanbul's clock."""
    calendar = Calendar.objects.get(is_default=True)
    editing.set_hours(calendar, time_zone="Europe/Istanbul", week=calendar.week, by=desk.ada, at=monday(8))
    source = drawing(start(), catch("later", timer(date="2027-01-05T09:00")), end(), ways="start > later > end")
    (wait,) = a_play(source, "p").waiting()
    assert wait.due == datetime(2027, 1, 5, 6, tzinfo=UTC)


def test_nobody_is_called_in_a_dry_run_and_the_address_is_told(desk):
    headers = (
        '<zeebe:taskHeaders><zeebe:header key="url" value="https://erp.example/?t={ticket.type}"/></zeebe:taskHeaders>'
    )
    source = drawing(
        start(), service("it", "sira:web_call", extension=headers), gate("g"), user("after"), end(),
        ways="start > it > g; g > after if response.status = 200; g > end otherwise; after > end",
    )  # fmt: skip
    play = a_play(source, "p")
    assert [wait.node.id for wait in play.waiting()] == ["after"]
    assert any("GET https://erp.example/?t=incident" in str(line.text) for line in play.lines)


def test_who_answers_unasked_fills_in_what_a_form_must_have():
    def field(key, kind, **more):
        return {"type": kind, "key": key, "id": key, "validate": {"required": True}, **more}

    schema = {"components": [
        field("day", "datetime", subtype="date"), field("why", "textarea"), field("many", "number"),
        field("one", "select", values=[{"value": "a", "label": "A"}]), {"type": "textfield", "key": "free", "id": "f"},
    ]}  # fmt: skip
    assert filled(schema, monday(9)) == {"day": "2026-11-24", "why": "…", "many": 1, "one": "a"}


def test_who_is_asked_in_a_circle_answers_otherwise_the_third_time():
    form = {"components": [{"type": "radio", "key": "again", "id": "again", "values": [
        {"value": "yes", "label": "Yes"}, {"value": "no", "label": "No"}]}]}  # fmt: skip
    source = drawing(
        start(),
        user("look", extension='<zeebe:formDefinition formId="f"/>'),
        node("exclusiveGateway", "g"),
        end(),
        ways='start > look > g; g > look if again = "yes"; g > end otherwise',
    )
    play, cast = a_play(source, "p"), Cast(forms={"f": form})
    whole_way(play, cast)
    assert play.ended and cast.assumed == ["look"] * 3


PRICED = {
    "components": [
        {"type": "number", "key": "total", "label": "Total", "validate": {"required": True}},
        {"type": "datetime", "key": "needed", "subtype": "date", "dateLabel": "Needed on"},
    ]
}


def test_what_was_answered_is_not_asked_again_nor_answered_otherwise(desk):
    """The way behind the second step asks for what the first step's form has said."""
    source = drawing(
        start(), user("ask", extension='<zeebe:formDefinition formKey="price"/>'), user("ok"), user("pay"),
        node("exclusiveGateway", "g"), end(),
        ways='start > ask > ok > g; g > pay if result = "done" and total > 1000; g > end otherwise; pay > end',
    )  # fmt: skip
    forms = {"price": PRICED}
    play, cast = a_play(source, "p"), Cast(forms=forms)
    total, needed = questions(play, forms, {})[0].entries
    assert (total.kind, total.required, total.optional) == ("number", True, False)
    assert (needed.kind, needed.required, needed.optional) == ("date", False, True)
    (asked,) = play.waiting()
    assert play.finish(asked.place, {"total": 1500, "result": "done"}, at=play.at)
    (manager,) = questions(play, forms, {})
    assert [one.name for one in manager.entries] == ["result"], "its own answer, whoever gave one of that name before"
    assert cast.act(play) and [wait.node.id for wait in play.waiting()] == ["pay"]
    assert play.frames[0].state.variables["total"] == 1500


def test_a_form_that_is_asked_again_shows_what_was_answered(desk):
    source = drawing(
        start(), user("ask", extension='<zeebe:formDefinition formKey="price"/>'), node("exclusiveGateway", "g"), end(),
        ways="start > ask > g; g > ask if total > 1000; g > end otherwise",
    )  # fmt: skip
    play = a_play(source, "p")
    (asked,) = play.waiting()
    assert play.finish(asked.place, {"total": 1500}, at=play.at)
    assert questions(play, {"price": PRICED}, {})[0].entries[0].value == 1500
