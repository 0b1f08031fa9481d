from datetime import UTC, datetime, timedelta

import pytest

from sira.people.automation import automation
from sira.people.models import Person, SupportGroup
from sira.people.tests.cast import a_person, an_agent
from sira.plumbing.refusals import NotAllowed
from sira.workforce import availability, calling, exchange, incoming, planning
from sira.workforce.absences import ask_leave, record_absence
from sira.workforce.models import Absence, Shift
from sira.workforce.refusals import BadRow

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
WEEKS = (MONDAY.date() - timedelta(days=31), MONDAY.date() + timedelta(weeks=12))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def nadia():
    return an_agent(mail="nadia@example.org", time_zone="Asia/Tehran")


def a_plan(nadia) -> list[exchange.Row]:
    planning.add_shift(nadia, starts_at=MONDAY, ends_at=MONDAY + 8 * HOUR, note="=cmd()", by=automation(), at=MONDAY)
    record_absence(nadia, "leave", starts_at=MONDAY + DAY, ends_at=MONDAY + 3 * DAY, by=automation(), at=MONDAY)
    ask_leave(nadia, starts_at=MONDAY + 9 * DAY, ends_at=MONDAY + 10 * DAY, by=nadia, at=MONDAY)
    return exchange.rows_between([nadia.pk], MONDAY, MONDAY + 30 * DAY, in_full=True)


def forget() -> None:
    Shift.objects.all().delete()
    Absence.objects.all().delete()


def test_what_goes_out_as_csv_comes_in_again_once(nadia):
    rows = a_plan(nadia)
    assert [row.kind for row in rows] == ["work", "leave"]
    text = exchange.to_csv(rows)
    assert "'=cmd()" in text
    forget()
    for _twice in range(2):
        assert exchange.take_in(incoming.read_csv(text), by=automation(), at=MONDAY) == 2
    again = exchange.rows_between([nadia.pk], MONDAY, MONDAY + 30 * DAY, in_full=True)
    assert [(row.kind, row.starts_at, row.ends_at) for row in again] == [
        (row.kind, row.starts_at, row.ends_at) for row in rows
    ]


def test_what_goes_out_as_icalendar_comes_in_again(nadia):
    rows = a_plan(nadia)
    content = exchange.to_ical(rows, at=MONDAY)
    forget()
    assert exchange.take_in(incoming.read_ical(content, WEEKS), by=automation(), at=MONDAY) == 2
    assert exchange.rows_between([nadia.pk], MONDAY, MONDAY + 30 * DAY, in_full=True) == rows


@pytest.mark.parametrize("form", ["csv", "ical"])
def test_what_began_between_two_seconds_is_there_once_after_its_export_comes_in(nadia, form):
    now = MONDAY + timedelta(seconds=21, microseconds=974301)
    planning.add_shift(nadia, kind="on_call", starts_at=now, ends_at=now + DAY, by=automation(), at=now)
    record_absence(nadia, "sick", starts_at=now, ends_at=now + DAY, by=nadia, at=now)
    rows = exchange.rows_between([nadia.pk], MONDAY, MONDAY + 30 * DAY, in_full=True)
    read = {
        "csv": lambda: incoming.read_csv(exchange.to_csv(rows)),
        "ical": lambda: incoming.read_ical(exchange.to_ical(rows, at=now), WEEKS),
    }[form]
    exchange.take_in(read(), by=automation(), at=now)
    assert (Shift.objects.count(), Absence.objects.count()) == (1, 1)


@pytest.mark.parametrize("form", ["csv", "ical"])
def test_who_is_called_for_which_group_and_as_the_how_manyeth_goes_out_and_comes_in(nadia, form):
    berk = an_agent("Berk", mail="berk@example.org")
    it, hr = (SupportGroup.objects.create(key=key, name=key.upper()) for key in ("it", "hr"))
    for person, group, step in ((nadia, it, 2), (nadia, hr, 1), (berk, it, 1)):
        duty = {"starts_at": MONDAY, "ends_at": MONDAY + DAY, "group": group, "step": step}
        planning.add_shift(person, kind="on_call", **duty, by=automation(), at=MONDAY)
    rows = exchange.rows_between([nadia.pk, berk.pk], MONDAY, MONDAY + 30 * DAY, in_full=True)
    given = exchange.to_csv(rows) if form == "csv" else exchange.to_ical(rows, at=MONDAY)
    forget()
    for _twice in range(2):
        read = incoming.read_csv(given) if form == "csv" else incoming.read_ical(given, WEEKS)
        assert exchange.take_in(read, by=automation(), at=MONDAY) == 3
        assert Shift.objects.count() == 3
    chains = [availability.on_call(group.pk, MONDAY) for group in (it, hr)]
    assert chains == [[berk.pk, nadia.pk], [nadia.pk]]


