"""How the bot does, as an operator is told of it: the queue, the feeds, the database, the loops and the last errors."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.polling import FeedCondition, FeedHealth
from bot.core.statistics import Delay

MOST_FEEDS = 10
_ORDER = (FeedCondition.DEAD, FeedCondition.FAILING)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCounts:
    """Totals of what is stored."""

    feeds: Mapping[str, int]
    """By state; every state is named."""
    chats: Mapping[str, int]
    queue: Mapping[str, int]
    """Messages that wait, by class: reply, alert, bulk."""
    oldest_at: datetime | None
    """Since when the oldest message waits that may go; None: none does."""


class StatusRepository(Protocol):
    """Totals for the status page and the metrics; each costs a few statements."""

    async def take_stock(self, now: datetime) -> StoredCounts:
        """Count feeds, chats and waiting messages."""
        ...

    async def list_health(self, now: datetime) -> tuple[FeedHealth, ...]:
        """List every feed that is not removed, by id, with the pace of its last two weeks."""
        ...

    async def count_articles(self, bounds: Sequence[datetime]) -> tuple[int, ...]:
        """Count the articles that were first seen between each two neighbouring moments."""
        ...

    async def find_publishing_delay(self, since: datetime) -> Delay | None:
        """
        Find how long after their publication the newest articles were seen.

        Left out are those of a feed's first poll, and those of which only the day is known.
        """
        ...

    async def list_troubled(self, besides: Collection[int]) -> tuple[FeedHealth, ...]:
        """List the feeds whose last poll failed, and those with these ids; without their pace, so that it is cheap."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDatabase:
    """The database as it is stored."""

    product: str
    """As its makers write it."""
    size: int
    """In bytes."""


class HealthRepository(StatusRepository, Protocol):
    """Totals, and what the database says of itself."""

    async def describe_database(self) -> StoredDatabase:
        """Ask the database which one it is and how large."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedError:
    """Errors of one kind, without anything that may quote what people or publishers wrote."""

    event: str
    """The event's name in the log."""
    cause: str
    """The name of the exception's class; empty where there was none."""
    count: int
    last_at: datetime


class ErrorRecord(Protocol):
    """The errors this process has logged."""

    def find_last(self) -> LoggedError | None:
        """Return the last error since the start, counted since then."""
        ...

    def list_untold(self) -> tuple[LoggedError, ...]:
        """List the errors nobody was told of yet, the most frequent first."""
        ...

    def told(self, errors: Sequence[LoggedError]) -> None:
        """Note that somebody was told of these."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthReport:
    """How the bot does at one moment."""

    at: datetime
    stock: StoredCounts
    failing: tuple[FeedHealth, ...]
    """The feeds of everybody that cannot be read, the worst first."""
    own_failing: int
    """How many feeds that readers added for themselves cannot be read."""
    database: StoredDatabase
    is_database_failing: bool
    """Whether the database refused to write, or is damaged."""
    written: timedelta | None
    """How long ago something was written last; None: not since the start."""
    still: tuple[str, ...]
    """The loops that have not succeeded for a minute."""
    last_error: LoggedError | None


def rank_failing(feeds: Sequence[FeedHealth], now: datetime) -> tuple[FeedHealth, ...]:
    """Order feeds that cannot be read: those that need somebody first, then by how long they have been silent."""
    failing = [health for health in feeds if health.condition(now) in _ORDER]
    return tuple(sorted(failing, key=lambda health: (_ORDER.index(health.condition(now)), health.silent_since)))
