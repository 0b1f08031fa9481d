"""Scopes: sub-processes, what listens beside them, errors, what is taken back."""

from sira.plumbing.refusals import Refused
from sira.processes.bpmn.messages import Failed, Finished, Move, Retry
from sira.processes.tests.drawing import (
    border,
    drawing,
    end,
    error,
    event,
    gate,
    handler,
    mapping,
    message,
    node,
    service,
    start,
    subprocess,
    throw,
    timer,
    user,
)
from sira.processes.tests.playing import Play

INNER = subprocess("sub", start("begin"), user("a"), user("b"), end("finish"), ways="begin > a > b > finish")


def test_a_sub_process_is_walked_through_before_the_process_goes_on():
    desk = Play(drawing(start(), INNER, user("after"), end(), ways="start > sub > after > end")).start()
    assert desk.waiting == ["a"]
    assert desk.finish("a").finish("b").waiting == ["after"] and desk.state.scopes == {}


def test_a_deadline_on_a_sub_process_calls_off_all_in_it():
    drawn = drawing(
        start(),
        INNER,
        border("late", "sub", timer("P1D")),
        user("lead"),
        end(),
        ways="start > sub > end; late > lead > end",
    )
    desk = Play(drawn).start().finish("a").wait(days=1)
    assert desk.waiting == ["lead"] and desk.state.scopes == {} and "-b" in desk.steps


def test_variables_of_a_sub_process_stay_in_it_unless_mapped_out():
    inner = subprocess(
        "sub",
        start("begin"),
        user("a"),
        end("finish"),
        ways="begin > a > finish",
        extension=mapping(inputs={"draft": "=0"}, outputs={"total": "=draft"}),
    )
    desk = Play(drawing(start(), inner, end(), ways="start > sub > end")).start().finish("a", draft=42)
    assert desk.variables == {"total": 42}


def test_an_error_inside_leaves_by_the_border():
    inner = subprocess(
        "sub", start("begin"), user("a"), end("failed", event("error", "broken")), ways="begin > a > failed"
    )
    drawn = drawing(
        start(),
        inner,
        border("caught", "sub", event("error", "broken")),
        user("repair"),
        end(),
        declare=error("broken"),
        ways="start > sub > end; caught > repair > end",
    )
    desk = Play(drawn).start().finish("a")
    assert desk.waiting == ["repair"] and desk.state.scopes == {}


def test_an_error_goes_outward_until_somebody_catches_it():
    innermost = subprocess(
        "inner", start("b1"), user("a"), end("failed", event("error", "broken")), ways="b1 > a > failed"
    )
    outer = subprocess("outer", start("b2"), innermost, end("e2"), ways="b2 > inner > e2")
    drawn = drawing(
        start(),
        outer,
        border("caught", "outer", event("error", "broken")),
        user("repair"),
        end(),
        declare=error("broken"),
        ways="start > outer > end; caught > repair > end",
    )
    assert Play(drawn).start().finish("a").waiting == ["repair"]


def test_a_named_error_is_caught_before_any_error():
    inner = subprocess(
        "sub", start("begin"), user("a"), end("failed", event("error", "broken")), ways="begin > a > failed"
    )
    drawn = drawing(
        start(),
        inner,
        border("any", "sub", event("error")),
        border("named", "sub", event("error", "broken")),
        user("x"),
        user("y"),
        end(),
        declare=error("broken"),
        ways="start > sub > end; any > x > end; named > y > end",
    )
    assert Play(drawn).start().finish("a").waiting == ["y"]


def test_an_error_that_nobody_catches_waits_for_an_operator():
    drawn = drawing(
        start(), user("a"), end("failed", event("error", "broken")), declare=error("broken"), ways="start > a > failed"
    )
    desk = Play(drawn).start().finish("a")
    assert [stuck.code for stuck in desk.stuck] == ["broken"] and not desk.ended


