"""What our own islands beside the editors say, and what they write into a drawing."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, override

from sira.processes.tasks.particulars import SOURCE_LANGUAGE

TRANSLATED = ("tr", "fa", "pl")  # the header without a language is English (see processes.tasks.particulars)


def said() -> dict[str, Any]:
    """What our own islands say."""
    return {
        "keeping": gettext("keeping"),
        "changed": gettext("not kept yet"),
        "failed": gettext("Not kept: the desk could not be reached. It is tried again with the next change."),
        "unreadable": gettext("The editor can't open this text. Export it, mend it and import it again."),
        "unnamed": gettext("without a name"),
        "drawing": gettext("The whole process"),
        "start": gettext("Start: somebody asks"),
        "way": gettext("A way"),
        "otherwise": gettext("if no other condition holds"),
        "no_condition": gettext("when it is taken is not said yet"),
        "approved": gettext("Approved?"),
        "declined": gettext("Declined"),
        "yes": gettext("yes"),
        "no": gettext("no"),
        "tell": gettext("Tell that it is declined"),
        "close": gettext("Close as declined"),
        "declined_subject": _headers("subject", gettext_lazy("Not approved: {ticket.subject}")),
        "declined_text": _headers("text", gettext_lazy("Your request was not approved. {comments}")),
        "done_text": _headers("text", gettext_lazy("It is done.")),
        "closed_text": _headers("text", gettext_lazy("It was not approved. {comments}")),
    }


def _headers(name: str, text: Promise) -> dict[str, str]:
    """A text that a block says to people, as its headers: each reader has their own, whoever draws."""
    found = {}
    for language in ("", *TRANSLATED):
        with override(language or SOURCE_LANGUAGE):
            found[f"{name}:{language}" if language else name] = str(text)
    return found
