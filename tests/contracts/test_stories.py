"""What the repository of stories promises, and what it makes of articles, on every database."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.core.article import Article
from bot.core.delivery.alert import OtherSource
from bot.core.delivery.delivery import Delivery, DeliveryKind, DeliveryState, Finished, UnsentReason
from bot.core.delivery.rules import Fate
from bot.core.ids import ArticleId, ChatId, MessageId, StoryId
from bot.core.story import PlacedArticle, StoryPlacement, StoryPolicy
from bot.services.stories import StoryGrouping
from storage.store import Store
from storage.tables import articles, deliveries, tellings
from tests.builders import MAIN, NOW, the_analyser
from tests.contracts.scenes import add_feed, announce, claim, publish, subscribe
from tests.fakes.clock import FakeClock

DAY = timedelta(days=1)
TITLES = (
    "USA greifen Venezuela an und nehmen Präsident Maduro fest",
    "Stromausfall in Berlin: Tausende Haushalte ohne Strom",
    "Venezuela: USA greifen an und nehmen Präsident Maduro fest",
    "Berlin nach Stromausfall: Tausende Haushalte ohne Strom",
    "USA greifen Venezuela an, nehmen Maduro fest",
)


async def bring(store: Store, *titles: str, feed: str = "srf") -> tuple[Article, ...]:
    """Let a feed bring articles with these headlines."""
    found = await store.feeds.list_all()
    known = next((each for each in found if each.title == feed.upper()), None) or await add_feed(store, feed)
    made: list[Article] = []
    for title in titles:
        made += await publish(store, known, f"{feed} {title}", title=title)
    return tuple(made)


async def bring_from_papers(store: Store, *titles: str) -> tuple[Article, ...]:
    """Let each headline come from a feed of its own."""
    made: list[Article] = []
    for number, title in enumerate(titles):
        made += await bring(store, title, feed=f"feed{number}")
    return tuple(made)


async def stories_of(store: Store) -> list[int | None]:
    """List the story of every article, by article."""
    async with store._database.read() as connection:
        found = await connection.execute(select(articles.c.story_id).order_by(articles.c.id))
        return [row.story_id for row in found]


def group(store: Store) -> StoryGrouping:
    """Make what places articles, as a process has it that has just started."""
    return StoryGrouping(stories=store.stories, clock=FakeClock(), policy=StoryPolicy(), locate=the_analyser().locate)


async def test_headlines_are_listed_from_the_window_on(store: Store) -> None:
    """By id, those after the last one known; old ones do not count."""
    feed = await add_feed(store)
    await publish(store, feed, "alt", now=NOW - 4 * DAY, seen_at=NOW - 4 * DAY)
    new = await publish(store, feed, "eins", "zwei", seen_at=NOW)
    first = await store.stories.list_headlines(after=ArticleId(0), since=NOW - 3 * DAY, limit=1)
    rest = await store.stories.list_headlines(after=first[0].article_id, since=NOW - 3 * DAY, limit=9)
    assert [each.article_id for each in (*first, *rest)] == [each.id for each in new]
    assert (first[0].title, first[0].language, first[0].seen_at) == ("Nordkorea: eins", "de", NOW)


async def test_an_article_is_placed_once(store: Store) -> None:
    """What was placed before is shown in order, with what was decided; the second time nothing is asked."""
    (first, second) = await bring(store, *TITLES[:2])
    seen: list[Sequence[PlacedArticle]] = []

    def place(others: Sequence[PlacedArticle]) -> StoryPlacement:
        seen.append(others)
        return StoryPlacement(story_id=StoryId(first.id), related_id=StoryId(7))

    for article in (first, second, first):
        await store.stories.assign(article, after=0, since=NOW - DAY, place=place)

    assert [len(others) for others in seen] == [0, 1]
    telling = seen[1][0]
    assert (telling.article_id, telling.title, telling.key) == (first.id, first.title, first.key)
    assert telling.placement == StoryPlacement(story_id=StoryId(first.id), related_id=StoryId(7))
    assert await stories_of(store) == [first.id, first.id]


async def test_a_placing_that_fails_leaves_nothing(store: Store) -> None:
    """It can be tried again."""
    (article,) = await bring(store, TITLES[0])

    def fail(others: Sequence[PlacedArticle]) -> StoryPlacement:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await store.stories.assign(article, after=0, since=NOW - DAY, place=fail)
    await group(store)(article)
    assert await stories_of(store) == [article.id]


async def test_grouping_comes_to_the_same_on_every_database_and_after_a_restart(store: Store) -> None:
    """Whoever places an article knows what all others placed, also one that has just started."""
    made = await bring_from_papers(store, *TITLES)
    steady = group(store)
    for number, article in enumerate(made):
        await (steady if number % 2 else group(store))(article)
    assert await stories_of(store) == [1, 2, 1, 2, 1]


async def test_what_one_feed_brings_is_told_apart_on_every_database_and_after_a_restart(store: Store) -> None:
    """Other news made of one pattern, also by way of another paper; what is published again knows the first."""
    text = "Unbekannte sind in der Nacht in ein Schulhaus eingebrochen und haben mehrere tausend Franken gestohlen."
    brought = [
        *await bring(store, "Zeugenaufruf nach Einbruch in Thun", "Zeugenaufruf nach Brand in Thun"),
        *await bring(store, "Zeugenaufruf nach Einbruch in Thun", feed="nzz"),
        *await bring(store, "Zeugenaufruf nach Unfall in Thun"),
    ]
    feeds = {each.title: each for each in await store.feeds.list_all()}
    later = NOW + timedelta(hours=1)
    for at, lead in enumerate((text, "", text)):
        named = {"title": "Einbruch in Herisau", "seen_at": later + timedelta(minutes=at), "now": later}
        body = "" if lead else text
        brought += await publish(store, feeds["SRF"], f"herisau {at}", lead=lead, body=body, **named)  # type: ignore[arg-type]
    steady = group(store)
    for number, article in enumerate(brought):
        await (steady if number % 2 else group(store))(article)

    first, fire, _, accident, herisau, *_ = (article.id for article in brought)
    found = await stories_of(store)
    assert found[:4] == [first, fire, first, accident]
    async with store._database.read() as connection:
        told = await connection.execute(select(tellings.c.story_id, tellings.c.related_id).order_by(tellings.c.id))
        again = [tuple(row) for row in told][4:6]
    assert again == [(herisau, None), (herisau + 1, herisau)]


async def test_two_processes_place_as_one(stores: tuple[Store, Store]) -> None:
    """Rewordings that two workers take at the same moment still become one story."""
    groups = [group(each) for each in stores]
    made = await bring_from_papers(stores[0], *TITLES)
    await asyncio.gather(*(groups[number % 2](article) for number, article in enumerate(made)))
    found = await stories_of(stores[1])
    assert len(set(found)) == 2
    assert found[0] == found[2] == found[4]
    assert found[1] == found[3]


async def test_a_story_of_a_readers_own_is_absorbed(store: Store) -> None:
    """When everybody's feed tells it later, his earlier articles belong to it too."""
    (own, public) = await bring(store, TITLES[0], TITLES[2])
    await store.stories.assign(own, after=0, since=NOW - DAY, place=lambda _: StoryPlacement(story_id=StoryId(own.id)))
    joined = StoryPlacement(story_id=StoryId(public.id), absorbed=(StoryId(own.id),))
    await store.stories.assign(public, after=0, since=NOW - DAY, place=lambda _: joined)
    assert await stories_of(store) == [public.id, public.id]


