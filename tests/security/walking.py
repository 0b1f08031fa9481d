"""Addresses of the desk with real things in them, and how a call to one is made and judged."""

import itertools
import json
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls.converters import get_converters

from sira.api.urls import api
from sira.config import routes
from sira.people import rights
from sira.people.models import Person
from sira.tickets.models import TicketType
from tests.security.things import Thing
from tests.security.world import World

SAFE = ("GET", "HEAD", "OPTIONS")
# What may change although the call is refused: who was here, and how often.
OF_THE_DOOR = ("django_session", "people_attempt", "api_token", "account_emailaddress", "api_called")
# Which things an address names: by the name of its parameter, else by the word before it; "=" gives plain words.
HELD: dict[str, tuple[str, ...]] = {
    "number": ("number",), "secret": ("link",), "version": ("=1",), "language": ("=en",),
    "answers": ("article",), "knowledge": ("article",), "approvals": ("ballot",), "attachments": ("file",),
    "files": ("file",), "groups": ("group",), "members": ("person",), "people": ("person",), "tasks": ("task",),
    "organisations": ("customer", "organisation"), "links": ("link_row",), "merge": ("merge",),
    "webhooks": ("webhook",), "delivery": ("delivery",), "ask": ("type",), "drafts": ("=ask-laptop",),
    "later": ("later",), "shared": ("shared",), "side-conversations": ("talk",),
    "macros": ("macro",), "several": ("change",), "bulk": ("change",), "views": ("view",), "look": ("brand",),
    "sessions": ("session",), "keys": ("passkey",),
    "boxes": ("mailbox",), "contracts": ("contract",), "promises": ("plan",), "retention": ("retention",),
    "archive": ("archive",), "archives": ("archive",), "tokens": ("token",), "by": ("directory",),
    "away": ("absence",), "swaps": ("swap",), "patterns": ("pattern",), "shifts": ("shift",),
    "calendars": ("calendar",), "incidents": ("incident",), "messages": ("message",),
    "decisions": ("table",), "examples": ("example",), "aside": ("aside",), "processes": ("process",),
    "types": ("ticket_type",), "categories": ("spare_category",), "services": ("service",), "warning-plans": ("plan",),
    "mailboxes": ("mailbox",), "request-types": ("type",),
    "forms": ("form",), "guide": ("=name people",), "in-place": ("=subject priority",), "shelf": ("=decisions x",),
    "absences": ("absence",), "directories": ("told",), "brandings": ("=desk",), "feed": ("feed",),
    "lists": ("=mine",), "tiles": ("=lead",), "articles": ("article",), "texts": ("=en",), "deliveries": ("delivery",),
    "unread-mails": ("unread",), "mails": ("mail",), "notices": ("notice",), "roles": ("role",), "given": ("given",),
    "on": ("=2030-01-01",), "pictures": ("file",), "t": ("link",), "decide": ("decision_link",), "by-link": ("ballot",),
    "held": ("held",), "held-files": ("held",),
}  # fmt: skip
# Where the word before is not enough: what the address looks like, the parameter, and its kinds.
SAID: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (r"^/api/.*people/.*/roles", "key", ("holder",)),
    (r"^/api/.*people/.*/(rotas|work)$", "key", ("planned",)),
    (r"^/api/.*/merge/<", "number", ("merged", "number")),
    (r"/(clos|confirm|reopen|mark)\w*/?$", "number", ("solved", "number")),
    (r"/(links|merge|later|shared|side-conversations)/<", "number", ("pair", "number")),
    (r"^/desk/tasks/files/<", "key", ("task_file",)),
    (r"^/api/.*/tasks/<key>/files/<", "file", ("task_file",)),
    (r"^/desk/tasks/<", "key", ("handed_task", "errand_task", "task")),
    (r"/tasks/<", "number", ("errand", "number")),
    (r"/tasks/<", "key", ("errand_task", "task")),
    (r"/tasks/<", "pk", ("errand_task", "task")),
    (r"^/studio/mails/", "key", ("unread",)),
    (r"^/portal/look/<slug:key>", "key", ("=desk",)),
    (r"^/studio/<shelf:kind>/", "key", ("table",)),
    (r"^/studio/<sorting:kind>/", "key", ("category",)),
    (r"^/studio/catalogue/", "key", ("type",)),
    (r"^/sign-in/by/.*/connect/$", "key", ("by_name",)),
    (r"^/sign-in/by/.*/(answer|metadata)/$", "key", ("told",)),
)
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
BODY = {
    "text": "words", "note": "words", "reason": "words", "resolution": "Replaced.", "comment": "words", "name": "Name",
    "names": "Name", "title": "words", "subject": "words", "group": "it", "to": "it", "until": "2030-01-01T10:00",
    "because": "words",
    "answer": "yes", "decision": "approve", "result": "yes", "priority": "1", "impact": "1", "urgency": "1",
    "role": "administrator", "mail": "new@desk.example", "email": "new@desk.example", "language": "en", "theme": "dark",
    "time_zone": "UTC", "key": "new-key", "kind": "leave", "starts_at": "2030-01-01", "ends_at": "2030-01-02",
    "presence": "away", "scope": "groups", "act": "take", "tickets": "INC-1", "source": "<x/>", "base": "",
    "sure": "yes", "rights": "work",
    "field": "subject", "value": "words", "version": "1", "done": "yes", "password": "only-for-these-tests",
    "login": "nobody@desk.example", "next": "/", "after_answer": "stay",
}  # fmt: skip


