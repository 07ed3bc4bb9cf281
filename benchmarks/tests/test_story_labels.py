"""The invented headlines: two halves that share nothing, and labels that are read as they were written."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import story_labels
from benchmarks.story_labels import Relation


def test_each_half_has_its_own_events_and_hundreds_of_pairs_of_each_kind() -> None:
    """What weights are chosen on is not what they are reported on."""
    train, test = (story_labels.read(half) for half in story_labels.HALVES)

    assert {headline.topic for headline in train}.isdisjoint(headline.topic for headline in test)
    assert min(len(train), len(test)) > 500
    for half in (train, test):
        counts = story_labels.count_pairs(half)
        assert min(counts[Relation.SAME], counts[Relation.EVENT], counts[Relation.OTHER]) > 300


def test_marks_make_the_labels(tmp_path: Path) -> None:
    """Two lines below one mark are the same news; a teaser stands behind two strokes."""
    path = tmp_path / "labels.txt"
    lines = ("# why", "", "## test 3 Brände", "= de", "*", "0.5 a Brand in Bern // Es brennt.", "1 b Bern: Brand")
    more = ("*", "2 a Brand gelöscht", "= de", "*", "1 c Brand in Biel")
    path.write_text("\n".join((*lines, *more)), "utf-8")
    first, second, third, fourth = sorted(story_labels.read("test", path), key=lambda headline: headline.development)

    assert (first.title, first.teaser, first.language, first.published.hour) == ("Brand in Bern", "Es brennt.", "de", 3)
    relations = [first.relation(headline) for headline in (second, third, fourth)]
    assert relations == [Relation.SAME, Relation.EVENT, Relation.OTHER]


def test_a_line_that_is_neither_is_refused(tmp_path: Path) -> None:
    """A slip of the hand must not lose a headline silently."""
    path = tmp_path / "labels.txt"
    path.write_text("## test 3 Brände\n= de\n*\nBrand in Bern\n", "utf-8")

    with pytest.raises(ValueError, match="line 4"):
        story_labels.read("test", path)
