"""
Adds and follows feeds for a chat or the catalogue, and warns of feeds that fail for long.

An address somebody typed becomes a feed or a refusal with its reason. Those whom a feed concerns are told once when it
dies and once when it returns, and not of short interruptions.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import assert_never

from bot.core import polling
from bot.core.errors import Refusal, StorageError
from bot.core.feed import Feed, FeedWish, Fetched, FetchProblem, ParsedFeed, host_of
from bot.core.health import StatusRepository
from bot.core.ids import ChatId, FeedId
from bot.core.polling import FeedHealth, FeedHealthNews
from bot.core.ports import Clock
from bot.core.process_state import Leadership
from bot.core.repositories import FeedRepository, KeyValueRepository
from bot.core.source import Source, SourceRepository, read_address
from bot.core.web_page import Discoverer, FeedFound, FeedLink, FeedsNamed, NothingFound

_TITLE = 200


@dataclass(frozen=True, slots=True)
class Followed:
    """A new source, and what is in it."""

    feed: Feed
    parsed: ParsedFeed


@dataclass(frozen=True, slots=True)
class FollowedBefore:
    """The chat has this source already; perhaps it had been switched off."""

    source: Source


@dataclass(frozen=True, slots=True)
class FeedChoice:
    """The page names several feeds."""

    links: tuple[FeedLink, ...]


@dataclass(frozen=True, slots=True)
class NotFollowed:
    """Nothing was stored; the refusal tells a reader only what he may know, `detail` is for the operator."""

    refusal: Refusal
    detail: str = ""


FollowResult = Followed | FollowedBefore | FeedChoice | NotFollowed
TakeIn = Callable[[Feed, Fetched, ParsedFeed], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedService:
    """Adds, switches and removes sources."""

    feeds: FeedRepository
    sources: SourceRepository
    discoverer: Discoverer
    clock: Clock
    take_in: TakeIn | None = None
    """Stores what was read to look at the feed as its first poll, so that its server is not asked twice."""
    most: int = 100
    """Feeds of its own that a chat may have."""

    async def __call__(self, wish: FeedWish) -> FollowResult:
        """Add the feed at the address of the wish, or the one that the page there names."""
        address = read_address(wish.url)
        if address is None:
            return NotFollowed(Refusal("feed.address"))
        wish = replace(wish, url=address)
        if known := await self._find(wish.owner, address):
            return await self._again(wish, known)
        if wish.owner is not None and await self._count(wish.owner) >= self.most:
            return NotFollowed(Refusal("feed.limit", limit=self.most))
        found = await self.discoverer.discover(wish)
        match found:
            case FeedFound():
                return await self._add(wish, found)
            case FeedsNamed(links):
                return FeedChoice(links)
            case NothingFound(problem, detail):
                reason = "feed.none" if problem is FetchProblem.NOT_A_FEED else "feed.unreadable"
                return NotFollowed(Refusal(reason), detail)
            case _:
                assert_never(found)

    async def switch(self, chat_id: ChatId, feed_id: FeedId, *, followed: bool) -> Source | None:
        """Switch a feed of the catalogue on or off for a chat; returns the source, None when there is none."""
        source = await self.sources.find_by_id(chat_id, feed_id)
        if source is None or source.is_own:
            return None
        await self.sources.choose(chat_id, [feed_id], followed=followed)
        return replace(source, is_followed=followed)

    async def remove(self, chat_id: ChatId, feed_id: FeedId) -> Source | None:
        """Remove a chat's own feed; returns what it was, None when there is none."""
        source = await self.sources.find_by_id(chat_id, feed_id)
        if source is None or not source.is_own:
            return None
        await self.feeds.remove(feed_id, self.clock.now())
        return source

    async def restore(self, wish: FeedWish) -> None:
        """Add a chat's own feed again that was removed by mistake; one that is there again stays as it is."""
        with contextlib.suppress(Refusal):
            await self.feeds.add(wish, self.clock.now())

    async def _add(self, wish: FeedWish, found: FeedFound) -> FollowResult:
        if known := await self._find(wish.owner, found.url):
            return await self._again(wish, known)
        title = wish.title or found.parsed.title or host_of(found.url)
        try:
            feed = await self.feeds.add(replace(wish, url=found.url, title=title[:_TITLE]), self.clock.now())
        except Refusal as refusal:
            known = await self._find(wish.owner, str(refusal.facts.get("url", "")))
            return await self._again(wish, known) if known else NotFollowed(refusal)
        if self.take_in is not None:
            with contextlib.suppress(StorageError):  # then the first poll does it
                await self.take_in(feed, found.fetched, found.parsed)
        return Followed(feed, found.parsed)

    async def _again(self, wish: FeedWish, source: Source) -> FollowedBefore:
        """Switch a source on again that its chat had switched off and now adds."""
        if wish.owner is not None and not source.is_followed:
            await self.sources.choose(wish.owner, [source.feed.id], followed=True)
        return FollowedBefore(source)

    async def _count(self, chat_id: ChatId) -> int:
        return sum(source.is_own for source in await self.sources.list_for(chat_id, newest=False))

    async def _find(self, chat_id: ChatId | None, url: str) -> Source | None:
        """Find a source of the chat (or of the catalogue, for the operator) by its address."""
        return await self.sources.find(chat_id or ChatId(0), url)


_log = logging.getLogger(__name__)
_TOLD = "feeds.told_dead"

Tell = Callable[[FeedHealthNews, str], Awaitable[object]]
"""Queues the notices; with the same key a second call queues nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealthNotices:
    """Notifies of feeds that died or returned; only the leader does."""

    status: StatusRepository
    key_value: KeyValueRepository
    clock: Clock
    leadership: Leadership
    tell: Tell

    async def __call__(self) -> None:
        """Send what is new, then note that it was sent: a kill between the two costs nothing."""
        if not self.leadership.is_ours():
            return
        told = frozenset(json.loads(await self.key_value.get(_TOLD) or "[]"))
        troubled = await self.status.list_troubled(told)
        news, after = polling.find_news(troubled, told, self.clock.now())
        if after == told:
            return
        for each in news.died:
            _log.warning("feed.died", extra={"feed": each.feed.id, "why": each.feed.error})
        for each in news.returned:
            _log.info("feed.returned", extra={"feed": each.feed.id})
        if news.died or news.returned:
            await self.tell(news, _key(news))
        await self.key_value.set(_TOLD, json.dumps(sorted(after)))


def _key(news: FeedHealthNews) -> str:
    facts = "|".join(f"{_name(each)}" for each in (*news.died, *news.returned))
    return f"feeds:{hashlib.blake2b(facts.encode(), digest_size=12).hexdigest()}"


def _name(each: FeedHealth) -> str:
    return f"{each.feed.id} {each.feed.failures > 0} {each.silent_since.isoformat() if each.feed.failures else ''}"