FIT = {
    "time_zone": "UTC",
    "url": "https://hooks.example.org/x",
    "mail": "new@desk.example",
    "week": [[[540, 1080]]] * 7,
    "prefix": "NEW",
}


@dataclass(frozen=True)
class Call:
    actor: str
    method: str
    path: str
    route: dict[str, Any]
    things: tuple[Thing, ...]

    @property
    def by_api(self) -> bool:
        return self.path.startswith("/api/")

    def __str__(self) -> str:
        return f"{self.actor}: {self.method} {self.path} ({self.route['name']}, {self.route['right']})"


def candidates(world: World, actor: str, kind: str, name: str, route: dict[str, Any]) -> list[Thing]:
    """What may stand for one parameter of an address: of each kind one the actor may see, and two they may not."""
    everybody = frozenset({*world.people, "nobody"})

    def plain(*values: str) -> list[Thing]:
        return [Thing("plain", value, everybody, everybody) for value in values]

    words = getattr(get_converters().get(kind), "regex", "")
    if "|" in words:  # a converter that knows certain words alone
        return plain(*words.split("|")[:6])
    before = route["path"].partition(f"{name}>")[0].rpartition("<")[0].strip("/").rpartition("/")[2]
    said = (kinds for at, asked, kinds in SAID if asked == name and re.search(at, route["path"]))
    kinds = next(said, None) or HELD.get(name) or HELD.get(before) or ()
    if not kinds or kinds[0].startswith("="):
        return plain(*(kinds[0][1:].split() if kinds else ("1" if kind == "int" else "x",)))
    found = []
    for one in kinds:
        things = world.named(one)
        found += [thing for thing in things if actor in thing.seen_by][:1]
        found += [thing for thing in things if actor not in thing.seen_by][:2]
    return found


def addresses(world: World, actor: str, route: dict[str, Any]) -> Iterator[tuple[str, tuple[Thing, ...]]]:
    """Each address the route may have with things of this world, and the things; another's under one's own, too."""
    choices = [candidates(world, actor, kind, name, route) for kind, name in PARAMETER.findall(route["path"])]
    for chosen in itertools.product(*choices):
        path = route["path"]
        for thing in chosen:
            path = PARAMETER.sub(thing.name, path, count=1)
        yield path, chosen


def calls(world: World, actors: Iterable[str]) -> Iterator[Call]:
    actors = list(actors)
    seen = set()
    for route in routes.routes():
        if route["path"] in seen:  # two operations of the API at one address
            continue
        seen.add(route["path"])
        methods = [
            one for one in route["methods"] or ["GET", "POST"] if one in ("GET", "POST", "PUT", "PATCH", "DELETE")
        ]
        for actor, method in itertools.product(actors, methods):
            turned_away = not entered(route["right"], world.people.get(actor))
            for path, things in itertools.islice(addresses(world, actor, route), 1 if turned_away else None):
                yield Call(actor, method, path, route, things)


