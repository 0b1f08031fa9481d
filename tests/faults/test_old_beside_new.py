"""An older version really runs, as a whole desk, while this one's tables are made beneath it and this one joins it.

Mails, posts of the portal and calls come all the while. With --faults, and where the history of the code is at hand.
"""

import contextlib
import json
import signal
import smtplib
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

import pytest
from django.db import connection

from sira.config import migrating
from sira.intake.models import Received
from sira.notifications.models import OutgoingMail
from sira.plumbing import schema, testserver
from sira.plumbing.mail.tests.scripted import ScriptedServer
from sira.tickets.models import HistoryEntry, Ticket
from tests.faults.test_upgrade import another_database, tables
from tests.platform.desk import ROOT, environment, free_port, wait_until

__all__ = ["another_database"]
BACK = (200, 1)  # commits; the second is counted from the newest step of the tables
EACH = 0.25  # seconds between two of one kind
WHILE = 4.0  # seconds for which nothing changes
SETS_UP = """
from django.utils import timezone
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from sira.api import tokens
from sira.people.models import Person
asks = Person.objects.create(name="Asks", email="asks@desk.example", role="requester", created_at=timezone.now())
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(asks.pk), settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = asks.get_session_auth_hash()
session.save()
print(session.session_key, tokens.make_for_role("load", "lead", at=timezone.now()))
"""
DIES = """
import os, signal, sys
from django.db.migrations.executor import MigrationExecutor
from sira.config import migrating
note, noted = MigrationExecutor.record_migration, []
def dies(executor, migration):
    noted.append(migration)
    if len(noted) == {step}:
        os.kill(os.getpid(), signal.SIGKILL)
    note(executor, migration)
MigrationExecutor.record_migration = dies
migrating.bring_up_to_date()
"""


def git(*arguments):
    return subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, check=True).stdout


def older(back):
    """The commit that is run: so many back, or the one before the tables changed last. Skips where there is none."""
    start = "HEAD"
    try:
        if back == 1:
            start = git("log", "-1", "--format=%H", "--", "sira/**/migrations/*.py", "sira/*/migrations/*.py")
            start = start.decode().strip()
        return git("rev-parse", "--verify", f"{start}~{back}").decode().strip()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("the history of the code is not at hand")


@pytest.fixture(params=BACK, ids=["some versions ago", "before the tables changed last"])
def old(request, tmp_path):
    """The folder of the older code."""
    if not request.config.getoption("--faults"):
        pytest.skip("a minute each: bin/test --faults")
    commit, folder = older(request.param), tmp_path / "old"
    folder.mkdir()
    subprocess.run(["tar", "-x", "-C", str(folder)], input=git("archive", commit), check=True)
    for made in ("sira/shell/static/vendor", "staticfiles"):  # what set-up makes; not asked for here
        with contextlib.suppress(OSError):
            (folder / made).symlink_to(ROOT / made)
    sys.stdout.write(f"beside {commit[:9]}\n")
    return folder


class Side:
    """The processes of one of the two versions."""

    def __init__(self, code, home, log, **more):
        self.port, self.log, self.running = free_port(), log, []
        self.env = environment(home, **more) | {"PYTHONPATH": str(code), "SIRA_PORT": str(self.port)}

    def _call(self, command):
        return [sys.executable, "-m", "sira.config.cli", *command]

    def start(self, *command):
        with self.log.open("a") as log:
            self.running.append(subprocess.Popen(self._call(command), cwd="/", env=self.env, stdout=log, stderr=log))

    def run(self, *command):
        return subprocess.run(self._call(command), cwd="/", env=self.env, capture_output=True, text=True)

    def django(self, code):
        code = f"import django; django.setup()\n{code}"
        env = self.env | {"DJANGO_SETTINGS_MODULE": "sira.config.settings"}
        return subprocess.run([sys.executable, "-c", code], cwd="/", env=env, capture_output=True, text=True)

    def answers(self):
        assert all(one.poll() is None for one in self.running), self.log.read_text()
        try:
            link = HTTPConnection("127.0.0.1", self.port, timeout=10)
            link.request("GET", "/readyz")
            return link.getresponse().status == 200
        except (OSError, HTTPException):
            return False

    def end(self):
        for one in self.running:
            one.send_signal(signal.SIGTERM)
        for one in self.running:
            one.wait(60)
        self.running = []


def address_of(mark):
    """Like no other: of people who differ by a number not all are told that their mail has come."""
    letters = "".join(chr(ord("a") + int(digit, 16)) for digit in uuid.uuid5(uuid.NAMESPACE_URL, mark).hex)
    return f"{letters}@{letters[:9]}.test"


