"""Every change of set-up and rights is told, sealed, and can't be untold."""

import hashlib
import json
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from sira.api import tokens
from sira.channels.email.taking import take
from sira.people.models import Person, SupportGroup
from sira.plumbing import audit, settled
from sira.plumbing.models import AuditEntry
from sira.tickets.models import Ticket
from sira.tickets.tests.cast import Desk

ROOT = Path(__file__).resolve().parents[2]
# What people do all day, what the desk keeps for itself, what libraries keep: no set-up and no right.
NOT_SET_UP = {
    "plumbing.AuditEntry", "people.SignInLink", "people.Attempt", "workforce.Presence", "workforce.Absence",
    "workforce.Skill", "workforce.SkillOfPerson", "workforce.Pattern", "workforce.Rota",
    "workforce.Shift", "calendars.Edition", "decisions.Reason", "decisions.Trace", "processes.StartEvent",
    "processes.Instance", "processes.Task", "processes.Timer", "processes.Subscription", "processes.Incident",
    "processes.Way", "processes.Advance", "tasks.ApproveTask", "tasks.TaskSheet", "tasks.TaskFile", "tasks.Approval",
    "tasks.Ballot", "promises.Clock", "promises.ClockPeriod", "routing.Dealt", "routing.Offer", "routing.Waiting",
    "people.PersonalRequest", "people.SharedNote", "directories.SpentAnswer", "plumbing.ScannedFile",
    "plumbing.SentTrail",
    "notifications.OutgoingMail", "tickets.Ticket", "tickets.Tally", "tickets.TicketTask", "tickets.Message",
    "tickets.MessageFile", "tickets.Participant", "tickets.TicketLink", "tickets.Fact", "tickets.HistoryEntry",
    "tickets.Merge", "intake.Received", "api.AnsweredCall", "workspace.SavedView", "studio.SetAside",
    "studio.Example", "config.LoadedPart", "account.EmailAddress", "account.EmailConfirmation", "workforce.CallRota",
    "workforce.CallSeat", "workforce.Swap", "tickets.Flow", "knowledge.Article", "knowledge.ArticleVersion",
    "knowledge.ArticleMark", "surveys.Mark", "insight.Expectation", "insight.Stood", "email.BrokenMail", "api.Delivery",
    "processes.WebCall", "boards.Layout", "portal.Draft", "workspace.OpenTab", "usersessions.UserSession",
    "auth.Permission", "auth.Group", "contenttypes.ContentType", "sessions.Session", "workspace.Draft",
    "workspace.DraftFile", "tickets.Hour",
    "workspace.Looking", "workspace.Macro", "workspace.Change", "boards.LetterWish",
    "boards.Letter", "routing.Pool", "routing.Tally", "tickets.LaterAnswer", "tickets.LaterFile", "tickets.SideTalk",
    "tickets.SideMessage", "notifications.Wish", "notifications.PushKey", "notifications.PushDevice",
    "notifications.Push",
}  # fmt: skip


@pytest.fixture
def desk(db) -> Desk:
    return Desk()


@pytest.fixture
def ada(desk) -> Client:
    client = Client()
    client.force_login(desk.ada)
    return client


