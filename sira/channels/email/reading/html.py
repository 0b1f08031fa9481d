"""HTML mail: as text, and made safe to show."""

from __future__ import annotations

import re

import nh3

from .tags import tokens, unescape

_HIDDEN = {"script", "style", "title", "template", "noscript", "object", "select", "svg", "iframe"}
_PARAGRAPH = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "blockquote", "pre", "table", "hr"}
_BLOCK = _PARAGRAPH | {
    "div", "li", "tr", "dt", "dd", "address", "article", "aside", "section", "header", "footer", "main", "nav",
    "figure", "figcaption", "fieldset", "form", "center", "body", "html", "tbody", "thead", "tfoot", "caption", "title",
}  # fmt: skip
_CELL = {"td", "th"}
_BLANKS = re.compile(r"[ \t\r\n\f]+")


class Text:
    """Collects rendered text: blanks folded, lines broken where a browser would break them."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.newlines = 2  # at the end so far; blank lines at the top are not wanted
        self.blank = False
        self.prefix = ""  # put before each line

    def add(self, text: str) -> None:
        folded = _BLANKS.sub(" ", text)
        if folded.startswith(" "):
            self.blank = True
            folded = folded[1:]
        if not folded:
            return
        if self.newlines:
            self.pieces.append(self.prefix)
        elif self.blank:
            self.pieces.append(" ")
        self.blank = folded.endswith(" ")
        self.pieces.append(folded.rstrip(" "))
        self.newlines = 0

    def add_as_is(self, text: str) -> None:
        if text:
            if self.prefix:
                text = (
                    (self.prefix if self.newlines else "")
                    + text.rstrip("\n").replace("\n", "\n" + self.prefix)
                    + "\n" * (len(text) - len(text.rstrip("\n")))
                )
            self.pieces.append(text)
            self.newlines = len(text) - len(text.rstrip("\n"))

    def lines(self, wanted: int) -> None:
        """Makes sure the text ends in so many line breaks."""
        if wanted > self.newlines:
            self.pieces.append("\n" * (wanted - self.newlines))
            self.newlines = wanted
        self.blank = False

    def line_break(self) -> None:
        self.pieces.append("\n")
        self.newlines += 1
        self.blank = False

    def tag(self, kind: str, name: str, attrs: str) -> None:
        """Told of every tag before its line break; plain text needs to know no more."""

    def break_for(self, name: str) -> None:
        if name == "br":
            self.line_break()
        elif name in _PARAGRAPH:
            self.lines(1 if name in ("table", "pre") else 2)
        elif name in _BLOCK:
            self.lines(1)
        elif name in _CELL:
            self.blank = True

    def finished(self) -> str:
        return "".join(self.pieces).replace("\0", "").strip("\n ")


def title(markup: str) -> str:
    """The page's title, which is no part of the text."""
    match = re.search(r"<title[^>]{0,200}>([^<]{0,1000})</title", markup[:20_000], re.IGNORECASE)
    return _BLANKS.sub(" ", unescape(match[1])).strip() if match else ""


def to_text(markup: str, into: Text | None = None) -> str:
    """The text a reader of the HTML would see. into: what collects it, if it is to do more than that."""
    out = into or Text()
    hidden: list[str] = []
    preformatted = 0
    for kind, value, attrs in tokens(markup):
        if kind == "text":
            if not hidden:
                text = unescape(value) if "&" in value else value
                (out.add_as_is if preformatted else out.add)(text)
        elif value in _HIDDEN:
            if kind == "open" and not attrs.endswith("/"):
                hidden.append(value)
            elif kind == "close" and value in hidden:
                del hidden[hidden.index(value) :]
        elif value == "body" or not hidden:
            hidden.clear()
            out.tag(kind, value, attrs)
            if value == "pre":
                preformatted = max(0, preformatted + (1 if kind == "open" else -1))
            out.break_for(value)
    return out.finished()


_SAFE_TAGS = {
    "a", "abbr", "address", "b", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup", "dd",
    "del", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
    "i", "img", "ins", "kbd", "li", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strike", "strong", "sub",
    "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var",
}  # fmt: skip
_SAFE_ATTRIBUTES = {
    "*": {"dir", "lang", "title", "align"},
    "a": {"href", "name"},
    "img": {"src", "alt", "width", "height"},
    "table": {"border", "cellpadding", "cellspacing", "width"},
    "td": {"colspan", "rowspan", "valign", "width"},
    "th": {"colspan", "rowspan", "valign", "width", "scope"},
    "col": {"span", "width"},
    "colgroup": {"span", "width"},
    "ol": {"start", "type"},
    "font": {"color", "size"},
}
_WITH_CONTENT_GONE = {"script", "style", "title", "noscript", "template", "object", "iframe", "svg", "math"}


def sanitise(markup: str) -> str:
    """HTML that may be shown: no script, no style, nothing loaded from elsewhere.

    Pictures keep their source only where it is `cid:…`, for the caller to point to the stored attachment.
    """
    return nh3.clean(
        markup,
        tags=_SAFE_TAGS,
        clean_content_tags=_WITH_CONTENT_GONE,
        attributes=_SAFE_ATTRIBUTES,
        attribute_filter=_only_own_pictures,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )


def _only_own_pictures(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "src" and not value.lower().startswith("cid:"):
        return None
    if attribute == "href" and value.lower().startswith("cid:"):
        return None
    return value
