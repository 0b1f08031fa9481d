"""Approvals and tasks in the workspace: the work list, claiming, and a task on its ticket's page."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from sira.decisions.publishing import publish
from sira.decisions.tests.drawings import table
from sira.forms import publishing
from sira.processes.models import Task
from sira.processes.tasks.models import Ballot, TaskFile, TaskSheet
from sira.processes.tests.drawing import mapping, node
from sira.tickets import conversation
from sira.tickets.messages import Said
from sira.tickets.tests.cast import a_person, monday
from sira.tickets.tests.office import Office, approve, now, purchase, task, task_of
from sira.tickets.tests.test_desk_blocks import one
from sira.workspace import why

PACKS = Path(__file__).resolve().parents[3] / "packs"


@pytest.fixture
def office(db: None) -> Office:
    return Office()


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_work_list_of_a_group_and_of_oneself(office: Office):
    ticket = office.asks(one(task("it", "work", groups="hr", text="Make the contract.")))
    client, key = signed_in(office.zeynep), task_of(ticket, "task").pk
    assert ticket.number in client.get("/desk/tasks/?which=groups").content.decode()
    assert client.post(f"/desk/tasks/{key}/claim/", {"which": "groups"}).status_code == 302
    assert Task.objects.get(pk=key).assignee == office.zeynep
    assert ticket.number in client.get("/desk/tasks/").content.decode()
    client.post(f"/desk/tasks/{key}/hand-back/", {"which": "mine"})
    assert Task.objects.get(pk=key).assignee is None


def test_the_work_list_is_paged_by_key_and_its_questions_do_not_grow(office, django_assert_num_queries):
    source = one(task("it", "work", groups="hr"))
    for _each in range(33):
        office.asks(source)
    client = signed_in(office.zeynep)
    client.get("/desk/tasks/")
    with django_assert_num_queries(6):
        page = client.get("/desk/tasks/?which=groups").content.decode()
    assert page.count("slip-top") == 30 and "after=" in page
    after = page.partition("after=")[2].partition('"')[0]
    assert client.get(f"/desk/tasks/?which=groups&after={after}").content.decode().count("slip-top") == 3


def test_a_task_says_on_the_ticket_what_it_needs_and_a_refusal_keeps_what_was_typed(office: Office):
    block = task("it", "test", groups="it", evidence="text, signature", checklist="Cable; Ping")
    ticket = office.asks(one(block))
    client, key = signed_in(office.jonas), task_of(ticket, "test").pk
    page = client.get(ticket.get_absolute_url()).content.decode()
    assert "Needs:" in page and "Cable" in page and "I sign this with my name: Jonas Weber" in page
    way = f"{ticket.get_absolute_url()}tasks/{key}/"
    refused = client.post(way, {"evidence": "Pinged for an hour.", "checked": ["0"], "result": "passed"})
    words = refused.content.decode()
    assert refused.status_code == 422 and "Pinged for an hour." in words and "Still" not in words
    assert "This is still missing" in words and Task.objects.get(pk=key).state == "open"
    given = {"evidence": "Pinged for an hour.", "checked": ["0", "1"], "signed": "yes", "result": "passed"}
    client.post(way, given)
    assert TaskSheet.objects.get().signed_as == "Jonas Weber" and now(ticket).status == "closed"


def test_the_form_of_a_refused_task_keeps_its_answers_and_says_what_is_wrong(office: Office):
    fields = [
        {"type": "textfield", "id": "room", "key": "room", "label": "Which room?"},
        {"type": "number", "id": "desks", "key": "desks", "label": "How many desks?", "validate": {"required": True}},
    ]
    publishing.publish("move", {"components": fields}, by=office.ada, at=monday(8))
    block = task("it", "work", groups="it", form="move", evidence="text")
    ticket = office.asks(one(block, task("two", "work", groups="it", evidence="text"), ways="two > "), group=office.it)
    client, key = signed_in(office.jonas), task_of(ticket, "task").pk
    way = f"{ticket.get_absolute_url()}tasks/{key}/"
    given = {"answer.room": "The blue one", "answer.desks": "many", "evidence": "Carried them.", "result": "done"}
    refused = client.post(way, given)
    page = refused.content.decode()
    assert refused.status_code == 422 and 'value="The blue one"' in page and 'value="many"' in page
    assert "How many desks? Write a number here." in page and page.count("Carried them.") == 1
    client.post(way, given | {"answer.desks": "4"})
    assert Task.objects.get(pk=key).outcome == {"room": "The blue one", "desks": 4, "result": "done"}


def test_what_showed_that_a_task_is_done_stays_on_the_ticket(office: Office, settings, tmp_path):
    block = task("it", "test", groups="it", evidence="text, file, signature")
    ticket = office.asks(one(block), group=office.it)
    client, key = signed_in(office.jonas), task_of(ticket, "test").pk
    file = SimpleUploadedFile("ping.txt", b"64 bytes, 1 ms")
    given = {"evidence": "No loss in an hour.", "files": file, "signed": "yes", "result": "passed"}
    client.post(f"{ticket.get_absolute_url()}tasks/{key}/", given)
    page = client.get(ticket.get_absolute_url()).content.decode()
    assert "1 task done" in page and "No loss in an hour." in page and "signed: Jonas Weber" in page
    way = f"/desk/tasks/files/{TaskFile.objects.get().pk}/"
    assert way in page and b"".join(client.get(way).streaming_content) == b"64 bytes, 1 ms"  # type: ignore[attr-defined]
    assert signed_in(office.zeynep).get(way).status_code == 404


def test_the_ticket_shows_who_is_asked_and_offers_no_button_to_tick_it_off(office: Office):
    ticket = office.asks(purchase(approve("=requester.manager")))
    page = signed_in(office.jonas).get(ticket.get_absolute_url()).content.decode()
    key = task_of(ticket, "approve").pk
    assert "Marta Manager" in page and f"tasks/{key}/" not in page
    answer = signed_in(office.jonas).post(f"{ticket.get_absolute_url()}tasks/{key}/", {"result": "done"})
    assert answer.status_code == 409 and now(ticket).status == "open"


def test_an_agent_decides_in_the_workspace(office: Office):
    ticket = office.asks(purchase(approve(f"={office.ayse.pk}")))
    client = signed_in(office.ayse)
    page = client.get("/desk/approvals/").content.decode()
    assert ticket.number in page and 'class="count">1<' in page
    ballot = Ballot.objects.get()
    assert client.post(f"/desk/approvals/{ballot.pk}/", {"does": "nothing"}).status_code == 422
    assert client.post(f"/desk/approvals/{ballot.pk}/", {"does": "reject"}).status_code == 302
    assert Ballot.objects.get().way == "workspace" and now(ticket).status == "closed"
    assert signed_in(office.jonas).get(f"/desk/approvals/{ballot.pk}/").status_code == 404


def test_why_names_what_a_table_of_the_drawing_answered(office: Office):
    rows = [('"laptop"', '"board"', "dear"), ("-", '"manager"')]
    publish("limit", table({"Thing": "thing"}, rows, policy="FIRST"), at=monday(8))
    called = '<zeebe:calledDecision decisionId="limit" resultVariable="asks"/>'
    block = node("businessRuleTask", "it", extension=mapping(inputs={"thing": '="laptop"'}) + called)
    ticket = office.asks(one(block, task("two", "work", groups="it"), ways="two > "), group=office.it)
    page = signed_in(office.jonas).get(ticket.get_absolute_url()).content.decode()
    assert "Priority: board, because" in page and "laptop" in page and "dear" in page


def test_why_names_the_people_and_groups_that_a_table_lists(office: Office):
    rows = [('"laptop"', f'[[{office.marta.pk}], ["it"]]', "dear"), ("-", '["it"]')]
    publish("limit", table({"Thing": "thing"}, rows, policy="FIRST"), at=monday(8))
    called = '<zeebe:calledDecision decisionId="limit" resultVariable="asks"/>'
    block = node("businessRuleTask", "it", extension=mapping(inputs={"thing": '="laptop"'}) + called)
    ticket = office.asks(one(block, task("two", "work", groups="it"), ways="two > "), group=office.it)
    assert why.reasons_of(ticket, office.jonas)[-1].conclusion == f"Priority: {office.marta}, {office.it}, because"


def test_why_speaks_the_readers_language_where_the_table_does(office: Office):
    called = '<zeebe:calledDecision decisionId="change_impact" resultVariable="impact"/>'
    facts = mapping(inputs={"ticket": '={fields: {kind: "standard", users: "few", downtime: "none"}}'})
    block = node("businessRuleTask", "it", extension=facts + called)
    source = (PACKS / "change" / "change_impact.dmn").read_text("utf-8")
    publish("change_impact", source, at=monday(8))
    ticket = office.asks(one(block, task("two", "work", groups="it"), ways="two > "), group=office.it)
    with translation.override("fa"):
        told = why.reasons_of(ticket, office.jonas)[-1]
    assert sorted(told.conclusion.removeprefix("اثر تغییر: ").removesuffix("، چون").split("، ")) == sorted(
        ["ریسک: پایین", "گسترهٔ اثر: پایین", "مسیر: استاندارد"]
    )
    assert told.rule == "اثر تغییر، نگارش ۱، قاعدهٔ ۱"
    assert told.facts[0] == ("نوع", "استاندارد") and told.facts[-1][1] == "تغییرهای استاندارد از پیش تأیید شده‌اند"
    page = signed_in(office.jonas).get(ticket.get_absolute_url()).content.decode()
    assert "Risk: " in page and "Way: " in page and "way: " not in page
    assert "Impact of a change v1, rule 1" in page and "Standard changes are approved in advance" in page


def test_after_a_refusal_that_settles_it_no_button_is_offered(office: Office):
    office.asks(purchase(approve(f"={office.ayse.pk}")))
    client, ballot = signed_in(office.ayse), Ballot.objects.get()
    page = f"/desk/approvals/{ballot.pk}/"
    assert 'value="approve"' in client.get(page).content.decode()
    client.post(page, {"does": "approve"})
    refused = client.post(page, {"does": "reject"})
    assert refused.status_code == 409 and 'value="approve"' not in refused.content.decode()


def test_a_task_with_a_list_gets_rows_without_being_done_and_keeps_their_files(office: Office):
    name = {"type": "textfield", "id": "n", "key": "name", "label": "Name", "validate": {"required": True}}
    proof = {"type": "filepicker", "id": "f", "key": "photo", "label": "Photo", "validate": {"required": True}}
    fields = [{"type": "dynamiclist", "id": "d", "path": "desks", "label": "Desks", "components": [name, proof]}]
    publishing.publish("move", {"components": fields}, by=office.ada, at=monday(8))
    block = task("it", "work", groups="it", form="move")
    ticket = office.asks(one(block, task("two", "work", groups="it"), ways="two > "), group=office.it)
    client, key = signed_in(office.jonas), task_of(ticket, "task").pk
    way = f"{ticket.get_absolute_url()}tasks/{key}/"
    given = {"answer.desks.rows": ["0"], "answer.desks.0.name": "Window", "result": "done"}
    for place in (way, f"/desk/tasks/{key}/"):
        page = client.post(place, given | {"answer.desks.add": "1"}).content.decode()
        assert 'value="Window"' in page and 'name="answer.desks.1.name"' in page and "Fill this in" not in page
    assert Task.objects.get(pk=key).state == "open"
    refused = client.post(way, given)
    assert refused.status_code == 422 and "Desks 1, Photo: Attach a file." in refused.content.decode()
    client.post(way, given | {"answer.desks.0.photo": SimpleUploadedFile("window.png", b"x")})
    assert Task.objects.get(pk=key).outcome["desks"] == [{"name": "Window", "photo": ["window.png"]}]
    assert TaskFile.objects.get().name == "window.png"


def test_a_step_is_called_in_the_readers_language_on_the_ticket_and_in_the_work_list(office: Office):
    names = '<zeebe:properties><zeebe:property name="name:tr" value="Taşı"/></zeebe:properties>'
    block = task("it", "work", groups="it").replace("<zeebe:userTask/>", "<zeebe:userTask/>" + names)
    ticket = office.asks(one(block, task("two", "work", groups="it"), ways="two > "), group=office.it)
    office.jonas.language = "tr"
    office.jonas.save(update_fields=["language"])
    client = signed_in(office.jonas)
    for address in (ticket.get_absolute_url(), "/desk/tasks/?which=groups", f"{ticket.get_absolute_url()}drawing/"):
        page = client.get(address)
        assert page.status_code == 200 and "Taşı" in page.content.decode(), address
    told = client.get(ticket.get_absolute_url()).content.decode().partition("Çözmek için")[2]
    assert "Taşı" in told[:40], "what is missing before it is resolved is called so too"


@pytest.fixture
def handed(office: Office):
    """A task of HR on a ticket that IT works on, with a form and words to show it."""
    asked = [{"type": "textfield", "id": "wish", "key": "wish", "label": "What is wanted?"}]
    form = publishing.publish("wishes", {"components": asked}, by=office.ada, at=monday(8))
    fields = [{"type": "number", "id": "boxes", "key": "boxes", "label": "How many boxes?"}]
    fields[0]["validate"] = {"required": True}
    publishing.publish("arrived", {"components": fields}, by=office.ada, at=monday(8))
    block = task("it", "work", groups="hr", form="arrived", evidence="text", text="Count them.")
    ticket = office.asks(one(block, task("two", "work", groups="it"), ways="two > "), group=office.it)
    known = {"wish": "A blue chair", "_form": [form.key, form.version], "margin": "Bought for 90"}
    type(ticket).objects.filter(pk=ticket.pk).update(fields=known)
    conversation.note(ticket, Said(text="He always asks for blue."), by=office.jonas, at=monday(9))
    conversation.hear(ticket, Said(text="Where is it?"), by=office.tom, at=monday(9), channel="portal")
    return ticket


def test_who_is_in_the_group_of_a_task_alone_takes_and_does_it_on_its_own_page(office: Office, handed):
    client, key = signed_in(office.zeynep), task_of(handed, "task").pk
    assert client.get(handed.get_absolute_url()).status_code == 404
    assert f'href="/desk/tasks/{key}/"' in client.get("/desk/tasks/?which=groups").content.decode()
    page = client.get(f"/desk/tasks/{key}/").content.decode()
    for words in (handed.number, handed.subject, str(handed.requester), "What is wanted?", "A blue chair"):
        assert words in page
    for words in ("Count them.", "How many boxes?", "Needs:", "What was done?"):
        assert words in page
    assert "always asks" not in page and "Where is it?" not in page and "Bought for 90" not in page
    taken = client.post(f"/desk/tasks/{key}/claim/", {"which": "task"}, follow=True)
    assert taken.redirect_chain[-1][0] == f"/desk/tasks/{key}/" and "Hand back" in taken.content.decode()
    laid_back = client.post(f"/desk/tasks/{key}/hand-back/", {"which": "task"}, follow=True)
    assert laid_back.redirect_chain[-1][0] == f"/desk/tasks/{key}/" and f"{key}/claim/" in laid_back.content.decode()
    client.post(f"/desk/tasks/{key}/claim/", {"which": "task"})
    given = {"answer.boxes": "4", "evidence": "", "result": "done"}
    refused = client.post(f"/desk/tasks/{key}/", given)
    page = refused.content.decode()
    assert refused.status_code == 422 and "This is still missing" in page and 'value="4"' in page
    refused = client.post(f"/desk/tasks/{key}/", given | {"answer.boxes": "many", "evidence": "Counted twice."})
    page = refused.content.decode()
    assert refused.status_code == 422 and 'value="many"' in page and "Counted twice." in page
    done = client.post(f"/desk/tasks/{key}/", given | {"evidence": "Counted twice."}, follow=True)
    assert done.redirect_chain[-1][0] == "/desk/tasks/?which=mine" and "Thank you" in done.content.decode()
    assert Task.objects.get(pk=key).outcome == {"boxes": 4, "result": "done"}
    ended = client.get(f"/desk/tasks/{key}/").content.decode()
    assert "Counted twice." in ended and 'name="evidence"' not in ended
    assert client.post(f"/desk/tasks/{key}/", given).status_code == 409


def test_the_page_of_a_task_is_there_for_who_does_it_alone(office: Office, handed):
    key = task_of(handed, "task").pk
    stranger, works, member = a_person("Sam", role="agent"), signed_in(office.jonas), signed_in(office.zeynep)
    for way in (signed_in(stranger).get, signed_in(stranger).post):
        assert way(f"/desk/tasks/{key}/").status_code == 404
    assert works.get(f"/desk/tasks/{key}/").url == f"{handed.get_absolute_url()}#task-{key}"  # type: ignore[attr-defined]
    assert member.get(f"/desk/tasks/{key}/").status_code == 200
    office.zeynep.memberships.all().delete()
    for way in (member.get, member.post):
        assert way(f"/desk/tasks/{key}/").status_code == 404
    assert Task.objects.get(pk=key).state == "open"
    Task.objects.filter(pk=key).update(assignee=stranger)
    assert signed_in(stranger).get(f"/desk/tasks/{key}/").status_code == 200
    laid_back = signed_in(stranger).post(f"/desk/tasks/{key}/hand-back/", {"which": "task"})
    assert laid_back.url == "/desk/tasks/?which=mine", "its page is not theirs any more"  # type: ignore[attr-defined]


def test_the_questions_of_a_tasks_page(office: Office, handed, django_assert_num_queries):
    client, key = signed_in(office.zeynep), task_of(handed, "task").pk
    client.get(f"/desk/tasks/{key}/")
    with django_assert_num_queries(9):
        assert client.get(f"/desk/tasks/{key}/").status_code == 200
