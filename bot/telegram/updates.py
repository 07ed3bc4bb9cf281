"""
Receives updates: each is stored durably before it is confirmed to Telegram, and handled once.

What was received and not handled when the process died is handled first at the next start.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

from telegram.error import Conflict, TelegramError

from bot.core.delivery.delivery import TokenRefused
from bot.core.errors import StorageError
from bot.core.ports import Clock
from bot.core.process_state import Leadership, SoleLeader
from bot.core.repositories import UpdateRepository
from bot.services.retry import Outage
from bot.telegram.api import errors
from bot.telegram.api.client import BotClient
from bot.telegram.api.transport import RawPress
from bot.telegram.chat_executor import PerChatExecutor
from bot.telegram.update_queue import DeclinePress, Handle, Heed, StoredUpdateQueue, back_off, where

_log = logging.getLogger(__name__)
_LONGEST_NAP = 30.0
_CONFLICT_PAUSE = 3.0
_CONFLICT_SECONDS = 600.0
_OWN_POLL_SECONDS = 60.0
"""How long after a cut connection Telegram may still hold our own long poll and refuse the next one."""
_WEBHOOK_SECONDS = 60.0
_TOO_SOON = 0.25
"""Seconds an empty answer to a long poll takes at least, from a server that knows what that is."""
_HASTY_BEFORE_WORDS = 20
_GLANCE = 0.25
"""Seconds between two checks whether this process is the leader."""

Pause = Callable[[float], Awaitable[object]]


class UpdateReceiver:
    """The loop that asks Telegram for updates; `ready` is set by the first answer."""

    def __init__(
        self,
        *,
        account: BotClient,
        inbox: UpdateRepository,
        handle: Handle,
        failed: Handle,
        clock: Clock,
        ready: asyncio.Event,
        poll: timedelta = timedelta(seconds=25),
        grace: timedelta = timedelta(seconds=5),
        pause: Pause | None = None,
        leadership: Leadership | None = None,
        beat: Callable[[bool], None] = lambda succeeded: None,
        outage: Outage | None = None,
        heed: Heed = lambda raw: False,
        decline: Handle | None = None,
        decline_press: DeclinePress | None = None,
        lanes: PerChatExecutor | None = None,
    ) -> None:
        self._account = account
        self._inbox = inbox
        self._clock = clock
        self._poll = poll
        self._grace = grace
        self._pause = pause or self._rest
        self._leadership = leadership or SoleLeader()
        self._beat = beat
        self._outage = outage or Outage("telegram", clock)
        self._offset = 0
        self._is_unclear = False
        """Whether the last attempt to store updates failed, and may have stored them all the same."""
        self._hasty = 0
        self._conflict_told_at: float | None = None
        self._webhook_deleted_at: float | None = None
        self._stopping = asyncio.Event()
        self._ready = ready
        self._queue = StoredUpdateQueue(
            account=account,
            inbox=inbox,
            handle=handle,
            failed=failed,
            decline=decline or failed,
            decline_press=decline_press or _leave,
            heed=heed,
            clock=clock,
            pause=self._pause,
            lanes=lanes or PerChatExecutor(),
            stopping=self._stopping,
        )

    async def run(self) -> TokenRefused | None:
        """Receive until `stop`; ends by itself only when Telegram refuses the token."""
        try:
            return await self._loop()
        finally:
            await self._queue.drain(self._grace.total_seconds())

    def stop(self) -> None:
        """End the long poll; `run` returns when what is in hand is handled."""
        self._stopping.set()

    async def _loop(self) -> TokenRefused | None:
        while not self._stopping.is_set():
            if not self._leadership.is_ours():
                self._beat(True)  # that is all there is to do
                await self._rest(_GLANCE)
            elif (refused := await self._serve()) is not None:
                return refused
        return None

    async def _serve(self) -> TokenRefused | None:
        """Receive as long as this process is the leader; earlier updates are handled first."""
        failures, self._offset = 0, 0
        while self._goes_on():
            try:
                await self._take_up()
                break
            except StorageError as error:
                _log.error("updates.not_listed", extra={"error": error})
                failures += 1
                await self._pause(back_off(failures))
        failures = 0
        while self._goes_on():
            try:
                await self._once()
                failures = 0
            except TelegramError as error:
                outcome = errors.read(error)
                if isinstance(outcome, TokenRefused):
                    return outcome
                failures += 1
                await self._after(error, failures)
            except StorageError as error:
                failures += 1
                if failures == 1:
                    _log.error("updates.not_stored", extra={"error": error})
                await self._pause(back_off(failures))
            except Exception as error:
                failures += 1
                _log.error("updates.failed", extra={"error": type(error).__name__, "where": where(error)})
                await self._pause(back_off(failures))
        return None

    def _goes_on(self) -> bool:
        self._beat(False)
        return not self._stopping.is_set() and self._leadership.is_ours()

    async def _take_up(self) -> None:
        """Handle what was received and is neither finished nor in hand: by an earlier process, or by us unawares."""
        in_hand = self._queue.in_hand  # looked at first: what is finished meanwhile may still be listed
        for update_id, text in await self._inbox.list_unfinished():
            if update_id not in in_hand:
                self._queue.submit(update_id, json.loads(text))

    async def _once(self) -> None:
        # The first question does not wait, so that `ready` comes at once.
        wait = self._poll if self._ready.is_set() else timedelta(0)
        seconds = asyncio.get_running_loop().time
        asked_at = seconds()
        is_new = await self._keep(await self._ask(wait))
        self._beat(True)
        is_hasty = wait and not is_new and seconds() - asked_at < _TOO_SOON and self._goes_on()
        self._hasty = self._hasty + 1 if is_hasty else 0
        if is_hasty:
            if self._hasty == _HASTY_BEFORE_WORDS:
                _log.warning("updates.no_long_polls", extra={"why": "the server has nothing new and says so at once"})
            await self._pause(_TOO_SOON)

    async def _keep(self, updates: Sequence[dict[str, Any]]) -> bool:
        """Store what came and hand it out in Telegram's order; returns whether anything was new."""
        if not updates:
            return False
        by_id = {int(each["update_id"]): each for each in updates}
        kept = sorted(by_id)
        was_unclear, self._is_unclear = self._is_unclear, True
        new = set(await self._inbox.receive([(each, json.dumps(by_id[each])) for each in kept], self._clock.now()))
        if was_unclear:  # an earlier attempt failed and may have stored some, which are not new any more
            await self._take_up()
        else:
            for each in kept:
                if each in new:
                    self._queue.submit(each, by_id[each])
        self._is_unclear = False
        self._offset = kept[-1] + 1
        return bool(new)

    async def _ask(self, wait: timedelta) -> tuple[dict[str, Any], ...]:
        """Ask Telegram; a stop or the loss of leadership cancels only this call, never one to the store."""
        poll = asyncio.create_task(self._account.list_updates(self._offset, wait))
        stop = asyncio.create_task(self._stopping.wait())
        try:
            while not poll.done() and self._goes_on():
                await asyncio.wait((poll, stop), timeout=_GLANCE, return_when=asyncio.FIRST_COMPLETED)
            if not poll.done():
                return ()
            updates = poll.result()
            self._outage.worked()
        finally:
            for task in (poll, stop):
                task.cancel()
            await asyncio.gather(poll, stop, return_exceptions=True)
        self._ready.set()
        return updates

    async def _rest(self, seconds: float) -> None:
        """Wait, but not longer than until a stop."""
        left = seconds
        while left > 0 and not self._stopping.is_set():
            self._beat(False)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), min(left, _LONGEST_NAP))
            left -= _LONGEST_NAP

    async def _after(self, error: TelegramError, failures: int) -> None:
        """Say once what is wrong, and wait."""
        pause = back_off(failures)
        if isinstance(error, Conflict) and "webhook" in error.message.lower():
            await self._drop_webhook()
        elif isinstance(error, Conflict):
            await self._leadership.confirm()  # another process may have taken it while we were slow
            if not self._outage.was_within(_OWN_POLL_SECONDS):
                self._tell_of_conflict()
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

    def _tell_of_conflict(self) -> None:
        """Log that somebody else polls the same updates; single polls may still succeed in between."""
        now = self._clock.monotonic()
        if self._conflict_told_at is None or now - self._conflict_told_at > _CONFLICT_SECONDS:
            _log.warning("updates.other_receiver", extra={"why": "another program receives with this token"})
        self._conflict_told_at = now


async def _leave(press: RawPress) -> None:
    """Do nothing: the default for declined presses."""
