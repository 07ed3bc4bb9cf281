"""
Whether a sentence may begin a summary: not one that points back at what stands before it, and no label.

"Das teilte die Polizei mit" and "Spätestens hier" say nothing by themselves; "Silvester in Hessen" stands above a text
as its topic and ends without a full stop.
"""

from __future__ import annotations

from functools import lru_cache

from bot.language import language_data, tokens
from bot.language.tokens import fold
from bot.language.word_tables import CommonWords

_LABEL = 60
"""Characters of a line without an end that is a label; a longer one is a sentence whose stop got lost."""
_ENDS = (".", "!", "?", "…", ":", ";", "»", "“", "”", '"', ")", "]", "'", "’")


def points_back(sentence: str, language: str | None) -> bool:
    """Say whether a sentence begins with a word that stands for something said before."""
    common = language_data.find(CommonWords, language)
    first, second = (*map(fold, tokens.words(sentence[:_LABEL])[:2]), "", "")[:2]
    if common is None or not first:
        return False
    if first in _folded(common.pointing_back):
        return True
    return first in _folded(common.pointing_before_verbs) and second in _folded(common.verbs_after_pointing)


def is_label(sentence: str) -> bool:
    """Say whether a line is a short one without an end."""
    return len(sentence) <= _LABEL and not sentence.rstrip().endswith(_ENDS)


@lru_cache(maxsize=32)
def _folded(table: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(fold, table))
