"""What the history tells of steps, in the language of whoever reads it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from sira.processes.models import Incident
from sira.processes.tests.drawing import drawing, end, service, start, user
from sira.tickets import assigning, finishing, lifecycle, operating, requested
from sira.tickets.models import HistoryEntry, Ticket
from sira.tickets.refusals import NotReady
from sira.tickets.tests.cast import monday
from sira.tickets.tests.office import Office, headers, task, task_of
from sira.tickets.tests.test_desk_blocks import one
from sira.tickets.wording import tell
from sira.tickets.worksheet import on_desk

TURKISH = {"name__tr": "Sözleşmeyi yaz", "name__en": ""}


@pytest.fixture
def office(db: None) -> Office:
    return Office()


def told(ticket: Ticket, language: str, kind: str = HistoryEntry.Kind.TASK) -> list[str]:
    with translation.override(language):
        return [each.words for each in tell(ticket.history.filter(fact__kind=kind).order_by("id"))]


def test_a_task_that_was_done_is_called_as_the_readers_language_calls_it(office: Office):
    ticket = office.asks(one(task("it", "work", groups="it", **TURKISH)), group=office.it)
    finishing.finish(task_of(ticket, "task"), by=office.jonas, outcome={"result": "done"}, at=monday(10))
    assert told(ticket, "tr")[-1].startswith("Jonas Weber: Sözleşmeyi yaz: ")
    assert told(ticket, "en")[-1].endswith(": It: done") and ": It: " in told(ticket, "pl")[-1]


def test_a_refusal_names_the_missing_task_as_the_readers_language_does(office: Office):
    ticket = office.asks(one(task("it", "work", groups="it", **TURKISH)), group=office.it)
    with translation.override("tr"), pytest.raises(NotReady) as refused:
        lifecycle.resolve(ticket, by=office.jonas, resolution="Bitti.", at=monday(10))
    assert "Sözleşmeyi yaz" in refused.value.details["tasks"]


def test_who_takes_a_ticket_is_not_told_to_have_been_given_it(office: Office):
    ticket = office.asks(one(task("it", "work", groups="it")), group=office.it)
    assigning.take(ticket, by=office.jonas, at=monday(10))
    assert told(ticket, "en", HistoryEntry.Kind.ASSIGNED)[-1] == "Jonas Weber: took it over"
    assert told(ticket, "tr", HistoryEntry.Kind.ASSIGNED)[-1] == "Jonas Weber: işi üstüne aldı"
    assigning.assign(ticket, group=office.it, agent=office.ayse, by=office.jonas, at=monday(11))
    assert told(ticket, "en", HistoryEntry.Kind.ASSIGNED)[-1] == f"Jonas Weber: given to {office.ayse}"


def test_who_opens_a_ticket_that_is_dealt_to_them_is_not_told_to_have_taken_it(office: Office):
    ticket = office.asks(one(task("it", "work", groups="it")), group=office.it)
    with on_desk(ticket, by=office.jonas, at=monday(10)) as sheet:
        assigning.give(sheet, group=office.it, agent=office.jonas, how="routed")
    assert told(ticket, "en", HistoryEntry.Kind.ASSIGNED)[-1] == "given to Jonas Weber"


def test_an_approval_is_too(office: Office):
    ticket = office.asks(one(task("it", "approve", who=f"={office.ayse.pk}", name__tr="Onayla")))
    assert told(ticket, "tr", HistoryEntry.Kind.APPROVAL)[0].startswith("Onayla: ")
    assert told(ticket, "en", HistoryEntry.Kind.APPROVAL)[0].startswith("It: ")


def test_persian_lists_people_with_its_own_comma(office: Office):
    asked = f"=[{office.ayse.pk}, {office.zeynep.pk}]"
    ticket = office.asks(one(task("it", "approve", who=asked)))
    assert "، " in told(ticket, "fa", HistoryEntry.Kind.APPROVAL)[0]
    assert ", " in told(ticket, "pl", HistoryEntry.Kind.APPROVAL)[0]


def test_an_answer_of_its_own_is_told_by_the_word_of_its_button(office: Office):
    own = {"results": "gone=Not possible; done=Done", "results__tr": "gone=Olmuyor; done=Bitti"}
    ticket = office.asks(one(task("it", "work", groups="it", **own)), group=office.it)
    finishing.finish(task_of(ticket, "task"), by=office.jonas, outcome={"result": "gone"}, at=monday(10))
    assert told(ticket, "en")[-1].endswith(": It: Not possible")
    assert told(ticket, "tr")[-1].endswith(": It: Olmuyor")


def test_what_was_kept_before_steps_were_named_is_told_as_it_is(office: Office):
    ticket = office.asks(one(task("it", "work", groups="it", **TURKISH)), group=office.it)
    entry = ticket.history.order_by("id")[0]
    entry.fact.kind, entry.fact.facts = HistoryEntry.Kind.TASK, {"task": 0, "name": "Long gone", "outcome": {}}
    with translation.override("tr"):
        assert tell([entry])[0].words.endswith(": Long gone: ")
    entry.fact.kind = HistoryEntry.Kind.INCIDENT
    entry.fact.facts = {"act": "moved", "element": "Set", "to": "Work"}
    with translation.override("tr"):
        assert "Set" in tell([entry])[0].words and "Work" in tell([entry])[0].words


def test_a_stuck_step_and_where_it_went_on_are_called_so_too(office: Office):
    given = headers(category="nowhere", name__tr="Ata")
    source = drawing(
        start(), service("set", "sira:set", extension=given), user("work", extension=headers(name__tr="Çalış")), end(),
        key="purchase", ways="start > set > work > end",
    )  # fmt: skip
    ticket = office.asks(source, group=office.it)
    operating.move(Incident.objects.get(), "work", by=office.ada, at=monday(10))
    assert "“Ata”" in told(ticket, "tr", HistoryEntry.Kind.INCIDENT)[-1]
    assert "“Çalış”" in told(ticket, "tr", HistoryEntry.Kind.INCIDENT)[-1]
    assert "“Work” instead of “Set”" in told(ticket, "en", HistoryEntry.Kind.INCIDENT)[-1]


def test_a_history_without_tasks_asks_for_none(office: Office):
    ticket = office.asks(one(task("it", "work", groups="it", **TURKISH)), group=office.it)
    entries = list(ticket.history.select_related("fact"))
    with translation.override("tr"), CaptureQueriesContext(connection) as asked:
        tell(entries)
    assert not any("processes_task" in query["sql"] for query in asked)


KEPT = """<zeebe:properties><zeebe:property name="label:fate" value="How it ended"/>
<zeebe:property name="label:fate:fa" value="سرانجام"/>
<zeebe:property name="option:fate=gone away" value="Gone away"/>
<zeebe:property name="option:fate=gone away:fa" value="رفته"/></zeebe:properties>
<zeebe:ioMapping><zeebe:input source="=&quot;gone away&quot;" target="fields.fate"/>
<zeebe:input source="=&quot;Room 4&quot;" target="fields.place"/></zeebe:ioMapping>"""


def test_what_a_drawing_sets_itself_is_called_as_the_drawing_says(office: Office):
    source = drawing(
        start(), service("keep", "sira:set", extension=KEPT), user("work"), end(),
        key="purchase", ways="start > keep > work > end",
    )  # fmt: skip
    ticket = office.asks(source, group=office.it)
    assert ticket.fields["fate"] == "gone away" and not Incident.objects.exists()
    assert "How it ended from nothing to Gone away" in told(ticket, "en", HistoryEntry.Kind.CHANGED)[-1]
    assert "سرانجام" in told(ticket, "fa", HistoryEntry.Kind.CHANGED)[-1]
    assert "رفته" in told(ticket, "fa", HistoryEntry.Kind.CHANGED)[-1]
    assert requested.answers_of(ticket, None, "fa") == [("سرانجام", "رفته"), ("place", "Room 4")]
    assert requested.labels_of(ticket, ["place", "fate"], "fa") == {"place": "place", "fate": "سرانجام"}
