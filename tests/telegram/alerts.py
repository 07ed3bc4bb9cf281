"""Alerts that are really sent, as the sender sends them, for conversations that begin with one."""

from __future__ import annotations

from typing import Any

from bot.core.article import Article
from bot.core.delivery.delivery import Delivered, Delivery, DeliveryKind, Dropped, next_step
from bot.core.ids import ChatId, StoryId, ThreadId
from bot.core.query.matcher import explain
from bot.core.query.parser import MatchMode
from bot.core.repositories import StoredQuery
from bot.core.story import StoryPlacement
from bot.demo.telegram_server.messages import Message
from bot.services.alerts import document
from bot.services.message import AlertSummariser
from bot.services.search import WordIndexing
from storage.store import Store
from tests.builders import MAIN, make_draft, the_analyser
from tests.contracts.scenes import add_feed, claim, poll
from tests.telegram.conftest import Desk

ANALYSER = the_analyser()
LEAD = "Die Mannschaft aus Nordkorea spielt im Stadion gegen Japan. Im Stadion sind viele Leute."


async def publish(desk: Desk, title: str, *, paper: str = "srf", story: int = 0, **changes: Any) -> Article:
    """Let a paper bring an article, match it with every query, and queue its alerts."""
    store, now = desk.store, desk.clock.now()
    owner = changes.get("owner")
    known = {feed.url: feed for feed in await store.feeds.list_all()}
    wanted = f"https://{paper}.example/rss"
    feed = known.get(wanted) or await add_feed(store, paper, url=wanted, title=paper.upper(), owner=owner)
    values = {"title": title, "lead": LEAD, "body": "", "published_at": now, "seen_at": now}
    draft = make_draft(feed, f"{paper} {title}", **values | changes)
    (article,) = await poll(store, feed, draft, now=now)
    place = StoryPlacement(story_id=StoryId(story or article.id))
    await store.stories.assign(article, after=0, since=now, place=lambda _: place)
    await _announce(store, article, desk)
    await WordIndexing(archive=store.archive, analyser=ANALYSER)()
    return article


async def _announce(store: Store, article: Article, desk: Desk) -> None:
    hits = [
        hit._replace(query_id=stored.id)
        for stored in await _list_queries(store)
        if (hit := explain(ANALYSER, stored.query, MatchMode(stored.mode), document(article)))
    ]
    await store.articles.record_matches(article.id, hits)
    while await store.articles.enqueue(article.id, desk.clock.now(), limit=100) is not None:
        pass


async def _list_queries(store: Store) -> tuple[StoredQuery, ...]:
    unused = set(await store.subscriptions.list_unused_queries())
    listed = await store.subscriptions.list_queries(0)  # type: ignore[arg-type] # ids are numbers
    return tuple(stored for stored in listed if stored.id not in unused)


async def send(desk: Desk) -> tuple[Delivery, ...]:
    """Send the alerts that wait and that their readers still want; returns those that went out."""
    store, messenger, now = desk.store, desk.application.connection.messenger, desk.clock.now()
    sent = []
    for delivery in await claim(store, now=now):
        if delivery.kind is not DeliveryKind.ALERT:
            continue
        alert = (await store.outbox.load_alerts([delivery])).get(delivery.id)
        await store.outbox.start([delivery.id], now)
        if alert is None or not alert.matches:
            assert alert is not None
            assert alert.unheard is not None
            await store.outbox.finish(delivery, Dropped(alert.unheard), now)
            continue
        outcome = await messenger.send_alert(delivery, alert, await AlertSummariser(ANALYSER)(alert))
        await store.outbox.finish(delivery, next_step(delivery, outcome, now), now)
        if isinstance(outcome, Delivered):
            sent.append(delivery)
    return tuple(sent)


async def alert(desk: Desk, chat: Any, title: str = "Nordkorea verliert das Spiel", **changes: Any) -> Message:
    """Have one alert in a chat; its keywords are there already."""
    await publish(desk, title, **changes)
    assert len(await send(desk)) == 1
    message: Message = chat.received[-1]
    return message


async def list_names(desk: Desk, chat_id: int, thread: ThreadId = MAIN) -> list[str]:
    """Name what a receiver is subscribed to."""
    listed = await desk.store.subscriptions.list_for(ChatId(chat_id), thread)
    return [subscription.query.normal for subscription in listed]
