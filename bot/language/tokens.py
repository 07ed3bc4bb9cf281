"""
Words of a text and where they stand.

A word is a run of letters and digits. Hyphens and apostrophes separate, so "Nato-Russland-Rat", "l'exercice" and
"people's" give their parts; phrases are sequences of parts, however they were joined.
"""

from __future__ import annotations

import re

from bot.language.fold import IGNORED

_LONGEST = 100
"""Letters in a row of which one word is made; a longer run is none, and falls into pieces that cost no more."""
_MARKS = rf"[\u0300-\u036f{IGNORED}]"
_WORD = re.compile(rf"[^\W_]{{1,{_LONGEST}}}(?:{_MARKS}{{1,{_LONGEST}}}[^\W_]{{0,{_LONGEST}}}){{0,{_LONGEST}}}")
"""Marks and invisible characters are part of a word, so that offsets fit the text as it came."""

_END = re.compile(r"[.!?…]+[\"'”“»«’)\]]*\s")
_ABBREVIATED = 2
"""A full stop after so few letters, or after digits, ends no sentence: "St. Gallen", "25. April", "J. Biden"."""


def words(text: str) -> list[str]:
    """Return the words of a text in order."""
    if len(text) <= _LONGEST and text.isalnum():
        return [text]
    return _WORD.findall(text)


def starts(text: str, found: list[str]) -> list[int]:
    """Return where the words of a text begin; between two words nothing looks like the second, so a search finds it."""
    begins, end = [], 0
    for word in found:
        start = text.find(word, end)
        begins.append(start)
        end = start + len(word)
    return begins


def ends_sentence(gap: str, before: str) -> bool:
    """Tell whether a sentence ends in the gap after a word."""
    if not _END.search(gap):
        return False
    if gap.startswith(".") and not gap.startswith(".."):
        return len(before) > _ABBREVIATED and not before.isdigit()
    return True
