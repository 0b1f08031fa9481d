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


# Stands in text made with `marking_quotes` where the mail that was answered begins and runs to the end.
QUOTED_FROM_HERE = "\x01"

# How mail programs mark the mail they answer: the whole of an element, or all from an element on.
_QUOTE = re.compile(
    r"gmail_quote(?!_attribution|_container)|yahoo_quoted|yahoo-quoted|protonmail_quote|tutanota_quote|zmail_extra|mail_extra|moz-forward-container|"
    r"iosymail_quote|wmail_quote|front-blockquote|mailbird_quote|ydp\w*yahoo_quoted|mcntquote|quoted-text|hey_quote|skiff_quote",
    re.IGNORECASE,
)
_QUOTE_STARTS = re.compile(
    r"divRplyFwdMsg|OLK_SRC_BODY_SECTION|stopSpelling|reply-intro|replyforwardmessage|mail-editor-reference-message-container|"
    r"border:\s*none;\s*border-top:\s*solid\s+#[0-9A-F]{6}\s+1\.0pt|border-top:\s*#?[0-9a-z]+ 1\.?0?p[tx] "
    r"solid;[^\"']{0,80}padding-top: ?3pt|"
    r"zwchr|AOLMsgPart",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"gmail_signature(?!_prefix)|moz-signature|\bid=[\"']?(?:ms-outlook-mobile-)?signature\b", re.IGNORECASE
)
_ANY_QUOTE = re.compile(
    f"<blockquote|{_QUOTE.pattern}|{_QUOTE_STARTS.pattern}|{_SIGNATURE.pattern}",
    re.IGNORECASE,
)


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

    def finished(self) -> str:
        return "".join(self.pieces).replace("\0", "").strip("\n ")


class _QuotingText(Text):
    """Text whose lines say whether they lie within a quote."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []  # names of the elements around, quotes as `>name`
        self.done = False

    def tag(self, kind: str, name: str, attrs: str) -> None:
        if name in ("br", "hr", "img", "meta", "link", "input", "col"):
            if name == "hr" and _QUOTE_STARTS.search(attrs):
                self.quoted_from_here()
            return
        if kind == "open" and not attrs.endswith("/"):
            quote = name == "blockquote" or (attrs and bool(_QUOTE.search(attrs)))
            if attrs and _QUOTE_STARTS.search(attrs):
                self.quoted_from_here()
            if attrs and not self.prefix and _SIGNATURE.search(attrs):
                self.lines(1)
                self.add_as_is("-- \n")
            if name == "blockquote" or name in ("div", "section", "table", "span"):
                if quote:
                    self.lines(1)
                if len(self.open) < 500:
                    self.open.append(">" + name if quote else name)
                self.prefix = "> " if any(item[0] == ">" for item in self.open) else ""
        elif kind == "close" and self.open and self.open[-1].lstrip(">") == name:
            if self.open.pop()[0] == ">":
                self.lines(1)
            self.prefix = "> " if any(item[0] == ">" for item in self.open) else ""

    def quoted_from_here(self) -> None:
        if not self.done:
            self.lines(1)
            self.add_as_is(QUOTED_FROM_HERE + "\n")
            self.done = True


def title(markup: str) -> str:
    """The page's title, which is no part of the text."""
    match = re.search(r"<title[^>]{0,200}>([^<]{0,1000})</title", markup[:20_000], re.IGNORECASE)
    return _BLANKS.sub(" ", unescape(match[1])).strip() if match else ""


def marks_quotes(markup: str) -> bool:
    return bool(_ANY_QUOTE.search(markup))


def to_text(markup: str, *, marking_quotes: bool = False) -> str:
    """The text a reader of the HTML would see.

    marking_quotes: lines of quoted mail begin with `> `, and a line QUOTED_FROM_HERE says that all below is quoted.
    """
    out = _QuotingText() if marking_quotes else Text()
    hidden: list[str] = []
    pre = 0
    for kind, value, attrs in tokens(markup):
        if kind == "text":
            if not hidden:
                text = unescape(value) if "&" in value else value
                (out.add_as_is if pre else out.add)(text)
            continue
        if value in _HIDDEN:
            if kind == "open" and not attrs.endswith("/"):
                hidden.append(value)
            elif kind == "close" and value in hidden:
                del hidden[hidden.index(value) :]
            continue
        if value == "body":
            hidden.clear()
        if marking_quotes and isinstance(out, _QuotingText):
            out.tag(kind, value, attrs)
        if hidden:
            continue
        if value == "br":
            out.line_break()
        elif value == "pre":
            pre = max(0, pre + (1 if kind == "open" else -1))
            out.lines(1)
        elif value in _PARAGRAPH:
            out.lines(2 if value != "table" else 1)
        elif value in _BLOCK:
            out.lines(1)
        elif value in _CELL:
            out.blank = True
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
