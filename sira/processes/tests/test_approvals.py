"""Several people decide: all, one, a quorum, in steps, with a deadline and a stand-in."""

import pytest

from sira.processes.bpmn.messages import Finished
from sira.processes.refusals import NotWaiting
from sira.processes.tests.drawing import (
    border,
    drawing,
    each,
    end,
    escalation,
    event,
    gate,
    mapping,
    service,
    start,
    subprocess,
    throw,
    timer,
    user,
)
from sira.processes.tests.playing import Play


def board(until="", one_by_one=False):
    loop = each("approvers", "approver", until=until, collect="approved", into="votes", one_by_one=one_by_one)
    return drawing(
        start(), user("approve", loop=loop), gate("decided"), service("order"), service("say_no"), end(),
        ways="""start > approve > decided; decided > order if count(votes[item = true]) >= 2;
                decided > say_no otherwise; order > end; say_no > end""",
    )  # fmt: skip


QUORUM = "count(votes[item = true]) >= 2 or count(votes[item = false]) >= 2"
THREE = ["ada", "bora", "cem"]


def test_all_are_asked_at_once():
    assert Play(board()).start(approvers=THREE).waiting == ["approve"] * 3


def test_each_is_asked_with_their_own_name():
    desk = Play(board()).start(approvers=THREE)
    assert (
        sorted(scope["variables"]["approver"] for scope in desk.state.scopes.values() if "variables" in scope) == THREE
    )


def test_two_of_three_are_enough_and_the_third_is_not_bothered_any_more():
    desk = Play(board(QUORUM)).start(approvers=THREE).finish("approve", approved=True).finish("approve", approved=True)
    assert desk.ended and "order" in desk.passed and desk.steps.count("-approve") == 1


def test_two_refusals_of_three_decide_as_well():
    desk = (
        Play(board(QUORUM)).start(approvers=THREE).finish("approve", approved=False).finish("approve", approved=False)
    )
    assert desk.ended and "say_no" in desk.passed


def test_one_yes_and_one_no_wait_for_the_third():
    desk = Play(board(QUORUM)).start(approvers=THREE).finish("approve", approved=True).finish("approve", approved=False)
    assert desk.waiting == ["approve"]
    assert "order" in desk.finish("approve", approved=True).passed


def test_votes_stand_in_the_order_of_the_list_whoever_votes_first():
    desk = Play(board()).start(approvers=THREE)
    last, middle, first = sorted(desk.state.waits, reverse=True)
    for token, vote in ((last, True), (first, False), (middle, True)):
        desk.take(Finished(token, "approve", {"approved": vote}))
    assert desk.variables["votes"] == [False, True, True]


def test_a_single_vote_is_no_variable_of_the_process():
    desk = Play(board()).start(approvers=THREE).finish("approve", approved=True)
    assert "approved" not in desk.variables


def test_a_veto_ends_the_vote():
    desk = Play(board("count(votes[item = false]) > 0")).start(approvers=THREE).finish("approve", approved=False)
    assert desk.ended and "say_no" in desk.passed


def test_who_was_not_needed_any_more_cannot_vote():
    desk = Play(board(QUORUM)).start(approvers=THREE)
    late = max(desk.state.waits)
    desk.finish("approve", approved=True).finish("approve", approved=True)
    with pytest.raises(NotWaiting):
        desk.take(Finished(late, "approve", {"approved": True}))


def test_approval_in_steps_asks_the_next_only_after_the_one_before():
    desk = Play(board("votes[-1] = false", one_by_one=True)).start(approvers=THREE)
    assert desk.waiting == ["approve"]
    desk.finish("approve", approved=True)
    assert desk.waiting == ["approve"]
    assert desk.finish("approve", approved=True).finish("approve", approved=True).ended


def test_approval_in_steps_stops_at_the_first_no():
    stop = "count(votes[item = false]) > 0"
    desk = Play(board(stop, one_by_one=True)).start(approvers=THREE).finish("approve", approved=False)
    assert desk.ended and desk.passed.count("approve") == 1


