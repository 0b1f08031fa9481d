"""Running instances move to another version: looked at first, then moved, and nothing that was promised moves."""

from datetime import timedelta

import pytest

from sira.people.automation import automation
from sira.people.models import Person
from sira.plumbing.refusals import NotAllowed
from sira.processes import helping, running, timers, transferring, versions
from sira.processes.models import Advance, Instance, Subscription, Task, Timer
from sira.processes.refusals import CannotTransfer
from sira.processes.tests.drawing import (
    border,
    catch,
    drawing,
    each,
    end,
    event,
    gate,
    handler,
    message,
    node,
    start,
    subprocess,
    timer,
    user,
)
from sira.processes.tests.playing import MONDAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LATER = MONDAY + DAY
OLD = drawing(
    start(), user("work"), border("late", "work", timer("P3D")), user("lead"), end(),
    ways="start > work > end; late > lead > end",
)  # fmt: skip
TESTED = drawing(
    start(), user("work"), border("late", "work", timer("P9D")), user("lead"), user("test"), end(),
    ways="start > work > test > end; late > lead > end",
)  # fmt: skip


def begin(source, subject=7):
    version = versions.install(source, at=MONDAY)
    return version, running.start("p", subject=subject, at=MONDAY)


def move(instance, to, **more):
    return transferring.transfer(instance, to, by=automation(), at=LATER, **more)


def looked_at(instance, to, **more):
    found = transferring.rehearse([instance], to, at=LATER, **more)[0]
    return {standing.element: standing.to for standing in found.standing}, found.fits


def test_a_moved_instance_goes_on_by_the_new_drawing():
    _old, instance = begin(OLD)
    new = versions.install(TESTED, at=LATER)
    move(instance, new)
    running.complete(Task.objects.get(), by=automation(), at=LATER)
    assert Task.objects.get(state="open").element == "test"


def test_the_due_date_is_kept_whatever_the_new_drawing_says():
    _old, instance = begin(OLD)
    move(instance, versions.install(TESTED, at=LATER))
    assert Timer.objects.get().due_at == MONDAY + 3 * DAY
    timers.pump(MONDAY + 3 * DAY)
    assert Task.objects.get(state="open").element == "lead"


def test_looking_changes_nothing():
    old, instance = begin(OLD)
    assert looked_at(instance, versions.install(TESTED, at=LATER)) == ({"work": "work"}, True)
    assert Instance.objects.get().version == old


RENAMED = OLD.replace('"work"', '"do"').replace('"work_end"', '"do_end"').replace('"start_work"', '"start_do"')


def test_a_step_without_a_counterpart_is_named_and_nothing_is_moved():
    old, instance = begin(OLD)
    new = versions.install(RENAMED, at=LATER)
    assert looked_at(instance, new) == ({"work": ""}, False)
    with pytest.raises(CannotTransfer, match="Work: The other version has no such step"):
        move(instance, new)
    assert Instance.objects.get().version == old


def test_whoever_moves_can_say_which_step_becomes_which():
    _old, instance = begin(OLD)
    new = versions.install(RENAMED, at=LATER)
    assert looked_at(instance, new, mapping={"work": "do"}) == ({"work": "do"}, True)
    move(instance, new, mapping={"work": "do"})
    assert (Task.objects.get().element, Timer.objects.get().element) == ("do", "late")
    running.complete(Task.objects.get(), by=automation(), at=LATER)
    assert Instance.objects.get().status == "ended" and not Timer.objects.filter(fired_at=None).exists()


def test_an_event_that_the_new_drawing_does_not_wait_for_is_forgotten():
    _old, instance = begin(OLD)
    plain = drawing(start(), user("work"), end(), ways="start > work > end")
    move(instance, versions.install(plain, at=LATER))
    assert not Timer.objects.exists()


def test_an_event_that_only_the_new_drawing_waits_for_counts_from_now():
    plain = drawing(start(), user("work"), end(), ways="start > work > end")
    _old, instance = begin(plain)
    move(instance, versions.install(OLD, at=LATER))
    assert Timer.objects.get().due_at == LATER + 3 * DAY


def test_a_message_is_heard_under_its_new_name():
    def waits_for(name):
        return drawing(start(), catch("answer", event("message", name)), end(), declare=message(name),
                       ways="start > answer > end")  # fmt: skip

    _old, instance = begin(waits_for("reply"))
    move(instance, versions.install(waits_for("answered"), at=LATER))
    assert running.correlate("reply", subject=7, at=LATER) == 0
    assert running.correlate("answered", subject=7, at=LATER) == 1


