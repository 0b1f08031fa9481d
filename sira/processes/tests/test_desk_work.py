"""What a desk draws first: work, deadlines, waiting for an answer, going round again."""

from datetime import timedelta

import pytest

from sira.plumbing.refusals import Refused
from sira.processes.bpmn.messages import Finished, Occurred
from sira.processes.refusals import NotWaiting
from sira.processes.tests.drawing import (
    border,
    catch,
    drawing,
    end,
    error,
    event,
    gate,
    mapping,
    message,
    node,
    service,
    start,
    throw,
    timer,
    user,
)  # fmt: skip
from sira.processes.tests.playing import MONDAY, Play

HELPDESK = drawing(
    start(),
    service("decide", "sira:priority"),
    service("promise", "sira:promise"),
    service("route", "sira:route"),
    user("work"),
    user("test"),
    gate("tested"),
    gate("answer_or_time", "eventBased"),
    catch("confirmed", event("message", "confirmation")),
    catch("rejected", event("message", "rejection")),
    catch("three_days", timer("=working days(3)")),
    service("close", "sira:close"),
    end(),
    declare=message("confirmation") + message("rejection"),
    ways="""start > decide > promise > route > work > test > tested;
            tested > work if passed = false; tested > answer_or_time otherwise;
            answer_or_time > confirmed > close > end; answer_or_time > three_days > close;
            answer_or_time > rejected > work""",
)


def test_an_incident_is_decided_promised_and_routed_before_anybody_works_on_it():
    desk = Play(HELPDESK).start()
    assert desk.passed == ["start", "decide", "promise", "route"]
    assert desk.waiting == ["work"]


def test_a_confirmed_solution_closes_the_ticket():
    desk = Play(HELPDESK).start().finish("work").finish("test", passed=True).hear("confirmed")
    assert desk.ended and desk.passed[-3:] == ["confirmed", "close", "end"]
    assert desk.timers == {}


def test_silence_of_the_requester_closes_the_ticket_after_the_promised_days():
    desk = Play(HELPDESK).start().finish("work").finish("test", passed=True)
    desk.hear("three_days")
    assert desk.ended and "close" in desk.passed


def test_working_days_are_left_to_whoever_knows_the_calendar():
    desk = Play(HELPDESK).start().finish("work").finish("test", passed=True)
    (due,) = desk.timers.values()
    assert (due.amount, due.unit) == (3, "days")


def test_a_rejected_solution_goes_back_to_work():
    desk = Play(HELPDESK).start().finish("work").finish("test", passed=True).hear("rejected")
    assert desk.waiting == ["work"]


def test_a_failed_test_goes_back_to_work():
    desk = Play(HELPDESK).start().finish("work").finish("test", passed=False)
    assert desk.waiting == ["work"]


def test_the_second_answer_during_a_wait_finds_nobody_waiting():
    desk = Play(HELPDESK).start().finish("work").finish("test", passed=True)
    token = desk.listening("confirmed")
    desk.hear("confirmed")
    with pytest.raises(NotWaiting):
        desk.take(Occurred(token, "confirmed"))


def test_a_task_cannot_be_done_twice():
    desk = Play(HELPDESK).start()
    token = desk.token_at("work")
    desk.finish("work")
    with pytest.raises(NotWaiting):
        desk.take(Finished(token, "work"))


def test_rework_a_thousand_times_leaves_the_state_as_small_as_it_was():
    desk = Play(HELPDESK).start().finish("work")
    before = len(str(desk.state.stored()))
    for _round in range(1_000):
        desk.finish("test", passed=False).finish("work")
    assert len(str(desk.state.stored())) <= before + 40
    assert desk.finish("test", passed=True).hear("confirmed").ended


def test_the_requester_cancels_in_the_middle():
    desk = Play(HELPDESK).start().finish("work").finish("test", passed=True).cancel()
    assert desk.ended.cancelled and desk.waiting == [] and desk.timers == {}


REMINDED = drawing(
    start(),
    user("work"),
    border("reminder", "work", timer(cycle="R3/PT4H"), interrupting=False),
    border("late", "work", timer("P2D")),
    service("remind"),
    user("lead_takes_over"),
    end(),
    ways="start > work > end; reminder > remind; late > lead_takes_over > end",
)


def test_a_reminder_goes_out_as_often_as_drawn_while_the_work_goes_on():
    desk = Play(REMINDED).start().wait(hours=24)
    assert desk.passed.count("remind") == 3
    assert desk.waiting == ["late", "work"]


