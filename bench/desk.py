"""What the main jobs of a running desk cost: milliseconds of CPU of web, worker and database together.

bin/bench desk                            a small desk, in a minute
python -m bench.desk --tickets 100000     the figures of docs/explanation/figures.md
--home DIR     measure a desk that is there already (made by `sira seed` in that folder)
--only NAMES   some of: mail, pages, search, api, board
"""

import argparse
import io
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bench import _desk
from bench._desk import Meter, Running

MAILS, PAGES, CLIENTS, FLOORS = 300, 100, 30, 200
WARM = 60  # each of a web process's four threads has its statements prepared and planned by then
PARTS = ("mail", "pages", "search", "api", "board")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench.desk")
    parser.add_argument("--tickets", type=int, default=2000)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--only", default=",".join(PARTS))
    given = parser.parse_args(arguments)
    if given.home and not (given.home / "postgres").exists():
        parser.error(f"--home {given.home}: no desk is there. `sira seed` with SIRA_HOME={given.home} makes one.")
    if unknown := set(given.only.split(",")) - set(PARTS):
        parser.error(f"--only {', '.join(sorted(unknown))}: not one of {', '.join(PARTS)}.")
    home = given.home or Path(tempfile.mkdtemp(prefix="bench-desk-"))
    home.chmod(0o755)
    _desk.use(home)
    try:
        figures = measured(home, given.tickets, given.only.split(","), is_new=given.home is None)
    finally:
        if given.home is None:
            shutil.rmtree((home / "postgres").resolve(), ignore_errors=True)
            shutil.rmtree(home, ignore_errors=True)
    json.dump(figures, sys.stdout, indent=2)
    return 0


def measured(home: Path, tickets: int, only: list[str], *, is_new: bool) -> dict[str, Any]:
    from sira.plumbing import embedded  # noqa: PLC0415 - reads the environment, which is set by now

    figures: dict[str, Any] = {"tickets": tickets}
    with embedded.running(home):
        if is_new:
            _desk.sira("demo", "--tickets", "0")
            figures["empty"] = at_work(home, only)
            before = size()
            _desk.sira("seed", "--tickets", str(tickets))
            figures["database_kib_per_ticket"] = round((size() - before) / tickets / 1024, 2)
        figures["full"] = at_work(home, only)
    if is_new:
        figures["ratios"] = {
            name: round(value / figures["empty"][name], 2)
            for name, value in figures["full"].items()
            if figures["empty"].get(name)
        }
    return figures


def at_work(home: Path, only: list[str]) -> dict[str, float]:
    """Start the desk, let it do everything once, then measure."""
    running = Running(home)
    try:
        found = {"first_page_s": round(running.first_page, 2), "first_page_cpu_s": round(running.start_cpu, 2)}
        visitor = Visitor()
        for page in visitor.usual_pages():
            visitor.get(page, times=10)
        mail = Mail()
        mail.bring(100, "warm")
        meter = Meter(running)
        found["floor_ms"] = floor(meter, mail)
        found["idle_ms_per_s"] = round(1000 * meter.idle, 1)
        found["memory_mib"] = round(running.memory(), 1)
        for part in only:
            MEASURES[part](meter, found, visitor, mail)
            print(part, json.dumps(found), file=sys.stderr, flush=True)
        found["memory_after_mib"] = round(running.memory(), 1)
        return found
    finally:
        running.stop()


def floor(meter: Meter, mail: "Mail") -> float:
    """What nobody can go below on this machine, today: parse a mail, write five small rows, commit."""
    django()
    from django.db import connection  # noqa: PLC0415

    from sira.channels.email.reading import read  # noqa: PLC0415

    used: dict[str, float] = {}
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE floor (id bigserial PRIMARY KEY, at timestamptz, facts jsonb, text text)")
        plain = connection.connection.cursor()
        started = time.process_time()
        with meter.over(FLOORS, used, "database"):
            for index in range(FLOORS):
                read(mail.letter(index, "floor", "help@localhost"))
                plain.execute("BEGIN")
                for _row in range(5):
                    plain.execute("INSERT INTO floor (at, facts, text) VALUES (now(), '{\"a\": 1}', %s)", ["x" * 200])
                plain.execute("COMMIT")
        own = 1000 * (time.process_time() - started) / FLOORS
    connection.close()
    return round(own + used["database"], 2)


def size() -> int:
    """Of the database in bytes, once nothing is left to autovacuum that the next measure would pay for."""
    django()
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("SELECT pg_database_size(current_database())")
        found = int(cursor.fetchone()[0])
    connection.close()
    return found


