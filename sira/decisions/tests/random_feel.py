"""Expressions made at random: some sensible, some absurd, some not even expressions."""

from __future__ import annotations

from random import Random

from sira.decisions.feel.builtins import BUILT_IN

NAMES = ("a", "b c", "d-e", "item", "?", "partial", "nobody")
LITERALS = (
    "0", "1", "-3", "2.5", ".5", "1e3", "999999999999999999999999999999999999", "1e6000",
    '""', '"x"', '"a b"', '"(a+)+$"',
    '"\\u0041"', "true", "false", "null", '@"2024-02-29"', '@"2024-02-29T23:59:59@Europe/Warsaw"', '@"10:00:00Z"',
    '@"P1Y2M"', '@"-P3DT4H"', '@"-999999999-01-01"', '@"nonsense"', "[]", "{}", "[1,2,3]", "[1..5]", "(<5)",
)  # fmt: skip
OPERATORS = ("+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", " and ", " or ", " in ")
SIGNS = (
    *"+-*/=<>()[]{},.:;'\"@\\?!", "**", "..", "->", "//", "/*", "*/", "for", "return", "if", "then", "else", "some",
    "every", "satisfies", "in", "between", "and", "or", "instance of", "function", "external", "list<", "\n", "\u200c",
    "🐎",
)  # fmt: skip


def expression(rng: Random, depth: int = 4) -> str:
    """An expression that can mostly be read."""
    if depth <= 0 or rng.random() < 0.15:
        return rng.choice(LITERALS if rng.random() < 0.7 else NAMES)
    return rng.choice(_SHAPES)(rng, depth - 1)


def soup(rng: Random) -> str:
    """Pieces of the language in any order."""
    pieces = [*SIGNS, *LITERALS, *NAMES, *BUILT_IN]
    return rng.choice(["", " "]).join(rng.choice(pieces) for _ in range(rng.randrange(1, 30)))


def damaged(rng: Random) -> str:
    """An expression with something cut out, doubled or put in."""
    text = expression(rng)
    at, upto = sorted((rng.randrange(len(text) + 1), rng.randrange(len(text) + 1)))
    return rng.choice([text[:at] + text[upto:], text[:upto] + text[at:], text[:at] + rng.choice(SIGNS) + text[at:]])


def any_text(rng: Random) -> str:
    return rng.choice([expression, expression, damaged, soup])(rng)


def _call(rng: Random, depth: int) -> str:
    name = rng.choice(list(BUILT_IN))
    arguments = [expression(rng, depth) for _ in range(rng.randrange(4))]
    return f"{name}({', '.join(arguments)})"


_SHAPES = (
    lambda rng, depth: f"{expression(rng, depth)}{rng.choice(OPERATORS)}{expression(rng, depth)}",
    lambda rng, depth: f"({expression(rng, depth)})",
    lambda rng, depth: f"-{expression(rng, depth)}",
    lambda rng, depth: f"[{', '.join(expression(rng, depth) for _ in range(rng.randrange(4)))}]",
    lambda rng, depth: f"{{a: {expression(rng, depth)}, b c: {expression(rng, depth)}}}",
    lambda rng, depth: f"{expression(rng, depth)}[{expression(rng, depth)}]",
    lambda rng, depth: f"{expression(rng, depth)}.{rng.choice(['a', 'b c', 'year', 'days', 'start included'])}",
    lambda rng, depth: f"if {expression(rng, depth)} then {expression(rng, depth)} else {expression(rng, depth)}",
    lambda rng, depth: f"for a in {expression(rng, depth)}..{expression(rng, depth)} return {expression(rng, depth)}",
    lambda rng, depth: f"for a in {expression(rng, depth)}, d-e in a return {expression(rng, depth)}",
    lambda rng, depth: f"some a in {expression(rng, depth)} satisfies {expression(rng, depth)}",
    lambda rng, depth: f"{expression(rng, depth)} between {expression(rng, depth)} and {expression(rng, depth)}",
    lambda rng, depth: f"{expression(rng, depth)} in ({expression(rng, depth)}, < {expression(rng, depth)})",
    lambda rng, depth: f"{expression(rng, depth)} instance of list<number>",
    lambda rng, depth: f"(function(a, b) {expression(rng, depth)})({expression(rng, depth)}, {expression(rng, depth)})",
    lambda rng, depth: f"{{f: function(a) f(a), g: f({expression(rng, depth)})}}",
    lambda rng, depth: f"[{expression(rng, depth)}..{expression(rng, depth)})",
    _call, _call, _call,
)  # fmt: skip
