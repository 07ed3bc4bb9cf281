"""
Broadcasts: previewed and confirmed in the chat, queued in portions, sent by the one sender after everything else.

All that a restart needs is stored: how far queueing got, and one delivery for each chat, which gets no second one. The
log tells who sent one, when and to how many, and never its text.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from bot.core import broadcast
from bot.core.broadcast import Broadcast, BroadcastCounts, BroadcastRepository, BroadcastState
from bot.core.delivery.delivery import Delivery, Dropped, NextStep, SendOutcome, UnsentReason
from bot.core.ids import BroadcastId, ChatId, MessageId, ThreadId, UserId
from bot.core.ports import Clock
from bot.core.process_state import Leadership
from bot.services.message import Call

_log = logging.getLogger(__name__)
_DRAFT_LIFETIME = timedelta(hours=1)
_PORTION = 250
"""
Chats queued or dropped in one transaction, for which an alert that is to be stored meanwhile waits. Twice a second this
is still many times what Telegram takes.
"""
_SHOW_EVERY_SECONDS = 5.0

Send = Callable[[Delivery, str], Awaitable[SendOutcome]]
Show = Callable[[Broadcast, BroadcastCounts], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastService:
    """What operators do with broadcasts, and the preparation of their messages."""

    broadcasts: BroadcastRepository
    clock: Clock

    async def draft(self, user_id: UserId, chat_id: ChatId, thread_id: ThreadId, text: str) -> tuple[BroadcastId, int]:
        """Store a text that was previewed; also returns how many chats would get it."""
        broadcast_id = await self.broadcasts.add_draft(user_id, chat_id, thread_id, text, self.clock.now())
        return broadcast_id, await self.broadcasts.count_receivers()

    async def start(self, broadcast_id: BroadcastId, message_id: MessageId) -> Broadcast | None:
        """Begin to send a draft; None where it is older than an hour, or was confirmed or cancelled before."""
        oldest = self.clock.now() - _DRAFT_LIFETIME
        started = await self.broadcasts.start(broadcast_id, message_id, oldest)
        if started is not None:
            _log.info("broadcast.started", extra=_facts(started))
        return started

    async def cancel(self, broadcast_id: BroadcastId) -> bool:
        """Delete a draft; returns whether there was one."""
        return await self.broadcasts.cancel(broadcast_id)

    async def stop(self, broadcast_id: BroadcastId) -> tuple[Broadcast, BroadcastCounts] | None:
        """Let nothing more be sent; None where it does not run any more."""
        stopped = await self.broadcasts.stop(broadcast_id)
        if stopped is None:
            return None
        _log.info("broadcast.stopped", extra=_facts(stopped))
        return stopped, await self.broadcasts.count(broadcast_id)

    async def find_text(self, delivery: Delivery) -> str | NextStep:
        """Return the text a delivery is to bring, or what follows where it is not to be sent any more."""
        broadcast_id = broadcast.read_key(delivery.key)
        found = None if broadcast_id is None else await self.broadcasts.find(broadcast_id)
        if found is None or not found.text:
            return Dropped(UnsentReason.FORGOTTEN)
        return Dropped(UnsentReason.STOPPED) if found.is_stopped else found.text


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastPreparation:
    """Prepares the messages of broadcasts for the sender."""

    service: BroadcastService
    send: Send

    async def __call__(self, delivery: Delivery) -> Call | NextStep:
        """Give the call, or what follows where there is none to make."""
        text = await self.service.find_text(delivery)
        if not isinstance(text, str):
            return text
        return lambda: self.send(delivery, text)


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastLoop:
    """Queues the messages of running broadcasts in portions, drops those of stopped ones, and shows the progress."""

    broadcasts: BroadcastRepository
    clock: Clock
    leadership: Leadership
    queued: Callable[[], None]
    show: Show
    _shown_at: dict[BroadcastId, float] = field(default_factory=dict)

    async def __call__(self) -> None:
        """Do the next portion of each; only the process that sends does it."""
        if not self.leadership.is_ours():
            return
        for running in await self.broadcasts.list_running():
            await self._go_on(running)

    async def _go_on(self, running: Broadcast) -> None:
        now, left = self.clock.now(), 0
        match running.state:
            case BroadcastState.QUEUEING:
                await self.broadcasts.queue_more(running.id, _PORTION, now)
                self.queued()
                left = 1
            case BroadcastState.STOPPING:
                left = await self.broadcasts.drop_more(running.id, _PORTION, now)
        moment = self.clock.monotonic()
        is_recent = moment - self._shown_at.get(running.id, float("-inf")) < _SHOW_EVERY_SECONDS
        if left and is_recent:
            return  # counting costs more than a portion
        counts = await self.broadcasts.count(running.id)
        is_over = not left and not counts.waiting
        if is_over:
            await self._finish(running, counts)
        elif not is_recent:
            self._shown_at[running.id] = moment
            await self.show(running, counts)

    async def _finish(self, running: Broadcast, counts: BroadcastCounts) -> None:
        await self.broadcasts.finish(running.id)
        self._shown_at.pop(running.id, None)
        facts = {"sent": counts.sent, "unreachable": counts.unreachable, "refused": counts.refused}
        _log.info("broadcast.finished", extra=_facts(running) | facts)
        finished = await self.broadcasts.find(running.id)
        await self.show(finished or running, counts)


def _facts(running: Broadcast) -> dict[str, object]:
    return {"broadcast": running.id, "user": running.user_id, "chats": running.chats}
