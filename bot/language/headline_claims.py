"""
What a headline claims beside its words: figures, locations, and whether it is an opinion.

Headlines that are alike in all else may differ in one of these and report another event: a count that rose, an accident
in the next town, a comment on what happened. "Zwei Verletzte bei Unfall in Bern" and "… in Basel" share every word but
one.

Towns and regions count wherever they stand, a country only after "in", because headlines name countries for many
reasons. "1,5 Millionen", "1'500'000" and "1.5 Mio." are one figure, and number words are figures too.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from typing import NamedTuple

from bot.language import headlines, language_data, numbers, stop_words, tokens
from bot.language.lexicon import Lexicon
from bot.language.places import Places
from bot.language.tokens import fold
from bot.language.word_tables import CommonWords

_MOST = 60
_SHORTEST = 3
_LONGEST_ABBREVIATION = 4


class Locations(NamedTuple):
    """Towns and regions, and countries; each may be empty."""

    towns: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    """Names of any kind, as `headlines.key` gives them: what is capitalised and no common word."""

    def differ(self, others: Locations) -> bool:
        """Say whether both name towns, or countries, and not one in common."""
        return any(
            ours and theirs and ours.isdisjoint(theirs)
            for ours, theirs in ((self.towns, others.towns), (self.countries, others.countries))
        )


NOWHERE = Locations()


class _WordPosition(NamedTuple):
    """Where a word stands."""

    behind_in: bool
    """Also behind an article: "in der Türkei"."""
    next_to_in: bool


@cache
def _articles() -> frozenset[str]:
    return frozenset(language_data.every(CommonWords, "articles_before_places"))


class Gazetteer:
    """Finds locations with the table of places and, in German, the dictionary."""

    def __init__(self, places: Places, lexicon: Lexicon) -> None:
        self._places = places
        self._lexicon = lexicon

    def locate(self, headline: str, language: str | None) -> Locations:
        """Find what a headline names; what is in no table is no place, but for unknown names behind "in" in German."""
        common = language_data.find(CommonWords, language)
        if language is None or common is None:
            return NOWHERE
        towns: set[str] = set()
        countries: set[str] = set()
        names: set[str] = set()
        before, stands_in = "", False
        for word in tokens.words(headline)[:_MOST]:
            stands_in = before in common.before_places or (stands_in and before in _articles())
            if word[:1].isupper() and len(word) >= _SHORTEST:
                self._sort(word, language, _WordPosition(stands_in, before == "in"), towns, countries)
                if self._is_name(word, language, is_first=not before):
                    names.add(headlines.key(word))
            before = word
        if not names:
            return NOWHERE if not towns and not countries else Locations(frozenset(towns), frozenset(countries))
        return Locations(frozenset(towns), frozenset(countries), frozenset(names))

    def _is_name(self, word: str, language: str, *, is_first: bool) -> bool:
        """Say whether a capitalised word is a name; German nouns are when the dictionary has them as nothing else."""
        if stop_words.is_stop(word.lower()):
            return False
        if language != "de":
            return not is_first
        if word.isupper() and len(word) <= _LONGEST_ABBREVIATION:
            return True
        folded = fold(word)
        for form in (folded, folded.removesuffix("s")):
            noun = self._lexicon.find(form)
            if noun is not None:
                return not noun.is_common
        return not self._lexicon.lemmas(folded)

    def _sort(self, word: str, language: str, stand: _WordPosition, towns: set[str], countries: set[str]) -> None:
        folded = fold(word)
        found = self._places.identify(folded, language)
        if found is None and language == "de" and self._is_town(folded, stand.next_to_in):
            found = (folded.removesuffix("s"), False)
        if found is None:
            return
        place, is_country = found
        if not is_country:
            towns.add(place)
        elif stand.behind_in:
            countries.add(place)

    def _is_town(self, folded: str, stands_in: bool) -> bool:
        for each in (folded, folded.removesuffix("s")):
            noun = self._lexicon.find(each)
            if noun is not None:
                return noun.is_place
        return stands_in and not self._lexicon.lemmas(folded)


_LONGEST = 500


@lru_cache(maxsize=64)
def figures(title: str, language: str | None) -> frozenset[str]:
    """Give the figures of a headline, each in one spelling, and the names that have figures in them (A380)."""
    found: set[str] = set()
    for number in numbers.read(title[:_LONGEST], language):
        found.update(f"{float(figure):.15g}" for figure in number.figures)
        if not number.figures and any(map(str.isdigit, number.text)):
            found.add(number.text)
    return frozenset(found)


Locate = Callable[[str, str | None], Locations]


class HeadlineClaims(NamedTuple):
    """Of one headline; each may be empty."""

    figures: frozenset[str] = frozenset()
    where: Locations = NOWHERE
    is_opinion: bool = False
    is_roundup: bool = False

    def without_names(self) -> HeadlineClaims:
        """Leave out the names, which nearly every headline has and `differ` does not ask for."""
        kept = self._replace(where=self.where._replace(names=frozenset()))
        return kept if kept != NOTHING else NOTHING

    def differ(self, others: HeadlineClaims) -> bool:
        """Say whether both cannot be of the same news; figures that one leaves out do no harm."""
        if self.is_opinion != others.is_opinion or self.where.differ(others.where):
            return True
        ours, theirs = self.figures, others.figures
        return bool(ours and theirs) and not (ours <= theirs or theirs <= ours)


NOTHING = HeadlineClaims()


def read(title: str, language: str | None, locate: Locate) -> HeadlineClaims:
    """Read the claims of a headline."""
    claims = HeadlineClaims(
        figures(title, language), locate(title, language), headlines.is_opinion(title), headlines.is_roundup(title)
    )
    return claims if claims != NOTHING else NOTHING
