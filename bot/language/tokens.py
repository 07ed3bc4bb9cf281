"""
Words of a text and where they stand.

A token is a run of letters and digits. Hyphens and apostrophes separate, so "Nato-Russland-Rat", "l'exercice" and
"people's" give their parts; phrases are sequences of parts, however they were joined.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from bot.language.fold import IGNORED

TOKEN = re.compile(rf"[^\W_]+(?:[\u0300-\u036f{IGNORED}]+[^\W_]*)*")
"""Marks and invisible characters are part of a word, so that offsets fit the text as it came."""

_END = re.compile(r"[.!?…]+[\"'”“»«’)\]]*\s")
_ABBREVIATED = 2
"""A full stop after so few letters, or after digits, ends no sentence: "St. Gallen", "25. April", "J. Biden"."""


class Token(NamedTuple):
    """One word of a text; a plain tuple because an article has hundreds."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """Where the word ends."""
        return self.start + len(self.text)


def tokenise(text: str) -> list[Token]:
    """Return the words of a text in order."""
    return [Token(found.group(), found.start()) for found in TOKEN.finditer(text)]


def words(text: str) -> list[str]:
    """Return the words of a text without their places."""
    return TOKEN.findall(text)


def ends_sentence(text: str, before: Token, after: Token) -> bool:
    """Tell whether a sentence ends between two neighbouring words."""
    gap = text[before.end : after.start]
    found = _END.search(gap)
    if not found:
        return False
    if gap.startswith(".") and not gap.startswith(".."):
        return len(before.text) > _ABBREVIATED and not before.text.isdigit()
    return True
