from django.urls import reverse

from sira.processes import versions
from sira.processes.models import Instance, ProcessVersion
from sira.tickets.tests.cast import PACK, monday

SHIPPED = (PACK / "ticket.bpmn").read_text("utf-8")


def address(version):
    return reverse("studio:move", args=["ticket", version])


def test_a_look_says_where_each_would_go_and_changes_nothing(desk, ada, client):
    tickets = [desk.ticket(subject=f"No {number}") for number in range(3)]
    new = versions.install(SHIPPED.replace('name="Acknowledge"', 'name="Say hello"'), by=desk.ada, at=monday(10))
    page = ada.get(address(1))
    assert page.status_code == 200
    assert (page.context["count"], page.context["fitting"]) == (3, 3)
    assert [(one["name"], one["goes"], one["number"]) for one in page.context["steps"]] == [("Work", "Work", 3)]
    assert set(Instance.objects.values_list("version__version", flat=True)) == {1}

    moved = ada.post(address(1), {"to": new.version}, follow=True)
    assert set(Instance.objects.values_list("version__version", flat=True)) == {2}
    assert '<a href="/studio/processes/ticket/?version=2">version 2</a>' in moved.content.decode()
    assert len(tickets) == 3
    client.force_login(desk.jonas)
    assert client.get(address(1)).status_code == 403


def test_what_has_no_place_can_be_given_one(desk, ada):
    desk.ticket()
    changed = SHIPPED.replace('"work"', '"labour"').replace(">work<", ">labour<")
    new = versions.install(changed.replace('value="labour"', 'value="work"'), by=desk.ada, at=monday(10))
    page = ada.get(address(1), {"to": new.version})
    assert page.context["fitting"] == 0 and page.context["steps"][0]["goes"] == ""
    page = ada.get(address(1), {"to": new.version, "map.work": "labour"})
    assert page.context["fitting"] == 1
    assert ada.post(address(1), {"to": new.version, "map.work": "labour"}).status_code == 302
    assert Instance.objects.get().version.version == new.version
    assert ProcessVersion.objects.count() == 2
