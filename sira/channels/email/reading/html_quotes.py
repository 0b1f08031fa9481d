"""Quoted mail as mail programs mark it in HTML, brought into text."""

from __future__ import annotations

import re

from .html import Text, to_text

# Stands in the text where the mail that was answered begins and runs to the end.
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


def marks_quotes(markup: str) -> bool:
    return bool(_ANY_QUOTE.search(markup))


def text_with_marks(markup: str) -> str:
    """Text whose quoted lines begin with `> `; a line QUOTED_FROM_HERE says that all below is quoted."""
    return to_text(markup, into=_QuotingText())


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
