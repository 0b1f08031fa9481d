"""Which named rule of the database was broken."""

from django.db import DatabaseError


def violated(error: DatabaseError) -> str:
    """The name of the constraint or gate that refused, empty if the error has none."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or ""