def test_work_done_in_time_needs_no_reminder():
    desk = Play(REMINDED).start().wait(hours=3).finish("work").wait(days=5)
    assert desk.ended and "remind" not in desk.passed


def test_work_that_is_too_late_goes_to_the_lead():
    desk = Play(REMINDED).start().wait(days=2)
    assert desk.waiting == ["lead_takes_over"]
    assert "-work" in desk.steps


def test_a_reminder_without_end_goes_out_until_the_work_is_done():
    desk = Play(
        drawing(
            start(), user("work"), border("daily", "work", timer(cycle="R/P1D"), interrupting=False),
            service("remind"), end(),
            ways="start > work > end; daily > remind",
        )
    ).start().wait(days=30)  # fmt: skip
    assert desk.passed.count("remind") == 30
    assert desk.finish("work").ended and desk.timers == {}


def test_an_answer_by_mail_ends_the_wait_and_brings_its_text():
    drawn = drawing(
        start(), catch("answer", event("message", "reply")), user("read"), end(),
        declare=message("reply"), ways="start > answer > read > end",
    )  # fmt: skip
    desk = Play(drawn).start().hear("answer", text="It works now")
    assert desk.variables == {"text": "It works now"}
    assert desk.waiting == ["read"]


def test_a_receive_task_can_have_a_deadline():
    drawn = drawing(
        start(), node("receiveTask", "answer", messageRef="reply"), border("late", "answer", timer("P3D")),
        service("close"), user("read"), end(),
        declare=message("reply"), ways="start > answer > read > end; late > close > end",
    )  # fmt: skip
    assert Play(drawn).start().wait(days=4).ended
    assert Play(drawn).start().hear("answer").wait(days=4).waiting == ["read"]


def test_a_message_on_the_border_interrupts_the_work():
    drawn = drawing(
        start(), user("work"), border("withdrawn", "work", event("message", "withdrawal")), service("close"), end(),
        declare=message("withdrawal"), ways="start > work > end; withdrawn > close > end",
    )  # fmt: skip
    desk = Play(drawn).start().hear("withdrawn")
    assert desk.ended and desk.steps[-4:] == ["withdrawn", "+close", "close", "end"]


def test_every_question_on_the_way_gets_its_answer_without_stopping_the_work():
    drawn = drawing(
        start(), user("work"), border("asked", "work", event("message", "question"), interrupting=False),
        service("reply"), end(), declare=message("question"), ways="start > work > end; asked > reply",
    )  # fmt: skip
    desk = Play(drawn).start().hear("asked").hear("asked").hear("asked")
    assert desk.passed.count("reply") == 3 and desk.waiting == ["asked", "work"]


def test_a_fixed_date_is_waited_for():
    drawn = drawing(start(), catch("go_live", timer(date="2026-03-09T08:00:00+00:00")), user("work"), end(),
                    ways="start > go_live > work > end")  # fmt: skip
    desk = Play(drawn).start()
    assert desk.wait(days=6).waiting == ["go_live"]
    assert desk.wait(days=1).waiting == ["work"]


def test_a_wait_may_be_computed_from_the_ticket():
    drawn = drawing(start(), catch("pause", timer("=duration(&quot;PT1H&quot;) * ticket.priority")), end(),
                    ways="start > pause > end")  # fmt: skip
    desk = Play(drawn, facts={"ticket": {"priority": 3}}).start()
    assert list(desk.timers.values()) == [MONDAY + timedelta(hours=3)]


def test_a_computed_wait_that_is_no_time_gets_stuck_with_a_reason():
    drawn = drawing(start(), catch("pause", timer("=ticket.nothing")), end(), ways="start > pause > end")
    desk = Play(drawn, facts={"ticket": {}}).start()
    assert [stuck.element for stuck in desk.stuck] == ["pause"] and not desk.ended
    assert "the time it should wait for is empty" in str(desk.stuck[0].message)


def test_the_drawing_decides_by_what_the_ticket_says_now_not_by_what_it_said_at_the_start():
    drawn = drawing(
        start(), user("work"), gate("urgent"), user("call"), end(),
        ways="start > work > urgent; urgent > call if ticket.priority = 1; urgent > end otherwise; call > end",
    )  # fmt: skip
    desk = Play(drawn, facts={"ticket": {"priority": 4}}).start()
    desk.facts["ticket"] = {"priority": 1}
    assert desk.finish("work").waiting == ["call"]
    assert desk.variables == {}


