"""The drawing on the ticket's page: the way taken, where it stands, since when, what it waits for."""

from datetime import timedelta

import pytest

from sira.people.automation import automation
from sira.processes import picture, running, versions
from sira.processes.models import Instance, Task
from sira.processes.tests.drawing import border, catch, drawing, end, event, gate, message, service, start, timer, user
from sira.processes.tests.playing import MONDAY

pytestmark = pytest.mark.django_db
DRAWN = drawing(
    start(), service("decide", "sira:decide"), user("work"), border("late", "work", timer("P2D")),
    border("asked", "work", event("message", "question"), interrupting=False), service("tell", "sira:decide"),
    gate("fine"), user("confirm"), user("lead"), end(), declare=message("question"),
    ways="""start > decide > work > fine; fine > confirm if ok = true; fine > work otherwise; confirm > end;
            late > lead > end; asked > tell""",
)  # fmt: skip


@pytest.fixture(autouse=True)
def deciding(does):
    does("sira:decide", lambda step: None)


def begin():
    versions.install(DRAWN, at=MONDAY)
    return running.start("p", subject=7, at=MONDAY)


def test_it_says_what_is_done_and_what_is_waited_for():
    seen = picture.where(begin())
    assert seen.passed == ["start", "decide"]
    assert set(seen.current) == {"work", "late", "asked"}
    assert seen.flows == ["start_decide", "decide_work"]
    by_element = {each.element: each for each in seen.waiting}
    assert by_element["work"].since == MONDAY and by_element["work"].task.name == "Work"
    assert by_element["late"].until == MONDAY + timedelta(days=2)
    assert by_element["asked"].text == "question"


def test_only_the_way_that_was_chosen_is_painted():
    instance = begin()
    running.complete(Task.objects.get(), by=automation(), outcome={"ok": True}, at=MONDAY + timedelta(hours=1))
    seen = picture.where(Instance.objects.get(pk=instance.pk))
    assert seen.current == ["confirm"] and "fine_confirm" in seen.flows and "fine_work" not in seen.flows
    assert seen.waiting[0].since == MONDAY + timedelta(hours=1)


def test_work_that_was_called_off_is_shown_as_such():
    instance = begin()
    from_timer = next(iter(instance.timers.all()))
    locked = Instance.objects.get(pk=instance.pk)
    running.occurred(locked, from_timer.token, "late", cause={"timer": "late"}, at=MONDAY + timedelta(days=2))
    seen = picture.where(Instance.objects.get(pk=instance.pk))
    assert seen.called_off == ["work"] and seen.current == ["lead"]


def test_a_stuck_step_says_what_is_wrong(does):
    def fails(step):
        raise ValueError("no category")

    does("sira:decide", fails)
    seen = picture.where(begin())
    assert seen.stuck == ["decide"] and seen.waiting[0].text == "ValueError: no category"


def test_an_ended_process_waits_for_nothing():
    instance = begin()
    running.complete(Task.objects.get(), by=automation(), outcome={"ok": True}, at=MONDAY)
    running.complete(Task.objects.get(state="open"), by=automation(), at=MONDAY)
    seen = picture.where(Instance.objects.get(pk=instance.pk))
    assert seen.current == [] and seen.passed[-1] == "end"


def test_the_page_asks_few_questions_of_the_database(django_assert_max_num_queries):
    instance = begin()
    with django_assert_max_num_queries(4):
        picture.where(instance)


def test_behind_an_event_gateway_the_way_to_the_event_that_came_is_painted():
    drawn = drawing(
        start(), gate("answer", "eventBased"), catch("confirmed", event("message", "fine")),
        catch("late", timer("P2D")), end(), declare=message("fine"),
        ways="start > answer; answer > confirmed > end; answer > late > end",
    )  # fmt: skip
    versions.install(drawn, at=MONDAY)
    instance = running.start("p", subject=7, at=MONDAY)
    assert picture.where(instance).flows == ["start_answer"]
    running.correlate("fine", subject=7, at=MONDAY + timedelta(hours=1))
    seen = picture.where(Instance.objects.get(pk=instance.pk))
    assert "answer_confirmed" in seen.flows and "answer_late" not in seen.flows
