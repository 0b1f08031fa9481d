from datetime import datetime
from zoneinfo import ZoneInfo

from sira.people.models import Membership
from sira.tickets.tests.cast import a_person
from sira.workforce import availability
from sira.workforce.models import Absence

WARSAW = ZoneInfo("Europe/Warsaw")
DAYS = {"first_day": "2026-12-07", "last_day": "2026-12-11"}


def test_every_way_of_a_leave_is_walked(office):
    office.has("leave")
    lina = a_person("Lina Lead", role="lead")
    Membership.objects.create(group=office.it, person=lina, leads=True)

    def asked(**answers):
        return office.begins("leave", DAYS | answers, form="leave-request", requester=office.jonas)

    asked().reject("approve").ends()
    assert not Absence.objects.exists()

    walk = asked(stand_in=office.ada.email)
    assert lina in [ballot.approver for ballot in walk.open_task("approve").approval.ballots.all()]
    walk.approve("approve").ends()
    absence = Absence.objects.get()
    assert (absence.person, absence.stand_in, absence.state) == (office.jonas, office.ada, "approved")
    assert absence.starts_at == datetime(2026, 12, 7, tzinfo=WARSAW)
    assert absence.ends_at == datetime(2026, 12, 12, tzinfo=WARSAW)
    assert availability.left_out([office.jonas.pk], datetime(2026, 12, 9, 12, tzinfo=WARSAW)) == {
        office.jonas.pk: "leave"
    }

    turned = asked(first_day="2026-12-24", last_day="2026-12-22", stand_in="nobody@elsewhere.example")
    turned.do("ask_days", first_day="2026-12-22", last_day="2026-12-24").approve("approve").ends()
    later = Absence.objects.latest("pk")
    assert (later.starts_at, later.stand_in) == (datetime(2026, 12, 22, tzinfo=WARSAW), None)

    office.all_walked("leave_request")


def test_the_page_of_ones_working_time_leads_to_the_form_and_sick_days_stay_there(office, client):
    client.force_login(office.jonas)
    before = client.get("/team/mine/").content.decode()
    assert 'value="leave"' in before and "/portal/ask/leave/" not in before
    office.has("leave")
    after = client.get("/team/mine/").content.decode()
    assert 'value="leave"' not in after and 'value="sick"' in after
    assert client.get("/portal/ask/leave/").status_code == 200 and "/portal/ask/leave/" in after
    refused = client.post("/team/mine/away/", {"kind": "leave", "first": "2026-12-07", "last": "2026-12-08"})
    assert refused.status_code == 422


def test_the_same_leave_asked_for_twice_is_entered_once(office):
    office.has("leave")
    for _time in range(2):
        office.begins("leave", DAYS, form="leave-request", requester=office.jonas).approve("approve").ends()
    assert Absence.objects.count() == 1