def test_a_refused_step_takes_the_way_drawn_for_it():
    class NobodyFree(Refused):
        code = "nobody_free"

    def refuse(_variables):
        raise NobodyFree("Nobody is free.")

    drawn = drawing(
        start(), service("route"), border("nobody", "route", event("error", "nobody_free")), user("dispatch"), end(),
        declare=error("nobody_free"), ways="start > route > end; nobody > dispatch > end",
    )  # fmt: skip
    assert Play(drawn, blocks={"route": refuse}).start().waiting == ["dispatch"]


def test_a_refused_step_that_nobody_catches_waits_for_an_operator():
    def refuse(_variables):
        raise Refused("The ticket has no category.")

    desk = Play(drawing(start(), service("route"), user("work"), end(), ways="start > route > work > end"),
                blocks={"route": refuse}).start()  # fmt: skip
    assert (desk.stuck[0].element, str(desk.stuck[0].message)) == ("route", "The ticket has no category.")
    assert not desk.ended and desk.state.waits == {"1": {"route": ["incident"]}}


def test_input_and_output_mappings_keep_variables_apart():
    drawn = drawing(
        start(),
        service("lookup", extension=mapping(inputs={"who": "=ticket.requester"}, outputs={"person.phone": "=phone"})),
        end(),
        ways="start > lookup > end",
    )
    seen = {}

    def lookup(variables):
        seen["who"] = variables["who"]
        return {"phone": "+48 22 123", "secret": "not kept"}

    desk = Play(drawn, facts={"ticket": {"requester": "Ayşe"}}, blocks={"lookup": lookup}).start()
    assert seen == {"who": "Ayşe"}
    assert desk.variables == {"person": {"phone": "+48 22 123"}}


def test_a_script_computes_with_feel():
    script = '<zeebe:script expression="=impact + urgency" resultVariable="sum"/>'
    desk = Play(drawing(start(), node("scriptTask", "compute", "", script), end(), ways="start > compute > end"))
    assert desk.start(impact=1, urgency=2).variables["sum"] == 3


def test_a_task_says_whom_it_is_for_by_when_and_with_which_form():
    extension = (
        '<zeebe:formDefinition formKey="return-laptop"/><zeebe:taskSchedule dueDate="=working hours(4)"/>'
        '<zeebe:assignmentDefinition assignee="=ticket.agent" candidateGroups="it, facilities"/>'
        '<zeebe:taskHeaders><zeebe:header key="mandatory" value="false"/></zeebe:taskHeaders>'
    )
    desk = Play(drawing(start(), user("work", extension=extension), end(), ways="start > work > end"),
                facts={"ticket": {"agent": 12}}).start()  # fmt: skip
    (task,) = desk.tasks
    plan = desk.graph.nodes["work"].plan
    assert (task.assignee, task.groups, task.due.unit) == (12, "it, facilities", "hours")
    assert (plan.form, plan.mandatory, plan.kind) == ("return-laptop", False, "work")


def test_a_desk_block_is_a_task_whose_kind_is_its_task_type():
    drawn = drawing(
        start(), user("ok", extension='<zeebe:taskDefinition type="sira:approve"/>'), end(), ways="start > ok > end"
    )
    assert Play(drawn).graph.nodes["ok"].plan.kind == "approve"


def test_a_manual_task_is_ticked_off_like_any_other():
    drawn = drawing(start(), node("manualTask", "hand_over"), end(), ways="start > hand_over > end")
    desk = Play(drawn).start()
    assert desk.waiting == ["hand_over"] and desk.graph.nodes["hand_over"].plan.kind == "manual"


def test_a_throwing_message_speaks_to_other_processes():
    drawn = drawing(start(), throw("tell", event("message", "done_here")), end(),
                    declare=message("done_here", "=order"), ways="start > tell > end")  # fmt: skip
    desk = Play(drawn).start(order=17)
    assert [(each.name, each.key) for each in desk.thrown] == [("done_here", "17")]


def test_an_unforeseen_failure_is_tried_again_later_as_often_as_drawn():
    calls = []

    def call(_variables):
        calls.append(1)
        raise Outage

    class Outage(Refused):
        code = "failed"

    desk = Play(drawing(start(), service("web_call", retries="2"), end(), ways="start > web_call > end"),
                blocks={"web_call": call}).start()  # fmt: skip
    assert not desk.stuck and len(desk.timers) == 1
    desk.wait(hours=1)
    assert len(calls) == 3 and [stuck.element for stuck in desk.stuck] == ["web_call"]
