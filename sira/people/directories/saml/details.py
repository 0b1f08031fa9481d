"""What only a directory has that speaks SAML, and how the desk is called there."""

from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse

from sira.people.directories.models import Directory


@dataclass(frozen=True)
class Details:
    """metadata: the XML by which the directory describes itself, or the address it is fetched from.

    subject: the attribute that says who somebody is; empty: the name of the subject.  mail, name, language: attributes
    that have them; empty: the usual ones.
    """

    metadata: str = ""
    subject: str = ""
    mail: str = ""
    name: str = ""
    language: str = ""

    def kept(self) -> dict[str, Any]:
        return asdict(self)


def details_of(directory: Directory) -> Details:
    return Details(**directory.details)


def called(directory: Directory) -> str:
    """The desk's own name towards this directory: where it describes itself."""
    return _address("metadata", directory)


def answers_at(directory: Directory) -> str:
    """Where the directory sends people back to with its answer."""
    return _address("answer", directory)


def _address(name: str, directory: Directory) -> str:
    return settings.SIRA_URL + reverse(f"directories:{name}", args=[directory.key], urlconf="sira.config.urls")
