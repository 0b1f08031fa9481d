"""`sira routes`: every address of the desk with its name, its methods and the right it needs."""

import argparse
import json
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from sira.config import fields
from sira.people.rights import Right

Route = dict[str, Any]

# The right an address needs, by its name or the beginning of it; the longest that fits counts. What none fits is
# unclassified, and a test fails. Beside the rights of people (people/rights.py), one of them or several:
#   anybody     no sign-in             holder   whoever has the signed link in the address
#   signed_in   a person; what is theirs, `visible_to` says
#   token       a program with a token, which has the rights of its person; `token draw`: of somebody with this right
RIGHTS = {
    "plumbing:healthz": "anybody",
    "plumbing:readyz": "anybody",
    "shell:asset": "anybody",
    "shell:choose": "anybody",
    "shell:styleguide": "anybody",  # there while SIRA_DEBUG is set only
    "account_": "anybody",
    "account_email": "signed_in",
    "account_change_password": "signed_in",
    "account_set_password": "signed_in",
    "account_email_verification_sent": "anybody",
    "account_reauthenticate": "signed_in",
    "mfa_": "signed_in",
    "mfa_authenticate": "anybody",
    "mfa_login_webauthn": "anybody",
    "directories:": "anybody",
    "directories:connect": "signed_in",
    "people:": "signed_in",
    "people:ask_for_link": "anybody",
    "people:link_sent": "anybody",
    "people:open_link": "holder",
    "people:forgotten": "anybody",
    "people:session": "anybody",
    "notifications:": "signed_in",
    "notifications:group": "plan",
    "portal:": "signed_in",
    "portal:start": "anybody",
    "portal:arrived": "anybody",
    "portal:ask_publicly": "anybody",
    "portal:find_publicly": "anybody",
    "portal:answers": "anybody",
    "portal:told": "anybody",
    "portal:manifest": "anybody",
    "portal:worker": "anybody",
    "portal:offline": "anybody",
    "portal:brand_style": "anybody",
    "portal:brand_logo": "anybody",
    "portal:branding": "look",
    "portal:link": "holder",
    "portal:link_": "holder",
    "portal:decide": "holder",
    "knowledge:": "work",
    "workspace:": "work",
    "boards:": "work",
    "workforce:": "work",
    "routing:": "work",
    "studio:": "draw",
    "studio:home": "draw or administer or operate or hours or mail or look or audit",
    "studio:audit": "audit",
    "studio:audit_export": "audit",
    "studio:calendars": "hours",
    "studio:calendar": "hours",
    "studio:act_on_calendar": "hours",
    "studio:begin_calendar": "hours",
    "studio:contract": "hours",
    "studio:withdraw_contract": "hours",
    "studio:new_contract": "hours",
    "studio:promises": "hours",
    "studio:plan": "hours",
    "studio:new_plan": "hours",
    "/studio/mail": "mail",
    "/studio/people/": "administer",
    "/studio/groups/": "administer",
    "/studio/guide/": "administer",
    "/studio/roles/": "administer",
    "studio:organisations": "administer",
    "studio:organisation": "administer",
    "studio:new_organisation": "administer",
    "/studio/sign-in/": "administer",
    "/studio/retention/": "administer",
    "/studio/held/": "administer",
    "/studio/tokens/": "administer",
    "/studio/webhooks/": "administer",
    "drawings:of_ticket": "work",
    "studio:incidents": "operate or lead",
    "studio:incident": "operate or lead",
    "studio:act_on_incident": "operate or lead",
    "api-v1:": "token",
    "/api/v1/drawings": "token draw",
    "/api/v1/webhooks": "token administer",
    "/api/v1/calendars": "token work",
    "/api/v1/calendars/<key>/": "token hours",
    "/api/v1/calendars/<key>/dates": "token work",
    "/api/v1/groups": "token work",
    "/api/v1/organisations": "token work",
    "/api/v1/people/<key>/archives": "token administer",
    "/api/v1/people/<key>/forgetting": "token administer",
    "/api/v1/retention": "token administer",
    "/api/v1/people/<key>/role": "token administer",
    "/api/v1/roles": "token administer",
    "/api/v1/tokens": "token administer",
    "/api/v1/audit": "token audit",
    "/api/v1/types": "token work",
    "/api/v1/types/": "token draw",
    "/api/v1/categories": "token work",
    "/api/v1/categories/": "token draw",
    "/api/v1/services": "token work",
    "/api/v1/services/": "token draw",
    "/api/v1/request-types": "token draw",
    "/api/v1/contracts": "token hours",
    "/api/v1/warning-plans": "token hours",
    "/api/v1/mailboxes": "token mail",
    "/api/v1/macros": "token work",
    "/api/v1/search": "token work",
    "/api/v1/boards": "token work",
    "/api/v1/bulk": "token work",
    "/api/v1/articles/<key>/readers": "token work",
    "/api/v1/articles/<key>/texts": "token work",
    "/api/v1/unread-mails": "token mail",
    "/api/v1/tickets/<number>/mails": "token work",
    "/api/v1/tickets/<number>/articles": "token work",
    "/api/v1/lists": "token work",
    "/api/v1/views": "token work",
    "/api/v1/tickets/<number>/history": "token work",
    "/api/v1/tickets/<number>/decisions": "token work",
    "/api/v1/tickets/<number>/promises": "token work",
    "/api/v1/tickets/<number>/similar": "token work",
    "/api/v1/tickets/<number>/macros/": "token work",
    "/api/v1/patterns": "token plan",
    "/api/v1/people/<key>/work": "token plan",
    "/api/v1/people/<key>/rotas": "token plan",
    "/api/v1/shifts": "token work",
    "/api/v1/swaps": "token work",
    "/api/v1/absences": "token work",
    "/api/v1/presence": "token work",
    "/api/v1/brandings": "token look",
    "/api/v1/directories": "token administer",
    "/api/v1/outgoing-server": "token mail",
    "/api/v1/people/<key>/standing": "token administer",
    "api-v1:openapi-json": "anybody",
    "api-v1:api-root": "anybody",
}
UNCLASSIFIED = "unclassified"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser("sira routes", description="List every address of the desk.")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="as one JSON list, with the fields each takes and gives")
    how.add_argument("--fields", action="store_true", help="the tables of docs/reference/fields.md")
    options = parser.parse_args(arguments)
    if options.json:
        print(json.dumps(with_fields(), indent=1))
    elif options.fields:
        print(fields.page(with_fields()), end="")
    else:
        for route in routes():
            print(f"{route['path']:60} {route['right']:12} {route['name']}")
    return 0


