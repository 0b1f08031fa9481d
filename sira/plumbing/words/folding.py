"""One spelling for what people write in many: case, marks, widths, Arabic and Persian letters, digits."""

import re
import unicodedata

_PERSIAN = {
    "ي": "ی", "ى": "ی", "ئ": "ی", "ك": "ک", "ة": "ه", "ۀ": "ه", "ۂ": "ه", "ھ": "ه", "ە": "ه", "ؤ": "و",
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا",
}  # fmt: skip
# Tatweel stretches a word, a soft hyphen may break it, vowel signs are hardly ever written, isolates steer direction.
_UNSEEN = "\u0640\u00ad\u200d\ufeff\u200e\u200f\u061c\u2066\u2067\u2068\u2069\u202a\u202b\u202c\u202d\u202e\u0307\u0670"
_ONE_WAY = str.maketrans(
    _PERSIAN
    | dict.fromkeys(_UNSEEN)
    | dict.fromkeys(map(chr, range(0x64B, 0x660)))
    | {"İ": "i", "’": "'", "ʼ": "'", "‐": "-", "\u2011": "-"}
)


_OTHER_DIGIT = re.compile(r"[^\D0-9]")


def lowered(text: str) -> str:
    """Lower case, compatible forms, ASCII digits, Persian letters for Arabic ones; the marks of Latin letters stay."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", text).translate(_ONE_WAY).lower()
    return _OTHER_DIGIT.sub(lambda digit: str(unicodedata.digit(digit[0])), text)


class _Plainest(dict[int, str]):
    """Letter -> the same without marks, as Unicode takes it apart."""

    def __missing__(self, letter: int) -> str:
        apart = unicodedata.normalize("NFD", chr(letter))
        self[letter] = plain = "".join(sign for sign in apart if not unicodedata.combining(sign))
        return plain


# Dotless i is i: how I was lowered depends on who typed it.
_LETTERS = dict(zip("ılđøðħŋł", "ildodhnl", strict=True)) | {"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}
_PLAINEST = _Plainest((ord(letter), plain) for letter, plain in _LETTERS.items())


def without_marks(word: str) -> str:
    """A lower-case word without marks above and below its letters, each letter its plainest."""
    return word if word.isascii() else word.translate(_PLAINEST)
