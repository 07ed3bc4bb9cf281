"""By which rule a word of a text is a form of a keyword."""

from __future__ import annotations

from enum import StrEnum


class FormRule(StrEnum):
    """The reason of a match, as an explanation names it."""

    EXACT = "exact"
    SPELLING = "spelling"
    INFLECTION = "inflection"
    DERIVATION = "derivation"
    COMPOUND_FIRST = "compound_first"
    COMPOUND_LAST = "compound_last"
    OPEN_END = "open_end"
    OPEN_START = "open_start"
    PHRASE = "phrase"
