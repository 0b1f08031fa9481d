"""`{% load knowledge %}`: what pages tell of articles."""

from collections.abc import Mapping

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sira.knowledge import finding
from sira.knowledge.finding import Found
from sira.knowledge.marking import Help
from sira.knowledge.models import Article, ArticleVersion
from sira.shell import formats, marks

register = template.Library()


@register.simple_tag
def current_text(article: Article) -> ArticleVersion | None:
    """Of an article's `current` versions the one to name it by: published before drafts, in the reader's language."""
    current: list[ArticleVersion] = article.current  # type: ignore[attr-defined]
    published = [one for one in current if one.status == ArticleVersion.Status.PUBLISHED]
    return finding.in_language(published or current, marks.language())


@register.simple_tag
def help_of(helps: Mapping[int, Help], article: int) -> str:
    """7 of 10; empty where nobody has said."""
    found = helps.get(article)
    return _of(found) if found else ""


@register.simple_tag
def told_help(found: Found) -> str:
    """Steps and help in one line: 3 steps, helped 7 of 10 people."""
    language = marks.language()
    steps = formats.digits(found.steps, language)
    told = [ngettext("%(n)s step", "%(n)s steps", found.steps) % {"n": steps}] if found.steps else []
    if found.help.asked:
        helped, asked = formats.digits(found.help.helped, language), formats.digits(found.help.asked, language)
        told.append(_("helped %(helped)s of %(asked)s people") % {"helped": helped, "asked": asked})
    return ("، " if language == "fa" else ", ").join(told)


def _of(found: Help) -> str:
    language = marks.language()
    helped, asked = formats.digits(found.helped, language), formats.digits(found.asked, language)
    return _("%(helped)s of %(asked)s") % {"helped": helped, "asked": asked}
