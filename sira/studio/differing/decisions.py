"""Two versions of a decision: rows of its tables side by side, and what else has changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sira.decisions import naming
from sira.decisions.compiled import compile_source
from sira.decisions.dmn import DrawingProblem
from sira.decisions.dmn import drawing as drawn
from sira.decisions.dmn.drawing import Drawing, Literal, Rule, Table
from sira.decisions.feel import FeelProblem
from sira.decisions.refusals import BadDrawing
from sira.studio.differing.change import ADDED, CHANGED, KINDS, REMOVED, Change, Part
from sira.studio.texts.decisions import HIT_POLICIES

SAME = "same"
#: What a decision can be drawn as; one that has no logic yet is told as nothing.
LOGIC: dict[type, str | Promise] = {
    drawn.Table: _("Decision table"),
    drawn.Literal: _("Expression"),
    drawn.Context: _("Named steps"),
    drawn.Invocation: _("Call of a function"),
    drawn.Relation: _("Rows of values"),
    drawn.ListBox: _("List"),
    drawn.FunctionBox: _("Function"),
    drawn.Conditional: _("If and otherwise"),
    drawn.FilterBox: _("Filter"),
    drawn.Iterator: _("Repetition"),
}


@dataclass(frozen=True)
class Cell:
    """before: what stood there, None if the same."""

    text: str
    before: str | None = None


@dataclass(frozen=True)
class Row:
    """number: of the newer table, of the older one for a row that is taken out."""

    kind: str
    number: int
    cells: tuple[Cell, ...]

    @property
    def words(self) -> str | Promise:
        return KINDS.get(self.kind, "")


@dataclass(frozen=True)
class TableChange:
    name: str
    columns: tuple[str, ...]
    outputs_from: int
    rows: tuple[Row, ...]

    @property
    def changed(self) -> list[Row]:
        return [row for row in self.rows if row.kind != SAME]


@dataclass(frozen=True)
class Differences:
    changes: list[Change]
    tables: list[TableChange]

    def __bool__(self) -> bool:
        return bool(self.changes or any(table.changed for table in self.tables))


def differences(before: str, after: str) -> Differences:
    """Raises BadDrawing."""
    old, new = _drawing(before), _drawing(after)
    titles = _titles(before, old) | _titles(after, new)
    was_called, is_called = naming.columns_in(before), naming.columns_in(after)
    changes, tables = [], []
    before_by = {one.id or one.name: one for one in old.decisions}
    for one in new.decisions:
        earlier = before_by.pop(one.id or one.name, None)
        if earlier is None:
            changes.append(Change(ADDED, one.id, _("Decision"), titles[one.name]))
            continue
        parts = list(_parts(earlier, one))
        if isinstance(one.box, Table) and isinstance(earlier.box, Table):
            parts += _columns(earlier.box, one.box, was_called, is_called)
            tables.append(compared(titles[one.name], earlier.box, one.box, is_called))
        if parts:
            changes.append(Change(CHANGED, one.id, _("Decision"), titles[one.name], tuple(parts)))
    changes += [Change(REMOVED, one.id, _("Decision"), titles[one.name]) for one in before_by.values()]
    return Differences(changes, tables)


def _titles(source: str, drawing: Drawing) -> dict[str, str]:
    """What its decisions are called. One that is alone is called as the whole: its own name is what others ask by."""
    alone = len(drawing.decisions) == 1
    return {one.name: (alone and (naming.title_in(source) or drawing.name)) or one.name for one in drawing.decisions}


def _drawing(source: str) -> Drawing:
    try:
        return compile_source(source).drawing
    except (DrawingProblem, FeelProblem) as problem:
        raise BadDrawing([problem]) from problem


def _parts(old: object, new: object) -> Iterator[Part]:
    if old.name != new.name:  # type: ignore[attr-defined]
        yield Part(_("Name"), old.name, new.name)  # type: ignore[attr-defined]
    was, now = old.box, new.box  # type: ignore[attr-defined]
    if isinstance(was, Literal) and isinstance(now, Literal) and was.text.text != now.text.text:
        yield Part(_("Expression"), was.text.text, now.text.text)
    elif type(was) is not type(now):
        yield Part(_("Kind of logic"), str(LOGIC.get(type(was), "")), str(LOGIC.get(type(now), "")))


def _columns(old: Table, new: Table, was_called: Mapping[str, str], is_called: Mapping[str, str]) -> Iterator[Part]:
    if (old.hit_policy, old.aggregation) != (new.hit_policy, new.aggregation):
        yield Part(_("When several rules match"), _policy(old), _policy(new))
    was, now = _heads(old, was_called), _heads(new, is_called)
    if was == now:  # the drawing's own names, which expressions use, may be others under the same labels
        was, now = _heads(old, {}), _heads(new, {})
    if was != now:
        yield Part(_("Columns"), ", ".join(was), ", ".join(now))


def _policy(table: Table) -> str:
    return gettext(HIT_POLICIES.get((table.hit_policy, table.aggregation), table.hit_policy))


def _heads(table: Table, called: Mapping[str, str]) -> list[str]:
    names = [one.label or one.expression.text for one in table.inputs]
    names += [one.name for one in table.outputs]
    return [called.get(name, name) for name in names]


def compared(name: str, old: Table, new: Table, called: Mapping[str, str]) -> TableChange:
    """Rows that keep their id or their inputs are the same row with other cells; the others came or went."""
    was, now = [_texts(rule) for rule in old.rules], [_texts(rule) for rule in new.rules]
    rows: list[Row] = []
    matcher = SequenceMatcher(a=was, b=now, autojunk=False)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag == "equal":
            rows += [Row(SAME, at + 1, tuple(map(Cell, now[at]))) for at in range(new_from, new_to)]
            continue
        rows += _replaced(old, new, range(old_from, old_to), range(new_from, new_to))
    return TableChange(name, tuple(_heads(new, called)), len(new.inputs), tuple(rows))


def _replaced(old: Table, new: Table, gone: range, came: range) -> Iterator[Row]:
    left = list(gone)
    for at in came:
        twin = next((one for one in left if _is_twin(old.rules[one], new.rules[at])), None)
        now = _texts(new.rules[at])
        if twin is None:
            yield Row(ADDED, at + 1, tuple(map(Cell, now)))
            continue
        left.remove(twin)
        was = _texts(old.rules[twin])
        was = was + ("",) * (len(now) - len(was))
        cells = (Cell(text, before if before != text else None) for text, before in zip(now, was, strict=False))
        yield Row(CHANGED, at + 1, tuple(cells))
    for one in left:
        yield Row(REMOVED, one + 1, tuple(map(Cell, _texts(old.rules[one]))))


def _is_twin(old: Rule, new: Rule) -> bool:
    if old.id and old.id == new.id:
        return True
    return [one.text for one in old.tests] == [one.text for one in new.tests]


def _texts(rule: Rule) -> tuple[str, ...]:
    return tuple(one.text for one in (*rule.tests, *rule.results))
