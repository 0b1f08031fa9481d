"""A person's data: all of it taken out for them; forgotten, it stands in no table and no file, and figures stay."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from sira.api import tokens
from sira.channels.email.taking import take
from sira.config import forgetting as commands
from sira.decisions.models import DecisionVersion
from sira.intake.models import Received
from sira.knowledge.models import Article, ArticleVersion
from sira.notifications.models import OutgoingMail
from sira.people import joining
from sira.people.models import Attempt, Organisation, PersonalRequest
from sira.people.personal import archive, asking, forgetting, holdings
from sira.people.personal.scrubbing import GONE
from sira.plumbing import sweeping
from sira.plumbing.desk_files import desk_files
from sira.plumbing.models import AuditEntry
from sira.plumbing.refusals import NotAllowed, Refused
from sira.plumbing.words.tokens import line
from sira.portal.models import Draft
from sira.processes.models import Instance
from sira.promises.models import Clock
from sira.studio.rehearsal import tables
from sira.tickets import conversation, flows, lifecycle, retention, tallies
from sira.tickets.messages import Said
from sira.tickets.models import Message, MessageFile, RetentionRule, Ticket, TicketType
from sira.tickets.tests.cast import Desk, a_person

MAIL = b"""From: "Zuzanna Quernbold" <zq.quernbold@wolkenheim.test>\r
To: help@desk.example\r
Subject: Flunkerich does not print\r
Message-ID: <1@zq-quernbold.wolkenheim.test>\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary="a"\r
\r
--a\r
Content-Type: text/plain; charset=utf-8\r
\r
The Flunkerich in my room does not print. Zuzanna Quernbold\r
--a\r
Content-Type: text/csv; name="flunkerich.csv"\r
Content-Disposition: attachment; filename="flunkerich.csv"\r
\r
flunkerich,1\r
--a--\r
"""
WORDS = ("zuzanna", "quernbold", "wolkenheim", "flunkerich")


@pytest.fixture
def desk(db, tmp_path, monkeypatch) -> Desk:
    monkeypatch.setattr(desk_files(), "folder", tmp_path / "files")
    return Desk()


@pytest.fixture
def ticket(desk) -> Ticket:
    """Asked by mail, answered with quotes and by name, noted, solved."""
    take(MAIL, at=timezone.now())
    ticket = Ticket.objects.get(subject__contains="Flunkerich")
    at, jonas = timezone.now(), desk.jonas
    Ticket.objects.filter(pk=ticket.pk).update(
        group=desk.it, agent=jonas, fields={"where": "beside the Flunkerich", "how": "slow"}
    )
    ticket.refresh_from_db()
    quoted = "Dear Ms Quernbold, try again.\n> The Flunkerich in my room does not print."
    conversation.answer(ticket, Said(text="Dear Ms Quernbold, try again.", full_text=quoted), by=jonas, at=at)
    conversation.note(ticket, Said(text="Zuzanna called; zq.quernbold@wolkenheim.test is right."), by=jonas, at=at)
    lifecycle.resolve(ticket, by=jonas, resolution="Zuzanna Quernbold has a new one.", at=at)
    return Ticket.objects.get(pk=ticket.pk)


def everywhere(*words: str) -> list[str]:
    """Each column of each table of the database, and each file that a row names, in which one of the words stands."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables"
            " USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        for table, column in cursor.fetchall():
            cursor.execute(
                f'SELECT "{column}"::text FROM "{table}" WHERE lower("{column}"::text) LIKE ANY(%s) LIMIT 1',
                [[f"%{word}%" for word in words]],
            )
            found += [f"{table}.{column}: {value[:200]}" for (value,) in cursor.fetchall()]
    sweeping.sweep(desk_files(), at=timezone.now() + timedelta(days=2))
    for digest, entry in sweeping.all_files(desk_files().folder):
        content = desk_files().whole(digest).decode(errors="replace").lower()
        found += [f"{entry.path}: {word}" for word in words if word in content]
    return found


def forget(person, desk, **more) -> PersonalRequest:
    asked = {"name": str(person), "by": desk.ada, "way": "page", "at": timezone.now()} | more
    request = asking.ask_to_forget(person, **asked)
    forgetting.forget(request.pk, at=timezone.now())
    return request


