"""transaction.atomic(savepoint=False), for what nearly always runs within a transaction: a third of its cost there."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction

from sira.plumbing import prepared

Params = ParamSpec("Params")
Result = TypeVar("Result")


def joining(work: Callable[Params, Result]) -> Callable[Params, Result]:
    """All of it or nothing: in the caller's transaction, which nothing can save once this has failed, or in its own."""

    @wraps(work)
    def joined(*arguments: Params.args, **named: Params.kwargs) -> Result:
        database = prepared.database()
        if not database.in_atomic_block:
            with transaction.atomic():
                return work(*arguments, **named)
        try:
            return work(*arguments, **named)
        except BaseException:
            database.needs_rollback = True
            raise

    return joined
