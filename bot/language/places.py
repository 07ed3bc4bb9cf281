"""Countries, regions and cities: what their adjectives and inhabitants are called."""

from __future__ import annotations

from dataclasses import dataclass

from bot.language.fold import fold


@dataclass(frozen=True, slots=True)
class Derived:
    """A word or a row of words made from a place's name, in one language."""

    words: tuple[str, ...]
    language: str


_FIRST = {
    "nordkorea": "nordkoreanisch Nordkoreaner Nordkoreanerin Nordkoreanerinnen",
    "suedkorea": "südkoreanisch Südkoreaner Südkoreanerin Südkoreanerinnen",
    "ukraine": "ukrainisch Ukrainer Ukrainerin Ukrainerinnen",
    "russland": "russisch Russe Russin Russinnen",
    "usa": "US amerikanisch Amerikaner Amerikanerin Amerikanerinnen",
    "china": "chinesisch Chinese Chinesin Chinesinnen",
}


class Places:
    """The table of places."""

    def derived(self, name: tuple[str, ...]) -> tuple[Derived, ...]:
        """Return adjectives, inhabitants and other names of a place named by a row of words; empty if it is none."""
        found = _FIRST.get(" ".join(fold(word) for word in name), "")
        return tuple(Derived((word,), "de") for word in found.split())

    def names_in(self, term: str, languages: tuple[str, ...]) -> tuple[str, ...]:
        """Return the names of the same place in other languages, without the one given."""
        return ()
