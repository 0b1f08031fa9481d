"""Closed tickets' texts forgotten by rule: counted before anything happens, then done night by night in small steps."""

from dataclasses import dataclass
from datetime import datetime

from dateutil.relativedelta import relativedelta
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from sira.people import rights
from sira.people.models import Person, SupportGroup
from sira.people.rights import Right
from sira.plumbing.refusals import Refused
from sira.plumbing.violations import violated
from sira.tickets import forgetting
from sira.tickets.forgetting import AT_ONCE, What
from sira.tickets.models import Message, MessageFile, Ticket, TicketType
from sira.tickets.models_retention import RetentionRule

LONGEST = 1200  # months
WHAT = {
    RetentionRule.Forgets.TEXTS: What(texts=True, raws=True),  # the mail as it came says the same
    RetentionRule.Forgets.MESSAGES: What(everything=True, files=True, raws=True),
    RetentionRule.Forgets.FILES: What(files=True),
    RetentionRule.Forgets.RAWS: What(raws=True),
}


class SaidAlready(Refused):
    code = "said_already"
    message = _("There is a rule for these tickets already. Remove it first.")


class NoTime(Refused):
    code = "no_time"
    status = 422
    message = _("Say a number of months from 1 to 1200.")


@dataclass(frozen=True)
class Counted:
    """What a rule would forget now."""

    tickets: int
    messages: int
    files: int


@transaction.atomic
def keep_rule(
    *, type: TicketType | None, group: SupportGroup | None, months: int, forgets: str, by: Person, at: datetime
) -> RetentionRule:
    """From the next night on.  Raises NotAllowed, NoTime, SaidAlready."""
    rights.must(by, Right.ADMINISTER)
    if not 1 <= months <= LONGEST:
        raise NoTime
    told = RetentionRule.Forgets(forgets)
    try:
        with transaction.atomic():
            return RetentionRule.objects.create(
                type=type, group=group, months=months, forgets=told, made_by=by, made_at=at
            )
    except IntegrityError as error:
        if violated(error) != "retention_is_said_once":
            raise
        raise SaidAlready from error


def remove_rule(rule: RetentionRule, *, by: Person) -> None:
    """What was forgotten stays so.  Raises NotAllowed."""
    rights.must(by, Right.ADMINISTER)
    rule.delete()


def due(rule: RetentionRule, *, at: datetime) -> "QuerySet[Ticket]":
    """Tickets that are old enough and have not been through."""
    found = Ticket.objects.filter(status=Ticket.Status.CLOSED, closed_at__lt=at - relativedelta(months=rule.months))
    if rule.done_until:
        found = found.filter(closed_at__gte=rule.done_until)
    if rule.type_id:
        found = found.filter(type=rule.type_id)
    return found.filter(group=rule.group_id) if rule.group_id else found


def count(rule: RetentionRule, *, at: datetime) -> Counted:
    """A dry run."""
    tickets = due(rule, at=at)
    messages = Message.objects.filter(ticket__in=tickets.values("pk"))
    if rule.forgets == RetentionRule.Forgets.TEXTS:
        messages = messages.filter(from_desk=False)
    files = MessageFile.objects.filter(message__in=messages.values("pk"))
    return Counted(tickets.count(), messages.count(), files.count())


def carry_out(rule: RetentionRule, *, at: datetime) -> int:
    """Some tickets at a time, the oldest first, each time in a transaction of its own; how many went through."""
    done = 0
    while step := _step(rule, at=at):
        done += step
    return done


def carry_out_all(*, at: datetime) -> int:
    return sum(carry_out(rule, at=at) for rule in RetentionRule.objects.order_by("pk"))


@transaction.atomic
def _step(rule: RetentionRule, *, at: datetime) -> int:
    """Tickets closed at one instant go together, so that none is left out when the next step begins after it."""
    held = RetentionRule.objects.select_for_update(no_key=True).filter(pk=rule.pk).first()
    if held is None:
        return 0
    found = list(due(held, at=at).order_by("closed_at", "pk").values_list("pk", "closed_at")[:AT_ONCE])
    if not found:
        return 0
    last = found[-1][1]
    keys = list(due(held, at=at).filter(closed_at__lte=last).order_by("pk").values_list("pk", flat=True))
    forgetting.forget(keys, WHAT[RetentionRule.Forgets(held.forgets)])
    held.done_until = last + relativedelta(microseconds=1)
    held.save(update_fields=["done_until"])
    return len(keys)
