"""What the portal's templates show of the catalogue, in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language

from sira.catalogue.models import RequestType


@dataclass(frozen=True)
class Offered:
    key: str
    name: str
    description: str
    icon: str


def offered(request_types: Iterable[RequestType]) -> list[Offered]:
    return [in_words(request_type) for request_type in request_types]


def in_words(request_type: RequestType) -> Offered:
    language = get_language() or "en"
    return Offered(
        request_type.key, request_type.name_in(language), request_type.description_in(language), request_type.icon
    )
