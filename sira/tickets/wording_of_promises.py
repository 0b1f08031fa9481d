"""What promises and their marks are called, and what happened to them in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from sira.people.models import SupportGroup


def warned(facts: Mapping[str, Any]) -> str:
    if "did" in facts:
        return _did(str(facts["did"]))
    if facts.get("share", 75) == 75:
        return _("Three quarters of the time for the %(target)s have passed") % {"target": target(facts)}
    words = {"share": facts["share"], "target": target(facts)}
    return _("%(share)s%% of the time for the %(target)s have passed") % words


def breached(facts: Mapping[str, Any]) -> str:
    said = _("The promised time for the %(target)s has passed") % {"target": target(facts)}
    if not facts.get("past"):
        return said
    late = _("%(minutes)s working minutes ago") % {"minutes": facts["past"]}
    return f"{said}, {late}"


def _did(action: str) -> str:
    words = {
        "raise_priority": _("The priority was raised, as the plan of the promise says"),
        "reassign": _("Given to somebody else, as the plan of the promise says"),
    }
    return words.get(action, _("A process was started, as the plan of the promise says"))


def promise_name(target: str, name: str = "") -> str:
    """name: of the step or approval that the clock measures."""
    kind, _colon, key = target.partition(":")
    if name:
        return name
    if kind == "group":
        group = SupportGroup.objects.filter(pk=int(key)).first()
        return _("In the group %(group)s") % {"group": group or "?"}
    names = {"first_answer": _("First answer"), "next_answer": _("Next answer"), "resolution": _("Solved")}
    return str(names.get(kind, target))


def target(facts: Mapping[str, Any]) -> str:
    names = {
        "first_answer": _("first answer"),
        "next_answer": _("next answer"),
        "resolution": _("solution"),
        "group": _("time in the group"),
    }
    if facts.get("name"):
        return f"“{facts['name']}”"
    return names.get(str(facts.get("target", "")).partition(":")[0], str(facts.get("target", "")))
