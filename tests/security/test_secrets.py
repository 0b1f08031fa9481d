"""Passwords, tokens and keys: sealed where they lie, shown at most once, and in nothing that the desk tells."""

import logging

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from sira.api import tokens, webhooks
from sira.api.urls import api
from sira.plumbing import audit, sealing
from sira.plumbing.desk_secrets import desk_secrets
from sira.tickets.tests.cast import Desk

SECRET = "correct-horse-battery"


@pytest.fixture
def desk(db) -> Desk:
    return Desk()


def test_what_is_sealed_opens_with_the_desk_s_key_alone():
    sealed = sealing.seal(SECRET, desk_secrets())
    assert SECRET not in sealed and sealing.unseal(sealed, desk_secrets()) == SECRET
    with pytest.raises(sealing.NotOurs):
        sealing.unseal(sealed, ["another key of another desk, long enough"])
    forged = sealed[:-4] + ("AAAA" if sealed[-4:] != "AAAA" else "BBBB")
    with pytest.raises(sealing.NotOurs):
        sealing.unseal(forged, desk_secrets())


def test_a_key_changes_in_use():
    sealed = sealing.seal(SECRET, ["old" * 20])
    assert sealing.unseal(sealed, ["new" * 20, "old" * 20]) == SECRET


def test_the_key_is_not_in_the_database(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_settings WHERE setting LIKE %s", [f"%{settings.SECRET_KEY}%"])
        assert cursor.fetchone() == (0,)


def everything_kept() -> str:
    """Every row of every table as text."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT string_agg(row::text, ' ') FROM {table} row")
            found.append(str(cursor.fetchone()[0]))
    return "\n".join(found)


def test_tokens_and_secrets_stand_nowhere_in_the_database_nor_in_the_log_nor_in_the_trail(desk, caplog):
    caplog.set_level(logging.DEBUG)
    client = Client()
    client.force_login(desk.ada)
    page = client.post("/studio/webhooks/", {"name": "x", "url": "https://hooks.example.org/x"})
    secret = page.context["secret"] if page.context else page.content.decode().split("whsec_")[1].split("<")[0]
    token = tokens.make("x", person=desk.jonas, at=timezone.now())[1]
    desk.jonas.set_password(SECRET)
    desk.jonas.save(update_fields=["password"])
    kept = everything_kept()
    for one in (secret.removeprefix("whsec_"), token, SECRET):
        assert one not in kept and one not in caplog.text
        assert one not in "".join(audit.lines())


def test_a_secret_is_shown_once_and_never_again(desk):
    client = Client()
    client.force_login(desk.ada)
    row, secret = webhooks.make("x", url="https://hooks.example.org/x", kinds=[], by=desk.ada, at=timezone.now())
    for page in ("/studio/webhooks/", f"/studio/webhooks/{row.pk}/", "/studio/audit/", "/studio/tokens/"):
        told = client.get(page).content.decode()
        assert secret not in told and row.secret not in told, page
    token = tokens.make("x", person=desk.ada, at=timezone.now())[1]
    call = {"headers": {"Authorization": f"Bearer {token}"}}
    told = client.get("/api/v1/webhooks", **call).content.decode()
    assert row.name in told and secret not in told and row.secret not in told


def named_by(part, shapes, known):
    """The shapes that are named in it, and those that they name."""
    if isinstance(part, dict):
        name = str(part.get("$ref", "")).rpartition("/")[2]
        if name and name not in known:
            known.add(name)
            named_by(shapes[name], shapes, known)
    for one in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        named_by(one, shapes, known)
    return known


def test_no_shape_that_goes_out_has_a_secret_in_it():
    description = api.get_openapi_schema(path_prefix="/api/v1/")
    shapes = description["components"]["schemas"]
    answers = [one["responses"] for path in description["paths"].values() for one in path.values()]
    found = {
        f"{name}.{field}"
        for name in named_by(answers, shapes, set())
        for field in shapes[name].get("properties", {})
        if any(word in field for word in ("secret", "password", "digest", "token"))
    }
    # The answers that show it once, and the hour at which news come gathered.
    assert found == {"WebhookMade.secret", "TokenMade.token", "WishShown.digest_hour"}
