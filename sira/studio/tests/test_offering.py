"""A process that was drawn and published is put to use by a page, without a file or a command."""

import pytest
from django.urls import reverse

from sira.catalogue.models import RequestType
from sira.forms.models import FormVersion
from sira.intake.threading import TAG
from sira.people.models import Organisation
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


def test_a_withdrawn_type_comes_back_by_no_new_offer(desk, ada):
    versions.install(LEAVE, by=desk.ada, at=monday(9))
    old = TicketType.objects.create(key="old", name="Old", prefix="OLD", process_key="leave", is_offered=False)
    ada.post(reverse("studio:offer", args=["leave"]), {"name": "Leave", "audience": "everybody"})
    assert RequestType.objects.get(key="leave").type not in (None, old)


def test_only_administrators_offer(desk, client):
    versions.install(LEAVE, by=desk.ada, at=monday(9))
    client.force_login(desk.ayse)
    assert client.post(reverse("studio:offer", args=["leave"]), {"name": "Leave"}).status_code == 403


def test_what_is_offered_already_under_its_key_stays_as_it_is(desk, ada):
    versions.install(LEAVE, by=desk.ada, at=monday(9))
    other = RequestType.objects.create(key="leave", name="Leave the building", type=desk.incident)
    address = reverse("studio:offer", args=["leave"])
    for name in ("Leave", "Time off"):
        assert ada.post(address, {"name": name, "audience": "public"}).status_code == 302
    other.refresh_from_db()
    assert (other.name, other.type) == ("Leave the building", desk.incident)
    assert RequestType.objects.get(type__process_key="leave").name == "Time off"


def test_what_some_organisations_are_offered_is_not_opened_to_all_by_another_name(desk, ada):
    versions.install(LEAVE, by=desk.ada, at=monday(9))
    address, given = reverse("studio:offer", args=["leave"]), {"name": "Leave", "audience": "everybody"}
    assert ada.post(address, {**given, "audience": "organisations"}).status_code == 422
    ada.post(address, given)
    offer = RequestType.objects.get(key="leave")
    offer.organisations.add(organisation := Organisation.objects.create(name="Berg GmbH"))
    RequestType.objects.filter(pk=offer.pk).update(audience="organisations")
    assert '<option value="organisations" selected>' in ada.get(address).content.decode()
    assert ada.post(address, {"name": "Time off", "audience": "organisations"}).status_code == 302
    offer.refresh_from_db()
    assert (offer.name, offer.audience) == ("Time off", "organisations")
    assert list(offer.organisations.all()) == [organisation]


@pytest.mark.parametrize("name, prefix", [("Leave", "LEA"), ("İ", "REQ"), ("مرخصی", "MRK")])
def test_a_mail_can_name_its_tickets(desk, ada, name, prefix):
    """By letters alone, from two to five (intake.threading)."""
    versions.install(LEAVE, by=desk.ada, at=monday(9))
    TicketType.objects.get_or_create(prefix=prefix, defaults={"key": "other", "name": "Other"})
    ada.post(reverse("studio:offer", args=["leave"]), {"name": name, "audience": "public"})
    found = TicketType.objects.get(process_key="leave").prefix
    assert found == f"{prefix}A" and TAG.search(f"Re: [{found}-12] x")


def test_a_form_that_is_filled_in_to_ask_is_not_asked_for_again_unseen(desk, ada):
    form = {"type": "default", "components": [{"type": "datetime", "subtype": "date", "key": "from", "label": "From"}]}
    FormVersion.objects.create(
        key="days", version=1, status="published", schema=form, digest="1", published_at=monday(9), by=desk.ada
    )
    asks = (
        '<zeebe:assignmentDefinition assignee="=requester.id"/><zeebe:formDefinition formKey="days"/>'
        '<zeebe:taskHeaders><zeebe:header key="kind" value="ask"/></zeebe:taskHeaders>'
    )
    source = drawing(start(), user("which", extension=asks), end(), ways="start > which > end", key="leave")
    versions.install(source, by=desk.ada, at=monday(9))
    address, again = reverse("studio:offer", args=["leave"]), "take this block out"
    assert "it is filled in twice" in ada.get(address).content.decode()
    assert again not in ada.get("/studio/processes/leave/").content.decode()
    ada.post(address, {"name": "Leave", "audience": "everybody", "form_key": "days"})
    assert again in ada.get("/studio/processes/leave/").content.decode()
