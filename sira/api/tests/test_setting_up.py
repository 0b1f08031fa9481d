"""What administrators set up by program: one way for every kind."""

import threading
import time

import pytest
from django.db import connection, transaction
from django.utils import timezone

from sira.api import promises
from sira.api.setting_up import must_be_free
from sira.calendars import editing as calendars
from sira.calendars.models import Calendar
from sira.catalogue.models import RequestType
from sira.channels.email.models import Mailbox
from sira.notifications.models import OutgoingServer
from sira.people.directories.models import Directory
from sira.people.models import Organisation, SupportGroup
from sira.plumbing.desk_secrets import desk_secrets
from sira.plumbing.models import AuditEntry
from sira.plumbing.sealing import unseal
from sira.promises.models import Contract, WarningPlan
from sira.tickets.models import Category, TicketType
from sira.tickets.tests.cast import Desk

MARK = {"when": "percent", "amount": 80, "actions": ["lead"]}
BOX = {"host": "imap.example.org", "user": "help@desk.example", "secret": "not-to-be-seen"}
# What is sent to make one of each kind, and what is changed in it.
KINDS = {
    "types": ({"key": "visit", "name": "Visit", "prefix": "VIS"}, {"needs_test": True, "group": "hr"}),
    "categories": (
        {"key": "chairs", "name": "Chairs", "names": {"tr": "Sandalyeler"}},
        {"name": "Seats", "offered": False},
    ),
    "services": ({"key": "canteen", "name": "Canteen"}, {"names": {"pl": "Stołówka"}}),
    "contracts": ({"name": "Deal", "level": "gold", "starts_at": "2026-01-01T00:00:00Z"}, {"level": "silver"}),
    "warning-plans": ({"key": "late", "name": "Late", "marks": [MARK]}, {"marks": [{**MARK, "amount": 90}]}),
    "mailboxes": ({"name": "help", **BOX}, {"folder": "Desk"}),
    "directories": (
        {"key": "house", "kind": "openid", "name": "House", "issuer": "https://login.example.org", "client_id": "desk"},
        {"mail_domains": ["example.org"]},
    ),
    "request-types": ({"key": "chair", "name": "A chair", "type": "incident"}, {"offered": False}),
}
NAMED_BY = {"contracts": "id", "mailboxes": "name"}


def sent_to_make(path: str) -> dict:
    more = (
        {"organisation": Organisation.objects.create(name="Rigel", kind="customer").pk} if path == "contracts" else {}
    )
    return {**KINDS[path][0], **more}


def sent_to_change(path: str) -> dict:
    given, changes = KINDS[path]
    fixed = {"key", "kind", NAMED_BY.get(path)}
    return {name: value for name, value in given.items() if name not in fixed} | changes


@pytest.mark.parametrize("path", KINDS)
def test_each_kind_is_made_once_read_changed_by_who_saw_it_and_told_in_the_trail(desk, caller, path):
    call, body = caller(desk.ada), sent_to_make(path)
    made = call("POST", path, body, **{"Idempotency-Key": "one"})
    assert made.status_code == 201, made.content
    assert call("POST", path, body, **{"Idempotency-Key": "one"}).json() == made.json()
    address = f"{path}/{made.json()[NAMED_BY.get(path, 'key')]}"
    read = call("GET", address)
    assert read.json() == made.json()
    changed = sent_to_change(path)
    assert call("PUT", address, changed).status_code == 428
    after = call("PUT", address, changed, **{"If-Match": read["ETag"]})
    assert after.status_code == 200 and after["ETag"] != read["ETag"]
    assert call("PUT", address, changed, **{"If-Match": read["ETag"]}).status_code == 412
    assert after.json() in call("GET", path).json()["items"]
    assert AuditEntry.objects.filter(by=desk.ada.pk, way="api").exists()


@pytest.mark.parametrize("path", KINDS)
def test_nobody_else_makes_reads_or_changes_one(desk, caller, path):
    address = f"{path}/{caller(desk.ada)('POST', path, sent_to_make(path)).json()[NAMED_BY.get(path, 'key')]}"
    for person in (desk.tom, desk.jonas, desk.ayse):
        call = caller(person)
        assert call("POST", path, KINDS[path][0] | {"organisation": 1}).status_code in (403, 422)
        assert call("PUT", address, sent_to_change(path), **{"If-Match": "*"}).status_code == 403
        assert call("GET", address).status_code == 403
        assert call("DELETE", address).status_code in (403, 405)
    assert caller(desk.tom)("GET", path).status_code == 403


