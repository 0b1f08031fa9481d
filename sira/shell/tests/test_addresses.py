"""An address is found by its first word as it is found among all of them."""

import os
import subprocess
import sys

import pytest
from django.urls import Resolver404, URLResolver, path, resolve, reverse
from django.urls.resolvers import RoutePattern

from sira.config.urls import rooms
from sira.shell.addresses import ByFirstWord, LoadedLater, words_of

PATHS = [
    "", "desk/", "desk/find/", "tickets/INC-1/", "tickets/INC-1/peek/", "boards/", "sign-in/", "healthz", "studio/",
    "api/v1/tickets", "api/v1/tickets/INC-1/messages", "t/x/", "answers/", "articles/", "assets/a/b",
]  # fmt: skip


def found(resolver, where):
    try:
        match = resolver.resolve(where)
    except Resolver404:
        return None
    return match.func, match.args, match.kwargs, match.view_name, match.route


@pytest.mark.parametrize("where", [*PATHS, "nowhere/", "desk", "tickets"])
def test_the_same_page_is_found(where):
    assert found(ByFirstWord(rooms), where) == found(URLResolver(RoutePattern(""), rooms), where)


def test_a_room_that_is_loaded_later_names_the_words_that_its_paths_begin_with():
    for room in (one for one in rooms if isinstance(one, LoadedLater)):
        first = str(room.pattern).partition("/")[0]
        words = {first} if first else {word for one in room.url_patterns for word in words_of(one)}
        assert set(room.words) == words


def test_a_start_does_not_load_them():
    """A start that had to wait for them would take twice as long."""
    look = (
        "import sys, django; django.setup(); from django.urls import get_resolver, reverse, resolve;"
        "get_resolver()._populate(); resolve('/sign-in/'); reverse('workspace:ticket', args=['INC-1']);"
        "later = {'ninja', 'sira.studio.urls', 'sira.channels.email.reading.quotes', 'PIL.Image'};"
        "print(bool(later.intersection(sys.modules)));"
        "print(reverse('studio:home'), reverse('api-v1:openapi-json'), resolve('/api/v1/tickets').view_name)"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, env=os.environ, check=True)
    assert done.stdout.split() == ["False", "/studio/", "/api/v1/openapi.json", "api-v1:listed"]


def test_the_link_from_a_ticket_to_its_drawing_does_not_load_the_studio():
    """Each process that shows a ticket would hold all of it: 15 MiB."""
    look = (
        "import sys, django; django.setup(); from django.urls import reverse, resolve;"
        "print(reverse('drawings:of_ticket', args=['INC-1']), resolve('/tickets/INC-1/drawing/').view_name);"
        "print(bool({'sira.studio.urls', 'holidays'}.intersection(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, env=os.environ, check=True)
    assert done.stdout.split() == ["/tickets/INC-1/drawing/", "drawings:of_ticket", "False"]


def test_most_of_them_are_pages():
    assert sum(found(ByFirstWord(rooms), where) is not None for where in PATHS) > 10


def test_names_still_lead_to_their_addresses():
    assert reverse("workspace:ticket", args=["INC-1"]) == "/tickets/INC-1/"
    assert resolve("/tickets/INC-1/").view_name == "workspace:ticket"


def test_an_address_that_begins_with_a_value_is_found_beside_those_with_words():
    def one(request):
        """Any page."""

    def other(request):
        """Another one."""

    addresses = ByFirstWord([path("<str:name>/", other), path("here/", one), path("<int:n>/x/", one)])
    assert addresses.resolve("here/").func is other  # the first that fits, as Django has it
    assert addresses.resolve("12/x/").func is one
