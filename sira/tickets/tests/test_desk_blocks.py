"""The blocks of a drawing on a ticket: asked, worked on, tested, told, set, opened, waited for."""

import pytest

from sira.decisions import publishing as decisions
from sira.forms import publishing
from sira.notifications import writing
from sira.notifications.models import OutgoingMail
from sira.plumbing.refusals import NotAllowed
from sira.processes.models import Task
from sira.processes.tasks.models import Ballot, TaskFile, TaskSheet
from sira.processes.tasks.refusals import AlreadyClaimed, NotClaimed, TaskNeeds
from sira.processes.tests.drawing import catch, drawing, end, event, gate, mapping, message, service, start, user
from sira.promises.models import Clock
from sira.tickets import approvals, conversation, finishing, jobs, leaving, lifecycle, task_sheets, tasks
from sira.tickets.finishing import Shown
from sira.tickets.messages import Attached, Said
from sira.tickets.models import Message, Ticket, TicketLink
from sira.tickets.refusals import NotReady
from sira.tickets.tests.cast import monday
from sira.tickets.tests.office import (
    Office,
    approve,
    headers,
    now,
    people,
    purchase,
    story,
    stuck,
    task,
    task_of,
    variables,
)

CLOSE = service("done", "sira:close", extension=headers(text="All is done."))


@pytest.fixture
def office(db: None) -> Office:
    return Office()


def one(block: str, *more: str, ways: str = "", key: str = "purchase", declare: str = "") -> str:
    """The block with the id "it", then the end of the ticket."""
    return drawing(start(), block, *more, CLOSE, end(), key=key, declare=declare, ways=f"start > it > {ways}done > end")


def done(task: Task, office: Office, by: object, result: str = "done", **more: object) -> None:
    shown = Shown(**more)  # type: ignore[arg-type]
    finishing.finish(task, by=by, outcome={"result": result}, shown=shown, at=monday(11))  # type: ignore[arg-type]


# Work and tests


def test_work_for_a_group_is_claimed_handed_back_and_done_by_its_own_button(office: Office):
    ticket = office.asks(one(task("it", "work", groups="hr", text="Make the contract.")))
    work = task_of(ticket, "task")
    assert list(tasks.listed_for(office.zeynep, groups=True)) == [work]
    tasks.claim(work, by=office.zeynep, at=monday(10))
    assert list(tasks.listed_for(office.zeynep, groups=False)) == [work]
    with pytest.raises(AlreadyClaimed):
        tasks.claim(work, by=office.ayse, at=monday(10))
    tasks.hand_back(work, by=office.zeynep, at=monday(10))
    with pytest.raises(NotClaimed):
        tasks.hand_back(work, by=office.zeynep, at=monday(10))
    done(work, office, office.zeynep)
    assert now(ticket).resolution == "All is done." and story(ticket)[-1].endswith("It: done")


def test_tasks_of_who_works_here_no_more_lie_with_a_group_again_but_what_only_they_can_answer(office: Office):
    ticket = office.asks(one(task("it", "work", groups="hr")), group=office.it)
    work = task_of(ticket, "task")
    tasks.claim(work, by=office.zeynep, at=monday(10))
    by_name = task_of(office.asks(one(task("it", "work", who=f"={office.zeynep.pk}")), group=office.it), "task")
    own = task_of(office.asks(one(task("it", "ask", text="Which?")), requester=office.zeynep), "ask")
    leaving.let_go(office.zeynep, by=office.ada, at=monday(11))
    left = Task.objects.in_bulk([work.pk, by_name.pk, own.pk])
    assert [(left[one.pk].assignee_id, left[one.pk].group) for one in (work, by_name)] == [
        (None, office.hr), (None, office.it),
    ]  # fmt: skip
    assert left[own.pk].assignee == office.zeynep
    assert "It: handed back" in " ".join(story(ticket))


def test_somebody_outside_the_group_and_the_ticket_cannot_take_it(office: Office):
    office.incident.mandatory_fields = []
    ticket = office.asks(one(task("it", "work", groups="hr")), group=office.hr)
    with pytest.raises(NotAllowed):
        tasks.claim(task_of(ticket, "task"), by=office.jonas, at=monday(10))


