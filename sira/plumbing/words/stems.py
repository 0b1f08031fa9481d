"""From a word to what is indexed for it: its stem in its language, without marks, and a letter for the language.

The letter keeps languages apart: English "serving" has the stem "serv" and so has French "serveur", yet who looks for
"serveur" does not mean "serving". The language of a question need not be known: it asks for the stems of all of them.
"""

from functools import cache, lru_cache

import snowballstemmer

from sira.plumbing.words.folding import without_marks

LATIN = {
    "en": "english", "tr": "turkish", "pl": "polish", "de": "german", "fr": "french", "es": "spanish", "it": "italian",
    "pt": "portuguese", "nl": "dutch",
}  # fmt: skip
ARABIC = {"fa": "persian", "ar": "arabic"}
CYRILLIC = {"ru": "russian"}
STEMMERS = LATIN | ARABIC | CYRILLIC
LETTERS = dict(zip(STEMMERS, "ETPDRSIONFAU", strict=True))  # upper case, since words are lower; never to be changed

LONGEST_STEM = {"tr": 7, "pl": 7}  # their endings go further than the stemmers follow (hit@1 +0.5 and +1.6 points)
SHORTEST_STEM = 3  # "działa" has the Polish stem "dz": such a stem says nothing
BACK, FRONT = frozenset("aouı"), frozenset("eöü")
IT_DOES = ("نمی", "می")  # Persian "does not", "does": written apart, joined or with a joiner
SHORTEST_VERB = 3

# Dropped from texts and questions alike, whatever the language, so only what is of no use in any of them.
_TOO_COMMON = {
    "en": "the of and to is in that it for was are as with be this have not but you we an at by if or so"
    " from my our your can will has had been were there hello please thanks",
    "tr": "ve bir bu da de icin ile cok gibi olarak merhaba lutfen",
    "pl": "nie sie ze jest na do jak od za przez czy lub oraz prosze witam",
    "de": "der die und das den von zu mit ist ein eine",
    "fr, es": "les des une est que el los las del",
    "fa": "و در به از که این را با است برای ان ها های می نمی یا هم تا سلام لطفا",
}
TOO_COMMON = frozenset("abcdefghijklmnopqrstuvwxyz").union(*(words.split() for words in _TOO_COMMON.values()))


@lru_cache(maxsize=8192)
def lexeme(word: str, language: str) -> str:
    """What is indexed for a lower-case word in a text of that language; empty for what every text has.

    Words with digits stand as they are: they are names of things.
    """
    bare = without_marks(word)
    if bare in TOO_COMMON:
        return ""
    if not word.isalpha():
        return bare
    family = _family(word)
    own = language if language in family else next(iter(family), "")  # a word of another script: that one's first
    return _stem(word, bare, own) + LETTERS[own] if own else bare


def lexemes(word: str) -> list[str]:
    """All that may be indexed for a word of unknown language, with marks or without; none for what every text has."""
    bare = without_marks(word)
    if bare in TOO_COMMON:
        return []
    if not word.isalpha():
        return [bare]
    forms = {word, bare}
    return sorted({_stem(form, bare, own) + LETTERS[own] for own in _family(word) for form in forms}) or [bare]


def _stem(word: str, bare: str, language: str) -> str:
    if len(word) <= SHORTEST_STEM:
        return bare
    if language == "tr":
        # Of yazıcılar the stemmer leaves yazıcı, and of yazıcı less: taken again, both come to the same.
        word = _stemmer("tr").stemWord(_with_turkish_i(word))
    elif language == "fa":
        word = _without_prefix(word)
    short = without_marks(_stemmer(language).stemWord(word))[: LONGEST_STEM.get(language)]
    return short if len(short) >= SHORTEST_STEM else bare


@cache
def _stemmer(language: str) -> snowballstemmer.stemmer:
    stemmer = snowballstemmer.stemmer(STEMMERS[language])
    stemmer.maxCacheSize = 0  # of PyStemmer, ten thousand otherwise; tokens.py remembers whole words
    return stemmer


def _family(word: str) -> dict[str, str]:
    """The languages, with stemmers, whose script the word is in."""
    if word.isascii():
        return LATIN
    letter = max(word)
    if letter < "\u0250":
        return LATIN
    if "\u0600" <= letter < "\u0700":
        return ARABIC
    return CYRILLIC if "\u0400" <= letter < "\u0530" else {}


def _with_turkish_i(word: str) -> str:
    """Dotless i among back vowels, as harmony wants it: for those who type without, and whatever lowering has lost."""
    if "i" not in word:
        return word
    back = next((letter in BACK for letter in word if letter in BACK or letter in FRONT), False)
    letters = []
    for letter in word:
        back = letter in BACK or (back and letter not in FRONT)
        letters.append("ı" if letter == "i" and back else letter)
    return "".join(letters)


def _without_prefix(word: str) -> str:
    for prefix in IT_DOES:
        if word.startswith(prefix) and len(word) - len(prefix) >= SHORTEST_VERB:
            return word.removeprefix(prefix)
    return word
