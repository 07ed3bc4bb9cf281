from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core import republication
from bot.core.ids import FeedId, StoryId
from bot.core.republication import PaperIdentity, PublishedText, PublishedTexts, StoryPublishers
from bot.language import headline_claims
from tests.builders import NOW, make_article, the_analyser

TITLE = "Gemeinderat Köniz lehnt neues Schulhaus ab"
TEXT = (
    "Der Gemeinderat von Köniz hat den Kredit für das neue Schulhaus mit 21 zu 18 Stimmen abgelehnt. So der Stadtrat."
)
FIRST, SECOND = StoryId(1), StoryId(2)
LABEL = "Wir untersuchen die Störung."


def edition(title: str = TITLE, text: str = TEXT, *, hours: float = 0, published: float | None = None) -> PublishedText:
    """Make an entry seen so many hours later."""
    seen_at = NOW + timedelta(hours=hours)
    published_at = seen_at if published is None else NOW + timedelta(hours=published)
    article = make_article(title=title, lead=text, seen_at=seen_at, published_at=published_at)
    return PublishedText.of(article, text, headline_claims.read(title, "de", the_analyser().locate))


@pytest.mark.parametrize(
    "new",
    [
        edition(hours=2),
        edition(),
        edition("Köniz: Gemeinderat lehnt neues Schulhaus ab", hours=2),
        edition("Update: Gemeinderat Köniz lehnt neues Schulhaus ab", hours=2),
        edition("Stadtrat und Gemeinderat: Köniz lehnt neues Schulhaus ab", hours=2),
        edition(text=f"{TEXT} Die Vorlage geht zurück an die Kommission.", hours=11),
        edition(text=TEXT.removesuffix(" So der Stadtrat."), hours=11),
    ],
)
def test_headline_and_text_that_say_the_same_are_the_same_article(new: PublishedText) -> None:
    """Marks, the order of words and a text cut short do not count, nor does a word that both texts have."""
    assert republication.is_again(new, edition())


@pytest.mark.parametrize(
    "new",
    [
        edition(hours=12),
        edition(hours=2, published=-13),
        edition("Gemeinderat Muri lehnt neues Schulhaus ab", hours=2),
        edition("Gemeinderat Köniz lehnt 2 neue Schulhäuser ab", hours=2),
        edition("Kommentar: Gemeinderat Köniz lehnt neues Schulhaus ab", hours=2),
        edition("Gemeinderat Köniz lehnt neues Schwimmbad ab", hours=2),
        edition(text=TEXT.replace("Schulhaus", "Schwimmbad"), hours=2),
        edition(text=TEXT[:40], hours=2),
        edition(text="", hours=2),
    ],
)
def test_one_word_more_makes_it_other_news(new: PublishedText) -> None:
    """Another place, figure, genre or thing, in the headline or the text, or half a day between them."""
    assert not republication.is_again(new, edition())


def test_without_a_text_a_long_headline_says_it() -> None:
    """Unless both were new in one document: whoever lists them side by side means two."""
    assert republication.is_again(edition(text="", hours=1), edition(text=""))
    assert republication.is_again(edition(text=LABEL, hours=1), edition(text=LABEL))
    assert not republication.is_again(edition(text=""), edition(text=""))
    assert not republication.is_again(edition("Die Lage am Morgen", "", hours=1), edition("Die Lage am Morgen", ""))


def test_a_headline_that_a_paper_uses_again_and_again_is_a_columns() -> None:
    """The second may be the first again; the third is not, and what is forgotten does not count."""
    paper, editions = PaperIdentity(FeedId(1), "zeitung.example"), PublishedTexts[int]()
    editions.file(1, paper, TITLE, TEXT)
    assert editions.candidates(paper, TITLE.upper(), "") == (1,)
    assert editions.candidates(paper, "Anders benannt", TEXT) == (1,)
    assert editions.candidates(PaperIdentity(FeedId(2), "zeitung.example"), TITLE, TEXT) == ()
    editions.file(2, paper, TITLE, TEXT)
    assert editions.candidates(paper, TITLE, TEXT) == ()
    assert editions.candidates(paper, "Anders benannt", TEXT) == (2, 1)
    for slot in (1, 2):
        editions.forget(slot, paper, TITLE, TEXT)
    assert editions.candidates(paper, TITLE, TEXT) == ()


@pytest.mark.parametrize(
    ("url", "publisher"),
    [
        ("https://www.zeitung.example/a", "zeitung.example"),
        ("https://sport.zeitung.example/b", "zeitung.example"),
        ("https://news.bbc.co.uk/a", "bbc.co.uk"),
        ("https://orf.at/a", "orf.at"),
        ("https://sport.orf.at/a", "orf.at"),
        ("http://127.0.0.1:8080/a", "127.0.0.1"),
        (None, "feed.example"),
        ("https://[x/", "feed.example"),
        ("https://news.google.com/rss/articles/CB", "nzz"),
        ("https://zeitung.example/c", "zeitung.example"),
    ],
)
def test_a_publisher_is_told_by_its_site(url: str | None, publisher: str) -> None:
    """Whatever the host is called; an aggregator's links say nothing, and its headlines name the paper."""
    made = make_article(title="Köniz lehnt Schulhaus ab - NZZ", url=url, source_host="rss.feed.example")
    assert republication.paper(made) == PaperIdentity(made.feed_id, publisher)


def test_who_told_a_story_is_counted() -> None:
    """Until the last telling is forgotten; stories that turn out to be one are told by all of their papers."""
    tellers, (one, two) = StoryPublishers(), (PaperIdentity(FeedId(1), "a"), PaperIdentity(FeedId(2), "b"))
    tellers.add(FIRST, one)
    tellers.add(FIRST, one)
    tellers.add(SECOND, two)
    tellers.merge(SECOND, FIRST)
    tellers.drop(FIRST, one)
    assert set(tellers.of(FIRST)) == {one, two}
    tellers.drop(FIRST, one)
    tellers.drop(FIRST, two)
    assert set(tellers.of(FIRST)) == set()