def seal() -> None:
    """What COMMIT does."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def last(what: str) -> AuditEntry:
    return AuditEntry.objects.filter(what=what).latest("id")


def exported(tmp_path: Path) -> Path:
    seal()
    file = tmp_path / "trail.jsonl"
    file.write_text("".join(f"{line}\n" for line in audit.lines()), encoding="utf-8")
    return file


def verified(file: Path, *known: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, ROOT / "bin/verify-audit", file, *known], capture_output=True, text=True)


def tables_told() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
            " WHERE proname = 'sira_audit_row'"
        )
        return {name for (name,) in cursor.fetchall()}


def test_every_table_is_told_of_or_named_as_no_set_up(db):
    told = tables_told()
    missing = [
        model._meta.label
        for model in apps.get_models()
        if model._meta.db_table not in told
        and model._meta.label not in NOT_SET_UP
        and model._meta.app_label != "procrastinate"
    ]
    assert missing == [], "say in a migration of config that they are told of, or here why not"


def test_the_day_s_work_leaves_nothing_in_the_trail(desk):
    """Each entry is sealed one commit after the other, which what happens with every ticket could not afford."""
    SupportGroup.objects.filter(key="it").update(strategy=SupportGroup.Strategy.ROUND_ROBIN)
    before = AuditEntry.objects.count()
    first, second = (taken_in(number) for number in (1, 2))
    assert first.agent and second.agent
    assert AuditEntry.objects.count() == before


def test_only_what_the_trail_tells_of_is_remembered(committing):
    """Else a process would go on with a set-up that is no longer in force."""
    with transaction.atomic():
        Desk()
        SupportGroup.objects.filter(key="it").update(strategy=SupportGroup.Strategy.ROUND_ROBIN)
    taken_in(1)
    statements = [sql for answers in settled._kept.values() for sql, _values in answers]
    tables = {table for sql in statements for table in re.findall(r'(?:FROM|JOIN) "?(\w+)', sql)}
    assert {"tickets_tickettype", "processes_processversion", "decisions_decisionversion"} <= tables
    # Of persons the trail tells but who works and in which role, so nothing else of them may be remembered.
    assert {"people_membership", "workforce_worker"} <= tables <= tables_told() - {"people_address"}
    columns = {
        name for sql in statements for name in re.findall(r"person\.(\w+)", sql) if "people_person person" in sql
    }
    assert columns == {"id", "is_active", "joined_into_id", "role", "made_rights"}
    assert not any(re.search(r"people_person(?! person ON)", sql) for sql in statements)


def taken_in(number: int) -> Ticket:
    mail = (
        f"From: New Writer <new{number}@elsewhere.example>\r\nTo: help@desk.example\r\nSubject: VPN\r\n\r\nIt fails\r\n"
    )
    receipt = take(mail.encode(), at=timezone.now())
    assert receipt is not None
    return receipt.ticket


def test_a_change_by_page_is_told_with_who_made_it(desk, ada):
    ada.post(f"/studio/people/{desk.jonas.pk}/role/", {"role": "lead"})
    entry = last("people_person update")
    assert (entry.by, entry.way, entry.key) == (desk.ada.pk, "page", str(desk.jonas.pk))
    assert entry.changes == {"role": ["agent", "lead"]}


def test_how_much_somebody_takes_is_told_with_whose_it_is(desk, ada):
    for cap in (3, 4):
        ada.post(f"/team/people/{desk.jonas.pk}/limits/", {"limits-day_cap": cap})
    entry = last("workforce_worker update")
    assert (entry.by, entry.way, entry.key) == (desk.ada.pk, "page", str(desk.jonas.pk))
    assert entry.changes == {"day_cap": [3, 4]}


def test_a_change_behind_the_desk_s_back_is_told_too(desk):
    SupportGroup.objects.filter(key="it").update(name="Somebody was here")
    entry = last("people_supportgroup update")
    assert entry.by is None and entry.changes["name"][1] == "Somebody was here"


def test_secrets_are_told_without_what_they_are(desk):
    desk.jonas.set_password("a sentence for this test")
    desk.jonas.save(update_fields=["password"])
    tokens.make("secretly", person=desk.jonas, at=timezone.now())
    told = json.dumps([list(row) for row in AuditEntry.objects.values_list("what", "changes")])
    assert "(secret)" in told and "pbkdf2" not in told and "argon" not in told
    assert last("api_token insert").changes["digest"] == [None, "(secret)"]


def test_a_person_who_writes_a_mail_and_a_sign_in_cost_no_entry(desk):
    count = AuditEntry.objects.count()
    Person.objects.create(name="Somebody", email="new@example.org", created_at=timezone.now())
    Person.objects.filter(pk=desk.jonas.pk).update(last_login=timezone.now())
    assert AuditEntry.objects.count() == count


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE plumbing_auditentry SET by = 1",
        "UPDATE plumbing_auditentry SET digest = NULL, place = NULL",
        "DELETE FROM plumbing_auditentry",
        "TRUNCATE plumbing_auditentry",
    ],
)
def test_nothing_that_is_told_can_be_untold(desk, act):
    seal()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act)


def test_the_chain_is_whole_and_shows_what_was_changed_cut_or_put_in(desk, ada, tmp_path):
    ada.post(f"/studio/people/{desk.jonas.pk}/role/", {"role": "lead"})
    file = exported(tmp_path)
    place, digest = audit.head()
    assert place > 10 and verified(file).returncode == 0, verified(file).stdout
    assert verified(file, f"{place}:{digest}").returncode == 0

    whole = file.read_text(encoding="utf-8").splitlines(keepends=True)
    forged = whole[5].replace('"by": "', '"by": "9')
    for lines in ([*whole[:5], forged, *whole[6:]], whole[:5] + whole[6:], [*whole[:4], *whole[3:]]):
        file.write_text("".join(lines), encoding="utf-8")
        assert verified(file).returncode == 1
    file.write_text("".join(whole[:-1]), encoding="utf-8")
    assert verified(file, f"{place}:{digest}").stdout.startswith("broken: entry")
    file.write_text("".join(chained_anew(whole[:5] + whole[6:])), encoding="utf-8")
    assert verified(file).stdout.startswith("broken: line 6: place 7 follows 5")


def chained_anew(lines: list[str]) -> list[str]:
    """With digests that fit, as somebody would write them who knows how."""
    before, written = bytes(32), []
    for line in lines:
        entry = json.loads(line)
        told = "\x1f".join(str(entry[name]) for name in audit.NAMES[:-1])
        before = hashlib.sha256(before + told.encode()).digest()
        written.append(json.dumps(entry | {"digest": before.hex()}) + "\n")
    return written


def test_two_who_change_at_once_stand_one_after_the_other(committing):
    Desk()

    def change(name: str) -> None:
        for number in range(5):
            SupportGroup.objects.filter(key="it").update(name=f"{name} {number}")
        connection.close()

    workers = [threading.Thread(target=change, args=[name]) for name in ("one", "two")]
    [worker.start() for worker in workers]
    [worker.join() for worker in workers]
    places = list(AuditEntry.objects.order_by("place").values_list("place", flat=True))
    assert places == list(range(1, len(places) + 1))
