"""Keys made of names: what tables, drawings and addresses call a thing by, whatever language its name is in."""

from collections.abc import Collection
from itertools import count
from typing import Any

from django.utils.text import slugify

# What decomposing leaves as it is. Persian is written as in addresses; its short vowels are not in the text.
PERSIAN = dict(
    zip(
        "آابپتثجچحخدذرزژسشصضطظعغفقکكگلمنوهةیيىئؤءأإ",
        "a a b p t s j ch h kh d z r z zh s sh s z t z a gh f gh k k g l m n v h h i i i i o a a e".split(),  # noqa: SIM905
        strict=True,
    )
)
OWN_LETTERS = str.maketrans({"ı": "i", "ł": "l", "Ł": "l", "\u200c": "-"} | PERSIAN)


def latin(text: str) -> str:
    """Small Latin letters, digits and hyphens, as far as the text has or sounds like some."""
    return slugify(text.translate(OWN_LETTERS))


def made_key(model: type[Any], name: str, *, otherwise: str, taken: Collection[str] = ()) -> str:
    """Of the name, or `otherwise` where it has no letter; a number behind it where another row has that key.

    taken: what no row may be called either.
    """
    plain = latin(name).strip("_-0123456789")[:36].rstrip("-") or otherwise
    known = {*model._default_manager.filter(key__startswith=plain).values_list("key", flat=True), *taken}
    return next(key for number in count(1) if (key := plain if number == 1 else f"{plain}-{number}") not in known)
