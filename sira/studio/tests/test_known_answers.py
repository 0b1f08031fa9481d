"""What the forms of a drawing ask is chosen in its conditions by label, and told where no form asks for it."""

import pytest
from django.utils import translation

from sira.catalogue.models import RequestType
from sira.forms.models import FormVersion
from sira.processes.tests.drawing import drawing, end, gate, start, user
from sira.studio import conditions, linting
from sira.studio.views.beside import spoken_by
from sira.tickets.models import TicketType
from sira.tickets.tests.cast import monday

WORK = '<zeebe:taskHeaders><zeebe:header key="kind" value="work"/></zeebe:taskHeaders>'
PURCHASE = {
    "type": "default", "id": "buy", "name": "Purchase", "properties": {"name:tr": "Satın alma"}, "components": [
        {"type": "number", "id": "a", "key": "amount", "label": "Amount", "properties": {"label:tr": "Tutar"}},
        {"type": "datetime", "subtype": "date", "id": "d", "key": "needed", "dateLabel": "Needed on"},
        {"type": "select", "id": "k", "key": "kind", "label": "What for",
         "values": [{"value": "it", "label": "Computers"}, {"value": "desk", "label": "Furniture"}]},
        {"type": "checklist", "id": "m", "key": "for_whom", "label": "For whom",
         "values": [{"value": "me", "label": "Me"}]},
        {"type": "checkbox", "id": "b", "key": "urgent", "label": "It is urgent"},
        {"type": "textfield", "id": "s", "key": "subject", "label": "In a word"},
    ],
}  # fmt: skip


def published_form(desk, key, schema):
    given = {"schema": schema, "version": 1, "status": "published", "digest": key, "published_at": monday(9)}
    return FormVersion.objects.create(key=key, by=desk.ada, **given)


def begins_with(form, *steps, ways):
    said = f'<bpmn:extensionElements><zeebe:formDefinition formKey="{form}"/></bpmn:extensionElements>' if form else ""
    return drawing(start(event=said), *steps, ways=ways)


def test_what_the_form_at_the_start_asks_is_known_by_its_labels_and_kinds(desk):
    published_form(desk, "buy", PURCHASE)
    with translation.override("tr"):
        facts = {one.path: one for one in spoken_by(begins_with("buy", end(), ways="start > end"), "p").facts}
    amount = facts["ticket.fields.amount"]
    assert (amount.words, amount.group, amount.kind) == ("Tutar", "Baştaki form: Satın alma", "number")
    assert [facts[f"ticket.fields.{key}"].kind for key in ("needed", "kind", "for_whom", "urgent")] == [
        "day", "choice", "many", "yes_no",
    ]  # fmt: skip
    assert facts["ticket.fields.kind"].plain()["values"] == [["it", "Computers"], ["desk", "Furniture"]]
    assert "ticket.fields.subject" not in facts, "the ticket's own subject is that"


def test_the_form_of_the_portal_is_known_too(desk):
    published_form(desk, "buy", PURCHASE)
    kind = TicketType.objects.create(key="buy", name="Buy", prefix="BUY", process_key="p")
    RequestType.objects.create(key="buy", name="Buy", type=kind, form_key="buy")
    assert "ticket.fields.amount" in {
        one.path for one in spoken_by(begins_with("", end(), ways="start > end"), "p").facts
    }


@pytest.mark.parametrize(
    "text, words",
    [
        ("=ticket.fields.amount > 1000", "Holds if “Amount” is more than 1,000."),
        ('=ticket.fields.needed < "2026-12-01"', "Holds if “Needed on” is before “1 Dec 2026”."),
        ('=ticket.fields.kind = "desk"', "Holds if “What for” is “Furniture”."),
        ('=list contains(ticket.fields.for_whom, "me")', "Holds if “For whom” has “Me”."),
        ('=not(list contains(ticket.fields.for_whom, "me") = true)', "Holds if “For whom” does not have “Me”."),
        ("=ticket.fields.urgent != true", "Holds if “It is urgent” is no."),
    ],
)  # fmt: skip
def test_a_condition_on_an_answer_is_said_as_its_field_is_answered(desk, text, words):
    published_form(desk, "buy", PURCHASE)
    spoken = spoken_by(begins_with("buy", end(), ways="start > end"), "p")
    assert conditions.check(text, kind="condition", spoken=spoken) == conditions.Checked(True, words)


def test_a_comparison_is_said_in_the_order_of_the_readers_language(desk):
    published_form(desk, "buy", PURCHASE)
    spoken = spoken_by(begins_with("buy", end(), ways="start > end"), "p")
    with translation.override("tr"):
        told = conditions.check("=ticket.fields.amount > 1000", kind="condition", spoken=spoken).said
    assert "“Amount”, 1.000 değerinden büyük" in told


def said(source):
    return " | ".join(str(one.sentence) for one in linting.problems(source, "p"))


@pytest.mark.parametrize("form, told", [("buy", True), ("", False)])
def test_a_condition_on_a_field_that_no_form_asks_for_is_told_where_the_form_is_known(desk, form, told):
    published_form(desk, "buy", PURCHASE)
    steps = user("ask", extension=WORK), gate("g"), end(), end("dear")
    ways = "start > ask > g; g > dear if ticket.fields.price > 1000 and ticket.fields.amount > 5; g > end otherwise"
    words = said(begins_with(form, *steps, ways=ways))
    assert ("no form asks for “price”" in words) == told and "“amount”" not in words


def test_a_value_that_is_still_to_be_written_is_asked_for(desk):
    published_form(desk, "buy", PURCHASE)
    steps = user("ask", extension=WORK), gate("g"), end(), end("dear")
    ways = 'start > ask > g; g > dear if ticket.fields.amount > ""; g > end otherwise'
    source = begins_with("buy", *steps, ways=ways)
    assert [str(p.sentence) for p in linting.problems(source, "p") if p.stops] == [
        "it is not said yet what “Amount” is compared with"
    ]
    told = conditions.check('=ticket.fields.amount > ""', kind="condition", spoken=spoken_by(source, "p"))
    assert told == conditions.Checked(False, "Say what “Amount” is compared with.")


def test_a_drawing_that_begins_with_another_form_than_the_portals_is_told(desk):
    published_form(desk, "buy", PURCHASE)
    kind = TicketType.objects.create(key="buy", name="Buy", prefix="BUY", process_key="p")
    RequestType.objects.create(key="buy", name="Buy", type=kind, form_key="new-laptop")
    source = begins_with("buy", user("work"), end(), ways="start > work > end")
    assert "people fill in another form in the portal" in said(source)
    gone = linting.problems(begins_with("gone", user("work"), end(), ways="start > work > end"), "p")
    assert [str(one.sentence) for one in gone if one.stops] == ["the form “gone” is not published"]