def django() -> None:
    import django as framework  # noqa: PLC0415

    framework.setup()


class Mail:
    """Requesters who write, and write again to the address that the acknowledgement gave them."""

    def __init__(self) -> None:
        from sira.config.seed.words import Writer  # noqa: PLC0415

        self.chance = random.Random(time.time())
        self.writer = Writer("en", self.chance)

    def bring(self, count: int, subject: str, to: list[str] | None = None) -> list[str]:
        """Hand over so many mails; the numbers of their tickets."""
        from sira.channels.email.deliver import Talk  # noqa: PLC0415

        numbers = []
        for index in range(count):
            address = to[index] if to else "help@localhost"
            with Talk() as talk:
                answer = talk.hand_over(io.BytesIO(self.letter(index, subject, address)), address)
            if not answer.startswith("250"):
                raise SystemExit(answer)
            numbers.append(answer.rpartition(" ")[2])
        settle()
        return numbers

    def letter(self, index: int, subject: str, address: str) -> bytes:
        """Every second one with HTML beside the text."""
        text = self.writer.text(self.writer.message())
        key = f"{self.chance.getrandbits(80):020x}"
        head = (
            f"From: Writer {index % 100} <writer{index % 100}@office.example>\r\nTo: <{address}>\r\n"
            f"Subject: {subject} {self.writer.text(self.writer.subject())}\r\nMessage-ID: <{key}@office.example>\r\n"
            "Date: Sat, 21 Nov 2026 09:00:00 +0100\r\nMIME-Version: 1.0\r\n"
        )
        plain = f'Content-Type: text/plain; charset="utf-8"\r\n\r\n{text}\r\n'
        if index % 2:
            return (head + plain).encode()
        html = f'Content-Type: text/html; charset="utf-8"\r\n\r\n<html><body><p>{text}</p></body></html>\r\n'
        kind = f'Content-Type: multipart/alternative; boundary="{key}"\r\n\r\n'
        return (head + kind + f"--{key}\r\n{plain}--{key}\r\n{html}--{key}--\r\n").encode()


def settle() -> None:
    """Wait until the mails that go out have gone, or have been kept."""
    django()
    from django.db import connection  # noqa: PLC0415

    from sira.notifications.models import OutgoingMail  # noqa: PLC0415

    for _try in range(600):
        # By the index of what is to do: a look through all mails would be the dearest thing measured here.
        if not OutgoingMail.objects.filter(state="queued", next_at__isnull=False).exists():
            break
        time.sleep(0.1)
    connection.close()


def keyed(numbers: list[str]) -> list[str]:
    from sira.plumbing.desk_secrets import desk_secrets  # noqa: PLC0415
    from sira.plumbing.mail import keys  # noqa: PLC0415

    return [keys.reply_address("help@localhost", number, desk_secrets()) for number in numbers]


