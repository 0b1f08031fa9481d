"""What can be wrong with an expression, said so that somebody who draws decisions can mend it.

Each kind of problem has a stable code and a sentence. This package imports no Django, so the sentences are
only marked for translation here; `sira.decisions.wording` translates them where a person reads them.
"""

from __future__ import annotations


def _(sentence: str) -> str:
    """Mark a sentence for the message catalogues without translating it."""
    return sentence


SENTENCES = {
    "unexpected": _("“%(found)s” is not expected here; expected: %(wanted)s."),
    "unexpected_end": _("The expression ends too early; expected: %(wanted)s."),
    "open_text": _('A text is not closed: a quotation mark (") is missing.'),
    "open_comment": _("A comment is not closed: “*/” is missing."),
    "strange_character": _("The character “%(found)s” has no meaning here."),
    "bad_number": _("The number “%(found)s” is too large."),
    "too_long": _("The expression is too long: %(size)s characters, allowed are %(limit)s."),
    "too_deep": _("The expression is nested too deeply; split it into several decisions."),
    "too_many_steps": _("The evaluation was stopped after %(limit)s steps; is there an endless loop?"),
    "too_slow": _("The evaluation was stopped after %(limit)s seconds."),
    "too_large": _("The evaluation was stopped because a text or list became too large (more than %(limit)s)."),
    "pattern_too_large": _("The pattern repeats too much: written out it has more than %(limit)s signs."),
    "endless_recursion": _("The evaluation was stopped: functions call each other more than %(limit)s levels deep."),
    "unknown_name": _("“%(name)s” is not known here, so it counts as empty (null)."),
    "unknown_function": _("There is no function “%(name)s”, so the result is empty (null)."),
    "wrong_arguments": _("“%(name)s” cannot work with these arguments, so the result is empty (null)."),
    "wrong_kinds": _("“%(operator)s” cannot work with %(left)s and %(right)s, so the result is empty (null)."),
    "wrong_type": _("A value is not of the type its place asks for, so it counts as empty (null)."),
    "not_unique": _("In “%(table)s” the rows %(rows)s match at once, but only one may."),
    "not_the_same": _("In “%(table)s” the rows %(rows)s match with different results."),
    "circle": _("“%(name)s” requires itself, so it counts as empty (null)."),
}

#: What "wanted" may say besides a sign in quotation marks.
WANTED = (
    _("a name"),
    _("a value"),
    _("the end of the expression"),
    _("the name of a type"),
    _("the name of a parameter"),
)


class FeelProblem(Exception):
    """An expression that cannot be read, or an evaluation that had to be stopped.

    code: key of SENTENCES.  details: what the sentence's placeholders stand for.
    position: offset into the source, or None.  source: the expression's text, if known.
    """

    def __init__(self, code: str, *, position: int | None = None, source: str = "", **details: object) -> None:
        super().__init__(code)
        self.code, self.position, self.source, self.details = code, position, source, details

    @property
    def line(self) -> int | None:
        """Line of the problem, counted from 1."""
        return None if self.position is None else self.source.count("\n", 0, self.position) + 1

    @property
    def column(self) -> int | None:
        """Column of the problem, counted from 1."""
        return None if self.position is None else self.position - (self.source.rfind("\n", 0, self.position) + 1) + 1

    def sentence(self) -> str:
        """The sentence in English."""
        return SENTENCES[self.code] % self.details

    def __str__(self) -> str:
        if self.position is None:
            return self.sentence()
        return f"Line {self.line}, column {self.column}: {self.sentence()}"
