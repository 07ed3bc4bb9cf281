"""How much Telegram lets a bot send (per bot and second, chat and second, group and minute), and its error answers."""

import math
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_SECOND = 1.0
_MINUTE = 60.0
_PAID_PER_SECOND = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerRateLimits:
    """
    The allowances; `enabled` switches all of them.

    Real limits are not published. The burst of the bot is tight: a sender may spend its first fill and suffer some
    jitter on the way, no more.
    """

    enabled: bool = True
    bot_per_second: int = 30
    bot_burst: int = 6
    chat_per_second: float = 1.0
    chat_burst: int = 3
    group_per_minute: int = 20


class ServerRateLimiter:
    """Admits a call now or says how long to wait."""

    def __init__(self, limits: ServerRateLimits, ticks: Callable[[], float]) -> None:
        self.limits = limits
        self._ticks = ticks
        self._bot: deque[float] = deque()
        self._groups: dict[int, deque[float]] = {}
        self._chats: dict[int, float] = {}
        self._closed: dict[int | None, tuple[float, float]] = {}

    def close(self, chat_id: int | None, seconds: float) -> None:
        """Keep one chat, or the whole bot, waiting for some seconds from now on."""
        now = self._ticks()
        self._closed[chat_id] = (now, now + seconds)

    def shut_for(self, chat_id: int | None) -> tuple[float, float]:
        """Return how long a scripted flood wait still lasts and for how long it has been going on."""
        now = self._ticks()
        waits = [self._closed[key] for key in {None, chat_id} if key in self._closed]
        since, until = max(waits, key=lambda wait: wait[1], default=(now, now))
        return max(0.0, until - now), now - since

    def admit(self, chat_id: int | None, *, group: bool = False, paid: bool = False) -> float:
        """Count one call and return 0.0, or count nothing and return the seconds to wait."""
        if not self.limits.enabled:
            return 0.0
        now = self._ticks()
        rate = _PAID_PER_SECOND if paid else self.limits.bot_per_second + self.limits.bot_burst
        wait = _window_wait(self._bot, now, _SECOND, rate)
        if chat_id is not None:
            wait = max(wait, self._group_wait(chat_id, now) if group else self._chat_wait(chat_id, now))
        if wait > 0:
            return wait
        self._bot.append(now)
        if chat_id is not None and group:
            self._groups.setdefault(chat_id, deque()).append(now)
        elif chat_id is not None:
            self._chats[chat_id] = max(self._chats.get(chat_id, now), now) + 1 / self.limits.chat_per_second
        return 0.0

    def _group_wait(self, chat_id: int, now: float) -> float:
        return _window_wait(self._groups.setdefault(chat_id, deque()), now, _MINUTE, self.limits.group_per_minute)

    def _chat_wait(self, chat_id: int, now: float) -> float:
        tolerance = (self.limits.chat_burst - 1) / self.limits.chat_per_second
        # The clocks of two processes are not quite in step: a call a hair too early is on time.
        return max(0.0, self._chats.get(chat_id, now) - now - tolerance - 0.05)


def whole_seconds(wait: float) -> int:
    """Round a wait up as Telegram does, to at least one second."""
    return max(1, math.ceil(wait))


def _window_wait(times: deque[float], now: float, width: float, most: int) -> float:
    while times and times[0] <= now - width:
        times.popleft()
    if most <= 0:
        return width
    return times[-most] + width - now if len(times) >= most else 0.0


class ApiError(Exception):
    """
    A refused call: HTTP status, description and response parameters.

    `blame` says whether the bot could have known better; such refusals are recorded as violations.
    """

    def __init__(
        self, code: int, description: str, *, blame: bool = True, parameters: Mapping[str, int] | None = None
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.blame = blame
        self.parameters = dict(parameters or {})


def bad_request(reason: str, *, blame: bool = True, parameters: Mapping[str, int] | None = None) -> ApiError:
    """Make a 400; Telegram puts a prefix before the reason and lowers its first letter unless it is a code word."""
    if not reason.split(" ", 1)[0].isupper():
        reason = reason[:1].lower() + reason[1:]
    return ApiError(400, f"Bad Request: {reason}", blame=blame, parameters=parameters)


def forbidden(reason: str) -> ApiError:
    """Make a 403; the bot cannot know beforehand that somebody blocked or removed it."""
    return ApiError(403, f"Forbidden: {reason}", blame=False)


def flood(retry_after: int, *, blame: bool) -> ApiError:
    """Make a 429 that asks for a pause of whole seconds."""
    text = f"Too Many Requests: retry after {retry_after}"
    return ApiError(429, text, blame=blame, parameters={"retry_after": retry_after})


def conflict(reason: str) -> ApiError:
    """Make a 409; two pollers are a matter of operations, not of one wrong call."""
    return ApiError(409, f"Conflict: {reason}", blame=False)
