"""
What goes to the model, and what of its answer may be shown.

The article was written by somebody else and the answer by a machine that believes what it reads: neither is trusted.
An answer passes only if it is plain text in the right language and says nothing that the article does not.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping

from bot.language import fold, sentences, tokens

LONGEST_TEXT = 6_000
LONGEST = 300
SHORTEST = 40
_FAR_TOO_LONG = 900
_MISSING_NAMES = 0.25
_OWN_WORDS = 0.5
_LONG_WORD = 5
_STEM = 4
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_UNWANTED = re.compile(
    r"""
      ://  | (?<!\w)www\.                                   # addresses
    | (?<!\w)(?:https?|tg|mailto|ftp|file|data|javascript):\S
    | \w\.[^\W\d_]{2,}                                      # what Telegram makes a link of: evil.com
    | \d+\.\d+\.\d+\.\d+
    | [@#]\w | \$[^\W\d_]                                   # names, hashtags, cashtags
    | (?<![\w/])/\w                                         # commands of a bot
    | [<>`{}\[\]\\|*_~]                                     # markup of any kind
    """,
    re.VERBOSE,
)
_NUMBER = re.compile(r"\d{1,3}(?:['’\s]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,:]\d+)*")
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_NUMBERS = "2 3 4 5 6 7 8 9 10 11 12 20 30 40 50 100 1000".split()
_COUNTS = {
    language: dict(zip(words.split(), _NUMBERS, strict=True))
    for language, words in {
        "de": "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf zwanzig dreissig vierzig fünfzig hundert "
        "tausend",
        "en": "two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred thousand",
        "fr": "deux trois quatre cinq six sept huit neuf dix onze douze vingt trente quarante cinquante cent mille",
        "it": "due tre quattro cinque sei sette otto nove dieci undici dodici venti trenta quaranta cinquanta cento "
        "mille",
    }.items()
}
_LARGE = re.compile(r"(?i)^(?:mio|mrd|million\w*|milliard\w*|billion\w*|trillion\w*|milion\w*|miliard\w*)$")


def clean(text: str) -> str:
    """Take out everything that cannot be seen, and cut to what the model gets."""
    shown = unicodedata.normalize("NFC", text[: 2 * LONGEST_TEXT]).translate(_Shown())
    return " ".join(shown.split())[:LONGEST_TEXT]


class _Shown(dict[int, str | None]):
    """What becomes of each character; looked up once each."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        hidden = unicodedata.category(character) in _HIDDEN
        self[code] = " " if character.isspace() else None if hidden else character
        return self[code]


def check(answer: str, source: str, language: str | None, detect: Callable[[str], str | None]) -> str | None:
    """Return what may be shown of an answer about a cleaned text, or None."""
    if len(answer) > _FAR_TOO_LONG:
        return None
    text = _shorten(clean(answer), language)
    if len(text) < SHORTEST or _UNWANTED.search(text):
        return None
    found = detect(text)
    if found is not None and language is not None and found != language:
        return None
    known = _Words(source)
    if (
        not _has_numbers(text, source, known, language)
        or not _has_names(text, known, language)
        or not _is_about(text, known)
    ):
        return None
    return text


def _shorten(text: str, language: str | None) -> str:
    """Keep the whole sentences that fit; nothing if not even the first does."""
    if len(text) <= LONGEST:
        return text
    kept = ""
    for sentence in sentences.split(text, language):
        if len(kept) + len(sentence) + 1 > LONGEST:
            break
        kept = f"{kept} {sentence}".strip()
    return kept


class _Words:
    """The words of a text, to be asked for by their beginnings."""

    def __init__(self, text: str) -> None:
        self._set = {fold.fold(word) for word in tokens.words(text)}
        self._sorted = sorted(self._set)

    def __contains__(self, word: str) -> bool:
        """Whether a word is there in some form, or begins with one that is."""
        folded = fold.fold(word)
        if folded in self._set:
            return True
        stem = folded[: max(_STEM, len(folded) - 3)]
        if len(stem) < _STEM:
            return False
        place = bisect_left(self._sorted, stem)
        if place < len(self._sorted) and self._sorted[place].startswith(stem):
            return True
        return any(folded[:length] in self._set for length in range(_STEM, len(folded)))


def _has_numbers(text: str, source: str, known: _Words, language: str | None) -> bool:
    """Whether every number occurs in the article, as digits or as a word."""
    counts = _COUNTS.get(language or "", {})
    given = _numbers(source, with_parts=True) | set(_counted(source, counts))
    if not given.issuperset({*_numbers(text), *_counted(text, counts)}):
        return False
    return all(word in known for word in tokens.words(text) if _LARGE.match(word))


def _counted(text: str, counts: Mapping[str, str]) -> Iterable[str]:
    words = (word.lower().replace("ß", "ss") for word in tokens.words(text))
    return (counts[word] for word in words if word in counts)


def _numbers(text: str, *, with_parts: bool = False) -> set[str]:
    """Collect numbers in one way of writing, and the parts of dates and times if wanted."""
    found: set[str] = set()
    for match in _NUMBER.finditer(text):
        written = re.sub(r"['’\s]", "", match.group())
        parts = re.split(r"[.,:]", written)
        if _THOUSANDS.fullmatch(written):
            written = "".join(parts)
        elif with_parts and (len(parts) > 2 or ":" in written):
            found.update(part.lstrip("0") or "0" for part in parts)
        found.add(re.sub(r"[,:]", ".", written).lstrip("0") or "0")
    return found


def _has_names(text: str, known: _Words, language: str | None) -> bool:
    """Whether most words with a capital occur in the article; the first of a sentence has one anyway."""
    names = []
    for sentence in sentences.split(text, language):
        names += [word for word in tokens.words(sentence)[1:] if word[:1].isupper()]
    missing = sum(name not in known for name in names)
    return missing <= _MISSING_NAMES * len(names)


def _is_about(text: str, known: _Words) -> bool:
    """Whether the answer is made of the article's words: neither an excuse nor somebody else's message."""
    words = [word for word in tokens.words(text) if len(word) >= _LONG_WORD]
    return bool(words) and sum(word in known for word in words) >= _OWN_WORDS * len(words)
