"""
Fetches the text of an article's own page, for feeds whose operator wants it, slowly and only where that is allowed.

A page beside the feed, on a host inside the operator's own networks, may be there; any other page must be on the public
web, whoever links or redirects to it.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from bot.core.article import Article
from bot.core.feed import FeedWish, Fetched, FetchFailed, FetchOutcome, Origin, unmet
from bot.core.ports import Fetcher
from bot.core.repositories import KeyValueRepository
from bot.core.web_page import PageText
from bot.feeds.fetch import FetchPolicy
from bot.feeds.guard import AddressGuard
from bot.feeds.robots import UNWELCOME, RobotsRules, RobotsRuling
from bot.feeds.worker_pool import ParserPool

GAP = timedelta(seconds=5)
_PAUSE = timedelta(days=1)
_LONGEST_PAUSE = timedelta(days=30)
_LONGEST_DELAY = timedelta(seconds=60)
"""A site that wants us more rarely than this gets no visit at all: the alert would be gone by then."""
_REMEMBERED = 1_000


def page_policy(policy: FetchPolicy, gap: timedelta = GAP) -> FetchPolicy:
    """Return the policy for pages, derived from that for feeds."""
    return replace(
        policy,
        host_gap=gap,
        per_host=1,
        at_once=16,
        max_body=min(policy.max_body, 3_000_000),
        deadline=timedelta(seconds=15),
        accept="text/html, application/xhtml+xml;q=0.9, */*;q=0.1",
        readers_may_use_networks=False,
    )


class PageReader:
    """Implements `bot.core.web_page.PageTextReader`; the fetcher is one with `page_policy`."""

    def __init__(
        self,
        fetcher: Fetcher,
        pool: ParserPool,
        key_value: KeyValueRepository,
        *,
        networks: tuple[str, ...] = (),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._fetcher = fetcher
        self._pool = pool
        self._key_value = key_value
        self._now = now
        self._inside = AddressGuard((), networks) if networks else None
        self._rules = RobotsRules(pool, now)
        self._free_at: OrderedDict[str, float] = OrderedDict()

    async def read(self, article: Article) -> PageText | None:
        """Return the text of the article's page; None when it must not or cannot be read."""
        url = article.url
        host = _host(url or "")
        if not url or not host or await self._is_paused(host):
            return None
        is_ours = article.owner is None and host == article.source_host.lower()
        origin = Origin.OPERATOR if is_ours and await self._is_inside(host) else Origin.CHAT

        async def get(address: str) -> FetchOutcome:
            feed = unmet(FeedWish(url=address, origin=origin), self._now())
            return await self._fetcher.fetch(feed, subscribers=0, written=url)

        is_readers = article.owner is not None
        ruling = await self._rules.ask(url, get, is_readers=is_readers)
        if ruling.is_unwelcome:
            await self._pause(host, None)
        if not ruling.is_allowed or ruling.delay > _LONGEST_DELAY:
            return None
        await self._until_free(host, ruling)
        page = await get(url)
        if isinstance(page, FetchFailed) and page.status in UNWELCOME:
            await self._pause(host, page.retry_after)
        if not isinstance(page, Fetched) or page.is_reserved or not _is_html(page):
            return None
        if _host(page.url) != host and not (await self._rules.ask(page.url, get, is_readers=is_readers)).is_allowed:
            return None
        text = await self._pool.read_text(page, is_readers=is_readers)
        if not isinstance(text, PageText) or text.is_reserved or not (text.body or text.key_points):
            return None
        return replace(text, body=_without_headline(text.body, article.title))

    async def _is_inside(self, host: str) -> bool:
        """Return whether a host is in the operator's networks; only from there may a page lead further into them."""
        if self._inside is None:
            return False
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, None)
        except (OSError, UnicodeError):
            return False
        return bool(found) and all(self._inside.allows(str(sockaddr[0]), 0) for *_, sockaddr in found)

    async def _until_free(self, host: str, ruling: RobotsRuling) -> None:
        """Keep the distance the site asks for, where that is more than ours."""
        clock = asyncio.get_running_loop().time
        if ruling.delay > GAP:
            free_at = max(clock(), self._free_at.get(host, 0.0))
            self._free_at[host] = free_at + ruling.delay.total_seconds()
            self._free_at.move_to_end(host)
            while len(self._free_at) > _REMEMBERED:
                self._free_at.popitem(last=False)
            await asyncio.sleep(free_at - clock())

    async def _is_paused(self, host: str) -> bool:
        until = await self._key_value.get(_key(host))
        return until is not None and datetime.fromisoformat(until) > self._now()

    async def _pause(self, host: str, asked: timedelta | None) -> None:
        pause = min(max(_PAUSE, asked or _PAUSE), _LONGEST_PAUSE)
        await self._key_value.set(_key(host), (self._now() + pause).isoformat())


def _without_headline(body: str, title: str) -> str:
    """The headline is no paragraph of its own article."""
    first, _, rest = body.partition("\n")
    return rest if re.findall(r"\w+", first.casefold()) == re.findall(r"\w+", title.casefold()) else body


def _key(host: str) -> str:
    return f"pages.paused:{host}"


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _is_html(page: Fetched) -> bool:
    return page.content_type.partition(";")[0].strip().lower() in ("", "text/html", "application/xhtml+xml")
