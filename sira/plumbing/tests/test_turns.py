"""One at a time, by a name."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction

from sira.plumbing import turns


def is_free(name: str) -> bool:
    """To another transaction."""

    def ask() -> bool:
        with transaction.atomic():
            found = turns.take_if_free(name)
        connection.close()
        return found

    with ThreadPoolExecutor(1) as other:
        return other.submit(ask).result()


def test_a_turn_is_held_until_the_transaction_ends(committing):
    for take in (turns.take, turns.take_if_free):
        with transaction.atomic():
            take("adding up")
            assert not is_free("adding up")
            assert is_free("something else")
        assert is_free("adding up")
