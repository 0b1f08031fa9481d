"""What every test may use. The server itself comes from the plug-in sira.plumbing.testserver."""

import gc
import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.management import call_command
from django.db import connection
from hypothesis import settings as hypothesis_settings

from sira.calendars.compiled import working_time
from sira.plumbing import settled, testserver
from sira.promises.models import marks_of

OF_THE_DATABASE = {"django_db_setup", "db"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--faults", action="store_true", help="every point of tests/faults, not a slice: some minutes")
    parser.addoption("--database", action="store_true", help="only tests that use the database")


def pytest_configure(config: pytest.Config) -> None:
    # An example may take as long as a busy machine makes it. What has a limit of time measures it itself.
    hypothesis_settings.register_profile("desk", hypothesis_settings.default, deadline=None)
    hypothesis_settings.load_profile("desk")
    settings.SECOND_FACTOR_FOR = ()  # tests of the second factor ask for it; the others sign in as they like
    PBKDF2PasswordHasher.iterations = 1  # a million take half a second for each password that a test sets or types
    # The plain names of static files, whether or not some have been collected in this folder.
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--database"):
        kept = [item for item in items if asks_for_database(item)]
        config.hook.pytest_deselected(items=[item for item in items if not asks_for_database(item)])
        items[:] = kept
    # Modules across rooms take minutes: they begin first, so that no worker is left alone with one at the end.
    items.sort(key=lambda item: not item.path.is_relative_to(config.rootpath / "tests"))


def asks_for_database(item: pytest.Item) -> bool:
    asked = set(item.fixturenames) if isinstance(item, pytest.Function) else OF_THE_DATABASE
    return item.get_closest_marker("django_db") is not None or not OF_THE_DATABASE.isdisjoint(asked)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking through it again and again costs some hundredths of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """A database for this worker: a clone of one that the first worker has migrated."""
    name = f"sira_test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        with testserver.one_at_a_time() as root:
            testserver.have_server(root)
            if not (root / "migrated").exists():
                testserver.recreate(testserver.TEMPLATE, "template0")
                use_database(testserver.TEMPLATE)
                call_command("migrate", verbosity=0, interactive=False)
                connection.close()
                testserver.keep(root)
                (root / "migrated").touch()
            testserver.recreate(name, testserver.TEMPLATE)
        use_database(name)
        yield
        connection.close()


def use_database(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


@pytest.fixture
def committing(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """For races: what a test commits is seen by its threads. Afterwards the database is cloned afresh.

    Not transactional_db, which empties every table, those rows too that the migrations made.
    """
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        yield
        connection.close()
        testserver.recreate(connection.settings_dict["NAME"], testserver.TEMPLATE)
        # Keys begin anew, so what was compiled under one may be another's now.
        working_time.cache_clear()
        marks_of.cache_clear()
        settled.forget()
