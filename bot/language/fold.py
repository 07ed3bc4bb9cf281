"""One spelling for all spellings of a word: composed, small, without umlauts, eszett and invisible characters."""

from __future__ import annotations

import re
import unicodedata

IGNORED = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
"""Characters that a reader cannot see (soft hyphen, joiners, direction marks), as the inside of a character class."""

_IGNORED = re.compile(f"[{IGNORED}]")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "æ": "ae", "œ": "oe", "ø": "oe", "ı": "i"})
_FIRST_ACCENT_FROM = 4
"""Shorter words are told apart by their accent ("à", "où"); longer ones lose it on the first letter ("Etats-Unis")."""


def strip_ignored(text: str) -> str:
    """Remove the characters nobody sees."""
    return text if text.isascii() else _IGNORED.sub("", text)


def fold(word: str) -> str:
    """Return the form under which two spellings of one word are equal; folding twice changes nothing."""
    if word.isascii():
        return word.lower()
    word = unicodedata.normalize("NFC", _IGNORED.sub("", word)).casefold()
    word = unicodedata.normalize("NFC", unicodedata.normalize("NFC", word).translate(_UMLAUTS))
    if len(word) >= _FIRST_ACCENT_FROM and not word[0].isascii():
        word = _bare_first_letter(word)
    return word


def _bare_first_letter(word: str) -> str:
    first = unicodedata.normalize("NFD", word[0])[0]
    if not (first.isascii() and first.isalpha()):
        return word
    rest = next((at for at in range(1, len(word)) if not unicodedata.combining(word[at])), len(word))
    return first + word[rest:]
