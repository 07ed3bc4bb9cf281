"""`stichwort run`: open everything, start the loops, and close everything in reverse."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Awaitable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import IO, TypeVar

from bot.app import database, identity
from bot.app.exits import Exit
from bot.app.parts import Parts, open_parts
from bot.chat.account import TokenRefusedError
from bot.clock import WallClock
from bot.core.errors import StorageError
from bot.settings.model import Settings

_log = logging.getLogger(__name__)
GRACE = timedelta(seconds=5)
_POLL_GRACE_SECONDS = 2.0
_TOKEN_REFUSED = "stichwort: telegram.token: Telegram does not accept this token"

Result = TypeVar("Result")


async def run(
    settings: Settings, *, clock_file: Path | None, patience: timedelta = database.PATIENCE, grace: timedelta = GRACE
) -> int:
    """
    Run the bot until it is told to stop; gives the exit code.

    `patience` is for a database that is not there at the start, `grace` for what is under way at the stop.
    """
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    with contextlib.ExitStack() as locks:
        try:
            lock = _take_lock(settings)
        except OSError as error:
            print(f"stichwort: database: its folder cannot be written to ({error.strerror})", file=sys.stderr)
            return Exit.DATABASE
        if lock is None:
            print("stichwort: already running on this database", file=sys.stderr)
            return Exit.BUSY
        locks.enter_context(lock)
        try:
            return await _open_and_serve(settings, WallClock(clock_file), stop, patience, grace)
        except StorageError as error:
            print(f"stichwort: database: {error}", file=sys.stderr)
            return Exit.DATABASE
        except TokenRefusedError:
            print(_TOKEN_REFUSED, file=sys.stderr)
            return Exit.TOKEN


def _take_lock(settings: Settings) -> contextlib.AbstractContextManager[IO[str] | None] | None:
    """Make sure that one process serves an embedded database; PostgreSQL shares the work out by leases."""
    path = database.find_file(settings)
    if path is None or not path.absolute().parent.is_dir():
        return contextlib.nullcontext()
    return identity.lock_file(path)


async def _open_and_serve(
    settings: Settings, clock: WallClock, stop: asyncio.Event, patience: timedelta, grace: timedelta
) -> int:
    async with contextlib.AsyncExitStack() as stack:
        store = await _unless(stop, database.open_upgraded(settings, patience))
        if store is None:
            return Exit.FINE
        stack.push_async_callback(store.close)
        parts = await open_parts(settings, store, clock, stack)
        if await _unless(stop, _met(parts)) is None:
            return Exit.FINE
        return await _serve(parts, stop, grace)


async def _met(parts: Parts) -> bool:
    await parts.application.open()
    return True


async def _unless(stop: asyncio.Event, work: Awaitable[Result]) -> Result | None:
    """Do something that may take long, unless the process is told to stop first."""
    task, stopped = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait((task, stopped), return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        for each in (task, stopped):
            each.cancel()
        await asyncio.gather(task, stopped, return_exceptions=True)


async def _serve(parts: Parts, stop: asyncio.Event, grace: timedelta) -> int:
    """Run the loops; stop claiming first, finish what is in the air, then give the leases back."""
    if code := await parts.application.offer_pairing():
        print(f"No operator yet. Send this code to the bot within 15 minutes to become one: {code}", flush=True)
    receiving = asyncio.create_task(parts.application.run())
    sending = asyncio.create_task(parts.deliver.run())
    announcing = asyncio.create_task(parts.announcer.run())
    parts.scheduler.start()
    stopping = asyncio.create_task(stop.wait())
    refused = asyncio.create_task(parts.token_refused.wait())
    _log.info("bot.started", extra={"owner": parts.owner})
    await asyncio.wait((receiving, stopping, refused), return_when=asyncio.FIRST_COMPLETED)
    exit_code = _judge(receiving, stopping)
    await _wind_down(parts, (receiving, sending, announcing), grace)
    for task in (stopping, refused):
        task.cancel()
    await asyncio.gather(stopping, refused, return_exceptions=True)
    with contextlib.suppress(StorageError):
        await parts.store.outbox.release(parts.owner, parts.clock.now())
    return exit_code


async def _wind_down(parts: Parts, loops: Sequence[asyncio.Task[object]], grace: timedelta) -> None:
    """Claim nothing more, let what is under way come to its end, and cut off what takes too long."""
    _log.info("bot.stopping")
    parts.scheduler.stop()
    parts.application.stop()
    parts.announcer.stop()
    parts.deliver.stop()
    draining = asyncio.create_task(parts.poll.drain(_POLL_GRACE_SECONDS))
    _, late = await asyncio.wait((*loops, draining), timeout=grace.total_seconds())
    if late:
        _log.warning("bot.cut_short", extra={"tasks": len(late)})
    for task in late:
        task.cancel()
    await asyncio.gather(*loops, draining, return_exceptions=True)


def _judge(receiving: asyncio.Task[object], stopping: asyncio.Task[object]) -> int:
    if stopping.done():
        return Exit.FINE
    if receiving.done() and (error := receiving.exception()):
        _log.error("bot.failed", extra={"error": error})
        return Exit.FAILURE
    print(_TOKEN_REFUSED, file=sys.stderr)
    return Exit.TOKEN
