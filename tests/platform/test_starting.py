"""Start, end, start again, and what stands in the way."""

import json
import os
import shutil
import signal
import socket
import subprocess

import psycopg
import pytest

from sira.plumbing import embedded, postgres_place
from sira.plumbing.postgres_server import ACCOUNT
from tests.platform.desk import PROCESSES, Desk, command, free_port, refusal, wait_until


def test_ctrl_c_ends_everything_and_the_next_start_has_nothing_to_do(start):
    desk = start().ready()
    children, database = desk.children(), desk.database()
    assert len(children) == PROCESSES
    assert database
    assert f"http://localhost:{desk.port}" in desk.said
    desk.end(signal.SIGINT)
    assert not any(b"sira.config.cli" in command(pid) for pid in children)
    assert desk.database() is None
    assert "Traceback" not in desk.said

    again = start().ready()
    assert "Tables" not in again.said


def test_readiness_tells_the_database_the_queue_and_the_build(start):
    facts = json.load(start().ready().get("/readyz"))
    assert facts["database"] == "ok"
    assert facts["queue_depth"] == 0
    assert facts["build"]


def test_web_and_worker_ask_the_database_under_an_account_that_owns_nothing(start, home):
    start().ready()
    with psycopg.connect(embedded.url(postgres_place.under(home)), autocommit=True) as server:

        def asking():
            return server.execute(
                "SELECT DISTINCT usename FROM pg_stat_activity"
                " WHERE datname = %s AND backend_type = 'client backend' AND pid <> pg_backend_pid()",
                [embedded.NAME],
            ).fetchall()

        wait_until(lambda: asking() == [(ACCOUNT,)])  # the session of the process that greets may end a moment after it


def test_sigterm_ends_everything_too(start):
    desk = start().ready()
    desk.end(signal.SIGTERM)
    assert desk.database() is None


def test_a_taken_port_is_said_in_one_line(home):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert refusal(home, "--empty", port=port) == (
            1,
            [f"Port {port} is taken. Stop what listens there, or set SIRA_PORT."],
        )


def test_a_data_folder_in_use_is_said_in_one_line(start, home):
    first = start().ready()
    code, lines = refusal(home, "--empty", port=first.port)
    assert code == 1
    assert lines == [f"{home} is in use by another Sira (process {first.process.pid}). Stop it first."]
    assert first.answers("/readyz")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SIRA_PORT", "http"),
        ("SIRA_URL", "desk"),
        ("SIRA_SECRET_KEY", "short"),
        ("DATABASE_URL", "mysql://x/y"),
        ("SIRA_TIME_ZONE", "Mars/Station"),
        ("SIRA_TIME_ZONE", "Europe"),
        ("SIRA_MAIL_FROM", "nobody"),
        ("SIRA_SCANNER", "clamav"),
        ("SIRA_SYSLOG", "logs"),
    ],
)
def test_a_bad_value_is_said_in_one_line_that_names_the_variable(fresh, name, value):
    more = {"port": value} if name == "SIRA_PORT" else {name: value}
    code, lines = refusal(fresh, "--empty", **more)
    assert code == 1
    assert len(lines) == 1
    assert lines[0].startswith(f"{name}: ")


def test_a_database_that_does_not_answer_is_said_in_one_line(tmp_path):
    url = f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"
    code, lines = refusal(tmp_path / "var", "--empty", DATABASE_URL=url)
    assert code == 1
    assert len(lines) == 1
    assert lines[0].startswith("DATABASE_URL: ")


def test_a_data_folder_that_is_a_file_is_said_in_one_line(tmp_path):
    (tmp_path / "var").write_text("")
    code, lines = refusal(tmp_path / "var", "--empty")
    assert code == 1
    assert len(lines) == 1
    assert str(tmp_path / "var") in lines[0]


def test_a_full_disk_is_said_in_one_line(tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    mounted = shutil.which("mount") and os.getuid() == 0
    if not mounted or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(small)]).returncode:
        pytest.skip("only root can make a small disk")
    try:
        code, lines = refusal(small / "var", "--empty")
        assert code == 1
        assert len(lines) == 1
        assert "is full" in lines[0]
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_a_killed_web_process_is_started_again(start):
    desk = start().ready()
    killed = desk.children()[0]
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: len(desk.children()) == PROCESSES and killed not in desk.children())
    assert "has ended (SIGKILL)" in desk.said
    assert desk.answers("/readyz")


def test_a_killed_database_is_started_again(start):
    desk = start().ready()
    killed = desk.database()
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: desk.database() not in (None, killed))
    wait_until(lambda: desk.answers("/readyz"))
    assert "it has been started again" in desk.said


def test_after_a_kill_of_the_desk_itself_the_next_start_finds_everything(start, home):
    desk = start().ready()
    children = desk.children()
    desk.end(signal.SIGKILL)
    wait_until(lambda: not any(b"sira.config.cli" in command(pid) for pid in children))
    again = start(port=desk.port).ready()
    assert again.end() == 0
    assert again.database() is None


def test_after_a_kill_of_everything_at_once_the_next_start_finds_everything(start):
    desk = start().ready()
    everything = [desk.process.pid, *desk.children(), desk.database()]
    for pid in everything:
        os.kill(pid, signal.SIGKILL)
    assert start(port=desk.port).ready().end() == 0


def test_a_start_that_is_broken_off_leaves_nothing_running(fresh):
    desk = Desk(fresh, "--empty")
    wait_until(desk.database)
    desk.end(signal.SIGINT)
    assert desk.database() is None
    assert "Traceback" not in desk.said
