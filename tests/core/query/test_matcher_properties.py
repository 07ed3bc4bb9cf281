"""The index and the naive evaluator agree, whatever is asked and written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.errors import Refusal
from bot.core.ids import QueryId
from bot.core.query.matcher import Matcher, explain
from bot.core.query.parser import MatchMode, Query, parse
from bot.core.query.patterns import Document
from bot.language.analyser import Analyser
from tests.builders import the_analyser

WORDS = """
Bahn bahn Bahnhof Bahnhöfe U-Bahn Bahnen Bahns Atom Atomwaffen Atomwaffe Atomwaffenprogramm Waffe Waffen nordkoreanische
Nordkorea Nordkoreas Nordkoreaner North Korea Korean South Südkorea USA US us US-Regierung amerikanisch WHO who Who
Kim Jong Un Uns Kims Rotes Kreuz Roten Kreuzes Macht macht Mächte Haus Häuser Häusern Fussball Fußball FUSSBALL Costa
Rica Rican Ukraine ukrainisch ukrainien ucraino tuyau tuyaux été Etats-Unis États-Unis city cities man men banca banche
Zürich Zürcher Neue Zürcher Zeitung und der die the l'eau d'achat pouvoir naher nahen Osten Linz Linzer Bern Berner
Suedkorea chinesisch nordchinesisch China Chinas Regierung Bundesregierung Regierungen Steuer Dieselsteuer e 25 Nr
""".split()
word = st.sampled_from(WORDS)
sentence = st.lists(
    st.tuples(word, st.sampled_from([" ", " ", " ", "-", ". ", ", ", "\n", "’", "  "])), max_size=14
).map(lambda parts: "".join(a + b for a, b in parts))


def _spelled(parts: list[tuple[str, str, bool]]) -> str:
    return " ".join(f"{'-' * minus}{sign.format(text)}" for text, sign, minus in parts)


clause = st.lists(
    st.tuples(
        word,
        st.sampled_from(
            ["{}", "{}", "{}", "={}", '"{}"', "{}*", "*{}", "title:{}", '"{} Korea"', '="Neue {}"', "*{}*"]
        ),
        st.sampled_from([False, False, False, True]),
    ),
    min_size=1,
    max_size=4,
).map(_spelled)
query_text = st.one_of(
    clause,
    st.lists(clause, min_size=2, max_size=3).map(" OR ".join),
    st.tuples(clause, clause, clause).map(lambda parts: f"({parts[0]} | {parts[1]}) {parts[2]}"),
    st.tuples(clause, clause).map(lambda parts: f"{parts[0]} -({parts[1]})"),
    clause.map(lambda text: f"source:srf {text}"),
    clause.map(lambda text: f"lang:de {text}"),
)
document = st.builds(
    Document,
    title=sentence,
    lead=sentence,
    body=sentence,
    language=st.sampled_from(["de", "de", "de", "en", "fr", "it", "es", None]),
    source_title=st.sampled_from(["SRF News", "NZZ"]),
    source_host=st.just("www.example.org"),
)


def _parsed(text: str) -> Query | None:
    try:
        return parse(text)
    except Refusal:
        return None


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    """Build the word data once."""
    return the_analyser()


@settings(max_examples=150)
@given(
    asked=st.lists(st.tuples(query_text, st.sampled_from(list(MatchMode))), min_size=1, max_size=8),
    documents=st.lists(document, min_size=1, max_size=3),
    steps=st.lists(st.tuples(st.integers(0, 7), st.booleans()), min_size=1, max_size=12),
)
def test_the_index_and_a_look_at_every_word_agree(
    analyser: Analyser, asked: list[tuple[str, MatchMode]], documents: list[Document], steps: list[tuple[int, bool]]
) -> None:
    """Whatever was filed and taken out in which order, each query answers as if it were alone, with equal evidence."""
    matcher = Matcher(analyser)
    live: dict[QueryId, tuple[Query, MatchMode]] = {}
    for number, add in steps:
        text, mode = asked[number % len(asked)]
        query, query_id = _parsed(text), QueryId(number)
        if add and query:
            matcher.add(query_id, query, mode)
            live[query_id] = (query, mode)
        else:
            matcher.remove(query_id)
            live.pop(query_id, None)
        for article in documents:
            hits = {one: explain(analyser, query, mode, article) for one, (query, mode) in live.items()}
            expected = {one: hit.evidence for one, hit in hits.items() if hit}
            assert {hit.query_id: hit.evidence for hit in matcher.match(article)} == expected
    assert len(matcher) == len(live)


@given(asked=st.lists(st.tuples(query_text, st.sampled_from(list(MatchMode))), max_size=8))
def test_what_was_added_and_removed_leaves_nothing(analyser: Analyser, asked: list[tuple[str, MatchMode]]) -> None:
    """An index that was filled and emptied is as if it had never been filled."""
    matcher = Matcher(analyser)
    for number, (text, mode) in enumerate(asked):
        if query := _parsed(text):
            matcher.add(QueryId(number), query, mode)
    for number in range(len(asked)):
        matcher.remove(QueryId(number))
    assert len(matcher) == 0
    assert matcher.is_empty()
