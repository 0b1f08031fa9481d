"""One PostgreSQL server: made, started, watched and stopped, without a word of who uses it."""

import os
import signal
import subprocess
import time
from pathlib import Path

from sira.plumbing.postgres_place import MAJOR, SOCKET_NAME, Place, make_owned
from sira.plumbing.trouble import CannotStart

OWNER = "sira"  # the database account that owns everything
ACCOUNT = "sira_desk"  # the one that web and worker ask under (desk_account)
PATIENCE = 120  # seconds; after a crash the server first replays its log
# What passes by itself after a server was killed: its sessions have not noticed yet, or its own end is not through.
PASSING = ("pre-existing shared memory block", 'lock file "postmaster.pid" already exists')
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",
    # The first change of a page after a checkpoint writes all of it; to compress it takes a tenth of what a mail costs.
    "wal_compression": "off",
    "synchronous_commit": "on",
    "fsync": "on",
    # What an archive that cannot be reached has kept back; then the desk goes on, and the archive begins anew.
    "max_slot_wal_keep_size": "4GB",
    # A worker that stands still within a transaction keeps a ticket locked for this long at most.
    "idle_in_transaction_session_timeout": "60s",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "log_min_messages": "warning",
    "lc_messages": "C",
}


def start(place: Place, log: Path, settings: dict[str, str], *, patience: int = PATIENCE) -> None:
    """Start the server and wait until it answers, or take over the one that is still running on this data.

    patience: seconds. Raises CannotStart.
    """
    make_owned(place.socket, place.account)
    version = place.data / "PG_VERSION"
    if not version.exists():
        make_data(place, log)
    if (found := version.read_text().strip()) != str(MAJOR):
        raise CannotStart(
            f"The database in {place.root} is of PostgreSQL {found}, this Sira brings PostgreSQL {MAJOR}."
            " Make a backup with the old version and restore it into a new SIRA_HOME."
        )
    process: subprocess.Popen[bytes] | None = None
    size, until = 0, time.monotonic() + patience
    while status(place) != "ready":
        if process is not None and process.poll() is not None:
            if not any(words in words_since(log, size) for words in PASSING):
                raise CannotStart(explain(log, size))
            process = None
        if process is None and server_pid(place) is None:
            size = log.stat().st_size if log.exists() else 0
            process = launch(place, log, settings)
        if time.monotonic() > until:
            raise CannotStart(f"The database in {place.root} did not start within {patience} seconds; see {log}.")
        wait(process)


def wait(process: "subprocess.Popen[bytes] | None") -> None:
    """Wait a little for a server that is starting; a break, such as Ctrl-C, ends it."""
    try:
        time.sleep(0.02)
    except BaseException:
        if process is not None:
            process.send_signal(signal.SIGINT)
            process.wait(PATIENCE)
        raise


def launch(place: Place, log: Path, settings: dict[str, str]) -> "subprocess.Popen[bytes]":
    """Start the server in a session of its own, so that Ctrl-C reaches Sira first and the server stops last."""
    if number_taken(place):
        (place.data / "postmaster.pid").unlink()
        (place.socket / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)
    call = [str(place.program("postgres")), "-D", str(place.data), "-k", str(place.socket)]
    for name, value in settings.items():
        call += ["-c", f"{name}={value}"]
    with open(log, "ab") as output:
        return spawn(place, call, output=output)


def spawn(place: Place, call: list[str], *, output: object) -> "subprocess.Popen[bytes]":
    account = place.account
    return subprocess.Popen(
        call,
        stdin=subprocess.DEVNULL,
        stdout=output,  # type: ignore[call-overload]
        stderr=subprocess.STDOUT,
        cwd=place.root,
        env={"LC_ALL": "C", "PATH": "/usr/bin:/bin", "TZ": "UTC"},
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        umask=0o077,
        start_new_session=True,
    )


def make_data(place: Place, log: Path) -> None:
    """Make the data folder under another name first, so that a start broken off half-way leaves no half database."""
    half = place.root / "data.new"
    if half.exists():
        subprocess.run(["rm", "-rf", str(half)], check=True)
    call = [
        str(place.program("initdb")),
        "-D",
        str(half),
        "-U",
        OWNER,
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-instructions",
    ]
    call += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    size = log.stat().st_size if log.exists() else 0
    with open(log, "ab") as output, spawn(place, call, output=output) as process:
        try:
            failed = process.wait() != 0
        except BaseException:
            process.kill()
            raise
    if failed:
        raise CannotStart(explain(log, size))
    half.rename(place.data)


def stop(place: Place) -> None:
    """Fast shutdown: sessions end, what is committed is on disk. After 30 s the hard way, which also loses nothing."""
    for how, patience in ((signal.SIGINT, 30), (signal.SIGQUIT, 10)):
        pid = server_pid(place)
        if pid is None:
            return
        os.kill(pid, how)
        until = time.monotonic() + patience
        while server_pid(place) is not None and time.monotonic() < until:
            reap(pid)
            time.sleep(0.01)


def reap(pid: int) -> None:
    """Take note of the end of our child: until then its number looks alive."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        pass


def status(place: Place) -> str:
    """What the server says of itself in line 8 of postmaster.pid: starting, ready, stopping; '' if there is none."""
    lines = pid_lines(place)
    return lines[7].strip() if len(lines) > 7 and server_pid(place) is not None else ""


def server_pid(place: Place) -> int | None:
    """The running server of this data, also one that another Sira started."""
    lines = pid_lines(place)
    if not lines or not lines[0].strip().isdecimal():
        return None
    pid = int(lines[0])
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return None
    return pid if os.fsencode(place.data) in words else None


def number_taken(place: Place) -> bool:
    """Whether the number in postmaster.pid belongs to something else than the server: PostgreSQL would refuse to start.

    That is some other program since a power cut, or the killed server itself where nobody takes note of its end (as in
    a container without an init). In every other case the file stays: PostgreSQL needs it to see sessions that are
    still alive.
    """
    lines = pid_lines(place)
    if not lines or not lines[0].strip().isdecimal() or server_pid(place) is not None:
        return False
    pid = int(lines[0])
    reap(pid)
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return b"postgres" not in words and not sessions_left(place)


def sessions_left(place: Place) -> bool:
    """Whether a process works in the data folder, as every part of the server does."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if (folder / "cwd").readlink() == place.data:
                return True
        except OSError:
            continue
    return False


def pid_lines(place: Place) -> list[str]:
    try:
        return (place.data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return []


def explain(log: Path, since: int) -> str:
    """The line for a start that failed, from what the server has written to its log since then."""
    words = words_since(log, since)
    if "No space left on device" in words:
        return f"The disk is full: the database cannot start. Free some space, then start again. Details: {log}"
    reasons = [line for line in words.splitlines() if "FATAL" in line or "error:" in line]
    reason = reasons[-1].split("FATAL:")[-1].strip() if reasons else "it gave no reason"
    return f"The database did not start: {reason}. Details: {log}"


def words_since(log: Path, since: int) -> str:
    with open(log, errors="replace") as file:
        file.seek(since)
        return file.read()
