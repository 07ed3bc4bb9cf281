"""Who is next among what was claimed."""

from __future__ import annotations

from datetime import datetime

from bot.core.delivery import Delivery, DeliveryKind
from bot.core.ids import MessageId
from bot.flow.choose import SendQueue
from tests.builders import make_delivery
from tests.fakes.clock import FakeClock
from tests.fakes.telegram import FakeGate


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
