"""Why a task or an approval says no, in words that say what to do."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sira.plumbing.refusals import Refused


class NobodyToApprove(Refused):
    """The drawing names nobody who could decide; becomes an incident unless it is caught."""

    code = "nobody_to_approve"
    message = _("Nobody was found who could approve this. Name an approver, or a group to fall back on.")


class TooFewApprovers(Refused):
    code = "too_few_approvers"

    def __init__(self, found: int, needed: int) -> None:
        words = _("%(needed)s people have to be asked, but only %(found)s were found.")
        super().__init__(words % {"needed": needed, "found": found})


class TooFewLeft(Refused):
    """Some of those who were asked have gone, and the others can't bring about a yes any more."""

    code = "too_few_left"

    def __init__(self, who: str, left: int, needed: int) -> None:
        words = _(
            "%(who)s decides no more, and nobody was found in their place. %(needed)s have to agree, and only %(left)s "
            "still could. Put somebody into the group that is asked, or name somebody in the drawing; then try again."
        )
        super().__init__(words % {"who": who, "needed": needed, "left": left})


class BadRule(Refused):
    code = "bad_rule"

    def __init__(self, text: str) -> None:
        super().__init__(_("“%(text)s” is no rule for an approval.") % {"text": text})


class NotYours(Refused):
    code = "not_yours_to_decide"
    status = 403
    message = _("This is not yours to decide.")


class OwnRequest(Refused):
    code = "own_request"
    status = 403
    message = _("You asked for this yourself, so somebody else decides about it.")


class AlreadySaid(Refused):
    code = "already_decided"
    message = pgettext_lazy("approval", "This has been decided already. Your word was not needed any more.")


class SaidOnce(Refused):
    code = "decided_once"
    message = _(
        "You have already decided in this approval. One person decides once; the other word is somebody else's."
    )


class NeedsComment(Refused):
    code = "needs_comment"
    status = 422
    message = _("Say in a few words why. A comment is needed here.")


class CannotPassOn(Refused):
    code = "cannot_pass_on"
    status = 422
    message = _("This approval stays with those it was put to; it cannot be passed on.")


class NotAColleague(Refused):
    code = "not_a_colleague"
    status = 422
    message = _(
        "It can only be passed on to a colleague who has not been asked yet and did not ask for it. Name somebody else."
    )


class TaskNeeds(Refused):
    """What a task needs before it ends. details: needs, words of text, file, signature, checklist, form."""

    code = "task_needs"
    status = 422


class AlreadyClaimed(Refused):
    code = "already_claimed"
    message = _("Somebody else has this task. Ask them to hand it back.")


class NotClaimed(Refused):
    code = "not_claimed"
    message = _("Only who has the task can hand it back, and only to a group.")
