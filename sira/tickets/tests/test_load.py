from sira.tickets import assigning, lifecycle
from sira.tickets.routed import open_work_of
from sira.tickets.tests.cast import monday


def test_the_load_of_an_agent_is_what_waits_for_them_now(desk):
    first, second = desk.ticket(), desk.ticket()
    for ticket in (first, second):
        assigning.assign(ticket, group=desk.it, agent=desk.jonas, by=desk.ayse, at=monday(10))
    assert open_work_of([desk.jonas.pk, desk.ayse.pk]).get(desk.jonas.pk) == 2
    lifecycle.resolve(first, by=desk.jonas, resolution="New cable.", at=monday(11))
    assert open_work_of([desk.jonas.pk]) == {desk.jonas.pk: 1}
    assert not open_work_of([desk.ayse.pk]).get(desk.ayse.pk)
