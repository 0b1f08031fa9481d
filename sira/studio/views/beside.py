"""What each editor's page has beside the canvas."""

from typing import Any

from django.conf import settings

from sira.forms import linting
from sira.forms.models import FormVersion
from sira.forms.schema import fields
from sira.people.models import SupportGroup
from sira.plumbing.refusals import Refused
from sira.processes import calling
from sira.processes.bpmn.compiling import examine
from sira.processes.bpmn.reading import read
from sira.shell.names import named
from sira.studio import conditions, covering, examples, islands, keys, speaking, texts, words
from sira.studio.called import decisions_by_name, forms_by_name, processes_by_name
from sira.studio.shelves.shelf import DRAFT, Row, Shelf
from sira.tickets.models import TicketType

MEANT = frozenset({"impact", "urgency", "category"})  # what a ticket takes from a form, if it is one of the desk's own
LANGUAGES = (("tr", "Türkçe"), ("fa", "فارسی"), ("pl", "Polski"))


def beside(shelf: Shelf, row: Row, source: str) -> dict[str, Any]:
    found: dict[str, Any] = {"texts": texts.dictionary(), "static_words": islands.said()}
    if shelf.kind == "processes":
        return found | process_choices() | {"facts": facts_of(source, row.key), "languages": LANGUAGES}
    if shelf.kind == "decisions":
        asked = examples.asked(source)
        return found | {
            "asked": asked,
            "examples": examples.told(row.key, source),
            "decisions_in": examples.results(source),
            "coverage": covering.findings(source),
        }
    return found | {"languages": LANGUAGES, "form_keys": keys_of_forms(row.key)}


def keys_of_forms(form: str) -> dict[str, Any]:
    """Of what the editor makes keys, and which it leaves alone: letters that sound like Latin ones, words that no key
    may be, and what a version that people have filled in calls its fields and their choices."""
    published: dict[str, list[str]] = {}
    for schema in FormVersion.objects.filter(key=form).exclude(status=DRAFT).values_list("schema", flat=True):
        for one in fields(schema):
            published.setdefault(one.key, []).extend(value for value, _words in one.options(""))
    letters = {chr(sign): sound for sign, sound in keys.OWN_LETTERS.items()}
    return {"letters": letters, "reserved": sorted(linting.RESERVED | MEANT), "published": published}


def facts_of(source: str, key: str) -> list[dict[str, Any]]:
    """What conditions and texts of the drawing can speak of."""
    return spoken_by(source, key).plain()


def spoken_by(source: str, key: str) -> speaking.Spoken:
    try:
        graph, _findings = examine(read(source), key)
    except Refused:
        graph = None
    return speaking.spoken(graph)


def process_choices() -> dict[str, Any]:
    """What the panel offers to choose from."""
    return {
        "palette": words.palette(),
        "blocks": {key: {"words": str(said), "icon": icon} for key, (said, icon) in words.BLOCKS.items()},
        "people_blocks": [(key.removeprefix("task:"), words.BLOCKS[key][0]) for key in words.PEOPLE_BLOCKS],
        "automatic": words.automatic(),
        "stages": words.STAGES,
        "who_choices": words.WHO,
        "rules": words.RULES,
        "recipients": words.RECIPIENTS,
        "settable": words.SETTABLE,
        "messages_known": words.MESSAGES,
        "operators": conditions.operators(),
        "functions": list(speaking.FUNCTIONS),
        "types": [(one.key, named(one)) for one in TicketType.objects.offered().order_by("name")],
        "notices": words.NOTICES,
        "groups": [(one.key, named(one)) for one in SupportGroup.objects.order_by("name")],
        "forms": forms_by_name(),
        "call_methods": calling.METHODS,
        "call_tokens": sorted(name.lower() for name in settings.CALL_TOKENS),
        "decisions": decisions_by_name(),
        "processes": processes_by_name(),
    }
