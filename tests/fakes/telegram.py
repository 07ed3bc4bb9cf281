"""Telegram as the sender sees it: a messenger and a rate limiter whose answers a test decides."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field

from bot.core.chat import Chat
from bot.core.delivery.alert import Alert, Summary
from bot.core.delivery.delivery import Delivered, Delivery, SendOutcome, SendPriority
from bot.core.delivery.rules import SentAlert
from bot.core.ids import ChatId, MessageId
from bot.demo.telegram_server.clock import HANG_SECONDS


@dataclass(frozen=True, slots=True)
class Call:
    """One message somebody tried to send."""

    delivery: Delivery
    alert: Alert | None
    summary: Summary | None
    edits: MessageId | None = None

    @property
    def chat(self) -> int:
        """Whom it was for."""
        return self.delivery.chat_id


class FakeMessenger:
    """The `Messenger` port: says Delivered, or what was scripted for a chat; a chat may also hang until let go."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._scripts: dict[int, deque[SendOutcome | Exception]] = {}
        self._hanging: dict[int, asyncio.Event] = {}
        self._bell = asyncio.Condition()

    def answer(self, chat: int, *outcomes: SendOutcome | Exception) -> None:
        """Script what comes of the next messages to a chat; an exception is raised."""
        self._scripts.setdefault(chat, deque()).extend(outcomes)

    def hang(self, chat: int) -> asyncio.Event:
        """Give no answer to a chat until the event is set."""
        return self._hanging.setdefault(chat, asyncio.Event())

    def let_go(self) -> None:
        """Let all chats hang no longer."""
        for event in self._hanging.values():
            event.set()

    async def called(self, times: int, chat: int | None = None) -> None:
        """Wait until so many messages were tried, in all or for one chat."""
        async with asyncio.timeout(HANG_SECONDS), self._bell:
            await self._bell.wait_for(lambda: len([c for c in self.calls if chat in (None, c.chat)]) >= times)

    async def send_alert(self, delivery: Delivery, alert: Alert, summary: Summary) -> SendOutcome:
        """Note it and answer."""
        return await self._answer(Call(delivery, alert, summary))

    async def edit_alert(self, sent: SentAlert, alert: Alert, summary: Summary) -> SendOutcome:
        """Note it and answer."""
        return await self._answer(Call(sent.delivery, alert, summary, edits=sent.message_id))

    async def send_notice(self, delivery: Delivery, chat: Chat | None) -> SendOutcome:
        """Note it and answer."""
        return await self._answer(Call(delivery, None, None))

    async def _answer(self, call: Call) -> SendOutcome:
        self.calls.append(call)
        async with self._bell:
            self._bell.notify_all()
        if event := self._hanging.get(call.chat):
            await event.wait()
        script = self._scripts.get(call.chat)
        outcome = script.popleft() if script else Delivered(MessageId(1000 + len(self.calls)))
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


@dataclass
class FakeRateLimiter:
    """The `SendRateLimiter` port: open, unless a test says how long to wait for the bot or for a chat."""

    bot_wait: float = 0.0
    chat_waits: dict[int, float] = field(default_factory=dict)
    taken: list[ChatId | None] = field(default_factory=list)
    outcomes: list[tuple[ChatId, SendOutcome]] = field(default_factory=list)
    pauses: dict[int, float] = field(default_factory=dict)
    """Seconds for which a chat takes not even edits."""

    def next_call(self, under_way: int, most: int) -> float:
        """Say what the test set, or to look again while too many are under way."""
        return self.wait(None, SendPriority.ALERT) or (0.05 if under_way >= most else 0.0)

    def begin(self) -> None:
        """Do nothing."""

    def wait(self, chat: ChatId | None, rank: SendPriority) -> float:
        """Say what the test set."""
        return self.bot_wait

    def chat_wait(self, chat: ChatId, rank: SendPriority, *, is_edit: bool = False) -> float:
        """Say what the test set."""
        return (self.pauses if is_edit else self.chat_waits).get(chat, 0.0)

    def take(self, chat: ChatId | None, rank: SendPriority = SendPriority.ALERT) -> None:
        """Note it."""
        self.taken.append(chat)

    def ended(self, chat: ChatId, outcome: SendOutcome, began: float, *, is_edit: bool) -> SendOutcome:
        """Note it."""
        self.outcomes.append((chat, outcome))
        return outcome
