"""Searching the stored articles, and turning the pages of what was found."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.archive import MOST_FOUND, SEARCH_PAGE, SearchPage
from bot.core.article import Article
from bot.core.errors import Refusal
from bot.core.feed import Feed
from bot.core.ids import ChatId, SearchId
from bot.services.search import SearchService, WordIndexing
from storage.store import Store
from tests.builders import NOW, make_chat, make_draft, the_analyser
from tests.contracts.scenes import add_feed, meet, poll
from tests.fakes.clock import FakeClock

CHAT = make_chat()


@pytest.fixture
def service(store: Store, clock: FakeClock) -> SearchService:
    """Search the store in memory."""
    return SearchService(archive=store.archive, searches=store.searches, analyser=the_analyser(), clock=clock)


async def keep(store: Store, feed: Feed, *titles: str, language: str = "de") -> tuple[Article, ...]:
    """Store articles with these headlines, one an hour old, the next two hours, and their words."""
    drafts = [
        make_draft(feed, title, title=title, lead="", language=language, published_at=NOW - timedelta(hours=hour))
        for hour, title in enumerate(titles, 1)
    ]
    stored = await poll(store, feed, *drafts)
    await WordIndexing(archive=store.archive, analyser=the_analyser())()
    return stored


def titles(page: SearchPage | None) -> list[str]:
    """List what a page shows."""
    assert page is not None
    return [article.title for article in page.articles]


async def test_a_search_finds_what_a_subscription_would(store: Store, service: SearchService) -> None:
    """Forms and compounds too, newest first, and the query is shown in its normal form."""
    await keep(
        store, await add_feed(store), "Nordkoreas Raketen", "Wetter", "Nordkorea testet", "nordkoreanische Gäste"
    )

    page = await service.search(CHAT, "  Nordkorea ")

    assert titles(page) == ["Nordkoreas Raketen", "Nordkorea testet", "nordkoreanische Gäste"]
    assert (page.words, page.total, page.has_older, page.is_cut) == ("Nordkorea", 3, False, False)
    genitive = await service.search(CHAT, "Nordkoreas")
    assert (genitive.words, titles(genitive)) == ("Nordkoreas", titles(page))


async def test_the_latest_are_of_everything(store: Store, service: SearchService) -> None:
    """Without any word."""
    await keep(store, await add_feed(store), "Eins", "Zwei")

    page = await service.latest(CHAT)

    assert (titles(page), page.words) == (["Eins", "Zwei"], "")


async def test_only_what_the_chat_may_see_is_found(store: Store, service: SearchService) -> None:
    """Not the own feed of another chat, no source it switched off, no language it does not read."""
    await meet(store, 1)
    common = await add_feed(store, "common")
    off = await add_feed(store, "off")
    await keep(store, common, "Kim sieht jeder")
    await keep(store, common, "Kim en français", language="fr")
    await keep(store, off, "Kim abgeschaltet")
    await keep(store, await add_feed(store, "own", owner=ChatId(1)), "Kim bei mir")
    await keep(store, await add_feed(store, "foreign", owner=ChatId(2)), "Kim bei andern")
    await store.sources.choose(ChatId(1), [off.id], followed=False)

    assert sorted(titles(await service.search(CHAT, "Kim"))) == ["Kim bei mir", "Kim sieht jeder"]
    assert sorted(titles(await service.latest(CHAT))) == ["Kim bei mir", "Kim sieht jeder"]


async def test_an_article_of_two_feeds_is_listed_once(store: Store, service: SearchService) -> None:
    """It has one address."""
    for name in ("srf", "nzz"):
        await keep(store, await add_feed(store, name), "Kim")

    assert titles(await service.latest(CHAT)) == ["Kim"]


async def test_pages_can_be_turned_while_articles_come(store: Store, service: SearchService) -> None:
    """They do not shift; what the chat may not see any more is left out."""
    feed = await add_feed(store)
    named = [f"Kim {number:02}" for number in range(SEARCH_PAGE + 2)]
    await meet(store, 1)
    await keep(store, feed, *named)
    first = await service.search(CHAT, "Kim")
    assert first.search_id is not None
    await keep(store, await add_feed(store, "later"), "Kim ganz neu")

    second = await service.turn(CHAT, first.search_id, SEARCH_PAGE)

    assert titles(first) + titles(second) == named
    assert titles(await service.turn(CHAT, first.search_id, 0)) == titles(first)
    assert titles(await service.turn(CHAT, first.search_id, 10**15)) == titles(second)
    await store.sources.choose(ChatId(1), [feed.id], followed=False)
    assert titles(await service.turn(CHAT, first.search_id, 0)) == []


async def test_nobody_turns_the_pages_of_another_chat(store: Store, service: SearchService) -> None:
    """A search that is not kept any more is like one of somebody else."""
    await keep(store, await add_feed(store), "Kim")
    page = await service.search(CHAT, "Kim")
    assert page.search_id is not None

    assert await service.turn(replace(CHAT, id=ChatId(2)), page.search_id, 0) is None
    assert await service.turn(CHAT, SearchId(page.search_id + 1), 0) is None


async def test_where_nothing_is_found_nothing_is_kept(store: Store, service: SearchService) -> None:
    """There is no page to turn."""
    page = await service.search(CHAT, "Nordkorea")

    assert (page.search_id, page.articles, page.total) == (None, (), 0)


async def test_a_query_that_cannot_be_read_is_refused(service: SearchService) -> None:
    """With the reason of /sub."""
    with pytest.raises(Refusal, match="unclosed_quote"):
        await service.search(CHAT, 'Kim "Jong')


async def test_of_very_many_the_newest_are_listed(store: Store, service: SearchService) -> None:
    """And it is said that there are more."""
    await keep(store, await add_feed(store), *(f"Kim {number}" for number in range(MOST_FOUND + 5)))

    page = await service.search(CHAT, "Kim")

    assert (page.total, page.is_cut, titles(page)[0]) == (MOST_FOUND, True, "Kim 0")