def test_nothing_of_a_forgotten_person_is_left_in_any_table_or_file(desk, ticket, client):
    zuzanna, at = ticket.requester, timezone.now()
    client.force_login(zuzanna)
    session = client.session.session_key
    UserSession.objects.get_or_create(user=zuzanna, session_key=session, defaults={"ip": "127.0.0.1"})
    other = desk.ticket(subject="Ask Zuzanna Quernbold", said=Said(text="Write to zq.quernbold@wolkenheim.test."))
    Draft.objects.create(person=zuzanna, key="ask", data={"text": ["Another Flunkerich"]}, at=at)
    Attempt.objects.create(kind="link", key="zq.quernbold@wolkenheim.test", at=at)
    article = Article.objects.create(owner=desk.jonas, review_on=at.date(), created_at=at, ticket=ticket)
    ArticleVersion.objects.create(
        article=article, language="en", number=1, title="Printing", text="As Zuzanna Quernbold asked.",
        words=line("As Zuzanna Quernbold asked.", "en"), by=desk.jonas, at=at,
    )  # fmt: skip
    assert len(everywhere(*WORDS)) > 20
    forget(zuzanna, desk)
    assert everywhere(*WORDS) == []
    assert not Session.objects.filter(session_key=session).exists()
    other.refresh_from_db()
    assert other.subject == f"Ask {GONE}"
    assert not OutgoingMail.objects.filter(person=zuzanna, state__in=OutgoingMail.ACTIVE).exists()


def test_who_is_called_like_a_word_of_the_desk_takes_it_out_of_no_other_text(desk):
    theirs = desk.ticket(requester=a_person("Incident"))
    Organisation.objects.filter(pk=desk.halden.pk).update(name="Human resources")
    clock = Clock.objects.filter(subject=theirs.pk).first()
    Ticket.objects.filter(pk=theirs.pk).update(subject=clock.target)  # what somebody wrote, and a word of the desk
    other = desk.ticket(subject="An incident of Human Resources, not of Ines Quernbold")
    for one in (theirs.requester, a_person("Human Resources"), a_person("Ines Quernbold")):
        forget(one, desk, even_open=True)
    for row in (other, theirs, desk.incident, desk.halden):
        row.refresh_from_db()
    assert other.subject == f"An incident of Human Resources, not of {GONE}"
    assert (theirs.subject, desk.incident.name, desk.halden.name) == (GONE, "Incident", "Human resources")
    assert Clock.objects.get(pk=clock.pk).target == clock.target


def test_a_process_goes_on_where_it_is_whatever_somebody_wrote_or_is_called(desk):
    theirs = desk.ticket(requester=a_person("Task Tokens Waits"), subject="task", fields={"where": "Flunkerich"})
    instance = Instance.objects.filter(subject=theirs.pk).first()
    state = {"tokens": {"1": ["Task", "0"]}, "waits": {"1": {"Task": ["task", 0]}}, "scopes": {}, "next": 2}
    knows = {"variables": {"tokens": "task", "where": "Flunkerich", "who": "Ms Tokens"}}
    Instance.objects.filter(pk=instance.pk).update(state=state | knows)
    forget(theirs.requester, desk, even_open=True)
    instance.refresh_from_db()
    assert instance.state == state | {"variables": {"tokens": GONE, "where": GONE, "who": f"Ms {GONE}"}}


def test_history_times_and_figures_are_as_before(desk, ticket):
    def known():
        row = Ticket.objects.values().get(pk=ticket.pk)
        kept = {
            name: value for name, value in row.items() if name not in ("subject", "fields", "resolution", "revision")
        }
        history = [(one.kind, one.at, one.by_id) for one in ticket.history.order_by("pk")]
        return kept, history, Message.objects.filter(ticket=ticket).count(), counted()

    before = known()
    forget(ticket.requester, desk)
    assert known() == before
    assert tallies.drift() == flows.drift() == []


def counted() -> list[object]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(opened), sum(solved), sum(kept), sum(answer_seconds), sum(first_contact) FROM tickets_flow"
        )
        return cursor.fetchall()


