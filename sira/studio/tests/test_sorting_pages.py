"""Types, categories, services and what people ask for, by an administrator's hand."""

import pytest
from django.test import Client
from django.utils import timezone

from sira.catalogue.models import RequestType
from sira.tickets import editing
from sira.tickets.models import Category, Service, TicketType


@pytest.fixture
def ada(desk):
    client = Client()
    client.force_login(desk.ada)
    return client


def test_only_who_draws_says_what_tickets_are_sorted_by(desk, client):
    for person in (desk.jonas, desk.ayse, desk.hannah):
        client.force_login(person)
        for page in ("types", "categories", "services", "catalogue"):
            assert client.get(f"/studio/{page}/").status_code == 403
            assert client.post(f"/studio/{page}/new/", {"name": "Mine"}).status_code == 403
    assert not Category.objects.filter(name="Mine").exists()


def test_a_category_is_entered_by_its_name_alone_and_found_in_every_language(ada, client):
    above = Category.objects.get(key="hardware")
    given = {"name": "Yazıcı ve tarayıcı", "name_fa": "چاپگر", "parent": above.pk}
    assert ada.post("/studio/categories/new/", given).headers["Location"] == "/studio/categories/"
    found = Category.objects.get(key="yazici-ve-tarayici")
    assert (found.parent, found.names) == (above, {"fa": "چاپگر"})
    assert "Yazıcı ve tarayıcı" in ada.get("/studio/categories/").content.decode()
    ada.post("/studio/categories/new/", {"name": "Yazıcı ve tarayıcı"})
    assert Category.objects.filter(key="yazici-ve-tarayici-2").exists()


def test_a_category_is_not_put_below_itself(ada):
    above = Category.objects.create(key="above", name="Above")
    below = Category.objects.create(key="below", name="Below", parent=above)
    refused = ada.post("/studio/categories/of/above/", {"name": "Above, renamed", "parent": below.pk})
    assert refused.status_code == 422
    assert "stand below itself" in refused.content.decode() and "Above, renamed" in refused.content.decode()


def test_a_withdrawn_category_is_chosen_no_more_and_stays_on_what_has_it(ada, desk, client):
    old = Category.objects.create(key="fax", name="Fax machines")
    ticket, other = desk.ticket(category="fax", group=desk.it), desk.ticket(group=desk.it)
    told = ada.post("/studio/categories/of/fax/withdraw/", follow=True).content.decode()
    assert "/studio/categories/of/fax/offer/" in told and "not offered" in told
    client.force_login(desk.jonas)
    for of, offered in ((other, False), (ticket, True)):
        shown = client.get(f"/tickets/{of.number}/in-place/category/").content.decode()
        assert "Device" in shown
        assert ("Fax machines" in shown) == offered
    assert "Fax machines" not in client.get("/desk/new/").content.decode()
    ticket.refresh_from_db()
    assert ticket.category == old


def test_that_something_is_withdrawn_can_be_undone(ada, desk, client):
    Category.objects.create(key="fax", name="Fax machines")
    ada.post("/studio/categories/of/fax/withdraw/")
    ada.post("/studio/categories/of/fax/offer/")
    client.force_login(desk.jonas)
    assert "Fax machines" in client.get("/desk/new/").content.decode()


def test_history_tells_the_name_of_a_category_that_was_withdrawn(ada, desk, client):
    ticket, before = desk.ticket(category="", group=desk.it), Category.objects.create(key="fax", name="Fax machines")
    editing.set_fields(ticket, {"category": before}, seen={"category": None}, by=desk.jonas, at=timezone.now())
    editing.set_fields(ticket, {"category": None}, seen={"category": before.pk}, by=desk.jonas, at=timezone.now())
    ada.post("/studio/categories/of/fax/withdraw/")
    client.force_login(desk.jonas)
    assert client.get(f"/tickets/{ticket.number}/").content.decode().count("Fax machines") >= 2


