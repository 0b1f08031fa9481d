"""Looking without touching: the database itself refuses to write."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def nothing_written() -> Iterator[None]:
    """Whatever is tried inside, PostgreSQL refuses every write; around it writing goes on as before."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield
