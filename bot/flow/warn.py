"""Warn those whom it concerns when a feed dies, and say when it returns: once each, and not for a blip."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.core import health
from bot.core.health import FeedHealth, FeedHealthNews
from bot.core.office import Leadership
from bot.core.overview import StatusRepository
from bot.core.ports import Clock
from bot.core.shelves import KeyValueRepository

_log = logging.getLogger(__name__)
_TOLD = "feeds.told_dead"

Tell = Callable[[FeedHealthNews, str], Awaitable[object]]
"""Queues the news; the key makes that possible twice without anybody being told twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealthNotices:
    """Look once; only the process that speaks for the bot does."""

    overview: StatusRepository
    facts: KeyValueRepository
    clock: Clock
    office: Leadership
    tell: Tell

    async def __call__(self) -> None:
        """Tell what is new, then note that it was told: a kill between the two costs nothing."""
        if not self.office.is_ours():
            return
        told = frozenset(json.loads(await self.facts.get(_TOLD) or "[]"))
        troubled = await self.overview.list_troubled(told)
        news, after = health.find_news(troubled, told, self.clock.now())
        if after == told:
            return
        for each in news.died:
            _log.warning("feed.died", extra={"feed": each.feed.id, "why": each.feed.error})
        for each in news.returned:
            _log.info("feed.returned", extra={"feed": each.feed.id})
        if news.died or news.returned:
            await self.tell(news, _key(news))
        await self.facts.set(_TOLD, json.dumps(sorted(after)))


def _key(news: FeedHealthNews) -> str:
    facts = "|".join(f"{_name(each)}" for each in (*news.died, *news.returned))
    return f"feeds:{hashlib.blake2b(facts.encode(), digest_size=12).hexdigest()}"


def _name(each: FeedHealth) -> str:
    return f"{each.feed.id} {each.feed.failures > 0} {each.silent_since.isoformat() if each.feed.failures else ''}"
