"""Messages on their way, to which something is about to happen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.core.chat import ChatState
from bot.core.delivery import rules
from bot.core.delivery.delivery import Delivery, DeliveryKind, Finished, SetAside, UnsentReason
from bot.core.delivery.digest import CombinedMessage, DigestReceiver, DigestTurn
from bot.core.delivery.rules import HoldBackPolicy
from bot.core.ids import ChatId, MessageId, ThreadId
from bot.core.subscription import Subscription, Urgency
from bot.services import digests
from storage.store import Store
from storage.tables import deliveries
from tests.builders import NOW
from tests.contracts.scenes import add_feed, announce, claim, publish, subscribe

HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
POLICY = HoldBackPolicy(timezone="UTC")
GROUP, NEW, TOPIC = ChatId(-5), ChatId(-1005), ThreadId(9)


def turns(receiver: DigestReceiver, timezone: str | None, now: Any) -> DigestTurn:
    """Decide as the bot does."""
    return digests.turn(receiver, timezone or "UTC", now)


async def rows(store: Store, **where: Any) -> Sequence[Any]:
    """List deliveries as they are stored."""
    wanted = select(deliveries).order_by(deliveries.c.id)
    for name, value in where.items():
        wanted = wanted.where(deliveries.c[name] == value)
    async with store._database.read() as connection:
        return (await connection.execute(wanted)).all()


async def states(store: Store, **where: Any) -> list[tuple[str, str | None]]:
    """List states and reasons of alerts."""
    return [(row.state, row.reason) for row in await rows(store, kind="alert", **where)]


async def bring(store: Store, wish: Subscription, *names: str, now: Any = NOW) -> list[int]:
    """Let articles come that hit a wish; gives their ids."""
    known = await store.feeds.list_all()
    feed = known[0] if known else await add_feed(store)
    made = await publish(store, feed, *names, now=now, seen_at=now)
    for article in made:
        await announce(store, article, wish, now=now)
    return [article.id for article in made]


async def release(store: Store, now: Any) -> None:
    """Look at what is held."""
    await store.held.release_due(now, 10, lambda chat, held: rules.plan(chat, held, POLICY, now), POLICY)


async def told_by(store: Store, delivery: Delivery, now: Any) -> list[int]:
    """Load which articles a message tells."""
    combined: CombinedMessage | None = await store.combined_messages.load(delivery, now)
    assert combined is not None
    return sorted(telling.article.id for telling in combined.tellings)


async def send(store: Store, delivery: Delivery, message: int, now: Any) -> None:
    """Let Telegram take a message."""
    await store.outbox.start([delivery.id], now)
    await store.outbox.finish(delivery, Finished(MessageId(message)), now)


async def make_digest(store: Store, chat: int, *names: str, thread: int = 0) -> tuple[Delivery, list[int]]:
    """Have a digest on its way at one in the afternoon; it is noon."""
    wish = await subscribe(store, chat, urgency=Urgency.DIGEST, thread=thread)
    await store.digests.set_digest(ChatId(chat), ThreadId(thread), "13:00", NOW + HOUR)
    ids = await bring(store, wish, *names)
    assert await store.digests.gather_due(NOW + HOUR, 10, turns) == 1
    (digest,) = [each for each in await claim(store, now=NOW + HOUR) if each.chat_id == chat]
    return digest, ids


async def make_roundup(store: Store, chat: int, *names: str, thread: int = 0) -> tuple[Delivery, list[int]]:
    """Have a message on its way about what waited during a pause."""
    wish = await subscribe(store, chat, thread=thread)
    ids = await bring(store, wish, *names)
    for each in await claim(store):
        await store.outbox.finish(each, SetAside(UnsentReason.PAUSE, NOW + HOUR), NOW)
    await release(store, NOW + HOUR)
    (roundup,) = await claim(store, now=NOW + HOUR)
    return roundup, ids


async def burst(store: Store, wish: Subscription, *names: str, now: Any) -> list[int]:
    """Let more come than is wanted singly."""
    ids = await bring(store, wish, *names, now=now)
    for each in await claim(store, now=now):
        if each.kind is DeliveryKind.ALERT:
            await store.outbox.finish(each, SetAside(UnsentReason.BURST, now), now)
    await release(store, now)
    return ids


async def make_rolling(store: Store, chat: int, thread: int = 0) -> tuple[Subscription, Delivery, list[int]]:
    """Have a rolling message out that shows two alerts, and a third one come after it."""
    wish = await subscribe(store, chat, thread=thread)
    first = await burst(store, wish, "eins", "zwei", now=NOW)
    (rolling,) = await claim(store, now=NOW + 2 * SECOND)
    await send(store, rolling, 7, NOW + 2 * SECOND)
    third = await burst(store, wish, "drei", now=NOW + 3 * SECOND)
    return wish, rolling, first + third


async def come_back(store: Store, chat: int, now: Any) -> list[tuple[DeliveryKind, list[int]]]:
    """Let a chat return; gives what goes out: the kind, and which articles it tells."""
    await store.chats.set_state(ChatId(chat), ChatState.ACTIVE, now)
    await release(store, now)
    found = await claim(store, now=now + SECOND)
    return [
        (each.kind, [each.article_id] if each.article_id is not None else await told_by(store, each, now))
        for each in found
    ]
