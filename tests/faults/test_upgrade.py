"""The tables are brought to this version step by step: killed at any, by two at once, or twice, it comes out the same.

With --faults every step of all migrations is killed once, from an empty database; else one step that stands for them.
"""

import os
import re
import signal
import subprocess
import sys
import traceback

import pytest
from django.db import connection, connections, models
from django.db.migrations import CreateModel, Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState

from conftest import use_database
from sira.config import migrating
from sira.plumbing import schema, testserver
from sira.plumbing.postgres_place import shipped

STEP = "a_step_of_a_test"


@pytest.fixture
def another_database(committing):
    """Empty, beside the session's own; gives a way to make it a copy of the template."""
    before = connection.settings_dict["NAME"]
    name = f"{before}_upgrade"
    testserver.recreate(name, "template0")
    use_database(name)
    yield lambda: (connections.close_all(), testserver.recreate(name, testserver.TEMPLATE))
    connections.close_all()
    use_database(before)


def forked(work):
    """Its exit code; -9 where it was killed."""
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            work()
            code = 0
        except BaseException:
            traceback.print_exc(file=sys.__stderr__)
        finally:
            os._exit(code)
    return pid


def ended(pid):
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def killed_when_noting(number):
    """In a fork: it ends when its so-manyth step has changed the tables and is about to be noted as done."""
    note, noted = MigrationExecutor.record_migration, []

    def watched(executor, migration):
        noted.append(migration)
        if len(noted) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        note(executor, migration)

    MigrationExecutor.record_migration = watched


def make_a_table_with_an_index():
    """Django runs what belongs to the index last, and notes the step after it."""
    number = ("id", models.BigAutoField(primary_key=True))
    step = Migration("one", STEP)
    step.operations = [CreateModel("Thing", [number, ("name", models.CharField(max_length=9, db_index=True))])]
    migrating.WholeSteps(connection).apply_migration(ProjectState(), step)


def tables():
    """What pg_dump says of them, without what differs each time."""
    settings = connection.settings_dict
    call = [str(shipped() / "bin" / "pg_dump"), "--schema-only", "--no-owner", f"--host={settings['HOST']}"]
    call += [f"--username={settings['USER']}", settings["NAME"]]
    done = subprocess.run(call, env={"LC_ALL": "C"}, capture_output=True, text=True, check=True)
    lines = [line for line in done.stdout.splitlines() if not line.startswith(("--", "\\", "COMMENT ON TABLE"))]
    return sorted(re.sub(r",$", "", line.strip()) for line in lines if line.strip())


def test_a_step_that_is_killed_before_it_is_noted_has_not_happened_and_is_done_again(another_database):
    MigrationRecorder(connection).ensure_schema()

    def dies():
        killed_when_noting(1)
        make_a_table_with_an_index()

    assert ended(forked(dies)) == -signal.SIGKILL
    assert f"{STEP}_thing" not in connection.introspection.table_names()
    assert ended(forked(make_a_table_with_an_index)) == 0
    assert f"{STEP}_thing" in connection.introspection.table_names()
    assert (STEP, "one") in MigrationRecorder(connection).applied_migrations()


def test_two_machines_that_start_at_once_migrate_one_after_the_other(another_database):
    another_database()
    pids = [forked(migrating.bring_up_to_date) for _machine in range(2)]
    assert [ended(pid) for pid in pids] == [0, 0]
    assert migrating.mark() == schema.digest()
    assert not migrating.bring_up_to_date(), "a second time there is nothing to do"


def test_killed_at_every_step_it_comes_out_as_made_at_once(another_database, request):
    if not request.config.getoption("--faults"):
        pytest.skip("some minutes: bin/test --faults")

    def dies_at_its_second_step():
        killed_when_noting(2)
        migrating.bring_up_to_date()

    killed = 0
    while (code := ended(forked(dies_at_its_second_step))) == -signal.SIGKILL:
        killed += 1
    assert code == 0 and killed > 80
    sys.stdout.write(f"killed at {killed} steps\n")
    stepwise = tables()
    another_database()
    assert stepwise == tables()
