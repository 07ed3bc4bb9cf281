"""Spellings of one word fold to one."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.fold import fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Straße", "STRASSE"),
        ("Zürich", "Zuerich"),
        ("Ägypten", "Aegypten"),
        ("Nord\u00adkorea", "nordkorea"),
        ("Nord\u200bkorea", "nordkorea"),
        (unicodedata.normalize("NFD", "Müller"), "müller"),
        ("États", "Etats"),
        ("Œuvre", "oeuvre"),
    ],
)
def test_spellings_of_one_word_are_equal(one: str, other: str) -> None:
    """Case, umlauts, eszett, composition, invisible characters and a capital's accent make no difference."""
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("Förderung", "Forderung"), ("marché", "marche"), ("où", "ou")])
def test_different_words_stay_different(one: str, other: str) -> None:
    """Umlauts and accents that tell words apart are kept."""
    assert fold(one) != fold(other)


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    """What is folded stays as it is."""
    assert fold(fold(text)) == fold(text)
