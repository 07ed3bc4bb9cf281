"""Which words of an article are proposed to be excluded."""

from __future__ import annotations

import pytest

from bot.core.query.matcher import explain
from bot.core.query.parser import MatchMode, parse
from bot.core.query.patterns import Document
from bot.core.query.telling import list_telling
from bot.services.alert_actions import exclude_word
from tests.builders import the_analyser

ANALYSER = the_analyser()
FOOTBALL = Document(
    title="Nordkorea verliert das Stadionderby gegen Japan",
    lead="Die nordkoreanische Mannschaft war im Stadion ohne Chance. Der Trainer der Mannschaft trat ab.",
    body="Im Stadion sahen 20000 Menschen die Mannschaft. Nordkoreas Trainer sagte nichts.",
    language="de",
    source_title="Sportblatt Bern",
    source_host="sport.example",
)


def propose(query: str, document: Document = FOOTBALL) -> tuple[str, ...]:
    """Propose words to somebody with this query."""
    return list_telling(ANALYSER, document, ((parse(query), MatchMode.COMPOUNDS),))


def test_the_most_frequent_telling_words_come_first() -> None:
    """Neither what the query finds in any form, nor words that say nothing, numbers, or the source's name."""
    words = propose("Nordkorea")
    assert words[0] == "Mannschaft"
    assert {"Trainer", "Stadion"} <= set(words)
    assert not {"Nordkorea", "Nordkoreas", "nordkoreanische", "Die", "20000", "Sportblatt"} & set(words)


def test_what_is_excluded_already_is_not_proposed_again() -> None:
    """Nor any other part of the query."""
    assert "Mannschaft" not in propose("Nordkorea -Mannschaft")
    assert "Trainer" not in propose("Nordkorea Trainer")


@pytest.mark.parametrize("query", ["Nordkorea", "Nordkorea OR Japan", '"Nordkorea" -Fussball', "=Nordkorea"])
def test_each_proposed_word_keeps_the_article_away(query: str) -> None:
    """That is what it is proposed for."""
    assert explain(ANALYSER, parse(query), MatchMode.COMPOUNDS, FOOTBALL) is not None
    for word in propose(query):
        narrower = exclude_word(parse(query), word)
        assert explain(ANALYSER, narrower, MatchMode.COMPOUNDS, FOOTBALL) is None


def test_forms_of_one_word_count_together() -> None:
    """It is shown in the shortest of them."""
    document = Document(
        title="",
        lead="Die Spiele begannen. Das Spiel war lang. Der Hafen brannte.",
        body="",
        language="de",
        source_title="",
        source_host="",
    )
    assert propose("Kim", document)[0] == "Spiel"


def test_other_languages_have_their_words_too() -> None:
    """Names before others."""
    document = Document(
        title="Match in London: Arsenal beat Chelsea",
        lead="Arsenal won the match.",
        body="",
        language="en",
        source_title="",
        source_host="",
    )
    words = propose("Chelsea", document)
    assert words[0] == "Arsenal"
    assert "Chelsea" not in words


@pytest.mark.parametrize(
    ("language", "title", "lead", "proposed"),
    [
        (
            "en",
            "Volcano closes the airport of Catania",
            "After a night of ash the volcano has closed the airport, and flights go to Palermo.",
            {"airport", "Catania", "Palermo"},
        ),
        ("en", "Trump Meets Leaders In Geneva", "The agreement covers exports.", {"agreement"}),
        (
            "de",
            "Vulkan sperrt Flughafen von Catania",
            "Nach einer Nacht ist der Flughafen zu. Dort sprach die Polizei mit Leuten.",
            {"Flughafen", "Catania", "Polizei"},
        ),
        (
            "fr",
            "Le volcan ferme l’aéroport de Catane",
            "Depuis lundi, l’aéroport est fermé à cause de la cendre.",
            {"aéroport", "Catane", "cendre"},
        ),
        (
            "it",
            "Il vulcano chiude l’aeroporto di Catania",
            "Dopo una notte di cenere l’aeroporto resta chiuso. Così dice la gente nella sala.",
            {"aeroporto", "Catania", "sala"},
        ),
    ],
)
def test_only_names_and_nouns_are_proposed(language: str, title: str, lead: str, proposed: set[str]) -> None:
    """Neither words that join others, nor those that stand in articles about anything."""
    document = Document(title=title, lead=lead, body="", language=language, source_title="", source_host="")
    assert set(propose("Vulkan OR volcano OR volcan OR vulcano", document)) == proposed


def test_a_word_is_shown_in_its_base_form() -> None:
    """Also where the article has it in another one only."""
    document = Document(
        title="", lead="Er sprach mit Matrosen.", body="", language="de", source_title="", source_host=""
    )
    assert propose("Kim", document) == ("Matrose",)


def test_an_article_without_words_has_nothing_to_propose() -> None:
    """Say, a picture."""
    empty = Document(title="…", lead="", body="", language=None, source_title="", source_host="")
    assert propose("Kim", empty) == ()
