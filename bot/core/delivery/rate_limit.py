"""
Rate limits of sending: token buckets for the bot and each chat, pauses that Telegram ordered, and a circuit breaker.

The circuit breaker lets single calls through while Telegram is away: trying the whole queue would only put all of it
off. A single chat that keeps failing is its own problem; several chats in a row mean Telegram.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass

from bot.core.delivery.delivery import NotSent, OutcomeUnknown, SendOutcome, SendPriority
from bot.core.ids import ChatId

_FEW = 1_000
_SECOND, _MINUTE = 1.06, 61.0
"""Each with room for what the network may bunch: calls that leave evenly do not arrive so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RatePolicy:
    """Rates in messages per second; the first fill is what may go at once after silence."""

    messages_per_second: float = 30.0
    first_fill_share: float = 0.1
    chat_per_second: float = 1.0
    group_per_minute: int = 20
    group_replies: int = 4
    """How many of these alerts leave to replies: who asks in a busy group waits for no minute to end."""
    reply_overdraft: float = 2.0
    """Messages by which replies may run ahead of a chat's rate; alerts wait until that is paid back."""
    storm_window: float = 5.0
    """Seconds within which a second flooded chat means that the whole bot is meant."""
    longest_storm: float = 60.0
    """Seconds the whole bot rests at most for floods of two chats."""
    most_doubt: int = 32
    """Chats in a row, with no success among them, that make the bot rest once it has rested often."""
    doubt_kept: float = 3600.0
    """Seconds without a rest after which two chats are enough again."""
    alert_share: float = 1 / 3
    """Of the bot's rate, what alerts get however many replies wait; a crowd that asks must not stop the news."""
    bulk_share: float = 0.1
    """The same for all that may wait: it goes last, and is never forgotten."""


@dataclass(frozen=True, slots=True)
class Flood:
    """What follows from a 429, in seconds from now on."""

    chat: float
    """For how long nothing is sent to the chat it was told about."""
    bot: float | None = None
    """For how long the whole bot rests; None: only the chat is meant."""
    confirmed: bool = False
    """It came when the bot asked whether it is still meant."""


@dataclass(slots=True)
class _Bucket:
    rate: float
    size: float
    tokens: float
    at: float
    times: deque[float] | None = None
    """When the last messages went; no more than there is room for within `window` seconds."""
    window: float = _MINUTE

    def fill(self, now: float) -> float:
        self.tokens = min(self.size, self.tokens + max(0.0, now - self.at) * self.rate)
        self.at = now
        return self.tokens

    def wait(self, now: float, floor: float = 1.0, spared: int = 0) -> float:
        """Give the seconds until `floor` tokens are there, and a place among the last ones that leaves `spared`."""
        delay = (floor - self.fill(now)) / self.rate
        if self.times is not None and self.times.maxlen is not None:
            most = max(1, self.times.maxlen - spared)
            if len(self.times) >= most:
                delay = max(delay, self.times[-most] + self.window - now)
        return max(0.0, delay)

    def give_back(self) -> None:
        self.tokens = min(self.size, self.tokens + 1.0)

    def take(self, now: float) -> None:
        self.fill(now)
        self.tokens -= 1.0
        if self.times is not None:
            self.times.append(now)


class _Storm:
    """
    Finds out whether floods of several chats are one flood of the whole bot.

    What speaks for it are chats refused in a row. A success that began later refutes it. The first time two chats are
    enough; each rest doubles that, so that any number of flooded chats makes the others wait a few times at most, while
    a bot that is really flooded asks a bounded number of chats.
    """

    def __init__(self, policy: RatePolicy) -> None:
        self._policy = policy
        self._doubts: dict[ChatId, float] = {}
        """The chats refused in a row, and when; none of them was known to be flooded."""
        self._known: dict[ChatId, float] = {}
        """Until when each flooded chat stays so, as far as Telegram said."""
        self._needed = 2
        self._last_refusal = self._last_rest = float("-inf")
        self.is_open = False
        """Whether the bot rested and no message has got through since."""

    def refused(self, chat: ChatId, delay: float, now: float) -> bool:
        """Note a refusal; returns whether it is news, as that of a chat known to be flooded is not."""
        if now - self._last_refusal > self._policy.storm_window:
            self._doubts.clear()
        self._last_refusal = now
        is_news = self._known.get(chat, now) <= now
        if is_news:
            self._doubts[chat] = now
        self._known[chat] = now + delay
        if len(self._known) > _FEW:
            self._known = {each: until for each, until in self._known.items() if until > now}
        return is_news

    def is_due(self, now: float) -> bool:
        """Say whether enough chats in a row were refused for the whole bot to rest."""
        if now - self._last_rest > self._policy.doubt_kept:
            self._needed = 2
        return len(self._doubts) >= self._needed

    def begin(self, now: float) -> None:
        """Note that the bot rests from now on."""
        self._doubts.clear()
        self._needed = min(2 * self._needed, self._policy.most_doubt)
        self._last_rest = now
        self.is_open = True

    def succeeded(self, chat: ChatId, began: float, rest_ends: float) -> None:
        """Note a message that got through, whose call began then."""
        if not (self._doubts or self._known or self.is_open):
            return
        self._known.pop(chat, None)
        self._doubts = {each: at for each, at in self._doubts.items() if at >= began and each != chat}
        if began >= rest_ends:
            self.is_open = False


