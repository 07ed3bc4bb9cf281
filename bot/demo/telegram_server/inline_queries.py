"""Inline queries: what somebody asks a bot for below the field of any chat, and the results the bot gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.demo.telegram_server.clock import HANG_SECONDS, Bell, ServerClock, until
from bot.demo.telegram_server.entities import Entity


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineResult:
    """One result: how it is listed, and the message it becomes when it is chosen."""

    id: str
    title: str
    description: str
    url: str
    text: str
    entities: tuple[Entity, ...]
    preview: Mapping[str, object]
    markup: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineButton:
    """The button that an app shows with the results; it opens the private chat with the bot."""

    text: str
    start_parameter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineAnswer:
    """What the bot answered to an inline query."""

    results: tuple[InlineResult, ...]
    cache_time: int
    is_personal: bool
    next_offset: str = ""
    button: InlineButton | None = None

    def find(self, result_id: str) -> InlineResult:
        """Return a result by its id."""
        for result in self.results:
            if result.id == result_id:
                return result
        raise LookupError(f"no result {result_id!r}")


@dataclass(slots=True, kw_only=True)
class InlineQuery:
    """One inline query, known to the bot by its id."""

    id: str
    user_id: int
    query: str
    offset: str
    ticks: float
    bell: Bell = field(default_factory=Bell)
    answer: InlineAnswer | None = None

    async def answered(self, within: float = HANG_SECONDS) -> InlineAnswer:
        """Wait for the bot's answer."""
        return await until(self.bell, lambda: self.answer, within)


_CacheKey = tuple[int, str, str]
_EVERYBODY = 0


class InlineMode:
    """The inline mode of the bot: whether it is switched on, the queries, and the answers that are still cached."""

    def __init__(self, clock: ServerClock) -> None:
        self.is_on = True
        """As BotFather's /setinline does it."""
        self.has_feedback = False
        """Whether the bot is told of the results that were chosen, as after BotFather's /setinlinefeedback."""
        self.queries: dict[str, InlineQuery] = {}
        self._clock = clock
        self._cache: dict[_CacheKey, tuple[float, InlineAnswer]] = {}

    def find_cached(self, user_id: int, query: str, offset: str) -> InlineAnswer | None:
        """Return an earlier answer to the same query, while it counts for this person."""
        for owner in (user_id, _EVERYBODY):
            until_ticks, answer = self._cache.get((owner, query, offset), (0.0, None))
            if answer is not None and self._clock.ticks() < until_ticks:
                return answer
        return None

    def keep(self, query: InlineQuery, answer: InlineAnswer) -> None:
        """Cache an answer for as long as the bot said."""
        owner = query.user_id if answer.is_personal else _EVERYBODY
        self._cache[owner, query.query, query.offset] = (self._clock.ticks() + answer.cache_time, answer)
