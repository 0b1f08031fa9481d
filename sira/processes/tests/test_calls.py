"""Processes that call others: which version, with which variables, and nobody waits for ever."""

from datetime import timedelta

import pytest

from sira.people.automation import automation
from sira.processes import running, timers, versions
from sira.processes.models import Instance, Task
from sira.processes.refusals import NotRunnable, NotWaiting, TaskNotOpen
from sira.processes.tests.drawing import catch, drawing, end, mapping, node, start, timer, user
from sira.processes.tests.playing import MONDAY
from sira.processes.tests.test_timers import at_once

DAY = timedelta(days=1)


def child(step="check", tag=""):
    drawn = drawing(start(), user(step), end(), key="child", ways=f"start > {step} > end")
    extension = f'<bpmn:extensionElements><zeebe:versionTag value="{tag}"/></bpmn:extensionElements>' if tag else ""
    return drawn.replace('isExecutable="true">', f'isExecutable="true">{extension}', 1)


def parent(binding="", more=""):
    called = f'<zeebe:calledElement processId="child" {binding}/>{more}'
    return drawing(start(), user("before"), node("callActivity", "call", extension=called), user("after"), end(),
                   key="parent", ways="start > before > call > after > end")  # fmt: skip


def install(source, at=MONDAY):
    return versions.install(source, at=at)


def begin():
    return running.start("parent", subject=7, at=MONDAY)


def done(element, **outcome):
    running.complete(Task.objects.get(element=element, state="open"), by=automation(), outcome=outcome, at=MONDAY)


def open_task():
    return Task.objects.get(state="open").element


@pytest.mark.django_db
class TestWhichVersion:
    def test_without_a_word_it_is_the_one_published_when_it_is_called(self):
        install(child("old"))
        install(parent())
        begin()
        install(child("new"), at=MONDAY + DAY)
        done("before")
        assert open_task() == "new"

    def test_bound_by_deployment_it_is_the_one_published_when_the_caller_was(self):
        install(child("old"))
        install(parent('bindingType="deployment"'))
        install(child("new"), at=MONDAY + DAY)
        begin()
        done("before")
        assert open_task() == "old"

    def test_a_caller_published_before_it_takes_the_first_that_came(self):
        install(parent('bindingType="deployment"'))
        install(child("first"), at=MONDAY + DAY)
        install(child("second"), at=MONDAY + 2 * DAY)
        begin()
        done("before")
        assert open_task() == "first"

    def test_bound_to_a_name_it_is_the_newest_version_with_that_name(self):
        install(child("one", tag="2026"))
        install(child("two", tag="2026"), at=MONDAY + DAY)
        install(child("three", tag="2027"), at=MONDAY + 2 * DAY)
        install(parent('bindingType="versionTag" versionTag="2026"'))
        begin()
        done("before")
        assert open_task() == "two"

    def test_bound_to_a_number_it_is_that_version(self):
        install(child("one"))
        install(child("two"), at=MONDAY + DAY)
        install(parent('bindingType="versionTag" versionTag="1"'))
        begin()
        done("before")
        assert open_task() == "one"

    def test_a_version_that_never_was_is_an_incident_at_the_call(self):
        install(child())
        install(parent('bindingType="versionTag" versionTag="2031"'))
        instance = begin()
        done("before")
        assert [each.element for each in instance.incidents.all()] == ["call"]

    @pytest.mark.parametrize("binding", ['bindingType="newest"', 'bindingType="versionTag"'])
    def test_a_binding_that_says_nothing_is_not_published(self, binding):
        with pytest.raises(NotRunnable, match="Call"):
            install(parent(binding))


@pytest.mark.django_db
def test_only_what_is_mapped_goes_in_and_comes_out():
    install(child())
    maps = mapping(inputs={"item": "=order.item"}, outputs={"verdict": "=ok"})
    install(parent(more=maps))
    instance = running.start("parent", subject=7, variables={"order": {"item": "laptop"}, "secret": 1}, at=MONDAY)
    done("before")
    called = Instance.objects.get(caller=instance)
    assert called.state["variables"] == {"item": "laptop"}
    done("check", ok=True, note="fine")
    instance.refresh_from_db()
    assert instance.state["variables"] == {"order": {"item": "laptop"}, "secret": 1, "verdict": True}


def waits_in_both():
    """A caller that waits for a called process, which waits for a person."""
    install(child())
    install(parent())
    instance = begin()
    done("before")
    return instance, Task.objects.get(element="check", state="open")


def test_the_caller_is_cancelled_while_the_called_one_ends(committing):
    for _round in range(5):
        instance, task = waits_in_both()
        found = at_once(
            lambda task=task: running.complete(Task.objects.get(pk=task.pk), by=automation(), at=MONDAY),
            lambda instance=instance: running.cancel(instance, at=MONDAY),
        )
        problems = [each for each in found if isinstance(each, Exception)]
        assert all(isinstance(each, TaskNotOpen | NotWaiting) for each in problems), "none waits for the other for ever"
        instance.refresh_from_db()
        assert instance.status == "cancelled" and not Task.objects.filter(state="open").exists()
        assert not Instance.objects.filter(status__in=Instance.ACTIVE).exists()


def test_the_caller_is_cancelled_while_a_timer_of_the_called_one_fires(committing):
    install(drawing(start(), catch("pause", timer("PT1H")), end(), key="child", ways="start > pause > end"))
    install(parent())
    for _round in range(5):
        instance = begin()
        done("before")
        found = at_once(
            lambda: timers.pump(MONDAY + timedelta(hours=2)),
            lambda instance=instance: running.cancel(instance, at=MONDAY),
        )
        assert not [each for each in found if isinstance(each, Exception)]
        timers.pump(MONDAY + timedelta(hours=2))
        assert not Instance.objects.filter(status__in=Instance.ACTIVE).exists()
