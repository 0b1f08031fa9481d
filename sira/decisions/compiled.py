"""Drawings compiled once in each process. What is compiled never changes, so it may be kept."""

from __future__ import annotations

from functools import lru_cache

from sira.decisions.dmn import Model, compile_drawing, read
from sira.decisions.models import DecisionVersion


@lru_cache(maxsize=64)
def compile_source(source: str) -> Model:
    """The model of a DMN text. Raises DrawingProblem, FeelProblem."""
    return compile_drawing(read(source))


@lru_cache(maxsize=256)
def model_of(pk: int, digest: str) -> Model:
    """The model of a stored version; the digest is part of the key because a draft's source may change."""
    return compile_drawing(read(DecisionVersion.objects.values_list("source", flat=True).get(pk=pk, digest=digest)))
