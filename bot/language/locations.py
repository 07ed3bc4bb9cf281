"""
Where a headline says something happened, as far as that tells two events apart.

"Zwei Verletzte bei Unfall in Bern" and "… in Basel" share every word but one, and are two events. Towns and regions
count wherever they stand, a country only behind "in": a headline names countries for many reasons.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from bot.language import tokens
from bot.language.fold import fold
from bot.language.lexicon import Lexicon
from bot.language.places import Places

_IN: Mapping[str, frozenset[str]] = {
    "de": frozenset(("in", "im")),
    "en": frozenset(("in",)),
    "fr": frozenset(("à", "en")),
    "it": frozenset(("a", "in")),
}
_ARTICLES = frozenset(("der", "den", "dem", "die", "the"))
_MOST = 60
_SHORTEST = 3


class Locations(NamedTuple):
    """Towns and regions, and countries; each may be empty."""

    towns: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()

    def differ(self, others: Locations) -> bool:
        """Say whether both name towns, or countries, and not one in common."""
        return any(ours and theirs and ours.isdisjoint(theirs) for ours, theirs in zip(self, others, strict=True))


NOWHERE = Locations()


class _WordPosition(NamedTuple):
    """Where a word stands."""

    behind_in: bool
    """Also behind an article: "in der Türkei"."""
    next_to_in: bool


class Gazetteer:
    """Finds locations with the table of places and, in German, the dictionary."""

    def __init__(self, places: Places, lexicon: Lexicon) -> None:
        self._places = places
        self._lexicon = lexicon

    def locate(self, headline: str, language: str | None) -> Locations:
        """Find what a headline names; what is in no table is no place, but for unknown names behind "in" in German."""
        if language is None or language not in _IN:
            return NOWHERE
        towns: set[str] = set()
        countries: set[str] = set()
        before, stands_in = "", False
        for word in tokens.words(headline)[:_MOST]:
            stands_in = before in _IN[language] or (stands_in and before in _ARTICLES)
            if word[:1].isupper() and len(word) >= _SHORTEST:
                self._sort(word, language, _WordPosition(stands_in, before == "in"), towns, countries)
            before = word
        return Locations(frozenset(towns), frozenset(countries)) if towns or countries else NOWHERE

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
