import pytest

from sira.plumbing.desk_files import desk_files
from tests.security.walking import Doors
from tests.security.world import World, build


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.SIRA_FILES = tmp_path / "files"
    settings.API_CALLS_A_MINUTE = 1_000_000
    desk_files.cache_clear()
    yield
    desk_files.cache_clear()


@pytest.fixture
def world(db) -> World:
    return build()


@pytest.fixture
def doors(world) -> Doors:
    return Doors(world)
