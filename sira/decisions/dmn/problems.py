"""What can be wrong with a drawing, said so that the person who drew it can mend it."""

from __future__ import annotations

from sira.decisions.feel.problems import FeelProblem


def _(sentence: str) -> str:
    """Mark a sentence for the message catalogues without translating it (see `sira.decisions.wording`)."""
    return sentence


SENTENCES = {
    "too_large": _("The drawing is larger than %(limit)s megabytes."),
    "too_deep": _("The drawing is nested too deeply."),
    "forbidden_xml": _("The file holds document types or entities, which are not accepted."),
    "not_xml": _("The file is not XML: %(detail)s."),
    "not_dmn": _("The file is not a DMN drawing of version 1.1 to 1.5."),
    "other_language": _("An expression is written in “%(language)s”; only FEEL is evaluated here."),
    "ragged_row": _("This row has not as many cells as the table has columns."),
    "too_many_rows": _("The table has more than %(limit)s rows; divide it into several decisions."),
    "nothing_asked": _("Input column %(number)s asks for nothing; write what it looks at."),
    "no_output": _("The table has no output column, so it decides nothing."),
    "output_names": _("Of several output columns each needs a name of its own."),
    "unknown_aggregation": _("The way of collecting “%(found)s” does not exist."),
    "unknown_hit_policy": _("The hit policy “%(found)s” does not exist."),
    "unknown_type": _("The type “%(name)s” is not defined."),
    "unknown_reference": _("Something is required that the drawing does not hold (%(reference)s)."),
    "unknown_import": _("The drawing imports “%(name)s”, which is not there."),
    "circle": _("“%(name)s” requires itself, directly or through others."),
    "twice": _("There are two elements named “%(name)s”; each needs a name of its own."),
    "keyword_first": _("A name can't begin with “%(word)s”: expressions use this word themselves. Rename it."),
    "reads_as": _("“%(name)s” can't be told from “%(other)s” with a “%(sign)s” after it. Rename one of them."),
    "no_logic": _("“%(name)s” has no table or expression yet."),
    "no_decision": _("The drawing has no decision."),
    "unknown_decision": _("There is no decision “%(name)s” in this drawing."),
    "unknown_function": _("There is no function “%(name)s”."),
    "which_decision": _("The drawing has several results (%(names)s); say which is asked for."),
    "unknown_name": _("“%(name)s” is not known here. Is it spelt right, and is it connected to this decision?"),
    "feel": "%(problem)s",
}


class DrawingProblem(Exception):
    """A drawing that cannot be used. where: the way to the place, in words."""

    def __init__(self, code: str, *, where: tuple[str, ...] = (), cause: FeelProblem | None = None, **details: object):
        super().__init__(code)
        self.code, self.where, self.cause, self.details = code, where, cause, details

    def sentence(self) -> str:
        """The sentence in English, without the place."""
        return str(self.cause) if self.cause else SENTENCES[self.code] % self.details

    def __str__(self) -> str:
        place = " › ".join(part for part in self.where if part)
        return f"{place}: {self.sentence()}" if place else self.sentence()
