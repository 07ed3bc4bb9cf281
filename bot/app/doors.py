"""The doors of the process to the outside: the web server, opened before anything else."""

from __future__ import annotations

import contextlib
import errno
import logging
import resource
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from bot.core.errors import BotError, ConfigError
from bot.settings.model import Settings
from bot.web.health import Readiness
from bot.web.server import WebServer

_log = logging.getLogger(__name__)
_DESCRIPTORS = 65_536
"""More than we ever need; a limit of millions only makes some libraries slow."""


class BusyError(BotError):
    """Somebody else has what a process needs for itself; the message is one line."""


@contextlib.asynccontextmanager
async def opened(settings: Settings, health: Readiness) -> AsyncIterator[WebServer | None]:
    """Answer over HTTP, unless that is switched off; raises `BusyError` for a port that is taken."""
    listen = settings.web.listen
    if not listen:
        yield None
        return
    server = WebServer(
        listen=listen, token=settings.web.token.get_secret_value(), health=health, hosts=_list_hosts(settings)
    )
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


def raise_descriptor_limit() -> None:
    """Allow this process as many open files and connections as the system lets it have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, _DESCRIPTORS)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return
    with contextlib.suppress(ValueError, OSError):  # some systems have a limit of their own below the hard one
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _list_hosts(settings: Settings) -> frozenset[str]:
    """List the names under which the configuration says that the server is reached."""
    urls = settings.web.public_url, settings.telegram.webhook_url
    return frozenset(host.lower() for host in (urlsplit(url).hostname for url in urls) if host)


def _reason(error: OSError) -> str:
    """Say it without the library's words around it."""
    match error.errno:
        case errno.EADDRNOTAVAIL:
            return "this machine does not have that address"
        case errno.EACCES:
            return "that port is reserved for the system"
        case _:
            return "there is no such address"