class Plain(Client):
    """Answers alone: Django's own copies what every part of every page was given, for tests that ask for it."""

    def request(self, **request: Any) -> HttpResponse:
        return self.handler(self._base_environ(**request))


def prove(client: Client, person: Person) -> None:
    """As after typing the password, and for as long as the walk takes: what asks for a fresh proof lets in."""
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, person, method="password", reauthenticated=True, at=time.time() + 24 * 3600)
    request.session.save()


class Doors:
    """One browser and one token a person."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.client = Plain(raise_request_exception=False)
        self.cookies = {"nobody": ""}
        for key, person in world.people.items():
            client = Client()  # its own: signing somebody else in ends the session before
            client.force_login(person)
            prove(client, person)
            self.cookies[key] = client.cookies["sessionid"].value
        self.bodies = json_bodies()
        self.pattern = int(world.named("pattern")[0].name)
        self.offered = {"type": TicketType.objects.first().pk, "icon": "ticket", "audience": "everybody", "order": "1"}

    def open(self, call: Call) -> HttpResponse:
        self.client.cookies = SimpleCookie()
        if call.by_api:
            token = self.world.tokens.get(call.actor)
            headers = {"Authorization": f"Bearer {token}", "If-Match": "*"} if token else {"If-Match": "*"}
            body = self.bodies.get((call.method, call.route["path"]), {}) | self.fitting(call)
            return self.client.generic(
                call.method, call.path, json.dumps(body).encode() if call.method not in SAFE else b"",
                content_type="application/json", headers=headers,
            )  # fmt: skip
        if call.route["right"] == "holder" and not call.route["path"].endswith("<str:key>/"):
            self.open_link(call)
        if self.cookies[call.actor]:
            self.client.cookies["sessionid"] = self.cookies[call.actor]
        if call.method == "GET":
            return self.client.get(call.path)
        if call.method == "POST":
            return self.client.post(call.path, {**BODY, **self.fitting(call)})
        return self.client.generic(call.method, call.path, b"")

    def open_link(self, call: Call) -> None:
        """The one that leads to what is called, for a browser keeps few."""
        links = [f"/t/{one.name}/" for one in self.world.named("link", "solved_link")]
        for link in [*links, *(f"/decide/{one.name}/" for one in self.world.named("decision_link"))]:
            answer = self.client.get(link)
            led_to = answer.headers.get("Location", "").partition("#")[0]
            if led_to and call.path.startswith(led_to):
                self.client.cookies.update(answer.cookies)  # which this browser, quicker than Django's, does not keep
                return

    def fitting(self, call: Call) -> dict[str, Any]:
        """What this address asks for and no other: names of things that the actor may use."""
        mine = [one.name for one in self.world.named("pair", "number") if call.actor in one.worked_by]
        other = next((name for name in mine if name not in call.path), "INC-1")
        group = self.world.group
        return {
            "workspace:assign": {"to": f"{group.pk}-"},
            "workspace:hold": {"until": "2030-01-01"},
            "workspace:link": {"other": other, "kind": "related"},
            "workspace:merge": {"other": other},
            "workspace:move": {"stage": "work"},
            "workspace:task": {"result": "done"},
            "api-v1:moved": {"element": "work"},
            "api-v1:listed_tokens": {"person": self.world.people["requester"].pk},
            "api-v1:roles_of": {"role": "spare"},
            "api-v1:listed_contracts": {"organisation": self.world.people["colleague"].organisation_id},
            "api-v1:read_mailboxes": {"secret": "words"},
            "api-v1:listed_request_types": {"type": "incident"},
            "api-v1:read_request_types": {"type": "incident"},
            "api-v1:linked": {"to": other},
            "api-v1:listed_directories": {"issuer": "https://login.example.org", "client_id": "x"},
            "api-v1:read_directories": {"details": {"metadata": "<x/>"}},
            "api-v1:listed_shifts": {"person": self.world.people["agent"].pk, "ends_at": "2030-01-01T18:00:00Z"},
            "api-v1:read_calls": {"since": "2030-01-01"},
            "api-v1:gave_shift": {"person": self.world.people["lead"].pk},
            "api-v1:listed_rotas": {"pattern": self.pattern, "since": "2030-01-01"},
            "api-v1:listed_absences": {"ends_at": "2030-01-02T10:00:00Z"},
            "api-v1:answered_swap": {"answer": "refused"},
            "api-v1:listed_feeds": {"address": "https://holidays.example.org/x.ics"},
            "api-v1:loaded_holidays": {"country": "TR"},
            "api-v1:listed_macros": {"text": "words"},
            "api-v1:read_readers": {"owner": self.world.people["agent"].pk, "review_on": "2030-01-01"},
            "api-v1:read_macros": {"text": "words"},
            "api-v1:merged": {"into": other},
            "api-v1:passed_on": {"mail": "eva@desk.example"},
            "portal:mark": {"value": "3"},
            "studio:new_request_type": self.offered,
            "studio:request_type": self.offered,
            "portal:link_mark": {"value": "3"},
        }.get(call.route["name"], {})


def entered(right: str, person: Person | None) -> bool:
    """What the route's own right says, before anything in the address is looked at."""
    if right in ("anybody", "holder"):
        return True
    if person is None:
        return False
    if right in ("signed_in", "token"):
        return True
    return any(rights.has_somewhere(person, one) for one in routes.asked_for(right))


