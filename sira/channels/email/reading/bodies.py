"""Which parts of a mail are its text and which are files."""

from __future__ import annotations

import html as entities
import re
from dataclasses import dataclass, field
from functools import cached_property

from . import files, signed, structure, tnef, transfer
from .charsets import decode
from .flowed import unflowed
from .html import to_text
from .invitations import text_of
from .letter import Attachment
from .structure import Part

LONGEST_TEXT = 5_000_000  # characters of one text part that are read; the rest is in the raw message
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")


@dataclass
class Section:
    """A stretch of the letter's text: plain, HTML, or both saying the same."""

    plain: str | None = None
    html: str | None = None

    @cached_property
    def html_text(self) -> str:
        return to_text(self.html) if self.html else ""


@dataclass
class Content:
    sections: list[Section] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    is_shortened: bool = False

    @property
    def html(self) -> str:
        if not any(section.html for section in self.sections):
            return ""
        pieces = [
            section.html if section.html is not None else f"<pre>{entities.escape(section.plain or '')}</pre>"
            for section in self.sections
        ]
        return "<hr>".join(piece for piece in pieces if piece.strip()) if len(pieces) > 1 else pieces[0]

    @property
    def text_is_from_html(self) -> bool:
        return not any((section.plain or "").strip() for section in self.sections)

    @cached_property
    def text(self) -> str:
        """Plain text where there is any, else the text of the HTML, section by section."""
        return _joined([s.plain if (s.plain or "").strip() else s.html_text for s in self.sections])  # type: ignore[misc]


def _joined(texts: list[str]) -> str:
    texts = [text for text in texts if text.strip()]
    return texts[0] if len(texts) == 1 else "\n\n".join(text.strip("\n") for text in texts)


def content_of(root: Part) -> Content:
    content = Content()
    _collect(root, content, is_root=True)
    if not any((section.plain or section.html or "").strip() for section in content.sections):
        _show_named_text(root, content)
    if not any((section.plain or section.html or "").strip() for section in content.sections):
        _show_invitation(root, content)
    return content


def _show_named_text(root: Part, content: Content) -> None:
    """A mail whose only text has a file name: it is both, text to read and file to keep."""
    for part in root.walk():
        if part.content_type in ("text/plain", "text/html") and part.filename and part.disposition != "attachment":
            _add_text(part, content)
            return


def _show_invitation(root: Part, content: Content) -> None:
    for part in root.walk():
        if part.content_type == "text/calendar" and (said := text_of(decode(files.bytes_of(part), part.charset))):
            content.sections.append(Section(plain=said))
            return


def _collect(part: Part, content: Content, is_root: bool = False) -> None:
    if part.is_multipart:
        if part.content_type == "multipart/alternative":
            _alternative(part, content)
            return
        for child in part.children:
            # A detached signature without a name is no file that anybody sent.
            if not (
                part.content_type == "multipart/signed" and child.content_type in _SIGNATURES and not child.filename
            ):
                _collect(child, content)
        return
    if part.content_type in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
        inner = signed.content_of(files.bytes_of(part))
        if inner is not None:
            _collect(structure.parse(inner), content)
            return
    if _is_text(part, content, is_root):
        _add_text(part, content)
    elif is_root and not part.body.strip():
        return
    else:
        _add_file(part, content)


def _alternative(part: Part, content: Content) -> None:
    """One section of all that the children say; the last HTML and the first plain text win."""
    section = Section()
    for child in part.children:
        if child.content_type == "text/x-amp-html":  # the HTML once more, with scripts
            continue
        inner = Content()
        _collect(child, inner)
        plain = [s.plain for s in inner.sections if s.plain is not None]
        markup = [s.html for s in inner.sections if s.html is not None]
        if markup:
            section.html = inner.html
        elif plain and _joined(plain).strip() != (section.plain or "").strip():
            section.plain = _joined([section.plain or "", _joined(plain)])
        content.files += inner.files
        content.is_shortened |= inner.is_shortened
    if section.plain is not None or section.html is not None:
        content.sections.append(section)


def _is_text(part: Part, content: Content, is_root: bool) -> bool:
    if part.content_type not in ("text/plain", "text/html", "text/enriched", "text/richtext"):
        if part.content_type.startswith("multipart/"):  # nothing that divides it was found
            return bool(part.body.strip())
        return is_root and "/" not in part.content_type
    if part.disposition == "attachment":
        return False
    return not part.filename


def _add_text(part: Part, content: Content) -> None:
    whole = files.bytes_of(part)
    data = whole[:LONGEST_TEXT]
    content.is_shortened |= len(whole) > len(data) or part.cuts.in_(part.body)
    is_html = part.content_type == "text/html"
    if not is_html:
        data, found = transfer.inline_files(data)
        for file in found:
            content.files.append(Attachment(files.clean_name(decode(file.name)), file.content))
    label = part.charset
    if is_html and not label and (meta := _META_CHARSET.search(data[:4_000])):
        label = meta[1].decode("ascii")
    text = decode(data, label).replace("\r\n", "\n").replace("\r", "\n")
    if is_html:
        content.sections.append(Section(html=text))
        return
    if part.params.get("format", "").lower() == "flowed":
        text = unflowed(text, part.params.get("delsp", "").lower() == "yes")
    content.sections.append(Section(plain=text))


def _add_file(part: Part, content: Content) -> None:
    is_outside = part.cuts.in_(part.body)
    encoding = transfer.named(part.headers.raw("content-transfer-encoding"))
    data = b"" if is_outside else files.bytes_of(part)
    name = files.name_of(part)
    if part.content_type == "application/ms-tnef" or name.lower() == "winmail.dat":
        inside = tnef.files_in(data)
        if inside:
            content.files += inside
            return
    content.files.append(
        Attachment(
            name=name,
            content=data,
            content_type=part.content_type,
            content_id=part.headers.text("content-id").strip("<> "),
            inline=part.disposition == "inline" or (not part.disposition and "content-id" in part.headers),
            outside=part.cuts.outside(part.body, encoding) if is_outside else None,
        )
    )
