"""A file of a message goes out: after the check of rights, never as something a browser would run.

What a scanner has not found clean goes out by none of these ways: FileWaits, FileHeldBack.
"""

from urllib.parse import quote

from django.http import Http404, StreamingHttpResponse

from sira.people.models import Person
from sira.plumbing import scanning
from sira.plumbing.desk_files import desk_files
from sira.processes.tasks.models import TaskFile
from sira.tickets.models import Message, MessageFile


def give(file: MessageFile, *, to: Person) -> StreamingHttpResponse:
    """The content as a download.  Raises Http404 for who may not read the message, so that ids tell nothing."""
    return as_download(to_be_read_by(to, file))


def to_be_read_by(person: Person, file: MessageFile) -> MessageFile:
    """Raises Http404."""
    if not Message.objects.filter(pk=file.message_id).visible_to(person).exists():
        raise Http404
    return file


def as_download(file: MessageFile | TaskFile) -> StreamingHttpResponse:
    """For who was already found to be allowed. The declared type is not trusted, so none that runs is ever said."""
    scanning.must_be_clean(bytes(file.digest), size=file.size)
    response = StreamingHttpResponse(desk_files().read(bytes(file.digest)), content_type="application/octet-stream")
    response["Content-Length"] = str(file.size)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
