"""Standing parts of a template are folded together, and say what they said before."""

import pytest
from django.template import Context, Engine
from django.utils.translation import override

from sira.shell.folding import Folded, fold, lists_in

PAGE = """{% load desk i18n %}<p>{% translate "Notices" %}{% icon "bell" %}</p>{# aside #}
{% translate "Sign out" as words %}<b>{{ words }}</b>{% for one in ones %}<i>{% key "j" %}{{ one }}</i>{% endfor %}
{% if ones %}{% icon name %}{% else %}<hr>{% endif %}{% menu "x" %}{% translate "Help" %}{% endmenu %}"""


@pytest.fixture
def template():
    return Engine.get_default().from_string(PAGE)


def folded_in(nodes):
    return sum(isinstance(node, Folded) + sum(map(folded_in, lists_in(node))) for node in nodes)


@pytest.mark.parametrize("language", ["en", "tr", "fa", "pl"])
def test_a_folded_template_says_the_same(template, language):
    facts = {"ones": ["<1>", 2], "name": "bell"}
    with override(language):
        before = template.render(Context(facts))
        fold(template.nodelist)
        assert [template.render(Context(facts)) for _time in range(2)] == [before, before]


def test_neighbours_become_one(template):
    fold(template.nodelist)
    assert folded_in(template.nodelist) == 3  # the first line, the key in the loop, the word in the menu


def test_each_language_has_its_own_words(template):
    fold(template.nodelist)
    said = set()
    for language in ("en", "tr", "fa", "pl"):
        with override(language):
            said.add(template.render(Context({})))
    assert len(said) == 4
