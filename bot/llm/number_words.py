"""
Numbers written as words in German, English, French and Italian: "zweihundert", "quatre-vingt-dix".

A word is looked up without its accents. "Ein" and its like count only where something is multiplied by them ("eine
Million"), because elsewhere they are articles. `read_spelled` joins words to one number: "two hundred and five
thousand", "drei Viertel".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from functools import cache, lru_cache

HALF = Fraction(1, 2)


class Part(Enum):
    """What a word does in a number."""

    PLUS = "plus"
    """A number of its own, added to larger ones before it: twenty, one."""
    TIMES = "times"
    """Multiplies what stands before it: hundred, dozen, million."""
    ORDINAL = "ordinal"
    FRACTION = "fraction"


@dataclass(frozen=True, slots=True)
class Numeral:
    """A word of a number."""

    part: Part
    value: Fraction
    is_many: bool = False
    """A plural: with nothing before it, it is no certain number ("Tausende")."""
    is_about: bool = False
    """Never a certain number: "une vingtaine", and a dozen is taken so too."""


def _numbered(words: str, first: int = 1, step: int = 1) -> dict[str, int]:
    return {word: first + at * step for at, word in enumerate(words.split()) if word != "-"}


_UNITS = {
    "de": _numbered("ein zwei drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn funfzehn "
                    "sechzehn siebzehn achtzehn neunzehn") | {"zwo": 2},
    "en": _numbered("one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
                    "seventeen eighteen nineteen"),
    "fr": _numbered("un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"),
    "it": _numbered("uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici "
                    "sedici diciassette diciotto diciannove"),
}  # fmt: skip
_TENS = {
    "de": _numbered("zwanzig dreissig vierzig funfzig sechzig siebzig achtzig neunzig", 20, 10) | {"dreizig": 30},
    "en": _numbered("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10) | {"fourty": 40},
    "fr": _numbered("vingt trente quarante cinquante soixante septante huitante nonante", 20, 10)
    | {"vingts": 20, "octante": 80},
    "it": _numbered("venti trenta quaranta cinquanta sessanta settanta ottanta novanta", 20, 10),
}
_ONES = frozenset("a an one un une uno una ein eine einem einen einer eines".split())
_POWERS = {
    "de": "hundert=100 tausend=1000 tsd=1000 mio=1e6 mill=1e6 million=1e6 mrd=1e9 milliarde=1e9 "
    "billion=1e12 trillion=1e18",
    "en": "hundred=100 thousand=1000 mln=1e6 million=1e6 bn=1e9 billion=1e9 trillion=1e12",
    "fr": "cent=100 mille=1000 mio=1e6 million=1e6 mrd=1e9 milliard=1e9 billion=1e12",
    "it": "mila=1000 mln=1e6 mio=1e6 milione=1e6 mld=1e9 mrd=1e9 miliardo=1e9 bilione=1e12",
}
_MANY = {
    "de": "hunderte=100 hunderten=100 tausende=1000 tausenden=1000 millionen=1e6 "
    "milliarden=1e9 billionen=1e12 trillionen=1e18",
    "en": "tens=10 scores=20 hundreds=100 thousands=1000 millions=1e6 billions=1e9 trillions=1e12",
    "fr": "cents=100 millions=1e6 milliards=1e9 billions=1e12",
    "it": "milioni=1e6 miliardi=1e9 bilioni=1e12",
}
_ABOUT = {
    "de": "dutzend=12 dutzende=12 dutzenden=12",
    "en": "dozen=12 dozens=12",
    "fr": "dizaine=10 dizaines=10 douzaine=12 douzaines=12 quinzaine=15 vingtaine=20 vingtaines=20 trentaine=30 "
    "quarantaine=40 cinquantaine=50 soixantaine=60 centaine=100 centaines=100 millier=1000 milliers=1000",
    "it": "decina=10 decine=10 dozzina=12 dozzine=12 quindicina=15 ventina=20 ventine=20 trentina=30 quarantina=40 "
    "cinquantina=50 sessantina=60 centinaio=100 centinaia=100 migliaio=1000 migliaia=1000",
}
_ORDINALS = {
    "de": "dritte=3 siebte=7 achte=8",
    "en": "second=2 third=3 fifth=5 eighth=8 ninth=9 twelfth=12",
    "fr": "second=2 seconde=2 deuxieme=2 troisieme=3 quatrieme=4 cinquieme=5 sixieme=6 septieme=7 huitieme=8 "
    "neuvieme=9 dixieme=10 onzieme=11 douzieme=12 vingtieme=20 centieme=100 millieme=1000",
    "it": "terzo=3 quarto=4 quinto=5 sesto=6 settimo=7 ottavo=8 nono=9 decimo=10",
}
_FRACTIONS = {
    "de": "halb=2 halbe=2 halben=2 halber=2 halbes=2 halfte=2 haelfte=2 drittel=3 viertel=4 dreiviertel=4",
    "en": "half=2 halves=2 third=3 thirds=3 quarter=4 quarters=4 fifths=5 tenths=10",
    "fr": "demi=2 demie=2 moitie=2 tiers=3 quart=4 quarts=4",
    "it": "mezzo=2 mezza=2 terzi=3 terzo=3 quarti=4 quarto=4",
}
_OTHERS = {
    "de": {"anderthalb": Fraction(3, 2), "null": Fraction(0), "eins": Fraction(1)},
    "en": {"zero": Fraction(0), "twice": Fraction(2), "thrice": Fraction(3)},
    "fr": {"zero": Fraction(0)},
    "it": {"zero": Fraction(0), "mille": Fraction(1000)},
}
_GERMAN_SUFFIX = re.compile(r"(?:fach|mal|[a-z]{2,10}ig)(?:e[mnrs]?|ern?s?)?")
_GERMAN_ORDINAL = re.compile(r"s?te[mnrs]?")
_GERMAN_FRACTION = re.compile(r"s?teln?s?")
_LONGEST_WORD = 60


def plain_word(word: str) -> str:
    """Give a word in small letters without accents."""
    if word.isascii():
        return word.lower()
    folded = unicodedata.normalize("NFD", word.casefold())
    return "".join(letter for letter in folded if not unicodedata.combining(letter))


def is_one(word: str) -> bool:
    """Tell whether a word may be the number one, or an article."""
    return plain_word(word) in _ONES


@lru_cache(maxsize=8192)
def read_numeral(word: str, language: str | None) -> tuple[Numeral, ...]:
    """Say what a word may be in a number; nothing for nearly all words."""
    if language not in _UNITS or len(word) > _LONGEST_WORD:
        return ()
    folded = plain_word(word)
    found = list(_table(language).get(folded, ()))
    if language == "it" and word.casefold() == "metà":  # without its accent it is another word
        found.append(Numeral(Part.FRACTION, HALF))
    if found:
        return tuple(found)
    if language == "de":
        return _german(folded.replace("fuenf", "funf").replace("zwoelf", "zwolf"))
    if language == "it":
        return _italian(folded)
    if language == "en" and folded.endswith("fold"):
        return _table(language).get(folded.removesuffix("fold"), ())
    return ()


@cache
def _table(language: str) -> Mapping[str, tuple[Numeral, ...]]:
    found: dict[str, list[Numeral]] = {}

    def add(words: Iterable[tuple[str, Fraction]], part: Part, *, is_many: bool = False) -> None:
        for word, value in words:
            found.setdefault(word, []).append(Numeral(part, value, is_many))

    plus = {**_UNITS[language], **_TENS[language]}
    add(((word, Fraction(value)) for word, value in plus.items() if value > 1), Part.PLUS)
    add(_OTHERS[language].items(), Part.PLUS)
    add(_pairs(_POWERS[language]), Part.TIMES)
    add(_pairs(_MANY[language]), Part.TIMES, is_many=True)
    for word, value in _pairs(_ABOUT[language]):
        found[word] = [Numeral(Part.TIMES, value, is_about=True)]
    add(_pairs(_ORDINALS[language]), Part.ORDINAL)
    add(((word, 1 / value) for word, value in _pairs(_FRACTIONS[language])), Part.FRACTION)
    if language == "en":
        regular = ((word, value) for word, value in plus.items() if word not in ("one", "two", "three", "five"))
        add(
            ((f"{word.removesuffix('y')}{'ie' * word.endswith('y')}th", Fraction(v)) for word, v in regular),
            Part.ORDINAL,
        )
    if language == "it":
        endings = ((word[:-1] + end, value) for word, value in _pairs(_ORDINALS["it"]) for end in "aei")
        add(endings, Part.ORDINAL)
    return {word: tuple(numerals) for word, numerals in found.items()}


def _pairs(text: str) -> Iterable[tuple[str, Fraction]]:
    return ((word, Fraction(value)) for word, _, value in (pair.partition("=") for pair in text.split()))


def _german(word: str) -> tuple[Numeral, ...]:
    value = _compound(word, "de")
    if value == 1:
        return ()
    if value is not None:
        return (Numeral(Part.PLUS, Fraction(value)),)
    for end in range(len(word) - 1, 2, -1):
        value, rest = _compound(word[:end], "de"), word[end:]
        if value is None:
            continue
        if rest == "einhalb":
            return (Numeral(Part.PLUS, value + HALF),)
        if rest in ("e", "en") and value >= 100:
            return (Numeral(Part.TIMES, Fraction(value), is_many=True),)
        if value < 2:
            continue
        if _GERMAN_ORDINAL.fullmatch(rest):
            return (Numeral(Part.ORDINAL, Fraction(value)),)
        if _GERMAN_FRACTION.fullmatch(rest):
            return (Numeral(Part.FRACTION, Fraction(1, value)),)
        if _GERMAN_SUFFIX.fullmatch(rest):
            return (Numeral(Part.PLUS, Fraction(value)),)
    return _table("de").get(word.rstrip("mnrs"), ()) if word[:-1].endswith("te") else ()


def _italian(word: str) -> tuple[Numeral, ...]:
    value = _compound(word, "it")
    if value is not None and value > 1:
        return (Numeral(Part.PLUS, Fraction(value)),)
    if len(word) > 6 and word[-5:-1] == "esim":
        stem = word[:-5]
        value = next((found for end in ("", "a", "e", "i", "o") if (found := _compound(stem + end, "it"))), None)
        return (Numeral(Part.ORDINAL, Fraction(value)),) if value else ()
    return ()


def _compound(word: str, language: str) -> int | None:
    """Read a number below a million that is one word."""
    head, found, tail = word.partition("tausend" if language == "de" else "mila")
    if language == "it" and not found and word.startswith("mille"):
        head, found, tail = "", "mille", word.removeprefix("mille")
    if not found:
        return _below_thousand(word, language)
    high = _below_thousand(head, language) if head else 1
    low = _below_thousand(tail.removeprefix("und"), language) if tail else 0
    return high * 1000 + low if high is not None and low is not None else None


def _below_thousand(word: str, language: str) -> int | None:
    head, found, tail = word.partition("hundert" if language == "de" else "cento")
    small = _below_hundred(language)
    if not found:
        return small.get(word)
    high = small.get(head) if head else 1
    low = small.get(tail.removeprefix("und")) if tail else 0
    return high * 100 + low if high is not None and low is not None else None


@cache
def _below_hundred(language: str) -> Mapping[str, int]:
    units, tens = _UNITS[language], _TENS[language]
    found = {**units, **tens}
    for unit, low in units.items():
        for ten, high in tens.items():
            if low < 10 and language == "de":
                found[f"{unit}und{ten}"] = high + low
            elif low < 10:
                found[f"{ten[:-1] if unit[0] in 'uo' else ten}{unit}"] = high + low
                if unit == "uno":
                    found[f"{ten[:-1]}un"] = high + low
    if language == "de":
        found["eins"] = 1
    return found


MOST_WORDS = 12
_JOINTS = {"und", "and", "et", "e"}


@dataclass(slots=True)
class Spelled:
    """A number in words, as far as it was read."""

    total: Fraction = Fraction(0)
    current: Fraction | None = None
    last: Fraction = Fraction(1)
    """The power that came last: what a half after it is a half of."""
    is_many: bool = False
    is_rank: bool = False
    shares: set[Fraction] = field(default_factory=set)
    """What a rank may be as well: a third."""
    length: int = 0

    @property
    def value(self) -> Fraction:
        """Give the whole number."""
        return self.total + (self.current or 0)

    def take(self, word: str, language: str, *, is_joined: bool) -> bool:
        """Take one more word in, if it belongs to the number."""
        found = {each.part: each for each in read_numeral(word, language)}
        if is_joined and self.current is not None and is_one(word):
            return self._plus(Fraction(1), language)
        if Part.PLUS in found:
            return self._plus(found[Part.PLUS].value, language)
        if Part.TIMES in found:
            return self._times(found[Part.TIMES])
        if Part.FRACTION in found and not is_joined and (Part.ORDINAL not in found or self.current is not None):
            self.current = (Fraction(1) if self.current is None else self.current) * found[Part.FRACTION].value
            return True
        if Part.ORDINAL in found and self._plus(found[Part.ORDINAL].value, language):
            self.is_rank = True
            self.shares = {each.value for part, each in found.items() if part is Part.FRACTION}
            return True
        return False

    def _plus(self, value: Fraction, language: str) -> bool:
        rest = (self.current or 0) % 100
        if self.current is None:
            self.current = value
        elif language == "fr" and rest == 4 and value == 20:
            self.current += 76
        elif (
            (language == "fr" and rest in (60, 80) and value < 20)
            or (value < 10 and rest >= 20 and rest % 10 == 0)
            or (value < 100 and rest == 0 and self.current >= 100)
        ):
            self.current += value
        else:
            return False
        return True

    def _times(self, numeral: Numeral) -> bool:
        if self.current is None and self.total:
            return False
        self.is_many = numeral.is_about or (numeral.is_many and self.current is None)
        self.last = numeral.value
        self.current = (1 if self.current is None else self.current) * numeral.value
        if numeral.value >= 1000:
            self.total, self.current = self.total + self.current, None
        return True


def read_spelled(words: Sequence[str], gaps: Sequence[str], language: str) -> Spelled:
    """Read the number these words begin with, each after its gap; one of length 0 when they begin with none."""
    spelled = Spelled()
    is_joined = False
    for at, (word, gap) in enumerate(zip(words, gaps, strict=True)):
        if spelled.is_rank or (at and gap not in (" ", "-")):
            break
        is_half = spelled.current is not None and spelled.current < 1
        if at and not is_joined and (word.lower() in _JOINTS or (is_half and is_one(word))):
            is_joined = True
            continue
        if not spelled.take(word, language, is_joined=is_joined or gap == "-"):
            break
        spelled.length, is_joined = at + 1, False
    return spelled
