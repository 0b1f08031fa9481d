from sira.tickets import assigning, lifecycle
from sira.tickets.routed import open_on_channel, open_work_of, who_knew
from sira.tickets.tests.cast import monday


def test_the_load_of_an_agent_is_what_waits_for_them_now(desk):
    first, second = desk.ticket(), desk.ticket()
    for ticket in (first, second):
        assigning.assign(ticket, group=desk.it, agent=desk.jonas, by=desk.ayse, at=monday(10))
    assert open_work_of([desk.jonas.pk, desk.ayse.pk], {}).get(desk.jonas.pk) == 2
    lifecycle.resolve(first, by=desk.jonas, resolution="New cable.", at=monday(11))
    assert open_work_of([desk.jonas.pk], {}) == {desk.jonas.pk: 1}
    assert not open_work_of([desk.ayse.pk], {}).get(desk.ayse.pk)


def test_a_group_may_weigh_work_by_priority_type_and_channel(desk):
    ticket = desk.ticket()
    assigning.assign(ticket, group=desk.it, agent=desk.jonas, by=desk.ayse, at=monday(10))
    of = [desk.jonas.pk]
    assert open_work_of(of, {"priority": {str(ticket.priority): 3}}) == {desk.jonas.pk: 3}
    weights = {"type": {ticket.type.key: 2}, "channel": {ticket.channel: 5}}
    assert open_work_of(of, weights) == {desk.jonas.pk: 10}
    assert open_on_channel(of, ticket.channel) == {desk.jonas.pk: 1}
    assert open_on_channel(of, "chat") == {}


def test_who_had_the_persons_newest_ticket_knew_them_last(desk):
    first, second = desk.ticket(), desk.ticket()
    both = [desk.jonas.pk, desk.ayse.pk]
    assert who_knew(first.requester_id, both) is None
    assigning.assign(second, group=desk.it, agent=desk.ayse, by=desk.ayse, at=monday(10))
    assigning.assign(first, group=desk.it, agent=desk.jonas, by=desk.ayse, at=monday(10))
    assert who_knew(first.requester_id, both) == desk.ayse.pk
