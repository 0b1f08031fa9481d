"""The rows of a list as a page posts them: "answer.travellers.2.name", and one mark for each row that is there.

Rows keep their number while others are taken away, so that what is typed stays with its row. Buttons add a row or take
one away without sending the form; they work without JavaScript.
"""

import re
from typing import Any

from django.utils.datastructures import MultiValueDict

from sira.forms.reading import PREFIX
from sira.forms.schema import LIST, MOST_ROWS, Component, Schema, fields

MARK, ADD, TAKE = ".rows", ".add", ".take"  # no key of a field has a dot


def prefix_of(component: Component, row: int) -> str:
    return f"{PREFIX}{component.key}.{row}."


def posted(component: Component, data: Any) -> list[int]:
    """Numbers of the rows, the least first. What was kept of a form without its marks still shows its rows."""
    begin = f"{PREFIX}{component.key}."
    marked = {value for value in data.getlist(begin[:-1] + MARK) if re.fullmatch(r"\d{1,4}", str(value))}
    named = {found[1] for name in data if (found := re.match(rf"{re.escape(begin)}(\d{{1,4}})\.", name))}
    return sorted({int(number) for number in marked | named})


def at_first(component: Component) -> list[int]:
    return list(range(component.rows_at_first))


def changed(schema: Schema, data: Any) -> "MultiValueDict[str, str] | None":
    """What was posted with a row more or less; None if no such button was pressed."""
    for component in fields(schema):
        if component.type != LIST or not component.may_grow:
            continue
        begin = f"{PREFIX}{component.key}"
        if begin + ADD in data:
            return _with(component, data, begin)
        if begin + TAKE in data:
            return _without(str(data.get(begin + TAKE)), data, begin)
    return None


def _with(component: Component, data: Any, begin: str) -> "MultiValueDict[str, str]":
    here = posted(component, data)
    more = [*here, max(here, default=-1) + 1] if len(here) < MOST_ROWS else here
    kept = {name: data.getlist(name) for name in data if name != begin + ADD}
    return MultiValueDict({**kept, begin + MARK: [str(number) for number in more]})


def _without(row: str, data: Any, begin: str) -> "MultiValueDict[str, str]":
    kept = {
        name: data.getlist(name) for name in data if name != begin + TAKE and not name.startswith(f"{begin}.{row}.")
    }
    kept[begin + MARK] = [number for number in kept.get(begin + MARK, []) if number != row]
    return MultiValueDict(kept)
