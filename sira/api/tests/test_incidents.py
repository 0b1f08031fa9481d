"""Stuck processes by program."""

from django.test import Client

from sira.api import tokens
from sira.people.models import Membership
from sira.processes.models import Incident
from sira.tickets.tests.cast import monday
from sira.tickets.tests.office import Office
from sira.tickets.tests.test_operating import STUCK


def test_who_operates_sees_what_is_stuck_and_calls_it_off_and_others_do_not(db, caller):
    office = Office()
    ticket = office.asks(STUCK, group=office.hr, at=monday(9))
    row = Incident.objects.get(instance__subject=ticket.pk)
    ada, agent = caller(office.ada), caller(office.jonas)
    (one,) = ada("GET", "incidents").json()["items"]
    assert (one["id"], one["ticket"], one["element"]) == (row.pk, ticket.number, row.element)
    assert agent("GET", "incidents").json()["items"] == []
    assert agent("PUT", f"incidents/{row.pk}/retry").status_code == 404
    assert ada("PUT", f"incidents/{row.pk}/move", {"element": "nowhere"}).status_code in (409, 422)
    assert ada("PUT", f"incidents/{row.pk}/cancellation", {"reason": "Not needed."}).status_code == 204
    assert ada("GET", "incidents").json()["items"] == []


def test_a_token_without_the_right_to_lead_reaches_no_stuck_process_of_groups_that_its_person_leads(db):
    office = Office()
    office.asks(STUCK, group=office.hr, at=monday(9))
    Membership.objects.update_or_create(person=office.ayse, group=office.hr, defaults={"leads": True})
    for carries, count in ((None, 1), (["work"], 0), (["work", "lead"], 1)):
        text = tokens.make("x", person=office.ayse, at=monday(9), carries=carries)[1]
        answer = Client().get("/api/v1/incidents", headers={"Authorization": f"Bearer {text}"})
        assert len(answer.json()["items"]) == count, carries
