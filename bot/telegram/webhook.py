"""
Receives updates by webhook: Telegram posts them to the web server, which confirms each once it is stored.

Every process takes updates, since a proxy may pass them to any. Only the leader sets the webhook and hands updates out;
what another process stored it finds in the store. One loop stores for all requests, so that those that come together
share a transaction, and no update is handed out by two ways.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from telegram import WebhookInfo
from telegram.error import TelegramError

from bot.core.delivery.delivery import Refused, TokenRefused
from bot.core.errors import StorageError, without_text
from bot.core.process_state import Leadership
from bot.services.retry import BackOff, Outage
from bot.telegram.api import errors
from bot.telegram.api.client import UPDATES, BotClient
from bot.telegram.update_intake import UpdateIntake
from bot.telegram.update_queue import StoredUpdateQueue, locate_error, store_back_off

_log = logging.getLogger(__name__)
_TOGETHER = 500
"""Updates stored in one transaction at most."""
_CONNECTIONS = 40
"""Requests that Telegram may have open at once; the web server keeps 64 connections."""
_BUSY = 1_000
"""Updates in hand with which a process looks for no more: each look reads them all."""
_LEADER_CHECK_SECONDS = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where Telegram delivers updates, and the secret that it sends along."""

    url: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookTiming:
    """How long the receiver waits for what."""

    look: timedelta = timedelta(seconds=1)
    """Between two looks for updates that another process stored."""
    check: timedelta = timedelta(seconds=60)
    """Between two questions whether the webhook is still ours."""
    grace: timedelta = timedelta(seconds=5)
    """For updates in hand at a stop."""


@dataclass(frozen=True, slots=True)
class _Arrival:
    """An update, and the request that waits until it is stored."""

    update: dict[str, Any]
    stored: asyncio.Future[None]

    def settle(self, error: StorageError | None) -> None:
        """Wake the request, unless it gave up."""
        if self.stored.done():
            return
        if error is None:
            self.stored.set_result(None)
        else:
            self.stored.set_exception(error)


