"""The keys that sign for the desk: the first signs, all of them check, so that a key can be changed in use."""

from django.conf import settings


def desk_secrets() -> list[str]:
    return [settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS)]
