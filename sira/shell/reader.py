"""Who reads the page: language, direction, theme and zone; from the person, else from cookies and the browser."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language_from_request

THEMES = ("system", "light", "dark")
THEME_COOKIE = "sira_theme"
RIGHT_TO_LEFT = ("fa",)


@dataclass(frozen=True)
class Reader:
    language: str
    theme: str
    zone: str

    @property
    def direction(self) -> str:
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"


def reader_of(request: HttpRequest) -> Reader:
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        theme = _theme(request.COOKIES.get(THEME_COOKIE, ""))
        return Reader(get_language_from_request(request), theme, settings.TIME_ZONE)
    return Reader(
        _language(getattr(person, "language", "")) or get_language_from_request(request),
        _theme(getattr(person, "theme", "")),
        zone_named(getattr(person, "time_zone", "")).key,
    )


def _language(code: str) -> str:
    return code if code in dict(settings.LANGUAGES) else ""


def _theme(name: str) -> str:
    return name if name in THEMES else "system"


def zone_named(name: str) -> ZoneInfo:
    """The desk's, where none such is known: a name gone from its tables must close no page and stop no mail."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return ZoneInfo(settings.TIME_ZONE)
