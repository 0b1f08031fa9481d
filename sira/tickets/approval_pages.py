"""What the pages of approvals show, in the portal and in the workspace: what waits for one's word, and one decision."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sira.people import recognition
from sira.people.models import Address, Person
from sira.plumbing.refusals import Refused
from sira.processes import naming
from sira.processes.tasks import deciding, rules
from sira.processes.tasks.models import Ballot
from sira.processes.tasks.refusals import NotAColleague
from sira.shell import formats
from sira.shell.names import named
from sira.tickets import approvals, requested
from sira.tickets.models import Ticket
from sira.tickets.requested import Requested

PAGE = 25
APPROVE, REJECT, PASS_ON = "approve", "reject", "pass_on"
WITH = ("approval__task__instance", "approver", "stand_in", "decided_by", "passed_from__approver")


class NothingChosen(Refused):
    code = "nothing_chosen"
    status = 422
    message = _("Approve it or reject it.")


@dataclass(frozen=True)
class Row:
    """One ballot in a list. instead_of: the absent approver, where the reader speaks for them."""

    ballot: Ballot
    ticket: Ticket
    instead_of: str = ""

    @property
    def name(self) -> str:
        return naming.task(self.ballot.approval.task)


@dataclass(frozen=True)
class Listed:
    """older, newer: keys of the neighbouring pages, 0 where there is none."""

    rows: list[Row]
    older: int = 0
    newer: int = 0


@dataclass(frozen=True)
class Step:
    """A step of an approval: its rule in words, and what everybody asked in it has said so far."""

    number: int
    rule: str
    ballots: list[Ballot]


@dataclass(frozen=True)
class Decision:
    """One decision as its reader sees it."""

    ballot: Ballot
    ticket: Ticket
    requested: Requested
    steps: list[Step]
    may_decide: bool
    may_pass_on: bool
    instead_of: str
    needs_comment: str

    @property
    def is_open(self) -> bool:
        return bool(self.ballot.state == Ballot.State.OPEN)

    @property
    def title(self) -> str:
        """The first line of the question; what stands below it explains."""
        return self.requested.question.partition("\n")[0]

    @property
    def below_title(self) -> str:
        return self.requested.question.partition("\n")[2]

    @property
    def service_name(self) -> str:
        return named(self.ticket.service) if self.ticket.service else ""


def listed(person: Person, *, decided: bool, after: str, before: str, at: datetime) -> Listed:
    """What waits for the person's word, the oldest first; or what they have said, the newest first. Paged by key."""
    rows = Ballot.objects.visible_to(person, at=at).select_related(*WITH)
    rows = rows.filter(decided_by=person) if decided else rows.filter(state=Ballot.State.OPEN)
    order, back = ("-id", "id") if decided else ("id", "-id")
    further, nearer = ("id__lt", "id__gt") if decided else ("id__gt", "id__lt")
    if before.isdecimal():
        found = list(rows.filter(**{nearer: int(before)}).order_by(back)[: PAGE + 1])
        more, page = len(found) > PAGE, found[:PAGE][::-1]
        return Listed(_with_tickets(page, person), page[-1].pk if page else 0, page[0].pk if more else 0)
    if after.isdecimal():
        rows = rows.filter(**{further: int(after)})
    found = list(rows.order_by(order)[: PAGE + 1])
    page = found[:PAGE]
    return Listed(
        _with_tickets(page, person),
        page[-1].pk if len(found) > PAGE else 0,
        page[0].pk if page and after.isdecimal() else 0,
    )


def _with_tickets(ballots: Sequence[Ballot], person: Person) -> list[Row]:
    tickets = Ticket.objects.select_related("requester").in_bulk({one.approval.subject for one in ballots})
    return [
        Row(one, tickets[one.approval.subject], instead_of(one, person))
        for one in ballots
        if one.approval.subject in tickets
    ]


def instead_of(ballot: Ballot, person: Person) -> str:
    return str(ballot.approver) if ballot.approver_id != person.pk else ""


def decision(ballot: Ballot, person: Person, *, language: str, at: datetime) -> Decision:
    ticket = Ticket.objects.select_related("requester__organisation", "type", "service").get(pk=ballot.approval.subject)
    plan = ballot.approval.plan
    mine = ballot.state == Ballot.State.OPEN and deciding.may_decide(person, ballot, at=at)
    return Decision(
        ballot=ballot,
        ticket=ticket,
        requested=requested.of(ticket, ballot.approval.task, language=language),
        steps=list(steps_of(ballot)),
        may_decide=mine,
        may_pass_on=mine and bool(plan["delegate"]),
        instead_of=instead_of(ballot, person),
        needs_comment=plan["comment"],
    )


def steps_of(ballot: Ballot) -> Iterable[Step]:
    rows = list(ballot.approval.ballots.select_related(*WITH[1:]).order_by("id"))
    texts = ballot.approval.plan["rules"]
    for number in range(1, ballot.approval.step + 1):
        mine = [row for row in rows if row.step == number]
        yield Step(number, in_words(texts[min(number, len(texts)) - 1]), mine)


def in_words(text: str) -> str:
    """A rule as a reader understands it."""
    rule = rules.read(text)
    if rule.needed == "all":
        return str(_("All have to agree."))
    if rule.needed == "majority":
        return str(_("More than half have to agree."))
    if rule.needed == 1:
        return str(_("One yes is enough."))
    count = formats.digits(rule.needed, get_language() or "en")
    return str(_("%(count)s have to agree.") % {"count": count})


def visible(person: Person, *, at: datetime) -> QuerySet[Ballot]:
    return Ballot.objects.visible_to(person, at=at).select_related(*WITH)


def act(ballot: Ballot, given: Mapping[str, Any], *, by: Person, way: str, at: datetime) -> Ballot:
    """What was pressed on the page.  Raises what deciding and passing on raise, and NothingChosen."""
    does = given.get("does")
    if does == PASS_ON:
        return approvals.pass_on(ballot, to=colleague(str(given.get("to", ""))), by=by, at=at)
    if does not in (APPROVE, REJECT):
        raise NothingChosen
    comment = str(given.get("comment", ""))
    return approvals.decide(ballot, approved=does == APPROVE, by=by, comment=comment, way=way, at=at)


def colleague(typed: str) -> Person:
    """By mail address.  Raises NotAColleague."""
    mail = recognition.normalised_mail(typed)
    found = recognition.person_of(Address.Kind.MAIL, mail) if mail else None
    if found is None:
        raise NotAColleague
    return found
