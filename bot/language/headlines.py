"""
What a headline is compared by: its words and pieces of them, without the marks publishers put before it.

Words are cut to seven letters and pieces have five, which does for inflection and compounds what stemming cannot:
"Stromausfall" and "Stromausfälle" share nearly all, "Grossbrand" and "Brand" a part.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from bot.language import tokens
from bot.language.fold import fold

_WORD, _PIECE = 7, 5
_MOST = 60
"""Words that count; a headline of more is no headline, and must not cost more."""
_LONGEST, _LONGEST_TITLE = 40, 500
_LONGEST_KICKER, _MOST_KICKERS = 40, 2
_SHORTEST_REST = 3
"""Words a headline must have left when a kicker is cut: "Wetter: sonnig" stays whole."""
_MARKS = re.compile(
    r"""(?ix) ^ (?: \s | \+{2,} | [|•·:–—-]\s
      | (?: (?: z|f|s|faz|sz|nzz|welt|bild|spiegel|rp|kstaa?|tz|vn )\s?\+ | (?:welt|bild|sz\s|rp\s|kurier\s)plus
          | \(?\s*(?: abo | paid | premium | bezahlartikel | abopflichtig(?:er\s(?:inhalt|artikel))? | abonnenten
              | exklusiv | exclusive )\s*\)
          | (?: live | live-?blog | live-?ticker | news-?ticker | ticker | newsblog | live-?stream | video | podcast
              | eil | eilmeldung | breaking(?:\snews)? | update | abo
              | en\sdirect | direct | in\sdiretta | diretta | vid[ée]o
            ) (?= \s*(?:[:|+•–—]|-\s) )
        ) (?:\s*\([^)]{1,40}\)\s*[:;]?)?
    )+"""
)
_TAIL = re.compile(
    r"(?i)(?:\s?\+{2,}|(?:\s?[|•]\s?|\s[–—-]\s)(?:live-?(?:ticker|blog|stream)?|ticker|video|podcast|update)"
    r"|\s?\((?:abo|video|live|update|plus|premium)\)|\s?[FZS]\+)\s?$"
)
"""One mark; all of them in one pattern could be divided in so many ways that a hostile headline takes for ever."""
_MOST_TAILS = 5
_KICKER = re.compile(rf"^[^:|+]{{2,{_LONGEST_KICKER}}}?(?:\s?:\s*(?=[^\d\s])|\s+\|\s+|\s*\+{{2,}}\s*)(?=\S)")


class Features(NamedTuple):
    """What two headlines may have in common; each only once, in the order of the text."""

    words: tuple[str, ...]
    pieces: tuple[str, ...]


def unmarked(title: str) -> str:
    """Cut marks of paid and running articles ("FAZ+", "(Abo)", "LIVE", "+++") from both ends."""
    title = " ".join(title[:_LONGEST_TITLE].split())
    rest = _MARKS.sub("", title)
    for _ in range(_MOST_TAILS):
        rest, cut = _TAIL.subn("", rest, count=1)
        if not cut:
            break
    return rest.strip() or title


@lru_cache(maxsize=64)
def normalise(title: str) -> str:
    """Give the form under which two headlines are the same: small, no marks, no kickers, words only."""
    rest = unmarked(title)
    for _ in range(_MOST_KICKERS):
        cut = _KICKER.sub("", rest, count=1)
        if len(tokens.words(cut)) < _SHORTEST_REST:
            break
        rest = cut
    return " ".join(_words(rest))


@lru_cache(maxsize=64)  # one article is counted, compared and filed
def features(title: str) -> Features:
    """Give what a headline is compared by; its kicker counts, for it often names what the rest leaves out."""
    words, pieces = dict[str, None](), dict[str, None]()
    for word in _words(unmarked(title)):
        words[word[:_WORD]] = None
        if len(word) <= _PIECE:
            pieces[word] = None
        else:
            pieces.update(dict.fromkeys(word[at : at + _PIECE] for at in range(len(word) - _PIECE + 1)))
    return Features(tuple(words), tuple(pieces))


def _words(title: str) -> list[str]:
    return [fold(word[:_LONGEST]) for word in tokens.words(title)[:_MOST]]
