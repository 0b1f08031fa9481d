"""What people are told of: each kind of notice, why it comes, and in which ways it comes as long as nobody chose."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sira.people.models import Person

PAGE, MAIL, DIGEST, PUSH = WAYS = ("page", "mail", "digest", "push")
USUAL = (PAGE, MAIL, PUSH)


@dataclass(frozen=True)
class Kind:
    """words: as the person's own settings name it.  asks: it concerns requesters.  works: it concerns agents.

    by_mail: the mail is the conversation itself, so it always goes.  urgent: may come through the quiet hours.
    """

    key: str
    words: str | Promise
    asks: bool = False
    works: bool = True
    by_mail: bool = False
    urgent: bool = False


@dataclass(frozen=True)
class Notice:
    """One text of templates/notifications/mails that is a notice.  title: a few words.  reason: why it comes."""

    kind: str
    title: str | Promise
    reason: str | Promise


KINDS = {
    kind.key: kind
    for kind in (
        Kind("answer", _("The desk answers me"), asks=True, works=False, by_mail=True),
        Kind("step", _("My request moves on, is solved or closed"), asks=True, works=False),
        Kind("assigned", _("A ticket becomes mine, or is given to somebody else")),
        Kind("heard", _("An answer arrives in a ticket of mine")),
        Kind("mentioned", _("A colleague names me in a note")),
        Kind("at_risk", _("A promise is at risk"), urgent=True),
        Kind("broken", _("A promise is broken"), urgent=True),
        Kind("approval", _("My approval is asked"), asks=True),
        Kind("task", _("A task is put to me, or is due"), asks=True),
        Kind("swap", _("A swap of shifts is asked of me, or mine is answered")),
        Kind("stand_in", _("I stand in for a colleague who is away, or do no more")),
        Kind("unsent", _("An answer of mine did not arrive")),
        Kind("told", _("A process tells me something"), asks=True),
    )
}

_ASSIGNED = _("because the ticket is assigned to you")
_OWN = _("because it is your request")
_PROMISE = _("because you are to be told of this promise")
_APPROVAL = _("because your approval is asked")
_STANDS_IN = _("because you are named as the stand-in")
NOTICES = {
    "answer": Notice("answer", _("An answer to your request"), _OWN),
    "stage": Notice("step", _("Your request moves on"), _OWN),
    "resolved": Notice("step", _("Your request is solved"), _OWN),
    "closed": Notice("step", _("Your request is closed"), _OWN),
    "assigned": Notice("assigned", _("A ticket is yours"), _ASSIGNED),
    "taken_back": Notice("assigned", _("A ticket was taken back"), _("because the ticket was assigned to you")),
    "heard": Notice("heard", _("An answer arrived"), _ASSIGNED),
    "side_heard": Notice("heard", _("A third party answered"), _ASSIGNED),
    "mentioned": Notice("mentioned", _("You are named in a note"), _("because a colleague named you")),
    "warned": Notice("at_risk", pgettext_lazy("notice", "Promise at risk"), _PROMISE),
    "breached": Notice("broken", pgettext_lazy("notice", "Promise broken"), _PROMISE),
    "marks": Notice("broken", _("Several promises at risk or broken"), _PROMISE),
    "approve": Notice("approval", _("Your approval is asked"), _APPROVAL),
    "approve_sign_in": Notice("approval", _("Decide after signing in"), _APPROVAL),
    "approval_over": Notice(
        "approval", _("Your approval is not needed any more"), _("because your approval was asked")
    ),
    "task": Notice("task", _("A task for you"), _("because the task is put to you")),
    "task_due": Notice("task", _("A task of yours is due"), _("because the task is put to you")),
    "form": Notice("task", _("Something is needed from you"), _("because you are asked for it")),
    "swap_asked": Notice("swap", _("A swap of shifts is asked of you"), _("because one of the shifts is yours")),
    "swap_answered": Notice("swap", _("Your swap of shifts is answered"), _("because you asked for the swap")),
    "stands_in": Notice("stand_in", _("You stand in for a colleague"), _STANDS_IN),
    "stands_in_no_more": Notice("stand_in", _("You stand in no more"), _STANDS_IN),
    "undelivered": Notice("unsent", _("A mail did not arrive"), _ASSIGNED),
    "not_sent": Notice("unsent", _("Your answer did not go out"), _("because you wrote the answer")),
    "told": Notice("told", _("News of a process"), _("because the process names you")),
}


def kind_of(mail_kind: str) -> Kind | None:
    """None: a mail that is no notice, such as a letter or a link to sign in."""
    notice = NOTICES.get(mail_kind)
    return KINDS[notice.kind] if notice else None


def kinds_for(person: Person) -> list[Kind]:
    """Those that can come to this person. Who works here asks too, but is told as a colleague."""
    return [kind for kind in KINDS.values() if (kind.works if person.is_agent else kind.asks)]


def kinds_of_members() -> list[Kind]:
    """What the members of a support group are told of."""
    return [kind for kind in KINDS.values() if kind.works]
