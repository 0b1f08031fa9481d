"""From the empty desk to the first answered mail."""

from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from sira.calendars.models import Calendar
from sira.channels.email.models import Mailbox
from sira.people.models import Organisation, Person
from sira.studio.guide import people_list
from sira.studio.guide import views as guide_views
from sira.studio.guide.steps import next_of, steps
from sira.tickets import conversation
from sira.tickets.messages import Said
from sira.tickets.tests.cast import monday

LINES = """name,mail,role,group,language,organisation
Anna Wrona,Anna@example.org,agent,it,pl,
Omar Haddad,omar@example.org,,,,Orient Freight
Known Already,hannah@desk.example,,,,
"""
HOURS = {
    "days": ["5", "6", "0", "1", "2"],
    "opens": "08:00",
    "closes": "17:00",
    "time_zone": "Asia/Tehran",
    "country": "IR",
}


@pytest.fixture
def ada(desk):
    client = Client()
    client.force_login(desk.ada)
    return client


def step(client, key, **given):
    address = reverse("studio:guide_step", args=[key])
    return client.post(address, given) if given else client.get(address)


def done(key):
    return next(one for one in steps() if one.key == key).is_done


def test_the_guide_is_for_administrators_and_goes_on_where_it_was_left(desk, ada, client):
    client.force_login(desk.ayse)
    assert client.get(reverse("studio:guide")).status_code == 403
    first = next_of(steps())
    assert ada.get(reverse("studio:guide")).url == reverse("studio:guide_step", args=[first.key])
    for one in steps():
        assert step(ada, one.key).status_code == 200
    assert step(ada, "nowhere").status_code == 404


def test_hours_and_the_holidays_of_a_country_are_set_at_once(desk, ada):
    assert not done("hours")
    assert step(ada, "hours", **HOURS).status_code == 302
    calendar = Calendar.objects.get(is_default=True)
    assert calendar.time_zone == "Asia/Tehran"
    assert [bool(day) for day in calendar.week] == [True, True, True, False, False, True, True]
    assert calendar.holidays.filter(source="holidays:IR").exists()
    assert done("hours")
    assert 'value="08:00"' in step(ada, "hours").content.decode()


def test_hours_that_make_no_sense_are_refused_and_stay(desk, ada):
    before = Calendar.objects.get(is_default=True).week
    answer = step(ada, "hours", **HOURS | {"opens": "late"})
    assert answer.status_code == 422 and 'value="late"' in answer.content.decode()
    assert Calendar.objects.get(is_default=True).week == before


def test_a_list_enters_everybody_and_leaves_who_is_known(desk, ada):
    answer = ada.post(reverse("studio:guide_step", args=["people"]), {"lines": LINES}, follow=True)
    assert "2 people are entered." in answer.content.decode() and "1 was known." in answer.content.decode()
    anna = Person.objects.get(email="anna@example.org")
    assert (anna.role, anna.language, anna.support_groups.get()) == ("agent", "pl", desk.it)
    assert Person.objects.get(email="omar@example.org").organisation == Organisation.objects.get(name="Orient Freight")
    assert Person.objects.get(email="hannah@desk.example").name == "Hannah Brooks"


def test_a_file_of_excel_with_semicolons_is_read_too(desk, ada):
    content = "Ad;E-posta;Rol\nŞule Çağ;sule@example.org;agent\n".encode("cp1254")
    ada.post(reverse("studio:guide_step", args=["people"]), {"file": SimpleUploadedFile("people.csv", content)})
    assert Person.objects.get(email="sule@example.org").name == "Şule Çağ"


def test_one_wrong_line_enters_nobody_and_every_wrong_line_is_named(desk, ada):
    wrong = LINES + "No Mail,,,,,\nBad Role,x@example.org,boss,,,\nBad Group,y@example.org,agent,nowhere,,\n"
    answer = step(ada, "people", lines=wrong)
    told = answer.content.decode()
    assert answer.status_code == 422
    for line in ("Line 5:", "Line 6:", "Line 7:"):
        assert line in told
    assert "Bad Group" in told  # what was typed stays
    assert "Nobody has been entered." in told
    assert not Person.objects.filter(email="anna@example.org").exists()


def test_a_column_that_nothing_reads_is_refused_and_the_file_can_be_mended_in_the_page(desk, ada):
    content = b"name,mail,team\nAnna Wrona,anna@example.org,it\n"
    answer = step(ada, "people", file=SimpleUploadedFile("people.csv", content))
    told = answer.content.decode()
    assert answer.status_code == 422 and "There is no column “team” here." in told
    assert "Anna Wrona,anna@example.org,it" in told
    assert not Person.objects.filter(email="anna@example.org").exists()


def test_a_list_without_a_head_says_what_is_missing():
    rows, [wrong] = people_list.read("Anna,anna@example.org\n", groups=set())
    assert rows == [] and "first line" in str(wrong)
    assert people_list.read("", groups=set())[1]
    assert people_list.read("name,mail\n" + "x" * 200_000, groups=set())[1] == [wrong], "a workbook is no text of lines"


def test_the_last_step_is_done_when_somebody_was_answered(desk, ada):
    ticket = desk.ticket(requester=desk.hannah)
    assert not done("answer")
    conversation.answer(ticket, Said(text="We are on it."), by=desk.ayse, at=monday(10))
    assert next(one for one in steps() if one.key == "answer").told == ticket.number


def test_a_page_that_the_guide_leads_to_shows_the_way_back_until_all_is_done(desk, ada, monkeypatch):
    way = f'href="{reverse("studio:guide")}"'
    pages = [reverse("portal:branding", args=["desk"]), reverse("studio:new_mailbox")]
    before = {page: ada.get(page).content.decode().count(way) for page in pages}
    step(ada, "mailbox")
    assert {page: ada.get(page).content.decode().count(way) - before[page] for page in pages} == dict.fromkeys(pages, 1)
    monkeypatch.setattr(guide_views, "steps", lambda: [replace(one, told="done") for one in steps()])
    step(ada, "mailbox")
    assert {page: ada.get(page).content.decode().count(way) for page in pages} == before


def test_answers_from_an_address_that_no_mailbox_is_read_for_are_told_before_the_first_mail(desk, ada, settings):
    settings.MAIL = settings.MAIL | {"from": "help@localhost"}
    for page in (reverse("studio:guide_step", args=["mailbox"]), reverse("studio:mail")):
        assert "no mailbox is read for it" not in ada.get(page).content.decode()
    box = Mailbox.objects.create(
        name="help", host="imap.example.org", user="help@example.org", secret="x", set_up_at=monday(9)
    )
    for page in (reverse("studio:guide_step", args=["mailbox"]), reverse("studio:mail")):
        assert "no mailbox is read for it" in ada.get(page).content.decode()
    settings.MAIL = settings.MAIL | {"from": box.user}
    assert "no mailbox is read for it" not in ada.get(reverse("studio:mail")).content.decode()
