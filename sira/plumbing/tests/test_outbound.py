"""Calls to other servers end in time, whatever is at the other end, and reach what answers at all."""

import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from sira.plumbing import outbound

DROP = 0.1  # seconds between two of them
WHOLE = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{"ok": true'
Serve = Callable[[Callable[[socket.socket], None]], int]


@pytest.fixture
def serving() -> Iterator[Serve]:
    """A server of one's own: what it does with a connection is given; answers its port."""
    listeners: list[socket.socket] = []

    def serve(does: Callable[[socket.socket], None]) -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def run() -> None:
            while True:
                try:
                    line, _from = listener.accept()
                except OSError:
                    return
                with line:
                    try:
                        does(line)
                    except OSError:
                        pass

        threading.Thread(target=run, daemon=True).start()
        return int(listener.getsockname()[1])

    yield serve
    for listener in listeners:
        listener.close()


def answers(line: socket.socket) -> None:
    line.recv(65536)
    line.sendall(WHOLE + b"}")


def in_drops(line: socket.socket) -> None:
    line.recv(65536)
    for byte in WHOLE * 20:
        line.sendall(bytes([byte]))
        time.sleep(DROP)


def test_an_answer_is_read(serving: Serve):
    found = outbound.call("GET", f"http://localhost:{serving(answers)}/a?b=c")
    assert found.status == 200 and found.fields() == {"ok": True}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_an_answer_that_points_elsewhere_is_followed_nowhere(serving: Serve, status: int):
    """Else whoever answers a webhook would have the desk call its own network in their place."""
    called: list[bytes] = []
    inner = serving(lambda line: called.append(line.recv(65536)))
    points = f"HTTP/1.1 {status} Over there\r\nLocation: http://127.0.0.1:{inner}/\r\nContent-Length: 0\r\n\r\n"

    def pointing(line: socket.socket) -> None:
        line.recv(65536)
        line.sendall(points.encode())

    found = outbound.call("POST", f"http://127.0.0.1:{serving(pointing)}/", body=b"secret")
    assert found.status == status and called == []


def test_an_answer_that_comes_in_drops_ends_when_the_time_is_over(serving: Serve):
    began = time.monotonic()
    with pytest.raises(outbound.Unreachable, match="too long"):
        outbound.call("GET", f"http://127.0.0.1:{serving(in_drops)}/", patience=0.6)
    assert time.monotonic() - began < len(WHOLE) * 20 * DROP


def test_a_server_that_says_nothing_is_not_waited_for_longer(serving: Serve):
    began = time.monotonic()
    with pytest.raises(outbound.Unreachable):
        outbound.call("POST", f"http://127.0.0.1:{serving(lambda line: time.sleep(60))}/", body=b"x", patience=0.5)
    assert time.monotonic() - began < 30


def test_where_one_address_does_not_answer_the_next_is_tried(serving: Serve, monkeypatch):
    port = serving(answers)
    places = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in ("127.0.0.9", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_asked, **_more: places)
    assert outbound.call("GET", f"http://two.example:{port}/").status == 200


@pytest.mark.parametrize(
    "url",
    ["ftp://a.example/", "https://u:p@a.example/", "file:///etc/passwd", "https://[::1", "http://169.254.169.254/"],
)
def test_what_is_no_server_is_not_called(url: str):
    with pytest.raises(outbound.Unreachable):
        outbound.call("GET", url)


@pytest.mark.parametrize("host", ["169.254.169.254", "[fe80::1]", "0.0.0.0", "[::]", "224.0.0.1", "240.0.0.1"])
def test_what_leads_to_the_cloud_a_machine_runs_in_or_nowhere_is_not_called_by_tls_either(host: str):
    with pytest.raises(outbound.Unreachable, match="no server's address"):
        outbound.call("GET", f"https://{host}/")


@pytest.mark.parametrize("url", ["http://192.0.2.7/", "http://10.0.0.8:8080/"])
def test_without_tls_only_this_machine_is_called(url: str):
    with pytest.raises(outbound.Unreachable, match="by https alone"):
        outbound.call("GET", url)


def test_a_name_that_means_another_place_the_second_time_is_asked_once(serving: Serve, monkeypatch):
    """Else who owns the name would have it looked at outside, and called inside."""
    port, asked = serving(answers), list[str]()

    def first_here_then_elsewhere(host: str, *_asked: object, **_more: object) -> list[tuple]:
        if host == "turns.example":
            asked.append(host)
        place = "127.0.0.1" if len(asked) < 2 else "127.0.0.9"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (place, port))]

    monkeypatch.setattr(socket, "getaddrinfo", first_here_then_elsewhere)
    assert outbound.call("GET", f"http://turns.example:{port}/").status == 200
    assert asked == ["turns.example"]


@pytest.mark.parametrize(
    ("address", "outside"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("2002:5db8:d822::1", True),
        ("10.0.0.8", False),
        ("127.0.0.1", False),
        ("100.64.0.1", False),
        ("fd00::1", False),
        ("::1", False),
        ("::ffff:10.0.0.8", False),
        ("2002:a00:8::1", False),
        ("2002:7f00:1::1", False),
    ],
)
def test_what_lies_in_the_house_is_not_outside_however_it_is_written(address: str, outside: bool):
    assert outbound.is_outside(ipaddress.ip_address(address)) is outside


@pytest.mark.parametrize(("named", "may"), [("localhost", True), ("*.host, local*", True), ("hooks.example", False)])
def test_where_servers_are_named_no_other_is_called(serving: Serve, settings, named: str, may: bool):
    settings.CALLS_TO = tuple(named.split(", "))
    url = f"http://LocalHost:{serving(answers)}/"
    if may:
        assert outbound.call("GET", url).status == 200
    else:
        with pytest.raises(outbound.Unreachable, match="SIRA_CALLS_TO"):
            outbound.call("GET", url)
