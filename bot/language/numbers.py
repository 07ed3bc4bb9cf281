"""
Reads the numbers of a text, in digits and in words.

Numbers side by side are read together: "1,5 Millionen" and "two hundred and five thousand" are one number. What has no
certain value ("half a million", "14:30", "Covid-19") keeps its spelling, so that it equals nothing but itself. The
words of a language come from `numbers.toml` in its folder.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import cache, lru_cache

from bot.language import language_data
from bot.language.language_data import ByNumber, Words
from bot.language.word_tables import NumberWords

_MOST_DIGITS = 15
_LONGEST_WORD = 70
_APOSTROPHE = re.compile("[’‘ʼ′´`]")
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")
_FRACTION_SIGN = re.compile(r"(?<=\d)(?=[¼-¾⅐-⅞↉])")
_TOKEN = re.compile(
    r"""(?x)
    (?P<digits> \d+ \  \d+⁄\d+ | \d{1,3} (?: [\ '] \d{3} )+ (?!\d) (?: [.,]\d+ )? | \d+ (?: [.,:/⁄'] \d+ )* )
    (?P<suffix> [^\W_]* )
    | [^\W\d_]+
    """
)
_BEFORE = re.compile(r"[^\W\d_]+-?$")
"""Letters that make a name of the digits behind them: A380, Covid-19."""
_NEAR = 30
_ROMAN = re.compile("(?=..)M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a text."""

    text: str
    """Its spelling, in small letters without accents."""
    value: Fraction | None = None
    """Nothing if it is not certain."""
    figures: tuple[Fraction, ...] = ()
    """The cardinal numbers in it, one by one if they make no number together."""

    @property
    def key(self) -> Fraction | str:
        """Equal for numbers of the same digits, and for the same spelling where there is no certain value."""
        return self.text if self.value is None else self.value


def read(text: str, language: str | None) -> tuple[Number, ...]:
    """List the numbers of a text; where the language is not known, words of every language count."""
    return tuple(_read(plain(text), language if language_data.find(NumberWords, language) else None))


def plain(text: str) -> str:
    """Give a text with every digit, fraction and apostrophe in its plain form."""
    if text.isascii():
        return text
    text = _APOSTROPHE.sub("'", unicodedata.normalize("NFKC", _FRACTION_SIGN.sub(" ", text)))
    return _OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), text)


def fold(word: str) -> str:
    """Give a word in small letters without accents."""
    if word.isascii():
        return word.lower()
    return "".join(
        letter for letter in unicodedata.normalize("NFD", word.casefold()) if not unicodedata.combining(letter)
    )


class _Role(Enum):
    """What a part does in a number."""

    VALUE = "value"
    DERIVED = "derived"
    """Made of a number ("third", "dreimal"): it ends one, and is no figure."""
    POWER = "power"
    PLURAL = "plural power"
    ARTICLE = "article"
    JOINT = "joint"
    VAGUE = "vague"
    DIGITS = "digits"


_POWERS, _FILLERS = (_Role.POWER, _Role.PLURAL), (_Role.ARTICLE, _Role.JOINT)


@dataclass(frozen=True, slots=True)
class _Part:
    """A word or a run of digits."""

    text: str
    role: _Role
    value: Fraction = Fraction(1)
    is_certain: bool = True


