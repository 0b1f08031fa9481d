"""The desk's own file store, in its data folder."""

from functools import cache

from django.conf import settings

from sira.plumbing.files import Files


@cache
def desk_files() -> Files:
    return Files(settings.SIRA_FILES)
