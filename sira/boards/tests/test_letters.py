"""The morning letter: what it says, to whom, in which language, at which hour, once."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connections, transaction
from django.test import Client
from django.utils.html import escape
from django.utils.timezone import now

from sira.boards import letters
from sira.boards.models import Letter
from sira.notifications import writing
from sira.notifications.models import OutgoingMail
from sira.people.models import Person
from sira.tickets import assigning
from sira.tickets.tests.cast import Desk, holding, monday
from sira.workforce import absences, planning
from sira.workspace.tests.test_queues import shuffle

SEVEN = monday(24 + 6, 5)  # 07:05 in Warsaw on Tuesday


@pytest.fixture
def week(desk):
    """Two a Monday for four weeks, then nine of the network on the Monday before the letter; one of them due today."""
    for ago in range(1, 5):
        for hour in (9, 11):
            desk.ticket(at=monday(hour) - timedelta(weeks=ago))
    for minute in range(9):
        assigning.assign(
            desk.ticket(at=monday(17, minute), requester=desk.hannah),
            group=desk.it,
            agent=desk.jonas,
            by=desk.ada,
            at=monday(17, minute),
        )
    return desk


def said(person) -> str:
    mail = OutgoingMail.objects.filter(kind="letter", person=person).latest("id")
    return "\n".join(writing.texts(mail, None)[:2])


@pytest.mark.django_db
def test_it_says_what_was_what_is_usual_what_stands_out_and_what_breaks(week):
    assert letters.send_due(SEVEN) == 1
    told = said(week.ayse)
    assert "Morning letter" in told
    assert "Opened: 9 (usual: 2)" in told
    assert "Network: 9 came, usual is 2." in told and "Halden Clinics: 9 came, usual is 0." in told
    assert "break today" in told or "late already" in told
    assert "queue=opened&since=2026-11-23" in told


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "customer"), [("en", "Halden Clinics:"), ("fa", "\u2068Halden Clinics\u2069:")])
def test_in_a_mail_program_each_line_leads_to_its_list_and_no_address_is_read(week, language, customer):
    Person.objects.filter(pk=week.ayse.pk).update(language=language)
    letters.send_due(SEVEN)
    mail = OutgoingMail.objects.get(kind="letter", person=week.ayse)
    html = writing.texts(mail, None)[2]
    for head, lines in mail.placeholders["parts"]:
        assert f"<b>{head}</b>" in html
        for words, way in lines:
            assert f'<a href="{escape(way)}" style="color:inherit">{escape(words)}</a>' in html or not way
    shown = re.sub(r"<[^>]+>", "", html)
    assert settings.SIRA_URL not in shown and customer in shown


@pytest.mark.django_db
def test_it_says_to_who_plans_whose_shifts_end(week):
    begins = monday(9) + timedelta(days=9)
    planning.add_shift(week.jonas, starts_at=begins, ends_at=begins + timedelta(hours=8), by=week.ada, at=monday(9))
    letters.send_due(SEVEN)
    assert "Jonas Weber has no shifts after 2 Dec: from then on no work is dealt to them." in said(week.ayse)


@pytest.mark.django_db
def test_it_comes_once_a_day_at_the_hour_of_the_reader(week):
    assert letters.send_due(monday(24 + 5, 59)) == 0
    assert [letters.send_due(SEVEN), letters.send_due(SEVEN)] == [1, 0]
    letters.wish(week.ayse, None)
    assert letters.send_due(SEVEN + timedelta(days=1)) == 0
    week.ada.time_zone = "Asia/Tehran"
    week.ada.save()
    letters.wish(week.ada, 9)
    assert letters.send_due(monday(48 + 5, 29)) == 0, "08:59 in Tehran"
    assert letters.send_due(monday(48 + 5, 31)) == 1
    assert letters.send_due(monday(48 + 15)) == 0, "in the evening yesterday is no news"


@pytest.mark.django_db
def test_who_works_by_a_made_role_gets_the_letter_they_asked_for(week):
    letters.wish(week.ayse, None)
    letters.wish(holding(week.tom, "work", by=week.ada, group=week.it), 7)
    assert letters.send_due(SEVEN) == 1 and "Morning letter" in said(week.tom)


@pytest.mark.django_db
@pytest.mark.parametrize("language, word", [("tr", "Sabah mektubu"), ("fa", "نامهٔ صبح"), ("pl", "List poranny")])
def test_it_is_in_the_language_of_its_reader(week, language, word):
    week.ayse.language = language
    week.ayse.save()
    letters.send_due(SEVEN)
    told = said(week.ayse)
    assert word in told
    if language == "fa":
        assert "۱۴۰۵" in told and "۹" in told


@pytest.mark.django_db
def test_who_was_killed_in_between_sends_it_once_all_the_same(week):
    with pytest.raises(RuntimeError), transaction.atomic():
        letters.send(week.ayse, SEVEN.date(), at=SEVEN)
        raise RuntimeError("killed before the commit")
    assert letters.send_due(SEVEN) == 1
    assert (Letter.objects.count(), OutgoingMail.objects.filter(kind="letter").count()) == (1, 1)


def test_two_workers_at_once_write_one_letter(committing):
    desk = Desk()

    def write(_number: int) -> int:
        try:
            return letters.send_due(SEVEN)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as threads:
        assert sum(threads.map(write, range(3))) == 1
    assert OutgoingMail.objects.filter(kind="letter", person=desk.ayse).count() == 1


def counted(way: str, client: Client) -> int:
    return client.get(way).content.decode().count("<tr data-row")


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["ada", "ayse"])
def test_each_number_of_it_is_as_long_as_the_list_behind_it(desk, sign_in, who):
    shuffle(desk, seed=3)
    absences.record_absence(
        desk.jonas, "sick", starts_at=now() - timedelta(hours=1), ends_at=None, by=desk.jonas, at=now()
    )
    said = letters.compose(getattr(desk, who), at=now())
    client, seen = sign_in(getattr(desk, who)), []
    for words, link in [line for _head, lines in said["parts"] for line in lines]:
        if "queue=" in link and (number := re.search(r"(?<![\d.])(\d+)(?![\d.%]| ?h| ?min)", words)):
            assert counted(link.removeprefix(settings.SIRA_URL), client) == min(int(number[1]), 50), words
            seen.append(words)
    assert any("away" in words for words in seen) and any("break" in words or "late" in words for words in seen), seen


@pytest.mark.django_db
def test_a_letter_that_cannot_be_written_keeps_no_other_from_its_reader(week):
    letters.wish(week.jonas, 7)
    Person.objects.filter(pk=week.ayse.pk).update(time_zone="Nowhere/Else")
    assert letters.send_due(SEVEN) == 1
    Person.objects.filter(pk=week.ayse.pk).update(time_zone="Europe/Warsaw")
    assert letters.send_due(SEVEN) == 1


@pytest.mark.django_db
def test_the_hour_is_chosen_on_ones_own_board(week, sign_in):
    client = sign_in(week.ayse)
    assert '<option value="7" selected>' in client.get("/boards/mine/").content.decode()
    assert client.post("/boards/mine/letter/", {"hour": "9"}).status_code == 302
    assert letters.send_due(SEVEN) == 0 and letters.hour_of(week.ayse) == 9
    assert letters.send_due(SEVEN + timedelta(hours=2)) == 1
    client.post("/boards/mine/letter/", {"hour": ""})
    assert letters.hour_of(week.ayse) is None
    assert client.post("/boards/mine/letter/", {"hour": "25"}).status_code == 400
    assert sign_in(week.tom).post("/boards/mine/letter/", {"hour": "9"}).status_code == 302