@dataclass(slots=True)
class _Sum:
    """Adds up parts of a number as long as they make one."""

    units_first: bool
    long_tens: tuple[int, ...]
    in_word: bool
    total: Fraction = Fraction(0)
    current: Fraction | None = None
    power: Fraction | None = None
    """The last power of a thousand or more; the next is smaller."""
    first: _Role | None = None
    last: _Role | None = None

    @property
    def value(self) -> Fraction:
        """Give the number so far."""
        return self.total + (self.current or 0)

    def is_figure(self, is_certain: bool) -> bool:
        """Whether this is a cardinal number that begins with one; with an article, if nothing else stands beside it."""
        starts = (_Role.VALUE, _Role.DIGITS, _Role.ARTICLE) if is_certain else (_Role.VALUE, _Role.DIGITS)
        return self.first in starts and self.last is not _Role.DERIVED

    def take(self, part: _Part, *, joint: bool) -> bool:
        """Add a part; return False, without a change, if it does not belong to the number."""
        if part.role in (*_POWERS, _Role.VAGUE):
            is_taken = part.role in _POWERS and self.last is not _Role.DERIVED and self._multiply(part)
        elif self.last is _Role.DERIVED or (part.role is _Role.ARTICLE and self.last and not (joint or self.in_word)):
            return False
        else:
            is_taken = self._add(part.value, turned=joint and self.units_first and self.in_word)
        if is_taken:
            self.first, self.last = self.first or part.role, part.role
        return is_taken

    def _multiply(self, part: _Part) -> bool:
        if self.current is None and (part.role is _Role.PLURAL or self.total):
            return False
        factor = Fraction(1) if self.current is None else self.current
        if part.value < 1000:
            is_fit = 1 <= factor < part.value and self.last is not _Role.DIGITS
            self.current = factor * part.value if is_fit else self.current
            return is_fit
        if self.power is not None and part.value >= self.power:
            return False
        self.total, self.current, self.power = self.total + factor * part.value, None, part.value
        return True

    def _add(self, value: Fraction, *, turned: bool) -> bool:
        if self.current is None:
            self.current = value if self.power is None or value < self.power else None
            return self.current is not None
        rest = self.current % 100
        is_free = self.current >= 20 and value >= 1 and not self.current % 10 ** len(str(int(value)))
        is_turned = turned and rest < 10 and 20 <= value < 100
        if self.last is _Role.DIGITS or not (is_free or is_turned or (rest in self.long_tens and 10 <= value < 20)):
            return False
        self.current += value
        return True


def _read(text: str, language: str | None) -> Iterator[Number]:
    """Gather parts that stand side by side, and give the number they make."""
    lexicon = _lexicon(language)
    run: list[_Part] = []
    fillers: list[_Part] = []
    for item, is_close in _items(lexicon.respell(text), language):
        role = item.role if isinstance(item, _Part) else _Role.DIGITS
        in_digits = bool(run) and run[0].role is _Role.DIGITS
        is_other = in_digits and role not in (_Role.VAGUE, *_FILLERS) and (bool(fillers) or role not in _POWERS)
        if not is_close or is_other or role is _Role.DIGITS:
            if run:
                yield lexicon.number(run, fillers)
            run, fillers = [], fillers if is_close else []
        if isinstance(item, Number):
            yield item
        elif role in _FILLERS:
            fillers.append(item)
        else:
            if not run:  # before a number, an article counts where something is multiplied by it
                counts = role in (*_POWERS, _Role.VAGUE)
                fillers = [filler for filler in fillers[-1:] if counts and filler.role is _Role.ARTICLE]
            run, fillers = [*run, *fillers, item], []
    if run:
        yield lexicon.number(run, fillers)


def _items(text: str, language: str | None) -> Iterator[tuple[_Part | Number, bool]]:
    """Give the parts of numbers, and numbers that stand alone; each with whether it stands close behind the last."""
    end, decimal_mark = -1, _lexicon(language).decimal_mark
    for token in _TOKEN.finditer(text):
        raw = token["digits"]
        if raw is None:
            if (part := _find(token[0], language)) is not None:
                yield part, text[end : token.start()] in (" ", "-")
                end = token.end()
            continue
        is_close, end = text[end : token.start()] in (" ", "-"), token.end()
        value, is_certain = _amount(raw, decimal_mark)
        suffix = token["suffix"]
        power = _find(suffix, language) if suffix else None
        if power is not None and power.role not in _POWERS:
            power = None
        is_glued = suffix and power is None and fold(suffix) not in _lexicon(language).digit_endings
        prefix = _BEFORE.search(text[max(0, token.start() - _NEAR) : token.start()])
        if value is None or prefix or is_glued:
            letters = prefix[0] if prefix else ""
            figures = () if is_glued or letters[-1:].isalpha() else tuple(_figures(raw, decimal_mark))
            yield Number(fold(letters + token[0]), figures=figures), False
            continue
        yield _Part(raw, _Role.DIGITS, value, is_certain), is_close
        if power is not None:
            yield power, True


