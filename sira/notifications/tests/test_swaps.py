"""A swap of shifts is told to who has to answer, and the answer to who asked."""

from datetime import UTC, datetime, timedelta

import pytest

from sira.notifications import writing
from sira.notifications.models import OutgoingMail
from sira.people.automation import automation
from sira.people.tests.cast import an_agent
from sira.workforce import planning, swapping

MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def asked(db):
    """Nadia asks Berk, who reads Persian."""
    nadia, berk = an_agent("Nadia", time_zone="UTC"), an_agent("Berk", time_zone="Asia/Tehran", language="fa")
    mine, his = (
        planning.add_shift(who, starts_at=at, ends_at=at + 8 * HOUR, by=automation(), at=MONDAY)
        for who, at in ((nadia, MONDAY + DAY), (berk, MONDAY + 2 * DAY))
    )
    return swapping.ask(mine, his, by=nadia, at=MONDAY)


def notices(person):
    return list(OutgoingMail.objects.filter(person=person))


def test_who_is_asked_is_told_in_their_words_and_the_notice_opens_their_working_time(client, asked):
    (notice,) = notices(asked.asked_of)
    assert notice.unseen and not notices(asked.asked_by)
    subject, text, _html = writing.texts(notice, None)
    assert subject == "Nadia می‌خواهد با شما شیفت جابه‌جا کند"
    assert "سه‌شنبه ۳ آذر، ۱۵:۳۰ – ۲۳:۳۰" in text and "/team/mine/" in text
    client.force_login(asked.asked_of)
    page = client.get("/notices/").content.decode()
    assert "سه‌شنبه ۳ آذر، ۱۵:۳۰ – ۲۳:۳۰ ⇄ چهارشنبه ۴ آذر، ۱۵:۳۰ – ۲۳:۳۰" in page and "Nadia" in page
    assert client.get(f"/notices/{notice.pk}/").url == "/team/mine/"


@pytest.mark.parametrize(
    ("state", "said", "shift"),
    [
        ("agreed", "Berk agreed to swap shifts", "You work now: Wed 25 Nov, 12:00 – 20:00."),
        ("refused", "Berk refused to swap shifts", "Your shift stays yours: Tue 24 Nov, 12:00 – 20:00."),
    ],
)
def test_who_asked_is_told_of_the_answer(asked, state, said, shift):
    swapping.answer(asked, state, by=asked.asked_of, at=MONDAY)
    (notice,) = notices(asked.asked_by)
    subject, text, _html = writing.texts(notice, None)
    assert subject == said and shift in text
    assert len(notices(asked.asked_of)) == 1


def test_a_swap_that_is_withdrawn_is_told_to_nobody(asked):
    swapping.answer(asked, "withdrawn", by=asked.asked_by, at=MONDAY)
    assert not notices(asked.asked_by) and len(notices(asked.asked_of)) == 1
