"""The doors of the process to the outside: the web server, opened before anything else."""

from __future__ import annotations

import contextlib
import errno
import logging
from collections.abc import AsyncIterator

from bot.core.errors import BotError, ConfigError
from bot.settings.model import Settings
from bot.web.health import Health
from bot.web.server import WebServer

_log = logging.getLogger(__name__)


class BusyError(BotError):
    """Somebody else has what a process needs for itself; the message is one line."""


@contextlib.asynccontextmanager
async def opened(settings: Settings, health: Health) -> AsyncIterator[WebServer | None]:
    """Answer over HTTP, unless that is switched off; raises `BusyError` for a port that is taken."""
    listen = settings.web.listen
    if not listen:
        yield None
        return
    server = WebServer(listen=listen, token=settings.web.token.get_secret_value(), health=health)
    try:
        url = await server.start()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise BusyError(f"web.listen: {listen} is in use already") from error
        raise ConfigError(f"web.listen: cannot listen on {listen} ({_reason(error)})") from error
    _log.info("web.listening", extra={"url": url})
    try:
        yield server
    finally:
        await server.stop()


def _reason(error: OSError) -> str:
    """Say it without the library's words around it."""
    match error.errno:
        case errno.EADDRNOTAVAIL:
            return "this machine does not have that address"
        case errno.EACCES:
            return "that port is reserved for the system"
        case _:
            return "there is no such address"