def test_a_file_that_comes_back_leaves_the_turns_on_call_as_they_are(nadia):
    group = SupportGroup.objects.create(key="it", name="IT")
    others = [nadia, an_agent("Berk", mail="berk@example.org")]
    calling.agree(group, others, since=MONDAY.date(), time_zone="UTC", steps=2, by=automation(), at=MONDAY)
    rows = exchange.rows_between([one.pk for one in others], MONDAY, MONDAY + 30 * DAY, in_full=True)
    before = set(Shift.objects.values_list("pk", flat=True))
    exchange.take_in(incoming.read_csv(exchange.to_csv(rows)), by=automation(), at=MONDAY)
    assert set(Shift.objects.values_list("pk", flat=True)) == before


def on_call_row(group: str, step: str = "") -> str:
    times = f"{MONDAY.isoformat()},{(MONDAY + DAY).isoformat()}"
    return f"person,kind,starts_at,ends_at,Grup,Sıra\nnadia@example.org,nöbet,{times},{group},{step}\n"


@pytest.mark.parametrize("name", ["it", "IT support", "bt destek"])
def test_a_group_of_a_file_is_known_by_its_key_and_by_its_names(nadia, name):
    SupportGroup.objects.create(key="it", name="IT Support", names={"tr": "BT Destek"})
    exchange.take_in(incoming.read_csv(on_call_row(name, "۲")), by=automation(), at=MONDAY)
    assert Shift.objects.values_list("group__key", "step").get() == ("it", 2)


def test_a_group_that_is_not_known_or_not_ones_own_and_a_place_that_cannot_be_are_refused_by_words(nadia):
    SupportGroup.objects.create(key="hr", name="HR")
    lead = a_person("Ewa", role=Person.Role.LEAD)
    for by, row, told in (
        (automation(), on_call_row("it"), "You plan for no group of this key or name: it."),
        (lead, on_call_row("hr"), "You plan for no group of this key or name: hr."),
        (automation(), on_call_row("hr", "6"), "A place in the chain is a number from 1 to 5: 6."),
    ):
        with pytest.raises(BadRow) as caught:
            exchange.take_in(incoming.read_csv(row), by=by, at=MONDAY)
        assert str(caught.value) == f"Row 2: {told} Nothing was taken over."
    assert not Shift.objects.exists()


def test_times_without_a_zone_are_the_persons_own(nadia):
    text = "person,kind,starts_at,ends_at\nNadia@example.org,work,2026-11-23 08:00,2026-11-23 16:00\n"
    exchange.take_in(incoming.read_csv(text), by=automation(), at=MONDAY)
    assert Shift.objects.get().starts_at == datetime(2026, 11, 23, 4, 30, tzinfo=UTC)


@pytest.mark.parametrize("row", [
    "nobody@example.org,work,2026-11-23T08:00,2026-11-23T16:00",
    "nadia@example.org,holiday,2026-11-23T08:00,2026-11-23T16:00",
    "nadia@example.org,work,yesterday,2026-11-23T16:00",
    "nadia@example.org",
])  # fmt: skip
def test_one_bad_row_takes_in_nothing(nadia, row):
    good = "nadia@example.org,work,2026-11-23T08:00,2026-11-23T16:00"
    with pytest.raises(BadRow):
        exchange.take_in(
            incoming.read_csv(f"person,kind,starts_at,ends_at\n{good}\n{row}\n"), by=automation(), at=MONDAY
        )
    assert not Shift.objects.exists()


def test_agents_take_in_nothing(nadia):
    with pytest.raises(NotAllowed):
        exchange.take_in([], by=nadia, at=MONDAY)


def test_a_thousand_rows_are_entered_in_a_handful_of_statements(nadia, django_assert_max_num_queries):
    lines = ["person,kind,starts_at,ends_at"]
    for day in range(500):
        starts = MONDAY + day * DAY
        lines.append(f"nadia@example.org,work,{starts.isoformat()},{(starts + 8 * HOUR).isoformat()}")
        lines.append(f"nadia@example.org,sick,{starts.isoformat()},{(starts + HOUR).isoformat()}")
    rows = list(incoming.read_csv("\n".join(lines)))
    with django_assert_max_num_queries(14):
        exchange.take_in(rows, by=automation(), at=MONDAY)
    assert (Shift.objects.count(), Absence.objects.count()) == (500, 500)