@pytest.mark.parametrize("path", ["types", "categories", "services"])
def test_agents_list_what_tickets_are_sorted_by(desk, caller, path):
    assert caller(desk.jonas)("GET", path).status_code == 200
    assert caller(desk.jonas)("POST", path, KINDS[path][0]).status_code == 403


def test_lists_page_by_cursor(desk, caller):
    call, found, cursor = caller(desk.ada), [], ""
    while cursor is not None:
        page = call("GET", f"categories?limit=2&cursor={cursor}").json()
        found += [one["key"] for one in page["items"]]
        cursor = page["next"]
    assert sorted(found) == sorted(Category.objects.values_list("key", flat=True)) and len(found) > 2


def test_what_the_pages_refuse_is_refused_by_program_too(desk, caller):
    call = caller(desk.ada)
    used = desk.ticket().category.key
    for method, path, body, code in (
        ("POST", "types", {"key": "x", "name": "X", "prefix": desk.incident.prefix}, "prefix_taken"),
        ("POST", "types", {"key": "x", "name": "X", "prefix": "XX", "process": "nothing"}, "no_such_process"),
        ("POST", "categories", {"key": used, "name": "Again"}, "key_taken"),
        ("PUT", f"categories/{used}", {"name": "Round", "parent": used}, "below_itself"),
        ("POST", "categories", {"key": "x", "name": "X", "parent": "nothing"}, "invalid"),
        ("POST", "services", {"key": "x", "name": "X", "owner": 10**9}, "invalid"),
        ("POST", "warning-plans", {"key": "x", "name": "X", "marks": [{**MARK, "amount": 500}]}, "bad_warning_plan"),
        ("POST", "request-types", {"key": "x", "name": "X", "type": "incident", "form": "none"}, "form_not_published"),
        ("POST", "request-types", {"key": "x", "name": "X", "type": "incident", "organisations": [1]}, "invalid"),
    ):  # fmt: skip
        answer = call(method, path, body, **{"If-Match": "*"})
        assert answer.json()["type"] == f"urn:sira:problem:{code}", (path, answer.content)
    assert not TicketType.objects.filter(key="x").exists() and not RequestType.objects.filter(key="x").exists()


@pytest.mark.parametrize("more", [{"security": "none"}, {"host": "elsewhere.example"}, {"user": "another"}])
def test_a_password_that_is_kept_goes_to_no_other_account_and_over_no_open_line(desk, caller, more):
    call = caller(desk.ada)
    made = call("POST", "mailboxes", sent_to_make("mailboxes")).json()
    asked = {name: value for name, value in sent_to_change("mailboxes").items() if name != "secret"}
    refused = call("PUT", f"mailboxes/{made['name']}", asked | more, **{"If-Match": "*"})
    assert refused.json()["type"] == "urn:sira:problem:secret_missing"
    assert call("GET", f"mailboxes/{made['name']}").json() == made
    assert (
        call("PUT", f"mailboxes/{made['name']}", asked | more | {"secret": "x"}, **{"If-Match": "*"}).status_code == 200
    )


def test_what_is_there_is_not_made_again_but_changed(desk, caller):
    call = caller(desk.ada)
    for path in KINDS.keys() - {"contracts"}:
        body = sent_to_make(path)
        assert call("POST", path, body).status_code == 201
        assert call("POST", path, body | {"name": body["name"]}).status_code == 409
    assert WarningPlan.objects.filter(key="late").count() == 1


@pytest.mark.parametrize("path", ["types", "categories", "services", "request-types"])
def test_what_is_withdrawn_stays_so_where_a_change_does_not_speak_of_it(desk, caller, path):
    call, body = caller(desk.ada), sent_to_make(path)
    assert call("POST", path, body).json()["offered"] is True
    changed = {name: value for name, value in sent_to_change(path).items() if name != "offered"}
    for offered in (False, True):
        call("PUT", f"{path}/{body['key']}", changed | {"offered": offered}, **{"If-Match": "*"})
        after = call("PUT", f"{path}/{body['key']}", changed, **{"If-Match": "*"}).json()
        assert after["offered"] is offered


def somebody_waits():
    """For this transaction: the tests beside this one have locks in the same server."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        return cursor.fetchone()[0] > 0


def while_another_commits(act, call):
    """What a call is answered that began before the other one's transaction ended."""
    answers = []

    def ask():
        answers.append(call())
        connection.close()

    with transaction.atomic():
        act()
        asking = threading.Thread(target=ask)
        asking.start()
        until = time.monotonic() + 60
        while not somebody_waits() and not answers and time.monotonic() < until:
            time.sleep(0.02)
        assert somebody_waits() and not answers
    asking.join()
    return answers[0]


