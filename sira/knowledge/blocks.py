"""What the block Publish does: the ticket's words become an article."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from sira.knowledge import writing
from sira.knowledge.models import Article
from sira.knowledge.writing import TextMissing, Wording
from sira.people.automation import automation
from sira.people.models import Person
from sira.processes.blocks import Step
from sira.processes.tasks.particulars import filled
from sira.tickets import requested
from sira.tickets.models import HistoryEntry, Ticket
from sira.tickets.worksheet import Worksheet

TEXT, KEYWORDS = "new_text", "keywords"  # in Ticket.fields: the text as it was improved, what people search for


def publish(sheet: Worksheet, step: Step) -> Mapping[str, Any]:
    """Subject and text of the ticket become the published article; published again, the same one has a new version.

    Header "audience": public, or internal (the default), which lets nobody but the desk read it until readers are
    chosen on its page.  Answers `article`, its number.  Raises TextMissing.
    """
    ticket, by = sheet.ticket, automation()
    wording = Wording(ticket.subject, text_of(ticket), str(ticket.fields.get(KEYWORDS, "")))
    language = ticket.language if ticket.language in dict(settings.LANGUAGES) else "en"
    article = Article.objects.filter(ticket=ticket).first()
    if article is None:
        article = writing.begin(wording, language=language, by=by, at=sheet.at, ticket=ticket, owner=owner_of(sheet))
    else:
        writing.write(article, wording, language=language, by=by, at=sheet.at)
    writing.publish(article, language=language, by=by, at=sheet.at)
    audience = filled(step.element.headers.get("audience", ""), step.variables)
    if audience == Article.Audience.PUBLIC:
        writing.arrange(article, audience=audience, owner=article.owner, review_on=article.review_on, by=by)
    sheet.record(HistoryEntry.Kind.CHANGED, article=[None, article.number])
    return {"article": article.number}


def text_of(ticket: Ticket) -> str:
    """As it was improved, else as it was proposed, without the form's other answers.  Raises TextMissing."""
    if improved := str(ticket.fields.get(TEXT, "")).strip():
        return improved
    text = requested.said_first(ticket, requested.form_of(ticket))
    if not text.strip():
        raise TextMissing
    return text


def owner_of(sheet: Worksheet) -> Person:
    """Who works at the desk and knows of it: the agent, else the author, else a lead of the group."""
    ticket = sheet.ticket
    for one in (ticket.agent, ticket.requester):
        if one is not None and one.is_agent:
            return one
    group = ticket.group
    leads = Person.objects.agents().filter(memberships__group=group, memberships__leads=True) if group else None
    return (leads.order_by("pk").first() if leads is not None else None) or automation()
