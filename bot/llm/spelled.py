"""Puts words of a number together: "two hundred and five thousand", "quatre-vingt-dix", "drei Viertel"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from bot.llm import numerals
from bot.llm.numerals import Numeral, Part

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
        found = {each.part: each for each in numerals.read_numeral(word, language)}
        if is_joined and self.current is not None and numerals.is_one(word):
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
        if at and not is_joined and (word.lower() in _JOINTS or (is_half and numerals.is_one(word))):
            is_joined = True
            continue
        if not spelled.take(word, language, is_joined=is_joined or gap == "-"):
            break
        spelled.length, is_joined = at + 1, False
    return spelled
