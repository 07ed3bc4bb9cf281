"""The sender at work: a running `Sender` on the real store, with everything around it under a test's control."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.core.delivery.alert import Alert, Summary, SummaryLine
from bot.core.delivery.delivery import DeliveryKind, SenderPolicy
from bot.core.ids import ChatId
from bot.core.subscription import Subscription
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.services.in_flight import InFlight
from bot.services.message import MessagePreparation
from bot.services.retry import Outage, StoreRetry
from bot.services.send_rules import SendRules
from bot.services.sender import OutcomeReport, Sender, SenderProcess
from bot.services.stories import StoryUpdates
from storage.store import Store
from storage.tables import deliveries
from tests.builders import MAIN
from tests.contracts.scenes import add_feed, announce, publish, subscribe
from tests.fakes.clock import FakeClock
from tests.fakes.counters import FakeCounters
from tests.fakes.telegram import FakeMessenger, FakeRateLimiter
from tests.fakes.unsteady_store import Unsteady
from tests.services.conftest import eventually

SENDER = "sender"
QUICK = timedelta(milliseconds=1)


@dataclass(kw_only=True)
class Desk:
    """Everything around the sender."""

    store: Store
    outbox: Unsteady
    chats: Unsteady
    messenger: FakeMessenger
    rate_limiter: FakeRateLimiter
    clock: FakeClock
    counters: FakeCounters
    deliver: Sender
    refused: asyncio.Event
    broken: set[str]
    """Headlines of articles that cannot be summed up."""
    office: list[str]
    """Empty while another process is the one that sends."""
    beats: list[bool]
    """Whether each round succeeded."""
    in_flight: InFlight

    async def queue(self, *chats: int, name: str = "treffen") -> None:
        """Queue an alert for each of these chats."""
        feeds = await self.store.feeds.list_all()
        feed = feeds[0] if feeds else await add_feed(self.store)
        wishes = [await self._wish(chat) for chat in chats]
        (article,) = await publish(self.store, feed, name, now=self.clock.now())
        assert await announce(self.store, article, *wishes, now=self.clock.now()) == len(chats)
        self.deliver.wake()

    async def _wish(self, chat: int) -> Subscription:
        known = await self.store.subscriptions.list_for(ChatId(chat), MAIN)
        return known[0] if known else await subscribe(self.store, chat, f"Wort {chat}")

    async def states(self) -> dict[int, str]:
        """Give the state of the last delivery of each chat."""
        async with self.store._database.read() as connection:
            found = await connection.execute(select(deliveries).order_by(deliveries.c.id))
            return {row.chat_id: row.state for row in found}

    async def row(self, chat: int) -> Any:
        """Give the only delivery of a chat as it is stored."""
        async with self.store._database.read() as connection:
            return (await connection.execute(select(deliveries).where(deliveries.c.chat_id == chat))).one()

    async def rows(self, chat: int) -> list[Any]:
        """Give the deliveries of a chat as they are stored."""
        async with self.store._database.read() as connection:
            wanted = select(deliveries).where(deliveries.c.chat_id == chat).order_by(deliveries.c.id)
            return list((await connection.execute(wanted)).all())

    async def postponed(self, chat: int) -> float:
        """Wait until the only delivery of a chat is put off, and give by how many seconds from now."""

        async def holds() -> bool:
            row = await self.row(chat)
            return bool(row.state == "queued" and row.not_before > row.created_at)

        await eventually(holds)
        return float(((await self.row(chat)).not_before - self.clock.now()).total_seconds())

    async def comes_to(self, **states: str) -> None:
        """Wait until chats (chat1, chat2, …) have their last delivery in these states."""
        wanted = {int(name.removeprefix("chat")): state for name, state in states.items()}

        async def holds() -> bool:
            found = await self.states()
            return all(found.get(chat) == state for chat, state in wanted.items())

        await eventually(holds)

    async def pass_by(self, **time: float) -> None:
        """Let time pass and have the sender look again."""
        self.clock.move(**time)
        self.deliver.wake()


@asynccontextmanager
async def opened(
    store: Store,
    clock: FakeClock,
    *,
    is_running: bool = True,
    rules: SendRules | None = None,
    retells: bool = False,
    **policy: Any,
) -> AsyncIterator[Desk]:
    """Open a desk; the sender runs until the end and must then stop in order."""
    outbox, chats, messenger = Unsteady(store.outbox), Unsteady(store.chats), FakeMessenger()
    rate_limiter, sender_policy = FakeRateLimiter(), SenderPolicy(**{"pause": timedelta(milliseconds=20)} | policy)
    counters, in_flight, refused, broken, office = FakeCounters(), InFlight(), asyncio.Event(), set[str](), ["ours"]
    beats: list[bool] = []

    async def summarise(alert: Alert) -> Summary:
        if alert.article.title in broken:
            raise ValueError("a text nobody expected")
        return Summary((SummaryLine("Ein Satz."),))

    retell = StoryUpdates(
        stories=store.stories, outbox=store.outbox, messenger=messenger, summarise=summarise, in_flight=in_flight
    )
    deliver = Sender(
        outbox=outbox,
        prepare=MessagePreparation(
            outbox=outbox,
            chats=chats,
            messenger=messenger,
            clock=clock,
            summarise=summarise,
            rules=rules or SendRules(),
            preparers={DeliveryKind.EDIT: retell.prepare} if retells else {},
            fresh=sender_policy.fresh,
        ),
        rate_limiter=rate_limiter,
        clock=clock,
        retry=StoreRetry(clock=clock, pause=QUICK),
        report=OutcomeReport(counters=counters, clock=clock, outage=Outage("telegram", clock)),
        process=SenderProcess(
            owner=SENDER,
            token_refused=refused.set,
            may_send=lambda: bool(office),
            beat=beats.append,
            in_flight=in_flight,
        ),
        policy=sender_policy,
    )
    desk = Desk(
        store=store,
        outbox=outbox,
        chats=chats,
        messenger=messenger,
        rate_limiter=rate_limiter,
        clock=clock,
        counters=counters,
        deliver=deliver,
        refused=refused,
        broken=broken,
        office=office,
        beats=beats,
        in_flight=in_flight,
    )
    if not is_running:
        yield desk
        return
    async with running(desk):
        yield desk


@asynccontextmanager
async def running(desk: Desk) -> AsyncIterator[None]:
    """Let the sender run for a while; it must then stop in order."""
    task = asyncio.create_task(desk.deliver.run())
    try:
        yield
    finally:
        desk.deliver.stop()
        desk.messenger.let_go()
        await asyncio.wait_for(task, HANG_SECONDS)
