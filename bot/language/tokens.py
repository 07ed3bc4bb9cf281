"""
Words of a text, where they stand, and the folded spelling under which two spellings of one word are equal.

A word is a run of letters and digits. Hyphens and apostrophes separate, so "Nato-Russland-Rat", "l'exercice" and
"people's" give their parts; phrases are sequences of parts, however they were joined. Signs that belong to a name are
kept (C++, .NET, AT&T). Of a script without spaces each sign is a word, so that a keyword is a phrase within a run of
it, and where another script begins a word ends. Folding composes characters,
makes them lower case, and removes umlauts, eszett and invisible characters.
"""

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


_LONGEST = 100
"""Letters in a row of which one word is made; a longer run is none, and falls into pieces that cost no more."""
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
"""Thai, Lao, Burmese, Khmer, Korean, Japanese and Chinese, as the inside of a character class."""
_SIGNED = (
    rf"[^\W\d_{_UNSPACED}]{{1,20}}\+\+(?![\w+])|(?<![^\W_])[A-Za-z]\#(?![^\W_])"
    rf"|(?<![\w.])\.[A-Z]{{2,4}}(?![\w.])|(?<![^\W_])[A-Z]{{1,3}}&[A-Z]{{1,3}}(?![^\W_])"
)
"""C++, C#, .NET, AT&T."""
_MARKS = rf"[\u0300-\u036f\u3099\u309a{IGNORED}]"
_LETTER = rf"[^\W_{_UNSPACED}]"
_WORD = re.compile(
    rf"{_SIGNED}|{_LETTER}{{1,{_LONGEST}}}(?:{_MARKS}{{1,{_LONGEST}}}{_LETTER}{{0,{_LONGEST}}}){{0,{_LONGEST}}}"
    rf"|[{_UNSPACED}]{_MARKS}{{0,{_LONGEST}}}"
)
_PLAIN_WORD = re.compile(
    rf"{_LETTER}{{1,{_LONGEST}}}(?:{_MARKS}{{1,{_LONGEST}}}{_LETTER}{{0,{_LONGEST}}}){{0,{_LONGEST}}}"
)
_HAS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_SIGNS = ("++", "#", "&", " .", "(.")
"""What a text has in it that may have a name with signs."""
_SIGNED_WORD = re.compile(_SIGNED)
"""Marks and invisible characters are part of a word, so that offsets fit the text as it came."""

_HYPHENS = ("", "-", "‐", "‑")
_END = re.compile(r"[.!?…][\"'”“»«’)\]]*\s")
"""One stop is enough: a run of thousands would be tried from each of them to its end."""
_ABBREVIATED = 2
"""A full stop after so few letters, or after digits, ends no sentence: "St. Gallen", "25. April", "J. Biden"."""


def words(text: str) -> list[str]:
    """Return the words of a text in order."""
    if len(text) <= _LONGEST and text.isalnum() and (text.isascii() or not _HAS_UNSPACED.search(text)):
        return [text]
    if not (text[:1] == "." or any(sign in text for sign in _SIGNS)) and (
        text.isascii() or not _HAS_UNSPACED.search(text)
    ):
        return _PLAIN_WORD.findall(text)
    return [word for word in _WORD.findall(text) if word[0] == "." or word[0].isalnum()]


def is_signed(text: str) -> bool:
    """Tell a name whose signs belong to it: C++, C#, .NET, AT&T."""
    return _SIGNED_WORD.fullmatch(text) is not None


def starts(text: str, found: list[str]) -> list[int]:
    """Return where the words of a text begin; between two words nothing looks like the second, so a search finds it."""
    begins, end = [], 0
    for word in found:
        start = text.find(word, end)
        begins.append(start)
        end = start + len(word)
    return begins


def is_hyphened(gap: str) -> bool:
    """Tell whether two words stand together with a hyphen, or nothing, between them."""
    return strip_ignored(gap) in _HYPHENS


def ends_sentence(gap: str, before: str) -> bool:
    """Tell whether a sentence ends in the gap after a word."""
    if not _END.search(gap):
        return False
    if gap.startswith(".") and not gap.startswith(".."):
        return len(before) > _ABBREVIATED and not before.isdigit()
    return True