# Who asked, worked, decided, wrote or set up, by number alone: figures, histories and the trail are made of it.
STAYS = {
    "api.Webhook.made_by", "boards.Layout.by", "calendars.Edition.by", "decisions.DecisionVersion.by",
    "forms.FormVersion.by", "knowledge.Article.owner", "knowledge.ArticleVersion.by",
    "notifications.OutgoingMail.person", "people.Joining.by", "people.Joining.joined", "people.Joining.kept",
    "people.Joining.undone_by", "people.Person.joined_into", "people.Person.manager", "people.PersonalRequest.by",
    "processes.ProcessVersion.by", "processes.Task.assignee", "processes.Task.done_by", "promises.WarningPlan.by",
    "routing.Dealt.person", "routing.Tally.person", "routing.Offer.agent", "routing.Pool.last_agent",
    "studio.SetAside.by",
    "tasks.Ballot.approver", "tasks.Ballot.barred", "tasks.Ballot.decided_by", "tasks.Ballot.stand_in",
    "tasks.TaskFile.by", "tickets.HistoryEntry.by", "tickets.LaterAnswer.author", "tickets.Merge.by",
    "tickets.Merge.undone_by", "tickets.Message.author", "tickets.RetentionRule.made_by", "tickets.Service.owner",
    "tickets.SideTalk.by", "tickets.SideTalk.person", "tickets.Tally.agent", "tickets.Ticket.agent",
    "tickets.Ticket.requester", "tickets.TicketLink.by", "workforce.Absence.by", "workforce.Absence.decided_by",
    "workforce.Absence.stand_in", "workforce.Rota.person", "workforce.Swap.asked_by", "workforce.Swap.asked_of",
    "workspace.Change.by", "workspace.Macro.changed_by",
}  # fmt: skip


def test_every_column_that_names_a_person_is_decided_about():
    said = {(holding.model, holding.path) for holding in holdings.holdings}
    rest = {f"{one.model._meta.label}.{one.name}" for one in holdings.keys_to_persons()
            if (one.model, one.name) not in said}  # fmt: skip
    assert rest == STAYS, sorted(rest ^ STAYS)


def test_a_person_is_forgotten_only_by_their_name_and_knowingly(desk, ticket):
    zuzanna, more = ticket.requester, desk.ticket(requester=ticket.requester)
    for wrong in (lambda: forget(zuzanna, desk, name="Zuzanna"), lambda: forget(desk.jonas, desk),
                  lambda: forget(zuzanna, desk, by=desk.ayse), lambda: forget(zuzanna, desk)):  # fmt: skip
        with pytest.raises(Refused):
            wrong()
    assert everywhere("zuzanna") and more.status in Ticket.ACTIVE
    forget(zuzanna, desk, even_open=True)
    with pytest.raises(asking.AlreadyForgotten):
        forget(zuzanna, desk, name=f"#{zuzanna.pk}", even_open=True)


def test_who_is_to_be_forgotten_is_joined_with_nobody(desk, ticket):
    zuzanna, kept, at = ticket.requester, a_person("Zofia Quill"), timezone.now()
    earlier = joining.join(zuzanna, a_person("Zed Quill"), by=desk.jonas, at=at)
    request = asking.ask_to_forget(zuzanna, name=str(zuzanna), even_open=True, by=desk.ada, way="page", at=at)
    for first, second in ((kept, zuzanna), (zuzanna, kept)):
        with pytest.raises(asking.AlreadyForgotten):
            joining.join(first, second, by=desk.jonas, at=at)
    with pytest.raises(asking.AlreadyForgotten):
        joining.undo_join(earlier, by=desk.jonas, at=at)
    forgetting.forget(request.pk, at=at)
    kept.refresh_from_db()
    assert kept.name == "Zofia Quill" and kept.is_active


def test_the_archive_has_what_is_kept_and_no_secret(desk, ticket):
    zuzanna, at = ticket.requester, timezone.now()
    zuzanna.set_password("a-long-password-of-hers")
    zuzanna.save()
    request = asking.ask_for_archive(zuzanna, by=desk.ada, way="page", at=at)
    archive.make(request.pk, at=at)
    asked = {"of": zuzanna.pk, "by": desk.ada, "way": "page"}
    with pytest.raises(NotAllowed):
        asking.fetch(request.pk, **asked | {"by": desk.jonas}, at=at)
    assert asking.fetch(request.pk, **asked | {"of": desk.tom.pk}, at=at) is None
    assert not AuditEntry.objects.filter(what="fetch personal data").exists(), "nothing was fetched"
    held = asking.fetch(request.pk, **asked, at=at)
    with zipfile.ZipFile(io.BytesIO(desk_files().whole(bytes(held.digest)))) as packed:
        told = {name: packed.read(name) for name in packed.namelist()}
    assert json.loads(told["person.json"])[0]["name"] == "Zuzanna Quernbold"
    assert json.loads(told["people.address.person.json"])[0]["value"] == "zq.quernbold@wolkenheim.test"
    said = json.loads(told["conversations.json"])
    assert [one["from_desk"] for one in said] == [False, True], "and no note of the desk"
    assert b"flunkerich,1" in [content.strip() for name, content in told.items() if name.startswith("files/")]
    assert any(content == MAIL for name, content in told.items() if name.startswith("mails/"))
    assert zuzanna.password.encode() not in b"".join(told.values())
    assert AuditEntry.objects.filter(what="fetch personal data", key=zuzanna.pk, by=desk.ada.pk).exists()
    later = at + archive.FETCHED_WITHIN
    assert asking.fetch(request.pk, **asked, at=later) is None
    assert archive.drop_old(at=later) == 1
    sweeping.sweep(desk_files(), at=later)
    assert not desk_files().path(bytes(held.digest)).exists()


