"""How fast the bot may speak: token buckets for the bot and each chat, and pauses that Telegram ordered."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from bot.core.delivery import Rank
from bot.core.ids import ChatId


@dataclass(frozen=True, slots=True, kw_only=True)
class RatePolicy:
    """Rates in messages per second; the first fill is what may go at once after silence."""

    messages_per_second: float = 30.0
    first_fill_share: float = 0.1
    chat_per_second: float = 1.0
    group_per_minute: float = 20.0
    reply_overdraft: float = 2.0
    """Messages by which replies may run ahead of a chat's rate; alerts wait until that is paid back."""
    storm_window: float = 5.0
    """Seconds within which a second flooded chat means that the whole bot is meant."""


@dataclass(slots=True)
class _Bucket:
    rate: float
    size: float
    tokens: float
    at: float

    def fill(self, now: float) -> float:
        self.tokens = min(self.size, self.tokens + max(0.0, now - self.at) * self.rate)
        self.at = now
        return self.tokens

    def wait(self, now: float, floor: float = 1.0) -> float:
        """Give the seconds until `floor` tokens are there."""
        return max(0.0, (floor - self.fill(now)) / self.rate)


class Limiter:
    """
    Decides when a call may go; keeps no clock of its own.

    Times are monotonic seconds. Edits and callback answers pass no chat: they count for the bot only.
    """

    _REMEMBERED = 50_000

    def __init__(self, policy: RatePolicy) -> None:
        self._policy = policy
        size = max(1.0, policy.messages_per_second * policy.first_fill_share)
        self._bot = _Bucket(policy.messages_per_second, size, size, 0.0)
        self._chats: OrderedDict[ChatId, _Bucket] = OrderedDict()
        self._paused: dict[ChatId, float] = {}
        self._bot_paused_until = 0.0
        self._last_flood: tuple[ChatId | None, float] = (None, float("-inf"))
        self.waiting_replies = 0

    def wait(self, chat: ChatId | None, rank: Rank, now: float) -> float:
        """Estimate the seconds until such a call may go, 0 for now; waiting replies have their tokens kept."""
        reserved = 0 if rank is Rank.REPLY else self.waiting_replies
        delay = max(self._bot_paused_until - now, self._bot.wait(now, 1.0 + reserved))
        if chat is None:
            return max(0.0, delay)
        return max(0.0, delay, self.chat_wait(chat, rank, now))

    def chat_wait(self, chat: ChatId, rank: Rank, now: float) -> float:
        """Give the seconds for which this chat itself stands in the way, whatever the bot's rate."""
        pause = self._paused.get(chat, 0.0) - now
        if pause <= 0:
            self._paused.pop(chat, None)
        bucket = self._chats.get(chat)
        if bucket is None:
            return max(0.0, pause)
        floor = 1.0 - self._policy.reply_overdraft if rank is Rank.REPLY else 1.0
        return max(0.0, pause, bucket.wait(now, floor))

    def take(self, chat: ChatId | None, now: float) -> None:
        """Spend one message."""
        self._bot.fill(now)
        self._bot.tokens -= 1.0
        if chat is None:
            return
        bucket = self._chats.get(chat)
        if bucket is None:
            bucket = self._chats[chat] = self._new_bucket(chat, now)
            self._forget_idle()
        bucket.fill(now)
        bucket.tokens -= 1.0
        self._chats.move_to_end(chat)

    def flooded(self, chat: ChatId | None, delay: float, now: float) -> bool:
        """Note Telegram's 429; returns whether it stopped the whole bot."""
        last_chat, last_at = self._last_flood
        self._last_flood = (chat, now)
        if chat is None or (last_chat != chat and now - last_at <= self._policy.storm_window):
            self._bot_paused_until = max(self._bot_paused_until, now + delay)
            return True
        self._paused[chat] = max(self._paused.get(chat, 0.0), now + delay)
        return False

    def _new_bucket(self, chat: ChatId, now: float) -> _Bucket:
        if chat < 0:
            rate = self._policy.group_per_minute / 60.0
            return _Bucket(rate, 3.0, 3.0, now)
        return _Bucket(self._policy.chat_per_second, 1.0, 1.0, now)

    def _forget_idle(self) -> None:
        while len(self._chats) > self._REMEMBERED:
            self._chats.popitem(last=False)
