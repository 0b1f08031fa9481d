"""A text as HTML, of an article or an answer: paragraphs, headings, lists, code and links, in signs for any field.

    # Heading     1. a step     - a point     > a remark     `code`     https://address     [words](https://address)
    ![what it shows](file name): a picture among the files that go with the text

Everything else stands as it was written. Nothing of the text reaches the page unescaped.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from types import MappingProxyType

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

STEP, POINT = re.compile(r"\s*[0-9۰-۹]{1,2}[.)]\s+"), re.compile(r"\s*[-*•]\s+")
HEADING, REMARK = re.compile(r"#{1,3}\s+"), re.compile(r">\s?")
PICTURE = re.compile(r"!\[([^\]\n]{0,400})\]\(([^()\n/<>\"]{1,200})\)")
MARKED = re.compile(
    rf"{PICTURE.pattern}|"
    r"`([^`\n]+)`|\*\*([^*\n]+)\*\*|\[([^\]\n]+)\]\((https?://[^\s<>\"()]+)\)|(https?://[^\s<>\"]+[^\s<>\".,;:!?)\]])"
)
NUMBER = re.compile(r"\d+")
# Not \s before a sign: from each of many empty lines it would run on to the last one.
SIGNS = re.compile(
    r"^[^\S\n]*(\d{1,2}[.)]|[-*•]|#{1,3}|>)\s|`[^`\n]+`|\*\*[^*\n]+\*\*|\[[^\]\n]+\]\(https?://"
    rf"|{PICTURE.pattern}",
    re.MULTILINE,
)
NONE: Mapping[str, str] = MappingProxyType({})
KINDS = (("ol", STEP), ("ul", POINT), ("h3", HEADING), ("blockquote", REMARK))


def laid_out(text: str, pictures: Mapping[str, str] = NONE) -> SafeString:
    """pictures: the addresses of those that may stand in it, by name; the sign of another stays as it is."""
    return mark_safe("".join(_blocks(text, pictures)))


def pictures_named(text: str) -> set[str]:
    """Those that `laid_out` would show: a sign within code or between ** is no picture's."""
    return {found[2] for line in text.split("\n") for found in MARKED.finditer(line) if found[2]}


def without_pictures(text: str) -> str:
    """As plain text says it: what each picture shows, or its name, in brackets."""
    return PICTURE.sub(lambda found: f"[{found[1].strip() or found[2]}]", text)


def has_signs(text: str) -> bool:
    """Whether anything but paragraphs and addresses is in it."""
    return SIGNS.search(text) is not None


def steps_in(text: str) -> int:
    return sum(1 for line in text.split("\n") if STEP.match(line))


def kind_of(line: str) -> str:
    if not line.strip():
        return ""
    return next((kind for kind, sign in KINDS if sign.match(line)), "p")


def _blocks(text: str, pictures: Mapping[str, str]) -> Iterator[str]:
    """Neighbouring lines of one kind are one block."""
    signs = dict(KINDS)
    for kind, group in groupby(text.replace("\r\n", "\n").split("\n"), kind_of):
        lines = [line.strip() for line in group]
        if not kind:
            continue
        start = _number_of(lines[0]) if kind == "ol" else ""
        told = [_inline(signs[kind].sub("", line, count=1) if kind in signs else line, pictures) for line in lines]
        if kind in ("ol", "ul"):
            yield f'<{kind} dir="auto"{start}>{"".join(f"<li>{one}</li>" for one in told)}</{kind}>'
        elif kind == "h3":
            yield from (f'<h3 dir="auto">{one}</h3>' for one in told)
        else:
            yield f'<{kind} dir="auto">{"<br>".join(told)}</{kind}>'


def _number_of(step: str) -> str:
    """A list that begins elsewhere than at one says so."""
    found = NUMBER.match(step)
    number = int(found[0]) if found else 1
    return f' start="{number}"' if number != 1 else ""


def _inline(line: str, pictures: Mapping[str, str]) -> str:
    at = 0
    out: list[str] = []
    for found in MARKED.finditer(line):
        out.append(escape(line[at : found.start()]))
        shows, picture, code, strong, words, of_words, address = (escape(part or "") for part in found.groups())
        if picture:
            out.append(_picture(shows, picture, pictures.get(found[2])) or escape(found[0]))
        elif code:
            out.append(f'<code dir="ltr">{code}</code>')
        elif strong:
            out.append(f"<strong>{strong}</strong>")
        elif words:
            out.append(f'<a href="{of_words}" rel="noopener noreferrer">{words}</a>')
        else:
            out.append(f'<a href="{address}" rel="noopener noreferrer"><bdi dir="ltr">{address}</bdi></a>')
        at = found.end()
    return "".join([*out, escape(line[at:])])


def _picture(shows: str, name: str, address: str | None) -> str:
    """In a page it leads to itself in full size; in a mail (`cid:`) there is nowhere to lead to.

    shows, name: escaped already.
    """
    if not address:
        return ""
    image = f'<img class="in-text" src="{escape(address)}" alt="{shows.strip() or name}">'
    return image if address.startswith("cid:") else f'<a href="{escape(address)}" target="_blank">{image}</a>'
