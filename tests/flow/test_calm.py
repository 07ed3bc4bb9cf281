"""When the sender holds back because Telegram seems to be away."""

from __future__ import annotations

from bot.core.delivery import Delivered, NotSent, OutcomeUnknown
from bot.core.ids import ChatId, MessageId
from bot.flow.calm import CircuitBreaker
from tests.fakes.clock import FakeClock


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
