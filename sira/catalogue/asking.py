"""Answers to a request type's form become what a ticket says: its subject, its first message, its fields.

Some keys of a form mean something to every ticket and are kept there alone: `subject` and `description` are its words,
`impact` and `urgency` (high, medium, low) its levels, `category` the key of one. A field with the property "in_subject"
is named in a subject that nobody wrote.
"""

from dataclasses import dataclass
from typing import Any

from sira.catalogue.models import RequestType
from sira.forms import publishing, telling
from sira.forms.models import FormVersion
from sira.forms.schema import Schema, fields
from sira.shell import formats
from sira.tickets.models import Category, Ticket
from sira.tickets.requested import FORM

SUBJECT, DESCRIPTION, IMPACT, URGENCY, CATEGORY = "subject", "description", "impact", "urgency", "category"
OF_TICKET = (SUBJECT, DESCRIPTION, IMPACT, URGENCY, CATEGORY)
LEVELS = {"high": Ticket.Level.HIGH, "medium": Ticket.Level.MEDIUM, "low": Ticket.Level.LOW}
REQUEST = "_request"  # in Ticket.fields beside the answers: the request type's key

PLAIN: Schema = {
    "components": [
        {
            "type": "textfield",
            "id": "subject",
            "key": SUBJECT,
            "label": "What is it about?",
            "validate": {"required": True, "maxLength": 200},
            "properties": {
                "label:tr": "Konu nedir?",
                "label:fa": "موضوع چیست؟",
                "label:pl": "Czego to dotyczy?",
            },
        },
        {
            "type": "textarea",
            "id": "description",
            "key": DESCRIPTION,
            "label": "Tell us more",
            "properties": {
                "label:tr": "Biraz anlat",
                "label:fa": "بیشتر بنویسید",
                "label:pl": "Proszę opisać dokładniej",
            },
        },
    ]
}


@dataclass(frozen=True)
class Wording:
    """What the ticket will say. fields: for Ticket.fields.  category: the one chosen, else the request type's."""

    subject: str
    text: str
    fields: dict[str, Any]
    impact: int
    urgency: int
    category: Category | None


def form_of(request_type: RequestType) -> FormVersion | None:
    """The form people fill in now; None where subject and description are enough."""
    return publishing.published(request_type.form_key) if request_type.form_key else None


def schema_of(form: FormVersion | None) -> Schema:
    return form.schema if form else PLAIN


def word(request_type: RequestType, form: FormVersion | None, values: dict[str, Any], *, language: str) -> Wording:
    """values: answers as validation gives them.  language: of the person who asks; the ticket speaks it."""
    schema = schema_of(form)
    subject = str(values.get(SUBJECT) or _derived(request_type, schema, values, language))
    others = {key: value for key, value in values.items() if key not in OF_TICKET}
    lines = [telling.line(label, answer) for label, answer in telling.told(schema, others, language=language)]
    text = "\n\n".join(part for part in (str(values.get(DESCRIPTION, "")), "\n".join(lines)) if part)
    kept: dict[str, Any] = others | {REQUEST: request_type.key}
    if form:
        kept[FORM] = [form.key, form.version]
    return Wording(
        subject=subject[:200],
        text=text or subject,
        fields=kept,
        impact=LEVELS.get(str(values.get(IMPACT)), Ticket.Level.LOW),
        urgency=LEVELS.get(str(values.get(URGENCY)), Ticket.Level.MEDIUM),
        category=_category(values.get(CATEGORY)) or request_type.category,
    )


def _category(key: Any) -> Category | None:
    return Category.objects.filter(key=key).first() if isinstance(key, str) else None


def _derived(request_type: RequestType, schema: Schema, values: dict[str, Any], language: str) -> str:
    """The request's name, and in which respect."""
    named = [one.key for one in fields(schema) if (one.raw.get("properties") or {}).get("in_subject")]
    told = telling.told(schema, {key: values[key] for key in named if key in values}, language=language)
    respect = formats.listed((answer for _label, answer in told), language)
    name = request_type.name_in(language)
    return f"{name}: {respect}" if respect else name
