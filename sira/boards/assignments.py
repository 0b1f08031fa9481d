"""Each time a ticket was dealt: which group and by what rule, who could have it, who was left out, why this one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sira.decisions.models import Trace
from sira.people.models import Person, SupportGroup
from sira.routing import explaining
from sira.shell.names import named
from sira.tickets.models import Ticket
from sira.workspace import table_words, why
from sira.workspace.why import Reason


@dataclass(frozen=True)
class Assignment:
    """conclusion: one sentence.  is_now: the ticket is still with whom it was given to then.

    group: none where no rule named one.  reason: as the side of the ticket tells it.
    """

    at: datetime
    conclusion: str
    reason: Reason
    rule: str
    group: SupportGroup | None
    group_name: str
    strategy: str
    is_now: bool


def assignments_of(ticket: Ticket, reader: Person) -> list[Assignment]:
    """The newest first. Three queries, and one for each; two where a lead reads of somebody's leave."""
    traces = [trace for trace in why.traces_of(ticket.pk) if trace.kind == "route"]
    keys = {str(group_of(trace)) for trace in traces}
    groups = {one.key: one for one in SupportGroup.objects.filter(key__in=keys)}
    strategies = dict(SupportGroup.Strategy.choices)
    found: list[Assignment] = []
    for trace in reversed(traces):
        group, reason = groups.get(str(group_of(trace))), why.route_reason(ticket, trace, reader)
        chosen = trace.detail.get("agent")
        found.append(
            Assignment(
                at=trace.at,
                conclusion=concluded(trace.detail, reason, named(group) if group else ""),
                reason=reason,
                rule=table_words.rule_of(trace),
                group=group,
                group_name=named(group) if group else "",
                strategy=str(strategies.get(trace.detail.get("strategy", ""), "")),
                is_now=bool(chosen) and chosen == ticket.agent_id and not found,
            )
        )
    return found


def group_of(trace: Trace) -> Any:
    return trace.outcome.get("group") if isinstance(trace.outcome, dict) else trace.outcome


def concluded(detail: Mapping[str, Any], reason: Reason, group: str) -> str:
    """Who got it, and why, in one breath."""
    chosen = next((one.name for one in reason.candidates if one.is_chosen), "")
    if not group:
        return _("No rule names a group of this desk, so somebody has to choose one.")
    if not chosen:
        how = explaining.how(detail)
        return _("It went to %(group)s: %(how)s.") % {"group": group, "how": how}
    could = len(explaining.candidates(detail))
    of = could + len(explaining.left_out(detail))
    words = ngettext(
        "%(who)s got it: the ticket belongs to %(group)s, %(could)s of %(of)s person could take it, and: %(how)s.",
        "%(who)s got it: the ticket belongs to %(group)s, %(could)s of %(of)s people could take it, and: %(how)s.",
        of,
    )
    return words % {"who": chosen, "group": group, "could": could, "of": of, "how": explaining.how(detail)}
