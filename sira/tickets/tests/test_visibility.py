"""Who sees what."""

import pytest

from sira.people.models import Organisation, Person
from sira.tickets import conversation, search
from sira.tickets.messages import Said
from sira.tickets.models import Message, Ticket
from sira.tickets.tests.cast import Desk, a_person, holding, monday


@pytest.fixture
def tickets(desk: Desk) -> dict[str, Ticket]:
    """One in IT with a note, one in HR asked by an IT agent with a note about them."""
    it = desk.ticket(requester=desk.hannah)
    hr = desk.ticket(requester=desk.jonas, category="payroll")
    conversation.note(it, Said(text="Hannah is impatient."), by=desk.ayse, at=monday(10))
    conversation.note(hr, Said(text="Jonas gets a warning."), by=desk.zeynep, at=monday(10))
    return {"it": it, "hr": hr}


def sees(person: Person) -> set[str]:
    return set(Ticket.objects.visible_to(person).values_list("number", flat=True))


def reads(person: Person) -> set[str]:
    return set(Message.objects.visible_to(person).values_list("text", flat=True))


def test_a_requester_sees_their_own_and_no_notes(desk: Desk, tickets: dict[str, Ticket]):
    assert sees(desk.hannah) == {tickets["it"].number}
    assert "Hannah is impatient." not in reads(desk.hannah)
    assert sees(desk.tom) == set()


def test_an_agent_sees_the_groups_they_belong_to(desk: Desk, tickets: dict[str, Ticket]):
    assert sees(desk.zeynep) == {tickets["hr"].number}
    assert sees(desk.ayse) == {tickets["it"].number}


def test_an_agent_who_asked_another_group_reads_no_notes_there(desk: Desk, tickets: dict[str, Ticket]):
    assert tickets["hr"].number in sees(desk.jonas)
    assert "Jonas gets a warning." not in reads(desk.jonas)
    assert "Hannah is impatient." in reads(desk.jonas)


def test_managers_and_administrators_see_all(desk: Desk, tickets: dict[str, Ticket]):
    for role in (Person.Role.MANAGER, Person.Role.ADMINISTRATOR):
        assert len(sees(a_person(f"{role} Person", role=role))) == 2


def test_an_organisation_shares_only_where_it_is_allowed(desk: Desk, tickets: dict[str, Ticket]):
    omar = a_person("Omar Haddad", organisation=desk.halden)
    assert sees(omar) == set()
    desk.halden.shares_tickets = True
    desk.halden.save()
    assert sees(Person.objects.get(pk=omar.pk)) == {tickets["it"].number}


@pytest.mark.parametrize("asked_by", ["agent", "agent whose house shares", "requester", "made role", "administrator"])
def test_the_search_finds_by_words_number_and_name_what_may_be_seen(
    desk: Desk, tickets: dict[str, Ticket], asked_by: str
):
    shares = Organisation.objects.create(name="Rigel", kind="customer", shares_tickets=True)
    person = {
        "agent": desk.zeynep,
        "agent whose house shares": a_person("Nora Lind", role="agent", organisation=shares),
        "requester": desk.tom,
        "made role": holding(a_person("Omar Haddad", role="agent"), "work", by=desk.ada, group=desk.hr),
        "administrator": desk.ada,
    }[asked_by]
    mine = desk.ticket(requester=a_person("Hannes Ott", organisation=shares), category="payroll")
    rows = {**tickets, "mine": mine}
    for typed in ("drops", "impatient", "warning", *(str(one.pk) for one in rows.values()), "hann", "jonas"):
        found = search.find(typed, person)
        told = {one.number for one in (*found.direct, *found.of_people, *(hit.ticket for hit in found.hits))}
        assert told <= sees(person), typed
    words = {hit.ticket.number for hit in search.find("drops", person).hits}
    assert words == sees(person) and bool(words) == (asked_by != "requester")
    notes = {word for word in ("impatient", "warning") if search.find(word, person).hits}
    assert notes == {word for word in ("impatient", "warning") if any(word in text for text in reads(person))}


