"""The desk's own calls to other servers by HTTP: bounded in time and size, following nobody elsewhere.

The name is resolved once and that address is connected to, so it cannot change between looking and calling. Addresses
that lead to the cloud a machine runs in (link-local) are refused. Without TLS only this very machine is called.
Redirects are answers like any other and lead nowhere. Addresses come from administrators, so those of the house's own
network are allowed.
"""

import ipaddress
import json
import socket
import ssl
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

PATIENCE = 20.0  # seconds for each step
LARGEST = 256 * 1024
USUAL_PORT = {"https": 443, "http": 80}


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
    try:
        parts = urlsplit(url)
    except ValueError:
        raise Unreachable(f"{url} is no address of a server") from None
    try:
        port = parts.port or USUAL_PORT.get(parts.scheme, 0)
    except ValueError:
        port = 0
    if not parts.hostname or not port or parts.username:
        raise Unreachable(f"{parts.scheme}://{parts.hostname or ''} is no address of a server")
    address = resolved(parts.hostname, port, encrypted=parts.scheme == "https")
    kind = _Secure if parts.scheme == "https" else _Plain
    connection = kind(parts.hostname, port, timeout=patience)
    connection.resolved = address
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json", "Connection": "close"}
    try:
        connection.request("POST", path, urlencode(fields), headers)
        response = connection.getresponse()
        body = response.read(LARGEST + 1)
    except (OSError, HTTPException, ValueError) as error:
        raise Unreachable(f"{parts.hostname}: {type(error).__name__}") from None
    finally:
        connection.close()
    if len(body) > LARGEST:
        raise Unreachable(f"{parts.hostname} answers with too much")
    return Answer(response.status, body)


def resolved(host: str, port: int, *, encrypted: bool) -> str:
    """The address to connect to.  Raises Unreachable."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError):
        raise Unreachable(f"{host} was not found") from None
    for *_kind, place in found:
        address = ipaddress.ip_address(str(place[0]).partition("%")[0])
        if address.is_link_local or address.is_multicast or address.is_unspecified or address.is_reserved:
            raise Unreachable(f"{host} is no server's address")
        if not encrypted and not address.is_loopback:
            raise Unreachable(f"{host} is to be reached by https alone")
    return str(found[0][4][0])


class _Plain(HTTPConnection):
    resolved = ""

    def connect(self) -> None:
        self.sock = socket.create_connection((self.resolved, self.port), self.timeout)


class _Secure(HTTPSConnection):
    resolved = ""

    def connect(self) -> None:
        plain = socket.create_connection((self.resolved, self.port), self.timeout)
        self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)
