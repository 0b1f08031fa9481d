import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from asgiref.sync import sync_to_async
from django.urls import base as addresses
from django.utils import timezone, translation
from django.utils.translation import trans_real

from sira.plumbing import here
from sira.plumbing.here import Here


def test_each_thread_has_its_own_language_and_time_zone():
    def own() -> tuple[str, str]:
        return translation.get_language(), timezone.get_current_timezone_name()

    with translation.override("fa"), timezone.override("Asia/Tehran"), ThreadPoolExecutor(1) as other:
        assert own() == ("fa", "Asia/Tehran")
        assert other.submit(own).result() == ("en", timezone.get_default_timezone_name())


def test_each_task_of_a_loop_has_its_own_language_and_hands_it_to_its_threads():
    async def of(language: str) -> str:
        translation.activate(language)
        await asyncio.sleep(0)
        return await sync_to_async(translation.get_language)()

    async def both() -> list[str]:
        return await asyncio.gather(of("tr"), of("pl"))

    assert asyncio.run(both()) == ["tr", "pl"]


def test_django_keeps_here_what_it_looks_for_most():
    here.connect()  # a test that changes the languages of the settings sets Django's own back
    assert {type(one) for one in (trans_real._active, timezone._active, addresses._prefixes)} == {Here}


def test_what_was_never_set_or_was_deleted_is_missing():
    kept = Here()
    kept.value = 1
    del kept.value
    with pytest.raises(AttributeError):
        _ = kept.value
    with pytest.raises(AttributeError):
        del kept.value
