"""What is kept of a saved article, and what tells two apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.core.delivery.alert import Summary, SummaryLine
from bot.core.saved import LONGEST_SUMMARY, SavedArticle, save
from tests.builders import NOW, make_article

LATER = NOW + timedelta(hours=1)


def test_a_saved_article_keeps_all_that_is_shown_of_it() -> None:
    """Cleaned as in the alert, so that nothing of the article is needed any more."""
    article = make_article(
        title="Kim \u202etrifft\nPutin", source_title="SRF News", is_paid=True, url="https://srf.example/kim"
    )
    summary = Summary((SummaryLine("Sie reden."), SummaryLine("Es geht\tum viel.")))

    assert save(article, summary, LATER) == SavedArticle(
        title="Kim trifft Putin",
        url="https://srf.example/kim",
        source="SRF News",
        published_at=article.published_at,
        saved_at=LATER,
        summary="Sie reden. Es geht um viel.",
        is_paid=True,
    )


def test_texts_and_links_without_end_are_not_kept_whole() -> None:
    """A link that is cut leads nowhere, so it is left out."""
    long = make_article(url="https://srf.example/" + "x" * 3_000)
    saved = save(long, Summary((SummaryLine("Wort " * 1_000),)), NOW)
    assert saved.url is None
    assert len(saved.summary) <= LONGEST_SUMMARY
    assert save(make_article(url="javascript:alert(1)"), Summary(()), NOW).url is None


def test_the_same_article_of_another_feed_is_the_same() -> None:
    """By its link, however that is tracked; without one by its source and headline."""
    saved = save(make_article(url="https://srf.example/kim"), Summary(()), NOW)
    again = replace(saved, url="https://srf.example/kim?utm_source=rss", title="Anders", saved_at=LATER)
    assert again.key == saved.key
    assert replace(saved, url="https://srf.example/putin").key != saved.key
    nameless = replace(saved, url=None)
    assert replace(nameless, saved_at=LATER).key == nameless.key
    assert len({nameless.key, replace(nameless, title="Anders").key, replace(nameless, source="Nau").key}) == 3
    assert len(saved.key) == 24
