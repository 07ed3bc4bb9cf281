"""What a query finds, said in rows; and what the index adds to that."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from bot.core.ids import QueryId
from bot.core.query.highlight import highlight
from bot.core.query.matcher import Evidence, Matcher, QueryHit, explain
from bot.core.query.parser import MatchMode, parse
from bot.core.query.patterns import MAX_LENGTH, Document, TextField
from bot.language.analyser import ARTICLE_STEPS, Analyser, FormRule
from tests.builders import the_analyser

ROWS = tomllib.loads((Path(__file__).parents[2] / "data" / "queries.toml").read_text("utf-8"))["row"]
ONE, TWO = QueryId(1), QueryId(2)


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    """Build the word data once."""
    return the_analyser()


@pytest.fixture
def matcher(analyser: Analyser) -> Matcher:
    """Give an empty index."""
    return Matcher(analyser)


def article(body: str = "", *, title: str = "", lead: str = "", language: str | None = "de") -> Document:
    """Build an article of SRF."""
    return Document(
        title=title, lead=lead, body=body, language=language, source_title="SRF News", source_host="www.srf.ch"
    )


def ids(hits: tuple[QueryHit, ...]) -> set[QueryId]:
    """Return which queries were hit."""
    return {hit.query_id for hit in hits}


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['query']} in {row['text']}" for row in ROWS])
def test_a_query_finds_what_the_row_says(analyser: Analyser, matcher: Matcher, row: dict[str, Any]) -> None:
    """Each row of queries.toml holds, for the index and for the explanation alike."""
    query, mode = parse(row["query"]), MatchMode(row.get("mode", "compounds"))
    place = row.get("place", "body")
    document = article(language=row.get("language", "de"), **{place: row["text"]})
    hit = explain(analyser, query, mode, document)
    matcher.add(ONE, query, mode)
    assert ids(matcher.match(document)) == ({ONE} if hit else set())
    if row.get("match", True):
        assert hit is not None
        assert (hit.evidence[0].form, hit.evidence[0].rule) == (row["form"], row["rule"])
    else:
        assert hit is None


def test_evidence_names_the_first_form_in_each_place(matcher: Matcher) -> None:
    """A hit says for every place which form came first, and where."""
    matcher.add(ONE, parse("Nordkorea"), MatchMode.COMPOUNDS)
    (hit,) = matcher.match(article("Nordkorea und Nordkoreaner", title="Nordkoreas Raketen", lead="ohne"))
    assert hit.evidence == (
        Evidence("Nordkorea", "Nordkoreas", TextField.TITLE, FormRule.INFLECTION, 0, 10),
        Evidence("Nordkorea", "Nordkorea", TextField.BODY, FormRule.EXACT, 0, 9),
    )


def test_an_article_hits_all_who_ask(matcher: Matcher) -> None:
    """Queries that share a word are all found."""
    matcher.add(ONE, parse("Bahn"), MatchMode.COMPOUNDS)
    matcher.add(TWO, parse("Bahn Streik"), MatchMode.COMPOUNDS)
    assert ids(matcher.match(article("Streik bei der Bahn"))) == {ONE, TWO}


def test_a_query_filed_anew_forgets_its_old_words(matcher: Matcher) -> None:
    """An edited query no longer answers to what it asked before."""
    matcher.add(ONE, parse("Bahn"), MatchMode.COMPOUNDS)
    matcher.match(article("Bahn"))
    matcher.add(ONE, parse("Schiff"), MatchMode.COMPOUNDS)
    assert ids(matcher.match(article("Bahn"))) == set()
    assert ids(matcher.match(article("Schiff"))) == {ONE}
    assert len(matcher) == 1


def test_removing_an_unknown_query_is_fine(matcher: Matcher) -> None:
    """Taking out what is not there changes nothing."""
    matcher.add(ONE, parse("Bahn"), MatchMode.FORMS)
    matcher.remove(TWO)
    assert ONE in matcher
    assert TWO not in matcher


def test_a_new_query_finds_words_seen_before(matcher: Matcher) -> None:
    """What a word answered before does not hide what was filed since."""
    matcher.add(ONE, parse("Zug"), MatchMode.COMPOUNDS)
    matcher.match(article("Atomwaffenprogramm Zug Kim Jong Un"))
    for number, text in enumerate(("Atomwaffen", '"Kim Jong Un"', "*waffenprogramm", "Zug -Bahn"), start=2):
        matcher.add(QueryId(number), parse(text), MatchMode.COMPOUNDS)
    assert ids(matcher.match(article("Atomwaffenprogramm Zug Kim Jong Un"))) == {QueryId(n) for n in range(1, 6)}


def test_many_changes_between_two_articles_are_all_seen(matcher: Matcher) -> None:
    """Beyond the number of changes worth remembering, everything is looked up afresh."""
    matcher.add(ONE, parse("Bahn"), MatchMode.COMPOUNDS)
    matcher.match(article("Bahn Wort150"))
    for number in range(2, 200):
        matcher.add(QueryId(number), parse(f"Wort{number}"), MatchMode.COMPOUNDS)
    assert ids(matcher.match(article("Bahn Wort150"))) == {ONE, QueryId(150)}


def test_a_query_on_a_feed_alone_takes_every_article_of_it(matcher: Matcher) -> None:
    """A source without a word is a wish like any other, and has no evidence."""
    matcher.add(ONE, parse("source:srf"), MatchMode.COMPOUNDS)
    assert matcher.match(article("irgendetwas")) == (QueryHit(ONE, ()),)


def test_nothing_joins_headline_and_body(matcher: Matcher) -> None:
    """A phrase does not begin in one place and end in another."""
    matcher.add(ONE, parse('"Kim Jong"'), MatchMode.COMPOUNDS)
    assert matcher.match(article("Jong", title="Kim")) == ()


def test_an_enormous_article_is_cut_and_still_matched(matcher: Matcher) -> None:
    """Five million letters, or a hundred thousand words, are read up to a bound."""
    matcher.add(ONE, parse("Nordkorea"), MatchMode.COMPOUNDS)
    assert ids(matcher.match(article("Nordkorea " + "wort " * 1_000_000))) == {ONE}
    assert ids(matcher.match(article("x" * MAX_LENGTH + " Nordkorea"))) == set()


def glued(letters: int) -> str:
    """Glue short nouns together, never twice in the same way, until there are so many letters of text."""
    nouns = [
        "Dampf",
        "Schiff",
        "Fahrt",
        "Kapitän",
        "Mütze",
        "Laden",
        "Tisch",
        "Bein",
        "Bruch",
        "Stelle",
        "Netz",
        "Werk",
    ]
    made: list[str] = []
    for number in range(letters // 60):
        picked = [nouns[number // len(nouns) ** power % len(nouns)] for power in range(5)]
        made.append("".join([*picked, *nouns[number % 5 : number % 5 + 6]]).capitalize()[:60])
    return " ".join(made)


@pytest.mark.parametrize("text", ["Grüne Äpfel", "Grüne Aepfel", "GRÜNE ÄPFEL", "grüne äpfel"])
def test_a_phrase_is_found_however_its_next_word_begins(matcher: Matcher, text: str) -> None:
    """With an umlaut or as it is written without, large or small."""
    matcher.add(ONE, parse('"Grüne Äpfel"'), MatchMode.FORMS)
    matcher.add(TWO, parse('"Grüne Aepfel"'), MatchMode.FORMS)
    assert ids(matcher.match(article(f"Auf dem Markt sind {text} zu haben."))) == {ONE, TWO}


def test_a_page_of_glued_words_costs_no_more_than_an_article_may() -> None:
    """What cutting costs has a bound; beyond it new words are compared whole, and the next article is as any other."""
    fresh = Analyser()
    matcher = Matcher(fresh)
    matcher.add(ONE, parse("Nordkorea"), MatchMode.COMPOUNDS)
    matcher.add(TWO, parse("Atomwaffen"), MatchMode.COMPOUNDS)
    hostile = article(f"{glued(MAX_LENGTH - 100)} Nordkoreas Atomwaffenlager")
    assert ids(matcher.match(hostile)) == {ONE}
    assert fresh.steps <= ARTICLE_STEPS + 1_000
    assert fresh.uncut > 1_000
    assert ids(matcher.match(article("Ein Atomwaffenlager"))) == {TWO}


def test_a_long_report_is_read_to_its_end() -> None:
    """A hundred thousand letters of words never seen before stay well within the bound."""
    fresh = Analyser()
    matcher = Matcher(fresh)
    matcher.add(ONE, parse("Atomwaffen"), MatchMode.COMPOUNDS)
    data = resources.files("bot.language").joinpath("data/nouns.de.txt").read_text("utf-8")
    nouns = [line.split()[0] for line in data.split("\n\n")[1].split("\n")]
    words = [f"die {word.capitalize()} von {word[:5].capitalize()}mann war" for word in nouns[::30]]
    report = " ".join(words)[:100_000]
    assert len(report) == 100_000
    assert ids(matcher.match(article(f"{report} Atomwaffenlager"))) == {ONE}
    assert not fresh.uncut


def test_other_languages_match_exactly_and_with_their_s(matcher: Matcher) -> None:
    """In a language without rules a word is found as it stands."""
    matcher.add(ONE, parse("Madrid"), MatchMode.COMPOUNDS)
    assert ids(matcher.match(article("en Madrid", language="es"))) == {ONE}
    assert ids(matcher.match(article("Madrids", language=None))) == {ONE}


def test_other_stemmers_can_be_switched_on() -> None:
    """A language named to the analyser gets its Snowball stems."""
    spanish = Analyser(("de", "es"))
    hit = explain(spanish, parse("gobierno"), MatchMode.FORMS, article("los gobiernos", language="es"))
    assert hit is not None


def test_highlight_marks_every_form_and_no_exclusion(analyser: Analyser) -> None:
    """In a summary all wanted forms are marked, overlapping ones once."""
    text = "Atomwaffen Nordkoreas, nordkoreanische Atomwaffen, Fussball"
    spans = highlight(analyser, parse("Nordkorea Atom* -Fussball"), MatchMode.COMPOUNDS, text, "de")
    assert [text[start:end] for start, end in spans] == ["Atomwaffen", "Nordkoreas", "nordkoreanische", "Atomwaffen"]
    assert highlight(analyser, parse('"Kim Jong" Kim'), MatchMode.FORMS, "Kim Jong", "de") == ((0, 8),)
