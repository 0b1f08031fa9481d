"""Brings the database's tables to this version; knows without loading the migrations when there is nothing to do.

Killed at any moment, it goes on where it was: each step and the note that it is done commit together.
"""

import argparse
import gc
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import DatabaseError, OperationalError, ProgrammingError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration
from django.db.migrations.state import ProjectState

from sira.plumbing import desk_account, schema
from sira.tickets import flows

# Any number, the same everywhere: two machines that start at once migrate one after the other.
LOCK = 7_472_001


class WholeSteps(MigrationExecutor):
    """Django notes a step that makes an index after its commit: killed in between, it would be done again and fail."""

    def apply_migration(self, state: ProjectState, migration: Migration, *given: Any, **more: Any) -> ProjectState:
        if not migration.atomic:
            return super().apply_migration(state, migration, *given, **more)
        with transaction.atomic():
            return super().apply_migration(state, migration, *given, **more)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser("sira migrate", description="Bring the tables to this version.")
    parser.add_argument(
        "--for", dest="account", metavar="ACCOUNT", help="give this account of the database what web and worker need"
    )
    given = parser.parse_args(arguments)
    print("The tables are up to date." if not bring_up_to_date() else "The tables have been brought up to date.")
    if given.account:
        admit(given.account)
    return 0


def admit(account: str) -> None:
    try:
        desk_account.admit(account)
    except ProgrammingError as error:
        raise SystemExit(f"sira migrate --for {account}: {str(error).splitlines()[0]}") from None
    except desk_account.MayMore:
        raise SystemExit(
            f"sira migrate --for {account}: this account owns the tables, or may make some (CREATE on the schema,"
            " TEMPORARY on the database). Name one that owns nothing; ask as the owner of the database."
        ) from None
    print(f"{account} may read and write rows, and nothing else.")


def bring_up_to_date() -> bool:
    """Migrate unless the database carries this version's mark. Returns whether there was something to do."""
    has_migrated = migrate_unless_done()
    if not flows.counts_in_desk_zone() and desk_account.owns_the_tables():
        flows.follow_zone()
    if settings.BRINGS_DATABASE:
        desk_account.admit_our_own()
    return has_migrated


def migrate_unless_done() -> bool:
    wanted = schema.digest()
    if mark() == wanted:
        return False
    if not desk_account.owns_the_tables():
        raise SystemExit(
            "DATABASE_URL: the tables are not those of this version, and this account may not change them."
            " Run sira migrate with the account that owns them."
        )
    gc.enable()  # `up` starts without it, and a migration may read a table of any size
    migrate.MigrationExecutor = WholeSteps  # type: ignore[attr-defined]  # the command leaves no other way in
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            call_command("migrate", interactive=False, verbosity=0, stdout=sys.stderr)
            cursor.execute(f"COMMENT ON TABLE django_migrations IS '{wanted}'")
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    return True


def mark() -> str | None:
    """The digest that the database was last migrated to."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT obj_description(to_regclass('django_migrations'), 'pg_class')")
            return cursor.fetchone()[0]
    except OperationalError as error:
        raise SystemExit(f"DATABASE_URL: the database does not answer: {str(error).splitlines()[0]}") from None
    except DatabaseError:
        return None
