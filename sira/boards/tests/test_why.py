"""Why me? Everybody considered, one reason each, in plain words."""

import pytest

from sira.people.models import SupportGroup
from sira.tickets import assigning
from sira.tickets.tests.cast import monday
from sira.workforce import absences, presence
from sira.workspace import why

pytestmark = pytest.mark.django_db


def test_it_says_group_people_and_choice_in_plain_words(desk, sign_in):
    absences.record_absence(desk.ada, "sick", starts_at=monday(8), ends_at=None, by=desk.ada, at=monday(8))
    presence.set_presence(desk.ayse, "away", by=desk.ayse, at=monday(8))
    SupportGroup.objects.filter(key="it").update(strategy="round_robin")
    ticket = desk.ticket(at=monday(9))
    client = sign_in(desk.ayse)
    shown = client.get(f"/tickets/{ticket.number}/why/").content.decode()
    ticket.refresh_from_db()
    assert f"{ticket.agent.name} got it" in shown
    assert "could take it" in shown
    assert shown.count("left out") >= 1 and "away" in shown
    assert f"/tickets/{ticket.number}/why/" in client.get(f"/tickets/{ticket.number}/").content.decode()


def test_what_was_handed_over_says_so_and_what_was_never_dealt_too(desk, sign_in):
    ticket = desk.ticket(at=monday(9))
    assigning.assign(ticket, group=desk.it, agent=desk.ayse, by=desk.ada, at=monday(10))
    shown = sign_in(desk.ada).get(f"/tickets/{ticket.number}/why/").content.decode()
    assert "by somebody&#x27;s hand" in shown or "by somebody's hand" in shown


def test_who_does_not_work_on_it_learns_nothing(desk, sign_in):
    ticket = desk.ticket(at=monday(9))
    assert sign_in(desk.tom).get(f"/tickets/{ticket.number}/why/").status_code == 302
    assigning.assign(ticket, group=desk.it, agent=desk.jonas, by=desk.ada, at=monday(10))
    assert sign_in(desk.zeynep).get(f"/tickets/{ticket.number}/why/").status_code == 404


@pytest.mark.parametrize(("who", "told"), [("jonas", False), ("ayse", True), ("ada", True)])
def test_that_somebody_is_sick_is_told_to_who_leads_the_group_alone(desk, sign_in, who, told):
    desk.ayse.memberships.filter(group=desk.it).update(leads=True)
    absences.record_absence(desk.ayse, "sick", starts_at=monday(8), ends_at=None, by=desk.ada, at=monday(8))
    SupportGroup.objects.filter(key="it").update(strategy="round_robin")
    ticket = desk.ticket(at=monday(9))
    client = sign_in(getattr(desk, who))
    shown = client.get(f"/tickets/{ticket.number}/why/").content.decode()
    assert ("sick" in shown, "away" in shown.partition("left out")[2]) == (told, not told)
    assert ("sick" in client.get(f"/tickets/{ticket.number}/").content.decode()) == told


def test_many_who_were_left_out_fold_by_reason(desk, sign_in, monkeypatch):
    presence.set_presence(desk.ayse, "away", by=desk.ayse, at=monday(8))
    SupportGroup.objects.filter(key="it").update(strategy="round_robin")
    ticket, client = desk.ticket(at=monday(9)), sign_in(desk.ada)
    ways = (f"/tickets/{ticket.number}/why/", f"/tickets/{ticket.number}/")
    for way in ways:
        assert "<summary>away · 1</summary>" not in client.get(way).content.decode()
    monkeypatch.setattr(why, "MANY", 0)
    for way in ways:
        shown = client.get(way).content.decode()
        folded = shown.partition("<summary>away · 1</summary>")[2].partition("</details>")[0]
        assert "Ayşe Demir" in folded and "left out" not in shown
