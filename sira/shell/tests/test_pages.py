"""The frame's pages and files, the reader's language and theme, and what refusals look like."""

import gzip
import re
from base64 import b64decode
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation

from sira.plumbing.refusals import Refused
from sira.shell import assets, parts, policy, views
from sira.shell.middleware import ContentPolicyMiddleware, ReaderMiddleware, RefusalMiddleware
from sira.shell.refusal import PAGES
from sira.shell.templatetags.desk import keeps_key


@pytest.fixture
def developing(settings):
    settings.DEBUG = True


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("tr", "ltr"), ("fa", "rtl"), ("pl", "ltr")])
def test_the_style_guide_answers_in_each_language(developing, language, direction):
    page = Client().get("/styleguide/", headers={"Accept-Language": language})
    html = page.content.decode()
    assert page.status_code == 200 and f'<html lang="{language}" dir="{direction}"' in html
    assert page.headers["Content-Language"] == language


@pytest.mark.django_db
def test_the_style_guide_is_closed_to_strangers():
    assert Client().get("/styleguide/").status_code == 404


@pytest.mark.django_db
def test_a_page_loads_from_the_desk_alone_and_runs_nothing_inline(developing):
    page = Client().get("/styleguide/")
    allowed = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in allowed and "unsafe" not in allowed and "https:" not in allowed
    html = page.content.decode()
    assert " style=" not in html and "<style" not in html and " onclick" not in html and "<script>" not in html


def test_a_view_may_set_a_policy_of_its_own():
    own = policy.drawing_page(lambda request: HttpResponse())
    response = ContentPolicyMiddleware(own)(RequestFactory().get("/"))
    assert "style-src 'self' 'unsafe-inline'" in response.headers["Content-Security-Policy"]
    assert "script-src 'self';" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", assets.MAKERS)
def test_a_file_is_kept_for_a_year_under_its_digest_alone(name):
    found = assets.asset(name)
    request = RequestFactory().get(found.url, headers={"Accept-Encoding": "gzip"})
    response = views.asset(request, found.digest, name)
    assert "immutable" in response["Cache-Control"] and gzip.decompress(response.content) == found.body
    assert views.asset(request, "of-yesterday", name)["Cache-Control"] == "no-store"


def test_the_key_of_kept_words_is_their_persons_and_of_nobodys_their_browsers():
    def key(person, cookie):
        request = SimpleNamespace(user=SimpleNamespace(pk=person), META={"CSRF_COOKIE": cookie})
        return keeps_key({"request": request})

    assert key(7, "a") == key(7, "b") and len(b64decode(key(7, "a"))) == 32
    assert len({key(7, "a"), key(8, "a"), key(None, "a"), key(None, "b"), key(None, "person 7")}) == 5


def test_the_style_sheet_starts_with_its_layers_and_finds_its_fonts():
    css = assets.asset("desk.css").body.decode()
    assert css.startswith("@layer reset, tokens, base, components, pages;")
    assert "static:" not in css and "inter-latin" in css


def test_islands_stand_each_in_a_block_of_its_own():
    js = assets.asset("desk.js").body.decode()
    for name in ("target-watch", "copy-slip", "live-stream", "toast-stack", "command-palette", "draft-keeper"):
        assert f'customElements.define("{name}"' in js
    assert "import " not in js and "eval(" not in js and "new Function" not in js


def test_an_element_comes_by_one_script_alone():
    """A browser takes its name once, and refuses a second script as a whole."""
    rooms = Path(assets.__file__).parents[1]
    told = (
        Counter(re.findall(r'customElements\.define\("([\w-]+)"', path.read_text())) for path in rooms.rglob("*.js")
    )
    defined = sum(told, Counter())
    assert "pass-key" in defined and [name for name, times in defined.items() if times > 1] == []
    asking = [path.name for path in rooms.rglob("*.html") if "people/apart/pass-key.js" in path.read_text()]
    assert asking == ["_key.html"]


@pytest.mark.parametrize(
    ("room", "who", "sheets"),
    [
        ("people", {"signed_in": False, "works_here": False}, []),
        (None, {"signed_in": True, "works_here": False}, ["portal"]),
        ("workspace", {"signed_in": True, "works_here": True}, ["work"]),
        ("portal", {"signed_in": True, "works_here": True}, ["work", "portal"]),
        ("studio", {"signed_in": True, "works_here": True}, ["few", "work"]),
    ],
)
def test_a_page_takes_the_styles_of_the_rooms_it_shows(room, who, sheets):
    assert assets.of_page(room, **who) == sheets


