"""What a query will match, term by term, and how many slips lie between two spellings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.query import preview
from bot.core.query.parser import MatchMode, parse
from tests.builders import the_analyser

letters = st.text("abc", max_size=7)


@pytest.mark.parametrize(
    ("typed", "mode", "kinds"),
    [
        ("Bahn*", MatchMode.FORMS, ["begins"]),
        ("*bahn", MatchMode.FORMS, ["ends"]),
        ("*bahn*", MatchMode.FORMS, ["contains"]),
        ('"Rotes Kreuz"', MatchMode.FORMS, ["phrase"]),
        ('="Rotes Kreuz"', MatchMode.FORMS, ["exact"]),
        ("=Bahn", MatchMode.COMPOUNDS, ["exact"]),
        ("*bahn OR Zug*", MatchMode.FORMS, ["ends", "begins"]),
    ],
)
def test_each_term_says_how_it_is_looked_for(typed: str, mode: MatchMode, kinds: list[str]) -> None:
    """In the order in which they were typed."""
    assert [term.kind for term in preview.look_ahead(the_analyser(), parse(typed), mode)] == kinds


@pytest.mark.parametrize(
    ("first", "second", "slips"),
    [
        ("nordkorea", "nordkorea", 0),
        ("nordkorea", "nordkorae", 1),
        ("nordkorea", "nrodkorae", 2),
        ("nordkorea", "nordkoreas", 1),
        ("nordkorea", "norkorea", 1),
        ("nordkorea", "suedkorea", None),
        ("", "ab", 2),
        ("ab", "", 2),
    ],
)
def test_slips_are_counted(first: str, second: str, slips: int | None) -> None:
    """A letter missing, added, wrong or in the wrong order is one slip; more than two are too many."""
    assert preview.distance(first, second, 2) == slips
    assert preview.distance(second, first, 2) == slips


@given(letters, letters)
def test_what_is_unlikely_is_far(first: str, second: str) -> None:
    """The cheap look never rules out what the long one would allow."""
    if preview.distance(first, second, 2) is not None:
        assert preview.is_likely(set(first), second, 2)


def test_short_words_are_not_guessed() -> None:
    """Every three letters are one slip from other three."""
    assert [preview.reach(length) for length in (3, 4, 5, 6, 12)] == [0, 1, 1, 2, 2]
