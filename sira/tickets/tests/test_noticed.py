"""A task that comes due is told once; a notice leads to where it is done."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sira.notifications.models import OutgoingMail
from sira.notifications.writing import write
from sira.people.tests.cast import a_person
from sira.processes.models import Instance, Task
from sira.tickets import noticed, telling_of_tasks
from sira.tickets.models import Ticket
from sira.tickets.tests.cast import Desk, monday


@pytest.fixture
def desk(db):
    return Desk()


def a_task(desk, due, **more):
    instance = Instance.objects.filter(subject=desk.ticket(subject="New laptop").pk).get()
    given = {"instance": instance, "subject": instance.subject, "token": 900, "element": "t", "name": "Order it"}
    given |= {"kind": "task", "assignee": desk.jonas, "due_at": due, "created_at": monday(8)}
    return Task.objects.create(**given | more)


def told():
    return OutgoingMail.objects.filter(kind="task_due")


def test_who_has_a_task_that_comes_due_hears_of_it_once(desk):
    task = a_task(desk, monday(10))
    assert telling_of_tasks.tell_due(monday(9)) == 0
    assert telling_of_tasks.tell_due(monday(10)) == 1 and telling_of_tasks.tell_due(monday(11)) == 0
    notice = told().get()
    assert (notice.person, notice.opens) == (desk.jonas, task.pk) and "Order it" in write(notice).text
    assert noticed.about(desk.jonas, [notice])[notice.pk].path == f"/desk/tasks/{task.pk}/"


@pytest.mark.parametrize(
    "more", [{"assignee": None}, {"state": "done", "done_at": timezone.now()}, {"kind": "approve"}]
)
def test_nobody_is_told_of_what_nobody_has_or_is_done_or_is_reminded_of_otherwise(desk, more):
    a_task(desk, monday(10), **more | ({"done_by": desk.jonas} if "done_at" in more else {}))
    assert telling_of_tasks.tell_due(monday(10)) == 0


def test_whoever_cannot_be_told_keeps_nobody_else_waiting(desk, monkeypatch):
    monkeypatch.setattr(telling_of_tasks, "AT_ONCE", 1)
    a_task(desk, monday(9), assignee=a_person("No Mail", mail=""))
    a_task(desk, monday(10))
    assert telling_of_tasks.tell_due(monday(10)) == 1 and told().get().person == desk.jonas


def test_what_was_due_long_ago_is_not_told_when_the_desk_comes_back(desk):
    a_task(desk, monday(10))
    assert telling_of_tasks.tell_due(monday(10) + timedelta(days=3)) == 0


def test_a_requesters_notice_leads_to_the_form_that_is_asked_of_them(desk):
    task = a_task(desk, monday(10), kind="ask", assignee=desk.tom)
    telling_of_tasks.tell_due(monday(10))
    assert noticed.about(desk.tom, [told().get()])[told().get().pk].path == f"/portal/tasks/{task.pk}/"


def test_who_has_a_task_on_a_ticket_of_others_is_led_to_its_page(desk):
    task = a_task(desk, monday(10), assignee=desk.zeynep)
    Ticket.objects.filter(pk=task.subject).update(group=desk.it)
    telling_of_tasks.tell_due(monday(10))
    notice = told().get()
    assert f"/desk/tasks/{task.pk}/" in write(notice).text
    about = noticed.about(desk.zeynep, [notice])[notice.pk]
    assert (about.path, about.subject) == (f"/desk/tasks/{task.pk}/", "New laptop")
    for changed in ({"assignee": desk.jonas}, {"assignee": desk.zeynep, "state": "cancelled", "done_at": monday(11)}):
        Task.objects.filter(pk=task.pk).update(**changed)
        assert noticed.about(desk.zeynep, [notice]) == {}, "it is not theirs any more"
