from datetime import datetime, timedelta

from sira.processes import timers
from sira.processes.models import Task
from sira.tickets.models import Ticket
from sira.tickets.tests.cast import monday
from tests.packs.walking import Walk

PLAN = {"area": "Passwords", "starts_at": datetime(2027, 12, 7, 10), "audited": "it", "needed": "The list of accounts"}


def test_every_way_of_an_audit_is_walked(office):
    office.has("audit")
    asked = office.begins("compliance_audit", {"subject": "Passwords"}, form="audit-request")
    asked.do("schedule", **PLAN).until("audit_day")
    asked.do("audit", has_findings="yes", findings="Shared account\nOld password\n\n")
    findings = Task.objects.filter(subject=asked.ticket.pk, element="put_right", state="open")
    assert sorted(task.sheet.particulars["text"]["en"].partition("\n")[2] for task in findings) == [
        "Finding: Old password",
        "Finding: Shared account",
    ]
    asked.later(days=31).do("put_right").do("put_right").do("verify", "failed").do("verify", "passed")
    asked.do("put_right").do("verify", "passed")
    asked.do("report", summary="Two findings.", again="yes", open_points="Shared account").later(days=93)
    asked.do("audit", has_findings="no").do("report", summary="In order.", again="no").ends()

    timers.pump(monday(9) + timedelta(days=366))
    begun = Ticket.objects.get(type__key="compliance_audit", channel="process")
    walk = Walk(begun, at=monday(9) + timedelta(days=366), admin=office.ada)
    office.walks.append(walk)
    walk.do("schedule", **PLAN).until("audit_day").do("audit", has_findings="no").do(
        "report", summary="All well.", again="no"
    ).ends()
    office.all_walked("compliance_audit")
