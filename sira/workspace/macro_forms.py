"""What a lead types to make a macro: each field is one act of the closed list."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sira.people.models import Person, SupportGroup
from sira.shell.names import named
from sira.tickets.models import Ticket
from sira.workspace import macros
from sira.workspace.forms import tags_of
from sira.workspace.models import Macro

NO_CHANGE = _("stays as it is")
AUTO = {"dir": "auto"}


class MacroForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs=AUTO))
    group = forms.ModelChoiceField(SupportGroup.objects.none(), label=pgettext_lazy("of a macro", "For"))
    kind = forms.ChoiceField(label=_("Writes"), choices=Macro.Kind)
    text = forms.CharField(label=_("Text"), required=False, widget=forms.Textarea(attrs=AUTO | {"rows": 6}))
    take = forms.BooleanField(label=_("Whoever uses it gets the ticket"), required=False)
    priority = forms.TypedChoiceField(
        label=_("Priority"), choices=[("", NO_CHANGE), *Ticket.Priority.choices], coerce=int, empty_value=None,
        required=False,
    )  # fmt: skip
    tags = forms.CharField(label=_("Adds tags"), required=False, widget=forms.TextInput(attrs=AUTO))
    to_group = forms.ModelChoiceField(
        SupportGroup.objects.order_by("name"), label=_("Goes to the group"), required=False, empty_label=NO_CHANGE
    )
    then = forms.ChoiceField(
        label=_("And then"),
        required=False,
        choices=[
            ("", NO_CHANGE),
            ("wait", _("waits for the requester")),
            ("hold", _("is on hold")),
            ("resolve", _("is resolved with the text")),
        ],
    )
    days = forms.IntegerField(label=_("Days on hold"), min_value=1, max_value=365, required=False)

    def __init__(self, *args: Any, reader: Person, macro: Macro, **more: Any) -> None:
        self.macro, self.reader = macro, reader
        super().__init__(*args, **more | {"initial": known(macro) if macro.pk else {}})
        group: Any = self.fields["group"]
        group.queryset = macros.led_by(reader)
        if macros.may_administer(reader):
            group.required, group.empty_label = False, _("everybody at the desk")
        for name in ("group", "to_group"):
            self.fields[name].label_from_instance = named  # type: ignore[attr-defined]
        listed = ", ".join(f"{{{name}}} {words}" for name, (words, _fill) in macros.PLACEHOLDERS.items())
        self.fields["text"].help_text = _("Placeholders: %(list)s.") % {"list": listed}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("then") == "hold" and not given.get("days"):
            self.add_error("days", _("Say how many days."))
        if not self.errors:
            try:
                macros.must_fit(given["kind"], given["text"], acts_of(given))
            except macros.BadMacro as amiss:
                self.add_error(amiss.field, str(amiss.message))
        return given

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {name: given[name] for name in ("name", "group", "kind", "text")} | {"acts": acts_of(given)}


def acts_of(given: dict[str, Any]) -> list[list[Any]]:
    """In the order of macros.ACTS."""
    wanted = {
        "take": True if given.get("take") else None,
        "priority": given.get("priority"),
        "tags": tags_of(given.get("tags", "")) or None,
        "group": given["to_group"].pk if given.get("to_group") else None,
        "wait": True if given.get("then") == "wait" else None,
        "hold": given.get("days") if given.get("then") == "hold" else None,
        "resolve": True if given.get("then") == "resolve" else None,
    }
    return [[act, wanted[act]] for act in macros.ACTS if wanted[act] is not None]


def known(macro: Macro) -> dict[str, Any]:
    acts = dict(macro.acts)
    then = next((act for act in ("wait", "hold", "resolve") if act in acts), "")
    said = {"name": macro.name, "group": macro.group_id, "kind": macro.kind, "text": macro.text}
    done = {"take": "take" in acts, "priority": acts.get("priority", ""), "tags": ", ".join(acts.get("tags", []))}
    return said | done | {"to_group": acts.get("group"), "then": then, "days": acts.get("hold")}