def test_the_archive_of_who_worked_here_says_that_they_did_and_nothing_of_what_others_wrote(desk, ticket):
    jonas = desk.jonas
    mine = Ticket.objects.get(pk=desk.ticket(requester=jonas, subject="My own chair").pk)
    told = {name: b"".join(pieces) for name, pieces in archive.contents([jonas.pk])}
    whole = b"".join(told.values()).decode().lower()
    assert "my own chair" in whole
    for word in ("flunkerich", "quernbold", "zuzanna", "try again"):
        assert word not in whole, word
    written = json.loads(told["work/tickets.message.author.json"])
    assert [one["ticket_id"] for one in written] == [ticket.pk] * len(written) and len(written) >= 2
    assert all(set(one) == {"id", "ticket_id", "sent_at"} for one in written)
    assert [one["id"] for one in json.loads(told["tickets.ticket.requester.json"])] == [mine.pk]
    assert ticket.pk in [one["id"] for one in json.loads(told["work/tickets.ticket.agent.json"])]


def test_an_archive_that_is_still_being_written_when_the_person_is_forgotten_is_not_kept(desk, ticket, monkeypatch):
    zuzanna, at, contents = ticket.requester, timezone.now(), archive.contents

    def forgotten_meanwhile(persons):
        yield from contents(persons)
        forget(zuzanna, desk)

    request = asking.ask_for_archive(zuzanna, by=desk.ada, way="page", at=at)
    monkeypatch.setattr(archive, "contents", forgotten_meanwhile)
    archive.make(request.pk, at=at)
    assert asking.fetch(request.pk, of=zuzanna.pk, by=desk.ada, way="page", at=at) is None
    assert everywhere(*WORDS) == [], "nor is its file"


def test_a_rule_counts_first_and_forgets_what_is_old_enough_once(desk, ticket):
    at = timezone.now()
    closed(ticket, at - timedelta(days=100))
    young = desk.ticket(subject="Young Flunkerich")
    Ticket.objects.filter(pk=young.pk).update(agent=desk.jonas, group=desk.it)
    young.refresh_from_db()
    closed(lifecycle.resolve(young, by=desk.jonas, resolution="Done", at=at), at - timedelta(days=20))
    rule = retention.keep_rule(
        type=desk.incident, group=None, months=3, forgets=RetentionRule.Forgets.TEXTS, by=desk.ada, at=at
    )
    assert retention.count(rule, at=at) == retention.Counted(tickets=1, messages=1, files=1)
    assert everywhere("beside the flunkerich"), "counting changes nothing"
    figures = counted()
    assert retention.carry_out(rule, at=at) == 1
    ticket.refresh_from_db()
    assert ticket.subject == GONE and ticket.requester.name == "Zuzanna Quernbold"
    assert not Message.objects.filter(ticket=ticket, from_desk=False).exclude(text=GONE).exists()
    assert Message.objects.filter(ticket=ticket, text__startswith="Dear Ms Quernbold").exists()
    assert not everywhere("does not print", "beside the flunkerich")
    young.refresh_from_db()
    assert young.subject == "Young Flunkerich" and counted() == figures
    rule.refresh_from_db()
    assert retention.carry_out(rule, at=at) == 0


@pytest.mark.parametrize(
    ("forgets", "left"),
    [
        (RetentionRule.Forgets.FILES, {"text", "raw"}),
        (RetentionRule.Forgets.RAWS, {"text", "file"}),
        (RetentionRule.Forgets.TEXTS, {"file"}),
        (RetentionRule.Forgets.MESSAGES, set()),
    ],
)
def test_each_kind_of_rule_forgets_its_own(desk, ticket, forgets, left):
    at = timezone.now()
    closed(ticket, at - timedelta(days=100))
    rule = retention.keep_rule(type=None, group=desk.it, months=3, forgets=forgets, by=desk.ada, at=at)
    retention.carry_out_all(at=at)
    said = Message.objects.filter(ticket=ticket)
    found = {"text"} if said.exclude(text=GONE).filter(from_desk=False).exists() else set()
    found |= {"file"} if MessageFile.objects.filter(message__ticket=ticket).exists() else set()
    found |= {"raw"} if Received.objects.filter(message__ticket=ticket).exclude(raw=None).exists() else set()
    assert found == left
    rule.refresh_from_db()
    assert retention.due(rule, at=at).count() == 0


