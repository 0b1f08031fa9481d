"""Stuck processes by program."""

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
