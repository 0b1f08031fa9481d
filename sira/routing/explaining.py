"""Why it went to whom it went to, as one would say it. The trace keeps facts; the words are the reader's."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sira.routing.words import LEFT_OUT, WHY


def how(detail: Mapping[str, Any]) -> str:
    """The reason in two words, for a line."""
    return str(WHY.get(str(detail.get("why")), ""))


def why_not(reason: str) -> str:
    return str(LEFT_OUT.get(reason, reason))


def sentences(detail: Mapping[str, Any]) -> list[str]:
    """What happened in plain words: how many could have it, why the others could not, why the chosen one."""
    candidates, left_out = detail.get("candidates"), detail.get("left_out", [])
    if candidates is None:
        return []
    could = len(candidates)
    of = could + len(left_out)
    said = [
        ngettext(
            "%(could)s of %(of)s person in the group could be given it.",
            "%(could)s of the %(of)s people in the group could be given it.",
            of,
        )
        % {"could": could, "of": of}
    ]
    if chosen := _chosen(detail):
        said.append(_CHOSEN[detail["why"]]() % chosen if detail.get("why") in _CHOSEN else how(detail))
    else:
        said.append(_upper(how(detail)) + ".")
    return said


def left_out_counts(detail: Mapping[str, Any]) -> list[tuple[str, int]]:
    """How many were left out for which reason, the most frequent first."""
    counts = Counter(str(reason) for _key, _name, reason in detail.get("left_out", []))
    return [(why_not(reason), n) for reason, n in counts.most_common()]


def figures(detail: Mapping[str, Any]) -> list[float]:
    """What was compared, in the order of the candidates: open work, or tickets owed. Nothing where turns were taken."""
    return [float(one) for one in str(detail.get("loads") or detail.get("owed") or "").split()]


def _chosen(detail: Mapping[str, Any]) -> dict[str, Any] | None:
    compared = figures(detail)
    for place, (key, name) in enumerate(detail.get("candidates", [])):
        if key == detail.get("agent"):
            return {"who": name, "figure": f"{compared[place]:g}" if place < len(compared) else ""}
    return None


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]


_CHOSEN = {
    "next_in_turn": lambda: _("It was %(who)s's turn."),
    "least_load": lambda: _("%(who)s had the least open work: %(figure)s."),
    "share": lambda: _("By the shares agreed, %(who)s was the next one: %(figure)s tickets were owed."),
    "best_skill": lambda: _("%(who)s knows most of what it needs."),
    "knew_them": lambda: _("%(who)s worked for this person last."),
}
