"""Why it went to whom it went to, as one would say it. The trace keeps facts; the words are the reader's."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sira.routing.words import LEFT_OUT, WHY
from sira.workforce.availability import PERSONAL


def how(detail: Mapping[str, Any]) -> str:
    """The reason in two words, for a line."""
    return str(WHY.get(str(detail.get("why")), ""))


def why_not(reason: str, *, in_full: bool) -> str:
    """in_full: also whether somebody was sick or on leave; else they were away."""
    shown = told_as(reason, in_full=in_full)
    return str(LEFT_OUT.get(shown, shown))


def told_as(reason: str, *, in_full: bool) -> str:
    """The reason's code, as its reader may know it."""
    return reason if in_full or reason not in PERSONAL else "away"


def is_personal(detail: Mapping[str, Any]) -> bool:
    """Whether it tells of somebody's leave or sickness."""
    return any(why in PERSONAL for _key, why in left_out(detail))


def people_in(detail: Mapping[str, Any]) -> list[int]:
    """Everybody the trace names, by key."""
    return [*candidates(detail), *(key for key, _reason in left_out(detail))]


def candidates(detail: Mapping[str, Any]) -> list[int]:
    return _keys(detail.get("candidates"))


def left_out(detail: Mapping[str, Any]) -> list[tuple[int, str]]:
    """Who was left out, each with the reason's code."""
    found = detail.get("left_out")
    return [(key, why) for why, keys in found.items() for key in _keys(keys)] if isinstance(found, dict) else []


def sentences(detail: Mapping[str, Any], names: Mapping[int, str]) -> list[str]:
    """What happened in plain words: how many could have it, and why the chosen one. names: of who is chosen."""
    if "candidates" not in detail:
        return []
    could = len(candidates(detail))
    of = could + len(left_out(detail))
    said = [
        ngettext(
            "%(could)s of %(of)s person in the group could be given it.",
            "%(could)s of the %(of)s people in the group could be given it.",
            of,
        )
        % {"could": could, "of": of}
    ]
    chosen = detail.get("agent")
    if chosen in candidates(detail) and detail.get("why") in _CHOSEN:
        said.append(_CHOSEN[detail["why"]]() % {"who": names.get(chosen, "?"), "figure": _figure(detail, chosen)})
    else:
        said.append(_upper(how(detail)) + ".")
    return said


def figures(detail: Mapping[str, Any]) -> list[float]:
    """What was compared, in the order of the candidates: open work, or tickets owed. Nothing where turns were taken."""
    return [float(one) for one in _words(detail.get("loads") or detail.get("owed"))]


def _figure(detail: Mapping[str, Any], chosen: int) -> str:
    compared = dict(zip(candidates(detail), figures(detail), strict=False))
    return f"{compared[chosen]:g}" if chosen in compared else ""


def _keys(words: Any) -> list[int]:
    return [int(key) for key in _words(words)]


def _words(kept: Any) -> list[str]:
    """Without the end of a list that older traces cut short."""
    return [one for one in kept.split() if not one.endswith("…")] if isinstance(kept, str) else []


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]


_CHOSEN = {
    "next_in_turn": lambda: _("It was %(who)s's turn."),
    "least_load": lambda: _("%(who)s had the least open work: %(figure)s."),
    "share": lambda: _("By the shares agreed, %(who)s was the next one: %(figure)s tickets were owed."),
    "best_skill": lambda: _("%(who)s knows most of what it needs."),
    "knew_them": lambda: _("%(who)s worked for this person last."),
}