def test_what_names_something_withdrawn_keeps_it_when_it_is_changed(ada):
    kind = TicketType.objects.create(key="visit", name="Visit", prefix="VIS")
    row = RequestType.objects.create(key="a-visit", name="A visit", type=kind)
    ada.post("/studio/types/of/visit/withdraw/")
    given = {"name": "A visitor", "icon": row.icon, "type": kind.pk, "audience": "everybody", "order": 50}
    assert ada.post("/studio/catalogue/of/a-visit/", given).status_code == 302
    assert ada.post("/studio/catalogue/new/", given).status_code == 422


def test_two_types_do_not_number_alike(ada, desk):
    taken = TicketType.objects.order_by("pk").first()
    given = {"name": "Visit", "letters": taken.prefix.lower()}
    refused = ada.post("/studio/types/new/", given)
    assert "Another type numbers its tickets so." in refused.content.decode()
    assert "Two to five capital letters" in ada.post("/studio/types/new/", given | {"letters": "V1"}).content.decode()
    more = {"letters": "vis", "mandatory_fields": ["category"], "needs_test": "on", "group": desk.hr.pk}
    ada.post("/studio/types/new/", given | more)
    made = TicketType.objects.get(key="visit")
    assert (made.prefix, made.mandatory_fields, made.needs_test, made.group) == ("VIS", ["category"], True, desk.hr)


def test_a_service_has_an_owner(ada, desk):
    ada.post("/studio/services/new/", {"name": "Payroll", "owner": desk.ayse.email})
    assert Service.objects.get(key="payroll").owner == desk.ayse


def test_people_ask_for_what_was_entered_until_it_is_not_offered(ada, desk, client):
    kind = TicketType.objects.order_by("pk").first()
    given = {
        "name": "Parking place", "name_pl": "Miejsce parkingowe", "description": "For a day or for good",
        "icon": "building-2", "type": kind.pk, "audience": "everybody", "order": 50, "is_offered": "on",
    }  # fmt: skip
    assert ada.post("/studio/catalogue/new/", given).status_code == 302
    row = RequestType.objects.get(key="parking-place")
    assert row.names == {"pl": "Miejsce parkingowe"}
    client.force_login(desk.hannah)
    assert "Parking place" in client.get("/portal/ask/").content.decode()
    ada.post("/studio/catalogue/of/parking-place/", given | {"is_offered": ""})
    assert "Parking place" not in client.get("/portal/ask/").content.decode()
    some = ada.post("/studio/catalogue/of/parking-place/", given | {"audience": "organisations"})
    assert "Choose at least one organisation" in some.content.decode()


def test_the_lists_ask_the_database_the_same_however_long_they_are(ada, desk, django_assert_max_num_queries):
    kind = TicketType.objects.order_by("pk").first()
    above = Category.objects.get(key="hardware")
    for number in range(60):
        Category.objects.create(key=f"c{number}", name=f"Category {number:02}", parent=above)
        Service.objects.create(key=f"s{number}", name=f"Service {number:02}", owner=desk.ayse)
        RequestType.objects.create(key=f"r{number}", name=f"Request {number:02}", type=kind, category=above)
    for page in ("types", "categories", "services", "catalogue"):
        with django_assert_max_num_queries(6):
            first = ada.get(f"/studio/{page}/")
        if page != "types":
            assert len(first.context["rows"]) == 50
            last = first.context["last"]
            second = ada.get(f"/studio/{page}/", {"after": last.name, "key": last.pk}).context["rows"]
            assert second and last not in second


def test_what_was_typed_stands_on_the_page_that_tells_that_the_session_ended(client):
    refused = client.post("/studio/categories/new/", {"name": "Yazıcı", "password": "never-shown"})
    shown = refused.content.decode()
    assert refused.status_code == 403 and "Signed out" in shown
    assert "Name: Yazıcı" in shown and "never-shown" not in shown


def test_a_long_name_that_came_by_text_can_be_kept_as_it_is(ada):
    long = "Category " * 13
    Category.objects.create(key="long", name=long.strip())
    assert ada.post("/studio/categories/of/long/", {"name": long.strip()}).status_code == 302
