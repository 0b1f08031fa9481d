"""A group of fields that repeats, in a real browser: where the keys go when a row comes or goes."""

from playwright.sync_api import expect

TRIP = """
from django.utils import timezone
from sira.catalogue.models import RequestType
from sira.forms import publishing
from sira.people.automation import automation

name = {"type": "textfield", "id": "n", "key": "name", "label": "Name"}
people = {"type": "dynamiclist", "id": "t", "path": "travellers", "label": "Travellers", "components": [name]}
publishing.publish("trip", {"components": [people]}, by=automation(), at=timezone.now())
offered = RequestType.objects.get(key="report-a-problem")
offered.pk, offered.key, offered.name, offered.form_key = None, "trip", "Trip", "trip"
offered.save()
"""


def test_focus_goes_on_when_a_row_is_taken_away(desk, visitor):
    desk.django(TRIP)
    tom = visitor().sign_in("tom")
    page = tom.go("/portal/ask/trip/")
    rows, add = page.locator(".form-row"), page.locator("[name='answer.travellers.add']")
    add.click()
    expect(rows).to_have_count(2)
    rows.last.get_by_label("Name").fill("Grace")
    rows.first.locator(".take").click()
    expect(rows).to_have_count(1)
    expect(rows.get_by_label("Name")).to_be_focused()
    expect(rows.get_by_label("Name")).to_have_value("Grace")
    rows.locator(".take").click()
    expect(rows).to_have_count(0)
    expect(add).to_be_focused()
    assert tom.errors == []
