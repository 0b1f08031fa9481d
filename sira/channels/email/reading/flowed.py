"""RFC 3676: text that was broken into lines for the way is put together again."""

from __future__ import annotations


def unflowed(text: str, delsp: bool) -> str:
    """`delsp`: the blank that marks a soft break is not part of the text (languages without blanks)."""
    out: list[list[str]] = []
    open_depth: int | None = None  # depth of quoting of the paragraph that goes on, None when none does
    for line in text.split("\n"):
        line = line.rstrip("\r")
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:]
        content = content.removeprefix(" ")
        soft = content.endswith(" ") and content != "-- "
        if content == "-- ":
            open_depth = None
        if soft and delsp:
            content = content[:-1]
        if open_depth == depth and open_depth is not None:
            out[-1].append(content)
        else:
            out.append([">" * depth + (" " if depth and content else ""), content])
        open_depth = depth if soft else None
    return "\n".join(map("".join, out))
