import signal

import pytest

from tests.platform.desk import Desk, throw_away


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """One data folder for the tests of a file: making it takes longer than using it."""
    home = tmp_path_factory.mktemp("desk") / "var"
    yield home
    throw_away(home)


@pytest.fixture
def fresh(tmp_path):
    """A data folder of the test's own."""
    yield tmp_path / "var"
    throw_away(tmp_path / "var")


@pytest.fixture
def start(home):
    """Starts desks on the file's data folder, and ends those that a test leaves running."""
    desks = []

    def start(*arguments, **more):
        desks.append(Desk(home, "--empty", *arguments, **more))
        return desks[-1]

    yield start
    for desk in desks:
        if desk.process.poll() is None:
            desk.end(signal.SIGTERM)
