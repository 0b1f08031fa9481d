"""The built-in functions of FEEL (chapter 10.3.4), one module a family."""

from sira.decisions.feel.builtins import contexts, conversion, lists, numbers, ranges, strings, temporal
from sira.decisions.feel.builtins.registry import BUILT_IN, built_in

__all__ = ["BUILT_IN", "built_in", "contexts", "conversion", "lists", "numbers", "ranges", "strings", "temporal"]
