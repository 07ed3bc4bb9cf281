"""
The numbers of a text, and whether a source has each of them with the same meaning.

"14:30 Uhr" is not fourteen people, "25. April" not twenty-five, and "1,5 Millionen" not five. How a number is written
does not matter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from bot.language import sentences
from bot.llm.number_reader import Figure, NumberKind, Reader

_PER_CENT = re.compile(r"(?i)\b(?:pour|per) ?cento?\b")
_HALF_OF_DAY = re.compile(r"(?i)(?<=[\d ])([ap])\.\s?m\b\.?")
_ISO_DATE = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_RANK = re.compile(r"\b\d{1,3}\.$")
_RANK_LENGTH = 5
_APOSTROPHES = str.maketrans("’‘ʼ′´`", "''''''")
_BETWEEN = re.compile(
    r"(?i)\.?\s?(?:[-–—,/]|bis(?: zu[mr]?)?|und|oder|to|and|or|à|a|al|au|et|ou|e|o)\s?(?:(?:den|zum|le|il|the) |l')?"
)


def plain(text: str) -> str:
    """Give a text with every digit, fraction and apostrophe in its plain form."""
    letters: list[str] = []
    for letter in text:
        if unicodedata.decomposition(letter).startswith("<fraction>") and letters and letters[-1].isdecimal():
            letters.append(" ")
        digit = unicodedata.decimal(letter, None)
        letters.append(letter if digit is None else str(digit))
    text = unicodedata.normalize("NFKC", "".join(letters)).translate(_APOSTROPHES)
    return _ISO_DATE.sub(r"\3.\2.\1", _HALF_OF_DAY.sub(r"\1m", _PER_CENT.sub("%", text)))


def find(text: str, language: str | None) -> tuple[Figure, ...]:
    """List the numbers of a text."""
    found: list[Figure] = []
    for sentence in _split(plain(text), language):
        figures = Reader(sentence, language).read()
        for first, second in pairwise(figures):
            _share(first, second, sentence[first.end : second.start])
        found += figures
    return tuple(found)


def _split(text: str, language: str | None) -> tuple[str, ...]:
    """Cut into sentences, but not behind what may be a rank: "zum 3. Mal"."""
    found: list[str] = []
    for sentence in sentences.split(text, language):
        if found and language == "de" and _RANK.search(found[-1][-_RANK_LENGTH:]):
            found[-1] = f"{found[-1]} {sentence}"
        else:
            found.append(sentence)
    return tuple(found)


def are_known(said: Sequence[Figure], source: Sequence[Figure]) -> bool:
    """Whether every number occurs in the source as what it is, and tells of nothing that it does not tell of there."""
    for figure in source:
        days = {value[0] for kind, value in figure.readings if kind is NumberKind.DATE and isinstance(value, tuple)}
        figure.readings |= {(NumberKind.DAY, day) for day in days}
    return all(_is_known(figure, source) for figure in said)


def _is_known(figure: Figure, source: Sequence[Figure]) -> bool:
    same = [other for other in source if other.readings & figure.readings]
    if figure.unit:
        return any(other.unit == figure.unit or not (other.unit or other.counted) for other in same)
    if not figure.counted:
        return bool(same)
    # "14 Tote" is not said by who tells of 14 minutes, nor by who tells of three dead and fourteen injured.
    counted = {other.counted for other in same if not other.unit}
    is_free = "" in counted or figure.counted in counted
    return bool(counted) and (is_free or all(other.counted != figure.counted for other in source))


def _share(first: Figure, second: Figure, between: str) -> None:
    """Let "25. bis 27. April" be two dates, and "5 bis 10 Millionen" two numbers of millions."""
    if not _BETWEEN.fullmatch(between):
        return
    for bare, other in ((first, second), (second, first)):
        if bare.bare is None or other.bare is not None:
            continue
        for kind, value in tuple(other.readings):
            if kind is NumberKind.DATE and isinstance(value, tuple) and bare.bare <= 31:
                bare.readings = {(NumberKind.DATE, (int(bare.bare), value[1]))}
            elif kind is NumberKind.TIME and bare.bare <= 24:
                bare.readings = {(NumberKind.TIME, int(bare.bare) * 60)}
            elif kind is NumberKind.PERCENT and bare is first:
                bare.readings = {(NumberKind.PERCENT, bare.bare)}
            elif kind is NumberKind.NUMBER and other.scale > 1 and bare is first:
                bare.readings.add((NumberKind.NUMBER, bare.bare * other.scale))
