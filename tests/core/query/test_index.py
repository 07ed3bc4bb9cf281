"""What the index remembers of the words it has seen."""

from __future__ import annotations

import pytest

from bot.core.query.index import QueryIndex
from bot.core.query.parser import MatchMode
from bot.core.query.patterns import MAX_LENGTH, WordPattern
from bot.language.analyser import Analyser
from tests.builders import the_analyser
from tests.core.query.test_matcher import glued


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    """Build the word data once."""
    return the_analyser()


def test_a_word_is_looked_up_once(analyser: Analyser) -> None:
    """What it answers is remembered for its language, also when it answers nothing."""
    index = QueryIndex(analyser)
    target = index.file(WordPattern("Bahn", MatchMode.FORMS))

    answers = index.look_up("Bahnen", "de")
    nothing = index.look_up("Haus", "de")

    assert [found for found, _ in answers.targets] == [target]
    assert index.remembered("de") == {"Bahnen": answers, "Haus": nothing}
    assert index.remembered("fr") == {}


def test_a_word_that_was_not_cut_is_looked_up_again() -> None:
    """A page that took its share of steps does not decide what its last words answer in the next article."""
    fresh = Analyser()
    index = QueryIndex(fresh)
    index.file(WordPattern("Waffe", MatchMode.COMPOUNDS))
    words = list(dict.fromkeys(glued(MAX_LENGTH).split()))
    with fresh.sparing():
        for word in words:
            index.look_up(word, "de")

    assert fresh.uncut > 1_000
    assert len(index.remembered("de")) == len(words) - fresh.uncut
