"""
Splits a text into sentences, and tells which may begin a summary.

sentencex splits; what it does not know of dates, ordinals, initials and abbreviations is corrected here. A full stop
after a number, a letter or an abbreviation decides little by itself: what is before it and the word after it decide.

No summary begins with a sentence that points back at what stands before it, nor with a label. "Das teilte die Polizei
mit" and "Spätestens hier" say nothing by themselves; "Silvester in Hessen" stands above a text as its topic and ends
without a full stop.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

import sentencex

from bot.language import language_data, tokens
from bot.language.tokens import fold
from bot.language.word_tables import CommonWords, SentenceWords

_FALLBACK = "en"
_NEAR = 30
"""So far back is looked for what a full stop belongs to; texts are long, and every one of them is asked about."""
WINDOW = 2_000
"""
Characters sentencex is given at a time: about fifteen sentences of a newspaper, whose longest has some 600 characters.
Twice the window makes hostile texts twice as dear, while splitting ordinary ones takes the same from 1,000 on.
"""
_LETTER = re.compile(r"(?<![^\W\d_])(?P<letter>[^\W\d_])\.\s*$")
_PAIR = re.compile(r"(?<!\w)[a-zà-ÿ]\.\s?[^\W\d_]\.\s*$")
""" "z. B.", "d. h.", "i. e."; none of them ends a sentence."""
_NUMBER = re.compile(r"(?<![\w.,:])(?P<number>\d{1,3})\.\s*$")
_CLUB = re.compile(r"[A-Z]{2,4}\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Patterns:
    """What the words of all languages say about a full stop; the first five end where a piece does."""

    title: re.Pattern[str]
    of_number: re.Pattern[str]
    may_end: re.Pattern[str]
    label: re.Pattern[str]
    """What has a letter for a name, which is no initial then."""
    ordinal: re.Pattern[str]
    after_ordinal: re.Pattern[str]
    starter: re.Pattern[str]
    """Words that begin sentences and no names; "Le", "La", "De", "Di" and "Van" begin both and are missing."""
    hidden_end: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    def any_of(key: str) -> str:
        return f"(?:{language_data.alternatives(SentenceWords, key)})"

    return _Patterns(
        title=re.compile(rf"\b{any_of('titles')}\.\s*$"),
        of_number=re.compile(rf"\b{any_of('before_numbers')}\.\s*$"),
        may_end=re.compile(rf"\b{any_of('may_end')}\.\s*$"),
        label=re.compile(rf"\b{any_of('labels')}\s[^\W\d_]\.\s*$", re.IGNORECASE),
        ordinal=re.compile(rf"(?:^|\b{any_of('before_ordinals')}\s)\d{{1,3}}\.\s*$", re.IGNORECASE),
        after_ordinal=re.compile(any_of("after_ordinals")),
        starter=re.compile(rf"[«„“\"'‘(]*{any_of('starters')}(?![\w.])"),
        hidden_end=re.compile(
            rf"(?:(?<![\w.])(?:[A-ZÄÖÜ]\.){{0,2}}[A-ZÄÖÜ]|\b{any_of('may_end')})\.\s+(?=[«„“\"A-ZÄÖÜÉÈÀ])"
            r"|\b[^\W\d_]{4,40}\.\s+(?=\d{1,3}\.\s*(?:[A-ZÄÖÜ]|$))"
        ),
    )


def split(text: str, language: str | None) -> tuple[str, ...]:
    """Cut a text into sentences without their outer spaces; dates, ordinals, initials and titles stay whole."""
    sentences: list[str] = []
    for line in text.splitlines():
        parts: list[str] = []
        for piece in _pieces(line, language):
            if parts and not _belongs(parts[-1], piece):
                sentences.append("".join(parts))
                parts = []
            parts.append(piece)
        sentences.append("".join(parts))
    return tuple(stripped for sentence in sentences if (stripped := sentence.strip()))


def _pieces(line: str, language: str | None) -> Iterator[str]:
    """Cut also where sentencex takes the last word of a sentence for an initial or abbreviation."""
    for piece in _segment(line, language or _FALLBACK):
        start = 0
        for found in _patterns().hidden_end.finditer(piece):
            end = found.end()
            if not _belongs(piece[max(start, end - _NEAR) : end], piece[end : end + _NEAR]):
                yield piece[start:end]
                start = end
        yield piece[start:]


def _segment(line: str, language: str) -> Iterator[str]:
    """
    Let sentencex cut a line, a window at a time.

    It takes quadratic time on texts of nothing but opening quotes or full stops, so it never sees more than a window.
    What a window breaks off is its last piece: that one is cut again at the beginning of the next window. A piece as
    long as a window is cut at a space (or anywhere), since nobody knows where it ends.
    """
    start = 0
    while len(line) - start > WINDOW:
        window = line[start : start + WINDOW]
        *whole, last = sentencex.segment(language, window)
        yield from whole
        length = len(window) - len(last)
        if not length:
            length = window.rfind(" ") + 1 or WINDOW
            yield window[:length]
        start += length
    yield from sentencex.segment(language, line[start:])


def _belongs(before: str, after: str) -> bool:
    """Tell whether two pieces are one sentence: "25. April", "der 1. FC Köln", "George W. Bush", "Dr. Meier"."""
    before, after = before[-_NEAR:].lstrip(), after.lstrip()
    patterns = _patterns()
    if not after or patterns.title.search(before) or _PAIR.search(before):
        return True
    if patterns.of_number.search(before):
        return after[0].isdigit()
    if number := _NUMBER.search(before):
        is_ordinal = patterns.ordinal.search(before) or (number["number"] == "1" and _CLUB.match(after))
        return bool(patterns.after_ordinal.match(after) or (is_ordinal and not patterns.starter.match(after)))
    if patterns.may_end.search(before):
        return not patterns.starter.match(after)
    return bool(_LETTER.search(before)) and not patterns.label.search(before) and not patterns.starter.match(after)


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
