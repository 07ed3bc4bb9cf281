"""The rate limiter all calls pass."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.core.delivery.delivery import SendPriority
from bot.core.delivery.rate_limit import RateLimiter, RatePolicy
from bot.core.ids import ChatId
from bot.telegram.api.client import BotClient, CallPolicy, RetryingCaller
from bot.telegram.api.rate_limiter import TelegramRateLimiter
from tests.fakes.clock import FakeClock

ANNA, BERT, CARLA = ChatId(1), ChatId(2), ChatId(3)


class Sleeper:
    """Sleeps by moving the clock, and remembers for how long."""

    def __init__(self, clock: FakeClock, limiter: RateLimiter) -> None:
        self.clock, self.limiter = clock, limiter
        self.naps: list[float] = []
        self.waiting: list[int] = []

    async def __call__(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.waiting.append(self.limiter.waiting[SendPriority.REPLY])
        self.clock.move(seconds=seconds + 1e-6)


Noted = list[tuple[ChatId | None, int, int]]


def make(clock: FakeClock, noted: Noted | None = None) -> tuple[TelegramRateLimiter, Sleeper]:
    """Make a rate limiter whose naps take no time, and which writes down the floods it notes."""
    limiter = RateLimiter(RatePolicy(messages_per_second=10))
    sleeper = Sleeper(clock, limiter)

    def note(chat: ChatId | None, delay: timedelta, told: timedelta) -> None:
        if noted is not None:
            noted.append((chat, delay.seconds, told.seconds))

    return TelegramRateLimiter(limiter, clock, sleeper, flood_noted=note), sleeper


async def test_a_first_reply_goes_at_once(clock: FakeClock) -> None:
    """Nothing stands in the way."""
    rate_limiter, sleeper = make(clock)
    await rate_limiter.admit(ANNA)
    assert sleeper.naps == []


async def test_replies_that_wait_for_the_bots_rate_are_known(clock: FakeClock) -> None:
    """So that the sender of alerts leaves them their turn."""
    rate_limiter, sleeper = make(clock)
    await rate_limiter.admit(ANNA)
    await rate_limiter.admit(BERT)
    assert sleeper.waiting == [1]
    assert 0 < sleeper.naps[0] <= 0.1


async def test_a_slow_chat_keeps_no_tokens_from_others(clock: FakeClock) -> None:
    """Whoever waits for his own chat is not counted."""
    rate_limiter, sleeper = make(clock)
    rate_limiter.flooded(ANNA, timedelta(seconds=3))
    await rate_limiter.admit(ANNA)
    assert sleeper.waiting == [0]
    assert sleeper.naps == [3.0]


async def test_edits_do_not_count_for_the_chat(clock: FakeClock) -> None:
    """They count for the bot."""
    rate_limiter, _ = make(clock)
    before = rate_limiter.chat_wait(ANNA, SendPriority.ALERT)
    await rate_limiter.admit(None)
    assert rate_limiter.chat_wait(ANNA, SendPriority.ALERT) == before == 0
    assert rate_limiter.wait(None, SendPriority.REPLY) > 0


async def test_long_pauses_are_slept_in_pieces(clock: FakeClock) -> None:
    """So that a pause that ends early is noticed."""
    rate_limiter, sleeper = make(clock)
    rate_limiter.flooded(ANNA, timedelta(seconds=12))
    await rate_limiter.admit(ANNA)
    assert max(sleeper.naps) <= 5.0
    assert sum(sleeper.naps) >= 11.9


async def test_what_outlives_us_is_each_chats_own_flood_and_a_short_rest_of_the_bot(clock: FakeClock) -> None:
    """Whoever starts anew keeps to what was told about each chat, and asks after a minute for all others."""
    noted: Noted = []
    rate_limiter, _ = make(clock, noted)

    assert rate_limiter.flooded(ANNA, timedelta(hours=1)) == timedelta(hours=1)
    assert rate_limiter.flooded(BERT, timedelta(hours=1)) == timedelta(hours=1)
    assert noted == [(ANNA, 3600, 3600), (BERT, 3600, 3600), (None, 60, 60)]

    clock.move(seconds=60)
    for number in range(3, 7):
        assert rate_limiter.flooded(ChatId(number), timedelta(seconds=3540)) == timedelta(minutes=1)
    assert noted[3:] == [(3, 60, 60), (4, 60, 60), (5, 60, 60), (6, 60, 60), (None, 60, 3540)]


async def test_those_who_wait_go_in_their_order_and_only_the_first_looks(clock: FakeClock) -> None:
    """However many wait, a turn costs one nap and not one of each."""
    rate_limiter, sleeper = make(clock)
    went: list[int] = []

    async def go(number: int) -> None:
        await rate_limiter.admit(ChatId(number))
        went.append(number)

    await asyncio.gather(*(go(number) for number in range(1, 201)))
    assert went == list(range(1, 201))
    assert len(sleeper.naps) <= 2 * 200


async def test_what_may_wait_lets_replies_go_first(clock: FakeClock) -> None:
    """A thousand strangers stand in a queue of their own."""
    limiter = RateLimiter(RatePolicy(messages_per_second=10))

    async def sleep(seconds: float) -> None:
        until = clock.monotonic() + seconds
        while clock.monotonic() < until:  # noqa: ASYNC110 - the clock rings no bell
            await asyncio.sleep(0)

    rate_limiter, went = TelegramRateLimiter(limiter, clock, sleep), list[str]()

    async def go(rank: SendPriority) -> None:
        await rate_limiter.admit(None, rank)
        went.append(rank.name)

    crowd = [asyncio.create_task(go(SendPriority.BULK)) for _ in range(1000)]
    await asyncio.sleep(0)
    before = len(went)
    reply = asyncio.create_task(go(SendPriority.REPLY))
    await asyncio.sleep(0)
    while not reply.done():
        clock.move(seconds=0.1)
        for _ in range(5):
            await asyncio.sleep(0)
    assert len(went) - before <= 3
    for task in crowd:
        task.cancel()
    await asyncio.gather(*crowd, return_exceptions=True)


async def test_an_answer_that_got_through_shows_that_the_bot_is_not_flooded(clock: FakeClock) -> None:
    """A message does; an edit counts for no chat, and says nothing about messages."""
    rate_limiter, sleeper = make(clock)
    call = RetryingCaller(BotClient("http://127.0.0.1:1", "1:x"), rate_limiter, clock, pause=sleeper)

    async def done(account: BotClient) -> bool:
        return True

    rate_limiter.flooded(ANNA, timedelta(hours=1))
    rate_limiter.flooded(BERT, timedelta(hours=1))
    clock.move(seconds=60)
    await call(done, CallPolicy(chat=CARLA))
    assert rate_limiter.flooded(ChatId(4), timedelta(hours=1)) == timedelta(minutes=1)
    await call(done, CallPolicy(chat=CARLA, counts=True))
    assert rate_limiter.flooded(ChatId(5), timedelta(hours=1)) == timedelta(hours=1)


async def test_who_has_patience_is_told_at_once_that_it_will_not_do(clock: FakeClock) -> None:
    """A flood that begins while somebody waits for the bot's rate is not slept through."""
    rate_limiter, sleeper = make(clock)
    flooded = iter([ANNA])

    async def sleep(seconds: float) -> None:
        for chat in flooded:
            rate_limiter.flooded(chat, timedelta(hours=1))
        await sleeper(seconds)

    rate_limiter._sleep = sleep
    began = clock.monotonic()
    assert await rate_limiter.admit(BERT)
    assert await rate_limiter.admit(ANNA, until=began + 20) is False
    assert clock.monotonic() - began < 1
    assert await rate_limiter.admit(CARLA, until=began + 20)