def test_of_two_calendars_made_the_default_at_once_the_later_one_is(committing, caller):
    desk = Desk()
    hours = {"time_zone": "UTC", "week": [[[480, 960]]] * 7, "by": desk.ada, "at": timezone.now()}
    one, other = calendars.create("One", **hours), calendars.create("Other", **hours)
    call = caller(desk.ada)
    answer = while_another_commits(
        lambda: calendars.make_default(one, by=desk.ada), lambda: call("PUT", f"calendars/{other.pk}/default")
    )
    assert answer.status_code == 200, answer.content
    assert Calendar.objects.get(is_default=True) == other


def test_of_two_that_make_the_same_at_once_the_second_is_refused(committing, caller):
    """Seen with the kind that keeps editions: a second POST would else become an edition of the first's."""
    desk = Desk()
    kind = next(one for one in promises.KINDS if one.path == "warning-plans")
    given = promises.NewPlan(**sent_to_make("warning-plans"))

    def made():
        must_be_free(kind, given.key, desk.ada)
        kind.keep(None, given, desk.ada, timezone.now())

    call = caller(desk.ada)
    answer = while_another_commits(made, lambda: call("POST", "warning-plans", given.dict()))
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:sira:problem:key_taken")
    assert WarningPlan.objects.filter(key="late").count() == 1


def test_a_change_that_waited_for_another_is_told_that_it_was_changed_meanwhile(committing, caller):
    desk = Desk()
    call, kind = caller(desk.ada), next(one for one in promises.KINDS if one.path == "warning-plans")
    call("POST", "warning-plans", sent_to_make("warning-plans"))
    seen, changed = call("GET", "warning-plans/late")["ETag"], sent_to_change("warning-plans")
    answer = while_another_commits(
        lambda: kind.keep(kind.locked("late", desk.ada), promises.PlanGiven(**changed), desk.ada, timezone.now()),
        lambda: call("PUT", "warning-plans/late", changed, **{"If-Match": seen}),
    )
    assert answer.status_code == 412


@pytest.mark.parametrize("more", [{"security": "none"}, {"host": "elsewhere.example"}, {"user": "another"}])
def test_a_password_of_the_outgoing_server_stays_with_its_account_and_off_an_open_line(desk, caller, more):
    call, named = caller(desk.ada), {"host": "smtp.example.org", "user": "desk", "port": 587}
    assert call("PUT", "outgoing-server", named | {"password": "not-to-be-seen"}).status_code == 200
    refused = call("PUT", "outgoing-server", named | more, **{"If-Match": "*"})
    assert refused.json()["type"] == "urn:sira:problem:password_missing"
    for given in (named | {"port": 465, "security": "tls"}, named | more | {"password": "x"}, named | {"user": ""}):
        assert call("PUT", "outgoing-server", given, **{"If-Match": "*"}).status_code == 200
    assert OutgoingServer.objects.get().secret == ""


def test_a_contract_is_taken_out(desk, caller):
    call = caller(desk.ada)
    made = call("POST", "contracts", sent_to_make("contracts")).json()
    assert call("DELETE", f"contracts/{made['id']}").status_code == 204
    assert not Contract.objects.filter(pk=made["id"]).exists()


@pytest.mark.parametrize("path", ["types", "categories", "services"])
def test_what_tickets_are_sorted_by_is_withdrawn_and_stays_readable(desk, caller, path):
    call = caller(desk.ada)
    made = call("POST", path, sent_to_make(path)).json()
    assert call("DELETE", f"{path}/{made['key']}").status_code == 204
    assert call("GET", f"{path}/{made['key']}").json() == made | {"offered": False}


