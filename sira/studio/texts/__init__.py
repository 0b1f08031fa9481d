"""The texts of the drawing editors, for their translate service: English as they ask, and the reader's words."""

from django.utils.translation import gettext

from sira.studio.texts.decisions import DECISIONS
from sira.studio.texts.forms import FORMS
from sira.studio.texts.processes import PROCESSES

EDITORS = PROCESSES + DECISIONS + FORMS


def dictionary() -> dict[str, str]:
    """Only what differs: an editor shows its own text where nothing is given."""
    found = {text: gettext(text.strip()) for text in EDITORS}
    return {text: words for text, words in found.items() if text.strip() != words}
