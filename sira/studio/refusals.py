"""What the studio refuses."""

from django.utils.translation import gettext_lazy as _

from sira.plumbing.refusals import Refused


class NotAdministrator(Refused):
    code = "not_administrator"
    status = 403
    message = _("The studio is for administrators. Ask one of them to change a process, a decision or a form.")


class NotADraft(Refused):
    code = "not_a_draft"
    message = _("This version can't be changed any more. Make a new draft of it.")


class ChangedMeanwhile(Refused):
    code = "changed_meanwhile"
    message = _("Somebody changed this draft after you opened it. Look at it anew before you publish.")


class KeyTaken(Refused):
    code = "key_taken"
    status = 422
    message = _("This key is used already. Choose another one, or go on with the drawing that has it.")


class BadKey(Refused):
    code = "bad_key"
    status = 422
    message = _("A key has Latin letters, digits, hyphens and underscores, a letter first, at most 80 of them.")


class AnotherKey(Refused):
    code = "another_key"
    status = 422
    message = _("The drawing holds no process with this key. Import it under Processes as one of its own.")


class NothingGiven(Refused):
    code = "nothing_given"
    status = 422
    message = _("No drawing came along. Choose a file.")


class NotText(Refused):
    code = "not_text"
    status = 422
    message = _("The file is no text that can be read. Export the drawing as BPMN, DMN or JSON, best in UTF-8.")