async def tell(store: Store, *titles: str, reader: int = 1) -> tuple[Delivery, ...]:
    """Let a feed each bring these headlines, place them and queue their alerts for a reader."""
    wishes = [await subscribe(store, reader)]
    for number, title in enumerate(titles):
        (article,) = await bring(store, title, feed=f"feed{number}")
        await group(store)(article)
        await announce(store, article, *wishes)
    return tuple(sorted(await claim(store), key=lambda each: each.id))


async def test_what_a_receiver_knows_of_a_story(store: Store) -> None:
    """His own deliveries of it, whatever became of them; nobody else's, and nothing of other stories."""
    first, other, second = await tell(store, *TITLES[:3])
    told = await store.stories.list_told([first, other, second])
    assert set(told) == {first.id, second.id}
    (known,) = told[second.id].same
    assert (known.delivery_id, known.state, known.source) == (first.id, DeliveryState.LEASED, "FEED0")
    assert told[second.id].source == "FEED2"
    await store.outbox.finish(first, Finished(MessageId(77)), NOW)
    (known,) = (await store.stories.list_told([second]))[second.id].same
    assert (known.state, known.message_id, known.finished_at) == (DeliveryState.SENT, 77, NOW)


async def test_another_receiver_starts_fresh(store: Store) -> None:
    """What one reader got says nothing of another, nor of another topic."""
    (first,) = await tell(store, TITLES[0])
    wish = await subscribe(store, 2, "Wort 2")
    (article,) = await bring(store, TITLES[2], feed="nzz")
    await group(store)(article)
    await announce(store, article, wish)
    (second,) = await claim(store)
    assert (first.chat_id, second.chat_id) == (1, 2)
    assert await store.stories.list_told([second]) == {}


