"""A process calls another system: outside its transaction, with tries, and with errors that a drawing may catch."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.db import connection

from sira.processes import calling, jobs, running, timers
from sira.processes.models import Incident, Task, Timer, WebCall
from sira.processes.tests.drawing import border, drawing, end, error, event, gate, service, start, user
from sira.tickets.models import Ticket
from sira.tickets.tests.cast import monday
from sira.tickets.tests.office import Office, headers, stuck, variables


@pytest.fixture
def office(db: None) -> Office:
    return Office()


class Other:
    """Another system, which notes what it is asked and answers as it was told."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.answers: list[tuple[int, bytes]] = []
        other = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                other.asked.append({"how": self.command, "path": self.path, "body": body, "heads": dict(self.headers)})
                status, found = other.answers.pop(0) if other.answers else (200, b"{}")
                self.send_response(status)
                self.send_header("Content-Length", str(len(found)))
                self.end_headers()
                self.wfile.write(found)

            do_GET = do_POST = answer

            def log_message(self, *_given: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def other() -> Iterator[Other]:
    found = Other()
    yield found
    found.server.shutdown()


def calls(**heads: str) -> str:
    return drawing(
        start(), service("it", calling.TYPE, retries="2", extension=headers(**heads)), user("after"), end(),
        key="purchase", ways="start > it > after > end",
    )  # fmt: skip


def taken_calls() -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = %s RETURNING args", [calling.CALL])
        return [args if isinstance(args, dict) else json.loads(args) for (args,) in cursor.fetchall()]


def run_calls() -> int:
    """As the worker does."""
    waiting = taken_calls()
    for args in waiting:
        jobs.call(**args)
    return len(waiting)


def where(ticket: Ticket) -> list[str]:
    return list(Task.objects.filter(subject=ticket.pk, state="open").values_list("element", flat=True))


def test_what_the_other_system_answers_becomes_a_variable(office: Office, other: Other):
    other.answers = [(201, b'{"number": "PO-7"}')]
    source = calls(url=f"{other.url}/orders/{{ticket.number}}?q={{ticket.subject}}", method="POST",
                   body="={thing: ticket.subject, urgent: true}")  # fmt: skip
    ticket = office.asks(source)
    assert other.asked == [] and where(ticket) == [], "nothing is called inside the transaction"
    assert run_calls() == 1 and where(ticket) == ["after"]
    assert variables(ticket)["response"] == {"status": 201, "body": {"number": "PO-7"}}
    (asked,) = other.asked
    assert asked["path"] == f"/orders/{ticket.number}?q=A%20new%20laptop" and asked["how"] == "POST"
    assert json.loads(asked["body"]) == {"thing": "A new laptop", "urgent": True} and asked["heads"]["Idempotency-Key"]
    assert (WebCall.objects.get().status, WebCall.objects.get().host) == (201, "127.0.0.1")


def test_what_may_pass_is_tried_again_and_then_an_operator_or_the_drawing_helps(office: Office, other: Other):
    other.answers = [(503, b""), (429, b""), (500, b"")]
    ticket = office.asks(calls(url=other.url))
    at = monday(9)
    for _try in range(2):
        assert run_calls() == 1 and not Incident.objects.exists()
        at = Timer.objects.get(fired_at=None).due_at + timedelta(seconds=1)
        timers.pump(at)
    run_calls()
    assert stuck(ticket) == [calling.FAILED] and len(other.asked) == 3 == WebCall.objects.count()
    assert len({one["heads"]["Idempotency-Key"] for one in other.asked}) == 1, "the other system may have done it"


def test_a_refusal_is_not_repeated_and_the_drawing_may_catch_it(office: Office, other: Other):
    other.answers = [(404, b"no")]
    source = drawing(
        start(), service("it", calling.TYPE, retries="5", extension=headers(url=other.url)),
        border("gone", "it", event("error", calling.REFUSED)), user("after"), user("instead"), end(),
        key="purchase", declare=error(calling.REFUSED), ways="start > it > after > end; gone > instead > end",
    )  # fmt: skip
    ticket = office.asks(source)
    run_calls()
    assert where(ticket) == ["instead"] and len(other.asked) == 1


def test_a_status_that_the_drawing_accepts_is_an_answer(office: Office, other: Other):
    other.answers = [(404, b"not there")]
    ticket = office.asks(calls(url=other.url, accept="404", result="found"))
    run_calls()
    assert variables(ticket)["found"] == {"status": 404, "body": "not there"} and where(ticket) == ["after"]


def test_a_key_goes_to_the_host_that_it_is_for_and_to_no_other(office: Office, other: Other, settings):
    settings.CALL_TOKENS = {"CRM": "127.0.0.1 very-secret", "ERP": "erp.example very-secret"}
    for name in ("crm", "erp", "none"):
        office.asks(calls(url=other.url, token=name))
        run_calls()
    assert [one["heads"].get("Authorization") for one in other.asked] == ["Bearer very-secret", None, None]


@pytest.mark.parametrize(
    "url", ["http://{ticket.subject}/", "{ticket.subject}", "http://127.0.0.1:{ticket.number}/", "nowhere", ""]
)
def test_what_a_request_says_never_names_the_server(office: Office, url: str):
    ticket = office.asks(calls(url=url))
    assert stuck(ticket) == ["no_value"] and run_calls() == 0


def test_an_answer_that_comes_after_the_step_was_called_off_changes_nothing(office: Office, other: Other):
    source = drawing(
        start(), gate("g", "parallel"), service("it", calling.TYPE, extension=headers(url=other.url)), user("work"),
        end("stop", event("terminate")), user("after"), end(),
        key="purchase", ways="start > g; g > it > after > end; g > work > stop",
    )  # fmt: skip
    ticket = office.asks(source)
    running.complete(Task.objects.get(element="work"), by=office.ayse, facts={}, at=monday(10))
    run_calls()
    assert where(ticket) == [] and not Incident.objects.exists()


def test_a_call_that_is_repeated_after_a_crash_is_not_taken_for_the_next_round(office: Office, other: Other):
    """A token keeps its number: the round tells the stays at the step apart."""
    other.answers = [(200, b"1"), (200, b"1"), (200, b"2")]
    source = drawing(
        start(), service("it", calling.TYPE, extension=headers(url=other.url)), user("after"), end(),
        key="purchase", ways="start > it > after > it",
    )  # fmt: skip
    ticket = office.asks(source)
    (first,) = taken_calls()
    jobs.call(**first)
    running.complete(Task.objects.get(state="open"), by=office.ayse, facts={}, at=monday(10))
    jobs.call(**first)
    assert where(ticket) == [], "the second round waits for its own answer"
    assert run_calls() == 1 and where(ticket) == ["after"] and variables(ticket)["response"]["body"] == 2
    keys = [one["heads"]["Idempotency-Key"] for one in other.asked]
    assert keys[0] == keys[1] != keys[2], "only the repeated call may be known to the other system"
