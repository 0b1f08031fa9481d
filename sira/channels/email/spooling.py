"""The bytes of a mail while they come: a few in memory, more of them on the disk."""

from sira.channels.email.reading.bounded import SMALL
from sira.plumbing.desk_files import desk_files
from sira.plumbing.files import Draft

Content = bytes | Draft  # of one whole mail


class Spool:
    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0
        self._draft: Draft | None = None

    def add(self, piece: bytes) -> None:
        """Raises CannotKeep."""
        self._size += len(piece)
        if self._draft is None and self._size > SMALL:
            self._draft = desk_files().draft()
            for earlier in self._pieces:
                self._draft.write(earlier)
            self._pieces.clear()
        if self._draft is not None:
            self._draft.write(piece)
        else:
            self._pieces.append(piece)

    def whole(self) -> Content:
        """What was added; a draft is to be kept or discarded by whom it is given to."""
        return b"".join(self._pieces) if self._draft is None else self._draft

    def discard(self) -> None:
        self._pieces.clear()
        if self._draft is not None:
            self._draft.discard()


class Undoubled:
    """The content of DATA in pieces, its doubled dots undone. A line end at the end of a piece waits for the next."""

    def __init__(self) -> None:
        self._waiting = b""
        self._skip = 2  # the line end put before the content, see SmtpTalk

    def piece(self, data: bytes) -> bytes:
        data = self._waiting + data
        waits = 2 if data.endswith(b"\r\n") else 1 if data.endswith(b"\r") else 0
        self._waiting = data[len(data) - waits :]
        return self._out(data[: len(data) - waits])

    def last(self, data: bytes) -> bytes:
        """The piece that ends with the dot alone on its line."""
        return self._out(self._waiting + data)[:-2]

    def _out(self, data: bytes) -> bytes:
        out = data.replace(b"\r\n.", b"\r\n")
        skipped, self._skip = out[self._skip :], max(0, self._skip - len(out))
        return skipped