def test_several_departments_work_at_once_and_resolving_waits_for_all(office: Office):
    source = drawing(
        start(), task("accounts", "work", groups="it"), task("contract", "work", groups="hr"), CLOSE, end(),
        key="purchase", ways="start > accounts; start > contract; accounts > done; contract > done; done > end",
    )  # fmt: skip
    ticket = office.asks(source)
    with pytest.raises(NotReady) as refused:
        lifecycle.resolve(ticket, by=office.ayse, resolution="Done.", at=monday(10))
    assert refused.value.details["tasks"] == ["Accounts", "Contract"]


def test_a_test_needs_what_the_drawing_asks_for_and_says_so_before(office: Office):
    block = task("it", "test", groups="it", evidence="text, file, signature", checklist="Cable; Ping")
    ticket = office.asks(one(block))
    test = task_of(ticket, "test")
    assert task_sheets.asked(test).needs == ["text", "file", "signature", "checklist"]
    with pytest.raises(TaskNeeds) as refused:
        done(test, office, office.jonas, "passed", evidence="It works.")
    assert refused.value.details["needs"] == ["file", "signature", "checklist"]
    file = Attached(name="ping.txt", size=4, digest=b"0" * 32)
    done(test, office, office.jonas, "passed", evidence="It works.", files=[file], checked=[0, 1], signed=True)
    sheet = TaskSheet.objects.get(task=test)
    assert sheet.signed_as == "Jonas Weber" and [tick[0] for tick in sheet.checked] == [office.jonas.pk] * 2
    assert TaskFile.objects.get().by == office.jonas and variables(ticket)["passed"] is True


def test_an_item_ticked_before_stays_ticked(office: Office):
    ticket = office.asks(one(task("it", "work", groups="it", checklist="One; Two")))
    work = task_of(ticket, "task")
    finishing.tick(work, 0, by=office.jonas, at=monday(10))
    done(work, office, office.ayse, checked=[1])
    assert [tick[0] for tick in TaskSheet.objects.get().checked] == [office.jonas.pk, office.ayse.pk]


def test_the_answers_offered_are_the_drawings_own(office: Office):
    block = task("it", "work", groups="it", results="ok=All there; gone=Is gone", results__pl="Jest; Nie ma")
    ticket = office.asks(one(block))
    assert task_sheets.asked(task_of(ticket, "task")).results == [("ok", "All there"), ("gone", "Is gone")]
    done(task_of(ticket, "task"), office, office.ayse, "gone")
    assert variables(ticket)["result"] == "gone"


# Ask


def a_form(office: Office) -> None:
    field = {"type": "textfield", "id": "size", "key": "size", "label": "Which size?"}
    publishing.publish("laptop", {"components": [field]}, by=office.ada, at=monday(8))


def test_the_requester_is_asked_with_a_form_while_the_ticket_waits(office: Office):
    a_form(office)
    ticket = office.asks(one(task("it", "ask", form="laptop", text="Which size shall it be?")))
    question = task_of(ticket, "ask")
    assert now(ticket).status == "waiting" and question.assignee == office.tom
    mail = OutgoingMail.objects.get(kind="form")
    assert mail.to == "tom@desk.example" and "Which size shall it be?" in writing.texts(mail, None)[1]
    with pytest.raises(TaskNeeds):
        done(question, office, office.tom)
    done(question, office, office.tom, answers={"size": "14 inch"})
    found = now(ticket)
    assert (found.status, found.fields["size"], variables(ticket)["size"]) == ("closed", "14 inch", "14 inch")


def test_a_survey_may_come_after_the_end(office: Office):
    a_form(office)
    source = drawing(
        start(), CLOSE, task("rate", "survey", form="laptop"), end(), key="purchase", ways="start > done > rate > end"
    )
    ticket = office.asks(source)
    assert now(ticket).status == "closed" and stuck(ticket) == []
    done(task_of(ticket, "survey"), office, office.tom, answers={"size": "fine"})
    assert now(ticket).fields["size"] == "fine" and now(ticket).status == "closed"


