"""Pictures that stand in what was said: in the HTML of a mail (`cid:`), and by the composer's sign in the desk's texts.

In the sandboxed frame of a mail they are written into the page as data. A frame without an origin of its own sends no
cookie, so an address of ours would not know the reader; and this way the frame needs to load nothing at all. In the
conversation each has an address. Either way a browser gets them painted anew.
"""

import base64
import re
from collections.abc import Iterable
from html import unescape
from urllib.parse import unquote

from django.http import Http404, HttpResponse

from sira.people.models import Person
from sira.plumbing import scanning
from sira.plumbing.desk_files import desk_files
from sira.plumbing.files import Unreadable
from sira.plumbing.pictures import painted_anew
from sira.shell.laying_out import pictures_named
from sira.tickets.downloads import to_be_read_by
from sira.tickets.messages import PICTURES
from sira.tickets.models import Message, MessageFile

LARGEST = 8_000_000  # bytes, in the conversation
SMALLEST = 10_000  # of a mail's: what is smaller is the logo below a name, again in every mail
LARGEST_IN_FRAME = 2 * 1024 * 1024
MOST_TOGETHER = 8 * 1024 * 1024
# As nh3 writes them: double quotes, each attribute once.
SOURCE = re.compile(r'(?<=\ssrc=")cid:(?P<id>[^"]{1,400})(?=")', re.IGNORECASE)


def with_pictures(message: Message) -> str:
    """The message's HTML with its own pictures in it. What is no picture of this message keeps its `cid:`, unloaded."""
    if "cid:" not in message.html.lower():
        return message.html
    files = {file.content_id: file for file in message.files.exclude(content_id="")}
    shown: dict[str, str] = {}
    together = 0

    def source(found: re.Match[str]) -> str:
        nonlocal together
        name = unquote(unescape(found["id"]))
        if name not in shown and name in files and together + files[name].size <= MOST_TOGETHER:
            shown[name] = as_data(files[name])
            together += files[name].size if shown[name] else 0
        return shown.get(name) or found[0]

    return SOURCE.sub(source, message.html)


def as_data(file: MessageFile) -> str:
    """The picture as an address that holds it; empty for what is none, or too large."""
    kind, painted = painted_of(file) if file.size <= LARGEST_IN_FRAME else ("", b"")
    return f"data:{kind};base64,{base64.b64encode(painted).decode('ascii')}" if kind else ""


def painted_of(file: MessageFile) -> tuple[str, bytes]:
    """Its type and bytes; empty for what is no picture, cannot be read, or was not found clean."""
    if not scanning.is_clean(bytes(file.digest), size=file.size):
        return "", b""
    try:
        content = desk_files().whole(bytes(file.digest))
    except Unreadable:
        return "", b""
    return painted_anew(content)


def parted(message: Message, files: Iterable[MessageFile]) -> tuple[list[MessageFile], list[MessageFile]]:
    """The pictures that stand in it, and the files beside it. In the desk's texts those stand that a sign names."""
    named = pictures_named(message.text) if message.from_desk else set()
    shown: list[MessageFile] = []
    beside: list[MessageFile] = []
    for file in files:
        stands = file.content_id and file.content_type in PICTURES and file.size <= LARGEST
        is_seen = file.name in named if message.from_desk else file.size >= SMALLEST
        (shown if stands and is_seen else beside).append(file)
    return shown, beside


def give(file: MessageFile, *, to: Person) -> HttpResponse:
    """The picture for the conversation.  Raises Http404 for who may not read the message."""
    return as_picture(to_be_read_by(to, file))


def as_picture(file: MessageFile) -> HttpResponse:
    """For who was already found to be allowed.  Raises Http404 for what stands in no text or is no picture."""
    kind, painted = painted_of(file) if file.content_id and file.size <= LARGEST else ("", b"")
    if not kind:
        raise Http404
    response = HttpResponse(painted, content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, max-age=600"
    return response
