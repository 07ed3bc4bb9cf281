"""The rates, with a clock in the test's hand."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from bot.core.delivery.delivery import Delivered, NotSent, OutcomeUnknown, SendPriority
from bot.core.delivery.rate_limit import CircuitBreaker, Flood, RateLimiter, RatePolicy
from bot.core.ids import ChatId, MessageId

ANNA, BEN, CARLA, GROUP = ChatId(1), ChatId(2), ChatId(3), ChatId(-100)


def run(
    limiter: RateLimiter, chats: list[ChatId | None], rank: SendPriority, start: float, seconds: float
) -> list[float]:
    """Send to `chats` in turn as fast as the limiter allows; returns the times."""
    sent: list[float] = []
    now = start
    while now <= start + seconds and len(sent) < len(chats):
        chat = chats[len(sent)]
        wait = limiter.wait(chat, rank, now)
        if wait <= 0:
            limiter.take(chat, now)
            sent.append(now)
        else:
            now += wait + 1e-9
    return sent


def busiest(sent: Sequence[float], window: float) -> int:
    """Give the most calls within any stretch of so many seconds; `sent` is in order."""
    return max(bisect_left(sent, at + window) - number for number, at in enumerate(sent))


def test_no_second_carries_more_than_the_rate_and_the_first_fill() -> None:
    """Never more than messages_per_second in any second plus ten per cent of it."""
    sent = run(RateLimiter(RatePolicy()), [ChatId(n) for n in range(1, 400)], SendPriority.ALERT, 100.0, 10.0)

    assert busiest(sent, 1.0) <= 33
    assert len(sent) >= 300, "and the rate is really used"


def test_calls_that_bunch_on_their_way_stay_within_the_rate_too() -> None:
    """What arrives within a second may have left within a little more; after a stall nothing is made up for at once."""
    limiter, sent, now = RateLimiter(RatePolicy()), list[float](), 100.0
    while now < 110.0:
        while limiter.wait(None, SendPriority.ALERT, now) <= 0:
            limiter.take(None, now)
            sent.append(now)
        now += 0.3 if 0.5 < now % 2 < 0.55 else 0.05

    assert busiest(sent, 1.05) <= 33


@pytest.mark.parametrize("rate", [0.5, 1, 5, 20, 400, 1000])
def test_every_rate_is_kept_to_and_used(rate: float) -> None:
    """A tenth more in any second is the bound, nine tenths of it on average the least."""
    chats: list[ChatId | None] = [ChatId(n) for n in range(1, int(rate * 20) + 5)]
    sent = run(RateLimiter(RatePolicy(messages_per_second=rate)), chats, SendPriority.ALERT, 100.0, 10.0)

    assert busiest(sent, 1.0) <= max(1, rate * 1.1)
    assert len(sent) >= 10 * rate * 0.9


def test_a_refused_message_costs_others_nothing() -> None:
    """A chat that gets 429 for everything takes no share of the rate; the calls of a second stay bounded."""
    limiter = RateLimiter(RatePolicy())
    for _ in range(3):
        limiter.take(ANNA, 100.0)
    assert limiter.wait(BEN, SendPriority.ALERT, 100.0) > 0

    limiter.flooded(ANNA, 2.0, 100.0)

    assert limiter.wait(BEN, SendPriority.ALERT, 100.0) == 0
    for number in range(60):
        limiter.flooded(ANNA, 2.0, 100.0)
        if limiter.wait(ChatId(number), SendPriority.ALERT, 100.0) <= 0:
            limiter.take(ChatId(number), 100.0)
    assert limiter.wait(BEN, SendPriority.ALERT, 100.0) > 0


def test_one_chat_gets_one_alert_a_second_while_others_go_on() -> None:
    """A chat's own rate holds back that chat alone."""
    limiter = RateLimiter(RatePolicy())
    limiter.take(ANNA, 100.0)

    assert 0.9 < limiter.wait(ANNA, SendPriority.ALERT, 100.0) <= 1.0
    assert limiter.wait(BEN, SendPriority.ALERT, 100.0) == 0
    assert limiter.wait(ANNA, SendPriority.ALERT, 101.0) == 0


