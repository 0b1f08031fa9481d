"""Whether the receiving server says that a mail comes from the domain in its From (RFC 8601). Pure.

Only a server named by the desk's own setting is believed, and only the topmost of its headers: anybody can write one.
"""

import re
from collections.abc import Collection, Iterator, Sequence

COMMENT = re.compile(r"\((?:[^()\\]|\\.)*\)")
RESULT = re.compile(r"\s*(?P<method>[\w-]+)(?:/\d+)?\s*=\s*(?P<said>[\w-]+)(?P<about>.*)", re.DOTALL)
PROPERTY = re.compile(r"(?P<name>[\w-]+\.[\w-]+)\s*=\s*(?:\"(?P<quoted>[^\"]*)\"|(?P<plain>[^\s;]+))")
LONGEST = 10_000
SAID = ("pass", "fail", "softfail", "neutral", "none", "policy", "temperror", "permerror")  # RFC 8601, 2.7
# Which property names the domain that a method speaks of.
SPEAKS_OF = {"dmarc": ("header.from",), "dkim": ("header.d", "header.i"), "spf": ("smtp.mailfrom", "smtp.from")}


def is_doubted(headers: Sequence[str], sender: str, trusted: Collection[str]) -> bool:
    """headers: Authentication-Results, topmost first.  sender: the mail address in From.

    trusted: the names that the desk's own receiving servers give themselves; where there are none nothing is known.
    """
    if not trusted:
        return False
    domain = sender.rpartition("@")[2].lower()
    own = _own(headers, trusted)
    return own is None or not domain or not _has_passed(own, domain)


def results(headers: Sequence[str], trusted: Collection[str]) -> dict[str, str]:
    """What it says of each method that it tried, as {"dmarc": "pass"}; of several signatures the best counts."""
    found: dict[str, str] = {}
    for result in _results(_own(headers, trusted) or ""):
        method, said = result["method"].lower(), result["said"].lower()
        if method in SPEAKS_OF and said in SAID and found.get(method) != "pass":
            found[method] = said
    return found


def _own(headers: Sequence[str], trusted: Collection[str]) -> str | None:
    """The topmost header of a server of our own."""
    names = {name.lower() for name in trusted}
    return next((said for who, said in map(_read, headers) if who in names), None)


def _read(header: str) -> tuple[str, str]:
    """Who says it, and what."""
    text = COMMENT.sub(" ", header[:LONGEST].replace("\n", " "))
    who, _semicolon, rest = text.partition(";")
    name = who.split()
    return (name[0].strip('"').lower() if name else ""), rest


def _has_passed(text: str, domain: str) -> bool:
    """DMARC decides where it was asked; else a signature or an envelope of the same organisation is enough."""
    results = _results(text)
    dmarc = [result for result in results if result["method"].lower() == "dmarc" and result["said"].lower() != "none"]
    for result in dmarc or results:
        method = result["method"].lower()
        if result["said"].lower() == "pass" and any(_is_of(each, domain, method) for each in _domains(result, method)):
            return True
    return False


def _results(text: str) -> list[re.Match[str]]:
    return [found for part in text.split(";") if (found := RESULT.match(part))]


def _domains(result: re.Match[str], method: str) -> Iterator[str]:
    for found in PROPERTY.finditer(result["about"]):
        if found["name"].lower() in SPEAKS_OF.get(method, ()):
            yield (found["quoted"] or found["plain"] or "").rpartition("@")[2].strip("<>").lower()


def _is_of(other: str, domain: str, method: str) -> bool:
    if method == "dmarc" or "." not in other:
        return other == domain
    return other == domain or other.endswith(f".{domain}") or domain.endswith(f".{other}")
