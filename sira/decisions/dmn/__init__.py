"""DMN 1.1 to 1.5: reading drawings, compiling them, making their decisions. Pure: no Django, no database."""

from sira.decisions.dmn.model import Made, Model, compile_drawing
from sira.decisions.dmn.problems import DrawingProblem
from sira.decisions.dmn.reading import read

__all__ = ["DrawingProblem", "Made", "Model", "compile_drawing", "read"]
