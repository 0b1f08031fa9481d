"""Is this only a thank-you? Such a message neither reopens a ticket nor ends a wait."""

import re

# Whole phrases of courtesy, longest first when joined; a message made of nothing else asks for nothing.
COURTESY = {
    "en": "thank you very much|thank you so much|many thanks|thanks a lot|thank you|thanks|thx|ty|cheers|great|perfect|"
    "super|awesome|excellent|all good|ok|okay|it works now|works now|works|solved|have a nice day|best regards|"
    "kind regards|regards|best|so much|very much|again|hello|hi|dear|for your help|for the help|for the quick help|now",
    "tr": "çok teşekkür ederim|çok teşekkürler|teşekkür ederim|teşekkür ederiz|teşekkürler|sağ olun|sağolun|sağ ol|"
    "elinize sağlık|eline sağlık|tamamdır|tamam|harika|süper|mükemmel|iyi günler|iyi çalışmalar|kolay gelsin|saygılar|"
    "saygılarımla|merhaba|selam|yardımınız için|ilginiz için|oldu|düzeldi|çözüldü",
    "fa": "خیلی ممنون|خیلی ممنونم|بسیار سپاسگزارم|سپاسگزارم|سپاس|متشکرم|متشکر|ممنونم|ممنون|تشکر|مرسی|دست شما درد نکند|"
    "عالی|عالی بود|درست شد|حل شد|باشه|سلام|با احترام|روز خوش|خسته نباشید|از شما|از کمک شما|بسیار|خیلی",
    "pl": "bardzo dziękuję|dziękuję bardzo|dziękuję|dziękujemy|dzięki wielkie|wielkie dzięki|dzięki|dzieki|"
    "super|świetnie|doskonale|ok|w porządku|działa|już działa|rozwiązane|pozdrawiam|z poważaniem|"
    "miłego dnia|dzień dobry|cześć|za pomoc|za szybką pomoc|bardzo",
}
_PHRASES = re.compile(
    r"\b(?:"
    + "|".join(sorted({re.escape(p) for text in COURTESY.values() for p in text.split("|")}, key=len)[::-1])
    + r")\b"
)
_GRATITUDE = re.compile(
    r"than[kx]|\bty\b|cheers|teşekkür|sağ ?ol|eline|ممنون|سپاس|تشکر|متشکر|مرسی|درد نکند|dzięk|dziek"
)
# Any of these, and the writer has more to say.
_BUT = re.compile(
    r"\b(?:not|no|but|still|however|nope|again please|değil|ama|fakat|hâlâ|hala|yok|olmadı|نه|هنوز|ولی|اما|نشد|نیست|"
    r"نمی\w*|nie|ale|nadal|jednak|wciąż)\b|n't\b"
)
LONGEST = 200


def is_only_thanks(text: str) -> bool:
    """True for a short text with a word of gratitude in which nothing but courtesy is left, one name aside."""
    words = text.replace("\u0130", "i").lower().replace("\u200c", " ").strip()
    if not words or len(words) > LONGEST or "?" in words or "؟" in words or not _GRATITUDE.search(words):
        return False
    if _BUT.search(words):
        return False
    left = re.findall(r"[^\W\d_]+|\d+", _PHRASES.sub(" ", words))
    return len(left) <= 2 and not any(word.isdigit() for word in left)