class Load:
    """What comes from outside, each thing again and again until it is taken, as a sender does."""

    def __init__(self, socket, session, token):
        self.socket, self.session, self.token = socket, session, token
        self.ports, self.over = [], threading.Event()
        self.sent, self.taken, self.wrong = set(), set(), []
        ways = (self.by_mail, self.by_call, self.by_page)
        self.threads = [threading.Thread(target=self.keep_on, args=(way,), daemon=True) for way in ways]

    def keep_on(self, way):
        number = 0
        while not self.over.is_set():
            number += 1
            mark = f"{way.__name__}-{number}"
            self.sent.add(mark)
            until = time.monotonic() + 60
            while not way(mark) and time.monotonic() < until:
                time.sleep(0.2)
            self.over.wait(EACH)

    def by_mail(self, mark):
        head = (
            f"From: {address_of(mark)}\r\nTo: it@desk.test\r\nSubject: {mark}\r\nMessage-ID: <{mark}@client.test>\r\n"
        )
        try:
            with smtplib.LMTP(self.socket) as talk:
                talk.sendmail(address_of(mark), ["it@desk.test"], f"{head}\r\nIt hums.\r\n".encode())
        except (OSError, smtplib.SMTPException):
            return False
        self.taken.add(mark)
        return True

    def by_call(self, mark):
        body = json.dumps({"subject": mark, "text": "It hums.", "requester": address_of(mark)})
        given = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": mark, "Content-Type": "application/json"}
        return self.asked(mark, "/api/v1/tickets", body, given, 201)

    def by_page(self, mark):
        body = {"token": str(uuid.uuid5(uuid.NAMESPACE_URL, mark)), "csrfmiddlewaretoken": "a" * 32}
        body |= {"answer.subject": mark, "answer.description": "It hums.", "answer.category": "printing"}
        body |= {"answer.impact": "low", "answer.urgency": "low"}
        given = {"Cookie": f"csrftoken={'a' * 32}; sessionid={self.session}"}
        given["Content-Type"] = "application/x-www-form-urlencoded"
        return self.asked(mark, "/portal/ask/report-a-problem/", urlencode(body), given, 302)

    def asked(self, mark, path, body, given, wanted):
        """Whether it was taken. What a machine in front would pass on is noted."""
        try:
            link = HTTPConnection("127.0.0.1", self.ports[hash((mark, time.monotonic())) % len(self.ports)], timeout=30)
            link.request("POST", path, body, given)
            answer = link.getresponse()
            said = answer.read().decode(errors="replace")
        except (OSError, HTTPException):
            return False
        if answer.status != wanted:
            self.wrong.append((mark, answer.status, said[:300]))
            return False
        self.taken.add(mark)
        return True


def without_rights():
    """The tables, less what a desk that brings its database gives its own account."""
    return [line for line in tables() if not line.startswith(("GRANT", "REVOKE", "ALTER DEFAULT PRIVILEGES"))]


def failed_jobs():
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, status FROM procrastinate_jobs WHERE status IN ('failed', 'aborted')")
        return cursor.fetchall()


def left():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')")
        jobs = cursor.fetchone()[0]
    return jobs + OutgoingMail.objects.filter(state__in=OutgoingMail.ACTIVE, next_at__isnull=False).count()


def test_nothing_is_lost_or_done_twice_and_nobody_is_turned_away(old, another_database, tmp_path):
    """In the order that docs/reference/commands.md gives for `migrate`."""
    home, log = tmp_path / "home", tmp_path / "log"
    with ScriptedServer() as receiver:
        more = {"SIRA_MAIL_HOST": "127.0.0.1", "SIRA_MAIL_PORT": str(receiver.port), "SIRA_MAIL_TLS": "none"}
        more |= {"DATABASE_URL": testserver.named(connection.settings_dict["NAME"]), "SIRA_SECRET_KEY": "k" * 40}
        more["SIRA_LMTP_SOCKET"] = str(tmp_path / "lmtp")
        before, now = Side(old, home, log, **more), Side(ROOT, home, log, **more)
        try:
            before.start("up", "--empty")
            wait_until(before.answers, 180)
            wait_until((tmp_path / "lmtp").exists, 60)
            made = before.django(SETS_UP)
            assert made.returncode == 0, made.stderr
            load = Load(str(tmp_path / "lmtp"), *made.stdout.split())
            load.ports = [before.port]
            for thread in load.threads:
                thread.start()
            time.sleep(WHILE)
            killed = 1
            assert now.django(DIES.format(step=1)).returncode == -signal.SIGKILL
            while (died := now.django(DIES.format(step=2))).returncode == -signal.SIGKILL:
                killed += 1
            assert died.returncode == 0, died.stderr
            time.sleep(WHILE)
            now.start("worker")
            now.start("web")
            wait_until(now.answers, 120)
            load.ports = [before.port, now.port]
            time.sleep(2 * WHILE)
            load.ports = [now.port]
            time.sleep(1)
            before.end()
            time.sleep(WHILE)
            load.over.set()
            for thread in load.threads:
                thread.join(90)
            wait_until(lambda: not left(), 60)
        finally:
            now.end()
            before.end()
    sys.stdout.write(f"killed at {killed} steps; {len(load.taken)} of {len(load.sent)} taken\n")
    assert load.wrong == [], log.read_text()[-5000:]
    assert load.taken == load.sent
    assert sorted(Ticket.objects.filter(subject__in=load.sent).values_list("subject", flat=True)) == sorted(load.sent)
    opened = HistoryEntry.objects.filter(fact__kind=HistoryEntry.Kind.OPENED, ticket__subject__in=load.sent)
    assert opened.count() == len(load.sent)
    assert Received.objects.filter(message__ticket__subject__in=load.sent).count() >= len(load.sent) / 2
    told = Counter(one for _sender, recipients, _content in receiver.received for one in recipients)
    assert told.pop("asks@desk.example", 0) <= sum(mark.startswith("by_page") for mark in load.sent)
    assert {who: times for who, times in told.items() if times > 1} == {}, "told twice"
    assert {address_of(mark) for mark in load.sent if mark.startswith("by_mail")} <= set(told)
    assert failed_jobs() == []
    assert migrating.mark() == schema.digest()
    stepwise = without_rights()
    another_database()
    assert set(stepwise) ^ set(without_rights()) == set()
