"""Which of the claimed deliveries goes next, and what is handed back."""

from __future__ import annotations

from datetime import datetime

from bot.core.delivery.delivery import Delivery, DeliveryKind
from bot.core.ids import MessageId
from bot.services.send_queue import SendQueue
from tests.builders import make_delivery
from tests.fakes.clock import FakeClock
from tests.fakes.telegram import FakeRateLimiter


def test_a_turn_that_came_too_early_keeps_its_place(clock: FakeClock) -> None:
    """Claimed some milliseconds before its turn, a message does not go to the end of its chat's line."""
    rate_limiter = FakeRateLimiter()
    queue = SendQueue(rate_limiter, clock)
    claimed = [make_delivery(number, chat_id=7) for number in range(1, 5)]
    queue.take_in(claimed)
    first = queue.pick()
    assert first == claimed[0]

    rate_limiter.chat_waits[7] = 1.0
    turns = _seconds(queue.hand_back(), clock.now())
    assert turns == {2: 1.0, 3: 2.0, 4: 3.0}

    clock.move(seconds=0.98)
    rate_limiter.chat_waits[7] = 0.02
    queue.take_in(claimed[1:2])
    assert queue.pick() is None
    assert _seconds(queue.hand_back(), clock.now()) == {2: 0.02}

    clock.move(seconds=0.02)
    rate_limiter.chat_waits[7] = 0.0
    queue.take_in(claimed[1:2])
    assert queue.pick() == claimed[1]


def test_edits_wait_for_nothing_but_a_flood(clock: FakeClock) -> None:
    """They count for the bot and not for the chat; what Telegram refuses all of, they do not try."""
    rate_limiter = FakeRateLimiter(chat_waits={7: 9.0})
    queue = SendQueue(rate_limiter, clock)
    edits = [make_delivery(1, chat_id=7, kind=DeliveryKind.EDIT), make_delivery(2, chat_id=7, message_id=MessageId(5))]
    queue.take_in(edits)
    rate_limiter.pauses[7] = 30.0
    assert queue.pick() is None
    assert _seconds(queue.hand_back(), clock.now()) == {1: 30.0, 2: 30.0}

    rate_limiter.pauses.clear()
    queue.take_in(edits)
    assert [queue.pick(), queue.pick()] == edits


def _seconds(back: tuple[tuple[Delivery, datetime], ...], now: datetime) -> dict[int, float]:
    return {each.id: round((at - now).total_seconds(), 3) for each, at in back}
