"""`sira check`: looks whether the desk can run here, and says in one line each what is amiss."""

import argparse
import os
import shutil

from django.conf import settings
from django.core.checks import ERROR, run_checks
from django.db import connection

from sira.channels.email import mailboxes
from sira.config import migrating
from sira.notifications import outgoing_server
from sira.plumbing import health, schema
from sira.plumbing.trouble import SPACE_NEEDED
from sira.routing import tallying
from sira.tickets import flows, promised, tallies

OLDEST_POSTGRES = 150000


def main(arguments: list[str]) -> int:
    argparse.ArgumentParser("sira check", description="Look whether the desk can run here.").parse_args(arguments)
    amiss = [*database(), *folders(), *code()]
    if migrating.mark() == schema.digest():  # other tables cannot be looked into
        amiss += [*mail(), *copies(), *mailboxes.troubles()]
    for line in amiss:
        print(f"amiss: {line}")
    if not amiss:
        print("All is well.")
    return int(bool(amiss))


def database() -> list[str]:
    found = []
    mark = migrating.mark()
    if connection.pg_version < OLDEST_POSTGRES:  # type: ignore[attr-defined]
        found.append(f"The database is PostgreSQL {connection.pg_version // 10000}; 15 or newer is needed.")  # type: ignore[attr-defined]
    if mark != schema.digest():
        found.append("The tables are not those of this version: run sira migrate.")
    return found


def copies() -> list[str]:
    """What is kept twice so that lists are quick must be the same in both places."""
    found = []
    if drift := tallies.drift():
        found.append(f"The tally of open tickets differs from the tickets in {len(drift)} places: run sira recount.")
    if flows.drift():
        found.append("The figures of what came and went differ from the tickets: run sira recount.")
    if dealt := tallying.drift():
        found.append(f"What agents were dealt differs from its days in {dealt} places: run sira recount.")
    if not flows.counts_in_desk_zone():
        found.append("Days are counted in another zone than SIRA_TIME_ZONE: run sira migrate.")
    if numbers := promised.differing(most=5):
        found.append(f"Tickets whose deadline differs from their clocks: {', '.join(numbers)}.")
    return found


def mail() -> list[str]:
    if outgoing_server.server() is None:
        return ["No mail server is set (SIRA_MAIL_HOST, or the studio): answers are kept, but no mail leaves the desk."]
    return []


def folders() -> list[str]:
    found = []
    settings.SIRA_FILES.mkdir(parents=True, exist_ok=True)
    if not os.access(settings.SIRA_FILES, os.W_OK | os.X_OK):
        found.append(f"Attachments cannot be kept: {settings.SIRA_FILES} is not writable for this account.")
    if shutil.disk_usage(settings.SIRA_HOME).free < SPACE_NEEDED:
        found.append(f"Less than {SPACE_NEEDED // 2**20} MiB are free for {settings.SIRA_HOME}.")
    found += health.room()["warnings"]
    if not settings.STATIC_ROOT.exists():
        found.append("The static files have not been collected: start bin/run once.")
    return found


def code() -> list[str]:
    return [str(problem) for problem in run_checks(include_deployment_checks=False) if problem.level >= ERROR]
