"""What is asked before messages are split off and before a third party is asked."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sira.people import recognition
from sira.shell import formats
from sira.tickets import side_talks
from sira.tickets.models import Message, TicketType
from sira.tickets.models_aside import SideTalk
from sira.workspace.forms import QuestionForm, offer

AUTO = {"dir": "auto"}
NOBODY_NAMED = _("Name the address of whom you want to ask.")


class SplitForm(QuestionForm):
    messages = forms.TypedMultipleChoiceField(
        label=_("Which messages go over?"),
        help_text=_("A conversation with a third party goes over whole."),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    subject = forms.CharField(label=_("Subject of the new ticket"), max_length=300, widget=forms.TextInput(attrs=AUTO))
    type = forms.ModelChoiceField(label=_("Type"), queryset=TicketType.objects.none(), empty_label=None)

    def prepare(self) -> None:
        rows = Message.objects.filter(ticket=self.ticket).select_related("author").order_by("id")
        self.fields["messages"].choices = [(one.pk, line_of(one)) for one in rows]  # type: ignore[attr-defined]
        self.initial.update({"subject": self.ticket.subject[:300], "type": self.ticket.type_id})
        offer(self, type=TicketType)


def line_of(message: Message) -> SafeString:
    language, zone = get_language() or "en", timezone.get_current_timezone()
    at = formats.moment(message.sent_at, language, now=timezone.now(), zone=zone, time=True)
    words = " ".join(message.text.split())
    said = f"{words[:90]}…" if len(words) > 90 else words
    note = f" ({_('Internal note')})" if message.is_internal else ""
    return format_html("<bdi>{}</bdi> · {}{}<br><bdi>{}</bdi>", message.author, at, note, said)


class SideForm(QuestionForm):
    """talk: one that goes on; empty for a new one."""

    talk = forms.ModelChoiceField(SideTalk.objects.none(), label=_("Which conversation?"), required=False)
    mail = forms.EmailField(
        label=_("Mail address"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"dir": "ltr"}),
        error_messages={"required": NOBODY_NAMED},
    )
    name = forms.CharField(
        label=_("Name, if the person is new"), max_length=200, required=False, widget=forms.TextInput(attrs=AUTO)
    )
    subject = forms.CharField(label=_("Subject"), max_length=300, required=False, widget=forms.TextInput(attrs=AUTO))
    text = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"dir": "auto", "rows": 6}))

    def prepare(self) -> None:
        talks = side_talks.about(self.ticket).order_by("-pk")
        self.fields["talk"].queryset = talks  # type: ignore[attr-defined]
        self.fields["talk"].empty_label = _("A new one")  # type: ignore[attr-defined]
        self.fields["talk"].label_from_instance = lambda talk: f"{talk.person}: {talk.subject}"  # type: ignore[attr-defined]
        if not talks:
            del self.fields["talk"]
            self.fields["mail"].required = True

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not given.get("talk") and "mail" not in self.errors:
            given["mail"] = recognition.normalised_mail(given.get("mail", ""))
            if not given["mail"]:
                raise ValidationError({"mail": NOBODY_NAMED})
        return given
