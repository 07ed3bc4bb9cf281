"""The log of all calls, in order, and the list of those that should not have been made."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.demo.telegram_server.clock import HANG_SECONDS, Bell, ServerClock, until

_KEPT = 200_000


@dataclass(slots=True, kw_only=True)
class Call:
    """One call; its outcome is filled in when it ends."""

    number: int
    method: str
    params: Mapping[str, object]
    chat_id: int | None
    at: float
    ticks: float
    status: int = 0
    outcome: str = "open"
    ended: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether the call succeeded."""
        return self.outcome == "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A call, or a part of one, that is a mistake of the bot."""

    at: float
    method: str
    kind: str
    detail: str
    params: Mapping[str, object]


class Calls:
    """All calls, numbered from 1."""

    def __init__(self, clock: ServerClock) -> None:
        self.bell = Bell()
        self._clock = clock
        self._calls: deque[Call] = deque(maxlen=_KEPT)
        self._count = 0
        self._latest: dict[str, int] = {}

    def __iter__(self) -> Iterator[Call]:
        """Walk through the calls from the first to the last."""
        return iter(tuple(self._calls))

    def __len__(self) -> int:
        """Return the number of the last call."""
        return self._count

    def open(self, method: str, params: Mapping[str, object], chat_id: int | None) -> Call:
        """Note that a call came in."""
        self._count += 1
        call = Call(
            number=self._count,
            method=method,
            params=params,
            chat_id=chat_id,
            at=self._clock.wall(),
            ticks=self._clock.ticks(),
        )
        self._calls.append(call)
        self._latest[method] = self._count
        self.bell.ring()
        return call

    def close(self, call: Call, status: int, outcome: str) -> None:
        """Note how a call ended."""
        call.status, call.outcome, call.ended = status, outcome, self._clock.wall()
        self.bell.ring()

    def latest(self, method: str) -> int:
        """Return the number of the last call of a method, 0 if there was none."""
        return self._latest.get(method, 0)

    def of(self, *methods: str) -> tuple[Call, ...]:
        """Return the calls of some methods."""
        return tuple(call for call in self._calls if call.method in methods)

    async def wait(self, method: str, *, after: int = 0, within: float = HANG_SECONDS) -> Call:
        """Return the first call of a method with a number above `after`, waiting for it if need be."""
        return await until(
            self.bell,
            lambda: next((one for one in self._calls if one.number > after and one.method == method), None),
            within,
        )

    def peak(self, *methods: str, window: float = 1.0) -> int:
        """Return the most accepted calls of some methods that came within any stretch of seconds."""
        recent: deque[float] = deque()
        most = 0
        for call in self.of(*methods):
            if call.ok:
                recent.append(call.ticks)
                while recent[0] <= call.ticks - window:
                    recent.popleft()
                most = max(most, len(recent))
        return most
