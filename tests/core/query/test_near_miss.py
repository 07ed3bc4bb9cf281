"""What keeps a query from an article."""

from __future__ import annotations

import pytest

from bot.core.query.near_miss import NearMiss, find_near_miss
from bot.core.query.parser import MatchMode, parse
from bot.core.query.patterns import Document
from tests.builders import the_analyser

ARTICLE = Document(
    title="Treffen in Wladiwostok",
    lead="Kim spricht über Atomwaffen.",
    body="",
    language="de",
    source_title="SRF",
    source_host="srf.ch",
)


def find(query: str, mode: MatchMode = MatchMode.COMPOUNDS) -> NearMiss | None:
    """Look for the reason."""
    return find_near_miss(the_analyser(), parse(query), mode, ARTICLE)


@pytest.mark.parametrize("query", ["Kim", "Fussball", "Fussball Wetter", "source:nzz", "Fussball OR Wetter"])
def test_what_matches_and_what_has_nothing_in_it_is_no_near_miss(query: str) -> None:
    """There is nothing to say but that."""
    assert find(query) is None


@pytest.mark.parametrize(
    ("query", "missing"),
    [
        ("Kim Putin", ("Putin",)),
        ("Kim Putin Trump", ("Putin", "Trump")),
        ("(Kim OR Wetter) Putin", ("Putin",)),
        ("Fussball OR Kim Putin", ("Putin",)),
        ("Kim source:nzz", ("source:nzz",)),
    ],
)
def test_words_that_are_not_in_it_are_named(query: str, missing: tuple[str, ...]) -> None:
    """Where others are."""
    assert find(query) == NearMiss(missing=missing)


def test_what_excludes_it_is_named() -> None:
    """The rest of the query matches."""
    assert find("Kim -Atomwaffen -Wetter") == NearMiss(excluded_by=("-Atomwaffen",))
    assert find("Kim Putin -Atomwaffen") == NearMiss(missing=("Putin",))


@pytest.mark.parametrize(
    ("query", "mode"),
    [("Atomwaffe", MatchMode.EXACT), ("=Atomwaffe", MatchMode.COMPOUNDS), ("title:Kim", MatchMode.FORMS)],
)
def test_a_query_that_is_too_strict_is_said_to_be(query: str, mode: MatchMode) -> None:
    """With the form that would have been found."""
    found = find(query, mode)
    assert found is not None
    assert found.exact[0].form in ("Atomwaffen", "Kim")