def _figures(raw: str, decimal_mark: str) -> Iterator[Fraction]:
    """Read each number of "6:3", "24/7", "25.4.2019"."""
    for part in re.split("[:/]", raw) if "⁄" not in raw else ():
        amount, _ = _amount(part, decimal_mark)
        yield from map(Fraction, re.findall(rf"\d{{1,{_MOST_DIGITS}}}", part)) if amount is None else (amount,)


def _amount(raw: str, decimal_mark: str) -> tuple[Fraction | None, bool]:
    """Read digits with marks between them: the amount, nothing if they are none, and whether it is certain."""
    digits = re.sub("[' ]", "", raw)
    marks, groups = re.findall("[.,]", digits), re.split("[.,]", digits)
    if len(digits) > _MOST_DIGITS + len(marks) or not all(group.isdecimal() for group in groups):
        return None, False
    whole = Fraction(int("".join(groups)))
    in_threes = len(groups[0]) <= 3 and groups[0] != "0" and all(len(group) == 3 for group in groups[1:])
    if not marks:
        return whole, True
    if in_threes and len(set(marks)) == 1 and digits == raw:
        return whole, len(marks) > 1 or (bool(decimal_mark) and marks[0] != decimal_mark)
    if marks[-1] in marks[:-1] or not all(len(group) == 3 for group in groups[1:-1]):
        return None, False
    return whole / 10 ** len(groups[-1]), True


