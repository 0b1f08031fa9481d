import pytest

from sira.catalogue import asking, offering
from sira.catalogue.models import RequestType
from sira.forms import publishing
from sira.people import roles
from sira.people.automation import automation
from sira.people.models import Organisation
from sira.people.tests.cast import NOON, a_person, an_administrator, an_agent
from sira.plumbing.refusals import NotAllowed
from sira.tickets.models import Category, Ticket, TicketType

pytestmark = pytest.mark.django_db


def a_ticket_type() -> TicketType:
    return TicketType.objects.get_or_create(key="request", defaults={"prefix": "REX", "name": "Request"})[0]


def a_request_type(key="laptop", **more) -> RequestType:
    values = {"name": "New laptop", "names": {"tr": "Yeni dizüstü"}, "type": a_ticket_type()} | more
    return offering.offer(key, by=an_administrator(), **values)


def keys(offered) -> list[str]:
    return [one.key for one in offered if one.key.startswith("t-")]


def test_each_sees_what_they_are_offered():
    works = Organisation.objects.create(name="Works")
    hall = Organisation.objects.create(name="Hall 2", parent=works)
    a_request_type("t-public", audience="public", order=1)
    a_request_type("t-all", audience="everybody", order=2)
    a_request_type("t-works", audience="organisations", organisations=[works], order=3)
    assert keys(RequestType.objects.open_to_all()) == ["t-public"]
    assert keys(RequestType.objects.offered_to(a_person())) == ["t-public", "t-all"]
    assert keys(RequestType.objects.offered_to(a_person(organisation=hall))) == ["t-public", "t-all", "t-works"]
    assert keys(RequestType.objects.offered_to(an_agent())) == ["t-public", "t-all", "t-works"]
    role = roles.make_role("partner", name="Partner", rights_of_it=["work"], by=automation())
    for number, (house, offered) in enumerate(((hall, ["t-works"]), (Organisation.objects.create(name="Other"), []))):
        partner = a_person(f"Partner {number}")
        roles.give_role(partner, role, organisation=house, by=automation())
        partner.refresh_from_db()
        assert keys(RequestType.objects.offered_to(partner)) == ["t-public", "t-all", *offered]


def test_what_is_withdrawn_is_not_offered():
    request_type = a_request_type("t-old")
    offering.withdraw(request_type, by=an_administrator())
    assert not keys(RequestType.objects.offered_to(a_person()))


def test_only_an_administrator_changes_what_is_offered():
    with pytest.raises(NotAllowed):
        offering.offer("t", name="T", type=a_ticket_type(), by=an_agent())


def test_a_request_without_its_form_is_not_offered():
    with pytest.raises(offering.NoForm):
        a_request_type("t", form_key="nowhere")


def test_a_subject_nobody_wrote_names_the_request_and_its_respect():
    publishing.publish(
        "laptop",
        {
            "components": [
                {
                    "type": "select",
                    "key": "model",
                    "label": "Which one?",
                    "values": [{"value": "light", "label": "Light"}],
                    "properties": {"label:tr": "Hangisi?", "option:light:tr": "Hafif", "in_subject": "yes"},
                },
                {"type": "textarea", "key": "description", "label": "More"},
            ]
        },
        by=an_administrator(),
        at=NOON,
    )
    request_type = a_request_type(form_key="laptop")
    wording = asking.word(
        request_type, asking.form_of(request_type), {"model": "light", "description": "Bitte"}, language="tr"
    )
    assert wording.subject == "Yeni dizüstü: Hafif"
    assert wording.text == "Bitte\n\nHangisi? Hafif"
    assert wording.fields == {"model": "light", "_request": "laptop", "_form": ["laptop", 1]}


def test_words_levels_and_category_become_the_tickets_own():
    category = Category.objects.create(key="t-category", name="T")
    values = {"subject": "No light", "impact": "high", "urgency": "low", "category": "t-category"}
    wording = asking.word(a_request_type(), None, values, language="en")
    assert (wording.subject, wording.impact, wording.urgency) == ("No light", Ticket.Level.HIGH, Ticket.Level.LOW)
    assert wording.category == category
    assert wording.fields == {"_request": "laptop"}
    assert wording.text == "No light"
