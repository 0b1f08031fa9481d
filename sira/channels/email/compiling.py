"""Compiles what `sira deliver` loads, once for all its runs: done for each mail, it is a quarter of the client's cost.

It runs under the account of a mail server, which may not write here, and images of containers often forbid it.
"""

import compileall
from pathlib import Path

ROOT = Path(__file__).parents[3]
CLIENT = (
    "sira/__init__.py",
    "sira/channels/__init__.py",
    "sira/channels/email/__init__.py",
    "sira/channels/email/deliver.py",
    "sira/plumbing/__init__.py",
    "sira/plumbing/limits.py",
)


def compile_client(root: Path = ROOT) -> None:
    """What is compiled already is left as it is; where nothing can be written the client works without."""
    for name in CLIENT:
        compileall.compile_file(root / name, quiet=2)
