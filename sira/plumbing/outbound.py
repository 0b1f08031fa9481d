"""The desk's own calls to other servers by HTTP: bounded in time and size, following nobody elsewhere.

The name is resolved once and those addresses are tried in turn, so they cannot change between looking and calling. Any
that leads to the cloud a machine runs in (link-local) are refused. Without TLS only this very machine is called.
Redirects are answers like any other and lead nowhere. Addresses come from administrators, so those of the house's own
network are allowed; where they come from anybody else, the caller says what may be reached. SIRA_CALLS_TO names the
only servers that may be called at all, if whoever runs the desk wants it so.
"""

import ipaddress
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings

PATIENCE = 20.0  # seconds for all of a call
LARGEST = 256 * 1024
USUAL_PORT = {"https": 443, "http": 80}

IP = ipaddress.IPv4Address | ipaddress.IPv6Address


class Unreachable(Exception):
    """Why there is no answer. Never has anything in it of what was to be sent."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes

    def fields(self) -> dict[str, Any]:
        """The JSON object that the answer is; empty if it is none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


def post_form(url: str, fields: dict[str, str], *, patience: float = PATIENCE) -> Answer:
    """Raises Unreachable."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    return call("POST", url, headers=headers, body=urlencode(fields).encode(), patience=patience)


def get(url: str, *, patience: float = PATIENCE, largest: int = LARGEST) -> Answer:
    """Raises Unreachable."""
    return call("GET", url, headers={"Accept": "*/*"}, patience=patience, largest=largest)


def call(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    patience: float = PATIENCE,
    largest: int = LARGEST,
    may_reach: "Callable[[IP], bool]" = lambda address: True,
) -> Answer:
    """patience: seconds for all of it, from looking the name up to the last byte.  may_reach: asked of each address
    that the name stands for, beside the rules for all calls.  Raises Unreachable."""
    until = time.monotonic() + patience
    secure, host, port, path = _parts(url)
    addresses = resolved(host, port, encrypted=secure, until=until)
    if not all(may_reach(ipaddress.ip_address(address.partition("%")[0])) for address in addresses):
        raise Unreachable(f"{host} may not be called")
    refused: Unreachable | None = None
    for tried, address in enumerate(addresses):
        share = (until - time.monotonic()) / (len(addresses) - tried)  # one that never answers leaves time for the next
        connection = (_Secure if secure else _Plain)(host, port, timeout=max(0.01, share))
        connection.resolved = address
        try:
            connection.connect()
        except OSError as error:
            connection.close()
            refused = Unreachable(f"{host}: {type(error).__name__}")
            continue
        given = {**(headers or {}), "Connection": "close"}
        return _asked(connection, method, path, body, given, until=until, largest=largest)
    raise refused or Unreachable(f"{host} was not found")


def _parts(url: str) -> tuple[bool, str, int, str]:
    """Whether by TLS, host, port, and what is asked for there.  Raises Unreachable."""
    try:
        parts = urlsplit(url)
        port = parts.port or USUAL_PORT.get(parts.scheme, 0)
    except ValueError:
        raise Unreachable("This is no address of a server") from None
    if not parts.hostname or parts.scheme not in USUAL_PORT or not port or parts.username:
        raise Unreachable(f"{parts.scheme}://{parts.hostname or ''} is no address of a server")
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    return parts.scheme == "https", parts.hostname, port, path


def _asked(
    connection: "_Plain | _Secure",
    method: str,
    path: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    until: float,
    largest: int,
) -> Answer:
    """A socket's timeout begins anew with every piece, so the line is cut when the time is over."""
    left = max(0.01, until - time.monotonic())
    connection.sock.settimeout(left)
    cut = threading.Timer(left, connection.cut)
    cut.start()
    try:
        connection.request(method, path, body or None, dict(headers))
        response = connection.getresponse()
        found = response.read(largest + 1)
    except (OSError, HTTPException, ValueError) as error:
        late = "it took too long" if time.monotonic() >= until else type(error).__name__
        raise Unreachable(f"{connection.host}: {late}") from None
    finally:
        cut.cancel()
        connection.close()
    if time.monotonic() >= until:  # what was read before the line was cut may look whole
        raise Unreachable(f"{connection.host}: it took too long")
    if len(found) > largest:
        raise Unreachable(f"{connection.host} answers with too much")
    return Answer(response.status, found)


def resolved(host: str, port: int, *, encrypted: bool, until: float) -> list[str]:
    """The addresses to connect to, in the order to try them.  Raises Unreachable."""
    if settings.CALLS_TO and not any(fnmatchcase(host.lower(), named) for named in settings.CALLS_TO):
        raise Unreachable(f"{host} is not among the servers of SIRA_CALLS_TO")
    places: list[str] = []
    for place in _looked_up(host, port, until):
        address = ipaddress.ip_address(place.partition("%")[0])
        if address.is_link_local or address.is_multicast or address.is_unspecified or address.is_reserved:
            raise Unreachable(f"{host} is no server's address")
        if not encrypted and not address.is_loopback:
            raise Unreachable(f"{host} is to be reached by https alone")
        places.append(place)
    return list(dict.fromkeys(places))


def _looked_up(host: str, port: int, until: float) -> list[str]:
    """In a thread, since looking a name up knows no timeout."""
    found: list[str] = []

    def look() -> None:
        with suppress(OSError, ValueError):
            found.extend(str(place[0]) for *_kind, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    looking.join(max(0.01, until - time.monotonic()))
    if looking.is_alive() or not found:
        raise Unreachable(f"{host} was not found")
    return list(found)


def is_outside(address: IP) -> bool:
    """Neither this machine nor the house's own network, also not written as an address of IPv6."""
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None) or address
    return address.is_global and inner.is_global


class _Cuttable:
    """A connection that another thread may end."""

    resolved = ""
    sock: Any

    def cut(self) -> None:
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)


class _Plain(_Cuttable, HTTPConnection):
    def connect(self) -> None:
        self.sock = socket.create_connection((self.resolved, self.port), self.timeout)


class _Secure(_Cuttable, HTTPSConnection):
    def connect(self) -> None:
        plain = socket.create_connection((self.resolved, self.port), self.timeout)
        context = ssl.create_default_context()
        self.sock = context.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
        cut = threading.Timer(self.timeout or PATIENCE, self.cut)
        cut.start()
        try:
            self.sock.do_handshake()
        finally:
            cut.cancel()
