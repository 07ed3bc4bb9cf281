from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.story_similarity import HeadlineSimilarity
from bot.language import headlines
from tests.builders import NOW

TITLES = (
    "USA greifen Venezuela an und nehmen Maduro fest",
    "Stromausfall in Berlin: Tausende Haushalte ohne Strom",
    "Bundesrat beschliesst neue Regeln für Wölfe",
    "Der FC Bern gewinnt in Basel nach Rückstand",
)


@pytest.fixture
def likeness() -> HeadlineSimilarity:
    """Four headlines, counted and filed."""
    made = HeadlineSimilarity()
    for title in TITLES:
        add(made, title)
    return made


def add(likeness: HeadlineSimilarity, title: str, hours: float = 0) -> int:
    likeness.count(headlines.features(title), NOW + timedelta(hours=hours))
    return likeness.file(headlines.features(title), NOW + timedelta(hours=hours))


def nearest(likeness: HeadlineSimilarity, title: str, threshold: float = 0.55) -> int | None:
    found = likeness.nearest(headlines.features(title), threshold)
    return found.slot if found else None


def test_a_rewording_is_found(likeness: HeadlineSimilarity) -> None:
    """Most of the rare words are there, bent a little."""
    assert nearest(likeness, "Nach Stromausfall in Berlin sind tausende Haushalte ohne Strom") == 1


def test_another_story_with_some_of_the_words_is_not(likeness: HeadlineSimilarity) -> None:
    """Names alone make no story."""
    assert nearest(likeness, "Bern und Berlin ohne Regeln") is None
    assert nearest(likeness, "") is None


def test_the_same_headline_is_wholly_alike_and_the_oldest_counts(likeness: HeadlineSimilarity) -> None:
    """Of equals the first one filed is the story."""
    add(likeness, TITLES[0])
    found = likeness.nearest(headlines.features(TITLES[0]), 0.55)
    assert found is not None
    assert found.slot == 0
    assert found.score == pytest.approx(1.0)


def test_only_what_may_be_seen_is_compared(likeness: HeadlineSimilarity) -> None:
    """The caller says which slots count."""
    assert likeness.nearest(headlines.features(TITLES[0]), 0.55, lambda slot: slot != 0) is None


def test_words_common_in_the_window_count_little() -> None:
    """What everybody writes about tells no story apart."""
    made = HeadlineSimilarity()
    add(made, "Venezuela: Papst ruft zum Frieden")
    for at in range(200):
        made.count(headlines.features(f"Venezuela: Meldung {at} aus der Welt"), NOW)
    rare, common = "Papst ruft zum Frieden auf", "Venezuela: Markt bricht ein"
    scores = [made.nearest(headlines.features(each), 0.01) for each in (rare, common)]
    assert scores[0] is not None
    assert scores[0].score > 0.55
    assert scores[1] is None or scores[1].score < 0.3


def test_what_left_the_window_is_forgotten_without_a_trace(likeness: HeadlineSimilarity) -> None:
    """Memory is that of the window, and numbers are used again."""
    add(likeness, "Neuer Papst in Rom gewählt worden", hours=1)
    assert likeness.forget(NOW + timedelta(minutes=30)) == (0, 1, 2, 3)
    assert nearest(likeness, TITLES[0]) is None
    assert nearest(likeness, "Neuer Papst in Rom gewählt worden") == 4
    likeness.forget(NOW + timedelta(hours=2))
    assert len(likeness) == 0
    assert not likeness._numbers
    assert not likeness._postings
    assert add(likeness, TITLES[0]) == 5
    assert nearest(likeness, TITLES[0]) == 5
