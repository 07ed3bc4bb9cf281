"""
Tells how many alerts a day a keyword would bring, and by how much a narrower one would bring fewer.

The day is an average of the last week, or of as much of it as articles are there for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.backtest import BacktestResult
from bot.core.chat import Chat
from bot.core.ports import Clock
from bot.core.query import parser
from bot.core.query.parser import MatchMode, Query
from bot.core.subscription import Subscription
from bot.services.backtest import Backtest

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class NarrowerQuery:
    """What a keyword can ask for instead, and how many alerts a day that would bring."""

    query: Query
    a_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """How many alerts a day a keyword would bring, and what would bring fewer."""

    a_day: int
    exact: int | None = None
    """Alerts a day of the keyword exactly as it is written; None where these are not fewer, or none at all."""
    phrase: NarrowerQuery | None = None
    """Its words side by side, where it has several and that is fewer, but not nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumePolicy:
    """From how many alerts a day something narrower is looked for."""

    many: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeSearch:
    """Looks for something narrower where a keyword would bring many alerts a day."""

    backtest: Backtest
    clock: Clock
    policy: VolumePolicy = VolumePolicy()

    async def __call__(self, chat: Chat, subscription: Subscription, past: BacktestResult) -> Volume | None:
        """Return what to propose, given what the subscription would have found; None where that is not much."""
        now, query, mode = self.clock.now(), subscription.query, subscription.mode
        a_day = count_a_day(past, now)
        if a_day <= self.policy.many:
            return None
        exact = None
        if mode is not MatchMode.EXACT:
            exact = count_a_day(await self.backtest(chat, query, MatchMode.EXACT), now)
        phrase = parser.as_phrase(query)
        narrower = None
        if phrase is not None:
            narrower = NarrowerQuery(query=phrase, a_day=count_a_day(await self.backtest(chat, phrase, mode), now))
        return Volume(
            a_day=a_day,
            exact=exact if exact is not None and 0 < exact < a_day else None,
            phrase=narrower if narrower is not None and 0 < narrower.a_day < a_day else None,
        )


def count_a_day(past: BacktestResult, now: datetime) -> int:
    """Return how many articles a day a query would have found in the last week, rounded up."""
    days = min(_WEEK, max(_DAY, now - _oldest((sighting.published_at for sighting in past.sightings), now))) / _DAY
    return -(-past.week // max(1, round(days)))


def _oldest(moments: Iterable[datetime], now: datetime) -> datetime:
    return min(moments, default=now)