class Visitor:
    """A signed-in agent's browser, with one connection kept open."""

    def __init__(self) -> None:
        django()
        from django.db import connection  # noqa: PLC0415
        from django.test import Client  # noqa: PLC0415

        from sira.people.models import Person  # noqa: PLC0415

        self.person = Person.objects.filter(role=Person.Role.LEAD, memberships__group__key="it").first()
        client = Client()
        client.force_login(self.person)
        self.cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
        connection.close()
        self.connection = HTTPConnection("127.0.0.1", _desk.PORT, timeout=60)

    def get(self, *pages: str, times: int = 1, **headers: str) -> bytes:
        body = b""
        self.connection.close()  # the desk may have ended it meanwhile; it opens again by itself
        for page in pages * times:
            self.connection.request("GET", page, headers={"Cookie": self.cookie, **headers})
            response = self.connection.getresponse()
            body = response.read()
            if response.status != 200:
                raise SystemExit(f"{page}: {response.status}")
        return body

    def exists(self, page: str) -> bool:
        self.connection.close()
        self.connection.request("GET", page, headers={"Cookie": self.cookie})
        response = self.connection.getresponse()
        response.read()
        return response.status == 200

    def usual_pages(self) -> list[str]:
        from sira.config.seed import words  # noqa: PLC0415

        found = ["/desk/?queue=groups", f"/desk/find/?q={words.COMMON}", f"/desk/find/?q={words.RARE}"]
        return found + [f"/tickets/{number}/" for number in self.numbers(1)]

    def numbers(self, count: int) -> list[str]:
        """Tickets of the agent's groups that nobody has looked at for a while: from all over the table."""
        from django.db import connection  # noqa: PLC0415

        from sira.tickets.models import Ticket  # noqa: PLC0415

        keys = list(Ticket.objects.worked_by(self.person).filter(merged_into=None).values_list("number", flat=True))
        connection.close()
        return random.Random(3).sample(keys, min(count, len(keys)))

    def deep(self) -> str:
        """The key of a page nine tenths down the list."""
        from django.db import connection  # noqa: PLC0415

        from sira.tickets.models import Ticket  # noqa: PLC0415
        from sira.workspace import queues  # noqa: PLC0415

        rows = Ticket.objects.active().filter(group__memberships__person=self.person).order_by("turn_at", "id")
        count = rows.count()
        if count < 200:
            return ""
        turn, key = rows.values_list("turn_at", "id")[count * 9 // 10]
        connection.close()
        return queues.write_key((turn, key))


def measure_mail(meter: Meter, found: dict[str, float], visitor: Visitor, mail: Mail) -> None:
    mail.bring(20, "warm")  # a running worker has read its languages and prepared its statements
    with meter.over(MAILS, found, "mail_first_ms"):
        numbers = mail.bring(MAILS, "first")
    with meter.over(MAILS, found, "mail_reply_ms"):
        mail.bring(MAILS, "Re: first", to=keyed(numbers))
    started = resource.getrusage(resource.RUSAGE_CHILDREN)
    for index in range(CLIENTS):
        letter = mail.letter(index, "piped", "help@localhost")
        subprocess.run([_desk.ROOT / "bin" / "sira", "deliver"], input=letter, check=True)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = ended.ru_utime + ended.ru_stime - started.ru_utime - started.ru_stime
    found["deliver_client_ms"] = round(1000 * used / CLIENTS, 2)
    settle()


def measure_pages(meter: Meter, found: dict[str, float], visitor: Visitor, mail: Mail) -> None:
    with meter.over(PAGES, found, "list_first_ms"):
        visitor.get("/desk/?queue=groups", times=PAGES)
    key = visitor.deep()
    if key:
        with meter.over(PAGES, found, "list_deep_ms"):
            visitor.get(f"/desk/?queue=groups&after={quote(key)}", times=PAGES)
    numbers = visitor.numbers(PAGES)
    with meter.over(len(numbers), found, "ticket_page_ms"):
        visitor.get(*[f"/tickets/{number}/" for number in numbers])
    with meter.over(len(numbers), found, "ticket_part_ms"):
        visitor.get(*[f"/tickets/{number}/" for number in numbers], **{"HX-Request": "true"})


def measure_search(meter: Meter, found: dict[str, float], visitor: Visitor, mail: Mail) -> None:
    from sira.config.seed import words  # noqa: PLC0415

    for name, word in (("search_rare_ms", words.RARE), ("search_common_ms", words.COMMON)):
        with meter.over(PAGES // 2, found, name):
            visitor.get(f"/desk/find/?q={word}", times=PAGES // 2)


def measure_api(meter: Meter, found: dict[str, float], visitor: Visitor, mail: Mail) -> None:
    django()
    from django.db import connection  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from sira.api import tokens  # noqa: PLC0415

    token = tokens.make_for_role("bench", "agent", at=timezone.now())
    connection.close()
    caller = HTTPConnection("127.0.0.1", _desk.PORT, timeout=60)

    def call(count: int) -> None:
        for _each in range(count):
            body = {"subject": mail.writer.text(mail.writer.subject()), "text": mail.writer.text(mail.writer.message())}
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
            headers["Idempotency-Key"] = f"{random.getrandbits(96):x}"
            caller.request("POST", "/api/v1/tickets", json.dumps(body), headers)
            response = caller.getresponse()
            if response.status != 201:
                raise SystemExit(response.read().decode())
            response.read()

    call(WARM)
    with meter.over(PAGES, found, "api_ticket_ms"):
        call(PAGES)
    settle()


def measure_board(meter: Meter, found: dict[str, float], visitor: Visitor, mail: Mail) -> None:
    if not visitor.exists("/boards/"):
        return
    visitor.get("/boards/", times=WARM)
    with meter.over(PAGES, found, "board_ms"):
        visitor.get("/boards/", times=PAGES)


MEASURES = {
    "mail": measure_mail,
    "pages": measure_pages,
    "search": measure_search,
    "api": measure_api,
    "board": measure_board,
}

if __name__ == "__main__":
    os.chdir(_desk.ROOT)
    sys.exit(main(sys.argv[1:]))