def test_who_catches_one_error_catches_no_other():
    inner = subprocess(
        "sub", start("begin"), user("a"), end("failed", event("error", "broken")), ways="begin > a > failed"
    )
    drawn = drawing(
        start(),
        inner,
        border("other", "sub", event("error", "refused")),
        user("x"),
        end(),
        declare=error("broken") + error("refused"),
        ways="start > sub > end; other > x > end",
    )
    desk = Play(drawn).start().finish("a")
    assert [stuck.code for stuck in desk.stuck] == ["broken"] and "x" not in desk.waiting


BESIDE = drawing(
    start(),
    user("work"),
    handler(
        "question",
        start("asked", event("message", "asked"), isInterrupting="false"),
        user("answer"),
        end("answered"),
        ways="asked > answer > answered",
    ),
    handler(
        "withdrawal",
        start("withdrawn", event("message", "withdrawn")),
        service("close"),
        end("closed"),
        ways="withdrawn > close > closed",
    ),
    end(),
    declare=message("asked") + message("withdrawn"),
    ways="start > work > end",
)


def test_an_event_sub_process_answers_again_and_again_beside_the_work():
    desk = Play(BESIDE).start().hear("asked").hear("asked")
    assert desk.waiting == ["answer", "answer", "asked", "withdrawn", "work"]
    assert desk.finish("answer").finish("answer").hear("asked").finish("answer").finish("work").ended


def test_the_process_ends_only_after_what_runs_beside_it():
    desk = Play(BESIDE).start().hear("asked").finish("work")
    assert not desk.ended and desk.finish("answer").ended


def test_an_interrupting_event_sub_process_replaces_the_work():
    desk = Play(BESIDE).start().hear("asked").hear("withdrawn")
    assert desk.ended and {"-work", "-question", "-answer"} <= set(desk.steps) and desk.state.waits == {}


def test_a_repeating_timer_beside_the_work_fires_while_it_lasts():
    drawn = drawing(
        start(),
        user("work"),
        handler(
            "update",
            start("daily", timer(cycle="R/P1D"), isInterrupting="false"),
            service("tell"),
            end("told"),
            ways="daily > tell > told",
        ),
        end(),
        ways="start > work > end",
    )
    desk = Play(drawn).start().wait(days=4)
    assert desk.passed.count("tell") == 4
    assert desk.finish("work").ended and desk.timers == {}


def test_an_error_is_caught_beside_the_work():
    drawn = drawing(
        start(),
        service("risky"),
        handler(
            "rescue",
            start("failed", event("error", "broken")),
            user("repair"),
            end("repaired"),
            ways="failed > repair > repaired",
        ),
        end(),
        declare=error("broken"),
        ways="start > risky > end",
    )
    desk = Play(drawn, blocks={"risky": breaks})
    assert desk.start().waiting == ["repair"] and desk.finish("repair").ended


class Broken(Refused):
    code = "broken"


def breaks(_variables):
    raise Broken("It broke.")


TRIP_WAYS = """start > book_hotel > book_flight > check > fine;
               fine > end if ok = true; fine > undo if ok != true; undo > cancelled"""


def trip():
    """Two bookings, each with a border event that leads to what takes it back."""
    undoing = ("book_hotel", "cancel_hotel"), ("book_flight", "cancel_flight")
    borders = [border(f"undo_{what}", what, event("compensate")) for what, _by in undoing]
    handlers = [
        node("serviceTask", by, "", f'<zeebe:taskDefinition type="{by}"/>', isForCompensation="true")
        for _what, by in undoing
    ]
    joined = [f'<bpmn:association id="a_{what}" sourceRef="undo_{what}" targetRef="{by}"/>' for what, by in undoing]
    steps = start(), service("book_hotel"), service("book_flight"), user("check"), gate("fine"), end(), end("cancelled")
    return drawing(*steps, throw("undo", event("compensate")), *borders, *handlers, *joined, ways=TRIP_WAYS)


