"""
`stichwort run`: opens everything, runs the loops until the process is told to stop, closes in reverse order.

The web server is opened before anything else.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import resource
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, TypeVar
from urllib.parse import urlsplit

from bot.app import database, leader, memory
from bot.app import watchdog as app_watchdog
from bot.app.leader import POLL, give_back
from bot.app.service_manager import ServiceManager, find_service_manager
from bot.app.status import measure_lag
from bot.app.watchdog import DatabaseOutage, Watchdog
from bot.app.wiring import Application, open_application
from bot.clock import WallClock, find_fault
from bot.core.errors import BotError, ConfigError, StorageError
from bot.core.process_state import ExitCode
from bot.settings.model import Settings
from bot.telegram.api.client import TokenRefusedError
from bot.web.server import WebServer
from bot.web.status import Readiness

_log = logging.getLogger(__name__)
_DESCRIPTORS = 65_536
"""More than we ever need; a limit of millions only makes some libraries slow."""


class BusyError(BotError):
    """Another process holds what this one needs exclusively; the message is one line."""


@contextlib.asynccontextmanager
async def opened(settings: Settings, health: Readiness) -> AsyncIterator[WebServer | None]:
    """Run the web server, unless it is switched off; raises `BusyError` where the port is taken."""
    listen = settings.web.listen
    if not listen:
        yield None
        return
    server = WebServer(
        listen=listen,
        token=settings.web.token.get_secret_value(),
        health=health,
        hosts=_list_hosts(settings),
        webhook_path=urlsplit(settings.telegram.webhook_url).path if settings.telegram.mode == "webhook" else "",
    )
    try:
        url = await server.start()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            what = f"web.listen: {listen} is in use already; name another port there, or stop what listens on it"
            raise BusyError(what) from error
        raise ConfigError(f"web.listen: cannot listen on {listen} ({_reason(error)})") from error
    _log.info("web.listening", extra={"url": url})
    try:
        yield server
    finally:
        await server.stop()


def raise_descriptor_limit() -> None:
    """Allow this process as many open files and connections as the system lets it have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, _DESCRIPTORS)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return
    with contextlib.suppress(ValueError, OSError):  # some systems have a limit of their own below the hard one
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _list_hosts(settings: Settings) -> frozenset[str]:
    """List the host names under which the server is reached according to the configuration."""
    urls = settings.web.public_url, settings.telegram.webhook_url
    return frozenset(host.lower() for host in (urlsplit(url).hostname for url in urls) if host)


def _reason(error: OSError) -> str:
    """Return the error without the library's words around it."""
    match error.errno:
        case errno.EADDRNOTAVAIL:
            return "this machine does not have that address"
        case errno.EACCES:
            return "that port is reserved for the system"
        case _:
            return "there is no such address"


GRACE = timedelta(seconds=5)
_POLL_GRACE_SECONDS = 2.0
_LOOK_EVERY = timedelta(seconds=5)
_TOKEN_REFUSED = "stichwort: telegram.token: Telegram does not accept this token"

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """What exists around the application from the beginning of the process."""

    stop: asyncio.Event
    health: Readiness
    web: WebServer | None
    manager: ServiceManager
    grace: timedelta


async def run(
    settings: Settings,
    *,
    clock_file: Path | None,
    database_timeout: timedelta = database.START_TIMEOUT,
    grace: timedelta = GRACE,
) -> int:
    """
    Run the bot until it is told to stop; returns the exit code.

    `database_timeout` is how long to wait at the start for a database that is away, `grace` how long work under way may
    take at the stop.
    """
    stop, health, clock = asyncio.Event(), Readiness(), WallClock(clock_file)
    if fault := find_fault(clock.now()):
        print(f"stichwort: {fault}", file=sys.stderr)
        return ExitCode.FAILURE
    raise_descriptor_limit()
    memory.configure()
    _stop_by_signal(stop)
    try:
        with _locked(settings):
            manager = find_service_manager(os.environ)
            async with opened(settings, health) as web, manager.alive():
                frame = _Frame(stop=stop, health=health, web=web, manager=manager, grace=grace)
                return await _open_and_serve(settings, clock, database_timeout, frame)
    except BusyError as error:
        print(f"stichwort: {error}", file=sys.stderr)
        return ExitCode.BUSY
    except ConfigError as error:
        print(f"stichwort: {error}", file=sys.stderr)
        return ExitCode.CONFIG
    except StorageError as error:
        print(f"stichwort: database: {error.line}", file=sys.stderr)
        return ExitCode.DATABASE
    except TokenRefusedError:
        print(_TOKEN_REFUSED, file=sys.stderr)
        return ExitCode.TOKEN


def _stop_by_signal(stop: asyncio.Event) -> None:
    """Stop in order on SIGTERM, SIGINT and SIGHUP; under nohup SIGHUP stays ignored."""
    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if not (sign is signal.SIGHUP and signal.getsignal(sign) is signal.SIG_IGN):
            asyncio.get_running_loop().add_signal_handler(sign, stop.set)


def _locked(settings: Settings) -> contextlib.AbstractContextManager[IO[str] | None]:
    """Ensure that one process serves an embedded database; on PostgreSQL processes share the work by leases."""
    path = database.find_file(settings)
    if path is None or not path.absolute().parent.is_dir():
        return contextlib.nullcontext()
    try:
        lock = leader.lock_file(path)
    except OSError as error:
        remedy = "let this user write there, or name another file in database.url"
        raise StorageError(f"its folder cannot be written to ({error.strerror})", remedy=remedy) from error
    if lock is None:
        raise BusyError("already running on this database; stop the other bot first, or let several share a PostgreSQL")
    return lock


