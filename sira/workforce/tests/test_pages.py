"""The team's pages answer, hide what they must, work without JavaScript and cost as many queries as written here."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import now

from sira.people.automation import automation
from sira.people.models import Membership, Person, SupportGroup
from sira.people.tests.cast import a_person, an_agent
from sira.shell import formats
from sira.workforce import ending, planning
from sira.workforce.absences import ask_leave, record_absence
from sira.workforce.models import Absence, Pattern, Presence, Shift, Swap

pytestmark = pytest.mark.django_db


@pytest.fixture
def it() -> SupportGroup:
    return SupportGroup.objects.create(key="it", name="IT", names={"tr": "Bilgi işlem"})


@pytest.fixture
def nadia(it) -> Person:
    return member(it, an_agent("Nadia Karimi", time_zone="UTC"))


@pytest.fixture
def ewa(it) -> Person:
    return member(it, a_person("Ewa Nowak", role=Person.Role.LEAD), leads=True)


def member(group: SupportGroup, person: Person, **more) -> Person:
    Membership.objects.create(group=group, person=person, **more)
    return person


@pytest.fixture
def page(client):
    def shown(person: Person, name: str, *args, **query) -> str:
        client.force_login(person)
        answer = client.get(reverse(name, args=args), query)
        assert answer.status_code == 200, answer.content.decode()
        return answer.content.decode()

    return shown


def test_the_week_shows_shifts_leave_and_presence(page, nadia, ewa):
    pattern = Pattern.objects.create(name="Office", weeks=[[[[540, 1020]]] * 7])
    planning.put_on_rota(
        nadia, pattern, since=date.today() - timedelta(days=10), by=automation(), at=now() - timedelta(10)
    )
    ask_leave(nadia, starts_at=now(), ends_at=now() + timedelta(days=1), by=nadia, at=now())
    shown = page(nadia, "workforce:team", group="it")
    assert 'data-entry="work"' in shown and 'data-entry="asked"' in shown
    assert "Nadia Karimi" in shown and "Ewa Nowak" in shown
    assert reverse("workforce:decide", args=[Absence.objects.get().pk]) not in shown


def test_who_plans_is_told_well_ahead_whose_shifts_end(page, it, nadia, ewa):
    ali, at = member(it, an_agent("Ali Safari")), now()
    pattern = Pattern.objects.create(name="Office", weeks=[[[[540, 1020]]] * 7])
    planning.put_on_rota(ali, pattern, since=date.today(), by=automation(), at=at)
    until = at + timedelta(weeks=4)
    planning.add_shift(nadia, starts_at=until, ends_at=until + timedelta(hours=8), by=automation(), at=at)
    assert "Shifts that end" not in page(ewa, "workforce:team", group="it")
    Shift.objects.filter(person=nadia).update(starts_at=at, ends_at=at + timedelta(days=9))
    shown = page(ewa, "workforce:team", group="it")
    assert "Nadia Karimi has no shifts after" in shown and "Ali Safari has" not in shown
    assert "Put the person on a pattern" in shown
    assert "Shifts that end" not in page(nadia, "workforce:team", group="it")
    Shift.objects.filter(person=nadia).update(is_cancelled=True)
    assert "Nadia Karimi works in shifts and has none planned" in page(ewa, "workforce:team", group="it")


def test_a_shift_until_midnight_is_of_the_day_that_ends_then(nadia):
    midnight = datetime(2026, 12, 3, tzinfo=UTC)
    assert "no shifts after 2 Dec:" in ending.said(nadia, midnight)
    assert "no shifts after 3 Dec:" in ending.said(nadia, midnight + timedelta(hours=6))


def test_a_colleague_reads_that_somebody_is_away_and_who_plans_reads_why(page, it, nadia, ewa):
    ali, at = member(it, an_agent("Ali Safari")), now()
    record_absence(ali, "sick", starts_at=at - timedelta(days=1), ends_at=at + timedelta(days=1), by=ewa, at=at)
    ask_leave(ali, starts_at=at, ends_at=at + timedelta(days=1), by=ali, at=at)
    for person, told in ((nadia, False), (ali, True), (ewa, True)):
        shown = page(person, "workforce:team", group="it")
        assert ('data-entry="sick"' in shown, 'data-entry="asked"' in shown) == (told, told), person
        assert ("Sick" in shown, 'data-entry="away"' in shown) == (told, not told), person
    exported = [page(person, "workforce:export", "csv") for person in (nadia, ewa)]
    assert ["sick" in one for one in exported] == [False, True] and ",away," in exported[0]


def test_other_groups_weeks_are_not_there(client, nadia):
    SupportGroup.objects.create(key="hr", name="HR")
    client.force_login(nadia)
    assert client.get(reverse("workforce:team"), {"group": "hr"}).status_code == 404
    assert client.get(reverse("workforce:export", args=["csv"]), {"group": "hr"}).status_code == 404


def test_a_shift_of_today_tells_its_day_too(page, nadia):
    morning = now().replace(hour=0, minute=5, second=0, microsecond=0)
    ends = {"starts_at": morning, "ends_at": morning + timedelta(hours=23, minutes=50)}
    shift = planning.add_shift(nadia, by=automation(), at=morning, **ends)
    told = re.sub(r"<[^>]*>", "", page(nadia, "workforce:mine"))
    assert f"{formats.full(morning, 'en', zone=UTC, year=False)} – 23:55" in told
    night = {"starts_at": morning + timedelta(hours=22), "ends_at": morning + timedelta(hours=30)}
    Shift.objects.filter(pk=shift.pk).update(**night)
    told = re.sub(r"<[^>]*>", "", page(nadia, "workforce:shift", shift.pk))
    both = [formats.full(one, "en", zone=UTC, year=False) for one in night.values()]
    assert " – ".join(both) in told


def test_who_only_asks_for_help_is_refused_and_strangers_sign_in(client):
    assert client.get(reverse("workforce:team")).status_code == 302
    client.force_login(a_person("Tom"))
    assert client.get(reverse("workforce:team")).status_code == 403


@pytest.mark.parametrize("name", ["workforce:team", "workforce:mine"])
def test_queries_of_each_page(client, nadia, ewa, name, django_assert_max_num_queries):
    for number in range(12):
        member(SupportGroup.objects.get(), an_agent(f"Agent {number}"))
    client.force_login(ewa)
    # Session, person; groups, members, shifts, absences, presence and why; leave asked for. Mine: presence, shifts,
    # leave, swaps, colleagues; for who plans, whose shifts end. What the frame counts comes on top, and once after
    # signing in that the session ends later.
    with django_assert_max_num_queries(13):
        client.get(reverse(name))


def test_presence_is_one_button_and_returns_to_where_one_was(client, nadia):
    client.force_login(nadia)
    answer = client.post(reverse("workforce:presence"), {"presence": "away", "next": "/desk/"})
    assert (answer.status_code, answer.url) == (302, "/desk/")
    assert Presence.objects.get().state == "away"
    answer = client.post(reverse("workforce:presence"), {"presence": "here", "next": "https://elsewhere.example/"})
    assert answer.url == reverse("workforce:mine")


def test_leave_is_asked_for_and_a_lead_decides(client, nadia, ewa):
    client.force_login(nadia)
    asked = {"kind": "leave", "first": "۱۴۰۵/۹/۳", "last": "2026-11-25", "stand_in": ewa.pk}
    assert client.post(reverse("workforce:ask"), asked).status_code == 302
    leave = Absence.objects.get()
    assert (leave.state, leave.stand_in) == ("asked", ewa)
    assert (leave.starts_at.date(), leave.ends_at.date()) == (date(2026, 11, 24), date(2026, 11, 26))
    decide = reverse("workforce:decide", args=[leave.pk])
    assert client.post(decide, {"decision": "approve"}).status_code == 403
    client.force_login(ewa)
    assert client.post(decide, {"decision": "approve"}).status_code == 302
    leave.refresh_from_db()
    assert (leave.state, leave.decided_by) == ("approved", ewa)


def test_sick_days_count_at_once_and_end_when_one_is_back(client, nadia):
    client.force_login(nadia)
    yesterday = date.today() - timedelta(days=1)  # whatever day it is by now where she is
    client.post(reverse("workforce:ask"), {"kind": "sick", "first": yesterday.isoformat()})
    sick = Absence.objects.get()
    assert (sick.state, sick.ends_at) == ("approved", None)
    client.post(reverse("workforce:end", args=[sick.pk]))
    sick.refresh_from_db()
    assert sick.ends_at is not None


def test_a_form_that_cannot_be_read_says_so_and_keeps_what_was_typed(client, nadia):
    client.force_login(nadia)
    answer = client.post(reverse("workforce:ask"), {"kind": "leave", "first": "some day", "note": "Sea"})
    assert answer.status_code == 422
    assert "Sea" in answer.content.decode()
    assert client.post(reverse("workforce:ask"), {"kind": "leave", "first": "2026-11-24"}).status_code == 422


def test_files_go_out_and_come_in(client, nadia, ewa):
    client.force_login(ewa)
    text = f"person,kind,starts_at,ends_at\n{nadia.email},work,2026-11-24T08:00,2026-11-24T16:00\n"
    file = SimpleUploadedFile("shifts.csv", text.encode())
    assert client.post(reverse("workforce:import"), {"file": file}).status_code == 302
    assert Shift.objects.get().person == nadia
    for form, kind in (("csv", "text/csv"), ("ics", "text/calendar")):
        answer = client.get(reverse("workforce:export", args=[form]))
        assert answer["Content-Type"].startswith(kind)
    assert client.post(reverse("workforce:import"), {}).status_code == 422
    odd = SimpleUploadedFile("shifts.csv", text.replace("2026-11-24T08", "11/24/2026 08").encode())
    refused = client.post(reverse("workforce:import"), {"file": odd})
    assert (refused.status_code, b"Row 2: " in refused.content, b"11/24/2026 08:00" in refused.content) == (
        422,
        True,
        True,
    )
    client.force_login(nadia)
    file = SimpleUploadedFile("shifts.csv", text.encode())
    assert client.post(reverse("workforce:import"), {"file": file}).status_code == 403


@pytest.mark.parametrize("language", ["tr", "fa", "pl"])
def test_the_pages_speak_the_readers_language(page, ewa, language):
    Person.objects.filter(pk=ewa.pk).update(language=language)
    ewa.refresh_from_db()
    for name in ("workforce:team", "workforce:mine"):
        shown = page(ewa, name)
        assert f'lang="{language}"' in shown
        assert "This week" not in shown and "Next shifts" not in shown


@pytest.fixture
def office(nadia):
    pattern = planning.keep_pattern("Office", [[[[540, 1020]]] * 7], by=automation(), at=now())
    planning.put_on_rota(nadia, pattern, since=date.today() + timedelta(days=1), by=automation(), at=now())
    return pattern


def test_a_month_is_shown_and_in_persian_it_is_a_persian_month(page, nadia, ewa, office):
    shown = page(ewa, "workforce:team", view="month", week="2026-11-24")
    assert shown.count('<th scope="col"') == 31 and 'data-entry="work"' in page(ewa, "workforce:team", view="month")
    Person.objects.filter(pk=ewa.pk).update(language="fa")
    shown = page(Person.objects.get(pk=ewa.pk), "workforce:team", view="month", week="2026-11-24")
    assert shown.count('<th scope="col"') == 31 and "۳۰ آذر" in shown and "۱ دی" not in shown and "<br>۳۰" in shown


def test_a_lead_cancels_gives_and_swaps_shifts(client, nadia, ewa, office):
    client.force_login(ewa)
    first, second, third = Shift.objects.order_by("starts_at")[:3]
    berk = member(SupportGroup.objects.get(), an_agent("Berk", time_zone="UTC"))
    his = planning.add_shift(
        berk, starts_at=third.ends_at, ends_at=third.ends_at + timedelta(hours=4), by=automation(), at=now()
    )
    page = client.get(reverse("workforce:shift", args=[first.pk])).content.decode()
    assert "Berk" in page and reverse("workforce:change_shift", args=[first.pk, "cancel"]) in page
    client.post(reverse("workforce:change_shift", args=[first.pk, "cancel"]))
    client.post(reverse("workforce:change_shift", args=[second.pk, "give"]), {"with": berk.pk})
    client.post(reverse("workforce:change_shift", args=[third.pk, "swap"]), {"with": his.pk})
    for shift in (first, second, third, his):
        shift.refresh_from_db()
    assert first.is_cancelled and [second.person, third.person, his.person] == [berk, berk, nadia]
    refused = client.post(reverse("workforce:change_shift", args=[first.pk, "cancel"]))
    assert refused.status_code == 409 and "This is over" in refused.content.decode()


def test_an_agent_asks_for_a_swap_and_the_colleague_agrees_on_their_own_page(client, nadia, ewa, office):
    berk = member(SupportGroup.objects.get(), an_agent("Berk", time_zone="UTC"))
    mine = Shift.objects.order_by("starts_at")[1]
    his = planning.add_shift(
        berk, starts_at=mine.ends_at, ends_at=mine.ends_at + timedelta(hours=4), by=automation(), at=now()
    )
    client.force_login(nadia)
    assert client.get(reverse("workforce:shift", args=[his.pk])).status_code == 404
    assert client.post(reverse("workforce:change_shift", args=[mine.pk, "cancel"])).status_code == 403
    client.post(reverse("workforce:change_shift", args=[mine.pk, "swap"]), {"with": his.pk})
    assert "You asked Berk to swap" in client.get(reverse("workforce:mine")).content.decode()
    client.force_login(berk)
    assert "Nadia Karimi asks to swap" in client.get(reverse("workforce:mine")).content.decode()
    swap = reverse("workforce:answer_swap", args=[Swap.objects.get().pk])
    assert "Swapped" in client.post(swap, {"answer": "agreed"}, follow=True).content.decode()
    mine.refresh_from_db()
    assert mine.person == berk


def test_a_swap_that_meets_another_shift_is_refused_when_asked_and_when_agreed_on_the_page_one_is_on(
    client, nadia, ewa, office
):
    berk = member(SupportGroup.objects.get(), an_agent("Berk", time_zone="UTC"))
    mine, span = Shift.objects.order_by("starts_at")[1], timedelta(hours=4)
    his = planning.add_shift(berk, starts_at=mine.ends_at, ends_at=mine.ends_at + span, by=automation(), at=now())
    other = planning.add_shift(berk, starts_at=mine.starts_at, ends_at=mine.starts_at + span, by=automation(), at=now())
    client.force_login(nadia)
    asked = client.post(reverse("workforce:change_shift", args=[mine.pk, "swap"]), {"with": his.pk})
    assert asked.status_code == 409 and not Swap.objects.exists()
    planning.cancel_shift(other, by=automation(), at=now())
    client.post(reverse("workforce:change_shift", args=[mine.pk, "swap"]), {"with": his.pk})
    planning.add_shift(berk, starts_at=mine.starts_at, ends_at=mine.starts_at + span, by=automation(), at=now())
    client.force_login(berk)
    agreed = client.post(reverse("workforce:answer_swap", args=[Swap.objects.get().pk]), {"answer": "agreed"})
    text = agreed.content.decode()
    assert agreed.status_code == 409 and "has another shift at that time" in text and "My working time" in text
    assert Swap.objects.get().state == Swap.State.ASKED


def test_how_somebody_works_is_kept_by_page(client, nadia, ewa):
    client.force_login(ewa)
    limits = {"limits-capacity": 5, "limits-week_cap": 40, "limits-of_chat": 2, "limits-of_phone": 0}
    client.post(reverse("workforce:keep", args=[nadia.pk, "limits"]), limits)
    client.post(reverse("workforce:keep", args=[nadia.pk, "skills"]), {"skills-of_fa": 5, "skills-new": "SAP rollout"})
    client.post(reverse("workforce:keep", args=[nadia.pk, "shift"]), {"on": "2030-01-07", "hours": "۸:۰۰-۱۲, 13-17:30"})
    worker = nadia.worker
    assert (worker.capacity, worker.week_cap, worker.channels) == (5, 40, {"chat": 2, "phone": 0})
    levels = dict(nadia.skills.values_list("skill__key", "level"))
    assert levels == {"fa": 5, "sap-rollout": 3}
    assert [shift.starts_at.hour for shift in Shift.objects.order_by("starts_at")] == [8, 13]
    shown = client.get(reverse("workforce:person", args=[nadia.pk])).content.decode()
    assert "SAP" in shown or "sap-rollout" in shown
    refused = client.post(reverse("workforce:keep", args=[nadia.pk, "shift"]), {"on": "soon", "hours": "9 to 5"})
    assert refused.status_code == 422 and 'value="9 to 5"' in refused.content.decode()


def test_a_pattern_is_written_by_page_and_somebody_is_put_on_it(client, nadia, ewa):
    client.force_login(ewa)
    week = {f"w0d{day}": "09:00-12:00, 13:00-17:00" for day in range(5)}
    more = client.post(reverse("workforce:patterns"), {"name": "Two weeks", "weeks": "1", **week, "more": "1"})
    assert more.status_code == 200 and 'name="w1d6"' in more.content.decode() and "13:00-17:00" in more.content.decode()
    late = {f"w1d{day}": "14:00-22:00" for day in range(5)}
    client.post(reverse("workforce:patterns"), {"name": "Two weeks", "weeks": "2", **week, **late})
    pattern = Pattern.objects.get()
    assert pattern.weeks[0][0] == [[540, 720], [780, 1020]] and pattern.weeks[1][4] == [[840, 1320]]
    put = {"pattern": pattern.pk, "since": "2030-01-07", "week": 2}
    client.post(reverse("workforce:keep", args=[nadia.pk, "rota"]), put)
    assert nadia.rotas.get().first_week == date(2029, 12, 31)
    wrong = client.post(reverse("workforce:patterns"), {"name": "X", "weeks": "1", "w0d0": "nine to five"})
    assert wrong.status_code == 422 and "nine to five" in wrong.content.decode()


@pytest.mark.parametrize(("language", "first"), [("fa", 5), ("tr", 0)])
def test_a_week_is_written_from_where_the_readers_week_begins(client, nadia, ewa, language, first):
    Person.objects.filter(pk=ewa.pk).update(language=language)
    client.force_login(ewa)
    shown = client.get(reverse("workforce:patterns"))
    assert shown.context["days"][0] == formats.of(language).weekdays[first]
    assert re.findall(r'name="w0d(\d)"', shown.content.decode())[:2] == [str(first), str(first + 1)]


def test_who_is_called_is_agreed_by_page_and_shown(client, nadia, ewa, it):
    client.force_login(ewa)
    address = reverse("workforce:calls", args=["it"])
    given = {"since": date.today().isoformat(), "at": "08:00", "days": 7, "steps": 2, f"p{nadia.pk}": 1}
    short = client.post(address, given)
    assert short.status_code == 422 and "different people" in short.content.decode()
    assert client.post(address, {**given, f"p{ewa.pk}": 2}).status_code == 302
    shown = client.get(address).content.decode()
    assert "Next turns" in shown and "Nadia Karimi" in shown
    client.force_login(nadia)
    assert client.get(address).status_code == 403


@pytest.mark.parametrize("name", ["workforce:patterns", "workforce:person"])
def test_agents_do_not_plan_others(client, nadia, ewa, name):
    client.force_login(nadia)
    assert client.get(reverse(name, args=[ewa.pk] if name.endswith("person") else [])).status_code == 403


def test_the_screen_tells_that_somebody_works_and_is_told_what_the_bar_shows(client, nadia):
    client.force_login(nadia)
    assert client.post(reverse("workforce:active")).json() == {"presence": "here"}
    client.post(reverse("workforce:presence"), {"presence": "busy"})
    assert client.post(reverse("workforce:active")).json() == {"presence": "busy"}
    assert Presence.objects.get().seen_at is not None


def test_days_are_asked_for_in_the_readers_own_calendar(client, nadia, ewa):
    client.force_login(ewa)
    address = reverse("workforce:calls", args=["it"])
    given = {"since": "2026-11-24", "at": "08:00", "days": 7, "steps": 1, f"p{nadia.pk}": 1}
    assert client.post(address, given).status_code == 302
    assert 'type="date" name="since" value="2026-11-24"' in client.get(address).content.decode()
    Person.objects.filter(pk=ewa.pk).update(language="fa")
    shown = client.get(address).content.decode()
    assert 'type="text" name="since" value="۱۴۰۵/۰۹/۰۳"' in shown
    assert client.post(address, given | {"since": "۱۴۰۵/۰۹/۰۳"}).status_code == 302


def test_a_duty_of_several_days_says_on_which_it_ends_and_is_a_turn_of_its_group_until_it_is_cancelled(
    page, it, nadia, ewa
):
    at = now()
    span = {"starts_at": at - timedelta(hours=1), "ends_at": at + timedelta(days=3)}
    duty = planning.add_shift(nadia, kind="on_call", group=it, by=automation(), at=at, **span)
    way = f'href="{reverse("workforce:shift", args=[duty.pk])}"'
    shown = page(nadia, "workforce:mine").split(way)[1].split("</a>")[0]
    assert formats.day(duty.ends_at.date(), "en") in shown
    assert way in page(ewa, "workforce:calls", "it")
    planning.cancel_shift(duty, by=automation(), at=at)
    assert way not in page(ewa, "workforce:calls", "it")
