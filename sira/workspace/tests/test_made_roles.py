"""Whoever has a made role finds what it opens, the same in every list, count and search."""

from django.test import Client

from sira.tickets import linking, permissions
from sira.tickets.models import Ticket
from sira.tickets.search import find
from sira.tickets.tests.cast import Desk, a_person, holding, monday
from sira.workspace import queues
from sira.workspace.counting import counts_for
from sira.workspace.queues import Queue


def test_what_may_be_worked_on_is_one_rule_in_the_database_in_python_and_in_every_list(
    desk: Desk,
):
    """For everybody of a small crowd with made roles of every reach; the lists, their counts and the search agree."""
    desk.ticket(requester=desk.hannah)
    desk.ticket(requester=desk.jonas, category="payroll")
    desk.ticket(requester=desk.hannah, category="payroll")
    Ticket.objects.filter(pk=desk.ticket().pk).update(group=None, agent=desk.jonas)
    desk.ticket(at=monday(9, 30))
    Ticket.objects.update(warn_at=monday(9), due_at=monday(10), turn_at=monday(10))
    crowd = [desk.hannah, desk.jonas, desk.ada]
    places: list[dict[str, object]] = [{}, {"group": desk.hr}, {"group": desk.it}, {"organisation": desk.halden}]
    for number, (place, right) in enumerate((one, right) for one in places for right in ("work", "see_all")):
        crowd.append(holding(a_person(f"Made{number} Role"), right, by=desk.ada, **place))
        crowd.append(holding(a_person(f"Agent{number} Too", role="agent"), right, by=desk.ada, **place))
    several = holding(a_person("Two Places", role="agent"), "work", by=desk.ada, group=desk.hr)
    crowd.append(holding(several, "work", by=desk.ada, organisation=desk.halden))
    for person in crowd:
        works_on = set(Ticket.objects.worked_by(person))
        assert works_on == {one for one in Ticket.objects.all() if permissions.may_work_on(person, one)}, person
        if not person.is_agent:
            continue
        groups = queues.groups_of(person)
        counted = counts_for(person, at=monday(12), groups=groups)
        for scope in ("all", "groups", "unassigned", "mine", "broken"):
            listed = queues.page_of(Queue(scope), person, at=monday(12)).ids
            assert len(listed) == len(set(listed)) == counted[scope], (person, scope)
            assert set(listed) <= {one.pk for one in works_on}
        assert set(queues.page_of(Queue("all"), person, at=monday(12)).ids) == {one.pk for one in works_on}
        assert {hit.ticket for hit in find("drops", person).hits} == set(Ticket.objects.visible_to(person)), person


def test_of_a_linked_ticket_of_another_customer_only_the_number_is_told(desk: Desk):
    partner = holding(desk.tom, "work", by=desk.ada, organisation=desk.halden)
    theirs, other = desk.ticket(requester=desk.hannah), desk.ticket(requester=desk.jonas, subject="Merger with Fjord")
    too = desk.ticket(requester=desk.hannah, subject="Printer on fire")
    for one in (other, too):
        linking.link(theirs, one, kind="related", by=desk.ada, at=monday(10))
    linking.link(other, theirs, kind="child", by=desk.ada, at=monday(10))
    client = Client()
    client.force_login(partner)
    page = client.get(theirs.get_absolute_url()).content.decode()
    assert other.number in page and "Merger with Fjord" not in page
    assert "Printer on fire" in page
    client.force_login(desk.ada)
    assert "Merger with Fjord" in client.get(theirs.get_absolute_url()).content.decode()


def test_who_works_for_one_customer_opens_nothing_in_the_name_of_another_s_people(desk: Desk):
    client = Client()
    client.force_login(holding(desk.tom, "work", by=desk.ada, organisation=desk.halden))
    given = {"name": "", "subject": "VPN", "text": "It drops.", "channel": "phone", "impact": 2, "urgency": 2}
    given |= {"type": desk.incident.pk, "mail": desk.jonas.email}
    refused = client.post("/desk/new/", given)
    assert refused.status_code == 422 and "It drops." in refused.content.decode()
    assert not Ticket.objects.exists()
    assert client.post("/desk/new/", given | {"mail": desk.hannah.email}).status_code == 302
    assert Ticket.objects.get().requester == desk.hannah
