"""What cannot be promised, in words."""

from django.utils.translation import gettext_lazy as _

from sira.plumbing.refusals import Refused


class EndsBeforeItStarts(Refused):
    code = "contract_ends_before_it_starts"
    message = _("The contract ends before it starts. Choose a later last day.")


class BadPlan(Refused):
    """detail: which mark."""

    code = "bad_warning_plan"
    message = _("A mark lies outside of what can be watched: 1 to 400 per cent, or 1 minute to 60 days.")
