"""What a command needs around it: checked settings, and a database that runs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import django

from sira.config import environment
from sira.plumbing import embedded


def with_settings() -> None:
    """Read and check the environment. Raises BadSetting."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sira.config.settings")
    django.setup()


@contextmanager
def database() -> Iterator[str]:
    """The database's address: the one given, else the embedded one, which runs at least as long as the block."""
    given = environment.text("DATABASE_URL")
    if given:
        yield given
        return
    with embedded.running(environment.home()) as url:
        os.environ["DATABASE_URL"] = url  # for the settings, here and in child processes
        try:
            yield url
        finally:
            del os.environ["DATABASE_URL"]


@contextmanager
def with_database() -> Iterator[None]:
    with database():
        with_settings()
        yield
