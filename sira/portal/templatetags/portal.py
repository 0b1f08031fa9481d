"""`{% load portal %}`: what only the portal's pages write."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone

from sira.people.models import Person
from sira.portal.branding import Brand, brand_for
from sira.shell import formats, marks

register = template.Library()


@register.simple_tag
def stage_times(times: Mapping[str, datetime]) -> dict[str, str]:
    """Below each stage of the line: the time alone today, else the day."""
    language, zone, now = marks.language(), timezone.get_current_timezone(), timezone.now()
    return {stage: formats.moment(at, language, now=now, zone=zone) for stage, at in times.items()}


@register.simple_tag
def trans_comma() -> str:
    return formats.comma(marks.language())


@register.simple_tag
def spoken(language: str) -> str:
    """The name of a language in itself."""
    return str(dict(Person.Language.choices).get(language, language))


@register.simple_tag(takes_context=True)
def brand_here(context: Any) -> Brand:
    """How the page looks to whoever reads it; asked once a page, however often it is shown."""
    request = context.get("request")
    if request is None:
        return Brand(None)
    if "_brand" not in request.__dict__:
        access = context.get("access")  # by the link in a mail nobody is signed in
        person = request.user if request.user.is_authenticated else getattr(access, "person", None)
        request.__dict__["_brand"] = brand_for(person)
    return request.__dict__["_brand"]


@register.simple_tag
def brand_greeting(brand: Brand, language: str) -> str:
    return brand.greeting(language)


@register.simple_tag
def brand_notice(brand: Brand, language: str) -> str:
    return brand.notice(language)