async def _open_and_serve(settings: Settings, clock: WallClock, database_timeout: timedelta, frame: _Frame) -> int:
    async with contextlib.AsyncExitStack() as stack:
        frame.manager.show("opening the database")
        store = await _unless(frame.stop, database.open_upgraded(settings, database_timeout))
        if store is None:
            return ExitCode.FINE
        stack.push_async_callback(store.close)
        database_outage = stack.enter_context(app_watchdog.told_once())
        application = await open_application(settings, store, clock, stack)
        if frame.web is not None:
            pages = application.pages
            frame.web.show(pages.status, pages.feeds, pages.webhook, pages.hubs, pages.app)
        frame.manager.show("connecting to Telegram")
        if await _unless(frame.stop, _opened(application)) is None:
            return ExitCode.FINE
        async with (
            give_back(application.process.duty, store, clock, application.process.owner),
            _watched(application, frame, database_outage),
        ):
            return await _serve(application, frame)


async def _opened(application: Application) -> bool:
    """Connect to Telegram."""
    await application.bot.open()
    return True


async def _unless(stop: asyncio.Event, work: Awaitable[Result]) -> Result | None:
    """Do something that may take long, unless the process is told to stop first."""
    task, stopped = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait((task, stopped), return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        for waiting in (task, stopped):
            waiting.cancel()
        await asyncio.gather(task, stopped, return_exceptions=True)


@contextlib.asynccontextmanager
async def _watched(application: Application, frame: _Frame, database_outage: DatabaseOutage) -> AsyncIterator[None]:
    """Renew the lease, watch the loops and measure the event loop's lag, until everything has ended."""
    duty, health = application.process.duty, frame.health
    watchdog = Watchdog(duty.progress, POLL, is_excused=lambda: health.find_database_problem() is not None)
    tasks = [asyncio.create_task(measure_lag(application.process.metrics))]
    if duty.election is not None:
        await duty.leadership.confirm()
        tasks.append(asyncio.create_task(duty.election.run()))
    health.begin(application.process.store, duty.progress)

    async def look() -> None:
        await health.look()
        database_outage.look(health.find_database_problem() is None)

    application.scheduler.every(_LOOK_EVERY, "look at the database", look)
    watchdog.start()
    try:
        pairing = asyncio.create_task(_offer_pairing(application))
        tasks.append(pairing)
        if duty.leadership.is_ours():
            await pairing
        yield
    finally:
        watchdog.stop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await health.close()


async def _offer_pairing(application: Application) -> None:
    """Print the pairing code once this process is the leader."""
    while not application.process.duty.leadership.is_ours():  # noqa: ASYNC110 - it is ours by the clock, which rings no bell
        await asyncio.sleep(0.5)
    if code := await application.bot.offer_pairing():
        print(f"No operator yet. Send this code to the bot within 15 minutes to become one: {code}", flush=True)


async def _serve(application: Application, frame: _Frame) -> int:
    """Run the loops; on a stop, claim nothing more and finish what is under way."""
    receiving = asyncio.create_task(application.bot.run())
    sending = asyncio.create_task(application.sender.run())
    announcing = asyncio.create_task(application.announcer.run())
    application.scheduler.start()
    stopping = asyncio.create_task(frame.stop.wait())
    refused = asyncio.create_task(application.token_refused.wait())
    telling = asyncio.create_task(_tell_ready(application, frame.manager))
    _log.info("bot.started", extra={"owner": application.process.owner})
    await asyncio.wait((receiving, stopping, refused), return_when=asyncio.FIRST_COMPLETED)
    exit_code = _exit_code_of(receiving, stopping)
    frame.health.end()
    frame.manager.stopping()
    await _wind_down(application, (receiving, sending, announcing), frame.grace)
    for task in (stopping, refused, telling):
        task.cancel()
    await asyncio.gather(stopping, refused, telling, return_exceptions=True)
    return exit_code


async def _tell_ready(application: Application, manager: ServiceManager) -> None:
    """Tell the service manager once updates are received, by this process or by the leader it waits for."""
    received, leadership = application.bot.ready, application.process.duty.leadership
    while not received.is_set() and leadership.is_ours():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(received.wait(), 0.5)
    manager.ready("receiving and sending" if received.is_set() else "polling feeds; another process receives and sends")


async def _wind_down(application: Application, loops: Sequence[asyncio.Task[object]], grace: timedelta) -> None:
    """Claim nothing more, let what is under way finish, and cancel what takes too long."""
    _log.info("bot.stopping")
    application.scheduler.stop()
    application.bot.stop()
    application.announcer.stop()
    application.sender.stop()
    draining = asyncio.create_task(application.poll.drain(_POLL_GRACE_SECONDS))
    _, late = await asyncio.wait((*loops, draining), timeout=grace.total_seconds())
    if late:
        _log.warning("bot.cut_short", extra={"tasks": len(late)})
    for task in late:
        task.cancel()
    await asyncio.gather(*loops, draining, return_exceptions=True)


def _exit_code_of(receiving: asyncio.Task[object], stopping: asyncio.Task[object]) -> int:
    if stopping.done():
        return ExitCode.FINE
    if receiving.done() and (error := receiving.exception()):
        _log.error("bot.failed", extra={"error": error})
        return ExitCode.FAILURE
    print(_TOKEN_REFUSED, file=sys.stderr)
    return ExitCode.TOKEN
