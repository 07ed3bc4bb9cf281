"""What an inline query finds: stories, not articles, and only what somebody may see."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.core.chat import Chat
from bot.core.errors import Refusal
from bot.core.feed import Feed
from bot.core.ids import ChatId
from bot.services.inline_search import MOST_STORIES, InlineFound, InlineSearch
from bot.services.message import AlertSummariser
from bot.services.search import WordIndexing
from storage.store import Store
from storage.tables import articles
from tests.builders import NOW, make_draft, the_analyser
from tests.contracts.scenes import add_feed, announce, meet, poll, publish, subscribe


@pytest.fixture
def search(store: Store) -> InlineSearch:
    """The service, on one database."""
    return InlineSearch(archive=store.archive, analyser=the_analyser(), summarise=AlertSummariser(the_analyser()))


@pytest.fixture
async def chat(store: Store) -> Chat:
    """Somebody's private chat."""
    return await meet(store, 1)


async def keep(store: Store, feed: Feed, *titles: str, first: int = 1) -> None:
    """Store articles with these headlines, the first one the newest."""
    drafts = [
        make_draft(
            feed,
            f"{feed.id}-{title}",
            url=f"https://news.example/{feed.id}/{minute}",
            title=title,
            lead="",
            published_at=NOW - timedelta(minutes=minute),
        )
        for minute, title in enumerate(titles, first)
    ]
    await poll(store, feed, *drafts)
    await WordIndexing(archive=store.archive, analyser=the_analyser())()


async def tell_together(store: Store, *titles: str) -> None:
    """Make one story of articles."""
    async with store._database.write() as connection:
        await connection.execute(update(articles).where(articles.c.title.in_(titles)).values(story_id=77))


def headlines(found: InlineFound) -> list[str]:
    """List the headlines."""
    return [story.alert.article.title for story in found.stories]


async def test_it_finds_what_a_subscription_would(store: Store, search: InlineSearch, chat: Chat) -> None:
    """Newest first, in all its forms."""
    await keep(store, await add_feed(store), "Nordkoreas Raketen", "Wetter", "Kim in Nordkorea")
    found = await search(chat, "nordkorea")
    assert (found.query, headlines(found)) == ("nordkorea", ["Nordkoreas Raketen", "Kim in Nordkorea"])


async def test_a_story_is_one_result_with_its_other_sources(store: Store, search: InlineSearch, chat: Chat) -> None:
    """The newest article stands for it; an article in several feeds is one as well."""
    paper, other = await add_feed(store, "paper"), await add_feed(store, "other")
    await keep(store, paper, "Kim trifft Putin", "Kim lacht")
    await keep(store, other, "Putin empfängt Kim", first=5)
    await tell_together(store, "Kim trifft Putin", "Putin empfängt Kim")
    found = await search(chat, "Kim")
    assert headlines(found) == ["Kim trifft Putin", "Kim lacht"]
    assert [[source.url for source in story.alert.also] for story in found.stories] == [
        [f"https://news.example/{other.id}/5"],
        [],
    ]


async def test_ten_stories_are_the_most(store: Store, search: InlineSearch, chat: Chat) -> None:
    """The newest ones."""
    titles = [f"Kim {number:02}" for number in range(MOST_STORIES + 3)]
    await keep(store, await add_feed(store), *titles)
    assert headlines(await search(chat, "Kim")) == titles[:MOST_STORIES]


async def test_only_what_the_chat_may_see_is_found(store: Store, search: InlineSearch, chat: Chat) -> None:
    """Its own feeds and the catalogue, but what it switched off; other languages and other people's feeds never."""
    common, off = await add_feed(store, "common"), await add_feed(store, "off")
    own = await add_feed(store, "own", owner=chat.id)
    foreign = await add_feed(store, "foreign", owner=(await meet(store, 2)).id)
    for feed in (common, off, own, foreign):
        await keep(store, feed, f"Kim {feed.title}", first=feed.id)
    await store.sources.choose(chat.id, [off.id], followed=False)
    for text in ("Kim", ""):
        assert sorted(headlines(await search(chat, text))) == sorted([f"Kim {common.title}", f"Kim {own.title}"])
    stranger = replace(chat, id=ChatId(4711))
    assert headlines(await search(stranger, "Kim")) == [f"Kim {common.title}", f"Kim {off.title}"]
    assert headlines(await search(replace(chat, reads=("fr",)), "Kim")) == []


async def test_without_a_query_the_stories_alerted_to_come_first(
    store: Store, search: InlineSearch, chat: Chat
) -> None:
    """Whoever was alerted to nothing sees the newest of all."""
    feed = await add_feed(store)
    await keep(store, feed, "Wetter", "Kim in Nordkorea")
    assert headlines(await search(chat, " ")) == ["Wetter", "Kim in Nordkorea"]
    (alerted,) = await publish(store, feed, "kim")
    await announce(store, alerted, await subscribe(store, chat.id, "Kim"))
    await WordIndexing(archive=store.archive, analyser=the_analyser())()
    found = await search(chat, "")
    assert (found.query, headlines(found)) == ("", [alerted.title])


@pytest.mark.parametrize("text", ["😀" * 256, '"Kim', "-Kim", "(", "x" * 257])
async def test_a_bad_query_is_refused(search: InlineSearch, chat: Chat, text: str) -> None:
    """As everywhere else."""
    with pytest.raises(Refusal):
        await search(chat, text)
