"""A page of several small forms about one row: each is sent by itself, and one that is refused keeps what was typed."""

from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest
from django.utils.timezone import now

from sira.plumbing.refusals import Refused
from sira.shell import meanwhile
from sira.studio.access import who


def carried_out(request: HttpRequest, form: Any) -> tuple[bool, Any]:
    """Whether it was done, and what the operation gave; what stands against it is said in the form."""
    if not form.is_valid():
        return False, None
    try:
        with transaction.atomic():  # a form may call several operations: refused by one, none of them has happened
            meanwhile.check(form, request.POST.get(meanwhile.SEEN, ""))
            return True, form.carry_out(by=who(request), at=now())
    except Refused as refused:
        form.add_error(None, str(refused.message))
        return False, None


def forms_of(acts: dict[str, type[forms.Form]], refused: dict[str, Any], **row: Any) -> dict[str, Any]:
    """Every form of the page, fresh, but for the one that was refused."""
    return {f"{name}_form": refused.get(name) or form(**row, auto_id=f"{name}_%s") for name, form in acts.items()}
