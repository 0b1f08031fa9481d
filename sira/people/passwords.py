"""Passwords that somebody who knows the house would try first."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sira.people.models import Organisation, Person, SupportGroup

SHORTEST = 4  # shorter words stand in too many good passwords


class WordsOfTheHouse:
    """Refuses a password of which little is left without names of the desk, its groups and its organisations."""

    def __init__(self, left: int = 8) -> None:
        self.left = left

    def validate(self, password: str, user: Person | None = None) -> None:
        plain = password.casefold()
        for word in sorted(words(), key=len, reverse=True):
            plain = plain.replace(word, "")
        if len(plain) < min(self.left, len(password)):
            raise ValidationError(self.get_help_text(), code="word_of_the_house")

    def get_help_text(self) -> str:
        return _("Names of your organisation or of the desk make a password easy to guess. Choose other words.")


def words() -> Iterator[str]:
    """In small letters, whole and by their parts."""
    names = [*Organisation.objects.values_list("name", flat=True), *SupportGroup.objects.values_list("name", flat=True)]
    host = (urlsplit(settings.SIRA_URL).hostname or "").split(".")
    for name in ["sira", *host, *names]:
        for word in {name.casefold(), *name.casefold().split()}:
            if len(word) >= SHORTEST:
                yield word
