"""What happened to an approval, as one sentence of the ticket's history."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sira.processes.tasks import changes
from sira.processes.tasks.models import Ballot
from sira.shell import formats

Facts = Mapping[str, Any]


def sentence(facts: Facts, task: str) -> str:
    """task: what the approval is called."""
    tell = TELL.get(str(facts.get("what")))
    return tell(facts, {"task": task, "who": _people(facts.get("people"))}) if tell else ""


def _people(names: Any) -> str:
    return _listed(map(str, names or ())) or _("nobody")


def _listed(words: Iterable[str]) -> str:
    return formats.listed(words, get_language() or "en")


def _asked(facts: Facts, words: Mapping[str, str]) -> str:
    said = _("%(task)s: %(who)s is asked") % words
    if facts.get("how") == Ballot.How.FALLBACK:
        said = _("%(task)s: nobody else was found, so %(who)s is asked") % words
    for absent, instead in (facts.get("instead") or {}).items():
        said += "; " + _("%(absent)s is away, %(instead)s may decide for them") % {
            "absent": absent,
            "instead": instead,
        }
    return said


def _decided(facts: Facts, words: Mapping[str, str]) -> str:
    instead, comment = facts.get("instead_of"), facts.get("comment")
    if facts.get("approved"):
        said = _("%(task)s: approved for %(instead)s") if instead else _("%(task)s: approved")
    else:
        said = _("%(task)s: rejected for %(instead)s") if instead else _("%(task)s: rejected")
    said %= {"task": words["task"], "instead": instead}
    way = dict(Ballot.Way.choices).get(str(facts.get("way")))
    said = _listed([said, str(way)]) if way else said
    return f"{said}. “{comment}”" if comment else said


def _passed_on(facts: Facts, words: Mapping[str, str]) -> str:
    said = {
        Ballot.How.DELEGATED: _("%(task)s: %(who)s passed it on to %(to)s"),
        Ballot.How.ESCALATED: _("%(task)s: %(who)s did not decide in time, so it goes to %(to)s"),
        Ballot.How.LEFT: _("%(task)s: %(who)s is not here any more, so it goes to %(to)s"),
    }
    to = _people(facts.get("to"))
    return said[Ballot.How(facts["how"])] % {**words, "to": to} if facts.get("how") in said else ""


def _fewer(facts: Facts, words: Mapping[str, str]) -> str:
    said = _("%(task)s: %(who)s decides no more, and nobody was found in their place") % words
    asked, needed = (formats.digits(int(facts.get(name) or 0), get_language() or "en") for name in ("asked", "needed"))
    return f"{said}. " + _("Of those asked, %(asked)s are left; %(needed)s of them have to agree.") % {
        "asked": asked,
        "needed": needed,
    }


def _ended(facts: Facts, words: Mapping[str, str]) -> str:
    if facts.get("result") == "approved":
        return _("%(task)s: the approval is given") % words
    if facts.get("reason") == "deadline":
        return _("%(task)s: rejected, because the deadline passed") % words
    if facts.get("reason") == "veto":
        return _("%(task)s: rejected by a veto") % words
    return _("%(task)s: the approval is refused") % words


TELL: dict[str, Callable[[Facts, Mapping[str, str]], str]] = {
    changes.ASKED: _asked,
    changes.REMINDED: lambda facts, words: _("%(task)s: %(who)s is reminded") % words,
    changes.DECIDED: _decided,
    changes.PASSED_ON: _passed_on,
    changes.LATE: lambda facts, words: _("%(task)s: the deadline has passed, %(who)s has not decided") % words,
    changes.NO_WAY_UP: lambda facts, words: (
        _("%(task)s: %(who)s has no manager who could be asked instead, and is asked on") % words
    ),
    changes.NOT_COUNTED: lambda facts, words: (
        _("%(task)s: a reply from %(sender)s was not counted, since it may not come from %(who)s")
        % {**words, "sender": facts.get("sender", "")}
    ),
    changes.FEWER: _fewer,
    changes.ENDED: _ended,
    changes.WITHDRAWN: lambda facts, words: _("%(task)s: not needed any more, called off") % words,
}
