import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from sira.api import tokens
from sira.notifications import standing_in, writing
from sira.notifications.models import OutgoingMail
from sira.people.models import Membership
from sira.tickets.models import Message, Ticket, TicketType
from sira.tickets.tests.cast import MONDAY, a_person
from sira.workforce import absences, availability
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


def test_who_stands_in_is_told_from_when_to_when_in_their_language(office):
    office.has("leave")
    office.ada.language = "fa"
    office.ada.save(update_fields=["language"])
    named = DAYS | {"stand_in": office.ada.email}
    office.begins("leave", named, form="leave-request", requester=office.jonas).reject("approve").ends()
    earlier = {"first_day": "2026-12-01", "last_day": "2026-12-02"}
    office.begins("leave", earlier, form="leave-request", requester=office.jonas).approve("approve").ends()
    assert not told_to(office.ada)
    walk = office.begins("leave", named, form="leave-request", requester=office.jonas).approve("approve").ends()
    (notice,) = told_to(office.ada)
    assert notice.unseen and notice.subject == walk.ticket.pk and notice.language == "fa"
    subject, text, _html = writing.texts(notice, None)
    name = office.jonas.name
    assert subject.endswith(f"شما از ۱۶ آذر ۱۴۰۵ جانشین {name} هستید")
    kept_apart = f"\u2068{name}\u2069"  # Latin words in a Persian line keep their edges
    assert f"از ۱۶ آذر ۱۴۰۵ تا ۲۰ آذر ۱۴۰۵ شما جانشین {kept_apart} هستید." in text


def told_to(person):
    return list(OutgoingMail.objects.filter(person=person, kind="told"))


@pytest.mark.parametrize(
    ("language", "subject"),
    [("en", "Ask for leave: 7 Dec 2026, 11 Dec 2026"), ("fa", "درخواست مرخصی: ۱۶ آذر ۱۴۰۵، ۲۰ آذر ۱۴۰۵")],
)
def test_a_leave_is_called_by_its_days_as_the_requester_writes_them(office, client, language, subject):
    office.has("leave")
    office.jonas.language = language
    office.jonas.save(update_fields=["language"])
    client.force_login(office.jonas)
    days = {"answer.first_day": DAYS["first_day"], "answer.last_day": DAYS["last_day"]}
    assert client.post("/portal/ask/leave/", days).status_code == 302
    ticket = Ticket.objects.get(requester=office.jonas)
    assert ticket.subject == subject
    said = Message.objects.filter(ticket=ticket).earliest("pk").text
    assert "2026-12" not in said and subject.partition(": ")[2].split("، ")[0].split(", ")[0] in said


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


# Where somebody who works here could come upon a ticket; {asking} is a ticket of IT.
PLACES = (
    "/desk/queue/?queue=all",
    "/desk/queue/?queue=unassigned",
    "/desk/board/?queue=all",
    "/desk/find/?q=burnout",
    "/desk/commands/?q=burnout",
    "/tickets/{asking}/similar/",
    "/api/v1/tickets",
    "/api/v1/search?q=burnout",
)
ITS_OWN = ("/tickets/{number}/", "/tickets/{number}/peek/", "/tickets/{number}/why/", "/api/v1/tickets/{number}")


def test_nobody_of_another_group_comes_upon_why_somebody_is_away(office):
    office.has("leave")
    lina = a_person("Lina Lead", role="lead", time_zone="UTC")
    Membership.objects.create(group=office.it, person=lina, leads=True)
    office.ticket(subject="Burnout of a power supply", group=office.it)
    asking = office.ticket(subject="Burnout of that power supply and of doctors", group=office.it)
    board = figures(lina)
    kind = TicketType.objects.get(key="leave")
    leave = office.ticket(
        type=kind, requester=office.jonas, subject="Burnout, power gone, the doctor says", category="leave", fields=DAYS
    )
    assert (leave.group, leave.agent) == (office.hr, None)
    for reader, reads in ((lina, False), (office.zeynep, True), (office.ada, True)):
        client = Client()
        client.force_login(reader)
        headers = {"Authorization": f"Bearer {tokens.make('test', person=reader, at=MONDAY)[1]}"}
        for place in PLACES:
            path = place.format(asking=asking.number)
            answer = client.get(path, headers=headers if "/api/" in path else {})
            if reader == office.zeynep and place.startswith("/tickets/"):
                assert answer.status_code == 404
                continue
            shown = answer.content.decode()
            assert ("of a power supply" in shown) == (reader != office.zeynep), path
            assert ("the doctor says" in shown) == reads, path
        for place in ITS_OWN:
            path = place.format(number=leave.number)
            assert client.get(path, headers=headers if "/api/" in path else {}).status_code == (200 if reads else 404)
    assert figures(lina) == board
    assert Ticket.objects.visible_to(office.jonas).filter(pk=leave.pk).exists()
    assert not Ticket.objects.worked_by(office.jonas).filter(pk=leave.pk).exists()


def figures(reader):
    """Each number that the boards tell them, as it is exported too."""
    client = Client()
    client.force_login(reader)
    pages = [client.get(path).content.decode() for path in ("/boards/", "/boards/figures/", "/boards/figures.csv")]
    return [re.findall(r'data-count="\d+"', page) for page in pages[:2]], pages[2]


def test_leave_approved_on_the_page_is_told_to_who_stands_in_without_its_reason(office):
    office.zeynep.language = "tr"
    office.zeynep.save(update_fields=["language"])
    span = {"starts_at": datetime(2026, 12, 7, tzinfo=WARSAW), "ends_at": datetime(2026, 12, 9, tzinfo=WARSAW)}
    leave = absences.ask_leave(office.jonas, **span, stand_in=office.zeynep, by=office.jonas, at=MONDAY)
    mails = OutgoingMail.objects.filter(person=office.zeynep, kind__startswith="stands_in").order_by("id")
    assert not mails.exists()
    absences.decide_leave(leave, "approved", by=office.ada, at=MONDAY)
    (notice,) = mails
    subject, text, _html = writing.texts(notice, None)
    assert subject == "Jonas Weber burada olmayacak, vekili sizsiniz" and "7 Ara – 8 Ara" in text
    found = standing_in.about(office.zeynep, [notice])[notice.pk]
    assert (found.author, found.subject) == ("Jonas Weber", "7 Ara – 8 Ara")
    absences.end_absence(leave, by=office.ada, at=MONDAY)
    assert writing.texts(mails.last(), None)[0] == "Artık Jonas Weber için vekil değilsiniz"
