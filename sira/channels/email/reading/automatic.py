"""Mail written by machines: answers nobody typed, and notices."""

from __future__ import annotations

from typing import NamedTuple

from .headers import Headers
from .structure import Part


class Marks(NamedTuple):
    is_auto_reply: bool
    is_auto_generated: bool


def marks(headers: Headers, root: Part, *, is_bounce: bool, is_complaint: bool) -> Marks:
    return Marks(False, False)
