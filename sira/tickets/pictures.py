"""Pictures inside the HTML of a mail (`cid:`), shown in its sandboxed frame.

They are written into the page as data. A frame without an origin of its own sends no cookie, so an address of ours
would not know the reader; and this way the frame needs to load nothing at all.
"""

import base64
import re
from html import unescape
from urllib.parse import unquote

from sira.plumbing.desk_files import desk_files
from sira.plumbing.files import Unreadable
from sira.plumbing.pictures import painted_anew
from sira.tickets.models import Message, MessageFile

LARGEST = 2 * 1024 * 1024
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
    if file.size > LARGEST:
        return ""
    try:
        content = desk_files().whole(bytes(file.digest))
    except Unreadable:
        return ""
    kind, painted = painted_anew(content)
    return f"data:{kind};base64,{base64.b64encode(painted).decode('ascii')}" if kind else ""
