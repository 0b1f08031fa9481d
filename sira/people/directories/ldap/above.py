"""The groups that somebody's groups are in, as the attribute of each group says (memberOf, in most directories)."""

import logging
from collections import deque

from sira.people.directories.ldap import messages
from sira.people.directories.ldap.line import Line

log = logging.getLogger(__name__)
MOST = 100  # groups that are asked: a round trip each, while somebody waits to be let in


def with_those_above(line: Line, attribute: str, groups: list[str]) -> list[str]:
    """The groups and all above them, each once, however they stand in each other; those that may not be read, alone.

    Beyond MOST no more are asked, so that less is given rather than more.
    """
    found = {_spelt(one): one for one in groups}
    to_ask = deque(one for one in groups if "=" in one)
    for _each in range(MOST):
        if not to_ask:
            return list(found.values())
        for above in _of(line, attribute, to_ask.popleft()):
            if _spelt(above) not in found:
                found[_spelt(above)] = above
                to_ask.append(above)
    if to_ask:
        log.warning("Somebody is in more than %s groups; those above the last are not asked.", MOST)
    return list(found.values())


def _of(line: Line, attribute: str, group: str) -> list[str]:
    anything = messages.is_there("objectClass")
    entries, _result = line.search(group, anything, [attribute], most=1, scope=messages.THIS_ENTRY)
    return [one for entry in entries for one in entry.texts(attribute) if "=" in one]


def _spelt(name: str) -> str:
    return ",".join(part.strip() for part in name.casefold().split(","))