def test_work_with_a_gate_after_the_end_is_refused_by_the_gate(office: Office):
    source = drawing(
        start(), CLOSE, task("late", "work", groups="it"), end(), key="purchase", ways="start > done > late > end"
    )
    ticket = office.asks(source)
    assert stuck(ticket) == ["no_mandatory_task_after_resolving"]


def test_a_drawing_that_promises_twice_gets_stuck_and_the_request_is_kept(office: Office):
    first, second = service("first", "sira:promise"), service("second", "sira:promise")
    ways = "start > rank > first > second > done > end"
    rank = service("rank", "sira:priority")
    ticket = office.asks(drawing(start(), rank, first, second, CLOSE, end(), key="purchase", ways=ways))
    assert stuck(ticket) == ["one_running_clock_per_target"]
    assert Message.objects.filter(ticket=ticket).count() == 1
    assert Clock.objects.filter(subject=ticket.pk).count() == 2


# Tell, set, open


def test_a_group_and_the_requester_are_told_in_their_languages(office: Office):
    office.zeynep.language = "tr"
    office.zeynep.save()
    text = headers(
        to="hr, agent@nowhere.example", text="Accounts of {requester.name}.", text__tr="{requester.name} hesapları."
    )
    ticket = office.asks(one(service("it", "sira:notify", extension=text)))
    mail = OutgoingMail.objects.get(kind="told")
    assert mail.to == "zeynep@desk.example" and "Tom Whitfield hesapları." in writing.texts(mail, None)[1]
    assert stuck(ticket) == []


def test_a_reply_is_a_message_behind_the_request(office: Office):
    ticket = office.asks(one(service("it", "sira:reply", extension=headers(text="We have ordered it."))))
    said = list(Message.objects.filter(ticket=ticket).order_by("id").values_list("text", "from_desk"))
    assert said == [("It drops every few minutes.", False), ("We have ordered it.", True)]
    assert OutgoingMail.objects.filter(kind="answer", to="tom@desk.example").exists()


def test_set_writes_levels_keys_and_answers(office: Office):
    given = mapping(inputs={"urgency": '="high"', "fields.checked": "=1 + 1"})
    ticket = office.asks(
        one(service("it", "sira:set", extension=headers(group="hr", subject="For {requester.name}") + given))
    )
    found = now(ticket)
    assert (found.urgency, found.fields["checked"], found.group) == (Ticket.Level.HIGH, 2, office.hr)
    assert found.subject == "For Tom Whitfield"


def test_a_value_behind_an_equals_sign_is_worked_out(office: Office):
    worked_out = "=if ticket.subject = null then &quot;low&quot; else &quot;high&quot;"
    it = service("it", "sira:set", extension=headers(urgency=worked_out))
    assert now(office.asks(one(it))).urgency == Ticket.Level.HIGH


def test_an_unknown_value_is_an_incident(office: Office):
    ticket = office.asks(one(service("it", "sira:set", extension=headers(urgency="soonish"))))
    assert stuck(ticket) == ["unknown_value"]


def test_a_child_is_opened_and_its_end_is_waited_for(office: Office):
    waits = catch("ended", event("message", "child ended".replace(" ", "_")))
    declared = message("child_ended", "=child").replace('name="child_ended"', 'name="child ended"')
    child = service("it", "sira:open_child", extension=headers(type="incident", subject="Cable for {requester.name}"))
    ticket = office.asks(one(child, waits, ways="ended > ", declare=declared))
    part = TicketLink.objects.get(target=ticket, kind="child").source
    assert part.subject == "Cable for Tom Whitfield" and variables(ticket)["child"] == part.number
    lifecycle.resolve(part, by=office.ayse, resolution="Laid.", at=monday(11))
    lifecycle.confirm(part, by=office.tom, at=monday(12))
    assert now(ticket).status == "open"
    jobs.tell_parents(part.pk)
    assert now(ticket).status == "closed" and variables(ticket)["resolution"] == "Laid."


def test_a_drawing_that_opens_itself_stops(office: Office):
    child = service("it", "sira:open_child", extension=headers(type="purchase"))
    office.asks(one(child))
    assert Ticket.objects.filter(type__key="purchase").count() <= 6