class WebhookReceiver:
    """Keeps the webhook set and stores what is posted; `ready` is set once Telegram has taken the webhook."""

    def __init__(
        self,
        *,
        account: BotClient,
        webhook: Webhook,
        intake: UpdateIntake,
        queue: StoredUpdateQueue,
        outage: Outage,
        leadership: Leadership,
        beat: Callable[[bool], None],
        timing: WebhookTiming | None = None,
    ) -> None:
        self.ready = asyncio.Event()
        self._account = account
        self._webhook = webhook
        self._intake = intake
        self._queue = queue
        self._outage = outage
        self._leadership = leadership
        self._beat = beat
        self._timing = timing or WebhookTiming()
        self._arrivals: list[_Arrival] = []
        self._arrived = asyncio.Event()
        self._is_registered = False
        self._looked_at: float | None = None
        self._failed_at: datetime | None = None
        """When Telegram last failed to deliver, as far as it was logged."""
        self._stopping = asyncio.Event()

    async def receive(self, update: dict[str, Any]) -> None:
        """Return when an update is stored; raises `StorageError` when it is not, so that Telegram sends it again."""
        if self._stopping.is_set():
            raise StorageError("the process is stopping")
        arrival = _Arrival(update, asyncio.get_running_loop().create_future())
        self._arrivals.append(arrival)
        self._arrived.set()
        await arrival.stored

    async def run(self) -> TokenRefused | None:
        """Receive until `stop`; ends by itself only when Telegram refuses the token."""
        registering = asyncio.create_task(self._keep_registered())
        storing = asyncio.create_task(self._store_arrivals())
        try:
            await asyncio.wait((registering, storing), return_when=asyncio.FIRST_COMPLETED)
            if storing.done():
                storing.result()  # raises what nobody expected
            return registering.result() if registering.done() else None
        finally:
            self.stop()
            registering.cancel()
            await asyncio.gather(registering, storing, return_exceptions=True)
            self._decline(self._arrivals, StorageError("the process is stopping"))
            await self._queue.drain(self._timing.grace.total_seconds())

    def stop(self) -> None:
        """Take no more updates; `run` returns when what is in hand is handled. The webhook stays set."""
        self._stopping.set()
        self._arrived.set()
        self._queue.stop()

    async def _keep_registered(self) -> TokenRefused | None:
        """Set the webhook whenever this process becomes the leader, and again should somebody take it away."""
        back_off = BackOff(first=0.5, longest=15.0)
        while not self._stopping.is_set():
            if not self._leadership.is_ours():
                self._is_registered = False
                await self._rest(_LEADER_CHECK_SECONDS)
                continue
            try:
                await self._register()
                back_off.reset()
                await self._rest(self._timing.check.total_seconds())
            except TelegramError as error:
                outcome = errors.read(error)
                if isinstance(outcome, TokenRefused):
                    return outcome
                self._report(error, is_refused=isinstance(outcome, Refused))
                await self._rest(errors.ask_again_in(outcome, back_off.next()))
        return None

    async def _register(self) -> None:
        """Set the webhook unless Telegram still has it."""
        if self._is_registered:
            current = await self._account.get_webhook_info()
            self._outage.worked()
            self._report_delivery(current)
            if current.url == self._webhook.url:
                return
            _log.warning("webhook.replaced", extra={"why": "another program receives with this token; it is set again"})
        await self._account.set_webhook(
            self._webhook.url,
            secret_token=self._webhook.secret,
            allowed_updates=list(UPDATES),
            max_connections=_CONNECTIONS,
        )
        self._outage.worked()
        self._is_registered = True
        self.ready.set()

    def _report_delivery(self, current: WebhookInfo) -> None:
        """Log once what Telegram says of deliveries that failed: a proxy or certificate that only it can see."""
        if current.last_error_date is not None and current.last_error_date != self._failed_at:
            facts = {"error": current.last_error_message, "waiting": current.pending_update_count}
            _log.warning("webhook.not_delivered", extra=facts)
            self._failed_at = current.last_error_date

    def _report(self, error: TelegramError, *, is_refused: bool) -> None:
        if is_refused:
            _log.error("webhook.refused", extra={"error": error.message})
        else:
            self._outage.failed(error.message)

    async def _store_arrivals(self) -> None:
        """Store what is posted, and hand out what other processes stored, as long as this one is the leader."""
        back_off = store_back_off()
        while not self._stopping.is_set():
            arrivals = self._take()
            try:
                if self._looked_at is None:  # what was left unfinished came before what arrives now
                    await self._look_for_unfinished()
                if arrivals:
                    updates = [arrival.update for arrival in arrivals]
                    await self._intake.store(updates, may_submit=self._leadership.is_ours)
                    for arrival in arrivals:
                        arrival.settle(None)
                await self._look_for_unfinished()
            except StorageError as error:
                if not back_off.failures:
                    _log.error("updates.not_stored", extra={"error": error})
                self._decline(arrivals, error)
                self._beat(False)
                await self._rest(back_off.next())
            except Exception as error:
                _log.error("updates.failed", extra={"error": without_text(error), "where": locate_error(error)})
                self._decline(arrivals, StorageError("an update cannot be stored"))
                self._beat(False)
                await self._rest(back_off.next())
            else:
                back_off.reset()
                self._beat(self._is_registered or not self._leadership.is_ours())
                await self._wait_for_arrivals()

    async def _look_for_unfinished(self) -> None:
        """Hand out what another process stored, now and then; one with much in hand of its own looks later."""
        now = asyncio.get_running_loop().time()
        if not self._leadership.is_ours():
            self._looked_at = None
        elif len(self._queue.in_hand) < _BUSY and (
            self._looked_at is None or now - self._looked_at >= self._timing.look.total_seconds()
        ):
            await self._intake.submit_unfinished()
            self._looked_at = now

    def _take(self) -> list[_Arrival]:
        """Take what came together, without requests that gave up."""
        together, self._arrivals = self._arrivals[:_TOGETHER], self._arrivals[_TOGETHER:]
        if not self._arrivals:
            self._arrived.clear()
        return [arrival for arrival in together if not arrival.stored.done()]

    def _decline(self, arrivals: list[_Arrival], error: StorageError) -> None:
        for arrival in arrivals:
            arrival.settle(error)

    async def _wait_for_arrivals(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._arrived.wait(), self._timing.look.total_seconds())

    async def _rest(self, seconds: float) -> None:
        """Wait, but not longer than until a stop."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)
