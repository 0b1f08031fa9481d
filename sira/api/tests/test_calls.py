"""What holds for every call: errors in one form, the same call once, a description that is true."""

import hashlib
import json
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sira.api import once, shapes, tokens
from sira.api.models import AnsweredCall, Token
from sira.api.refusing import REFUSALS
from sira.api.tests.conftest import Caller
from sira.api.urls import api
from sira.people.models import Person
from sira.tickets.models import Ticket
from sira.tickets.tests.cast import Desk
from sira.workforce import presence
from sira.workforce.models import Presence

NEW = {"subject": "VPN drops", "text": "Every few minutes."}
KEY = {"Idempotency-Key": "one"}


@pytest.mark.parametrize(
    "method, path, body, status",
    [
        ("GET", "nothing", None, 404),
        ("GET", "tickets/INC-1", None, 404),
        ("DELETE", "tickets", None, 405),
        ("POST", "tickets", "{not json", 400),
        ("POST", "tickets", "[]", 422),
        ("GET", "people/abc", None, 422),
        ("POST", "tickets", b"\xff\xfe", 400),
        ("POST", "tickets", json.dumps(NEW | {"text": "x" * 3_000_000}), 413),
    ],
)
def test_errors_are_problem_details(desk, caller, method, path, body, status):
    answer = caller(desk.jonas)(method, path, body)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == status and answer.json()["title"] and answer.json()["detail"]


def test_nobody_comes_in_without_a_token(desk, client):
    for path in ("tickets", "people", "attachments/1", "tickets/INC-1/messages"):
        answer = client.get(f"/api/v1/{path}")
        assert answer.status_code == 401 and answer["Content-Type"] == "application/problem+json"
    assert client.get("/api/v1/tickets", headers={"Authorization": "Bearer sira_wrong"}).status_code == 401


def test_the_same_call_again_gets_the_same_answer(desk, caller):
    call = caller(desk.jonas)
    first, again = call("POST", "tickets", NEW, **KEY), call("POST", "tickets", NEW, **KEY)
    assert first.json() == again.json() and again.status_code == 201
    assert again["Idempotent-Replayed"] == "true"
    assert Ticket.objects.count() == 1


def test_a_key_belongs_to_one_call_of_one_token(desk, caller):
    call = caller(desk.jonas)
    call("POST", "tickets", NEW, **KEY)
    assert call("POST", "tickets", NEW | {"subject": "Other"}, **KEY).status_code == 422
    paths = [f"tickets/{ticket.number}/messages" for ticket in (desk.ticket(), desk.ticket())]
    said = [call("POST", path, {"text": "Done"}, **{"Idempotency-Key": "two"}) for path in paths]
    assert [answer.status_code for answer in said] == [201, 422]
    assert said[1].json()["type"] == "urn:sira:problem:key_used"
    other = caller(desk.ayse)
    of_the_other = other("POST", "tickets", NEW, **KEY)
    assert of_the_other.status_code == 201
    assert other("POST", "tickets", NEW, **KEY).json() == of_the_other.json()
    assert call("POST", "tickets", NEW, **{"Idempotency-Key": "x" * 201}).status_code == 400
    assert call("POST", "tickets", NEW, **{"Idempotency-Key": "x" * 200}).status_code == 201
    assert call("POST", "tickets", NEW, **{"Idempotency-Key": "one two"}).status_code == 400


def test_a_refused_call_may_be_sent_again_with_its_key(desk, caller):
    ticket, call = desk.ticket(), caller(desk.tom)
    path = f"tickets/{ticket.number}/messages"
    assert call("POST", path, {"text": "x", "internal": True}, **KEY).status_code == 403
    assert call("POST", path, {"text": "x"}, **KEY).status_code == 201


