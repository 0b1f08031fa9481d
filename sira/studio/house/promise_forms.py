"""What an administrator types about contracts and the marks of promises."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from sira.people.models import Person
from sira.processes.models import ProcessVersion
from sira.promises import contracts, planned, plans
from sira.promises.models import Contract, WarningPlan
from sira.promises.planned import Planned
from sira.shell.names import named
from sira.studio.house.forms import LTR
from sira.studio.house.naming import AUTO

LINES = 8
WHENS = [
    ("", ""),
    (planned.PERCENT, _("per cent of the time")),
    (planned.BEFORE, _("working minutes before the end")),
    (planned.AFTER, _("working minutes after the end")),
]
ACTIONS = [
    ("agent", _("tell the agent")),
    ("group", _("tell the group")),
    ("lead", _("tell the leads of the group")),
    ("on_call", _("call who is on call, then the next of the chain")),
    ("manager", _("tell the manager")),
    ("raise_priority", _("raise the priority")),
    ("reassign", _("give it to somebody else")),
]


def processes() -> list[tuple[str, str]]:
    rows = ProcessVersion.objects.filter(status="published").only("key", "name", "names").order_by("name")
    return [("", gettext("start no process")), *((row.key, named(row)) for row in rows)]


class PlanForm(forms.Form):
    """A plan with room for a few marks more than it has; an empty line is no mark."""

    key = forms.SlugField(
        label=_("Key"),
        max_length=40,
        help_text=_("The table of promises names it, under “warnings”."),
        widget=forms.TextInput(attrs=LTR),
    )
    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs=AUTO))

    def __init__(self, *args: Any, plan: WarningPlan | None, **more: Any) -> None:
        known: dict[str, Any] = {"key": plan.key, "name": plan.name} if plan else {}
        marks = planned.read(plan.marks) if plan else planned.STANDARD
        for place, mark in enumerate(marks):
            known |= {f"when_{place}": mark.when, f"amount_{place}": mark.amount, f"actions_{place}": mark.actions}
            known[f"process_{place}"] = next(
                (one.removeprefix(planned.PROCESS) for one in mark.actions if one.startswith(planned.PROCESS)), ""
            )
        super().__init__(*args, **more | {"initial": known})
        self.lines = range(max(LINES, len(marks) + 2))
        if plan:
            self.fields["key"].disabled = True
        for place in self.lines:
            self.fields[f"when_{place}"] = forms.ChoiceField(label=_("When"), choices=WHENS, required=False)
            self.fields[f"amount_{place}"] = forms.FloatField(
                label=_("How much"), required=False, min_value=1, widget=forms.NumberInput(attrs={"step": "any", **LTR})
            )
            self.fields[f"actions_{place}"] = forms.MultipleChoiceField(
                label=_("What is done"), choices=ACTIONS, required=False, widget=forms.CheckboxSelectMultiple
            )
            self.fields[f"process_{place}"] = forms.ChoiceField(label=_("Process"), choices=processes, required=False)

    def rows(self) -> list[list[Any]]:
        return [[self[f"{name}_{place}"] for name in ("when", "amount", "actions", "process")] for place in self.lines]

    def heads(self) -> list[Any]:
        return [self[name] for name in ("key", "name")]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        given["marks"] = []
        for place in self.lines:
            when, amount = given.get(f"when_{place}"), given.get(f"amount_{place}")
            actions = [*given.get(f"actions_{place}", [])]
            if given.get(f"process_{place}"):
                actions.append(planned.PROCESS + given[f"process_{place}"])
            if not when and not amount:
                continue
            if not when or not amount or not actions:
                self.add_error(f"amount_{place}", _("Say when, how much and what is done, or leave the line empty."))
            else:
                given["marks"].append(Planned(when, amount, tuple(actions)))
        return given

    def carry_out(self, *, by: Person, at: datetime) -> WarningPlan:
        given = self.cleaned_data
        return plans.keep(given["key"], name=given["name"], marks=given["marks"], by=by, at=at)


class ContractForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs=AUTO))
    level = forms.CharField(
        label=_("Service level"),
        max_length=40,
        help_text=_("As the table of promises names it, such as gold."),
        widget=forms.TextInput(attrs=LTR),
    )
    first_day = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date", **LTR}))
    last_day = forms.DateField(
        label=pgettext_lazy("last day", "Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", **LTR}),
        help_text=_("The last day that it covers. Without one it goes on."),
    )

    def __init__(self, *args: Any, contract: Contract, **more: Any) -> None:
        self.contract = contract
        known: dict[str, Any] = {"name": contract.name, "level": contract.level}
        if contract.starts_at:
            known["first_day"] = day_of(contract.starts_at)
            known["last_day"] = day_of(contract.ends_at) - timedelta(days=1) if contract.ends_at else None
        super().__init__(*args, **more | {"initial": known})

    def carry_out(self, *, by: Person, at: datetime) -> Contract:
        given = self.cleaned_data
        last = given["last_day"]
        return contracts.agree(
            self.contract,
            name=given["name"],
            level=given["level"].strip(),
            starts_at=midnight(given["first_day"]),
            ends_at=midnight(last + timedelta(days=1)) if last else None,
            at=at,
        )


def midnight(day: date) -> datetime:
    """Where the desk is."""
    return timezone.make_aware(datetime.combine(day, time()), ZoneInfo(settings.TIME_ZONE))


def day_of(at: datetime) -> date:
    return at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
