"""What monitoring reads."""

import shutil
from types import SimpleNamespace

import pytest
from django.db import connection

from sira.plumbing import health


def queue_a_job(name, waits="NULL"):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (task_name, queue_name, args, scheduled_at)"
            f" VALUES (%s, 'default', '{{}}', {waits})",
            [name],
        )


def test_alive_asks_the_database_nothing(client):
    assert client.get("/healthz").content == b"ok\n"


@pytest.mark.django_db
def test_ready_counts_the_jobs_that_are_due(client):
    queue_a_job("due")
    queue_a_job("due too", "now() - interval '90 seconds'")
    queue_a_job("later", "now() + interval '1 hour'")
    facts = client.get("/readyz").json()
    assert facts["ready"] is True
    assert facts["queue_depth"] == 2
    assert facts["oldest_job_seconds"] >= 90


@pytest.mark.django_db
def test_an_empty_queue_has_no_age(client):
    facts = client.get("/readyz").json()
    assert (facts["queue_depth"], facts["oldest_job_seconds"], facts["workers"]) == (0, 0, 0)


@pytest.mark.parametrize(("free", "warns"), [(16, False), (15, True), (0, True)])
def test_a_disk_that_is_nearly_full_is_told_while_there_is_room(monkeypatch, free, warns):
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(total=100, free=free))
    told = health.disk()
    assert told["disk_used_percent"] == 100 - free
    assert bool(told["warnings"]) is warns