def test_nobody_to_ask_goes_on_without_asking():
    assert "say_no" in Play(board()).start(approvers=[]).passed


def test_approvers_that_are_no_list_get_stuck_with_a_reason():
    desk = Play(board()).start(approvers="ada")
    assert "no list" in str(desk.stuck[0].message)


def test_approvers_may_come_from_the_ticket():
    desk = Play(board(), facts={"approvers": THREE}).start()
    assert desk.waiting == ["approve"] * 3


DEADLINE = drawing(
    start(),
    user("approve", extension=mapping(outputs={"decision": "=answer"})),
    border("reminder", "approve", timer("P1D"), interrupting=False),
    border("too_late", "approve", timer("P2D")),
    service("remind"),
    user("stand_in", extension=mapping(outputs={"decision": "=answer"})),
    gate("which"),
    service("grant"),
    service("refuse"),
    end(),
    ways="""start > approve > which; reminder > remind; too_late > stand_in > which;
            which > grant if decision = "yes"; which > refuse otherwise; grant > end; refuse > end""",
)


def test_the_stand_in_decides_when_the_manager_does_not():
    desk = Play(DEADLINE).start().wait(days=2)
    assert desk.waiting == ["stand_in"] and desk.passed.count("remind") == 1
    assert "grant" in desk.finish("stand_in", answer="yes").passed


def test_the_manager_who_answers_in_time_decides():
    desk = Play(DEADLINE).start().wait(days=1).finish("approve", answer="no").wait(days=9)
    assert desk.ended and "refuse" in desk.passed and "stand_in" not in desk.passed


def test_a_deadline_for_the_whole_vote_calls_off_every_open_question():
    desk = Play(
        drawing(
            start(), user("approve", loop=each("approvers")), border("late", "approve", timer("P2D")),
            user("decide_alone"), end(),
            ways="start > approve > end; late > decide_alone > end",
        )
    ).start(approvers=THREE).finish("approve").wait(days=2)  # fmt: skip
    assert desk.waiting == ["decide_alone"] and desk.state.scopes == {}


def test_several_steps_for_each_approver_are_a_sub_process_for_each():
    inner = subprocess(
        "ask", start("begin"), user("read"), user("sign"), end("finish"),
        ways="begin > read > sign > finish", loop=each("approvers", "approver"),
    )  # fmt: skip
    desk = Play(drawing(start(), inner, end(), ways="start > ask > end")).start(approvers=THREE)
    assert desk.waiting == ["read"] * 3
    for _each in THREE:
        desk.finish("read")
    assert desk.waiting == ["sign"] * 3
    for _each in THREE:
        desk.finish("sign")
    assert desk.ended and desk.state.scopes == {}


def test_doubt_is_escalated_without_stopping_the_approval():
    inner = subprocess(
        "approval", start("begin"), user("look"), throw("doubt", event("escalation", "doubt")), user("sign"),
        end("finish"),
        ways="begin > look > doubt > sign > finish",
    )  # fmt: skip
    drawn = drawing(
        start(), inner, border("told", "approval", event("escalation", "doubt"), interrupting=False),
        user("lead_looks"), end(),
        declare=escalation("doubt"), ways="start > approval > end; told > lead_looks",
    )  # fmt: skip
    assert Play(drawn).start().finish("look").waiting == ["lead_looks", "sign"]


def test_doubt_may_stop_the_approval_altogether():
    inner = subprocess(
        "approval", start("begin"), user("look"), end("doubted", event("escalation", "doubt")),
        ways="begin > look > doubted",
    )  # fmt: skip
    drawn = drawing(
        start(), inner, border("told", "approval", event("escalation", "doubt")), user("lead_decides"), end(),
        declare=escalation("doubt"), ways="start > approval > end; told > lead_decides > end",
    )  # fmt: skip
    assert Play(drawn).start().finish("look").waiting == ["lead_decides"]