def test_a_reply_may_run_ahead_of_its_chat_and_alerts_wait_until_that_is_paid_back() -> None:
    """Who types three commands gets three answers at once; the next alert keeps the average."""
    limiter = RateLimiter(RatePolicy())
    for _ in range(3):
        assert limiter.wait(ANNA, SendPriority.REPLY, 100.0) == 0
        limiter.take(ANNA, 100.0)

    assert limiter.wait(ANNA, SendPriority.REPLY, 100.0) > 0
    assert 2.9 < limiter.chat_wait(ANNA, SendPriority.ALERT, 100.0) <= 3.0


def test_waiting_replies_have_their_tokens_kept() -> None:
    """Alerts take what replies leave."""
    limiter = RateLimiter(RatePolicy())
    for _ in range(3):
        limiter.take(None, 100.0)
    limiter.waiting[SendPriority.REPLY] = 1

    assert limiter.wait(BEN, SendPriority.REPLY, 100.04) == 0
    assert limiter.wait(BEN, SendPriority.ALERT, 100.04) > 0
    limiter.waiting[SendPriority.REPLY] = 0
    assert limiter.wait(BEN, SendPriority.ALERT, 100.04) == 0


def contend(ranks: Sequence[SendPriority], seconds: float) -> Mapping[SendPriority, int]:
    """Let endlessly many of each of these ranks wait, and count what each gets."""
    limiter, now, got = RateLimiter(RatePolicy()), 100.0, Counter[SendPriority]()
    for rank in ranks:
        limiter.waiting[rank] = 400
    while now < 100.0 + seconds:
        for rank in ranks:
            if limiter.wait(None, rank, now) <= 0:
                limiter.take(None, now, rank)
                got[rank] += 1
        now += 0.01
    return got


def test_no_crowd_of_replies_stops_the_news_and_nothing_is_forgotten() -> None:
    """Ranks go in their order, but each that waits has a share of the rate; alone it has all of it."""
    alone = contend([SendPriority.BULK], 10)[SendPriority.BULK]
    assert alone >= 290
    with_alerts = contend([SendPriority.REPLY, SendPriority.ALERT], 10)
    assert with_alerts[SendPriority.REPLY] > with_alerts[SendPriority.ALERT] >= 80
    everything = contend([SendPriority.REPLY, SendPriority.ALERT, SendPriority.BULK], 10)
    assert everything[SendPriority.ALERT] >= 80
    assert 25 <= everything[SendPriority.BULK] <= 35
    behind = contend([SendPriority.ALERT, SendPriority.BULK], 10)
    assert behind[SendPriority.ALERT] >= 250
    assert 25 <= behind[SendPriority.BULK] <= 35


def test_who_only_asks_now_and_then_counts_as_waiting() -> None:
    """The sender of alerts stands in no queue: it asks, sleeps and asks again; it has its share all the same."""
    limiter, now, sent, asks_at = RateLimiter(RatePolicy()), 100.0, 0, 100.0
    limiter.waiting[SendPriority.REPLY] = 400
    while now < 110.0:
        if now >= asks_at:
            wait = limiter.wait(None, SendPriority.ALERT, now)
            if wait <= 0:
                limiter.take(None, now, SendPriority.ALERT)
                sent += 1
            asks_at = now + min(wait, 0.5)
        if limiter.wait(None, SendPriority.REPLY, now) <= 0:
            limiter.take(None, now, SendPriority.REPLY)
        now += 0.01
    assert sent >= 60


def test_replies_never_stand_still_for_who_asks_and_does_not_go() -> None:
    """Also at a rate so low that there is one token at most."""
    limiter, now, replies = RateLimiter(RatePolicy(messages_per_second=1)), 100.0, 0
    limiter.waiting[SendPriority.REPLY] = 1
    while now < 160.0:
        limiter.wait(None, SendPriority.ALERT, now)
        if limiter.wait(None, SendPriority.REPLY, now) <= 0:
            limiter.take(None, now, SendPriority.REPLY)
            replies += 1
        now += 0.05
    assert replies >= 50


