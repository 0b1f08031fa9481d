"""Where the ticket's forms and questions lead: one attribute list for with and without htmx."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


def address_of(context: Mapping[str, Any], *way: Any) -> str:
    queue = context.get("address", "")
    steps = "/".join(map(str, way))
    return f"/tickets/{context['ticket'].number}/{steps}/" + (f"?{queue}" if queue else "")


@register.simple_tag(takes_context=True)
def asks(context: Mapping[str, Any], name: str) -> SafeString:
    """Attributes of a link to a question (views/asking.py): a page, or a dialog where htmx is there."""
    way = address_of(context, name)
    return format_html('href="{0}" hx-get="{0}" hx-target="#asked" hx-swap="innerHTML"', way)


@register.simple_tag(takes_context=True)
def changes(context: Mapping[str, Any], name: str, question: str) -> SafeString:
    """Attributes of a link that turns a field of the head into its choice there; without htmx the question's page."""
    page, part = address_of(context, question), address_of(context, "in-place", name)
    return format_html('href="{}" hx-get="{}" hx-target="#field-{}" hx-swap="innerHTML"', page, part, name)


@register.simple_tag(takes_context=True)
def acts(context: Mapping[str, Any], *way: Any) -> SafeString:
    """Attributes of a form that acts on the ticket and gets the ticket back; what is being typed elsewhere stays."""
    return format_html(
        'method="post" action="{0}" hx-post="{0}" hx-target="#ticket" hx-swap="outerMorph"', address_of(context, *way)
    )
