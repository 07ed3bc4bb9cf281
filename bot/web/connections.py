"""
Who may keep a connection to the web server open, and for how long.

asyncio's own server accepts without bound, and at the limit of descriptors it logs each attempt and tries again with
ever more timers. Here at most `most` connections are open. When they are, a newcomer takes the place of the one whose
whole request, header and body, has been awaited longest, so that half-open connections keep nobody out; if all are
being answered, it waits in the kernel's queue.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_log = logging.getLogger(__name__)
_BACKLOG = 2_048
"""Waiting costs the kernel little; beyond this it answers nobody, and clients ask again after seconds."""
_ACCEPTS_AT_ONCE = 16
"""Then the event loop has other things to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionPolicy:
    """The bounds; times in seconds."""

    most: int = 64
    request: float = 10.0
    """How long a connection may take until the header of its next request is here."""
    answer: float = 30.0
    """How long it may take until the answer has been taken off."""
    spared: float = 0.05
    """
    A connection younger than this is not displaced; so at most `most` are accepted in that time.

    It is short, since whoever had to wait has sent his request meanwhile: of 1,500 half-open ones in the queue before
    him more than a thousand a second must make way, or a usual probe gives up.
    """
    rest: float = 1.0
    """The pause when the system gives no descriptor."""


class BoundedConnection(asyncio.Protocol):
    """Hands everything on to the protocol of the HTTP library, and closes what takes too long."""

    def __init__(
        self, inner: asyncio.Protocol, policy: ConnectionPolicy, closed: Callable[[BoundedConnection], None]
    ) -> None:
        self._inner = inner
        self._policy = policy
        self._closed = closed
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._is_unwanted = False
        self.transport: asyncio.Transport | None = None
        self.idle_since: float | None = self._loop.time()
        """Since when it owes us a request or the rest of one, by the loop's clock; None while it is answered."""
        self._is_answered = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for a request."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._inner.connection_made(transport)
        if self._is_unwanted:
            transport.abort()
        else:
            self._await_request()

    def connection_lost(self, error: Exception | None) -> None:
        """Free the place."""
        self._stop_timer()
        self._closed(self)
        self._inner.connection_lost(error)

    def data_received(self, data: bytes) -> None:
        """Hand on."""
        self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        """Hand on."""
        return self._inner.eof_received()

    def pause_writing(self) -> None:
        """Hand on."""
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        """Hand on."""
        self._inner.resume_writing()

    @contextlib.contextmanager
    def answered(self) -> Iterator[None]:
        """Say that the header of a request is here, and that it is being answered."""
        self._stop_timer()
        self.idle_since = self._loop.time()
        self._is_answered = True
        self._timer = self._loop.call_later(self._policy.answer, self.abort)
        try:
            yield
        finally:
            self._is_answered = False
            self._await_request()

    def note_body(self) -> None:
        """Say that the body of the request is here, too; until then its place may be taken."""
        if self._is_answered:
            self.idle_since = None

    def abort(self) -> None:
        """Close at once."""
        self._is_unwanted = True
        if self.transport is not None:
            self.transport.abort()

    def _await_request(self) -> None:
        self._stop_timer()
        self.idle_since = self._loop.time()
        if self.transport is not None and not self.transport.is_closing():
            self._timer = self._loop.call_later(self._policy.request, self.abort)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class BoundedListener:
    """Accepts connections, as many as the policy allows."""

    def __init__(self, make_protocol: Callable[[], asyncio.Protocol], policy: ConnectionPolicy) -> None:
        self._make_protocol = make_protocol
        self._policy = policy
        self._sockets: list[socket.socket] = []
        self._open: dict[BoundedConnection, None] = {}
        self._tasks: set[asyncio.Task[object]] = set()
        self._resting: asyncio.TimerHandle | None = None

    async def start(self, host: str, port: int) -> list[tuple[str, int]]:
        """Listen on every address of a host and give them; raises `OSError` when that cannot be."""
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        try:
            for family, kind, protocol, _, address in dict.fromkeys(found):
                self._sockets.append(_listen(socket.socket(family, kind, protocol), address))
        except BaseException:
            self.stop()
            raise
        self._resume()
        return [each.getsockname()[:2] for each in self._sockets]

    def stop(self) -> None:
        """Accept nobody any more; connections that are open stay so."""
        if self._resting is not None:
            self._resting.cancel()
        for each in self._sockets:
            asyncio.get_running_loop().remove_reader(each)
            each.close()
        self._sockets.clear()

    def find(self, transport: asyncio.BaseTransport | None) -> BoundedConnection | None:
        """Find the connection of a transport; None when it is closed."""
        return next((each for each in self._open if each.transport is transport), None)

    def count(self) -> int:
        """Say how many connections are open."""
        return len(self._open)

    def _accept(self, listening: socket.socket) -> None:
        for _ in range(_ACCEPTS_AT_ONCE):
            is_full = len(self._open) >= self._policy.most
            displaced = self._find_idle() if is_full else None
            if is_full and displaced is None:
                self._rest(self._policy.spared)
                return
            try:
                accepted, _ = listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:  # of descriptors or memory, mostly: asking again at once would not help
                _log.error("web.cannot_accept", extra={"error": error})
                self._rest(self._policy.rest)
                return
            if displaced is not None:
                self._forget(displaced)
                displaced.abort()
            self._take_in(accepted)

    def _find_idle(self) -> BoundedConnection | None:
        """Find the connection that has waited longest without sending a request, unless it has only just come."""
        idle = [(each.idle_since, each) for each in self._open if each.idle_since is not None]
        if not idle:
            return None
        since, longest = min(idle, key=lambda pair: pair[0])
        is_spared = asyncio.get_running_loop().time() - since < self._policy.spared
        return None if is_spared else longest

    def _forget(self, connection: BoundedConnection) -> None:
        self._open.pop(connection, None)

    def _take_in(self, accepted: socket.socket) -> None:
        accepted.setblocking(False)
        connection = BoundedConnection(self._make_protocol(), self._policy, self._forget)
        self._open[connection] = None
        task = asyncio.create_task(self._connect(connection, accepted))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self, connection: BoundedConnection, accepted: socket.socket) -> None:
        try:
            await asyncio.get_running_loop().connect_accepted_socket(lambda: connection, accepted)
        except OSError:  # it has gone already
            self._forget(connection)
            accepted.close()

    def _rest(self, seconds: float) -> None:
        """Accept nobody for a while; who comes meanwhile waits in the kernel's queue."""
        loop = asyncio.get_running_loop()
        for each in self._sockets:
            loop.remove_reader(each)
        if self._resting is None:
            self._resting = loop.call_later(seconds, self._resume)

    def _resume(self) -> None:
        self._resting = None
        for each in self._sockets:
            asyncio.get_running_loop().add_reader(each, self._accept, each)


def _listen(made: socket.socket, address: tuple[object, ...]) -> socket.socket:
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if made.family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.setblocking(False)
        made.bind(address)
        made.listen(_BACKLOG)
    except BaseException:
        made.close()
        raise
    return made
