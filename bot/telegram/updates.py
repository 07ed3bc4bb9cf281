"""
Receives updates: each is stored durably before it is confirmed to Telegram, and handled once.

What was received and not handled when the process died is handled first at the next start.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from telegram.error import Conflict, TelegramError

from bot.core.delivery.delivery import TokenRefused
from bot.core.errors import StorageError, without_text
from bot.core.ports import Clock
from bot.core.process_state import Leadership
from bot.core.repositories import UpdateRepository
from bot.services.retry import BackOff, Outage
from bot.telegram.api import errors
from bot.telegram.api.client import BotClient
from bot.telegram.update_intake import UpdateIntake
from bot.telegram.update_queue import StoredUpdateQueue, locate_error, store_back_off

_log = logging.getLogger(__name__)
_LONGEST_NAP = 30.0
_CONFLICT_PAUSE = 3.0
_CONFLICT_SECONDS = 600.0
_OWN_POLL_SECONDS = 60.0
"""How long after a cut connection Telegram may still hold our own long poll and refuse the next one."""
_WEBHOOK_SECONDS = 60.0
_SHORT_POLL_PAUSE = 0.25
"""Seconds an empty answer to a long poll takes at least, from a server that knows what that is."""
_SHORT_POLLS_BEFORE_WARNING = 20
_CHECK_SECONDS = 0.25
"""Seconds between two checks whether this process is the leader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollTiming:
    """How long the receiver waits for what."""

    poll: timedelta = timedelta(seconds=25)
    """A long poll."""
    grace: timedelta = timedelta(seconds=5)
    """For updates in hand at a stop."""
    pause: Callable[[float], Awaitable[object]] | None = None
    """Waits between attempts; None: until a stop at most."""


