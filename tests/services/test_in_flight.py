"""A message that Telegram shows and the store does not know yet is waited for, not taken for an unknown one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.core.article import Article
from bot.core.ids import ChatId, MessageId
from bot.services.in_flight import InFlight
from storage.store import Store
from tests.fakes.clock import FakeClock
from tests.services.sender_desk import Desk, opened

CHAT = ChatId(1)


@pytest.fixture
async def desk(store: Store, clock: FakeClock) -> AsyncIterator[Desk]:
    """A sender at work."""
    async with opened(store, clock) as opened_desk:
        yield opened_desk


async def test_a_message_is_found_as_soon_as_its_outcome_is_stored(desk: Desk) -> None:
    """Who looks for it while the call is under way, as a quick reader does, gets it."""
    looked = asyncio.Event()

    async def look_up() -> Article | None:
        article = await desk.store.archive.find_alerted(CHAT, MessageId(1001))
        looked.set()
        return article

    answered = desk.messenger.hang(CHAT)
    await desk.queue(CHAT)
    await desk.messenger.called(1)
    finding = asyncio.create_task(desk.in_flight.find(CHAT, look_up))
    await looked.wait()
    answered.set()

    assert await finding is not None
    assert await desk.in_flight.find(ChatId(2), look_up) is not None


async def test_nothing_is_waited_for_where_nothing_is_on_its_way() -> None:
    """One look is enough; a message on its way to another chat changes nothing, nor one that is not needed."""
    in_flight, looks = InFlight(), []

    async def look_up() -> str | None:
        looks.append("look")
        return None

    with in_flight.sending(ChatId(2)):
        assert await in_flight.find(CHAT, look_up) is None
    with in_flight.sending(CHAT):
        pass
    assert await in_flight.find(CHAT, look_up) is None
    assert len(looks) == 2
