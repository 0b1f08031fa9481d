"""Gateways: which ways are taken, and where they come together."""

from sira.processes.tests.drawing import (
    catch,
    drawing,
    end,
    event,
    gate,
    handler,
    message,
    service,
    signal,
    start,
    subprocess,
    throw,
    timer,
    user,
    when,
)
from sira.processes.tests.playing import Play


def test_parallel_ways_come_together_only_when_all_have_come():
    drawn = drawing(
        start(),
        gate("split", "parallel"),
        user("a"),
        user("b"),
        gate("join", "parallel"),
        user("after"),
        end(),
        ways="start > split > a > join > after > end; split > b > join",
    )
    desk = Play(drawn).start()
    assert desk.waiting == ["a", "b"]
    assert desk.finish("b").waiting == ["a"]
    assert desk.finish("a").waiting == ["after"]


def test_priority_raised_in_a_parallel_branch_is_seen_by_the_other():
    drawn = drawing(
        start(),
        gate("split", "parallel"),
        user("triage"),
        user("work"),
        gate("urgent"),
        user("call"),
        gate("merge"),
        gate("join", "parallel"),
        end(),
        ways="""start > split > triage > join > end; split > work > urgent;
                urgent > call if priority = 1; urgent > merge otherwise; call > merge > join""",
    )
    desk = Play(drawn).start(priority=3).finish("triage", priority=1).finish("work")
    assert desk.waiting == ["call"] and desk.finish("call").ended


def test_only_the_first_condition_that_holds_is_taken():
    drawn = drawing(
        start(),
        gate("which"),
        user("a"),
        user("b"),
        end(),
        ways="start > which; which > a if n > 1; which > b if n > 0; a > end; b > end",
    )
    assert Play(drawn).start(n=5).waiting == ["a"]
    assert Play(drawn).start(n=1).waiting == ["b"]


def test_no_condition_that_holds_and_no_default_waits_for_an_operator():
    drawn = drawing(
        start(),
        gate("which"),
        user("a"),
        user("b"),
        end(),
        ways="start > which; which > a if n > 1; which > b if n > 0; a > end; b > end",
    )
    desk = Play(drawn).start(n=0)
    assert [stuck.code for stuck in desk.stuck] == ["no_way_on"] and not desk.ended


def test_a_condition_about_nothing_known_does_not_hold():
    drawn = drawing(
        start(),
        gate("which"),
        user("a"),
        user("b"),
        end(),
        ways="start > which; which > a if ticket.colour = 1; which > b otherwise; a > end; b > end",
    )
    assert Play(drawn).start().waiting == ["b"]


INCLUSIVE = drawing(
    start(),
    gate("which", "inclusive"),
    user("laptop"),
    user("phone"),
    user("badge"),
    gate("all", "inclusive"),
    user("welcome"),
    end(),
    ways="""start > which; which > laptop if needs.laptop = true; which > phone if needs.phone = true;
            which > badge otherwise; laptop > all; phone > all; badge > all; all > welcome > end""",
)


def test_as_many_ways_as_conditions_hold_are_taken_and_awaited():
    desk = Play(INCLUSIVE).start(needs={"laptop": True, "phone": True})
    assert desk.waiting == ["laptop", "phone"]
    assert desk.finish("phone").waiting == ["laptop"]
    assert desk.finish("laptop").waiting == ["welcome"]


def test_one_way_of_several_is_not_waited_for_in_vain():
    assert Play(INCLUSIVE).start(needs={"phone": True}).finish("phone").waiting == ["welcome"]


def test_the_default_is_taken_when_nothing_else_is():
    assert Play(INCLUSIVE).start(needs={}).finish("badge").waiting == ["welcome"]


def test_an_inclusive_join_waits_for_a_branch_that_makes_a_detour():
    drawn = drawing(
        start(),
        gate("which", "inclusive"),
        user("a"),
        user("b"),
        gate("again"),
        gate("join", "inclusive"),
        end(),
        ways="""start > which; which > a if true; which > b if true; a > join; b > again;
                again > b if more = true; again > join otherwise; join > end""",
    )
    desk = Play(drawn).start().finish("a").finish("b", more=True)
    assert desk.waiting == ["b"] and not desk.ended
    assert desk.finish("b", more=False).ended


