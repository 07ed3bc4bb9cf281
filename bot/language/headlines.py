"""
Normal form and features of headlines: their words and pieces of words, without publishers' marks.

Words are cut to seven letters and pieces have five, which does for inflection and compounds what stemming cannot:
"Stromausfall" and "Stromausfälle" share nearly all, "Grossbrand" and "Brand" a part.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import NamedTuple

from bot.language import language_data, stop_words, tokens
from bot.language.tokens import fold
from bot.language.word_tables import CommonWords, MarkWords, OutletNames

_WORD, _PIECE = 7, 5
_MOST = 60
"""Words that count; a headline of more is no headline, and must not cost more."""
_LONGEST, _LONGEST_TITLE = 40, 500
_TEASER = 200
"""Characters of a teaser that are read: its first sentence or two."""
_LONGEST_KICKER, _MOST_KICKERS = 40, 2
_SHORTEST_REST = 3
"""Words a headline must have left when a kicker is cut: "Wetter: sonnig" stays whole."""
_TAIL = re.compile(
    r"(?i)(?:\s?\+{2,}|(?:\s?[|•]\s?|\s[–—-]\s)(?:live-?(?:ticker|blog|stream)?|ticker|video|podcast|update)"
    r"|\s?[(\[](?:abo|video|live|update|plus|premium|[fzs]\+)[)\]]|\s?[FZS]\+)\s?$"
)
"""One mark; all of them in one pattern could be divided in so many ways that a hostile headline takes for ever."""
_MOST_TAILS = 5
_KICKER = re.compile(rf"^[^:|+]{{2,{_LONGEST_KICKER}}}?(?:\s?:\s*(?=[^\d\s])|\s+\|\s+|\s*\+{{2,}}\s*)(?=\S)")


@cache
def _marks() -> re.Pattern[str]:
    """Match marks of paid and running articles before a headline."""
    bracketed = language_data.alternatives(MarkWords, "bracketed")
    kickers = language_data.alternatives(MarkWords, "kickers")
    return re.compile(
        rf"""(?ix) ^ (?: \s | \+{{2,}} | [|•·:–—-]\s
          | (?: (?: z|f|s|faz|sz|nzz|welt|bild|spiegel|rp|kstaa?|tz|vn )\s?\+ | (?:welt|bild|sz\s|rp\s|kurier\s)plus
              | [(\[]?\s*(?: {bracketed} | (?:z|f|s|faz|sz|nzz|abo)?\s?\+ )\s*[)\]]
              | (?: {kickers} ) (?= \s*(?:[:|+•–—]|-\s) )
            ) (?:\s*\([^)]{{1,40}}\)\s*[:;]?)?
        )+"""
    )


@cache
def _shouted() -> re.Pattern[str]:
    """Match a mark without a sign after it; in a headline that is in capitals as a whole it may be a word."""
    return re.compile(rf"^(?:{language_data.alternatives(MarkWords, 'shouted')})\s+(?=[«„“\"]?[A-ZÄÖÜÉ])")


@cache
def _genres() -> frozenset[str]:
    """Give what is no mere kicker: an opinion on the news is not the news again."""
    return frozenset(map(fold, language_data.every(CommonWords, "opinions")))


_AFTERTHOUGHT = re.compile(r"\s[|–—-]\s[^|–—]{2,40}$")
_OUTLET = re.compile(r"\s(?P<sign>[|–—-])\s(?P<name>[^|–—]{2,40})$")
_MOST_OUTLET, _SHORTEST_TOLD = 4, 4


@cache
def _outlets() -> frozenset[str]:
    return frozenset(" ".join(map(fold, tokens.words(name))) for name in language_data.every(OutletNames, "names"))


@cache
def _outlet_word() -> re.Pattern[str]:
    """Match a word that names of papers have, or their site."""
    words = language_data.alternatives(OutletNames, "words")
    return re.compile(rf"(?i)(?:{words}|[\w-]+\.(?:ch|de|at|li|com|org|net|fr|it|eu))")


_RUN_ON, _TOPICS, _LONGEST_TOPIC = "+++", 3, 6
"""A headline of parts with the sign of a ticker between them, or of so many short topics, tells several stories."""


class HeadlineFeatures(NamedTuple):
    """What two headlines may have in common; each only once, in the order of the text, without stop words."""

    words: tuple[str, ...]
    pieces: tuple[str, ...]
    core: int = 0
    """The bits of the words that stand behind the kicker; of all where there is none."""
    is_asking: bool = False
    is_ending: bool = False


def unmarked(title: str) -> str:
    """Cut marks of paid and running articles ("FAZ+", "(Abo)", "LIVE", "+++") from both ends, and who tells it."""
    title = " ".join(title[:_LONGEST_TITLE].split())
    rest = _marks().sub("", title)
    rest = rest if rest.isupper() else _shouted().sub("", rest)
    rest = _without_outlet(rest)
    for _ in range(_MOST_TAILS):
        rest, cut = _TAIL.subn("", rest, count=1)
        if not cut:
            break
    return rest.strip() or title


def is_opinion(title: str) -> bool:
    """Say whether a headline names a genre that is not the news itself: "Kommentar: …", "… – ein Interview"."""
    rest = unmarked(title)
    kicker, tail = _KICKER.match(rest), _AFTERTHOUGHT.search(rest)
    named = [*_words(kicker[0] if kicker else ""), *_words(tail[0] if tail else "")]
    return not _genres().isdisjoint(named)


@lru_cache(maxsize=64)
def normalise(title: str) -> str:
    """Give the form under which two headlines are the same: small, no marks, no kickers, words only."""
    rest = unmarked(title)
    for _ in range(_MOST_KICKERS):
        kicker = _KICKER.match(rest)
        cut = rest[kicker.end() :] if kicker else ""
        if kicker is None or len(tokens.words(cut)) < _SHORTEST_REST or not _genres().isdisjoint(_words(kicker[0])):
            break
        rest = cut
    return " ".join(_words(rest))


@lru_cache(maxsize=64)  # one article is counted, compared and filed
def features(title: str, language: str | None) -> HeadlineFeatures:
    """Give what a headline is compared by; its kicker counts, for it often names what the rest leaves out."""
    rest = unmarked(title)
    kicker = _KICKER.match(rest)
    all_words = _words(rest)
    telling = [word for word in all_words if not stop_words.is_stop(word)] or all_words
    pieces = dict[str, None]()
    for word in telling:
        if len(word) <= _PIECE:
            pieces[word] = None
        else:
            pieces.update(dict.fromkeys(word[at : at + _PIECE] for at in range(len(word) - _PIECE + 1)))
    words = tuple(dict.fromkeys(word[:_WORD] for word in telling))
    labels = {word[:_WORD] for word in _words(kicker[0])} if kicker else frozenset[str]()
    core = bits(words, lambda word: word not in labels) or bits(words, lambda _: True)
    first = _words(rest[kicker.end() :] if kicker else rest)[:1]
    common = language_data.find(CommonWords, language)
    return HeadlineFeatures(
        words,
        tuple(pieces),
        core,
        is_asking=rest.rstrip('»“”" ').endswith("?") or (common is not None and _is_any(first, common.explaining)),
        is_ending=common is not None and _is_any(all_words, common.endings),
    )


def _is_any(words: list[str], table: tuple[str, ...]) -> bool:
    return not _folded(table).isdisjoint(words)


@lru_cache(maxsize=64)
def _folded(table: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(fold, table))


def bits(words: tuple[str, ...], is_wanted: Callable[[str], bool]) -> int:
    """Give a number with one bit for each word, the first the lowest."""
    return sum(1 << at for at, word in enumerate(words) if is_wanted(word))


@lru_cache(maxsize=4096)
def teaser_words(text: str) -> frozenset[str]:
    """Give the words of a teaser, cut like those of headlines."""
    return frozenset(fold(word)[:_WORD] for word in tokens.words(text[:_TEASER]))


def key(word: str) -> str:
    """Give the form under which a word of a headline is compared."""
    return fold(word[:_LONGEST])[:_WORD]


def is_roundup(title: str) -> bool:
    """Say whether a headline lists the topics of several stories: "News kompakt: Streik, Zinsen, Wetter"."""
    signs, title = title[:_LONGEST_TITLE].count(_RUN_ON), unmarked(title)
    if signs > 1 and sum(len(tokens.words(part)) > 1 for part in title.split(_RUN_ON)) > 1:
        return True
    kicker = _KICKER.match(title)
    topics = title[kicker.end() :].split(",") if kicker and kicker[0].rstrip().endswith(":") else []
    return len(topics) >= _TOPICS and all(len(topic.split()) <= _LONGEST_TOPIC for topic in topics)


def outlet(title: str) -> str:
    """Give the name of the paper behind a headline ("… - Neue Zürcher Zeitung"), in one spelling; empty without one."""
    found = _OUTLET.search(title[:_LONGEST_TITLE][-_LONGEST_KICKER - 10 :])
    return " ".join(_words(found["name"])) if found and is_paper(found["name"].strip()) else ""


def is_paper(name: str) -> bool:
    """Say whether a name is clearly a paper's or station's: a known one, or with a word such names have."""
    words = name.split()
    return " ".join(_words(name)) in _outlets() or (
        _is_short(words) and any(_outlet_word().fullmatch(word) for word in words)
    )


def _is_short(words: list[str]) -> bool:
    return len(words) <= _MOST_OUTLET and all(word[0].isupper() or word[0].isdigit() for word in words)


def _without_outlet(title: str) -> str:
    """
    Cut the name of a paper from the end: "… | NZZ", "… - DER SPIEGEL".

    After a bar any short name counts. A dash also stands between two teams, so there it must be a paper's.
    """
    found = _OUTLET.search(title[-_LONGEST_KICKER - 10 :])
    if found is None:
        return title
    name, rest = found["name"].strip(), title[: len(title) - len(found[0])]
    is_named = is_paper(name) or (found["sign"] == "|" and _is_short(name.split()))
    if not is_named or not _genres().isdisjoint(_words(name)):
        return title
    return rest.rstrip() if len(tokens.words(rest)) >= _SHORTEST_TOLD else title


def _words(title: str) -> list[str]:
    return [fold(word[:_LONGEST]) for word in tokens.words(title)[:_MOST]]
