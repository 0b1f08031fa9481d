"""A process that was drawn and published is put to use by a page, without a file or a command."""

from django.urls import reverse

from sira.catalogue.models import RequestType
from sira.processes import versions
from sira.processes.models import Instance, Task
from sira.processes.tests.drawing import drawing, end, start, user
from sira.tickets.models import Ticket, TicketType
from sira.tickets.tests.cast import monday

LEAVE = drawing(start(), user("work"), end(), ways="start > work > end", key="leave")


def test_a_published_process_is_offered_asked_for_and_leads_the_request(desk, ada, client):
    row = versions.draft(LEAVE, by=desk.ada, at=monday(9))
    address = reverse("studio:offer", args=["leave"])
    assert address in ada.get("/studio/processes/leave/").content.decode()
    given = {"name": "İzin isteği", "description": "Days off", "audience": "everybody"}
    refused = ada.post(address, given)
    assert refused.status_code == 422 and "Publish the process first" in refused.content.decode()
    assert "İzin isteği" in refused.content.decode(), "nothing typed is lost"
    versions.publish(row, by=desk.ada, at=monday(9))
    assert ada.post(address, given).status_code == 302
    kind = TicketType.objects.get(process_key="leave")
    assert (kind.key, kind.prefix, kind.name) == ("leave", "IZI", "İzin isteği")
    client.force_login(desk.tom)
    form = {"token": "1", "answer.subject": "Three days in May", "answer.description": "To see my parents."}
    client.post(reverse("portal:ask", args=["leave"]), form)
    ticket = Ticket.objects.get(type=kind)
    assert Instance.objects.get(subject=ticket.pk).version.key == "leave"
    assert Task.objects.get(subject=ticket.pk).element == "work"


def test_what_is_offered_is_changed_and_taken_out(desk, ada):
    versions.install(LEAVE, by=desk.ada, at=monday(9))
    address = reverse("studio:offer", args=["leave"])
    for name in ("Leave", "Time off"):
        ada.post(address, {"name": name, "audience": "public"})
    offer = RequestType.objects.get(key="leave")
    assert (offer.name, offer.audience, TicketType.objects.filter(process_key="leave").count()) == (
        "Time off",
        "public",
        1,
    )
    assert ada.post(reverse("studio:withdraw_offer", args=["leave"])).status_code == 302
    assert not RequestType.objects.get(key="leave").is_offered
    assert ada.get(reverse("studio:offer", args=["nothing"])).status_code == 404


def test_only_administrators_offer(desk, client):
    versions.install(LEAVE, by=desk.ada, at=monday(9))
    client.force_login(desk.ayse)
    assert client.post(reverse("studio:offer", args=["leave"]), {"name": "Leave"}).status_code == 403
