"""
Words and where they stand.

Spellings of one word fold to one.
"""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language import tokens
from bot.language.tokens import fold


def test_hyphens_and_apostrophes_separate() -> None:
    """Parts of joined words are words."""
    assert tokens.words("Nato-Russland-Rat, l'eau d’Évian") == ["Nato", "Russland", "Rat", "l", "eau", "d", "Évian"]


def test_marks_and_invisible_characters_belong_to_the_word() -> None:
    """A word comes as it was written, so that its offsets fit the text."""
    assert tokens.words("Mu\u0308ller Nord\u00adkorea a_b") == ["Mu\u0308ller", "Nord\u00adkorea", "a", "b"]


def test_signs_that_belong_to_a_name_are_kept() -> None:
    """C is not C++, and a full stop or an ampersand elsewhere is none of a word."""
    text = "Vitamin C, C++ und C#: (.NET) von AT&T. Ende.Neu A & B #Wahl Disney+"
    assert tokens.words(text) == [
        *["Vitamin", "C", "C++", "und", "C#", ".NET", "von", "AT&T", "Ende", "Neu", "A", "B", "Wahl", "Disney"]
    ]


def test_of_a_script_without_spaces_each_sign_is_a_word() -> None:
    """A keyword is a row of signs then, and where the script changes a word ends."""
    assert tokens.words("今日のOpenAIに") == ["今", "日", "の", "OpenAI", "に"]
    assert tokens.words("북한의 미사일") == ["북", "한", "의", "미", "사", "일"]


@given(st.text())
def test_words_stand_where_they_are_said_to(text: str) -> None:
    """Every word is found at its start, in order and without overlap."""
    words = tokens.words(text)
    starts = tokens.starts(text, words)
    assert [text[start : start + len(word)] for start, word in zip(starts, words, strict=True)] == words
    assert all(a + len(word) <= b for a, b, word in zip(starts, starts[1:], words, strict=False))


@pytest.mark.parametrize(
    ("gap", "before", "ends"),
    [
        (". ", "Katze", True),
        ("! ", "Nein", True),
        (".» ", "weg", True),
        ("... ", "so", True),
        (". ", "St", False),
        (". ", "25", False),
        (", ", "Katze", False),
        (" ", "Katze", False),
        ("-", "Katze", False),
    ],
)
def test_a_full_stop_ends_a_sentence_unless_it_abbreviates(gap: str, before: str, ends: bool) -> None:
    """Short words and numbers before a full stop go on."""
    assert tokens.ends_sentence(gap, before) is ends


@pytest.mark.parametrize("sign", [".", ".)", "…", "!”"])
def test_a_gap_of_nothing_but_stops_is_read_once(sign: str) -> None:
    """Not once from each of them: this ends at all."""
    assert not tokens.ends_sentence(sign * 300_000, "Wladiwostok")
    assert tokens.ends_sentence(f"{sign * 300_000} ", "Wladiwostok")


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