def test_two_equal_calls_at_once_are_done_once(committing):
    desk = Desk()
    call, answers, ready = Caller(desk.jonas), [], threading.Barrier(2)

    def send():
        ready.wait()
        answers.append(call("POST", "tickets", NEW, **KEY).json())
        connection.close()

    threads = [threading.Thread(target=send) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers[0]["number"] == answers[1]["number"]
    assert Ticket.objects.count() == 1


def test_what_was_sent_cannot_be_guessed_from_what_is_kept_of_a_call_and_survives_another_key(desk, caller, settings):
    call = caller(desk.jonas)
    made = call("POST", "tickets", NEW, **KEY).json()
    content = json.dumps(["POST", "/api/v1/tickets"]).encode() + json.dumps(NEW).encode()
    assert bytes(AnsweredCall.objects.get().body) != hashlib.sha256(content).digest()
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another" * 10
    assert call("POST", "tickets", NEW, **KEY).json() == made
    assert call("POST", "tickets", NEW | {"subject": "Other"}, **KEY).status_code == 422


def test_answers_are_kept_for_three_days(desk, caller):
    caller(desk.jonas)("POST", "tickets", NEW, **KEY)
    assert once.forget(timezone.now() + timedelta(hours=71)) == 0
    assert once.forget(timezone.now() + timedelta(hours=73)) == 1
    assert not AnsweredCall.objects.exists()


def test_a_token_is_kept_as_its_digest_only(db, capsys):
    assert tokens.main(["monitoring", "--role", "agent"]) == 0
    text = capsys.readouterr().out.strip()
    row = Token.objects.get()
    assert text.startswith("sira_") and text not in str(row.__dict__)
    assert tokens.find(text, at=timezone.now()).person.role == "agent"
    assert tokens.find(text + "x", at=timezone.now()) is None
    Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert tokens.find(text, at=timezone.now()) is None


def test_a_program_that_works_as_itself_is_off_so_that_nothing_is_dealt_to_it(desk):
    token = tokens.make_for_role("monitoring", "agent", groups=[desk.it], at=timezone.now())
    program = tokens.find(token, at=timezone.now()).person
    assert presence.state_of(Presence.objects.get(person=program), timezone.now()) == "off"


def test_a_token_of_somebody_who_left_opens_nothing(desk, caller):
    call = caller(desk.jonas)
    Person.objects.filter(pk=desk.jonas.pk).update(is_active=False)
    assert call("GET", "tickets").status_code == 401


def test_the_description_names_shapes_for_every_answer(client):
    description = client.get("/api/v1/openapi.json").json()
    assert description["openapi"].startswith("3.")
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            good = next(it for status, it in operation["responses"].items() if status < "300")
            shapes_of_it = [each["schema"] for each in good.get("content", {}).values()]
            assert shapes_of_it or "204" in operation["responses"], (method, path)
            assert all("$ref" in shape or shape["format"] == "binary" for shape in shapes_of_it), (method, path)
            for status in map(str, REFUSALS):
                refusal = operation["responses"][status]
                assert refusal["description"] not in ("", "Unknown Status Code")
                assert refusal["content"]["application/problem+json"]["schema"]["$ref"].endswith("/ProblemShown")
            assert operation["security"]
    assert set(description["components"]["schemas"]["ProblemShown"]["required"]) == {
        "type",
        "title",
        "status",
        "detail",
    }
    assert api.get_openapi_schema() is api.get_openapi_schema(path_prefix="/api/v1/"), "made once"


def test_no_operation_has_a_class_for_each_of_its_refusals():
    """They were most of what the first call of a process waited for, and 20 MiB of its memory."""
    operations = [
        one for _, router in api._routers for each in router.path_operations.values() for one in each.operations
    ]
    assert len(operations) > 100
    assert all(len(one.response_models) == 1 for one in operations)


def test_what_cannot_be_read_is_the_callers_fault(desk, caller):
    call = caller(desk.jonas)
    assert call("POST", "attachments", b"x", kind="multipart/form-data").status_code == 400
    assert call("GET", "tickets?changed_since=0").status_code == 422
    assert call("GET", "figures?until=17").status_code == 422


def test_an_agent_changes_requesters_but_nobody_who_works_here(desk, caller):
    call, matching = caller(desk.jonas), {"If-Match": "*"}
    assert call("PATCH", f"people/{desk.tom.pk}", {"title": "Buyer"}, **matching).status_code == 200
    assert call("PATCH", f"people/{desk.ada.pk}", {"name": "Nobody"}, **matching).status_code == 403


OTHER_KINDS = {"integer": (True, "3", 3.0), "number": (True, "3"), "boolean": (1, "true")}


def bodies_of(shape: type[shapes.Closed]) -> Iterator[type[shapes.Closed]]:
    for one in shape.__subclasses__():
        yield one
        yield from bodies_of(one)


def plain_fields(shape: type[shapes.Closed]) -> Iterator[tuple[str, str, bool]]:
    """Name, kind of the value or of each in the list, and whether it is a list."""
    for name, part in shape.model_json_schema(by_alias=False).get("properties", {}).items():
        for one in part.get("anyOf", [part]):
            of_list = one.get("items", {}) if one.get("type") == "array" else {}
            kind = (of_list or one).get("type")
            if kind in OTHER_KINDS:
                yield name, kind, bool(of_list)


def test_a_value_of_another_kind_than_described_is_refused_in_every_body():
    taken, asked = [], 0
    for shape in bodies_of(shapes.Closed):
        for name, kind, is_list in plain_fields(shape):
            for wrong in OTHER_KINDS[kind]:
                asked += 1
                try:
                    shape.model_validate({name: [wrong] if is_list else wrong})
                    refused = set()
                except ValidationError as error:
                    refused = {each["loc"][0] for each in error.errors() if each["type"] != "missing"}
                if name not in refused:
                    taken.append(f"{shape.__name__}.{name} takes {wrong!r}")
    assert not taken and asked > 150


def test_a_body_is_taken_to_the_letter_and_an_address_is_text(desk, caller):
    call = caller(desk.ada)
    held = {"text": "Hello", "held": "true"}
    refused = call("POST", f"tickets/{desk.ticket().number}/messages", held)
    assert refused.status_code == 422 and refused.json()["errors"] == [
        {"at": "given.held", "why": "Input should be a valid boolean"}
    ]
    assert call("GET", "tickets?limit=3").status_code == 200


def test_shown_rows_have_the_described_shape(desk, caller):
    number, call = desk.ticket().number, caller(desk.jonas)
    shapes.TicketShown.model_validate(call("GET", f"tickets/{number}").json())
    shapes.TicketPage.model_validate(call("GET", "tickets").json())
    shapes.MessagePage.model_validate(call("GET", f"tickets/{number}/messages").json())
    shapes.PersonPage.model_validate(call("GET", "people").json())


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = (
    "subject text type requester category service impact urgency tags fields attachments priority group agent until"
    " resolution internal mail name language time_zone title place"
)
NAMES = st.sampled_from(FIELDS.split()) | st.text(max_size=6)
PATHS = [
    "tickets", "tickets/{n}", "tickets/{n}/messages", "tickets/{n}/assignment", "tickets/{n}/resolution",
    "tickets/{n}/hold", "tickets/{n}/waiting", "people", "people/{p}", "attachments", "attachments/{p}",
    "messages", "signals",
]  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(["GET", "POST", "PATCH", "PUT", "DELETE"]),
    path=st.sampled_from(PATHS),
    body=st.dictionaries(NAMES, VALUES, max_size=5) | VALUES,
    query=st.dictionaries(st.sampled_from(["cursor", "limit", "status", "agent", "mail", "x"]), st.text(max_size=12)),
    key=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=8),
)
def test_nothing_that_is_sent_makes_the_desk_fail(desk, method, path, body, query, key):
    from urllib.parse import quote  # noqa: PLC0415

    if not hasattr(desk, "fuzzed"):
        desk.fuzzed, desk.caller = desk.ticket(), Caller(desk.jonas)
    asked = "&".join(f"{name}={quote(value, errors='replace')}" for name, value in query.items())
    place = path.format(n=desk.fuzzed.number, p=desk.tom.pk)
    answer = desk.caller(method, f"{place}?{asked}", body, **{"If-Match": "*", "Idempotency-Key": key})
    assert answer.status_code < 500, answer.content
    if answer.status_code >= 400:
        assert answer["Content-Type"] == "application/problem+json"
