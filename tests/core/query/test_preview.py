"""How many slips lie between two spellings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.query import preview

letters = st.text("abc", max_size=7)


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
