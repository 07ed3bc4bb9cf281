"""Countries, regions and cities: other names, adjectives and inhabitants, in four languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources

from bot.language.tokens import fold, words

_COUNTRY_CODE = 2
_ENDING = 3
"""Most letters of an ending: nordkoreanisch(em), Nordkoreanerin(nen)."""
_STRICT = 3
"""Abbreviations up to this length ("US", "UN") are found in capitals only."""


@dataclass(frozen=True, slots=True)
class Derived:
    """What a place's name leads to in texts of one language: single words, and rows of words."""

    language: str
    forms: frozenset[str]
    capitals: frozenset[str]
    rows: tuple[tuple[str, ...], ...]


class Places:
    """The packaged table of places, read once; about 2,000 rows, unfolded when first asked for."""

    def __init__(self) -> None:
        data = resources.files("bot.language").joinpath("data/places.tsv").read_text("utf-8")
        self._rows: dict[str, dict[str, tuple[str, str]]] = {}
        self._places: dict[str, list[tuple[str, str]]] = {}
        self._known: set[str] = set()
        self._countries: set[str] = set()
        self._single: dict[str, dict[str, str]] = {}
        self._bases: dict[str, dict[str, str]] = {}
        for line in data.splitlines():
            place, language, names, forms = line.split("\t")
            self._rows.setdefault(place, {})[language] = (names, forms)
            keys = [_key(words(name)) for name in names.split(";")]
            for key in keys:
                self._places.setdefault(key, []).append((place, language))
            keys += [fold(form) for form in forms.split(";")]
            self._known.update(keys)
            if language == "de" and len(place) == _COUNTRY_CODE:
                self._countries.update(keys)

    def is_name(self, folded: str) -> bool:
        """Tell whether a folded word is the name of a place."""
        return folded in self._places

    def is_country(self, folded: str) -> bool:
        """Tell whether a folded word belongs to a country of its own: Südkorea is no kind of Korea."""
        return folded in self._countries

    def is_known(self, folded: str) -> bool:
        """Tell whether a folded word is a name, adjective or inhabitant of any place."""
        return folded in self._known

    def identify(self, folded: str, language: str) -> tuple[str, bool] | None:
        """Return the one place a word is a name, adjective or inhabitant of, and whether that is a country."""
        if not self._single:
            self._single = self._sort_forms()
        names = self._single.get(language, {})
        found = names.get(folded) or names.get(folded.removesuffix("s"))
        return (found, len(found) == _COUNTRY_CODE) if found else None

    def base_form(self, folded: str, language: str) -> str | None:
        """Return the form, first in the table, from which an adjective or inhabitant of a place differs by its end."""
        if not self._bases:
            self._bases = self._find_bases()
        return self._bases.get(language, {}).get(folded)

    def _find_bases(self) -> dict[str, dict[str, str]]:
        bases: dict[str, dict[str, str]] = {}
        for languages in self._rows.values():
            for language, (_, forms) in languages.items():
                listed = [(fold(form), form) for form in forms.split(";") if form and " " not in form]
                for folded, _ in listed:
                    base = next(form for other, form in listed if _is_bent(other, folded))
                    bases.setdefault(language, {}).setdefault(folded, base)
        return bases

    def _sort_forms(self) -> dict[str, dict[str, str]]:
        """File every single word by the place it leads to; what leads to several leads nowhere."""
        filed: dict[str, dict[str, str]] = {}
        for place, languages in self._rows.items():
            for language, (names, forms) in languages.items():
                known = filed.setdefault(language, {})
                for form in map(fold, filter(None, f"{names};{forms}".split(";"))):
                    if known.setdefault(form, place) != place:
                        known[form] = ""
        return filed

    def derived(self, name: tuple[str, ...]) -> tuple[Derived, ...]:
        """Return adjectives, inhabitants and other names of a place named by a row of words; empty if it is none."""
        key = _key(name)
        found: dict[str, set[str]] = {}
        for place, language in self._places.get(key, ()):
            names, forms = self._rows[place][language]
            found.setdefault(language, set()).update(filter(None, [*names.split(";"), *forms.split(";")]))
        return tuple(_derived(language, forms, key) for language, forms in found.items())

    def names_in(self, term: str, languages: tuple[str, ...]) -> tuple[str, ...]:
        """Return what the place is called in other languages, without the ways it is spelled already."""
        key = _key(words(term))
        seen, names = {key}, []
        for place, own in self._places.get(key, ()):
            for language in languages:
                if language == own or language not in self._rows[place]:
                    continue
                name = self._rows[place][language][0].split(";")[0]
                if _key(words(name)) not in seen:
                    seen.add(_key(words(name)))
                    names.append(name)
        return tuple(names)


def _is_bent(base: str, form: str) -> bool:
    """Tell whether a form differs from another by its ending alone."""
    return form.startswith(base[:-1]) and len(form) - len(base) <= _ENDING


def _key(name: tuple[str, ...] | list[str]) -> str:
    return " ".join(fold(word) for word in name)


def _derived(language: str, forms: set[str], own: str) -> Derived:
    single: set[str] = set()
    capitals: set[str] = set()
    rows: set[tuple[str, ...]] = set()
    for form in forms:
        parts = tuple(words(form))
        if _key(parts) == own:
            continue
        if len(parts) > 1:
            rows.add(parts)
        elif form.isupper() and len(form) <= _STRICT:
            capitals.add(form)
        else:
            single.update(_with_s(fold(form), language))
    return Derived(language, frozenset(single), frozenset(capitals), tuple(sorted(rows)))


def _with_s(form: str, language: str) -> Iterator[str]:
    yield form
    if language == "de" and not form.endswith("s"):
        yield form + "s"
