"""Who reads a page, as a person rather than as Django's somebody-or-nobody."""

from django.http import HttpRequest

from sira.people.models import Person


def signed_in(request: HttpRequest) -> Person:
    """For views that only who signed in can reach."""
    assert isinstance(request.user, Person)
    return request.user