def test_alerts_leave_a_group_four_of_its_twenty_a_minute() -> None:
    """Sixteen alerts, and then three answers at once and a fourth soon, however many alerts wait."""
    limiter = RateLimiter(RatePolicy())
    alerts = run(limiter, [GROUP] * 100, SendPriority.ALERT, 100.0, 60.0)
    assert len(alerts) == 16

    asked_at = alerts[-1] + 1.0
    answers = run(limiter, [GROUP] * 5, SendPriority.REPLY, asked_at, 30.0)
    assert [round(at - asked_at) for at in answers] == [0, 0, 0, 1]


def test_alerts_of_a_private_chat_leave_nothing() -> None:
    """Telegram counts minutes for groups only."""
    assert len(run(RateLimiter(RatePolicy()), [ANNA] * 100, SendPriority.ALERT, 100.0, 60.0)) >= 60


def test_a_429_pauses_that_chat_and_a_second_chat_within_five_seconds_pauses_the_bot() -> None:
    """One flooded chat is its own affair; two at once mean the whole bot."""
    limiter = RateLimiter(RatePolicy())

    assert limiter.flooded(ANNA, 30.0, 100.0) == Flood(30.0)
    assert limiter.wait(ANNA, SendPriority.REPLY, 101.0) == 29.0
    assert limiter.wait(BEN, SendPriority.ALERT, 101.0) == 0

    assert limiter.flooded(BEN, 10.0, 104.0) == Flood(10.0, 10.0)
    assert limiter.wait(ChatId(3), SendPriority.REPLY, 105.0) == 9.0
    assert limiter.wait(ChatId(3), SendPriority.REPLY, 114.0) == 0


def test_two_chats_that_are_banned_for_hours_do_not_silence_all_others_for_so_long() -> None:
    """Each waits for its own time; whether the whole bot is meant is asked again after a minute."""
    limiter = RateLimiter(RatePolicy())
    limiter.flooded(ANNA, 40_000.0, 100.0)
    assert limiter.flooded(BEN, 43_000.0, 102.0) == Flood(43_000.0, 60.0)

    assert limiter.wait(ChatId(3), SendPriority.ALERT, 102.0) == 60.0
    assert limiter.wait(ChatId(3), SendPriority.ALERT, 162.0) == 0
    assert limiter.paused(ANNA, 162.0) == 39_938.0
    assert limiter.paused(BEN, 162.0) == 42_940.0


@pytest.mark.parametrize("asked_at", [130.0, 163.0])
def test_who_happens_to_be_asked_whether_the_bot_is_still_stopped_is_not_stopped_for_hours(asked_at: float) -> None:
    """Neither whoever was under way when the bot was stopped, nor whoever is asked after its rest."""
    limiter = RateLimiter(RatePolicy())
    limiter.flooded(ANNA, 40_000.0, 100.0)
    limiter.flooded(BEN, 43_000.0, 102.0)

    assert limiter.flooded(CARLA, 42_900.0, asked_at) == Flood(60.0)
    assert limiter.paused(CARLA, asked_at) == 60.0
    assert limiter.flooded(CARLA, 42_800.0, asked_at + 70.0) == Flood(42_800.0), "refused again, it is meant itself"


def test_after_a_rest_the_bot_rests_again_when_four_chats_in_a_row_are_refused() -> None:
    """A success that began among them means that each is its own affair; one that began before says nothing."""
    limiter, chats = RateLimiter(RatePolicy()), [ChatId(number) for number in range(3, 9)]
    limiter.flooded(ANNA, 3600.0, 100.0)
    limiter.flooded(BEN, 3600.0, 100.0)
    for chat in chats[:3]:
        assert limiter.flooded(chat, 3540.0, 160.0) == Flood(60.0)
    limiter.succeeded(GROUP, 159.9)
    assert limiter.flooded(chats[3], 3540.0, 160.0) == Flood(60.0, 60.0, confirmed=True)
    assert limiter.wait(GROUP, SendPriority.ALERT, 160.0) == 60.0

    limiter.succeeded(GROUP, 220.0)
    assert limiter.flooded(chats[4], 3480.0, 220.1) == Flood(3480.0), "others are reached: this one is meant"


