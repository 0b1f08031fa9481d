"""What web processes agree on while somebody signs in."""

from threading import Barrier, Thread

from django.core.cache import cache
from django.db import connection

from sira.people import shared_cache
from sira.people.models import SharedNote


def test_what_is_kept_is_found_until_it_runs_out(db, monkeypatch):
    cache.set("tries of ann", [1.5, 1.0], 60)
    assert cache.get("tries of ann") == [1.5, 1.0] and cache.get("tries of eve", []) == []
    assert not SharedNote.objects.filter(key__contains="ann").exists()
    later = shared_cache.time.time() + 61
    monkeypatch.setattr(shared_cache.time, "time", lambda: later)
    assert cache.get("tries of ann") is None
    assert shared_cache.forget() == 1 and not SharedNote.objects.exists()


def test_a_name_is_taken_once_and_free_again_when_it_was_given_back(db):
    assert cache.add("code", "y", 30) and not cache.add("code", "z", 30)
    assert cache.get("code") == "y"
    assert cache.delete("code") and not cache.delete("code") and cache.add("code", "z", 30)
    cache.set("over", "y", -1)
    assert cache.add("over", "z", 30)


def test_of_two_processes_that_see_the_same_code_one_takes_it(committing):
    """A connection each, as two web processes have."""
    together, got = Barrier(2), []

    def take():
        together.wait()
        got.append(cache.add("code of ann", "y", 30))
        connection.close()

    both = [Thread(target=take) for _each in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(got) == [False, True]
