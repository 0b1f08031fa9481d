"""Files: uploaded first, then named by a message; given out only to who may read that message, only as downloads."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import File, Router
from ninja.files import UploadedFile

from sira.api import shapes
from sira.api.auth import caller
from sira.api.paging import Key
from sira.api.problems import Problem
from sira.api.refusing import answers
from sira.channels.web.receiving import kept
from sira.plumbing.desk_secrets import desk_secrets
from sira.plumbing.mail import keys
from sira.tickets import downloads
from sira.tickets.messages import Attached
from sira.tickets.models import MessageFile

router = Router(tags=["attachments"])
UPLOAD = "upload"
LASTS = timedelta(hours=12)  # the store sweeps what nothing names after a day


@router.post("", summary="Upload a file", response=answers(shapes.Uploaded, status=201))
def upload(request: HttpRequest, file: File[UploadedFile]) -> JsonResponse:
    """Answers the `upload` that a ticket or message names in its attachments within twelve hours."""
    found = kept(file)
    facts: dict[str, Any] = {
        "digest": found.digest.hex(),
        "size": found.size,
        "name": found.name,
        "type": found.content_type[:120],
        "by": caller(request).pk,
    }
    token = keys.link_token(UPLOAD, facts, until=timezone.now() + LASTS, secrets=desk_secrets())
    return JsonResponse({"upload": token, "size": found.size}, status=201)


@router.get("/{key}", summary="Download a file")
def download(request: HttpRequest, key: Key) -> HttpResponseBase:
    file = get_object_or_404(MessageFile.objects.select_related("message"), pk=key)
    return downloads.give(file, to=caller(request))


def attached(request: HttpRequest, uploads: list[str]) -> list[Attached]:
    """The files that uploads name.  Raises Problem for one that is not the caller's own, or too old."""
    return [_attached(request, token) for token in uploads]


def _attached(request: HttpRequest, token: str) -> Attached:
    try:
        facts = keys.read_link_token(UPLOAD, token, at=timezone.now(), secrets=desk_secrets())
    except keys.LinkRefused:
        facts = {}
    if facts.get("by") != caller(request).pk:
        raise Problem(422, "no_upload", "An attachment is not an upload of yours of the last twelve hours.")
    return Attached(
        name=str(facts["name"]),
        size=int(facts["size"]),
        digest=bytes.fromhex(str(facts["digest"])),
        content_type=str(facts["type"]),
    )