def test_a_ticket_that_lacks_what_its_type_came_to_need_later_is_forgotten_too(desk, ticket):
    closed(ticket, timezone.now() - timedelta(days=100))
    TicketType.objects.filter(pk=ticket.type_id).update(mandatory_fields=["serial", "where"])
    forget(ticket.requester, desk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(fields={})


def test_past_decisions_are_decided_the_same_after_it(desk, ticket):
    version = DecisionVersion.objects.get(key="priority", status="published")
    before = [(case.number, case.facts) for case in tables.cases("priority", 10, by=desk.ada)]
    forget(ticket.requester, desk)
    after = tables.cases("priority", 10, by=desk.ada)
    assert [case.number for case in after] == [number for number, _inputs in before]
    assert not tables.compare(version, None, after).changed


def closed(ticket: Ticket, at) -> Ticket:
    Ticket.objects.filter(pk=ticket.pk).update(
        status="closed", stage="closed", closed_at=at, resolved_at=at, resolution="Done"
    )
    return ticket


def test_an_administrator_does_it_on_the_person_s_page(desk, ticket, client):
    zuzanna = ticket.requester
    client.force_login(desk.ada)
    page = f"/studio/people/{zuzanna.pk}/"
    client.post(f"{page}archive/")
    asked = PersonalRequest.objects.get()
    archive.make(asked.pk, at=timezone.now())
    assert f"{page}archive/{asked.pk}/" in client.get(page).content.decode()
    fetched = client.get(f"{page}archive/{asked.pk}/")
    assert zipfile.ZipFile(io.BytesIO(fetched.getvalue())).testzip() is None
    assert client.post(f"{page}forget/", {"name": "Zuzanna"}).status_code == 422
    assert client.post(f"{page}forget/", {"name": "zuzanna quernbold"}).status_code == 302
    forgetting.forget(PersonalRequest.objects.get(kind="forget").pk, at=timezone.now())
    for address in (page, f"/tickets/{ticket.number}/", f"/people/{zuzanna.pk}/"):
        shown = client.get(address).content.decode()
        assert not [word for word in WORDS if word in shown.lower()], address


def test_rules_are_kept_counted_and_removed_by_page(desk, ticket, client):
    client.force_login(desk.ada)
    closed(ticket, timezone.now() - timedelta(days=100))
    assert client.post("/studio/retention/", {"forgets": "texts", "months": "3"}).status_code == 302
    assert client.post("/studio/retention/", {"forgets": "texts", "months": "5"}).status_code == 422
    assert "1 (messages: 1, files: 1)" in client.get("/studio/retention/").content.decode()
    client.post(f"/studio/retention/{RetentionRule.objects.get().pk}/remove/")
    assert not RetentionRule.objects.exists()


def test_programs_and_the_command_line_can_too(desk, ticket, client, tmp_path, capsys):
    token = tokens.make("test", person=desk.ada, at=timezone.now())[1]

    def call(method, path, body=None):
        return client.generic(method, f"/api/v1/{path}", json.dumps(body or {}), content_type="application/json",
                              headers={"Authorization": f"Bearer {token}"})  # fmt: skip

    key = ticket.requester_id
    made = call("POST", f"people/{key}/archives")
    assert made.status_code == 202
    path = f"people/{key}/archives/{made.json()['id']}"
    assert not call("GET", path).json()["done"] and call("GET", f"{path}/content").status_code == 404
    archive.make(made.json()["id"], at=timezone.now())
    assert call("GET", path).json()["done"]
    assert zipfile.ZipFile(io.BytesIO(call("GET", f"{path}/content").getvalue())).testzip() is None
    rule = call("POST", "retention", {"forgets": "files", "months": 12, "group": "it"})
    assert rule.status_code == 201 and rule.json()["due"] == {"tickets": 0, "messages": 0, "files": 0}
    assert call("DELETE", f"retention/{rule.json()['id']}").json() == {"items": []}
    assert commands.main(["archive", "zq.quernbold@wolkenheim.test", str(tmp_path / "z.zip")]) == 0
    assert zipfile.ZipFile(tmp_path / "z.zip").testzip() is None
    assert call("POST", f"people/{key}/forgetting", {"name": "Zuzanna"}).status_code == 422
    assert commands.main(["forget", "zq.quernbold@wolkenheim.test", "--name", "Zuzanna Quernbold"]) == 0
    assert everywhere(*WORDS) == [] and commands.retain([]) == 0
