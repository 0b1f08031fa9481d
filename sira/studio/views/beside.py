"""What each editor's page has beside the canvas."""

from typing import Any

from sira.decisions.models import DecisionVersion
from sira.forms.models import FormVersion
from sira.people.models import SupportGroup
from sira.processes.models import ProcessVersion
from sira.studio import covering, examples, texts, words
from sira.studio.shelves.shelf import PUBLISHED, Row, Shelf
from sira.tickets.wording import named


def beside(shelf: Shelf, row: Row, source: str) -> dict[str, Any]:
    found: dict[str, Any] = {"texts": texts.dictionary(), "static_words": texts.said()}
    if shelf.kind == "processes":
        return found | process_choices()
    if shelf.kind == "decisions":
        asked = examples.asked(source)
        return found | {
            "asked": asked,
            "examples": examples.told(row.key, source),
            "decisions_in": examples.results(source),
            "coverage": covering.findings(source),
        }
    return found | {"languages": (("tr", "Türkçe"), ("fa", "فارسی"), ("pl", "Polski"))}


def process_choices() -> dict[str, Any]:
    """What the panel offers to choose from."""
    published = {"status": PUBLISHED}
    return {
        "palette": words.palette(),
        "blocks": {key: {"words": str(said), "icon": icon} for key, (said, icon) in words.BLOCKS.items()},
        "people_blocks": [(key.removeprefix("task:"), words.BLOCKS[key][0]) for key in words.PEOPLE_BLOCKS],
        "automatic": words.automatic(),
        "stages": words.STAGES,
        "notices": words.NOTICES,
        "groups": [(one.key, named(one)) for one in SupportGroup.objects.order_by("name")],
        "forms": FormVersion.objects.filter(**published).order_by("key").values_list("key", flat=True),
        "decisions": DecisionVersion.objects.filter(**published).order_by("key").values_list("key", "name"),
        "processes": ProcessVersion.objects.filter(**published).order_by("key").values_list("key", "name"),
    }
