"""A handler of updates that a test tells what to do, and a receiver around it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from telegram import Update

from bot.core.ports import Clock
from bot.core.process_state import Leadership, SoleLeader
from bot.core.repositories import UpdateRepository
from bot.services.retry import Outage
from bot.telegram.api.client import BotClient
from bot.telegram.api.transport import RawPress
from bot.telegram.update_queue import PerChatExecutor, StoredUpdateQueue, UpdateHandler
from bot.telegram.updates import PollTiming, UpdateReceiver


class QuietHandler:
    """Handles everything by doing nothing; no press exceeds its limit."""

    def is_exceeded(self, press: RawPress) -> bool:
        """Let every press in."""
        return False

    async def handle(self, update: Update) -> None:
        """Do nothing."""

    async def report_failure(self, update: Update) -> None:
        """Say nothing."""

    async def decline(self, update: Update) -> None:
        """Say nothing."""

    async def decline_press(self, press: RawPress) -> None:
        """Say nothing."""


def make_receiver(
    account: BotClient,
    inbox: UpdateRepository,
    handler: UpdateHandler,
    clock: Clock,
    *,
    leadership: Leadership | None = None,
    beat: Callable[[bool], None] = lambda succeeded: None,
    pause: Callable[[float], Awaitable[object]] | None = None,
    grace: timedelta = timedelta(seconds=5),
) -> UpdateReceiver:
    """Make a receiver with a queue of its own."""
    queue = StoredUpdateQueue(
        account=account, inbox=inbox, handler=handler, executor=PerChatExecutor(), clock=clock, pause=pause
    )
    return UpdateReceiver(
        account=account,
        inbox=inbox,
        queue=queue,
        clock=clock,
        outage=Outage("telegram", clock),
        leadership=leadership or SoleLeader(),
        beat=beat,
        timing=PollTiming(pause=pause, grace=grace),
    )
