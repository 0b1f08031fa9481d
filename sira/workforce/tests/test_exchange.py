from datetime import UTC, datetime, timedelta

import pytest

from sira.people.automation import automation
from sira.people.tests.cast import an_agent
from sira.plumbing.refusals import NotAllowed
from sira.workforce import exchange, incoming, planning
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