async def test_what_became_of_an_article(store: Store) -> None:
    """On its way, told, held back for the story, or nothing on record; the other's alert tells by which article."""
    first, second = await tell(store, TITLES[0], TITLES[2])
    receiver = (first.chat_id, first.thread_id)
    assert await store.stories.find_fate(*receiver, first.key) == Fate(state=DeliveryState.LEASED)
    await store.outbox.finish(first, Finished(MessageId(77)), NOW)
    await store.stories.join(second, first.id, is_new=False, edits=False, now=NOW)
    assert await store.stories.find_fate(*receiver, first.key) == Fate(state=DeliveryState.SENT, sent_at=NOW)
    fate = await store.stories.find_fate(*receiver, second.key)
    assert fate is not None
    assert fate.told_by is not None
    assert (fate.state, fate.told_by.id, fate.told_by.title) == (DeliveryState.DEAD, first.article_id, TITLES[0])
    assert await store.stories.find_fate(ChatId(2), MAIN, first.key) is None
    async with store._database.write() as connection:
        await connection.execute(
            update(deliveries).where(deliveries.c.id == first.id).values(state="dead", reason="muted")
        )
    told = Fate(state=DeliveryState.DEAD, reason=UnsentReason.SAME_STORY)
    assert await store.stories.find_fate(*receiver, second.key) == told


async def test_of_two_feeds_that_brought_an_article_one_told_it(store: Store) -> None:
    """Whatever became of the other's alert; both have its address."""
    feeds = [await add_feed(store, name) for name in ("srf", "nzz")]
    wish = await subscribe(store)
    told: list[Delivery] = []
    for feed in feeds:
        (article,) = await publish(store, feed, "treffen", title=TITLES[0])
        await group(store)(article)
        await announce(store, article, wish)
        told += await claim(store)
        await store.outbox.finish(told[0], Finished(MessageId(77)), NOW)
    await store.stories.join(told[1], told[0].id, is_new=True, edits=True, now=NOW)
    fate = await store.stories.find_fate(ChatId(1), MAIN, told[0].key)
    assert fate == Fate(state=DeliveryState.SENT, sent_at=NOW)


async def test_joining_ends_one_delivery_and_queues_an_edit_of_the_other(store: Store) -> None:
    """In one transaction, once; the message names the source from then on."""
    first, second = await tell(store, TITLES[0], TITLES[2])
    await store.outbox.finish(first, Finished(MessageId(77)), NOW)
    for _ in range(2):
        await store.stories.join(second, first.id, is_new=True, edits=True, now=NOW)
    async with store._database.read() as connection:
        row = (await connection.execute(select(deliveries).where(deliveries.c.id == second.id))).one()
    assert (row.state, row.reason) == ("dead", "same-story")
    assert await claim(store) == ()
    (edit,) = await claim(store, now=NOW + timedelta(seconds=5))
    assert (edit.kind, edit.payload, edit.chat_id) == (DeliveryKind.EDIT, str(first.id), 1)
    sent = await store.stories.find_sent(first.id)
    assert sent is not None
    assert (sent.message_id, sent.named, sent.opened) == (77, 0, False)
    alert = (await store.outbox.load_alerts([sent.delivery]))[first.id]
    assert [each.name for each in alert.also] == ["FEED1"]
    assert alert.also[0] == OtherSource("FEED1", alert.also[0].url)
    assert await store.stories.find_sent(second.id) is None


async def test_a_source_named_already_causes_no_edit(store: Store) -> None:
    """Nor does one that comes too late to be named."""
    first, second, third = await tell(store, TITLES[0], TITLES[2], TITLES[4])
    await store.outbox.finish(first, Finished(MessageId(77)), NOW)
    await store.stories.join(second, first.id, is_new=False, edits=True, now=NOW)
    await store.stories.join(third, first.id, is_new=True, edits=False, now=NOW)
    assert await claim(store, now=NOW + timedelta(minutes=1)) == ()


async def test_how_a_message_looks_is_remembered(store: Store) -> None:
    """Each note adds to the one before."""
    (first,) = await tell(store, TITLES[0])
    await store.outbox.finish(first, Finished(MessageId(77)), NOW)
    await store.stories.note_look(first.id, named=2)
    await store.stories.note_look(first.id, opened=True)
    sent = await store.stories.find_sent(first.id)
    assert sent is not None
    assert (sent.named, sent.opened) == (2, True)
    await store.stories.note_look(first.id, named=3)
    sent = await store.stories.find_sent(first.id)
    assert sent == replace(sent, named=3, opened=True) if sent else False


async def test_the_same_link_in_two_feeds_is_one_story(store: Store) -> None:
    """The address says it, whatever the headlines."""
    feeds = [await add_feed(store, name) for name in ("srf", "nzz")]
    made: list[Article] = []
    for feed, title in zip(feeds, TITLES[:2], strict=True):
        made += await publish(store, feed, "treffen", title=title)
    for article in made:
        await group(store)(article)
    assert await stories_of(store) == [made[0].id, made[0].id]