def owns(call: Call) -> bool:
    """Everything in the address is the actor's to see, and on the agents' pages to work on."""
    if call.route["right"] == "holder":
        return True
    agents = call.route["right"] == "work"
    return all(call.actor in (one.worked_by if agents and one.kind == "number" else one.seen_by) for one in call.things)


def writes() -> int:
    """Rows written in this transaction so far, but for those at the door."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_user_tables"
            " WHERE NOT relname = ANY(%s)",
            [list(OF_THE_DOOR)],
        )
        return int(cursor.fetchone()[0])


class Undone(Exception):
    pass


def made(doors: Doors, call: Call) -> tuple[HttpResponse, int]:
    """The answer and how many rows it wrote; afterwards all is as before."""
    found: list[Any] = []
    try:
        with transaction.atomic():
            before = writes() if call.method not in SAFE else 0
            found = [doors.open(call)]
            found.append(writes() - before if call.method not in SAFE else 0)
            raise Undone
    except Undone:
        pass
    return found[0], found[1]


def read(answer: HttpResponse) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return content.decode("utf-8", "replace") + "\n".join(f"{name}: {value}" for name, value in answer.headers.items())


def json_bodies() -> dict[tuple[str, str], Any]:
    """For each operation of the API a body that its own description allows."""
    description = api.get_openapi_schema(path_prefix="/api/v1/")
    shapes = description["components"]["schemas"]
    found = {}
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if content:
                found[method.upper(), re.sub(r"{(\w+)}", r"<\1>", path)] = sample(content["schema"], shapes)
    return found


def sample(shape: dict[str, Any], shapes: dict[str, Any]) -> Any:
    if "$ref" in shape:
        return sample(shapes[shape["$ref"].rpartition("/")[2]], shapes)
    if "enum" in shape or "const" in shape:
        return shape.get("const", (shape.get("enum") or [None])[0])
    for several in ("anyOf", "oneOf", "allOf"):
        if several in shape:
            return sample(shape[several][0], shapes)
    kind = shape.get("type")
    if kind == "object":
        wanted = shape.get("required", [])
        parts = shape.get("properties", {})
        return {name: FIT.get(name) or sample(part, shapes) for name, part in parts.items() if name in wanted}
    if kind == "array":
        return [sample(shape["items"], shapes) for _one in range(shape.get("minItems", 0))]
    if kind == "string":
        return {"date-time": "2030-01-01T10:00:00Z", "email": "new@desk.example"}.get(shape.get("format", ""), "words")
    return {"integer": 1, "number": 1, "boolean": True}.get(str(kind))