class RateLimiter:
    """
    Decides when a call may go; keeps no clock of its own.

    Times are monotonic seconds. Edits and callback answers pass no chat: they count for the bot only.

    Of those who wait for the bot's rate replies go before alerts and alerts before the rest; but a rank that waits and
    has had less than its share goes before them.
    """

    _REMEMBERED = 50_000
    _ASKED = 0.6
    """Seconds for which somebody who asked counts as waiting: a little longer than the naps between two questions."""

    def __init__(self, policy: RatePolicy) -> None:
        self._policy = policy
        rate = policy.messages_per_second
        size = max(1.0, rate * policy.first_fill_share)
        times = deque[float](maxlen=max(1, int(rate * (1 + policy.first_fill_share) + 1e-6)))
        self._bot = _Bucket(rate, size, size, 0.0, times, _SECOND / min(rate, 1.0))
        self._chats: OrderedDict[ChatId, _Bucket] = OrderedDict()
        self._paused: dict[ChatId, float] = {}
        self._bot_paused_until = float("-inf")
        self._storm = _Storm(policy)
        self.waiting = dict.fromkeys(SendPriority, 0)
        """How many of a rank wait for the bot's rate; whoever waits counts himself."""
        self._asked = dict.fromkeys(SendPriority, float("-inf"))
        self._went = dict.fromkeys(SendPriority, float("-inf"))
        self._gaps = {
            share_of: 1 / (rate * share)
            for share_of, share in ((SendPriority.ALERT, policy.alert_share), (SendPriority.BULK, policy.bulk_share))
        }

    def wait(self, chat: ChatId | None, rank: SendPriority, now: float) -> float:
        """Estimate the seconds until such a call may go, 0 for now; those who go first have their tokens kept."""
        delay = self._bot.wait(now, 1.0 + self._kept(rank, now))
        if delay > 0 and rank in self._gaps:  # its own share may come before its turn
            delay = min(delay, max(self._bot.wait(now), self._due_in(rank, now)))
        delay = max(0.0, self._bot_paused_until - now, delay)
        if delay > 0:
            self._asked[rank] = now
        if chat is None:
            return delay
        return max(delay, self.chat_wait(chat, rank, now))

    def _kept(self, rank: SendPriority, now: float) -> float:
        """Count the tokens this rank has to leave to others."""
        if rank in self._gaps and self._due_in(rank, now) <= 0:
            return 0.0
        first = 0 if rank is SendPriority.REPLY else self.waiting[SendPriority.REPLY]
        if rank is SendPriority.BULK and self._waits(SendPriority.ALERT, now):
            first += 1
        due = sum(other > rank and self._waits(other, now) and self._due_in(other, now) <= 0 for other in self._gaps)
        # A bucket that holds one token has none to keep: then whoever asks first has it.
        return first + min(due, self._bot.size - 1.0)

    def _waits(self, rank: SendPriority, now: float) -> bool:
        return self.waiting[rank] > 0 or now - self._asked[rank] < self._ASKED

    def _due_in(self, rank: SendPriority, now: float) -> float:
        return self._went[rank] + self._gaps[rank] - now

    def chat_wait(self, chat: ChatId, rank: SendPriority, now: float) -> float:
        """Give the seconds for which this chat itself stands in the way, whatever the bot's rate."""
        pause = self.paused(chat, now)
        bucket = self._chats.get(chat)
        if bucket is None:
            return max(0.0, pause)
        if rank is SendPriority.REPLY:
            return max(0.0, pause, bucket.wait(now, 1.0 - self._policy.reply_overdraft))
        return max(0.0, pause, bucket.wait(now, spared=self._policy.group_replies))

    def paused(self, chat: ChatId | None, now: float) -> float:
        """Give the seconds a flood of this chat, or of the bot, still lasts."""
        pause = 0.0 if chat is None else self._paused.get(chat, 0.0) - now
        if chat is not None and pause <= 0:
            self._paused.pop(chat, None)
        return max(0.0, pause, self._bot_paused_until - now if chat is None else 0.0)

    def take(self, chat: ChatId | None, now: float, rank: SendPriority = SendPriority.ALERT) -> None:
        """Spend one message."""
        self._bot.take(now)
        self._went[rank] = now
        if chat is None:
            return
        bucket = self._chats.get(chat)
        if bucket is None:
            bucket = self._chats[chat] = self._new_bucket(chat, now)
            self._forget_idle()
        bucket.take(now)
        self._chats.move_to_end(chat)

    def flooded(self, chat: ChatId, delay: float, now: float) -> Flood:
        """
        Note Telegram's 429 to a call for this chat.

        Two chats within a few seconds may each be banned for hours, or the whole bot may be; so it rests for a minute
        at most and then asks. Whoever happens to be asked, or was under way when the rest began, rests no longer than
        the bot the first time; a chat that is refused again, or after others got theirs, is meant itself.
        """
        # What was refused told nobody anything: its place is given to another chat. The calls of a second stay bounded.
        self._bot.give_back()
        capped = min(delay, self._policy.longest_storm)
        is_resting = now < self._bot_paused_until
        is_asking = self._storm.is_open
        is_news = self._storm.refused(chat, delay, now)
        flood = Flood(capped if is_asking and is_news else delay)
        if not is_resting and self._storm.is_due(now):
            flood = Flood(flood.chat, capped, confirmed=is_asking)
            self.pause(None, capped, now)
        self.pause(chat, flood.chat, now)
        return flood

    def succeeded(self, chat: ChatId, began: float) -> None:
        """Note that a message to this chat is out, whose call began then: neither it nor the bot is flooded."""
        self._storm.succeeded(chat, began, self._bot_paused_until)

    def pause(self, chat: ChatId | None, delay: float, now: float) -> None:
        """Go on keeping to a flood of which an earlier process was told; the whole bot never rests for long."""
        if chat is None:
            self._bot_paused_until = max(self._bot_paused_until, now + min(delay, self._policy.longest_storm))
            self._storm.begin(now)
        else:
            self._paused[chat] = max(self._paused.get(chat, 0.0), now + delay)

    def _new_bucket(self, chat: ChatId, now: float) -> _Bucket:
        rate = self._policy.chat_per_second
        times: deque[float] | None = deque(maxlen=self._policy.group_per_minute) if chat < 0 else None
        return _Bucket(rate, 1.0, 1.0, now, times)

    def _forget_idle(self) -> None:
        while len(self._chats) > self._REMEMBERED:
            self._chats.popitem(last=False)


