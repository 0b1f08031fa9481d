"""What who works here does on pages, programs do too: each page names its operations, or why there is none."""

from pathlib import Path

from sira.api.urls import api
from sira.config import routes

ROOMS = ("workspace", "knowledge", "boards", "studio", "drawings", "workforce", "routing", "notifications", "people")
LIST = Path(__file__).parent / "pages_by_program.txt"
LINES = LIST.read_text("utf-8").splitlines()[1:]


def pages() -> set[str]:
    return {route["name"] for route in routes.routes() if route["name"].partition(":")[0] in ROOMS}


def operations() -> set[str]:
    paths = api.get_openapi_schema(path_prefix="")["paths"]
    return {f"{method.upper()} /{path.partition('/v1/')[2]}" for path, found in paths.items() for method in found}


def test_every_page_names_its_operations_or_says_why_there_is_none():
    named = [line.split(" ", 1)[0] for line in LINES]
    assert named == sorted(set(named))
    assert sorted(pages() - set(named)) == [], "a page that nobody thought of by program"
    assert sorted(set(named) - pages()) == [], "no such page"


def test_the_operations_that_pages_name_are_there():
    known = operations()
    for line in LINES:
        page, sign, told = line.split(" ", 2)
        assert sign in ("=", "-") and told.strip(), line
        wanted = told.split(", ") if sign == "=" else []
        assert [one for one in wanted if one not in known] == [], page
