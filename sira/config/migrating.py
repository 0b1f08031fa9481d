"""Brings the database's tables to this version; knows without loading the migrations when there is nothing to do.

Killed at any moment, it goes on where it was: each step and the note that it is done commit together.
"""

import argparse
import gc
import sys
from typing import Any

from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration
from django.db.migrations.state import ProjectState

from sira.plumbing import schema

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
    argparse.ArgumentParser("sira migrate", description="Bring the tables to this version.").parse_args(arguments)
    print("The tables are up to date." if not bring_up_to_date() else "The tables have been brought up to date.")
    return 0


def bring_up_to_date() -> bool:
    """Migrate unless the database carries this version's mark. Returns whether there was something to do."""
    wanted = schema.digest()
    if mark() == wanted:
        return False
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
