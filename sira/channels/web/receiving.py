"""What people send from a page: a request by its form, or an answer. Both take the one way in.

A page that is sent twice (a double click, a reload) is one entry: its hidden token and its content are the identity.
Going back and sending something else is another entry, so nothing typed is dropped silently.
"""

import hashlib
import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from sira.catalogue import asking
from sira.catalogue.models import RequestType
from sira.forms.models import FormVersion
from sira.forms.validation import Answers
from sira.intake.incoming import Incoming
from sira.intake.receiving import Receipt, receive
from sira.people.models import Person
from sira.plumbing.desk_files import desk_files
from sira.plumbing.limits import LARGEST
from sira.plumbing.refusals import Refused
from sira.tickets.messages import Attached, Said
from sira.tickets.models import Ticket

MOST_FILES = 20


class TooManyFiles(Refused):
    code = "too_many_files"
    status = 422
    message = _("That is more than 20 files. Put some of them into one archive.")


def new_token() -> str:
    """For the hidden field of a page that can be sent."""
    return secrets.token_urlsafe(12)


def ask(
    request_type: RequestType,
    form: FormVersion | None,
    answers: Answers,
    *,
    by: Person,
    files: Sequence[UploadedFile] = (),
    channel: str = Ticket.Channel.PORTAL,
    token: str,
    language: str,
    at: datetime,
) -> Receipt:
    """Take in a filled-in form.  files: those of no field of the form.  Raises TooManyFiles, TooLarge, CannotKeep."""
    wording = asking.word(request_type, form, answers.values, language=language)
    uploads = [*(file for of_field in answers.files.values() for file in of_field), *files]
    attached = keep(uploads)
    incoming = Incoming(
        channel=channel,
        source=f"person {by.pk}",
        key=identity(token, request_type.key, answers.values, attached),
        subject=wording.subject,
        said=Said(text=wording.text, files=attached),
        person=by,
        type=request_type.type,
        service=request_type.service,
        category=wording.category,
        impact=wording.impact,
        urgency=wording.urgency,
        fields=wording.fields,
    )
    return receive(incoming, at=at)


def answer(
    ticket: Ticket, text: str, *, by: Person, files: Sequence[UploadedFile] = (), token: str, at: datetime
) -> Receipt:
    """Take in what somebody writes in their ticket.  Raises as `ask`, and NotAllowed."""
    attached = keep(files)
    incoming = Incoming(
        channel=Ticket.Channel.PORTAL,
        source=f"person {by.pk}",
        key=identity(token, str(ticket.pk), text, attached),
        subject=ticket.subject,
        said=Said(text=text.replace("\r\n", "\n").strip(), files=attached),
        person=by,
        ticket=ticket,
    )
    return receive(incoming, at=at)


def identity(token: str, about: str, content: Any, files: Sequence[Attached]) -> str:
    """The same page sent again has the same one."""
    told = json.dumps([token, about, content, [file.digest.hex() for file in files]], sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()


def keep(uploads: Sequence[UploadedFile]) -> list[Attached]:
    """Put the files into the desk's store; they are on the disk before any row names them."""
    if len(uploads) > MOST_FILES:
        raise TooManyFiles
    return [kept(upload) for upload in uploads]


def kept(upload: UploadedFile) -> Attached:
    """In the store, piece by piece.  Raises TooLarge, CannotKeep."""
    content = desk_files().keep(upload.chunks(), limit=LARGEST)
    return Attached(
        name=plain_name(upload.name or ""),
        size=content.size,
        digest=content.digest,
        content_type=upload.content_type or "",
    )


def plain_name(name: str) -> str:
    """The last part of the name without what would break a header or a folder."""
    last = PurePosixPath(name.replace("\\", "/")).name
    plain = "".join(sign for sign in last if sign.isprintable()).strip(" .")
    return plain[-200:] or "file"