def as_htmx(**more: str) -> dict[str, str]:
    return {"HX-Request": "true", **more}


@pytest.mark.parametrize(
    ("headers", "part"),
    [
        ({}, False),
        (as_htmx(), True),
        (as_htmx(**{"HX-Request-Type": "partial"}), True),
        (as_htmx(**{"HX-Request-Type": "full"}), False),
        (as_htmx(**{"HX-History-Restore-Request": "true"}), False),
    ],
)
def test_htmx_gets_a_part_but_history_the_page(headers, part):
    assert parts.wants_part(RequestFactory().get("/", headers=headers)) is part


def test_an_answer_differs_by_what_htmx_asks():
    request = RequestFactory().get("/", headers=as_htmx())
    response = parts.part_or_page(
        request, part="shell/parts/refused.html", page="shell/bare.html", context={"message": "No"}, status=422
    )
    assert response.status_code == 422 and "HX-Request" in response["Vary"] and b"<html" not in response.content


def test_news_for_the_page_travel_with_a_part():
    request = RequestFactory().get("/", headers=as_htmx())
    response = parts.say(request, parts.announce(HttpResponse(), counts={}), "Verildi: Ayşe", undo="/undo/3")
    assert '"sira:counts": {}' in response["HX-Trigger"] and '"undo": "/undo/3"' in response["HX-Trigger"]
    assert response["HX-Trigger"].isascii()


class Busy(Refused):
    code = "busy"
    message = "Take it first."


def refused(headers: dict[str, str]) -> HttpResponse:
    answer = RefusalMiddleware(lambda request: HttpResponse()).process_exception(
        RequestFactory().post("/", headers=headers), Busy()
    )
    assert answer is not None
    return answer


def test_a_refusal_is_a_page_that_says_what_to_do():
    page = refused({})
    assert page.status_code == 409 and "Take it first." in page.content.decode()


def test_htmx_gets_a_refusal_as_a_line_above_the_page():
    part = refused(as_htmx())
    assert part.status_code == 409 and part["HX-Retarget"] == "#refusal" and b"<html" not in part.content


def test_other_faults_are_not_taken_for_refusals():
    assert (
        RefusalMiddleware(lambda request: HttpResponse()).process_exception(RequestFactory().get("/"), ValueError())
        is None
    )


@pytest.mark.parametrize("code", sorted(PAGES))
@pytest.mark.parametrize("language", ["en", "tr", "fa", "pl"])
def test_an_error_page_needs_neither_request_nor_database(code, language):
    with translation.override(language):
        html = views.render_to_string(f"shell/errors/{code}.html")
    assert f'lang="{language}"' in html and str(code) in html


def test_the_fault_page_asks_nobody_who_reads():
    assert views.server_error(RequestFactory().get("/")).status_code == 500


class Reader:
    is_authenticated = True
    language, theme, time_zone = "fa", "dark", "Asia/Tehran"


def test_the_page_is_written_in_the_readers_language_theme_and_zone():
    request = RequestFactory().get("/", headers={"Accept-Language": "pl"})
    request.user = Reader()
    seen = []
    ReaderMiddleware(lambda request: seen.append((translation.get_language(), request.reader)) or HttpResponse())(
        request
    )
    language, reader = seen[0]
    assert (language, reader.theme, reader.zone, reader.direction) == ("fa", "dark", "Asia/Tehran", "rtl")


def test_a_zone_that_is_no_longer_known_closes_no_page(settings):
    request = RequestFactory().get("/")
    request.user = type("Moved", (Reader,), {"time_zone": "Mars/Olympus"})()
    ReaderMiddleware(lambda request: HttpResponse())(request)
    assert request.reader.zone == settings.TIME_ZONE


@pytest.mark.django_db
def test_a_choice_made_before_signing_in_stays_in_a_cookie():
    client = Client()
    answer = client.post(
        "/choose/",
        {"language": "tr", "theme": "dark", "next": "https://elsewhere.example"},
        headers={"Accept": "text/html"},
    )
    assert answer.status_code == 302 and answer.url == "/"
    assert client.cookies["sira_theme"].value == "dark" and client.cookies["django_language"].value == "tr"


@pytest.mark.django_db
def test_a_choice_that_does_not_exist_changes_nothing():
    client = Client()
    client.post("/choose/", {"language": "xx", "theme": "pink"})
    assert not client.cookies
