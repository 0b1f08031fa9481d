"""Reports that a mail of ours did not arrive."""

from __future__ import annotations

from dataclasses import dataclass

from .letter import Bounce
from .structure import Part


@dataclass(frozen=True)
class Finding:
    is_bounce: bool = False
    is_complaint: bool = False
    bounces: tuple[Bounce, ...] = ()
    returned_message_ids: tuple[str, ...] = ()


def find(root: Part, sender: str, text: str) -> Finding:
    return Finding()
