"""Pages travel packed; files of the frame and of the rooms were packed before (`assets`, sira/config/collecting.py)."""

import gzip
import io
import re
import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

# Of 1 to 9.  Up to 3 zlib looks once for what it has seen: half the time of 4, a tenth more to send.
LEVEL = 3
FITS_IN_A_PACKET = 1400
PADDING = 100
GZIP = re.compile(r"(x-)?gzip(\s*;\s*q=(?!0(\.0*)?$)\S+)?")


class PackingMiddleware:
    """The first of all, so that nothing after it has to know.

    Left as they are: what is streamed or packed already, what is named by its octets (an ETag that a program sends back
    with If-Match), and what another site made the browser ask for: see `may_be_measured`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.streaming or "Content-Encoding" in response.headers or "ETag" in response.headers:
            return response
        content: bytes = response.content  # type: ignore[attr-defined]
        if len(content) <= FITS_IN_A_PACKET or not is_text(response.headers.get("Content-Type", "")):
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        if takes_gzip(request.headers.get("Accept-Encoding", "")) and not may_be_measured(request):
            response.content = packed(content)  # type: ignore[attr-defined]
            response.headers["Content-Encoding"] = "gzip"
            response.headers["Content-Length"] = str(len(response.content))  # type: ignore[attr-defined]
        return response


def takes_gzip(accepted: str) -> bool:
    """RFC 9110, 12.5.3: a weight of 0 says that it is not taken."""
    return any(GZIP.fullmatch(one.strip()) for one in accepted.lower().split(","))


def is_text(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip()
    return kind.startswith("text/") or kind.endswith(("json", "xml"))


def may_be_measured(request: HttpRequest) -> bool:
    """Whether somebody may guess at what stands on somebody's page by how small it packs (BREACH): on that of who is
    signed in, or of who came by the link of a mail. Which cookie says so is not asked.

    It takes a site that has the reader's browser ask for the page again and again with another guess in its address,
    and somebody who watches how much travels. Browsers say over TLS who asks; a link in a webmail is such a site too.
    """
    if not request.COOKIES:
        return False
    asks = request.headers.get("Sec-Fetch-Site", "unknown" if settings.SESSION_COOKIE_SECURE else "none")
    return asks not in ("same-origin", "none")


def packed(content: bytes) -> bytes:
    """As gzip, with a file's name of chance length: the size says less of what somebody else had put on the page."""
    made = io.BytesIO()
    name = "a" * secrets.randbelow(PADDING)
    with gzip.GzipFile(name, "wb", compresslevel=LEVEL, fileobj=made, mtime=0) as file:
        file.write(content)
    return made.getvalue()