_CHATS_IN_A_ROW = 4
"""Chats in a row whose calls did not reach Telegram, after which one call at a time is tried."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 15.0
_HANGING = 5.0
"""Seconds after which a hanging call no longer delays the next try, since it may hang for its chat alone."""


class CircuitBreaker:
    """Limits the calls under way while Telegram is away, according to the outcomes; times are monotonic seconds."""

    def __init__(self) -> None:
        self._failed_chats: set[ChatId] = set()
        self._failed_tries = 0
        self._open_until = 0.0
        self._last_call_at = 0.0

    @property
    def is_open(self) -> bool:
        """Whether Telegram seems to be away."""
        return len(self._failed_chats) >= _CHATS_IN_A_ROW

    def began(self, now: float) -> None:
        """Note that a call begins."""
        self._last_call_at = now

    def ended(self, chat: ChatId, outcome: SendOutcome, now: float) -> None:
        """Note the outcome of a call to a chat."""
        if not isinstance(outcome, NotSent | OutcomeUnknown):
            self._failed_chats, self._failed_tries, self._open_until = set(), 0, 0.0
            return
        self._failed_chats.add(chat)
        if self.is_open:
            self._failed_tries += 1
            self._open_until = now + min(_FIRST_PAUSE * 2.0 ** min(self._failed_tries - 1, 10), _LONGEST_PAUSE)

    def most_calls(self, usual: int, under_way: int, now: float) -> int:
        """Return how many calls may be under way at once, usually `usual`."""
        if not self.is_open:
            return usual
        return 1 if now - self._last_call_at < _HANGING else under_way + 1

    def wait(self, now: float) -> float:
        """Return the seconds until the next call may be made; 0 or less: now."""
        return self._open_until - now