@dataclass
class Telegram:
    """Refuses chats for as long as each is flooded, and answers a call after a moment; the time is in our hand."""

    floods: Mapping[ChatId, tuple[float, float]]
    """From when until when a chat is flooded."""
    limiter: RateLimiter = field(default_factory=lambda: RateLimiter(RatePolicy()))
    now: float = 0.0
    rested: float = 0.0
    refused: Counter[ChatId] = field(default_factory=Counter[ChatId])
    reached: Counter[ChatId] = field(default_factory=Counter[ChatId])
    air: deque[tuple[float, ChatId]] = field(default_factory=deque[tuple[float, ChatId]])
    """The calls under way: when each began, and for whom."""

    _STEP, _ANSWER = 0.1, 0.1

    def run(self, due: dict[ChatId, float], gap: float, until: float) -> None:
        """Send whoever is due his next message, the oldest first, and each a further one after `gap` seconds."""
        while self.now < until:
            self._land(due, gap)
            for chat in sorted((chat for chat, at in due.items() if at <= self.now), key=due.__getitem__):
                if self.limiter.wait(None, SendPriority.ALERT, self.now) > 0:
                    break
                if (wait := self.limiter.chat_wait(chat, SendPriority.ALERT, self.now)) > 0:
                    due[chat] = self.now + wait
                    continue
                self.limiter.take(chat, self.now)
                self.air.append((self.now, chat))
                due[chat] = math.inf
            self.rested += self._STEP if self.limiter.paused(None, self.now) > 0 else 0.0
            self.now += self._STEP

    def _land(self, due: dict[ChatId, float], gap: float) -> None:
        while self.air and self.air[0][0] + self._ANSWER <= self.now:
            began, chat = self.air.popleft()
            begins, ends = self.floods.get(chat, (math.inf, math.inf))
            if begins <= began < ends:
                self.refused[chat] += 1
                due[chat] = self.now + self.limiter.flooded(chat, ends - began, self.now).chat
            else:
                self.reached[chat] += 1
                self.limiter.succeeded(chat, began)
                due[chat] = began + gap


@pytest.mark.parametrize(
    ("flooded", "apart", "rests"), [(3, 0.0, 2), (3, 17.0, 2), (10, 0.0, 2), (10, 2.0, 2), (30, 0.0, 3)]
)
def test_flooded_chats_make_the_others_wait_a_few_times_at_most(flooded: int, apart: float, rests: int) -> None:
    """Whether they are refused at once or one after the other; each comes first as soon as the bot has rested."""
    ill = [ChatId(1000 + number) for number in range(flooded)]
    floods = {chat: (100.0 + number * apart, 3700.0 + number * apart) for number, chat in enumerate(ill)}
    healthy = [ChatId(number) for number in range(1, 21)]
    telegram = Telegram(floods=floods)
    telegram.run(dict.fromkeys(ill, 0.0) | dict.fromkeys(healthy, 0.1), gap=4.0, until=3700.0)

    assert telegram.rested <= 60 * rests + 1
    assert max(telegram.refused.values()) <= 3
    assert min(telegram.reached[chat] for chat in healthy) >= (3700 - 65 * rests) / 4.3


def test_a_bot_that_is_flooded_asks_few_and_goes_on_when_it_may() -> None:
    """Every chat is refused for an hour: each is asked twice at most, and nobody is stopped for longer than told."""
    chats = [ChatId(number) for number in range(1, 201)]
    telegram = Telegram(floods=dict.fromkeys(chats, (100.0, 3700.0)))
    telegram.run(dict.fromkeys(chats, 0.0), gap=20.0, until=3700.0)
    assert sum(telegram.refused.values()) <= 2 * len(chats)
    before = telegram.reached.copy()
    telegram.run(dict.fromkeys(chats, 3700.0), gap=20.0, until=3790.0)
    assert all(telegram.reached[chat] > before[chat] for chat in chats)


def test_an_earlier_process_cannot_silence_the_bot_for_hours() -> None:
    """It may have been told so, and have written it down; the bot asks after a minute."""
    limiter = RateLimiter(RatePolicy())
    limiter.pause(None, 3600.0, 100.0)
    assert limiter.paused(None, 100.0) == 60.0


