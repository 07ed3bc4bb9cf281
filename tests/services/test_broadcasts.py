"""What a broadcast does between its confirmation and its end."""

from __future__ import annotations

import logging

import pytest

from bot.core.broadcast import Broadcast, BroadcastCounts, BroadcastState
from bot.core.delivery.delivery import Delivered, Delivery, Dropped, Finished, SendOutcome, UnsentReason
from bot.core.ids import ChatId, MessageId, ThreadId, UserId
from bot.core.process_state import SoleLeader
from bot.services.broadcasts import BroadcastLoop, BroadcastPreparation, BroadcastService
from storage.store import Store
from tests.contracts.scenes import claim, meet
from tests.fakes.clock import FakeClock


class Shown:
    """Remembers what was shown of the progress."""

    def __init__(self) -> None:
        self.all: list[tuple[BroadcastState, BroadcastCounts]] = []

    async def __call__(self, running: Broadcast, counts: BroadcastCounts) -> None:
        """Note what is shown."""
        self.all.append((running.state, counts))


async def send(delivery: Delivery, text: str) -> SendOutcome:
    """Accept everything."""
    return Delivered(MessageId(len(text)))


def make_loop(store: Store, clock: FakeClock, shown: Shown) -> BroadcastLoop:
    """Make a loop as a process does at its start."""
    return BroadcastLoop(
        broadcasts=store.broadcasts, clock=clock, leadership=SoleLeader(), queued=lambda: None, show=shown
    )


async def test_a_broadcast_is_queued_shown_and_finished(
    store: Store, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    """Its progress is shown every five seconds at most, and at its end; the log never has the text."""
    caplog.set_level(logging.INFO)
    for number in (1, 2):
        await meet(store, number)
    service, shown = BroadcastService(broadcasts=store.broadcasts, clock=clock), Shown()
    loop = make_loop(store, clock, shown)
    broadcast_id, chats = await service.draft(UserId(1), ChatId(1), ThreadId(0), "Geheim")
    await loop()
    assert (chats, await claim(store)) == (2, ())
    await service.start(broadcast_id, MessageId(9))
    for _ in range(4):
        await loop()
    assert shown.all == [(BroadcastState.QUEUEING, BroadcastCounts(waiting=2))]

    prepare = BroadcastPreparation(service=service, send=send)
    queued = await claim(store)
    await store.outbox.start([delivery.id for delivery in queued], clock.now())
    for delivery in queued:
        call = await prepare(delivery)
        assert callable(call)
        outcome = await call()
        assert outcome == Delivered(MessageId(6))
        await store.outbox.finish(delivery, Finished(MessageId(6)), clock.now())
    again = make_loop(store, clock, shown)  # as after a restart
    await again()
    await again()
    assert shown.all[1:] == [(BroadcastState.FINISHED, BroadcastCounts(sent=2))]
    events = [record.getMessage() for record in caplog.records if record.getMessage().startswith("broadcast.")]
    assert events == ["broadcast.started", "broadcast.finished"]
    assert "Geheim" not in "".join(str(vars(record)) for record in caplog.records if record.name.startswith("bot."))


async def test_what_was_claimed_before_the_stop_is_not_sent_after_it(store: Store, clock: FakeClock) -> None:
    """Nor what a broadcast left whose text is gone."""
    for number in (1, 2):
        await meet(store, number)
    service, shown = BroadcastService(broadcasts=store.broadcasts, clock=clock), Shown()
    broadcast_id, _ = await service.draft(UserId(1), ChatId(1), ThreadId(0), "Hallo")
    await service.start(broadcast_id, MessageId(9))
    loop = make_loop(store, clock, shown)
    await loop()
    (claimed,) = await claim(store, limit=1)
    stopped = await service.stop(broadcast_id)
    assert stopped is not None
    prepare = BroadcastPreparation(service=service, send=send)
    assert await prepare(claimed) == Dropped(UnsentReason.STOPPED)
    await store.outbox.finish(claimed, Dropped(UnsentReason.STOPPED), clock.now())
    clock.move(seconds=10)
    for _ in range(3):
        await loop()
    assert shown.all[-1] == (BroadcastState.FINISHED, BroadcastCounts(stopped=2))
    assert await prepare(claimed) == Dropped(UnsentReason.FORGOTTEN)


async def test_a_draft_is_too_old_after_an_hour(store: Store, clock: FakeClock) -> None:
    """Whoever presses then starts nothing."""
    await meet(store, 1)
    service = BroadcastService(broadcasts=store.broadcasts, clock=clock)
    broadcast_id, _ = await service.draft(UserId(1), ChatId(1), ThreadId(0), "Hallo")
    clock.move(minutes=61)
    assert await service.start(broadcast_id, MessageId(9)) is None