class UpdateReceiver:
    """The loop that asks Telegram for updates; `ready` is set by the first answer."""

    def __init__(
        self,
        *,
        account: BotClient,
        inbox: UpdateRepository,
        queue: StoredUpdateQueue,
        clock: Clock,
        outage: Outage,
        leadership: Leadership,
        beat: Callable[[bool], None],
        timing: PollTiming | None = None,
    ) -> None:
        self.ready = asyncio.Event()
        self._account = account
        self._intake = UpdateIntake(inbox=inbox, queue=queue, clock=clock)
        self._queue = queue
        self._clock = clock
        self._outage = outage
        self._leadership = leadership
        self._beat = beat
        self._timing = timing or PollTiming()
        self._pause = self._timing.pause or self._rest
        self._offset = 0
        self._short_polls = 0
        self._conflict_logged_at: float | None = None
        self._webhook_deleted_at: float | None = None
        self._stopping = asyncio.Event()

    async def run(self) -> TokenRefused | None:
        """Receive until `stop`; ends by itself only when Telegram refuses the token."""
        try:
            while not self._stopping.is_set():
                if not self._leadership.is_ours():
                    self._beat(True)  # that is all there is to do
                    await self._rest(_CHECK_SECONDS)
                elif (refused := await self._receive()) is not None:
                    return refused
            return None
        finally:
            await self._queue.drain(self._timing.grace.total_seconds())

    def stop(self) -> None:
        """End the long poll; `run` returns when what is in hand is handled."""
        self._stopping.set()
        self._queue.stop()

    async def _receive(self) -> TokenRefused | None:
        """Receive as long as this process is the leader; earlier updates are handled first."""
        self._offset = 0
        await self._resume_unfinished()
        back_off = store_back_off()
        while self._goes_on():
            try:
                await self._receive_once()
                back_off.reset()
            except TelegramError as error:
                outcome = errors.read(error)
                if isinstance(outcome, TokenRefused):
                    return outcome
                await self._handle_error(error, back_off)
            except StorageError as error:
                if not back_off.failures:
                    _log.error("updates.not_stored", extra={"error": error})
                await self._pause(back_off.next())
            except Exception as error:
                _log.error("updates.failed", extra={"error": without_text(error), "where": locate_error(error)})
                await self._pause(back_off.next())
        return None

    async def _resume_unfinished(self) -> None:
        """Handle what an earlier process received and did not finish; retried until the store lists it."""
        back_off = store_back_off()
        while self._goes_on():
            try:
                await self._intake.submit_unfinished()
                return
            except StorageError as error:
                _log.error("updates.not_listed", extra={"error": error})
                await self._pause(back_off.next())

    def _goes_on(self) -> bool:
        self._beat(False)
        return not self._stopping.is_set() and self._leadership.is_ours()

    async def _receive_once(self) -> None:
        """Ask once, store what came, and hand it out."""
        # The first question does not wait, so that `ready` comes at once.
        wait = self._timing.poll if self.ready.is_set() else timedelta(0)
        seconds = asyncio.get_running_loop().time
        asked_at = seconds()
        is_new = await self._store(await self._ask(wait))
        self._beat(True)
        is_short = wait and not is_new and seconds() - asked_at < _SHORT_POLL_PAUSE and self._goes_on()
        self._short_polls = self._short_polls + 1 if is_short else 0
        if is_short:
            if self._short_polls == _SHORT_POLLS_BEFORE_WARNING:
                _log.warning("updates.no_long_polls", extra={"why": "the server has nothing new and says so at once"})
            await self._pause(_SHORT_POLL_PAUSE)

    async def _store(self, updates: Sequence[dict[str, Any]]) -> bool:
        """Store what came and submit it in Telegram's order; returns whether anything was new."""
        if not updates:
            return False
        is_new = await self._intake.store(updates)
        self._offset = max(int(update["update_id"]) for update in updates) + 1
        return is_new or any("inline_query" in update for update in updates)

    async def _ask(self, wait: timedelta) -> tuple[dict[str, Any], ...]:
        """Ask Telegram; a stop or the loss of leadership cancels only this call, never one to the store."""
        poll = asyncio.create_task(self._account.list_updates(self._offset, wait))
        stop = asyncio.create_task(self._stopping.wait())
        try:
            while not poll.done() and self._goes_on():
                await asyncio.wait((poll, stop), timeout=_CHECK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if not poll.done():
                return ()
            updates = poll.result()
            self._outage.worked()
        finally:
            for task in (poll, stop):
                task.cancel()
            await asyncio.gather(poll, stop, return_exceptions=True)
        self.ready.set()
        return updates

    async def _rest(self, seconds: float) -> None:
        """Wait, but not longer than until a stop."""
        left = seconds
        while left > 0 and not self._stopping.is_set():
            self._beat(False)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), min(left, _LONGEST_NAP))
            left -= _LONGEST_NAP

    async def _handle_error(self, error: TelegramError, back_off: BackOff) -> None:
        """Say once what is wrong, and wait."""
        pause = back_off.next()
        if isinstance(error, Conflict) and "webhook" in error.message.lower():
            await self._drop_webhook()
        elif isinstance(error, Conflict):
            await self._leadership.confirm()  # another process may have taken it while we were slow
            if not self._outage.was_within(_OWN_POLL_SECONDS):
                self._log_conflict()
            pause = _CONFLICT_PAUSE
        else:
            self._outage.failed(error.message)
        await self._pause(errors.ask_again_in(errors.read(error), pause))

    async def _drop_webhook(self) -> None:
        """Take back a webhook somebody set since the start; not all the time, should it be set again and again."""
        now = self._clock.monotonic()
        if self._webhook_deleted_at is not None and now - self._webhook_deleted_at < _WEBHOOK_SECONDS:
            return
        self._webhook_deleted_at = now
        _log.warning("updates.webhook_deleted", extra={"why": "one was set, and this bot asks for its updates"})
        with contextlib.suppress(TelegramError):  # the next question shows whether it is gone
            await self._account.delete_webhook()

    def _log_conflict(self) -> None:
        """Log that somebody else polls the same updates; single polls may still succeed in between."""
        now = self._clock.monotonic()
        if self._conflict_logged_at is None or now - self._conflict_logged_at > _CONFLICT_SECONDS:
            _log.warning("updates.other_receiver", extra={"why": "another program receives with this token"})
        self._conflict_logged_at = now
