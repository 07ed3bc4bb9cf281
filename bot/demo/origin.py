"""
Lets only this machine's own browser tabs in: loopback names in `Host`, and no other origin.

A foreign web page reaches a port of this machine by a name of its own that leads here (DNS rebinding), or asks from
its own origin. The first shows in `Host`, the second in `Origin`, which browsers send with whatever changes something.
"""

import ipaddress
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def same_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse whoever came by another name, or from another page, with 403 and a sentence."""
    host, origin = request.headers.get("Host", ""), request.headers.get("Origin")
    if not is_loopback(host):
        return _refuse("This is the demo on the machine it runs on: open it as http://127.0.0.1 or http://localhost.")
    if origin is not None and origin != f"http://{host}":
        return _refuse("Only the demo's own page may ask for this.")
    return await handler(request)


def is_loopback(host: str) -> bool:
    """Say whether a `Host` header, with or without a port, names this machine."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _refuse(why: str) -> web.Response:
    return web.json_response({"error": why}, status=403)
