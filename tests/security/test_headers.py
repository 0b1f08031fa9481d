"""What every page says to the browser, whoever asks and whatever becomes of it."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.template import Context, Template
from django.test import Client

from sira.shell.policy import DRAWING, POLICY
from sira.tickets.tests.cast import Desk
from sira.workforce.exchange import Row, to_csv

PAGES = ["/", "/sign-in/", "/desk/", "/desk/queue/", "/boards/", "/studio/people/", "/profile/", "/nothing/here/"]


@pytest.fixture
def ada(db) -> Client:
    client = Client()
    client.force_login(Desk().ada)
    return client


@pytest.mark.parametrize("page", PAGES)
def test_pages_let_nothing_inline_run_and_nothing_load_from_elsewhere(ada, page):
    answer = ada.get(page, follow=True)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy and "frame-ancestors 'self'" in policy
    assert "form-action 'self'" in policy and "base-uri 'none'" in policy
    assert "unsafe" not in policy and "*" not in policy and "http" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "no-store" in answer.headers["Cache-Control"] or "no-cache" in answer.headers["Cache-Control"]


def test_no_page_has_script_or_style_in_its_markup(ada):
    for page in PAGES:
        markup = ada.get(page, follow=True).content.decode().lower()
        for piece in markup.split("<script")[1:]:
            tag = piece.partition(">")[0]
            assert "src=" in tag or 'type="application/json"' in tag, page
        assert " style=" not in markup and "<style" not in markup and " onclick=" not in markup, page


def test_scripts_are_never_let_in_unsafely_anywhere():
    for policy in (POLICY, {**POLICY, **DRAWING}):
        assert policy["script-src"] == "'self'" and policy["default-src"] == "'none'"


def test_a_form_without_its_token_is_refused(db):
    client = Client(enforce_csrf_checks=True)
    client.force_login(Desk().ada)
    for page in ("/studio/people/enter/", "/profile/", "/choose/", "/sign-out/", "/studio/tokens/"):
        assert client.post(page, {"name": "x"}).status_code == 403, page


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example"])
def test_the_desk_answers_to_its_own_name_alone(ada, host):
    """Else what asks for a page under another name could have it name that other in what it says."""
    for page in ("/sign-in/", "/desk/", "/api/v1/openapi.json"):
        assert ada.get(page, headers={"Host": host}).status_code == 400


def test_signing_out_empties_the_browser_s_cache_and_leaves_its_worker(ada):
    assert ada.post("/sign-out/").headers["Clear-Site-Data"] == '"cache"'


def test_cookies_are_kept_from_scripts_and_other_sites():
    assert settings.SESSION_COOKIE_HTTPONLY and settings.CSRF_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == "Lax" and settings.CSRF_COOKIE_SAMESITE == "Lax"


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t=", "\r="])
def test_a_formula_in_an_export_is_text(begin):
    at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    note = f'{begin}HYPERLINK("http://trap.example")'
    [row] = csv.DictReader(io.StringIO(to_csv([Row("a@b.example", "leave", at, at, note)])))
    assert row["note"].startswith("'")


def test_what_is_put_into_a_text_is_never_read_as_a_template():
    written = "{{ settings.SECRET_KEY }}{% debug %}{{ person.password }}"
    assert Template("{{ words }}").render(Context({"words": written})).count("{{ settings") == 1