def test_passwords_go_in_and_never_come_out(desk, caller):
    call = caller(desk.ada)
    answers = [call("POST", "mailboxes", {"name": "help", **BOX}, **{"Idempotency-Key": "box"})]
    kept = {name: value for name, value in BOX.items() if name != "secret"}
    answers.append(call("PUT", "mailboxes/help", {**kept, "folder": "Desk"}, **{"If-Match": "*"}))
    moved = call("PUT", "mailboxes/help", {**kept, "host": "elsewhere.example.org"}, **{"If-Match": "*"})
    assert moved.json()["type"] == "urn:sira:problem:secret_missing"  # it would be shown to another server
    answers += [call("GET", "mailboxes"), call("GET", "mailboxes/help")]
    server = {"host": "smtp.example.org", "user": "desk", "password": "not-to-be-seen"}
    assert call("GET", "outgoing-server").status_code == 404
    assert call("PUT", "outgoing-server", server, **{"If-Match": '"of what is gone"'}).status_code == 412
    assert call("PUT", "outgoing-server", server | {"port": True}).status_code == 422
    answers.append(call("PUT", "outgoing-server", server))
    assert call("PUT", "outgoing-server", server).status_code == 428
    answers.append(call("PUT", "outgoing-server", server, **{"If-Match": answers[-1]["ETag"]}))
    answers.append(call("GET", "outgoing-server"))
    for answer in answers:
        assert answer.status_code in (200, 201) and b"not-to-be-seen" not in answer.content
    for row in (Mailbox.objects.get(), OutgoingServer.objects.get()):
        assert unseal(row.secret, desk_secrets()) == "not-to-be-seen"
    assert call("DELETE", "outgoing-server").status_code == 204 and not OutgoingServer.objects.exists()


def test_a_secret_of_a_directory_goes_in_stays_with_its_issuer_and_never_comes_out(desk, caller):
    call = caller(desk.ada)
    sent = sent_to_make("directories") | {"secret": "not-to-be-seen"}
    answers = [call("POST", "directories", sent)]
    same = sent_to_change("directories")
    answers.append(call("PUT", "directories/house", same, **{"If-Match": "*"}))
    off = call("PUT", "directories/house", same | {"active": False}, **{"If-Match": "*"})
    assert off.json()["active"] is False and not Directory.objects.get().is_active
    moved = call("PUT", "directories/house", same | {"issuer": "https://evil.example.org"}, **{"If-Match": "*"})
    assert moved.status_code == 422 and "secret" in moved.json()["detail"]
    answers += [call("GET", "directories"), call("GET", "directories/house")]
    kept = Directory.objects.get().secret
    for answer in answers:
        assert answer.status_code in (200, 201)
        assert b"not-to-be-seen" not in answer.content and kept.encode() not in answer.content
    assert unseal(kept, desk_secrets()) == "not-to-be-seen"
    assert call("DELETE", "directories/house").status_code == 204 and not Directory.objects.exists()


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "saml", "issuer": "urn:house", "details": {"metadata": "https://idp.example.org/metadata"}},
        {
            "kind": "ldap",
            "issuer": "ldaps://dc.example.org",
            "client_id": "cn=desk",
            "secret": "x",
            "claim": "memberOf",
            "rules": [{"value": "cn=agents,dc=example", "role": "agent", "groups": ["it"]}],
            "details": {
                "base": "dc=example",
                "logins": ["uid", "mail"],
                "only": [["objectClass", "person"]],
                "mail": "mail",
                "name": "cn",
            },
        },
    ],
)
def test_a_directory_of_each_kind_is_kept_as_its_page_would(desk, caller, given):
    made = caller(desk.ada)("POST", "directories", {"key": "house", "name": "House", **given})
    assert made.status_code == 201, made.content
    kept, details = made.json(), given["details"]
    assert {name: kept["details"][name] for name in details} == details and kept["rules"] == given.get("rules", [])


def test_a_group_that_is_called_like_a_role_gives_no_role(desk, caller):
    SupportGroup.objects.create(key="lead", name="Lead")
    given = sent_to_make("directories") | {"claim": "groups", "rules": [{"value": "staff", "groups": ["lead"]}]}
    call = caller(desk.ada)
    assert call("POST", "directories", given).status_code == 422
    rule = {"value": "staff", "role": "agent", "groups": ["lead"]}
    assert call("POST", "directories", given | {"rules": [rule]}).json()["rules"] == [rule]


@pytest.mark.parametrize(
    "amiss",
    [
        {"issuer": "http://login.example.org"},
        {"mail_domains": ["no domain"]},
        {"claim": "groups", "rules": [{"value": "a", "groups": ["no-such-group"]}]},
        {"rules": [{"value": "a", "role": "agent"}]},
        {"claim": "groups", "rules": [{"value": "a", "role": "administrator"}]},
    ],
)
def test_what_the_page_of_a_directory_refuses_is_refused_by_program(desk, caller, amiss):
    assert caller(desk.ada)("POST", "directories", sent_to_make("directories") | amiss).status_code == 422
    assert not Directory.objects.exists()
