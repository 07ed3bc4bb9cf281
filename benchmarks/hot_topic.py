"""
What a channel spares a keyword with many readers: the messages that an article costs before and after.

`python -m benchmarks hot-topic [--readers 100000]`; readers are counted, told and let go by the services of the bot, on
both databases. A message is one send; how long they take together follows from Telegram's rate.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from benchmarks.backtest import _postgresql
from benchmarks.outbound import Readers, make_readers, store_at
from bot.clock import WallClock
from bot.core.chat import ChatKind
from bot.core.hot_topic import HotTopic, HotTopicState
from bot.core.ids import ChatId, QueryId, SubscriptionId, ThreadId
from bot.core.process_state import SoleLeader
from bot.core.query.matcher import Matcher
from bot.language.analyser import Analyser
from bot.services.alerts import MatcherSync
from bot.services.hot_topics import HotTopicLoop, HotTopicService
from bot.services.subscriptions import UnsubscribeService
from storage.store import Store

_CHANNEL = ChatId(-1001234567890)
_LEFT = (0.5, 0.9, 1.0)
"""Shares of the readers who have pressed [Only in the channel], one after the other."""
_RATE = 30
"""Messages a second that Telegram takes of a bot."""


@dataclass(kw_only=True)
class Case:
    """One database with the readers of one keyword."""

    name: str
    store: Store
    readers: Readers
    count: int

    async def run(self) -> None:
        """Count before there is a channel, when it is announced, and after more and more readers have left."""
        query_id = await self.readers.add(1, self.count, "Nordkorea")
        await self._article(query_id, "before")
        topic = await self._ask()
        await self._announce(topic)
        left = 0
        for share in _LEFT:
            until = round(self.count * share)
            await self._leave(left, until)
            left = until
            await self._article(query_id, f"after, {share:.0%} of the readers left")

    async def _article(self, query_id: QueryId, when: str) -> None:
        article = await self.readers.publish(query_id, "Nordkorea")
        started = time.perf_counter()
        queued = await self.readers.enqueue(article.id)
        self._show(f"an article {when}", queued, time.perf_counter() - started)

    async def _ask(self) -> HotTopic:
        """Let the loop find the keyword."""
        asked: list[HotTopic] = []

        async def ask(topic: HotTopic) -> bool:
            asked.append(topic)
            return True

        started = time.perf_counter()
        await self._loop(ask).look()
        took = time.perf_counter() - started
        (topic,) = asked
        print(f"{self.name}: {topic.readers:,} readers counted in {took:.2f} s")
        return topic

    async def _announce(self, topic: HotTopic) -> None:
        """Give the topic its channel, and queue the line for every reader."""
        clock = WallClock(None)
        await self.store.chats.meet(_CHANNEL, ChatKind.CHANNEL, "de", datetime.now(UTC))
        service = HotTopicService(
            hot_topics=self.store.hot_topics,
            subscriptions=self.store.subscriptions,
            unsubscribe=UnsubscribeService(
                subscriptions=self.store.subscriptions, clock=clock, max_subscriptions=self.count
            ),
            matcher_sync=MatcherSync(self.store.subscriptions, Matcher(Analyser())),
            clock=clock,
            max_subscriptions=self.count,
        )
        assert await service.give(topic, _CHANNEL, "@nordkorea_news")
        loop, started = self._loop(), time.perf_counter()
        while await self.store.hot_topics.list_in(HotTopicState.ANNOUNCING):
            await loop.announce()
        took = time.perf_counter() - started
        stock = await self.store.status.take_stock(datetime.now(UTC))
        self._show("the line about the channel, once", stock.queue["bulk"], took)

    async def _leave(self, first: int, end: int) -> None:
        """Let the subscriptions end as a press on the button ends one."""
        ids = [SubscriptionId(number + 1) for number in range(first, end)]
        for begin in range(0, len(ids), 1_000):
            await self.store.subscriptions.remove(ids[begin : begin + 1_000], datetime.now(UTC))
        listed = await self.store.subscriptions.list_for(ChatId(end), ThreadId(0))
        assert listed == (), "the reader still has the keyword"

    def _loop(self, ask: Callable[[HotTopic], Awaitable[bool]] | None = None) -> HotTopicLoop:
        return HotTopicLoop(
            hot_topics=self.store.hot_topics,
            clock=WallClock(None),
            leadership=SoleLeader(),
            readers=min(1_000, self.count),
            ask=ask or _ask_nobody,
            queued=lambda: None,
        )

    def _show(self, what: str, messages: int, took: float) -> None:
        minutes, seconds = divmod(messages / _RATE, 60)
        print(
            f"{self.name}: {what}: {messages:,} messages, queued in {took:.2f} s, "
            f"out after {minutes:.0f} min {seconds:.1f} s at {_RATE} a second"
        )


async def _ask_nobody(topic: HotTopic) -> bool:
    return topic.readers < 0


async def measure(url: str, name: str, count: int) -> None:
    """Measure on one database."""
    async with store_at(url) as store:
        await Case(name=name, store=store, readers=await make_readers(store), count=count).run()


def main() -> None:
    """Measure on both databases."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks hot-topic", description=__doc__)
    parser.add_argument("--readers", type=int, default=100_000)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(f"sqlite:///{folder}/bench.db", "SQLite", told.readers))
    with _postgresql() as url:
        if url is not None:
            asyncio.run(measure(url, "PostgreSQL", told.readers))


if __name__ == "__main__":
    main()
