"""The part of a mail that its sender wrote now."""

from __future__ import annotations

from .html import to_text


def new_text(plain: str, markup: str) -> str:
    return plain.strip() or to_text(markup)
