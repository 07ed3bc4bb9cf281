"""
What readers share a summary.

A summary marks exactly what the matcher accepts.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.core.article import Article
from bot.core.delivery.alert import Alert, Match, Summary
from bot.core.ids import ArticleId
from bot.language.analyser import Analyser
from bot.services.message import AlertSummariser, likeness
from tests.builders import make_article, make_chat, make_subscription


def test_readers_share_a_summary_that_fits_for_both() -> None:
    """Thousands with the same wish do; one whose last line is longer, for it names wishes, has a summary of his own."""
    matches = (Match(make_subscription(1, "Nordkorea"), ()),)
    alert = Alert(article=make_article(), chat=make_chat(), matches=matches, subscription_count=1)
    other = replace(alert, chat=make_chat(2), matches=(Match(make_subscription(7, "Nordkorea"), ()),))
    assert likeness(alert) == likeness(other)
    assert likeness(alert) != likeness(replace(other, subscription_count=2))
    assert likeness(alert) != likeness(replace(alert, article=make_article(body="Jetzt ist der Text da.")))


LEAD = "Es geht unter anderem um die Atomwaffen Nordkoreas und den Besuch Putins in Wladiwostok."


@pytest.fixture
def summarise(analyser: Analyser) -> AlertSummariser:
    """Summarising with the word data of the matcher."""
    return AlertSummariser(analyser)


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


async def test_the_matched_forms_of_all_queries_are_bold(summarise: AlertSummariser) -> None:
    """Each reader sees why the alert came."""
    assert bold(await summarise(alert("Nordkorea", "Putin"))) == ["Nordkoreas", "Putins"]


async def test_forms_that_overlap_are_marked_once(summarise: AlertSummariser) -> None:
    """Telegram refuses entities that cross."""
    assert bold(await summarise(alert("Nordkorea", "Nord*"))) == ["Nordkoreas"]


async def test_a_query_that_cannot_be_read_any_more_marks_nothing(summarise: AlertSummariser) -> None:
    """The alert comes all the same."""
    summary = await summarise(alert("((", "Putin"))

    assert bold(summary) == ["Putins"]


async def test_headline_only_needs_the_wish_of_all(summarise: AlertSummariser) -> None:
    """Where one subscription wants the summary it is shown."""
    assert (await summarise(alert("Nordkorea", headline_only=True))).lines == ()
    assert (await summarise(alert("Nordkorea"))).lines != ()


class Writer:
    """An abstractor that says one thing and counts."""

    def __init__(self, says: str | None) -> None:
        self.says = says
        self.asked = 0

    async def abstract(self, article: Article) -> str | None:
        """Say it."""
        self.asked += 1
        return self.says


async def test_text_from_outside_stands_in_where_the_publisher_gave_no_line(analyser: Analyser) -> None:
    """It replaces the lead sentence, is marked, and the sentence with the keyword still comes below it."""
    writer = Writer("Zwei Staatschefs sprechen in Wladiwostok über Handel und Rüstung.")
    made = alert("Nordkorea", lead="")
    made = replace(made, article=replace(made.article, body=f"Es regnet heute im Osten. {LEAD}"))
    summary = await AlertSummariser(analyser, writer)(made)
    assert summary.by_machine
    assert summary.lines[0].text == writer.says
    assert bold(summary) == ["Nordkoreas"]


async def test_nobody_outside_is_asked_where_the_publisher_gave_a_line(analyser: Analyser) -> None:
    """An editor's sentence is better, and free."""
    writer = Writer("Zwei Staatschefs sprechen in Wladiwostok über Handel und Rüstung.")
    summary = await AlertSummariser(analyser, writer)(alert("Nordkorea"))
    assert not writer.asked
    assert not summary.by_machine


@pytest.mark.parametrize("says", [None, "", "Kurz.", "Treffen im Osten"])
async def test_text_from_outside_that_says_nothing_changes_nothing(analyser: Analyser, says: str | None) -> None:
    """Off, broken, over budget or empty: the lead sentence comes, unmarked."""
    made = alert("Nordkorea", lead="")
    made = replace(made, article=replace(made.article, body=LEAD))
    assert await AlertSummariser(analyser, Writer(says))(made) == await AlertSummariser(analyser)(made)


class StoredSummaries:
    """The answers that were kept; there is nothing else to be asked."""

    def __init__(self, said: str | None) -> None:
        self.said = said

    async def find(self, article_id: ArticleId) -> str | None:
        """Give it."""
        return self.said


@pytest.mark.parametrize("said", [None, "", "Zwei Staatschefs sprechen in Wladiwostok über Handel und Rüstung."])
async def test_an_alert_that_is_out_stays_as_it_was(analyser: Analyser, said: str | None) -> None:
    """With the sentence that was kept, or without one; whoever wrote it is neither asked nor needed."""
    made = alert("Nordkorea", lead="")
    made = replace(made, article=replace(made.article, body=LEAD))
    summaries: Any = StoredSummaries(said)
    sent = await AlertSummariser(analyser, Writer(said))(made)
    writer = Writer("Ganz anderes steht in diesem Satz, den es nie gegeben hat.")
    assert await AlertSummariser(analyser, writer, summaries).again(made) == sent
    assert await AlertSummariser(analyser, None, summaries).again(made) == sent
    assert not writer.asked
    assert (await AlertSummariser(analyser, writer, summaries).again(alert("Nordkorea"))).by_machine is False
