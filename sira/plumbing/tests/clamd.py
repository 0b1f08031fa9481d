"""A scanner for tests: it speaks clamd's protocol, finds one word, and may be away, silent, or ask for less."""

import socketserver
import struct
import threading

import pytest

from sira.plumbing.desk_files import desk_files

BAD = b"bad words of a test"
NAME = "Words.Of.A.Test"
GOING = threading.Event()  # never set: a round goes to its end


class Scanner(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def __init__(self, address=("127.0.0.1", 0)):
        super().__init__(address, Asked)
        self.largest, self.says = 10**9, None  # says: what it answers whatever it was sent
        self.seen = []

    @property
    def place(self):
        return self.server_address[:2]


class Asked(socketserver.BaseRequestHandler):
    def handle(self):
        assert self._read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!I", self._read(4))[0]:
            content += self._read(size)
            if len(content) > self.server.largest:
                self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.server.seen.append(content)
        if self.server.says == "nothing":
            self.server.silence.wait(20)
            return
        answer = f"stream: {NAME} FOUND" if BAD in content else "stream: OK"
        self.request.sendall((self.server.says or answer).encode() + b"\0")

    def _read(self, size):
        data = b""
        while len(data) < size:
            piece = self.request.recv(size - len(data))
            if not piece:
                raise ConnectionError("the other side has hung up")
            data += piece
        return data


@pytest.fixture
def scanner():
    with Scanner() as scanner:
        scanner.silence = threading.Event()
        threading.Thread(target=scanner.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield scanner
        scanner.silence.set()
        scanner.shutdown()


@pytest.fixture
def store(db, tmp_path, monkeypatch, settings, scanner):
    """Where the desk keeps files: here a folder of the test, and this scanner looks through them."""
    monkeypatch.setattr(desk_files(), "folder", tmp_path / "files")
    settings.SCANNER = scanner.place
    return desk_files()