def routes() -> list[Route]:
    return [route for route, _view in _found()]


def with_fields() -> list[Route]:
    """Of the API the names of shapes, whose fields the page of `sira routes --fields` has."""
    return [{**route, "fields": fields.of(route["path"], route["methods"], view)._asdict()} for route, view in _found()]


def _found() -> list[tuple[Route, Any]]:
    return sorted(walk(get_resolver().url_patterns), key=lambda found: str(found[0]["path"]))


def walk(patterns: list[URLPattern | URLResolver], path: str = "/", space: str = "") -> Iterator[tuple[Route, Any]]:
    """Path with its parameters as `<kind:name>`, name as `room:name`, methods (empty: any), the view, the right."""
    for pattern in patterns:
        here = path + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from walk(pattern.url_patterns, here, inner)
        else:
            name = f"{space}{pattern.name}" if pattern.name else ""
            methods = sorted(methods_of(pattern.callback))
            route = {"path": here, "name": name, "methods": methods, "view": pattern.lookup_str}
            yield {**route, "right": right_of(name, here)}, pattern.callback


def right_of(name: str, path: str = "") -> str:
    by_path = [known for known in RIGHTS if known[0] == "/" and path.startswith(known)]
    if by_path:
        return RIGHTS[max(by_path, key=len)]
    fitting = [known for known in RIGHTS if name == known or (known[-1:] in ":_" and name.startswith(known))]
    return RIGHTS[max(fitting, key=len)] if fitting else UNCLASSIFIED


def asked_for(right: str) -> list[Right]:
    """The rights of people of which one lets in; none where it is not a right of people that is asked."""
    names = right.removeprefix("token ").split(" or ")
    return [Right(name) for name in names if name in Right.values]


def methods_of(view: Any) -> set[str]:
    """What `require_http_methods` or a class or the API lets through; empty where nothing says."""
    kind = getattr(view, "view_class", None)
    if kind is not None:
        return {name.upper() for name in kind.http_method_names if hasattr(kind, name)} - {"OPTIONS"}
    while view is not None:
        names = getattr(getattr(view, "__code__", None), "co_freevars", ())
        held = dict(zip(names, getattr(view, "__closure__", None) or (), strict=False))
        if "request_method_list" in held:
            return set(held["request_method_list"].cell_contents)
        if "self" in held and hasattr(held["self"].cell_contents, "operations"):
            return {method for one in held["self"].cell_contents.operations for method in one.methods}
        view = getattr(view, "__wrapped__", None)
    return set()