def test_the_first_event_decides_and_the_others_are_forgotten():
    drawn = drawing(
        start(),
        gate("wait", "eventBased"),
        catch("answer", event("message", "reply")),
        catch("late", timer("P3D")),
        user("read"),
        user("call"),
        end(),
        declare=message("reply"),
        ways="start > wait; wait > answer > read > end; wait > late > call > end",
    )
    assert Play(drawn).start().hear("answer").wait(days=9).waiting == ["read"]
    assert Play(drawn).start().wait(days=3).waiting == ["call"]


def test_a_terminating_end_calls_off_every_other_branch():
    drawn = drawing(
        start(),
        gate("split", "parallel"),
        user("work"),
        user("watch"),
        end("stop", event("terminate")),
        end(),
        ways="start > split > work > stop; split > watch > end",
    )
    desk = Play(drawn).start().finish("work")
    assert desk.ended and "-watch" in desk.steps and desk.state.tokens == {}


def test_a_terminating_end_inside_a_sub_process_ends_only_that():
    inner = subprocess(
        "sub",
        start("begin"),
        gate("split", "parallel"),
        user("a"),
        user("b"),
        end("stop", event("terminate")),
        end("fine"),
        ways="begin > split > a > stop; split > b > fine",
    )
    desk = Play(drawing(start(), inner, user("after"), end(), ways="start > sub > after > end")).start().finish("a")
    assert desk.waiting == ["after"]


def test_several_arrows_out_of_a_task_are_walked_together():
    drawn = drawing(start(), user("work"), user("a"), user("b"), end(), ways="start > work > a > end; work > b > end")
    assert Play(drawn).start().finish("work").waiting == ["a", "b"]


def test_a_link_goes_on_at_its_other_half():
    link = '<bpmn:linkEventDefinition name="far away"/>'
    drawn = drawing(
        start(),
        throw("leave", link),
        catch("arrive", link),
        user("work"),
        end(),
        ways="start > leave; arrive > work > end",
    )
    assert Play(drawn).start().waiting == ["work"]


def test_a_signal_is_heard_and_told():
    drawn = drawing(
        start(),
        throw("tell", event("signal", "outage_over")),
        catch("hear", event("signal", "outage_over")),
        end(),
        declare=signal("outage_over"),
        ways="start > tell > hear > end",
    )
    desk = Play(drawn).start()
    assert [each.name for each in desk.thrown] == ["outage_over"] and desk.waiting == ["hear"]
    assert desk.hear("hear").ended


def test_a_condition_is_waited_for_until_a_fact_makes_it_true():
    drawn = drawing(
        start(),
        catch("assigned", when("ticket.agent != null")),
        user("work"),
        end(),
        ways="start > assigned > work > end",
    )
    desk = Play(drawn, facts={"ticket": {"agent": None}}).start()
    assert desk.look().waiting == ["assigned"]
    assert desk.look(ticket={"agent": 12}).waiting == ["work"]


def test_a_condition_that_holds_already_is_not_waited_for():
    drawn = drawing(
        start(),
        catch("assigned", when("ticket.agent != null")),
        user("work"),
        end(),
        ways="start > assigned > work > end",
    )
    assert Play(drawn, facts={"ticket": {"agent": 3}}).start().waiting == ["work"]


def test_a_condition_beside_the_work_fires_each_time_it_becomes_true():
    drawn = drawing(
        start(),
        user("work"),
        handler(
            "raised",
            start("critical", when("ticket.priority = 1"), isInterrupting="false"),
            service("page"),
            end("paged"),
            ways="critical > page > paged",
        ),
        end(),
        ways="start > work > end",
    )
    desk = Play(drawn, facts={"ticket": {"priority": 3}}).start()
    for priority in (1, 1, 3, 1):
        desk.look(ticket={"priority": priority})
    assert desk.passed.count("page") == 2 and "work" in desk.waiting


def test_an_endless_round_is_stopped_and_named():
    desk = Play(
        drawing(
            start(),
            service("a"),
            gate("again"),
            end(),
            ways="start > a > again; again > a if true; again > end otherwise",
        )
    ).start()
    assert [stuck.code for stuck in desk.stuck] == ["step_budget"] and not desk.ended


def test_a_join_that_waits_for_nobody_any_more_waits_for_an_operator():
    drawn = drawing(
        start(),
        gate("split", "parallel"),
        user("a"),
        user("b"),
        gate("drop"),
        end("gone"),
        gate("join", "parallel"),
        end(),
        ways="start > split > a > join > end; split > b > drop; drop > join if x = 1; drop > gone otherwise",
    )
    desk = Play(drawn).start().finish("a").finish("b")
    assert [stuck.code for stuck in desk.stuck] == ["join_waits_in_vain"] and not desk.ended
    assert desk.finish("join").ended