class _Lexicon:
    """The words of a language, to be looked up, and its ways of putting them together."""

    def __init__(self, languages: Sequence[NumberWords], *, is_certain: bool) -> None:
        first = languages[0]
        self._parts: dict[str, _Part] = {}
        self._stems: dict[str, _Part] = {}
        for words in languages:
            self._add_words(words)
        self._long_tens, self._units_first = first.long_tens, first.units_first
        self._article_ends = first.article_ends
        self._no_figures = frozenset(fold(word) for words in languages for word in words.not_in_headlines)
        self.decimal_mark = first.decimal_mark if is_certain else ""
        self.digit_endings = frozenset(map(fold, first.digit_endings)) if is_certain else frozenset[str]()
        self._respelled = {phrase: word for words in languages for phrase, word in words.respelled.items()}
        self._phrases = re.compile("|".join(map(re.escape, self._respelled)) or "(?!)", re.IGNORECASE)
        self._compile(first, is_certain=is_certain)

    def _add_words(self, words: NumberWords) -> None:
        def add(parts: dict[str, _Part], role: _Role, numbers: ByNumber | Words) -> None:
            by_number = numbers if isinstance(numbers, Mapping) else {1: numbers}
            for number, spellings in by_number.items():
                for word in map(fold, spellings):
                    parts.setdefault(word, _Part(word, role, Fraction(number)))

        add(self._parts, _Role.ARTICLE, words.articles)
        add(self._parts, _Role.JOINT, words.joints)
        add(self._parts, _Role.VAGUE, words.vague)
        add(self._parts, _Role.VALUE, words.values)
        add(self._parts, _Role.DERIVED, words.ordinals)
        add(self._parts, _Role.POWER, words.powers)
        add(self._parts, _Role.PLURAL, words.plural_powers)
        add(self._stems, _Role.VALUE, {number: stems for number, stems in words.stems.items() if number < 100})
        add(self._stems, _Role.POWER, {number: stems for number, stems in words.stems.items() if number >= 100})

    def _compile(self, words: NumberWords, *, is_certain: bool) -> None:
        """Prepare the patterns of words made of numbers."""
        inside = [word for word, part in self._parts.items() if part.role is not _Role.JOINT or words.units_first]
        whole = _any_of(inside)
        self._piece = re.compile(_any_of([*inside, *self._stems]))
        self._compound = re.compile(f"{self._piece.pattern}*{whole}" if words.is_compound and is_certain else "(?!)")
        ending = f"(?P<ending>{fold(words.endings)})"
        pieces = f"{self._piece.pattern}{'{1,20}' if words.is_compound else ''}"
        self._derived = re.compile(pieces + ending if words.endings and is_certain else "(?!)")

    def respell(self, text: str) -> str:
        """Put one word for each phrase that is a number of its own."""
        if not self._respelled:
            return text
        return self._phrases.sub(lambda phrase: self._respelled[phrase[0].lower()], text)

    def find(self, word: str) -> _Part | None:
        """Say what a word is in a number; nothing for nearly all words."""
        if len(word) > _LONGEST_WORD:
            return None
        if _ROMAN.fullmatch(word):
            return _Part(fold(word), _Role.VAGUE)
        folded = fold(word)
        if (part := self._parts.get(folded)) is not None:
            return part
        if self._compound.fullmatch(folded):
            return self._put_together(folded, folded, _Role.VALUE)
        if derived := self._derived.fullmatch(folded):
            return self._put_together(folded, folded[: derived.start("ending")], _Role.DERIVED)
        return None

    def _put_together(self, word: str, number: str, role: _Role) -> _Part | None:
        pieces = self._piece.findall(number)
        parts = [self._parts.get(piece) or self._stems[piece] for piece in pieces]
        if any(part.role is _Role.VAGUE for part in parts):
            return _Part(word, _Role.VAGUE)
        if parts[-1].role is _Role.DERIVED:
            role = _Role.DERIVED
        sums = self._sums(parts, in_word=True)
        is_number = len(sums) == 1 and sums[0].value > 1 and "".join(pieces) == number
        return _Part(word, role, sums[0].value) if is_number else None

    def number(self, run: Sequence[_Part], fillers: Sequence[_Part]) -> Number:
        """Read parts that stand side by side; fillers behind them belong to them in "vingt et un" only."""
        if self._article_ends and [filler.role for filler in fillers] == [_Role.JOINT, _Role.ARTICLE]:
            longer = [*run, *fillers]
            run = longer if len(self._sums(longer, in_word=False)) == 1 else run
        sums = self._sums(run, in_word=False)
        is_certain = len(sums) == 1 and sums[0].last is not None and all(part.is_certain for part in run)
        text = " ".join(part.text for part in run)
        figures = (
            ()
            if text in self._no_figures
            else tuple(partial_sum.value for partial_sum in sums if partial_sum.is_figure(is_certain))
        )
        return Number(text, sums[0].value if is_certain else None, figures)

    def _sums(self, parts: Sequence[_Part], *, in_word: bool) -> list[_Sum]:
        """Add up what belongs together; a sum of nothing stands for what has no value."""
        sums: list[_Sum] = []
        joint = False
        for part in parts:
            if part.role is _Role.JOINT:
                joint = True
                continue
            if not sums or sums[-1].last is None or not sums[-1].take(part, joint=joint):
                sums.append(_Sum(self._units_first, self._long_tens, in_word))
                sums[-1].take(part, joint=False)
            joint = False
        return sums


def _any_of(words: Sequence[str]) -> str:
    return f"(?:{'|'.join(map(re.escape, sorted(words, key=len, reverse=True)))})"


@cache
def _lexicon(language: str | None) -> _Lexicon:
    known = language_data.find_all(NumberWords)
    return _Lexicon([known[language]] if language else list(known.values()), is_certain=language is not None)


@lru_cache(maxsize=8192)
def _find(word: str, language: str | None) -> _Part | None:
    return _lexicon(language).find(word)
