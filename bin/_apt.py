"""Installs the Debian packages that tests use, if this is root and they are missing; starts none of their daemons."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

POLICY = Path("/usr/sbin/policy-rc.d")
QUIET = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}


def main(packages: list[str]) -> int:
    missing = [package for package in packages if not installed(package)]
    if not missing:
        return 0
    if os.getuid() != 0 or not shutil.which("apt-get"):
        say(f"Not installed: {', '.join(missing)}. Tests that need them are skipped; root can apt-get install them.")
        return 0
    say(f"Set-up: {', '.join(missing)} from Debian ...")
    with no_daemons():
        answer = "postfix postfix/main_mailer_type select No configuration\n"
        subprocess.run(["debconf-set-selections"], input=answer, text=True, env=QUIET, check=False)
        for call in (["update"], ["-y", "--no-install-recommends", "install", *missing]):
            result = subprocess.run(["apt-get", "-qq", *call], env=QUIET, capture_output=True, text=True)
            if result.returncode:
                words = (result.stderr or result.stdout).strip().splitlines()
                say(f"Set-up: Debian's packages cannot be installed: {words[-1] if words else 'apt-get failed'}")
                return 1
    return 0


def installed(package: str) -> bool:
    call = ["dpkg-query", "-W", "-f=${Status}", package]
    return (
        shutil.which("dpkg-query") is not None and b"ok installed" in subprocess.run(call, capture_output=True).stdout
    )


@contextmanager
def no_daemons() -> Iterator[None]:
    """Forbid packages to start their daemons while they are installed, unless the machine has a policy of its own."""
    ours = not POLICY.exists()
    if ours:
        POLICY.write_text("#!/bin/sh\nexit 101\n")
        POLICY.chmod(0o755)
    try:
        yield
    finally:
        if ours:
            POLICY.unlink()


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