def test_an_answer_of_the_requester_lets_the_drawing_go_on(office: Office):
    waits = catch("it", event("message", "answered"))
    declared = message("answered").replace('name="answered"', 'name="requester answered"')
    ticket = office.asks(one(waits, declare=declared))
    conversation.hear(ticket, Said(text="The black one."), by=office.tom, channel="portal", at=monday(10))
    assert now(ticket).status == "closed" and variables(ticket)["text"] == "The black one."


def test_without_any_word_of_what_was_done_nothing_is_closed(office: Office):
    source = drawing(start(), service("it", "sira:close"), end(), key="purchase", ways="start > it > end")
    assert stuck(office.asks(source)) == ["not_ready"]


# What texts and conditions may say of a request


FLOOR = {
    "type": "select", "id": "floor", "key": "floor", "label": "Floor?",
    "values": [{"value": "one", "label": "First floor"}], "properties": {"option:one:tr": "Birinci kat"},
}  # fmt: skip


FATES = {"results": "done=Done; lost=Gone", "results__tr": "Bitti; Kayıp"}
KEPT = mapping(outputs={"fate": "=result"})
SPOKEN = "<extensionElements><z:properties>{}</z:properties></extensionElements>"
RISK = f"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:z="http://camunda.org/schema/zeebe/1.0"
  id="risk" name="Risk" namespace="urn:sira"><decision id="d" name="Risk"><decisionTable hitPolicy="FIRST">
  <input id="i" label="Subject"><inputExpression><text>ticket.subject</text></inputExpression></input>
  <output id="o" name="danger" label="Danger">{
    SPOKEN.format('<z:property name="label:tr" value="Tehlike"/><z:property name="option:low:tr" value="Düşük"/>')
}</output>
  <output id="p" name="other"/>
  <rule id="r"><inputEntry><text>-</text></inputEntry><outputEntry><text>"low"</text></outputEntry>
  <outputEntry><text>1</text></outputEntry></rule></decisionTable></decision></definitions>"""


def test_a_choice_stands_in_a_mail_in_the_words_of_its_form(office: Office):
    publishing.publish("move", {"components": [FLOOR]}, by=office.ada, at=monday(8))
    office.tom.language = "tr"
    office.tom.save()
    tell = service("tell", "sira:notify", extension=headers(text="To {floor}.", text__tr="Yer: {floor}."))
    source = one(task("it", "work", groups="it", form="move"), tell, ways="tell > ")
    ticket = office.asks(source)
    done(task_of(ticket, "task"), office, office.jonas, answers={"floor": "one"})
    assert "Yer: Birinci kat." in writing.texts(OutgoingMail.objects.get(kind="told"), None)[1]


@pytest.mark.parametrize(
    "language, words",
    [
        ("en", "High, IT, Silver, a: high"),
        ("tr", "Yüksek, BT masası, Gümüş, a: high"),
        ("fa", "بالا, میز فناوری, نقره‌ای, a: high"),
        ("pl", "Wysoki, IT, Srebrny, a: high"),
    ],
)
def test_what_the_desk_says_of_a_ticket_stands_in_a_mail_in_its_words(office: Office, language, words):
    office.it.names = {"tr": "BT masası", "fa": "میز فناوری"}
    office.it.save()
    office.firm.tier = "silver"
    office.firm.save()
    office.tom.language = language
    office.tom.save()
    said = "{ticket.impact}, {ticket.group}, {requester.tier}, a: {ticket.fields.impact}"
    told = service("it", "sira:notify", extension=headers(text=said, **{f"text__{language}": said}))
    more = {"group": office.it, "fields": {"impact": "high"}, "impact": 1}
    assert stuck(office.asks(one(told), **more)) == []
    text = writing.texts(OutgoingMail.objects.get(kind="told"), None)[1]
    assert words in text.replace("\u2068", "").replace("\u2069", "")


def test_an_answer_of_an_earlier_task_is_told_to_the_approver_in_words(office: Office):
    publishing.publish("move", {"components": [FLOOR]}, by=office.ada, at=monday(8))
    source = one(task("it", "ask", form="move"), approve("=requester.manager"), ways="approve > ")
    ticket = office.asks(source)
    done(task_of(ticket, "ask"), office, office.tom, answers={"floor": "one"})
    text = writing.texts(OutgoingMail.objects.get(kind="approve"), None)[1]
    assert "Floor? First floor" in text


def test_an_approver_reads_each_answer_once_and_in_their_language(office: Office):
    publishing.publish("move", {"components": [FLOOR]}, by=office.ada, at=monday(8))
    office.marta.language = "tr"
    office.marta.save()
    fields, text = {"floor": "one", "_form": ["move", 1]}, "By Friday.\n\nFloor? First floor"
    for question in ("May it be?", "May it be?&#10;Floor? Birinci kat"):
        block = task("it", "approve", who="=requester.manager", text=question)
        office.asks(one(block), fields=dict(fields), said=Said(text=text))
        mail = writing.texts(OutgoingMail.objects.filter(kind="approve").latest("id"), None)[1]
        assert mail.count("Floor? Birinci kat") == 1 and "First floor" not in mail and "By Friday." in mail


def test_a_result_stands_in_a_mail_in_its_words_and_a_line_of_what_nobody_said_is_left_out(office: Office):
    office.tom.language = "tr"
    office.tom.save()
    work = user("it", extension=f"<zeebe:userTask/>{people(groups='it')}{headers(kind='work', **FATES)}{KEPT}")
    said = headers(
        text="{fate}.&#10;At {place}.&#10;{place}, {fate}",
        text__tr="Sonu: {fate}.&#10;Yer: {place}.&#10;{place}, {fate}",
    )
    ticket = office.asks(one(work, service("tell", "sira:notify", extension=said), ways="tell > "))
    done(task_of(ticket, "task"), office, office.jonas, result="lost")
    text = writing.texts(OutgoingMail.objects.get(kind="told"), None)[1]
    assert text.lstrip().startswith("Sonu: Kayıp.\n, Kayıp")


def test_what_a_table_answered_stands_in_a_mail_in_the_words_of_the_table(office: Office):
    decisions.publish("risk", RISK, at=monday(8), by=office.ada)
    office.marta.language = "tr"
    office.marta.save()
    asks = service("it", "sira:decide", extension=headers(decision="risk"))
    keep = service("keep", "sira:set", extension=mapping(inputs={"fields.danger": "=danger"}))
    vote = approve("=requester.manager", text="Risk: {danger}", text__tr="Risk: {danger}")
    office.asks(one(asks, keep, vote, ways="keep > approve > "))
    text = writing.texts(OutgoingMail.objects.get(kind="approve"), None)[1]
    assert "Risk: Düşük" in text
    assert "Tehlike: Düşük" in text, "the ticket's field is called as the table calls it"


def test_an_approval_that_is_over_is_called_in_the_words_of_the_reader(office: Office):
    office.jonas.language = "tr"
    office.jonas.save()
    named = '<zeebe:properties><zeebe:property name="name:tr" value="Onay ver"/></zeebe:properties>'
    vote = user(
        "approve", extension=f"{named}<zeebe:userTask/>{people(groups='it')}{headers(kind='approve', rule='one')}"
    )
    ticket = office.asks(purchase(vote))
    ballot = Ballot.objects.get(approval__task__subject=ticket.pk, approver=office.ayse)
    approvals.decide(ballot, approved=True, by=office.ayse, comment="", at=monday(11))
    text = writing.texts(OutgoingMail.objects.get(kind="approval_over", person=office.jonas), None)[1]
    assert "Onay ver" in text


def test_what_the_request_said_first_is_known_at_the_start_and_later(office: Office):
    source = drawing(
        start(), gate("g"), task("it", "work", groups="it"), gate("h"), task("two", "work", groups="it"), CLOSE, end(),
        key="purchase",
        ways="start > g; g > it if contains(message.text, \"drops\"); g > end otherwise; it > h;"
        " h > two if contains(message.text, \"minutes\"); h > end otherwise; two > done > end",
    )  # fmt: skip
    ticket = office.asks(source)
    done(task_of(ticket, "task"), office, office.jonas)
    assert task_of(ticket, "task").element == "two"
