"""A summary marks exactly what the matcher accepts."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.alert import Alert, Match, Summary
from bot.flow.summarise import Summarise
from bot.language.analyser import Analyser
from tests.builders import make_article, make_chat, make_subscription

LEAD = "Es geht unter anderem um die Atomwaffen Nordkoreas und den Besuch Putins in Wladiwostok."


@pytest.fixture
def summarise(analyser: Analyser) -> Summarise:
    """Summarising with the word data of the matcher."""
    return Summarise(analyser)


def alert(*normals: str, title: str = "Treffen im Osten", lead: str = LEAD, **changes: Any) -> Alert:
    """Make an alert for these queries."""
    matches = tuple(
        Match(make_subscription(number, normal, **changes), ()) for number, normal in enumerate(normals, start=1)
    )
    article = make_article(title=title, lead=lead)
    return Alert(article=article, chat=make_chat(), matches=matches, subscription_count=len(matches))


def bold(summary: Summary) -> list[str]:
    """List what is bold."""
    return [line.text[start:end] for line in summary.lines for start, end in line.bold]


def test_the_matched_forms_of_all_queries_are_bold(summarise: Summarise) -> None:
    """Each reader sees why the alert came."""
    assert bold(summarise(alert("Nordkorea", "Putin"))) == ["Nordkoreas", "Putins"]


def test_forms_that_overlap_are_marked_once(summarise: Summarise) -> None:
    """Telegram refuses entities that cross."""
    assert bold(summarise(alert("Nordkorea", "Nord*"))) == ["Nordkoreas"]


def test_a_query_that_cannot_be_read_any_more_marks_nothing(summarise: Summarise) -> None:
    """The alert comes all the same."""
    summary = summarise(alert("((", "Putin"))

    assert bold(summary) == ["Putins"]


def test_headline_only_needs_the_wish_of_all(summarise: Summarise) -> None:
    """Where one subscription wants the summary it is shown."""
    assert summarise(alert("Nordkorea", headline_only=True)).lines == ()
    assert summarise(alert("Nordkorea")).lines != ()
