"""The strict Bot API server on loopback, with methods for tests and for the demo."""

import asyncio
import errno
import socket
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self

from aiohttp import web

from bot.demo.telegram_server import control, people
from bot.demo.telegram_server.api import BotApi
from bot.demo.telegram_server.call_log import Calls, Violation
from bot.demo.telegram_server.chats import SimulatedChatType
from bot.demo.telegram_server.clock import HANG_SECONDS, ServerClock, until
from bot.demo.telegram_server.control import same_origin
from bot.demo.telegram_server.faults import Effect, Fault, Faults
from bot.demo.telegram_server.messages import Message
from bot.demo.telegram_server.people import SimulatedGroup, SimulatedPerson
from bot.demo.telegram_server.rate_limits import ServerRateLimits
from bot.demo.telegram_server.webhook import WebhookDelivery
from bot.demo.telegram_server.world import DEMO_TOKEN, World

_HOST = "127.0.0.1"
_LARGEST_BODY = 60 * 1024**2
_PORTS_TRIED = 100
_ANSWER_SECONDS = 0.1


class Server:
    """A Telegram of one's own: `async with Server() as server: ...`; a light one forgets the parameters of calls."""

    def __init__(
        self,
        *,
        port: int = 0,
        limits: ServerRateLimits | None = None,
        clock: ServerClock | None = None,
        token: str = DEMO_TOKEN,
        light: bool = False,
    ) -> None:
        self.world = World(token=token, clock=clock, light=light)
        self.api = BotApi(self.world, limits or ServerRateLimits())
        self.webhook = WebhookDelivery(self.world.inbox, self.world.clock)
        self.port = port
        self._delivering: asyncio.Task[None] | None = None
        self._routes: list[web.AbstractRouteDef] = []
        self._runner: web.AppRunner | None = None
        self._site: web.SockSite | None = None
        self._returning: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """The address to configure as `telegram.api_url`."""
        return f"http://{_HOST}:{self.port}"

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.world.token

    @property
    def faults(self) -> Faults:
        """Scripted trouble."""
        return self.api.faults

    @property
    def calls(self) -> Calls:
        """All calls in order."""
        return self.api.calls

    @property
    def violations(self) -> list[Violation]:
        """What the bot did wrong."""
        return self.api.violations

    @property
    def limits(self) -> ServerRateLimits:
        """The allowances in force."""
        return self.api.limiter.limits

    @limits.setter
    def limits(self, allowances: ServerRateLimits) -> None:
        self.api.limiter.limits = allowances

    def person(
        self, name: str = "Anna", *, language: str = "de", username: str = "", user_id: int = 0
    ) -> SimulatedPerson:
        """Bring a new person into the world."""
        return people.join(self.world, name, language=language, username=username, user_id=user_id)

    def group(
        self,
        title: str,
        creator: SimulatedPerson,
        *,
        kind: SimulatedChatType = SimulatedChatType.SUPERGROUP,
        username: str = "",
        forum: bool = False,
        bot: bool = True,
        admin: bool = False,
    ) -> SimulatedGroup:
        """Open a group or channel, with the bot in it unless told otherwise."""
        group = people.found(self.world, title, creator, kind=kind, username=username, forum=forum)
        if bot:
            group.invite_bot(admin=admin)
        return group

    def fault(self, effect: Effect, method: str = "", **details: object) -> Fault:
        """Script trouble: `server.fault(Effect.CUT, "sendMessage", times=2)`."""
        return self.faults.add(Fault(effect=effect, method=method, **details))  # type: ignore[arg-type] # checked there

    def outage(self, *, seconds: float = 0.0, effect: Effect = Effect.RESET) -> None:
        """
        Be away for everybody, for some seconds or until `faults.clear()`: connections break, those that wait too.

        HANG instead takes every call and answers none.
        """
        self.fault(effect, "*", times=0, lasting=seconds)
        self.api.hang_up()

    async def go_away(self, *, seconds: float = 0.0) -> None:
        """Refuse every connection, for some seconds or until `come_back`; the control addresses are away as well."""
        if self._site is None or self._runner is None or self._runner.server is None:
            return
        await self._site.stop()
        self._site = None
        for connection in self._runner.server.connections:
            if connection.transport is not None:
                connection.transport.abort()
        if seconds:
            self._returning = asyncio.create_task(self._return_after(seconds))

    async def come_back(self) -> None:
        """Listen again on the same port."""
        if self._site is None and self._runner is not None:
            self._site = web.SockSite(self._runner, _listen(self.port, exactly=True))
            await self._site.start()

    def revoke_token(self) -> None:
        """Answer 401 to everything from now on."""
        self.fault(Effect.REFUSE, "*", times=0, status=401, description="Unauthorized")
        self.api.hang_up()

    @property
    def received(self) -> tuple[Message, ...]:
        """Everything the bot wrote and did not delete, in all chats, in the order it came."""
        return tuple(sorted((one for chat in self.world.chats.values() for one in chat.received), key=lambda m: m.at))

    @property
    def doubles(self) -> tuple[Message, ...]:
        """What a receiver got although the same text had come before."""
        seen: set[tuple[int, int, str]] = set()
        twice = []
        for message in self.received:
            key = (message.chat_id, message.thread_id, message.text)
            if key in seen:
                twice.append(message)
            seen.add(key)
        return tuple(twice)

    async def wait_until(self, holds: Callable[[], bool], *, within: float = HANG_SECONDS) -> None:
        """Wait until something holds, asked again after every message, edit, answer or other change."""
        await until(self.world.journal.bell, lambda: True if holds() else None, within)

    async def ready(self, *, after: int = 0, within: float = HANG_SECONDS) -> None:
        """Wait until the bot asks for updates by polling."""
        await self.calls.wait("getUpdates", after=after, within=within)

    def add_routes(self, routes: Iterable[web.AbstractRouteDef]) -> None:
        """Serve more addresses; only before the start."""
        self._routes.extend(routes)

    async def start(self) -> None:
        """Listen on the port, or on the next free one; port 0 takes any."""
        app = web.Application(client_max_size=_LARGEST_BODY, middlewares=[same_origin])
        outage = web.post("/_demo/outage", control.acting(self._leave))
        app.add_routes((*self.api.routes(), *control.routes(self.api), outage, *self._routes))
        # Without cancellation a poller that died would keep its place.
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        listener = _listen(self.port)
        self.port = listener.getsockname()[1]
        self._site = web.SockSite(self._runner, listener)
        await self._site.start()
        self._delivering = asyncio.create_task(self.webhook.run())

    async def stop(self) -> None:
        """Stop listening, and cut the connections of those who wait."""
        if self._returning is not None:
            self._returning.cancel()
        if self._delivering is not None:
            self._delivering.cancel()
            await asyncio.gather(self._delivering, return_exceptions=True)
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = self._site = None

    async def _return_after(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self.come_back()

    async def _leave(self, body: control.Body) -> None:
        """Begin an outage over HTTP; `how` is refuse, or an effect: reset, hang, error …"""
        seconds, how = float(str(body.get("seconds", 0))), str(body.get("how", Effect.RESET))
        if how != "refuse":
            self.outage(seconds=seconds, effect=Effect(how))
        elif seconds <= 0:
            raise ValueError("who refuses connections must say for how many seconds")
        else:
            # The answer to this very request goes out first.
            self._returning = asyncio.create_task(self._leave_soon(seconds))

    async def _leave_soon(self, seconds: float) -> None:
        await asyncio.sleep(_ANSWER_SECONDS)
        await self.go_away()
        await self._return_after(seconds)

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        await asyncio.shield(self.stop())


def _listen(wanted: int, *, exactly: bool = False) -> socket.socket:
    """Take the port, or unless exactly that is wanted the next free one."""
    tried = 1 if exactly else _PORTS_TRIED
    for port in range(wanted, wanted + tried):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((_HOST, port))
            listener.listen(1024)
        except OSError as error:
            listener.close()
            if error.errno != errno.EADDRINUSE or port == wanted + tried - 1:
                raise
        else:
            return listener
    raise AssertionError("the last port either works or raises")
