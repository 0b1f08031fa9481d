"""Instances on the real database: what is written, what survives, what others are told."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from sira.people.automation import automation
from sira.people.models import Person, SupportGroup
from sira.plumbing.refusals import NotAllowed, Refused
from sira.processes import blocks, helping, running, timers, timing, versions
from sira.processes.models import Advance, Incident, Instance, ProcessVersion, Subscription, Task, Timer
from sira.processes.refusals import NoSuchProcess, NotRunnable, TaskNotOpen
from sira.processes.tests.drawing import (
    border,
    catch,
    drawing,
    end,
    error,
    event,
    gate,
    handler,
    message,
    node,
    service,
    signal,
    start,
    throw,
    timer,
    user,
    when,
)  # fmt: skip
from sira.processes.tests.playing import MONDAY

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)
ONE_TASK = drawing(start(), user("work"), end(), ways="start > work > end")
DECIDED = drawing(start(), service("decide", "sira:decide"), user("work"), end(), ways="start > decide > work > end")


def install(source):
    return versions.install(source, at=MONDAY)


def begin(source, **more):
    install(source)
    return running.start("p", subject=7, at=MONDAY, **more)


def done(element="work", outcome=None, at=LATER):
    return running.complete(Task.objects.get(element=element, state="open"), by=automation(), outcome=outcome, at=at)


def now(instance):
    return Instance.objects.get(pk=instance.pk)


def test_a_started_process_waits_with_an_open_task(does):
    does("sira:decide", lambda step: {"priority": 2})
    instance = begin(DECIDED)
    task = Task.objects.get()
    assert (task.name, task.kind, task.subject, task.state, task.mandatory) == ("Work", "work", 7, "open", True)
    assert instance.state["variables"] == {"priority": 2}
    assert Advance.objects.get().steps == ["start", "+decide", "decide", "+work"]


def test_completing_the_last_task_ends_the_process():
    instance = begin(ONE_TASK)
    task = done(outcome={"text": "Replaced the switch."})
    assert now(instance).status == Instance.Status.ENDED and now(instance).ended_at == LATER
    assert (task.state, task.done_by_id, task.outcome) == ("done", automation().pk, {"text": "Replaced the switch."})


def test_a_task_is_done_once():
    begin(ONE_TASK)
    task = Task.objects.get()
    running.complete(task, by=automation(), at=LATER)
    with pytest.raises(TaskNotOpen):
        running.complete(task, by=automation(), at=LATER)


def test_a_process_that_is_not_published_cannot_start():
    with pytest.raises(NoSuchProcess):
        running.start("nowhere", subject=1, at=MONDAY)


def test_starting_with_three_steps_and_a_task_takes_few_statements(does):
    for name in "abc":
        does(name, lambda step: {})
    drawn = drawing(
        start(), service("a"), service("b"), service("c"), user("work"), end(), ways="start > a > b > c > work > end"
    )
    begin(drawn)
    with CaptureQueriesContext(
        connection,
    ) as statements:
        running.start("p", subject=8, at=MONDAY)
    wanted = [(each["sql"] or "") for each in statements if "SAVEPOINT" not in (each["sql"] or "")]
    assert len(wanted) == 2, wanted


def test_completing_a_task_takes_few_statements():
    begin(drawing(start(), user("work"), user("test"), end(), ways="start > work > test > end"))
    task = Task.objects.get()
    with CaptureQueriesContext(connection) as statements:
        running.complete(task, by=automation(), at=LATER)
    wanted = [(each["sql"] or "") for each in statements if "SAVEPOINT" not in (each["sql"] or "")]
    assert len(wanted) == 2, wanted


def test_a_block_gets_what_its_drawing_says(does):
    seen = []
    does("sira:notify", seen.append)
    headers = '<zeebe:taskHeaders><zeebe:header key="template" value="ack"/></zeebe:taskHeaders>'
    begin(drawing(start(), service("tell", "sira:notify", extension=headers), end(), ways="start > tell > end"),
          facts={"ticket": {"priority": 2}}, variables={"n": 1})  # fmt: skip
    (step,) = seen
    assert (step.subject, step.element.id, step.element.headers["template"], step.at) == (7, "tell", "ack", MONDAY)
    assert step.variables["n"] == 1 and step.facts["ticket"] == {"priority": 2}


class TicketFacts:
    """As the room of tickets would: reads once, forgets when told so."""

    def __init__(self):
        self.ticket, self.forgotten = {"priority": None}, 0

    def __call__(self):
        return {"ticket": self.ticket}

    def forget(self):
        self.ticket, self.forgotten = {"priority": None}, self.forgotten + 1


def test_a_condition_sees_what_the_step_before_it_changed(does):
    facts = TicketFacts()
    does("sira:priority", lambda step: step.source.ticket.update(priority=1))
    drawn = drawing(start(), service("decide", "sira:priority"), gate("urgent"), user("call"), user("work"), end(),
                    ways="""start > decide > urgent; urgent > call if ticket.priority = 1;
                            urgent > work otherwise; call > end; work > end""")  # fmt: skip
    begin(drawn, facts=facts)
    assert Task.objects.get().element == "call"


def test_a_failing_block_leaves_a_started_instance_with_an_incident(does):
    def refuse(step):
        SupportGroup.objects.create(key="half-done", name="Half done")
        raise Refused("The ticket has no category.")

    does("sira:decide", lambda step: SupportGroup.objects.create(key="kept", name="Kept") and None)
    does("sira:route", refuse)
    facts = TicketFacts()
    drawn = drawing(start(), service("decide", "sira:decide"), service("route", "sira:route"), user("work"), end(),
                    ways="start > decide > route > work > end")  # fmt: skip
    instance = begin(drawn, facts=facts)
    incident = Incident.objects.get()
    assert now(instance).status == Instance.Status.STUCK
    assert (incident.element, incident.code, incident.message) == ("route", "refused", "The ticket has no category.")
    assert list(SupportGroup.objects.values_list("key", flat=True)) == ["kept"]
    assert facts.forgotten == 2


def test_a_block_that_breaks_a_constraint_does_not_take_the_message_with_it(does):
    def twice(step):
        SupportGroup.objects.create(key="same", name="1")
        SupportGroup.objects.create(key="same", name="2")

    does("sira:decide", twice)
    instance = begin(DECIDED)
    assert now(instance).status == Instance.Status.STUCK
    assert Incident.objects.get().element == "decide" and not SupportGroup.objects.exists()


def test_a_programming_error_in_a_block_is_an_incident_too(does):
    does("sira:decide", lambda step: {}["missing"])
    begin(DECIDED)
    assert Incident.objects.get().message == "KeyError: 'missing'"


def test_a_refusal_that_the_drawing_catches_is_no_incident(does):
    class NobodyFree(Refused):
        code = "nobody_free"

    def refuse(step):
        raise NobodyFree("Nobody is free.")

    does("sira:route", refuse)
    instance = begin(drawing(
        start(), service("route", "sira:route"), border("nobody", "route", event("error", "nobody_free")),
        user("dispatch"), end(),
        declare=error("nobody_free"), ways="start > route > end; nobody > dispatch > end",
    ))  # fmt: skip
    assert Task.objects.get().element == "dispatch" and instance.status == "running" and not Incident.objects.exists()


def test_an_operator_retries_after_the_cause_is_gone(does):
    answers = [Refused("Not yet."), Refused("Not yet."), {"priority": 3}]

    def decide(step):
        answer = answers.pop(0)
        if isinstance(answer, Refused):
            raise answer
        return answer

    does("sira:decide", decide)
    instance = begin(DECIDED)
    helping.retry(Incident.objects.get(), by=automation(), at=LATER)
    assert now(instance).status == Instance.Status.RUNNING
    assert Incident.objects.get().resolved_at == LATER and Task.objects.get().element == "work"


def test_an_operator_skips_a_step_and_gives_its_answer(does):
    does("sira:decide", lambda step: {}["missing"])
    instance = begin(DECIDED)
    helping.skip(Incident.objects.get(), by=automation(), outcome={"priority": 4}, at=LATER)
    assert now(instance).state["variables"] == {"priority": 4} and now(instance).status == "running"


def test_an_operator_moves_a_token():
    instance = begin(drawing(start(), user("a"), user("b"), user("c"), end(), ways="start > a > b > c > end"))
    helping.move(instance, Task.objects.get().token, "c", by=automation(), at=LATER)
    assert list(Task.objects.order_by("id").values_list("element", "state")) == [("a", "cancelled"), ("c", "open")]


def test_who_only_works_on_tickets_puts_no_hand_to_a_process(does):
    def broken(step):
        raise RuntimeError("The directory is not there.")

    does("sira:decide", broken)
    instance = begin(DECIDED)
    agent = Person.objects.create(name="Jonas", role="agent", created_at=MONDAY)
    for act in (helping.retry, helping.skip):
        with pytest.raises(NotAllowed):
            act(Incident.objects.get(), by=agent, at=LATER)
    with pytest.raises(NotAllowed):
        helping.move(instance, 1, "work", by=agent, at=LATER)


def test_an_operator_calls_off_what_is_stuck(does):
    def broken(step):
        raise RuntimeError("The directory is not there.")

    does("sira:decide", broken)
    instance = running.cancel(begin(DECIDED), by=automation(), reason="not needed", at=LATER)
    assert instance.status == "cancelled" and Incident.objects.get().resolved_at == LATER
    assert Advance.objects.order_by("-id").first().cause == {"cancel": "not needed", "by": automation().pk}


def test_what_failed_unforeseen_is_tried_again_by_the_timers(does):
    tried = []

    def works_the_second_time(step):
        tried.append(step.at)
        if len(tried) < 3:  # the first failure is seen twice: done again with care
            raise RuntimeError("The directory is not there.")

    does("sira:decide", works_the_second_time)
    begin(drawing(start(), service("decide", "sira:decide", retries="2"), user("work"), end(),
                  ways="start > decide > work > end"))  # fmt: skip
    assert timers.pump(MONDAY + timedelta(seconds=59)) == 0
    assert timers.pump(MONDAY + timedelta(minutes=1)) == 1
    assert Task.objects.get().element == "work" and not Incident.objects.exists()


def test_cancelling_calls_off_tasks_timers_and_subscriptions():
    instance = begin(drawing(
        start(), user("work"), border("late", "work", timer("P1D")),
        border("gone", "work", event("message", "withdrawn")), end(),
        declare=message("withdrawn"), ways="start > work > end; late > end; gone > end",
    ))  # fmt: skip
    running.cancel(instance, at=LATER, reason="The requester withdrew it.")
    assert now(instance).status == Instance.Status.CANCELLED
    assert Task.objects.get().state == "cancelled" and not Timer.objects.exists() and not Subscription.objects.exists()
    assert Advance.objects.latest("id").cause == {"cancel": "The requester withdrew it."}


WAITS = drawing(start(), catch("answer", event("message", "reply")), user("read"), end(),
                declare=message("reply"), ways="start > answer > read > end")  # fmt: skip


def test_a_message_reaches_the_instance_of_its_subject_only():
    install(WAITS)
    mine, other = running.start("p", subject=1, at=MONDAY), running.start("p", subject=2, at=MONDAY)
    assert running.correlate("reply", subject=1, payload={"text": "Thanks"}, at=LATER) == 1
    assert now(mine).state["variables"] == {"text": "Thanks"} and Subscription.objects.get().instance == other
    assert running.correlate("reply", subject=1, at=LATER) == 0


def test_a_message_finds_its_instance_by_correlation_key():
    drawn = drawing(start(), catch("paid", event("message", "payment")), user("ship"), end(),
                    declare=message("payment", "=order"), ways="start > paid > ship > end")  # fmt: skip
    install(drawn)
    running.start("p", subject=1, variables={"order": "A-1"}, at=MONDAY)
    wanted = running.start("p", subject=2, variables={"order": "A-2"}, at=MONDAY)
    assert running.correlate("payment", key="A-2", at=LATER) == 1
    assert Task.objects.get().instance == wanted


def test_one_process_tells_another():
    teller = drawing(start(), throw("tell", event("message", "reply")), end(), key="teller", declare=message("reply"),
                     ways="start > tell > end")  # fmt: skip
    install(WAITS), install(teller)
    waiting = running.start("p", subject=7, at=MONDAY)
    running.start("teller", subject=7, at=MONDAY)
    assert Task.objects.get().instance == waiting


def test_a_signal_reaches_everybody_who_waits_for_it():
    install(drawing(start(), catch("hear", event("signal", "outage_over")), user("check"), end(),
                    declare=signal("outage_over"), ways="start > hear > check > end"))  # fmt: skip
    for subject in (1, 2, 3):
        running.start("p", subject=subject, at=MONDAY)
    assert running.broadcast("outage_over", at=LATER) == 3 and Task.objects.count() == 3


def test_a_changed_fact_ends_a_wait():
    begin(drawing(start(), catch("assigned", when("ticket.agent != null")), user("work"), end(),
                  ways="start > assigned > work > end"), facts={"ticket": {"agent": None}})  # fmt: skip
    assert running.look_again(7, facts={"ticket": {"agent": 5}}, at=LATER) == 1
    assert Task.objects.get().element == "work"


CHILD = drawing(start(), user("inner"), end(), key="child", ways="start > inner > end")
PARENT = drawing(start(), node("callActivity", "call", "", '<zeebe:calledElement processId="child"/>'),
                 user("after"), end(),
                 ways="start > call > after > end")  # fmt: skip


def test_a_called_process_hands_its_result_to_the_caller():
    install(CHILD)
    parent = begin(PARENT, variables={"a": 1})
    done("inner", {"b": 2})
    assert Task.objects.get(state="open").element == "after"
    assert now(parent).state["variables"] == {"a": 1, "b": 2}


def test_a_called_process_that_never_waits_answers_at_once(does):
    does("sira:decide", lambda step: {"b": 3})
    install(drawing(start(), service("decide", "sira:decide"), end(), key="child", ways="start > decide > end"))
    instance = begin(PARENT)
    assert instance.state["variables"] == {"b": 3} and Task.objects.get().element == "after"


def test_cancelling_the_caller_cancels_what_it_called():
    install(CHILD)
    running.cancel(begin(PARENT), at=LATER, reason="")
    assert set(Instance.objects.values_list("status", flat=True)) == {"cancelled"}
    assert Task.objects.get().state == "cancelled"


def test_calling_a_process_that_does_not_exist_is_an_incident():
    instance = begin(PARENT)
    assert now(instance).status == "stuck" and Incident.objects.get().code == "no_such_process"


def test_a_process_that_calls_itself_without_end_is_stopped():
    begin(drawing(start(), node("callActivity", "again", "", '<zeebe:calledElement processId="p"/>'), end(),
                  ways="start > again > end"))  # fmt: skip
    assert Incident.objects.count() == 1 and Instance.objects.count() <= 25


def test_a_process_that_waits_for_its_own_message_only_waits():
    instance = begin(drawing(start(), catch("hear", event("message", "own")),
                 throw("tell", event("message", "own")), end(),
                             declare=message("own"), ways="start > hear > tell > end"))  # fmt: skip
    assert now(instance).status == "running" and now(instance).state["waits"] == {"1": {"hear": ["message"]}}


def test_an_endless_round_becomes_an_incident_and_nothing_else_is_lost(does):
    does("a", lambda step: None)
    instance = begin(drawing(start(), service("a"), gate("again"), end(),
                             ways="start > a > again; again > a if true; again > end otherwise"))  # fmt: skip
    assert now(instance).status == "stuck" and Incident.objects.get().code == "step_budget"


def test_higher_rooms_are_told_of_tasks_in_the_same_transaction():
    told = []
    blocks.on_task_change(told.append)
    begin(drawing(start(), user("work"), border("late", "work", timer("P1D"), interrupting=True), user("test"), end(),
                  ways="start > work > test > end; late > end"))  # fmt: skip
    done()
    first, second = told
    assert [task.name for task in first.opened] == ["Work"] and first.opened[0].pk
    assert second.done.element == "work" and [task.name for task in second.opened] == ["Test"]


def test_higher_rooms_are_told_when_an_instance_ends_or_gets_stuck(does):
    told = []
    blocks.on_instance_change(told.append)
    does("sira:decide", lambda step: {}["missing"])
    begin(DECIDED)
    helping.skip(Incident.objects.get(), by=automation(), at=LATER)
    done()
    assert [(change.ended, len(change.incidents)) for change in told] == [(False, 1), (True, 0)]


def test_a_task_goes_to_the_person_and_group_that_the_drawing_names():
    ada = Person.objects.create(name="Ada", email="ada@example.org", role="agent", created_at=MONDAY)
    it = SupportGroup.objects.create(key="it", name="IT")
    people = '<zeebe:assignmentDefinition assignee="=ticket.agent" candidateGroups="nobody,it"/>'
    begin(
        drawing(start(), user("work", extension=people), end(), ways="start > work > end"),
        facts={"ticket": {"agent": ada.pk}},
    )
    assert (Task.objects.get().assignee, Task.objects.get().group) == (ada, it)


def test_a_person_who_is_not_there_is_nobody_rather_than_an_error():
    people = '<zeebe:assignmentDefinition assignee="gone@example.org" candidateGroups="gone"/>'
    begin(drawing(start(), user("work", extension=people), end(), ways="start > work > end"))
    assert (Task.objects.get().assignee, Task.objects.get().group) == (None, None)


def test_a_block_after_a_parallel_task_already_sees_the_task(does):
    seen = []
    does("sira:resolve", lambda step: seen.append(Task.objects.filter(state="open").count()))
    begin(drawing(start(), gate("split", "parallel"), user("work"), service("resolve", "sira:resolve"), end(),
                  ways="start > split > work > end; split > resolve > end"))  # fmt: skip
    assert seen == [1]


def test_rows_that_the_database_refuses_leave_an_incident_instead_of_a_lost_message():
    install(ONE_TASK)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION 'no' USING ERRCODE = 'check_violation', CONSTRAINT = 'gate'; END $$"
        )
        cursor.execute("CREATE TRIGGER refuse BEFORE INSERT ON processes_task FOR EACH ROW EXECUTE FUNCTION refuse()")
    instance = running.start("p", subject=7, at=MONDAY)
    assert now(instance).status == "stuck" and Incident.objects.get().code == "gate"
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER refuse ON processes_task")
    helping.retry(Incident.objects.get(), by=automation(), at=LATER)
    assert Task.objects.get().element == "work" and now(instance).status == "running"


def test_a_new_version_does_not_disturb_what_runs():
    instance = begin(ONE_TASK)
    install(drawing(start(), user("other"), end(), ways="start > other > end"))
    done()
    assert now(instance).status == "ended"
    running.start("p", subject=9, at=LATER)
    assert Task.objects.get(state="open").element == "other"
    assert list(ProcessVersion.objects.order_by("version").values_list("status", flat=True)) == ["retired", "published"]


def test_installing_the_same_text_again_changes_nothing():
    assert install(ONE_TASK) == install(ONE_TASK)


def test_only_one_version_of_a_process_can_be_published():
    version = install(ONE_TASK)
    with pytest.raises(IntegrityError, match="process_has_one_published_version"):
        ProcessVersion.objects.create(
            key="p", version=9, name="", source="", status="published", created_at=MONDAY, published_at=MONDAY
        )
    assert version.pk


def test_a_drawing_with_a_task_type_that_nobody_does_is_not_published(does):
    with pytest.raises(NotRunnable, match="nothing here does the task type “sira:unknown”"):
        install(drawing(start(), service("x", "sira:unknown"), end(), ways="start > x > end"))


def test_what_listens_beside_the_work_listens_again():
    instance = begin(drawing(
        start(), user("work"),
        handler("questions", start("asked", event("message", "question"), isInterrupting="false"), user("answer"),
                end("told"), ways="asked > answer > told"),
        end(), declare=message("question"), ways="start > work > end",
    ))  # fmt: skip
    for _question in range(3):
        assert running.correlate("question", subject=7, at=LATER) == 1
    assert Task.objects.filter(element="answer", state="open").count() == 3
    assert now(instance).status == "running"


def test_a_due_date_that_is_no_time_is_an_incident_not_a_lost_message():
    extension = '<zeebe:taskSchedule dueDate="=ticket.when"/>'
    instance = begin(drawing(start(), user("work", extension=extension), end(), ways="start > work > end"),
                     facts={"ticket": {"when": "soon"}})  # fmt: skip
    assert instance.status == "stuck" and Incident.objects.get().element == "work"


def test_a_desk_without_a_calendar_counts_every_hour():
    def refuse(_subject, _source, _amount, _at):
        raise Refused("No calendar.")

    timing.register_working_time(refuse)
    begin(drawing(start(), catch("pause", timer("=working hours(2)")), end(), ways="start > pause > end"))
    assert Timer.objects.get().due_at == MONDAY + timedelta(hours=2)
