"""What a table answers, as its columns call it in the reader's language: labels, options, groups, levels."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language

from sira.decisions import naming
from sira.decisions.compiled import compile_source
from sira.decisions.dmn import DrawingProblem
from sira.decisions.dmn.drawing import Table
from sira.decisions.dmn.naming import said_in
from sira.decisions.feel import FeelProblem
from sira.decisions.models import DecisionVersion
from sira.shell import formats
from sira.studio.called import Names


@dataclass
class Answers:
    """Of one text of a table. names: shared by several, so that each list is read once."""

    source: str
    names: Names = field(default_factory=Names)

    def __post_init__(self) -> None:
        self._version, self._only = DecisionVersion(), ""
        try:
            drawing = compile_source(self.source).drawing
        except (DrawingProblem, FeelProblem):
            return
        self._version.words = said_in(self.source).words
        columns = [one.name for box in (one.box for one in drawing.decisions[-1:]) for one in _outputs(box)]
        self._only = columns[0] if len(columns) == 1 else ""

    def told(self, value: Any, column: str = "") -> str:
        """One line: a single answer as it is, several with the labels of their columns."""
        language = get_language() or "en"
        if isinstance(value, dict):
            return " · ".join(self._part(name, one) for name, one in value.items())  # labels have commas of their own
        if isinstance(value, list) and any(isinstance(one, dict) for one in value):
            return "; ".join(self.told(one) for one in value)
        if isinstance(value, list):
            return formats.listed((self.told(one, column) for one in value), language) or "–"
        name = column or self._only
        return naming.option(self._version, name, value) or self.names.value(name, value)

    def _part(self, name: str, value: Any) -> str:
        return f"{formats.lead_in(naming.column(self._version, name) or name)} {self.told(value, name)}"


def _outputs(box: Any) -> tuple[Any, ...]:
    return box.outputs if isinstance(box, Table) else ()
