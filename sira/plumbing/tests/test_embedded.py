"""The embedded server, each test on a data folder of its own."""

import os
import signal
import stat
import subprocess
import time
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from sira.plumbing import embedded, postgres_place, postgres_server
from sira.plumbing.postgres_place import Place
from sira.plumbing.trouble import CannotStart


@pytest.fixture
def home(tmp_path):
    home = tmp_path / "var"
    yield home
    link = home / "postgres"
    if link.is_symlink():
        subprocess.run(["rm", "-rf", os.readlink(link)], check=True)


def ask(url, question, *values):
    with psycopg.connect(url, autocommit=True) as link:
        answer = link.execute(question, values)
        return answer.fetchone() if answer.description else None


def place_of(home):
    return Place(Path(), postgres_place.root_of(home), None)


def remember(home):
    with embedded.running(home) as url:
        ask(url, "CREATE TABLE kept AS SELECT 42 AS answer")


@pytest.mark.django_db
def test_the_tests_have_a_database_of_their_own():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        assert cursor.fetchone()[0].startswith("sira_test_")


def test_the_data_is_found_again_and_nothing_is_left_running(home):
    remember(home)
    assert postgres_server.server_pid(place_of(home)) is None
    with embedded.running(home) as url:
        assert url == embedded.database_url(home)
        assert ask(url, "SELECT answer FROM kept") == (42,)


def test_the_server_is_reached_through_a_private_folder_only(home):
    with embedded.running(home) as url:
        assert ask(url, "SELECT current_setting('listen_addresses')") == ("",)
        folder = place_of(home).socket
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert len(os.fsencode(folder / postgres_place.SOCKET_NAME)) <= postgres_place.SOCKET_LIMIT


def test_a_data_folder_with_a_long_name_gets_a_short_socket(tmp_path):
    deep = Place(Path(), tmp_path / ("long" * 30), None)
    assert len(os.fsencode(deep.socket / postgres_place.SOCKET_NAME)) <= postgres_place.SOCKET_LIMIT


def test_commits_are_durable_in_the_desk_s_database(home):
    with embedded.running(home) as url:
        assert ask(url, "SELECT current_setting('fsync'), current_setting('synchronous_commit')") == ("on", "on")


def test_two_users_of_a_folder_share_the_server_and_the_last_one_stops_it(home):
    with embedded.running(home) as url:
        first = postgres_server.server_pid(place_of(home))
        with embedded.running(home):
            assert postgres_server.server_pid(place_of(home)) == first
        assert ask(url, "SELECT 1") == (1,)
    assert postgres_server.server_pid(place_of(home)) is None


def test_a_server_left_by_a_killed_sira_is_used_again(home):
    remember(home)
    place = postgres_place.under(home)
    postgres_server.start(place, embedded.log_file(home), postgres_server.SETTINGS)
    left = postgres_server.server_pid(place)
    with embedded.running(home) as url:
        assert postgres_server.server_pid(place) == left
        assert ask(url, "SELECT answer FROM kept") == (42,)
    assert postgres_server.server_pid(place) is None


def test_a_killed_server_recovers_at_the_next_start(home):
    with embedded.running(home) as url:
        ask(url, "CREATE TABLE kept AS SELECT 42 AS answer")
        os.kill(postgres_server.server_pid(place_of(home)), signal.SIGKILL)
        wait_until(lambda: postgres_server.server_pid(place_of(home)) is None)
        assert embedded.revive(home)
        assert ask(url, "SELECT answer FROM kept") == (42,)
        assert not embedded.revive(home)


def test_a_number_taken_by_another_program_since_a_power_cut_does_not_stop_the_start(home):
    remember(home)
    place = place_of(home)
    left = place.data / "postmaster.pid"
    left.write_text(f"{os.getpid()}\n{place.data}\n1\n5432\n{place.socket}\n\n 1 1\nready\n")
    with embedded.running(home) as url:
        assert ask(url, "SELECT answer FROM kept") == (42,)


def test_a_start_broken_off_half_way_is_made_good(home):
    place = postgres_place.under(made(home))
    postgres_place.make_owned(place.root / "data.new", place.account)
    (place.root / "data.new" / "half").write_text("")
    with embedded.running(home) as url:
        assert ask(url, "SELECT 1") == (1,)


def test_data_of_another_major_version_is_refused_in_one_line(home):
    remember(home)
    (place_of(home).data / "PG_VERSION").write_text("16\n")
    with pytest.raises(CannotStart) as refusal, embedded.running(home):
        pass
    assert "PostgreSQL 16" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_data_folder_that_cannot_be_made_is_refused_in_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotStart, match="SIRA_HOME"), embedded.running(tmp_path / "file" / "var"):
        pass


def test_a_full_disk_is_refused_before_anything_is_written(home, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda folder: Usage())
    with pytest.raises(CannotStart, match="is full: 5 MiB"), embedded.running(home):
        pass
    assert not (home / "postgres").exists()


class Usage:
    free = 5 * 2**20


def test_a_copied_data_folder_does_not_share_the_database(home, tmp_path):
    if os.getuid() != 0:
        pytest.skip("a normal user's database lies inside the data folder and is copied with it")
    remember(home)
    subprocess.run(["cp", "-a", str(home), str(tmp_path / "copy")], check=True)
    with pytest.raises(CannotStart, match="is a copy of"), embedded.running(tmp_path / "copy"):
        pass


def test_a_moved_data_folder_keeps_its_database(home, tmp_path):
    if os.getuid() != 0:
        pytest.skip("a normal user's database lies inside the data folder and moves with it")
    remember(home)
    home.rename(tmp_path / "moved")
    with embedded.running(tmp_path / "moved") as url:
        assert ask(url, "SELECT answer FROM kept") == (42,)
    (tmp_path / "moved").rename(home)


def test_root_changes_no_rights_of_folders_that_were_there(home):
    before = {folder: stat.S_IMODE(folder.stat().st_mode) for folder in [home.parent, *home.parents]}
    with embedded.running(home):
        pass
    assert before == {folder: stat.S_IMODE(folder.stat().st_mode) for folder in before}


def made(home):
    home.mkdir()
    return home


def wait_until(what, seconds=60):
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until
        time.sleep(0.02)