def test_a_way_that_has_come_to_a_join_is_not_forgotten():
    def both(*more, ways=""):
        return drawing(start(), gate("a", "parallel"), user("one"), user("two"), gate("b", "parallel"), *more, end(),
                       ways=f"start > a > one > b; a > two > b; {ways or 'b > end'}")  # fmt: skip

    _old, instance = begin(both())
    running.complete(Task.objects.get(element="one"), by=automation(), at=MONDAY)
    move(instance, versions.install(both(user("three"), ways="b > three > end"), at=LATER))
    running.complete(Task.objects.get(element="two"), by=automation(), at=LATER)
    assert Task.objects.get(state="open").element == "three"


def test_a_join_that_is_gone_stands_against_it():
    drawn = drawing(start(), gate("a", "parallel"), user("one"), user("two"), gate("b", "parallel"), end(),
                    ways="start > a > one > b > end; a > two > b")  # fmt: skip
    _old, instance = begin(drawn)
    running.complete(Task.objects.get(element="one"), by=automation(), at=MONDAY)
    row = drawing(start(), user("one"), user("two"), end(), ways="start > one > two > end")
    with pytest.raises(CannotTransfer, match="already waits for other ways"):
        move(instance, versions.install(row, at=LATER))


def test_votes_that_were_given_count_on():
    def vote(*more, ways="start > vote > end"):
        loop = each("[1, 2, 3]", "who", until="count(votes[item = true]) >= 2", collect="yes",
                    into="votes")  # fmt: skip
        return drawing(start(), user("vote", loop=loop), *more, end(), ways=ways)

    _old, instance = begin(vote())
    first, second, _third = Task.objects.order_by("id")
    running.complete(first, by=automation(), outcome={"yes": True}, at=MONDAY)
    move(instance, versions.install(vote(user("publish"), ways="start > vote > publish > end"), at=LATER))
    running.complete(second, by=automation(), outcome={"yes": True}, at=LATER)
    assert Task.objects.get(state="open").element == "publish"


def test_what_listens_beside_the_work_goes_on_listening():
    def listening(*more, ways="start > work > end"):
        asked = handler("asked", node("startEvent", "ask", event("message", "question"), isInterrupting="false"),
                        user("answer"), end("answered"), ways="ask > answer > answered")  # fmt: skip
        return drawing(start(), user("work"), asked, *more, end(), declare=message("question"), ways=ways)

    _old, instance = begin(listening())
    move(instance, versions.install(listening(user("test"), ways="start > work > test > end"), at=LATER))
    assert Subscription.objects.count() == 1
    assert running.correlate("question", subject=7, at=LATER) == 1
    assert Task.objects.filter(state="open").count() == 2


def test_a_step_that_lies_in_another_sub_process_has_no_place():
    _old, instance = begin(OLD)
    inside = drawing(start(), subprocess("sub", start("in"), user("work"), end("out"), ways="in > work > out"), end(),
                     ways="start > sub > end")  # fmt: skip
    with pytest.raises(CannotTransfer, match="lies in another sub-process"):
        move(instance, versions.install(inside, at=LATER))


def test_who_may_not_change_processes_moves_none():
    _old, instance = begin(OLD)
    new = versions.install(TESTED, at=LATER)
    agent = Person.objects.create(name="Jonas", role="agent", created_at=MONDAY)
    with pytest.raises(NotAllowed):
        transferring.transfer(instance, new, by=agent, at=LATER)


def test_the_history_says_who_moved_it_and_from_where():
    old, instance = begin(OLD)
    new = versions.install(TESTED, at=LATER)
    move(instance, new)
    cause = Advance.objects.order_by("-id").first().cause
    assert cause == {"transfer": {"from": old.pk, "to": new.pk}, "by": automation().pk}


def test_all_that_can_be_moved_are_and_the_others_are_named():
    old, first = begin(OLD, 1)
    second = running.start("p", subject=2, at=MONDAY)
    running.start("p", subject=3, at=MONDAY)
    timers.pump(MONDAY)
    helping.move(second, 1, "lead", by=automation(), at=MONDAY)
    short = drawing(start(), user("work"), end(), ways="start > work > end")
    new = versions.install(short, at=LATER)
    look = transferring.look(old, new, at=LATER)
    assert (look.running, look.fitting, list(transferring.goals(old))) == (3, 2, [new])
    stuck, going = look.standing()
    assert stuck[:3] == ("lead", "", 1) and stuck[3] and going == ("work", "work", 2, "")
    moved, stayed = transferring.transfer_all(old, new, by=automation(), at=LATER)
    assert moved == 2 and [each.instance for each in stayed] == [second]
    assert first in Instance.objects.filter(version=new)


def test_a_draft_and_another_process_take_nobody_in():
    _old, instance = begin(OLD)
    draft = versions.draft(TESTED, at=LATER)
    other = versions.install(OLD.replace('id="p"', 'id="q"'), at=LATER)
    for to, reason in ((draft, "draft"), (other, "another process")):
        with pytest.raises(CannotTransfer, match=reason):
            move(instance, to)
