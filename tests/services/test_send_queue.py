"""
When the sender holds back because Telegram seems to be away.

Who is next among what was claimed.
"""

from __future__ import annotations

from datetime import datetime

from bot.core.delivery.delivery import Delivered, Delivery, DeliveryKind, NotSent, OutcomeUnknown
from bot.core.ids import ChatId, MessageId
from bot.services.send_queue import CircuitBreaker, SendQueue
from tests.builders import make_delivery
from tests.fakes.clock import FakeClock
from tests.fakes.telegram import FakeGate


def test_one_chat_that_fails_again_and_again_stops_nobody(clock: FakeClock) -> None:
    """It may hang for its own sake; the others go on as ever."""
    calm = CircuitBreaker(clock)
    for _ in range(20):
        calm.begin()
        calm.note(ChatId(1), OutcomeUnknown("no answer"))

    assert calm.most(16, 0) == 16
    assert calm.wait <= 0


def test_several_chats_in_a_row_mean_telegram(clock: FakeClock) -> None:
    """Then one call at a time is tried, ever more seldom, until one arrives."""
    calm = CircuitBreaker(clock)
    for chat in range(4):
        calm.note(ChatId(chat), NotSent("no connection"))
    assert calm.most(16, 0) == 1
    first = calm.wait
    assert first > 0

    clock.move(seconds=first)
    calm.begin()
    calm.note(ChatId(9), NotSent("no connection"))
    assert calm.wait > first
    calm.note(ChatId(9), Delivered(MessageId(1)))
    assert calm.most(16, 3) == 16
    assert calm.wait <= 0


def test_a_try_that_hangs_holds_up_the_next_one_for_seconds_only(clock: FakeClock) -> None:
    """It may be one of the chats that hang for their own sake."""
    calm = CircuitBreaker(clock)
    for chat in range(4):
        calm.note(ChatId(chat), OutcomeUnknown("no answer"))
    calm.begin()
    assert calm.most(16, 1) == 1

    clock.move(seconds=5)
    assert calm.most(16, 1) == 2


def test_a_turn_that_came_too_early_keeps_its_place(clock: FakeClock) -> None:
    """Claimed some milliseconds before its turn, a message does not go to the end of its chat's line."""
    gate = FakeGate()
    choose = SendQueue(gate, clock)
    claimed = [make_delivery(number, chat_id=7) for number in range(1, 5)]
    choose.take_in(claimed)
    first = choose.pick()
    assert first == claimed[0]

    gate.chat_waits[7] = 1.0
    turns = _seconds(choose.hand_back(), clock.now())
    assert turns == {2: 1.0, 3: 2.0, 4: 3.0}

    clock.move(seconds=0.98)
    gate.chat_waits[7] = 0.02
    choose.take_in(claimed[1:2])
    assert choose.pick() is None
    assert _seconds(choose.hand_back(), clock.now()) == {2: 0.02}

    clock.move(seconds=0.02)
    gate.chat_waits[7] = 0.0
    choose.take_in(claimed[1:2])
    assert choose.pick() == claimed[1]


def test_edits_wait_for_nothing_but_a_flood(clock: FakeClock) -> None:
    """They count for the bot and not for the chat; what Telegram refuses all of, they do not try."""
    gate = FakeGate(chat_waits={7: 9.0})
    choose = SendQueue(gate, clock)
    edits = [make_delivery(1, chat_id=7, kind=DeliveryKind.EDIT), make_delivery(2, chat_id=7, message_id=MessageId(5))]
    choose.take_in(edits)
    gate.pauses[7] = 30.0
    assert choose.pick() is None
    assert _seconds(choose.hand_back(), clock.now()) == {1: 30.0, 2: 30.0}

    gate.pauses.clear()
    choose.take_in(edits)
    assert [choose.pick(), choose.pick()] == edits


def _seconds(back: tuple[tuple[Delivery, datetime], ...], now: datetime) -> dict[int, float]:
    return {each.id: round((at - now).total_seconds(), 3) for each, at in back}
