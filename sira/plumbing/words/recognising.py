"""Which language a text is in: by its script, its small words, its letters and the ends of its words.

Languages that are not listed are taken for a neighbour; a text without evidence gets the language given for that.
"""

import re
from collections import defaultdict

from sira.plumbing.words.folding import lowered, without_marks
from sira.plumbing.words.profiles import ENDINGS, LETTERS, SMALL_WORDS

LOOKED_AT = 1500  # characters; more changes nothing
SCRIPTS = [
    (re.compile("[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufeff]"), ("fa", "ar")),
    (re.compile("[\u0400-\u04ff]"), ("ru", "uk")),
    (re.compile("[a-zA-Z\u00c0-\u024f]"), ("en", "tr", "pl", "de", "fr", "es", "it", "pt", "nl")),
    (re.compile("[\u0370-\u03ff]"), ("el",)),
    (re.compile("[\u0590-\u05ff]"), ("he",)),
    (re.compile("[\u3040-\u30ff]"), ("ja",)),
    (re.compile("[\uac00-\ud7af]"), ("ko",)),
    (re.compile("[\u4e00-\u9fff]"), ("zh",)),
]
LATIN = [script for script in SCRIPTS if "en" in script[1]]
NOT_WORDS = re.compile(r"(?<!\S)\S*(?:[@\d_/\\]|\w\.\w)\S*")  # addresses, numbers, names of files and machines
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


def _shares(signs: dict[str, set[str]]) -> dict[str, dict[str, float]]:
    """Sign -> language -> weight: the fewer languages share it, the more it says."""
    found: dict[str, list[str]] = defaultdict(list)
    for language, its in signs.items():
        for sign in its:
            found[sign].append(language)
    return {sign: dict.fromkeys(languages, 2.0 / len(languages)) for sign, languages in found.items()}


def _spellings(words: str) -> set[str]:
    return {form for word in words.split() for form in (word, without_marks(word), lowered(word))}


_WORDS = _shares({language: _spellings(words) for language, words in SMALL_WORDS.items()})
_ENDINGS = _shares({language: set(endings.split()) for language, endings in ENDINGS.items()})
_LETTERS = _shares({language: set(letters) for language, letters in LETTERS.items()})
_SIGNS = re.compile("[" + "".join(LETTERS.values()) + "]")


def recognise(text: str, *, otherwise: str = "en") -> str:
    """The ISO 639-1 code of the language that most of the text is in; `otherwise` where there is no evidence."""
    text = NOT_WORDS.sub(" ", text[:LOOKED_AT])
    counts = [(len(script.findall(text)), languages) for script, languages in (LATIN if text.isascii() else SCRIPTS)]
    letters, candidates = max(counts, key=lambda count: count[0])
    if not letters:
        return otherwise
    if len(candidates) == 1:
        return candidates[0]
    scores = _scores(text)
    best = max(candidates, key=lambda language: scores.get(language, 0.0))
    if scores.get(best, 0.0) > 0:
        return best
    return otherwise if otherwise in candidates else candidates[0]


def _scores(text: str) -> dict[str, float]:
    scores: dict[str, float] = defaultdict(float)
    for sign in _SIGNS.findall(text):
        for language, weight in _LETTERS[sign].items():
            scores[language] += weight / 2
    for word in WORD.findall(text.lower().replace("’", "'")):
        known = _WORDS.get(word)
        if known:
            for language, weight in known.items():
                scores[language] += weight
            continue
        bare = without_marks(word)
        for length in (4, 3, 2):
            ending = _ENDINGS.get(bare[-length:]) if len(bare) > length else None
            if ending:
                for language, weight in ending.items():
                    scores[language] += weight / 2.5
                break
    return scores
