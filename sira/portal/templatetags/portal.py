"""`{% load portal %}`: what only the portal's pages write."""

from collections.abc import Mapping
from datetime import datetime

from django import template
from django.utils import timezone

from sira.shell import formats, marks

register = template.Library()


@register.simple_tag
def stage_times(times: Mapping[str, datetime]) -> dict[str, str]:
    """Below each stage of the line: the time alone today, else the day."""
    language, zone, now = marks.language(), timezone.get_current_timezone(), timezone.now()
    return {stage: formats.moment(at, language, now=now, zone=zone) for stage, at in times.items()}


@register.simple_tag
def trans_comma() -> str:
    return "، " if marks.language() == "fa" else ", "
