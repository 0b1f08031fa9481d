"""The team's pages answer, hide what they must, work without JavaScript and cost as many queries as written here."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import now

from sira.people.automation import automation
from sira.people.models import Membership, Person, SupportGroup
from sira.people.tests.cast import a_person, an_agent
from sira.workforce import planning
from sira.workforce.absences import ask_leave
from sira.workforce.models import Absence, Pattern, Presence, Shift

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
    ask_leave(ewa, starts_at=now(), ends_at=now() + timedelta(days=1), by=ewa, at=now())
    shown = page(nadia, "workforce:team", group="it")
    assert 'data-entry="work"' in shown and 'data-entry="asked"' in shown
    assert "Nadia Karimi" in shown and "Ewa Nowak" in shown
    assert reverse("workforce:decide", args=[Absence.objects.get().pk]) not in shown


def test_other_groups_weeks_are_not_there(client, nadia):
    SupportGroup.objects.create(key="hr", name="HR")
    client.force_login(nadia)
    assert client.get(reverse("workforce:team"), {"group": "hr"}).status_code == 404
    assert client.get(reverse("workforce:export", args=["csv"]), {"group": "hr"}).status_code == 404


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
    # leave, colleagues.
    with django_assert_max_num_queries(10):
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
    client.post(reverse("workforce:ask"), {"kind": "sick", "first": date.today().isoformat()})
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
