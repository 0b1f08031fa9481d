"""Standing parts of a template are folded together, and say what they said before."""

import pytest
from django.template import Context, Engine
from django.urls import NoReverseMatch
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


def test_addresses_with_one_value_are_those_that_django_finds():
    source = """{% url "workspace:person" key %} {% url "workspace:ticket" number as way %}{{ way }}"""
    plain, folded = Engine.get_default().from_string(source), Engine.get_default().from_string(source)
    fold(folded.nodelist)
    for key, number in ((7, "INC-7"), (70, "INC-70"), (12, ""), (9, "a b&c/d"), (1, "desk")):
        facts = {"key": key, "number": number}
        assert folded.render(Context(facts)) == plain.render(Context(facts))


def test_an_address_that_is_none_is_refused_as_before():
    folded = Engine.get_default().from_string("""{% url "workspace:person" key %}""")
    fold(folded.nodelist)
    assert folded.render(Context({"key": 7})) == "/desk/people/7/"
    with pytest.raises(NoReverseMatch):
        folded.render(Context({"key": "nobody"}))
