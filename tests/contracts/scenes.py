"""Steps that many contracts begin with."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from bot.core.article import Article, ArticleDraft
from bot.core.chat import Chat, ChatKind
from bot.core.delivery.delivery import Delivery
from bot.core.feed import Feed, FeedWish
from bot.core.ids import ChatId, SubscriptionId, ThreadId
from bot.core.query import parser
from bot.core.query.parser import MatchMode
from bot.core.repositories import FinishedPoll
from bot.core.subscription import Subscription, Urgency
from storage.store import Store
from storage.tables import chats, subscriptions
from tests.builders import MAIN, NOW, make_draft, make_hit, make_wish

OWNER = "first"
LEASE = timedelta(minutes=2)


async def add_feed(store: Store, name: str = "srf", **changes: Any) -> Feed:
    """Add a feed of everybody's, or of one chat."""
    wish: FeedWish = make_wish(name, **changes)
    return await store.feeds.add(wish, NOW)


async def publish(store: Store, feed: Feed, *names: str, now: datetime = NOW, **changes: Any) -> tuple[Article, ...]:
    """Let a poll bring articles, in the order in which they came out."""
    drafts = [
        make_draft(feed, name, **{"published_at": now + timedelta(seconds=at)} | changes)
        for at, name in enumerate(names)
    ]
    return await poll(store, feed, *drafts, now=now)


async def poll(
    store: Store, feed: Feed, *drafts: ArticleDraft, alert: bool = True, catch_up: bool = False, now: datetime = NOW
) -> tuple[Article, ...]:
    """Finish a poll that brought this."""
    fresh = replace(feed, last_success_at=now, last_polled_at=now, next_poll_at=now + feed.interval)
    return await store.feeds.finish_poll(FinishedPoll(feed=fresh, drafts=drafts, alert=alert, catch_up=catch_up), now)


async def meet(store: Store, number: int = 1, language: str | None = "de") -> Chat:
    """Meet a private chat, or a group for a negative number."""
    kind = ChatKind.PRIVATE if number > 0 else ChatKind.GROUP
    return await store.chats.meet(ChatId(number), kind, language, NOW)


async def subscribe(
    store: Store,
    number: int = 1,
    normal: str = "Nordkorea",
    *,
    thread: int = 0,
    mode: MatchMode = MatchMode.COMPOUNDS,
    urgency: Urgency = Urgency.INSTANT,
) -> Subscription:
    """Subscribe a chat that may be new."""
    await meet(store, number)
    return await store.subscriptions.add(
        ChatId(number), ThreadId(thread), parser.stored(normal), mode, urgency, limit=100, now=NOW
    )


async def announce(store: Store, article: Article, *hit: Subscription, now: datetime = NOW) -> int:
    """Match an article with queries and queue all its alerts; returns how many."""
    query_ids = dict.fromkeys(each.query_id for each in hit)
    await store.articles.record_matches(article.id, [make_hit(query_id) for query_id in query_ids])
    total = 0
    while (queued := await store.articles.enqueue(article.id, now, limit=100)) is not None:
        total += queued
    return total


async def queue_alert(store: Store, number: int = 1, name: str = "treffen", *, thread: int = 0) -> Delivery:
    """Queue an alert for a chat that has nothing else, and claim it."""
    feeds = await store.feeds.list_all()
    feed = feeds[0] if feeds else await add_feed(store)
    (article,) = await publish(store, feed, name)
    known = await store.subscriptions.list_for(ChatId(number), ThreadId(thread))
    wish = known[0] if known else await subscribe(store, number, f"Wort {number}", thread=thread)
    await announce(store, article, wish)
    found = [each for each in await claim(store) if each.key == article.key and each.chat_id == number]
    return found[0]


async def claim(store: Store, owner: str = OWNER, now: datetime = NOW, limit: int = 100) -> tuple[Delivery, ...]:
    """Claim what may be sent."""
    return await store.outbox.claim(owner, now, LEASE, limit)


async def notice(store: Store, number: int = 1, key: str = "hello", thread: ThreadId = MAIN) -> None:
    """Queue a notice."""
    await store.outbox.enqueue_notice(ChatId(number), thread, key, f"text of {key}", NOW)


async def change(store: Store, subscription_id: SubscriptionId, **values: Any) -> None:
    """Change a subscription's columns; the buttons that do it come with their own issue."""
    async with store._database.write() as connection:
        await connection.execute(update(subscriptions).where(subscriptions.c.id == subscription_id).values(values))


async def set_chat(store: Store, number: int, **values: Any) -> None:
    """Change a chat's columns."""
    async with store._database.write() as connection:
        await connection.execute(update(chats).where(chats.c.id == number).values(values))
