from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.story_similarity import ComparedHeadline, HeadlineSimilarity
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


def headline(title: str, hours: float = 0, *, teaser: str = "") -> ComparedHeadline:
    features = headlines.features(title, "de")
    return ComparedHeadline(features=features, teaser=teaser, published_at=NOW + timedelta(hours=hours))


def add(likeness: HeadlineSimilarity, title: str, hours: float = 0, *, teaser: str = "") -> int:
    likeness.count(headlines.features(title, "de"), NOW + timedelta(hours=hours))
    return likeness.file(headline(title, hours, teaser=teaser), NOW + timedelta(hours=hours))


def nearest(likeness: HeadlineSimilarity, title: str, least: float = 0.7) -> int | None:
    return next((found.slot for found in likeness.likely(headline(title), least)), None)


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
    found = likeness.likely(headline(TITLES[0]), 0.7)
    assert [similar.slot for similar in found] == [0, 4]
    assert found[0].probability == pytest.approx(1.0, abs=0.01)


def test_only_what_may_be_seen_is_compared(likeness: HeadlineSimilarity) -> None:
    """The caller says which slots count."""
    assert likeness.likely(headline(TITLES[0]), 0.7, lambda slot: slot != 0) == ()


def test_the_longer_ago_the_less_likely(likeness: HeadlineSimilarity) -> None:
    """What is told in like words two days later is more often what came of it."""
    reworded = "Berlin: Haushalte nach Stromausfall ohne Strom"
    soon, late = (likeness.likely(headline(reworded, hours), 0)[0] for hours in (1, 50))
    assert soon.slot == late.slot == 1
    assert soon.probability > 0.7 > late.probability


def test_a_teaser_says_what_another_headline_says(likeness: HeadlineSimilarity) -> None:
    """Two headlines that share one word are the same news where a teaser has the words of the other."""
    add(likeness, "Blackout trifft die Hauptstadt", teaser="Ein Brand am Kabel hat Köpenick den Strom genommen.")
    other = headline("Köpenick: Brand an Kabel trifft Tausende", 1)
    with_teaser = likeness.likely(other, 0.5)
    assert [similar.slot for similar in with_teaser] == [4]
    bare = HeadlineSimilarity()
    add(bare, "Blackout trifft die Hauptstadt")
    assert bare.likely(other, 0.5) == ()


def test_words_common_in_the_window_count_little() -> None:
    """What everybody writes about tells no story apart."""
    made = HeadlineSimilarity()
    add(made, "Venezuela: Papst ruft zum Frieden")
    for at in range(200):
        made.count(headlines.features(f"Venezuela: Meldung {at} aus der Welt", "de"), NOW)
    rare, common = "Papst ruft zum Frieden auf", "Venezuela: Markt bricht ein"
    found = [made.likely(headline(title), 0) for title in (rare, common)]
    assert found[0][0].probability > 0.7
    assert not found[1] or found[1][0].probability < 0.3


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


def test_what_was_counted_in_an_hour_leaves_the_window_together() -> None:
    """Until then all of it counts, also what a clock that was set back put behind it."""
    made = HeadlineSimilarity()
    for minutes in (0, 59, 61, -30, 90):
        made.count(headlines.features("Papst ruft zum Frieden auf", "de"), NOW + timedelta(minutes=minutes))
    counts = []
    for minutes in (0, 59, 60, 90, 91):
        made.forget(NOW + timedelta(minutes=minutes))
        counts.append(made._counts[made._numbers["papst"]] if made._numbers else 0)
    assert counts == [5, 5, 3, 3, 0]
    assert made._base() == 1
