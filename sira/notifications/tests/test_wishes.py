"""Each notice goes the ways that its person chose, or their lead, or that are usual; and no notice comes twice."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sira.notifications import digests, sending, sorting, wishes, writing
from sira.notifications.models import OutgoingMail, Push, Wish
from sira.notifications.wishes import NotThisWay
from sira.plumbing.mail.tests.scripted import ScriptedServer
from sira.plumbing.refusals import NotAllowed
from sira.tickets import assigning, conversation
from sira.tickets.messages import Said
from sira.tickets.models import Ticket
from sira.tickets.tests.cast import Desk, monday

State = OutgoingMail.State
NINE = monday(9)


@pytest.fixture
def desk(db):
    return Desk()


@pytest.fixture
def told(desk):
    """Somebody else gives jonas a ticket: the notice of it."""

    def tell(at=NINE, **ticket):
        assigning.assign(desk.ticket(at=at, **ticket), group=desk.it, agent=desk.jonas, by=desk.ayse, at=at)
        return OutgoingMail.objects.get(pk=OutgoingMail.objects.filter(kind="assigned").latest("pk").pk)

    return tell


def chooses(person, **values):
    wishes.keep(person, values, by=person)


def sorted_at(notice, at):
    goes = sorting.sort(OutgoingMail.objects.filter(pk=notice.pk).select_related("person"), at=at)
    notice.refresh_from_db()
    return bool(goes)


def test_without_a_choice_a_notice_comes_by_mail_and_waits_behind_the_bell(told):
    notice = told()
    assert sorted_at(notice, monday(9)) and notice.unseen and notice.state == State.QUEUED


def test_a_time_zone_that_no_table_knows_any_more_keeps_no_mail_waiting(desk, told):
    desk.jonas.time_zone = "Gone/Away"
    desk.jonas.save()
    assert sorted_at(told(), monday(9))


def test_what_is_not_wanted_by_mail_is_kept_from_the_server_and_stays_behind_the_bell(desk, told):
    chooses(desk.jonas, ways={"assigned": ["page"]})
    notice = told()
    assert not sorted_at(notice, monday(9))
    assert (notice.state, notice.next_at, notice.unseen) == (State.UNASKED, None, True)


def test_what_is_not_wanted_behind_the_bell_does_not_stand_there(desk, told):
    chooses(desk.jonas, ways={"assigned": ["mail"]})
    notice = told()
    assert sorted_at(notice, monday(9)) and notice.unseen is None


def test_the_choice_for_one_kind_leaves_the_others_as_they_are(desk, told):
    chooses(desk.jonas, ways={"mentioned": []})
    assert sorted_at(told(), monday(9))


def test_a_lead_chooses_for_those_who_have_not_chosen_themselves(desk, told):
    wishes.keep_for_group(desk.it, {"ways": {"assigned": ["page"]}}, by=desk.ayse)
    assert not sorted_at(told(), monday(9))
    chooses(desk.jonas, ways={"assigned": ["mail"]})
    assert sorted_at(told(), monday(9))
    with pytest.raises(NotAllowed):
        wishes.keep_for_group(desk.it, {"ways": {}}, by=desk.jonas)
    with pytest.raises(NotAllowed):
        wishes.keep(desk.jonas, {"ways": {}}, by=desk.ada)


@pytest.mark.parametrize(
    ("who", "values"),
    [
        ("jonas", {"ways": {"assigned": ["mail", "digest"]}}),
        ("tom", {"ways": {"answer": ["page", "digest"]}}),
        ("tom", {"ways": {"assigned": ["page"]}}),
        ("tom", {"quiet": "work"}),
    ],
)
def test_nobody_chooses_to_be_told_twice_or_never_to_read_an_answer(desk, who, values):
    person = getattr(desk, who)
    with pytest.raises(NotThisWay):
        chooses(person, **values)
    assert not Wish.objects.exists()


def test_a_lead_can_choose_only_ways_in_which_a_notice_comes_once(desk):
    wishes.keep_for_group(desk.it, {"ways": {"heard": ["digest"]}}, by=desk.ayse)
    with pytest.raises(NotThisWay):
        wishes.keep_for_group(desk.it, {"ways": {"assigned": ["mail", "digest"]}}, by=desk.ayse)
    wishes.keep_for_group(desk.it, {"ways": {"assigned": ["page"]}}, by=desk.ayse)
    assert Wish.objects.get().ways == {"heard": ["digest"], "assigned": ["page"]}


def test_a_notice_of_the_quiet_hours_comes_when_they_are_over_and_once(desk, told):
    desk.jonas.time_zone = "UTC"
    desk.jonas.save()
    chooses(desk.jonas, quiet="hours", quiet_from=18, quiet_to=8)
    notice = told(at=monday(20))
    assert not sorted_at(notice, monday(20))
    morning = monday(8) + timedelta(days=1)
    assert (notice.state, notice.next_at) == (State.QUEUED, morning)
    assert sorted_at(notice, morning)


def test_a_broken_promise_comes_through_the_quiet_hours_unless_it_is_not_let(desk):
    wish = Wish(quiet="hours", quiet_from=18, quiet_to=8)
    desk.jonas.time_zone = "UTC"
    notice = OutgoingMail(kind="breached", person=desk.jonas, unseen=True)
    assert sorting.course(notice, wish, monday(20)).next_at == monday(20)
    wish.lets_promises_through = False
    assert sorting.course(notice, wish, monday(20)).next_at == monday(8) + timedelta(days=1)


def test_an_answer_is_the_conversation_and_goes_out_at_any_hour(desk):
    wish = Wish(quiet="hours", quiet_from=18, quiet_to=8, ways={"answer": []})
    notice = OutgoingMail(kind="answer", person=desk.tom, unseen=True)
    assert sorting.course(notice, wish, monday(20)).state == State.QUEUED


def test_a_digest_tells_all_in_one_mail_and_nothing_twice(desk, told):
    desk.jonas.time_zone = "UTC"
    desk.jonas.save()
    chooses(desk.jonas, ways={"assigned": ["page", "digest"]}, every="day", digest_hour=16)
    first, second = told(subject="VPN drops"), told(subject="Printer jams")
    assert not sorted_at(first, monday(9)) and not sorted_at(second, monday(9))
    assert first.state == State.DIGEST and first.next_at == monday(16)
    assert digests.pump(monday(15)) == 0
    assert digests.pump(monday(16)) == 1 and digests.pump(monday(16)) == 0
    mail = OutgoingMail.objects.get(kind="digest")
    text = writing.write(mail).text
    assert "VPN drops" in text and "Printer jams" in text and "because the ticket is assigned to you" in text
    first.refresh_from_db()
    assert (first.state, first.unseen, first.placeholders) == (State.TOLD, True, None)


def test_a_digest_does_not_name_what_its_reader_may_not_read_any_more(desk, told):
    chooses(desk.jonas, ways={"assigned": ["digest"]}, every="hour")
    notice = told(subject="Secret thing")
    sorted_at(notice, monday(9))
    Ticket.objects.filter(pk=notice.subject).update(group=desk.hr, agent=None)
    digests.pump(notice.next_at)
    text = writing.write(OutgoingMail.objects.get(kind="digest")).text
    assert "A ticket is yours" in text and "Secret thing" not in text


def test_the_digest_speaks_the_readers_language(desk, told):
    desk.jonas.language = "fa"
    desk.jonas.save()
    chooses(desk.jonas, ways={"assigned": ["digest"]}, every="hour")
    notice = told()
    sorted_at(notice, monday(9))
    digests.pump(notice.next_at)
    written = writing.write(OutgoingMail.objects.get(kind="digest"))
    assert "۱" in written.subject and 'dir="rtl"' in written.html


def test_each_mail_of_a_notice_says_why_it_came_and_an_answer_does_not(desk, told):
    assert "You get this because the ticket is assigned to you." in writing.write(told()).text
    answer = OutgoingMail(kind="answer", message=1, language="en", to="a@b.example", queued_at=monday(9))
    answer.placeholders = {"number": "INC-1", "subject": "x", "text": "Done.", "link": "https://x/"}
    assert "You get this" not in writing.texts(answer, None)[1]


def test_the_pump_sends_what_is_wanted_and_holds_what_is_not(desk, told, settings):
    chooses(desk.jonas, ways={"assigned": ["page"]})
    notice = told()
    with ScriptedServer() as server:
        settings.MAIL = {**settings.MAIL, "host": "127.0.0.1", "port": server.port, "tls": "none", "user": ""}
        sending.pump(monday(9))
    notice.refresh_from_db()
    assert notice.state == State.UNASKED
    assert OutgoingMail.objects.get(kind="acknowledgement").state == State.SENT


def test_without_a_mail_server_the_bell_and_devices_are_told_as_they_wish(desk, told):
    chooses(desk.jonas, ways={"assigned": ["mail"]})
    notice = told()
    sending.pump(monday(9))
    notice.refresh_from_db()
    assert notice.state == State.KEPT and notice.unseen is None and not Push.objects.exists()


@pytest.mark.parametrize(("host", "times"), [("", 1), ("127.0.0.1", 2)])
def test_the_open_page_hears_of_an_answer_when_its_mail_is_settled(desk, settings, host, times):
    """With a server twice: while the mail is claimed, the answer is not behind the bell."""
    conversation.answer(desk.ticket(), Said(text="Try again."), by=desk.ayse, at=NINE)
    with ScriptedServer() as server, CaptureQueriesContext(connection) as asked:
        settings.MAIL = {**settings.MAIL, "host": host, "port": server.port, "tls": "none", "user": ""}
        sending.pump(monday(9))
    assert sum(f"notices {desk.tom.pk}" in query["sql"] for query in asked) == times
