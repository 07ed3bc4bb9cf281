"""Operators hear of a feed's death once, and of its return."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.warnings import OperatorNotices
from bot.core.chat import ChatKind
from bot.core.errors import StorageError
from bot.core.feed import Feed, FeedState, Origin
from bot.core.ids import ChatId, UserId
from bot.core.office import SoleLeader
from bot.flow.warn import FeedHealthNotices
from bot.settings.model import Settings, TelegramSettings
from bot.texts.catalog import Catalog
from storage.store import Store
from tests.contracts.scenes import add_feed, claim, poll
from tests.fakes.clock import FakeClock
from tests.fakes.unsteady import Unsteady


class Desk:
    """Everything around the warnings."""

    def __init__(self, store: Store, clock: FakeClock, **telegram: object) -> None:
        self.store, self.clock, self.facts = store, clock, Unsteady(store.facts)
        settings = Settings.model_construct(telegram=TelegramSettings(**telegram))  # type: ignore[arg-type]
        warnings = OperatorNotices(
            settings=settings, chats=store.chats, outbox=store.outbox, catalog=Catalog.load(), clock=clock
        )
        self.warn = FeedHealthNotices(
            overview=store.overview, facts=self.facts, clock=clock, office=SoleLeader(), tell=warnings.tell
        )

    async def fail(self, feed: Feed, failures: int, state: FeedState = FeedState.FAILING, error: str = "No.") -> None:
        """Let polls have failed until now."""
        failed = replace(feed, state=state, failures=failures, error=error, last_polled_at=self.clock.now())
        await self.store.feeds.finish_poll(failed, (), alert=False, catch_up=False, now=self.clock.now())

    async def told(self) -> list[tuple[int, str]]:
        """Look, and give what is queued for whom."""
        await self.warn()
        return [(each.chat_id, each.payload) for each in await claim(self.store, now=self.clock.now())]


async def test_a_death_and_a_return_are_told_once(store: Store, clock: FakeClock) -> None:
    """To the operators who can be written to, each in their language; not for a blip."""
    for number, language in ((7, "de"), (8, "en")):
        await store.chats.meet(ChatId(number), ChatKind.PRIVATE, language, clock.now())
        await store.chats.set_operator(UserId(number), True, clock.now())
    desk = Desk(store, clock, operators=(9,))
    feed = await add_feed(store, "srf")
    await poll(store, replace(feed, first_success_at=clock.now()))
    (feed,) = await store.feeds.list_all()

    clock.move(hours=5)
    await desk.fail(feed, 9)
    assert await desk.told() == []
    clock.move(days=3)
    await desk.fail(feed, 20, error="The server did not answer.")
    assert await desk.told() == [
        (7, "✗ SRF ist seit 5. Jan. nicht lesbar. Ich versuche es weiter. The server did not answer."),
        (8, "✗ SRF has not been readable since Jan 5. I go on trying. The server did not answer."),
    ]
    assert await desk.told() == []

    await poll(store, replace(feed, failures=0), now=clock.now())
    assert await desk.told() == [(7, "● SRF ist wieder lesbar."), (8, "● SRF can be read again.")]
    assert await desk.told() == []


async def test_a_kill_right_after_telling_tells_nobody_twice(store: Store, clock: FakeClock) -> None:
    """The chat of the configuration gets it, whoever the operators are."""
    desk = Desk(store, clock, operators=(9,), operator_chat=-100)
    await desk.fail(await add_feed(store, "srf"), 1, FeedState.GONE)
    desk.facts.break_before("set")

    with pytest.raises(StorageError):
        await desk.warn()
    assert await desk.told() == [
        (-100, "✗ SRF is gone for good, says its publisher. I do not ask it any more."),
    ]


async def test_a_reader_hears_of_their_own_feed_and_nobody_else(store: Store, clock: FakeClock) -> None:
    """What answered is not told; many feeds are one message."""
    await store.chats.meet(ChatId(5), ChatKind.PRIVATE, "en", clock.now())
    desk = Desk(store, clock, operator_chat=-100)
    own = await add_feed(store, "own", origin=Origin.CHAT, owner=ChatId(5))
    await desk.fail(own, 9)
    for number in range(12):
        await desk.fail(await add_feed(store, f"f{number:02}"), 1, FeedState.GONE)
    clock.move(days=3)

    told = dict(await desk.told())

    assert told[5] == "✗ OWN has not been readable since Jan 5. I go on trying."
    assert told[-100].count("\n") == 10
    assert told[-100].endswith("And 2 feeds more.")
    assert "OWN" not in told[-100]
    await store.feeds.remove(own.id, clock.now())
    clock.move(seconds=timedelta(minutes=1).total_seconds())
    assert await desk.told() == []
