"""Where compounds are cut."""

from __future__ import annotations

import pytest

from bot.language.compounds import Compounds
from bot.language.lexicon import Lexicon
from bot.language.names import NameList
from bot.language.places import Places


@pytest.fixture(scope="session")
def compounds(lexicon: Lexicon, places: Places) -> Compounds:
    """Give a cutter."""
    return Compounds(lexicon, places, NameList())


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("gartenteich", ["garten|teich"]),
        ("staubecken", ["stau|becken"]),
        ("rettungstaucher", ["rettungs|taucher"]),
        ("bundesparteitag", ["bundes|parteitag"]),
        ("bohrinselbetreiber", ["bohrinsel|betreiber"]),
        ("kantonsratswahlen", ["kantonsrats|wahlen"]),
        ("glatteis", ["glatt|eis"]),
        ("rohoel", ["roh|oel"]),
        ("oelpreis", ["oel|preis"]),
        ("drohnenueberfluege", ["drohnen|ueberfluege"]),
    ],
)
def test_a_compound_is_cut_where_its_words_meet(compounds: Compounds, word: str, parts: list[str]) -> None:
    """The right cut is among those found."""
    found = [f"{word[:cut]}|{word[cut:]}" for cut in compounds.cuts(word)]
    assert set(parts) <= set(found)


@pytest.mark.parametrize(
    "word",
    [
        *["brandenburg", "terrasse", "urlaub", "weissrussland", "kimono", "xqzwort"],
        *[
            "gewissen",
            "vermieter",
            "verdruss",
            "anzug",
            "zugriff",
            "autor",
            "alarm",
            "komitee",
            "hildebrand",
            "zugleich",
        ],
    ],
)
def test_what_is_no_compound_is_not_cut(compounds: Compounds, word: str) -> None:
    """Names, simple words and unknown words stay whole."""
    assert compounds.cuts(word) == ()


@pytest.mark.parametrize(
    ("word", "noun"),
    [
        ("fluechtlingspolitik", "fluechtling"),
        ("kraeuterweihe", "kraut"),
        ("schulbuch", "schule"),
        ("ostfront", "osten"),
        ("waffentechnisch", "waffe"),
    ],
)
def test_the_first_part_leads_to_its_noun(compounds: Compounds, word: str, noun: str) -> None:
    """Linking letters, plurals and lost endings do not hide what a compound begins with."""
    assert noun in compounds.parts(word, capital=True)[0]


@pytest.mark.parametrize(
    ("word", "noun", "place"),
    [
        ("datenbanken", "bank", "last"),
        ("kundendatenbank", "bank", "last"),
        ("steuermann", "steuer", "first"),
        ("schnellzugriff", "zug", "any"),
        ("nichtregierungsorganisation", "regierung", "any"),
    ],
)
def test_a_noun_with_another_sense_is_no_part(compounds: Compounds, word: str, noun: str, place: str) -> None:
    """What the list of other senses says, and a prefix, take the noun out of the compound."""
    firsts, lasts = compounds.parts(word, capital=True)
    assert noun not in {"first": firsts, "last": lasts, "any": firsts | lasts}[place]


def test_a_noun_in_the_middle_is_a_part(compounds: Compounds) -> None:
    """Of three parts the second counts as well."""
    assert "eis" in compounds.parts("glatteisgefahr", capital=True)[0]


def test_a_word_written_small_is_no_noun(compounds: Compounds) -> None:
    """Only adjectives are put together in small letters."""
    assert compounds.parts("bahnhof", capital=False) == (frozenset(), frozenset())
