"""Which keywords a sentence may mean."""

from __future__ import annotations

import pytest

from bot.core.query import keyword_candidates, phrasing
from tests.core.query.test_phrasing import KEYWORDS


def test_what_is_proposed_bears_the_exclusion() -> None:
    """As what is read without asking does."""
    assert keyword_candidates.find_keywords("I love bitcoin but no dogecoin").keywords == ("bitcoin -dogecoin",)
    assert keyword_candidates.split_exclusions("no sports") == ("no sports", "")


def test_words_parted_by_a_small_one_are_proposed_together_and_apart() -> None:
    """What the reader says of himself is no part of "Each on its own"."""
    text = "Sag mir, wenn der Wolf in Tirol auftaucht. Ich wohne in Innsbruck."
    proposal = keyword_candidates.find_keywords(text)
    assert {"Wolf in Tirol", "Wolf", "Tirol", "Innsbruck"} <= set(proposal.keywords)
    assert proposal.together == ("Wolf in Tirol",)


@pytest.mark.parametrize("typed", ["Wann kommt endlich GTA 6??", "il comune di Treviglio chiude la piscina"])
def test_of_a_plain_text_the_reader_is_asked_sooner(typed: str) -> None:
    """Behind a command it is a keyword."""
    queries = phrasing.read_queries(typed)
    assert keyword_candidates.are_doubtful(queries, is_command=False)


SENTENCES = {
    "meld dich wenn der name elon musk fällt": "elon musk",
    "füge Skispringen hinzu": "Skispringen",
    "was ist mit Thyssenkrupp? Immer her mit den News!": "Thyssenkrupp",
    "Ma fille étudie à Montréal, je voudrais savoir ce qui s'y passe": "Montréal",
    "Halte mich über «künstliche Intelligenz» auf dem Laufenden": "künstliche Intelligenz",
    "madami tutte le notizzie sul festival di sanremo": "festival di sanremo",
    "Whenever the Isle of Skye is mentioned, drop me a line": "Isle of Skye",
    "Alerte-moi si le nom de Marine Le Pen apparaît quelque part": "Marine Le Pen",
    "Sono un'insegnante e mi piacerebbe restare aggiornata sull'autismo": "autismo",
}


@pytest.mark.parametrize(("typed", "keyword"), SENTENCES.items())
def test_of_a_sentence_keywords_are_proposed(typed: str, keyword: str) -> None:
    """What cannot be read for certain is asked about, with the words that it may mean."""
    assert keyword_candidates.are_doubtful(phrasing.read_queries(typed))
    assert keyword in keyword_candidates.find_keywords(typed).keywords


@pytest.mark.parametrize(
    "query",
    [
        *KEYWORDS[:-1],
        "künstliche Intelligenz in der Medizin",
        "tag der offenen tür",
        "Kim Jong Un",
        "Putin OR Trump",
        '"Neue Zürcher Zeitung"',
        "title:Nordkorea -Fussball",
        "Tour de France",
        "house of the dragon",
    ],
)
def test_no_keyword_is_taken_for_a_sentence(query: str) -> None:
    """Nobody is asked without need."""
    assert not keyword_candidates.are_doubtful([query])