def test_the_same_chat_flooded_twice_pauses_only_itself() -> None:
    """A chat that asks for patience again does not stop the others."""
    limiter = RateLimiter(RatePolicy())
    limiter.flooded(ANNA, 3.0, 100.0)

    assert limiter.flooded(ANNA, 3.0, 101.0) == Flood(3.0)
    assert limiter.wait(BEN, SendPriority.ALERT, 101.0) == 0


def test_the_chat_that_was_silent_for_longest_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """And none as long as there is room."""
    monkeypatch.setattr(RateLimiter, "_REMEMBERED", 3)
    limiter = RateLimiter(RatePolicy(messages_per_second=1000))
    for chat in (ANNA, BEN, CARLA, ANNA):
        limiter.take(chat, 100.0)
    assert all(limiter.chat_wait(chat, SendPriority.ALERT, 100.0) > 0 for chat in (ANNA, BEN, CARLA))

    limiter.take(GROUP, 100.0)
    assert limiter.chat_wait(BEN, SendPriority.ALERT, 100.0) == 0
    assert all(limiter.chat_wait(chat, SendPriority.ALERT, 100.0) > 0 for chat in (ANNA, CARLA))


def test_edits_and_callback_answers_count_for_the_bot_alone() -> None:
    """A call without a chat spends a token of the bot and of no chat."""
    limiter = RateLimiter(RatePolicy(messages_per_second=1.0))
    limiter.take(None, 100.0)

    assert limiter.wait(ANNA, SendPriority.REPLY, 100.0) > 0
    assert limiter.chat_wait(ANNA, SendPriority.ALERT, 100.0) == 0


def test_a_group_never_gets_more_than_twenty_in_any_minute() -> None:
    """Replies included: Telegram counts them all the same."""
    sent = run(RateLimiter(RatePolicy()), [GROUP] * 100, SendPriority.REPLY, 100.0, 200.0)

    assert busiest(sent, 60.0) == 20
    assert len(sent) >= 60, "and the allowance is really used"


def test_a_flood_of_an_earlier_process_is_kept_to() -> None:
    """A restart is no excuse; neither for a chat nor for the bot."""
    limiter = RateLimiter(RatePolicy())
    limiter.pause(ANNA, 30.0, 100.0)

    assert limiter.wait(ANNA, SendPriority.REPLY, 101.0) == 29.0
    assert limiter.paused(ANNA, 101.0) == 29.0
    assert limiter.wait(BEN, SendPriority.ALERT, 101.0) == 0
    limiter.pause(None, 60.0, 101.0)
    assert limiter.wait(BEN, SendPriority.ALERT, 101.0) == 60.0
    assert limiter.paused(None, 161.0) == 0


def test_one_chat_that_fails_again_and_again_stops_nobody() -> None:
    """It may hang for its own sake; the others go on as ever."""
    breaker = CircuitBreaker()
    for now in range(20):
        breaker.began(float(now))
        breaker.ended(ANNA, OutcomeUnknown("no answer"), float(now))

    assert breaker.most_calls(16, 0, 20.0) == 16
    assert breaker.wait(20.0) <= 0


def test_several_chats_in_a_row_mean_telegram() -> None:
    """Then one call at a time is tried, ever more seldom, until one arrives."""
    breaker, now = CircuitBreaker(), 100.0
    breaker.began(now)
    for chat in range(4):
        breaker.ended(ChatId(chat), NotSent("no connection"), now)
    assert breaker.most_calls(16, 0, now) == 1
    first = breaker.wait(now)
    assert first > 0

    now += first
    assert breaker.wait(now) <= 0
    breaker.began(now)
    breaker.ended(ChatId(9), NotSent("no connection"), now)
    assert breaker.wait(now) > first
    breaker.ended(ChatId(9), Delivered(MessageId(1)), now)
    assert breaker.most_calls(16, 3, now) == 16
    assert breaker.wait(now) <= 0


def test_a_try_that_hangs_holds_up_the_next_one_for_seconds_only() -> None:
    """It may be one of the chats that hang for their own sake."""
    breaker = CircuitBreaker()
    for chat in range(4):
        breaker.ended(ChatId(chat), OutcomeUnknown("no answer"), 100.0)
    breaker.began(100.0)
    assert breaker.most_calls(16, 1, 104.9) == 1
    assert breaker.most_calls(16, 1, 105.0) == 2