def test_what_was_done_is_taken_back_the_latest_first():
    desk = Play(trip()).start().finish("check", ok=False)
    assert desk.ended and desk.passed[-4:] == ["cancel_flight", "cancel_hotel", "undo", "cancelled"]


def test_what_went_well_is_not_taken_back():
    desk = Play(trip()).start().finish("check", ok=True)
    assert desk.ended and not [step for step in desk.passed if step.startswith("cancel_")]


CALL = drawing(
    start(),
    node("callActivity", "child", "", '<zeebe:calledElement processId="other"/>'),
    border("failed", "child", event("error", "broken")),
    user("repair"),
    user("after"),
    end(),
    declare=error("broken"),
    ways="start > child > after > end; failed > repair > end",
)


def test_a_called_process_answers_with_its_variables():
    desk = Play(CALL).start(a=1)
    assert desk.waiting == ["child"]
    desk.take(Finished(desk.token_at("child"), "child", {"b": 2}))
    assert desk.waiting == ["after"] and desk.variables == {"a": 1, "b": 2}


def test_an_error_of_a_called_process_is_caught_where_it_was_called():
    desk = Play(CALL).start()
    desk.take(Failed(desk.token_at("child"), "child", "broken", "It broke."))
    assert desk.waiting == ["repair"]


def test_an_operator_lets_a_stuck_step_try_again():
    desk = Play(
        drawing(
            start(),
            gate("which"),
            user("a"),
            user("b"),
            end(),
            ways="start > which; which > a if ticket.n = 1; which > b if ticket.n = 2; a > end; b > end",
        ),
        facts={"ticket": {"n": 0}},
    ).start()
    desk.facts["ticket"] = {"n": 2}
    desk.take(Retry(desk.listening("which")))
    assert desk.waiting == ["b"]


def test_an_operator_moves_a_token_to_another_step():
    desk = Play(drawing(start(), user("a"), user("b"), user("c"), end(), ways="start > a > b > c > end")).start()
    desk.take(Move(desk.token_at("a"), "c"))
    assert desk.waiting == ["c"]


def booking(*more):
    """A sub-process in which a hotel is booked that can be cancelled."""
    return subprocess(
        "trip",
        start("begin"),
        service("book"),
        border("undo_book", "book", event("compensate")),
        node("serviceTask", "cancel_booking", "", '<zeebe:taskDefinition type="cancel"/>', isForCompensation="true"),
        '<bpmn:association id="a" sourceRef="undo_book" targetRef="cancel_booking"/>',
        end("booked"),
        *more,
        ways="begin > book > booked",
    )


def after_booking(*more):
    ways = "start > trip > check > undo > end"
    return drawing(start(), booking(*more), user("check"), throw("undo", event("compensate")), end(), ways=ways)


def test_a_finished_sub_process_is_taken_back_part_by_part():
    desk = Play(after_booking()).start().finish("check")
    assert desk.ended and desk.passed[-3:] == ["cancel_booking", "undo", "end"]


def test_a_sub_process_that_knows_how_takes_itself_back():
    begin = start("asked", event("compensate"))
    undo = handler("undo_trip", begin, throw("inside", event("compensate")), user("apologise"), end("sorry"),
                   ways="asked > inside > apologise > sorry")  # fmt: skip
    desk = Play(after_booking(undo)).start().finish("check")
    assert desk.waiting == ["apologise"] and "cancel_booking" in desk.passed
    assert desk.finish("apologise").ended


def test_an_error_handler_takes_back_what_was_done_before_the_error():
    begin, undo = start("failed", event("error", "broken")), throw("undo", event("compensate"))
    rescue = handler("rescue", begin, undo, end("undone"), ways="failed > undo > undone")
    drawn = drawing(start(), booking(), service("risky"), rescue, end(), declare=error("broken"),
                    ways="start > trip > risky > end")  # fmt: skip
    desk = Play(drawn, blocks={"risky": breaks}).start()
    assert desk.ended and "cancel_booking" in desk.passed
