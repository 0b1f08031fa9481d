"""Made-up texts whose words are spread as in real ones: a few are in every message, most are rare (Zipf's law).

The lexeme of each word of the vocabulary is found once, so that the words for the search cost next to nothing.
"""

import random
from itertools import accumulate

from sira.plumbing.words.stems import lexeme
from sira.plumbing.words.tokens import joined

VOCABULARY = 30_000
EXPONENT = 1.05
USUAL_WORDS, SHORTEST, LONGEST = 28, 5, 200  # of a message
# For measuring the search: a word in 5 % of all messages, and one in one of 20,000.
COMMON, COMMON_SHARE = "vpn", 0.05
RARE, RARE_SHARE = "zirconquill", 1 / 20_000
SYLLABLES = {
    "en": "ba con der ing lo ment per re sta tion un ver wor pro si ta ble com net ser ter ma den po",
    "tr": "ka la mak ler ye den bil gi sa yar yaz ıcı ağ bağ lan tı çö züm gün cel is tek kul lan",
    "fa": "سا ری کا ما نه را به دا شت می رو تا بر گ ند آن خو ست هم چا پ شب که",
    "pl": "prze nie sta wia kom pu ter sie ci dro gi pra co wni ka za mó wie usz ko dze dru kar",
}


class Writer:
    """Writes messages in one language; the same again for the same chance."""

    def __init__(self, language: str, chance: random.Random) -> None:
        syllables, made = SYLLABLES[language].split(), random.Random(language)
        words: dict[str, None] = {}
        while len(words) < VOCABULARY:
            words["".join(made.choices(syllables, k=made.choice([1, 2, 2, 3, 3, 3, 4])))] = None
        self.chance = chance
        # Frequent words are short ones.
        ranked = sorted(words, key=lambda word: len(word) * made.uniform(0.6, 1.4))
        self.words = [*ranked, COMMON, RARE]
        self.lexemes = [lexeme(word, language) for word in self.words]
        self.among = range(VOCABULARY)
        self.weights = list(accumulate(1 / (rank + 8) ** EXPONENT for rank in self.among))

    def subject(self) -> list[int]:
        return self.chance.choices(self.among, cum_weights=self.weights, k=self.chance.randint(3, 8))

    def message(self) -> list[int]:
        """Places in the vocabulary."""
        count = int(min(LONGEST, max(SHORTEST, self.chance.lognormvariate(0, 0.6) * USUAL_WORDS)))
        found = self.chance.choices(self.among, cum_weights=self.weights, k=count)
        if self.chance.random() < COMMON_SHARE:
            found[self.chance.randrange(count)] = VOCABULARY
        if self.chance.random() < RARE_SHARE:
            found[self.chance.randrange(count)] = VOCABULARY + 1
        return found

    def text(self, places: list[int]) -> str:
        """In sentences, without a line end."""
        words = [self.words[place] for place in places]
        for end in range(9, len(words), 10):
            words[end] += "."
        return " ".join(words).capitalize()

    def line(self, places: list[int]) -> str:
        """As sira.plumbing.words.tokens.line gives it for the text."""
        return joined(self.lexemes[place] for place in places)
