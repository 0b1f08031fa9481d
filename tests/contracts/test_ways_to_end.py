"""Every way a ticket can end is on the public list, and none of them passes an open approval."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from sira.api import tokens
from sira.intake.incoming import Incoming, Sender
from sira.intake.receiving import receive
from sira.plumbing.refusals import Refused
from sira.plumbing.violations import violated
from sira.processes.models import Incident
from sira.processes.tests.drawing import drawing, end, service, start
from sira.tickets import gates, later, lifecycle, merging
from sira.tickets.messages import Said
from sira.tickets.models import Ticket
from sira.tickets.models_aside import LaterAnswer
from sira.tickets.tests.cast import monday
from sira.tickets.tests.office import Office, approve, headers, now, purchase
from sira.workspace import bulk, macros, staging

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "ways-to-end.md"
OPERATIONS = {"lifecycle": {"resolve", "close", "confirm", "withdraw"}, "merging": {"merge"}}
SHARED = {"set_resolved", "set_closed"}
DONE = {"RESOLVED", "CLOSED", "resolved", "closed"}


# The list


def places() -> Iterator[str]:
    """module:function of each place that ends a ticket."""
    for path in sorted((ROOT / "sira").rglob("*.py")):
        if {"tests", "migrations"} & set(path.relative_to(ROOT).parts):
            continue
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef) and any(map(ends, ast.walk(function))):
                yield f"{module}:{function.name}"
        for table in tree.body:
            if isinstance(table, (ast.Assign, ast.AnnAssign)) and any(map(ends, ast.walk(table))):
                target = table.targets[0] if isinstance(table, ast.Assign) else table.target
                yield f"{module}:{ast.unparse(target)}"


def ends(node: ast.AST) -> bool:
    """A call of an operation that ends, or one that gives a ticket an ended status."""
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
    owner = called.value.id if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) else ""
    if name in SHARED or name in OPERATIONS.get(owner, ()):
        return True
    return name in ("set", "update") and any(one.arg == "status" and gives_an_end(one.value) for one in node.keywords)


def gives_an_end(value: ast.expr) -> bool:
    return (isinstance(value, ast.Attribute) and value.attr in DONE) or (
        isinstance(value, ast.Constant) and value.value in DONE
    )


def listed() -> dict[str, str]:
    """Places on the page, with the test of each; `module:*` stands for all of a module."""
    rows = re.findall(r"^\| [^|]+ \| `(sira\.[\w.]+:[\w*]+)` \| `(\w+)` \|$", PAGE.read_text(encoding="utf-8"), re.M)
    return dict(rows)


def is_listed(place: str, page: dict[str, str]) -> bool:
    return place in page or f"{place.partition(':')[0]}:*" in page


def test_every_place_that_ends_a_ticket_is_on_the_page():
    page = listed()
    missing = [place for place in places() if not is_listed(place, page)]
    assert missing == [], "name them in docs/reference/ways-to-end.md, with a test each"


def test_nothing_on_the_page_is_gone():
    found = set(places())
    modules = {place.partition(":")[0] for place in found}
    gone = [place for place in listed() if place not in found and place.partition(":")[0] not in modules]
    assert [place for place in gone if (ROOT / (place.partition(":")[0].replace(".", "/") + ".py")).exists()] == []


def test_every_way_has_its_test():
    named = set(re.findall(r"`(test_\w+)`", PAGE.read_text(encoding="utf-8")))
    assert named <= set(globals())


# Each of them, with an approval open


@pytest.fixture
def office(db: None) -> Office:
    return Office()


@pytest.fixture
def ticket(office: Office) -> Ticket:
    return office.asks(purchase(approve("=requester.manager")), group=office.it)


def is_open(ticket: Ticket) -> bool:
    return now(ticket).status in Ticket.ACTIVE and now(ticket).merged_into is None


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_resolving_on_the_page(office, ticket):
    answer = signed_in(office.ayse).post(f"{ticket.get_absolute_url()}resolve/", {"resolution": "Done."})
    assert answer.status_code == 409 and is_open(ticket)


def test_closing_on_the_page(office, ticket):
    assert signed_in(office.ayse).post(f"{ticket.get_absolute_url()}close/").status_code == 409
    assert is_open(ticket)


def test_merging_on_the_page(office, ticket):
    other = office.ticket(group=office.it)
    answer = signed_in(office.ada).post(f"{ticket.get_absolute_url()}merge/", {"other": other.number})
    assert answer.status_code in (409, 422) and is_open(ticket)
    with pytest.raises(Refused):
        merging.merge(ticket, other, by=office.ada, at=monday(11))


def test_answering_and_resolving_in_one_step(office, ticket):
    given = {"text": "Done.", "then": "resolve"}
    answer = signed_in(office.ayse).post(f"{ticket.get_absolute_url()}answer/", given)
    assert answer.status_code == 409 and is_open(ticket)
    assert not ticket.messages.filter(text="Done.").exists()


def test_an_answer_kept_for_later(office, ticket):
    given = {"goes_at": monday(12), "follows": "resolve", "by": office.ayse, "at": monday(11)}
    with pytest.raises(Refused):
        later.keep(ticket, Said(text="Done."), **given)
    asked_first = LaterAnswer.objects.create(
        ticket=ticket, author=office.ayse, text="Done.", follows="resolve", kept_at=monday(11), goes_at=monday(12)
    )
    assert later.send_due(monday(12)) == 1 and is_open(ticket)
    asked_first.refresh_from_db()
    assert asked_first.refusal and not ticket.messages.filter(text="Done.").exists()


def test_a_macro_that_resolves(office, ticket):
    with pytest.raises(Refused):
        macros.ACTS["resolve"].does(ticket, "", office.ayse, monday(11), "Done.")
    assert is_open(ticket)


def test_dragging_on_the_board(office, ticket):
    with pytest.raises(Refused):
        staging.WAYS[Ticket.Stage.CLOSED](ticket, office.ayse, monday(11))
    assert is_open(ticket)


def program(office: Office) -> Client:
    secret = tokens.make("program", person=office.ada, at=monday(8))[1]
    return Client(headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": "once"})


def by_program(office: Office, ticket: Ticket, what: str, body: dict | None = None) -> int:
    address = f"/api/v1/tickets/{ticket.number}/{what}"
    return program(office).put(address, body or {}, "application/json").status_code


def test_resolving_by_program(office, ticket):
    assert by_program(office, ticket, "resolution", {"resolution": "Done."}) == 409 and is_open(ticket)


def test_confirming_by_program(office, ticket):
    assert by_program(office, ticket, "confirmation") == 409 and is_open(ticket)


def test_closing_by_program(office, ticket):
    assert by_program(office, ticket, "closing") == 409 and is_open(ticket)


def test_merging_by_program(office, ticket):
    given = {"into": office.ticket(group=office.it).number}
    answer = program(office).post(f"/api/v1/tickets/{ticket.number}/merge", given, "application/json")
    assert answer.status_code == 409 and is_open(ticket)


def test_many_at_once_by_program(office, ticket):
    for given in ({"act": "resolve", "resolution": "Done."}, {"act": "close"}):
        body = {"tickets": [ticket.number], **given}
        answer = program(office).post(
            "/api/v1/bulk", body, "application/json", headers={"Idempotency-Key": given["act"]}
        )
        assert answer.json()["items"][0]["done"] is False and is_open(ticket)


def test_confirming_in_the_portal(office, ticket):
    signed_in(office.tom).post(f"/portal/requests/{ticket.number}/confirm/")
    assert is_open(ticket)


def test_withdrawing_calls_off_but_fills_no_field(office, ticket):
    """It ends what is open with itself, which is no way around; an empty mandatory field keeps the ticket open."""
    ticket.type.mandatory_fields = ["cause"]
    ticket.type.save()
    lifecycle.withdraw(ticket, by=office.tom, at=monday(11))
    assert is_open(ticket)


def beside(office: Office, block: str) -> Ticket:
    source = drawing(
        start(), approve("=requester.manager"), service("hurry", block, extension=headers(text="Done.")), end(),
        key="purchase", ways="start > approve > end; start > hurry > end",
    )  # fmt: skip
    return office.asks(source)


def stays_open_and_stuck(ticket: Ticket) -> bool:
    return is_open(ticket) and Incident.objects.filter(instance__subject=ticket.pk).exists()


def test_a_drawing_resolves_beside_an_open_approval(office):
    assert stays_open_and_stuck(beside(office, "sira:resolve"))


def test_a_drawing_closes_beside_an_open_approval(office):
    assert stays_open_and_stuck(beside(office, "sira:close"))


def test_the_operations_themselves(office, ticket):
    for act in (
        lambda: lifecycle.resolve(ticket, by=office.ayse, resolution="Done.", at=monday(11)),
        lambda: lifecycle.close(ticket, by=office.ayse, at=monday(11)),
        lambda: lifecycle.confirm(ticket, by=office.tom, at=monday(11)),
    ):
        with pytest.raises(Refused):
            act()
    assert is_open(ticket)


def test_a_mail_ends_nothing(office, ticket):
    text = "It is solved, close it please."
    receive(
        Incoming(channel="mail", key="1", subject=f"[{ticket.number}] solved", sender=Sender("tom@desk.example"),
                 said=Said(text=text)), at=monday(11),
    )  # fmt: skip
    assert is_open(ticket)


def refused_by(sql: str, *values: object) -> str:
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
    return violated(error.value)


def test_plain_sql(office, ticket):
    ended = "stage = 'closed', resolution = 'x', resolved_at = now(), closed_at = now() WHERE id = %s"
    assert refused_by(f"UPDATE tickets_ticket SET status = 'closed', {ended}", ticket.pk) == gates.OPEN_TASK
    assert refused_by("DELETE FROM processes_task WHERE subject = %s", ticket.pk) == gates.TASK_KEPT
    with pytest.raises(DatabaseError), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(status="resolved", resolution="x", resolved_at=monday(11))


def test_an_import_of_an_ended_ticket(office, ticket):
    ticket.type.mandatory_fields = ["cause"]
    ticket.type.save()
    copy = now(ticket)
    copy.pk, copy.number = copy.pk + 100_000, "PUR-X"
    copy.status, copy.resolution, copy.resolved_at = "resolved", "x", monday(11)
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        copy.save(force_insert=True)
    assert violated(error.value) == gates.MISSING_FIELD


def test_a_dry_run_has_no_ticket(office, ticket):
    """Its ticket is a dictionary: the module that ends it there knows no table of tickets."""
    text = (ROOT / "sira" / "studio" / "rehearsal" / "stand_ins.py").read_text(encoding="utf-8")
    assert "Ticket.objects" not in text and ".save(" not in text


def test_many_at_once(office, ticket):
    given = {"resolution": "All of them."}
    for act in (bulk.resolve, bulk.close):
        with pytest.raises(Refused):
            act(now(ticket), given, office.ayse, monday(11))
    assert is_open(ticket)
