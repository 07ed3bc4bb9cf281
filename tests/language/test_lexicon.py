"""The packaged noun list."""

from __future__ import annotations

import pytest

from bot.language.lexicon import Lexicon


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("haeuser", "haus"),
        ("kirchdoerfern", "kirchdorf"),
        ("volumina", "volumen"),
        ("banken", "bank"),
        ("baenke", "bank"),
        ("angestellten", "angestellter"),
        ("kaiserinnen", "kaiserin"),
    ],
)
def test_a_form_finds_its_lemma(lexicon: Lexicon, form: str, lemma: str) -> None:
    """Regular endings, umlauts, foreign plurals and the heads of compounds are undone."""
    assert lemma in lexicon.lemmas(form)


def test_what_is_no_noun_has_no_lemma(lexicon: Lexicon) -> None:
    """An unknown word is known to be unknown."""
    assert lexicon.lemmas("xqzwort") == ()
    assert lexicon.find("xqzwort") is None


def test_a_town_is_a_place_and_a_noun_is_common(lexicon: Lexicon) -> None:
    """The kind of a word is known."""
    town, noun = lexicon.find("regensburg"), lexicon.find("haus")
    assert town is not None
    assert town.is_place
    assert not town.is_common
    assert noun is not None
    assert noun.is_common