def test_a_ticket_in_which_it_was_said_often_is_found_once(desk: Desk):
    """With the newest message of it, on the first page that has one."""
    first = desk.ticket(subject="Zebra", category="payroll", said=Said(text="A zebra."))
    for number in range(search.PAGE + 5):
        conversation.note(first, Said(text=f"Zebra {number}."), by=desk.zeynep, at=monday(10))
    others = [
        desk.ticket(subject="Cage", category="payroll", said=Said(text="Another zebra."))
        for _each in range(search.PAGE + 5)
    ]
    conversation.note(first, Said(text="The last zebra."), by=desk.zeynep, at=monday(11))
    pages, before = [], None
    for _page in range(10):
        found = search.find("zebra", desk.zeynep, before=before)
        pages.append([hit.ticket.number for hit in found.hits])
        before = found.older
        if before is None:
            break
    numbers = [number for page in pages for number in page]
    assert sorted(numbers) == sorted(one.number for one in [first, *others])
    assert numbers[0] == first.number and len(pages) == 2
    by_number = search.find(str(first.pk), desk.zeynep)
    assert [one.number for one in by_number.direct] == [first.number]
    assert first.number not in [hit.ticket.number for hit in by_number.hits]


def test_a_ticket_that_is_found_by_its_number_is_not_found_again_by_its_words_on_an_older_page(desk: Desk):
    first = desk.ticket(subject="Cage", category="payroll")
    conversation.note(first, Said(text=f"See {first.pk}."), by=desk.zeynep, at=monday(10))
    for _each in range(search.PAGE):
        desk.ticket(subject="Cage", category="payroll", said=Said(text=f"As in {first.pk}."))
    newest = search.find(str(first.pk), desk.zeynep)
    assert [one.number for one in newest.direct] == [first.number] and len(newest.hits) == search.PAGE
    older = search.find(str(first.pk), desk.zeynep, before=newest.older)
    assert (older.direct, older.hits) == ([], [])


def test_pages_full_of_what_is_listed_already_still_lead_to_older_ones(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(search, "MOST_PAGES", 1)
    older = desk.ticket(subject="Cage", category="payroll", said=Said(text="An okapi."))
    often = desk.ticket(subject="Cage", category="payroll", said=Said(text="Another okapi."))
    for _each in range(2 * search.PAGE):
        conversation.note(often, Said(text="The okapi again."), by=desk.zeynep, at=monday(10))
    first = search.find("okapi", desk.zeynep)
    second = search.find("okapi", desk.zeynep, before=first.older)
    third = search.find("okapi", desk.zeynep, before=second.older)
    assert not second.hits and second, "or the page would say that nothing was found"
    assert [hit.ticket.number for hit in [*first.hits, *third.hits]] == [often.number, older.number]


def test_who_takes_part_sees_it(desk: Desk, tickets: dict[str, Ticket]):
    conversation.add_participant(tickets["it"], desk.tom, kind="copy", by=desk.ayse, at=monday(11))
    assert sees(desk.tom) == {tickets["it"].number}


@pytest.mark.parametrize("right", ["work", "see_all"])
def test_a_made_role_opens_the_group_or_the_customer_it_was_given_for_and_no_more(
    desk: Desk, tickets: dict[str, Ticket], right: str
):
    of_hr = holding(a_person("Hanna Hr"), right, by=desk.ada, group=desk.hr)
    assert sees(of_hr) == {tickets["hr"].number}
    assert "Jonas gets a warning." in reads(of_hr) and "Hannah is impatient." not in reads(of_hr)
    of_halden = holding(a_person("Hal Den"), right, by=desk.ada, organisation=desk.halden)
    assert sees(of_halden) == {tickets["it"].number}
    both = holding(desk.zeynep, right, by=desk.ada, organisation=desk.halden)
    assert sees(both) == {tickets["it"].number, tickets["hr"].number}


def test_a_made_role_everywhere_is_the_right_everywhere(desk: Desk, tickets: dict[str, Ticket]):
    assert len(sees(holding(a_person("Ann All"), "see_all", by=desk.ada))) == 2
    free = holding(a_person("Fred Free"), "work", by=desk.ada)
    assert sees(free) == set()
    Ticket.objects.filter(pk=tickets["it"].pk).update(group=None)
    assert sees(free) == {tickets["it"].number}
