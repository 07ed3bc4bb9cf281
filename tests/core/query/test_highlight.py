"""Marks find what looking at every word finds, and look at few."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.query.highlight import Highlighter, Spans
from bot.core.query.parser import MatchMode, Node, NoneOf, Query, Term, is_stop, parse
from bot.core.query.patterns import Passage, TextField, find, seek, widen
from bot.language.analyser import Analyser, WordReading
from tests.builders import the_analyser

ROWS = tomllib.loads((Path(__file__).parents[2] / "data" / "queries.toml").read_text("utf-8"))["row"]
OTHERS = {
    "de": "Die Ärzte der Häuser im Nordkonflikt fuhren Bahnen, Zürcher und Zürichs Kirchdörfern entlang: US-Bürger",
    "en": "The mice went, the people were running; Germany's feet and analyses of the British were taken",
    "fr": "Les travaux nationaux des Suissesses, les chevaux bernois et l'étude étrangère; Coréens du Nord",
    "it": "Le città e gli amici svizzeri, i medici romani parlavano: parlano di laghi",
}
WISHES = (
    "Arzt Ärzte Haus Häuser Bahn Zürich Schweiz Nordkorea Kirchdorf US goes mouse foot analysis take Germany travail "
    "cheval étude Suisse Corée città amico medico parlare lago Dorf Uhu Öl EU X"
).split()


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    """Build the word data once."""
    return the_analyser()


def wanted(node: Node) -> Iterator[Term]:
    """List the terms to be shown."""
    if isinstance(node, Term):
        yield from [] if is_stop(node) else [node]
    elif not isinstance(node, NoneOf) and hasattr(node, "parts"):
        for part in node.parts:
            yield from wanted(part)


def slowly(analyser: Analyser, query: Query, mode: MatchMode, text: str, language: str | None) -> set[int]:
    """Find the letters of all forms by judging every word."""
    passage = Passage(TextField.BODY, text)
    return {
        at
        for term in wanted(widen(analyser, query.root))
        for sought in seek(analyser, term, mode)
        for start, end, _ in find(sought, analyser, passage, language)
        for at in range(start, end)
    }


def letters(spans: Spans) -> set[int]:
    """List the letters in spans."""
    return {at for start, end in spans for at in range(start, end)}


@pytest.mark.parametrize("mode", list(MatchMode))
def test_marks_are_what_looking_at_every_word_finds(analyser: Analyser, mode: MatchMode) -> None:
    """For every row of the matching rules, and for words that bend in all sorts of ways."""
    texts = [(row["query"], str(row.get("text", "")), row.get("language", "de")) for row in ROWS]
    texts += [(wish, text, language) for wish in WISHES for language, text in OTHERS.items()]
    texts += [(wish, " ".join(OTHERS.values()), None) for wish in WISHES]
    seen = 0
    for asked, text, language in texts:
        query = parse(asked)
        found = letters(Highlighter(analyser, [(query, mode)], language)(text))
        assert found == slowly(analyser, query, mode, text, language), (asked, text, language)
        seen += bool(found)
    assert seen > 30


def test_several_wishes_are_marked_together(analyser: Analyser) -> None:
    """Spans never overlap, whoever asked for them."""
    wishes = [(parse(each), MatchMode.COMPOUNDS) for each in ("Nordkorea", '"Kim Jong"', "Jong", "-Putin Kim")]
    text = "Kim Jong traf Putin in Nordkorea"
    assert [text[start:end] for start, end in Highlighter(analyser, wishes, "de")(text)] == ["Kim Jong", "Nordkorea"]
    assert Highlighter(analyser, [], "de")(text) == ()


def test_words_asked_for_together_are_one_where_they_stand_together(analyser: Analyser) -> None:
    """Also a stop word among them is bold then: Kim Jong Un."""
    mark = Highlighter(analyser, [(parse("Kim Jong Un OR Putin"), MatchMode.COMPOUNDS)], "de", together=True)
    text = "Kim traf Putin, sagte Kim Jong Uns Sprecher un Jong"
    assert [text[start:end] for start, end in mark(text)] == ["Kim", "Putin", "Kim Jong Uns", "Jong"]


def test_every_word_is_looked_at_where_nothing_is_known_of_a_stemmer() -> None:
    """A language named to the analyser beside our own has its stems only."""
    mark = Highlighter(Analyser(("de", "es")), [(parse("gobierno"), MatchMode.FORMS)], "es")
    text = "los gobiernos de España"
    assert [text[start:end] for start, end in mark(text)] == ["gobiernos"]


class Counting(Analyser):
    """Counts the words that are analysed."""

    def _read(self, text: str, language: str | None) -> WordReading:
        self.asked = getattr(self, "asked", 0) + 1
        return super()._read(text, language)


def test_few_words_of_a_text_are_analysed() -> None:
    """Of a thousand different words those that share letters with the keyword, and nothing is cut that does not."""
    analyser = Counting()
    mark = Highlighter(analyser, [(parse("Nordkorea"), MatchMode.COMPOUNDS)], "de")
    words = [f"{first}{last}" for first in ("Bund", "Wald", "Rats", "Netz", "Dorf") for last in map(str, range(200))]
    text = " ".join([*words, "Nordkoreas", "Nordwand", "Südnordkoreaner"])
    assert [text[start:end] for start, end in mark(text)][:1] == ["Nordkoreas"]
    assert analyser.asked <= 3
    assert analyser.steps < 100


def test_a_hostile_text_costs_no_more_than_an_article_may() -> None:
    """Words that share the keyword's letters are cut only up to the bound."""
    analyser = Analyser()
    mark = Highlighter(analyser, [(parse("Atomwaffen"), MatchMode.COMPOUNDS)], "de")
    nouns = ("Tisch", "Bein", "Bruch", "Stelle", "Netz", "Werk", "Laden")
    glued = ["".join(nouns[number // 7**power % 7] for power in range(5)) + "atomwaffen" for number in range(4_000)]
    assert mark(" ".join([*glued, "Atomwaffen"]))[-1:]
    assert analyser.uncut > 0
