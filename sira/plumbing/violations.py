"""Which promise of the database an error speaks of, so that a race is told from a fault."""

from django.db import Error


def violated(error: Error) -> str:
    """The name of the constraint that refused the row; empty if the error is of another kind."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return (diagnosis.constraint_name or "") if diagnosis else ""
