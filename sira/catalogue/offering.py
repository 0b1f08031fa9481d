"""What is offered, and to whom."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from sira.catalogue.models import RequestType
from sira.forms import publishing
from sira.people import rights
from sira.people.models import Organisation, Person
from sira.people.persons import NameMissing
from sira.people.rights import Right
from sira.plumbing.refusals import Refused
from sira.tickets.models import TicketType


class NoForm(Refused):
    code = "form_not_published"
    status = 422
    message = _("The form of this request is not published yet. Publish it first.")


@transaction.atomic
def offer(
    key: str,
    *,
    name: str,
    type: TicketType,
    by: Person,
    form_key: str = "",
    organisations: Sequence[Organisation] = (),
    **more: Any,
) -> RequestType:
    """Offer it, or change what is offered under this key.

    organisations: who sees it, for the audience that asks for them.  more: other columns of RequestType.
    Raises NotAllowed, NameMissing, NoForm.
    """
    rights.must(by, Right.DRAW)
    if not name.strip():
        raise NameMissing
    if form_key and publishing.published(form_key) is None:
        raise NoForm(form=form_key)
    values = {"name": name.strip(), "type": type, "form_key": form_key, "is_offered": True} | more
    request_type, _made = RequestType.objects.update_or_create(key=key, defaults=values)
    request_type.organisations.set(organisations)
    return request_type


@transaction.atomic
def withdraw(request_type: RequestType, *, by: Person) -> None:
    """Offer it no more; tickets that came of it stay as they are.  Raises NotAllowed."""
    rights.must(by, Right.DRAW)
    RequestType.objects.filter(pk=request_type.pk).update(is_offered=False)
