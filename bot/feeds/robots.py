"""
What a site allows machines to read: robots.txt and its reservation of rights (TDM protocol), cached for a day.

Both become rules of one form, and a worker matches them: a pattern can be made to keep a matcher busy for hours.
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from bot.core.feed import Fetched, FetchFailed, FetchOutcome
from bot.feeds.worker_pool import ParserPool

AGENT = "stichwort"
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_LONGEST = 200_000
_REMEMBERED = 200
_MOST_LOCATIONS = 200
_SITEMAP = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_MOST_SITEMAPS = 100
_CLOSED = "User-agent: *\nDisallow: /"
UNWELCOME = frozenset((401, 402, 403, 429))

Get = Callable[[str], Awaitable[FetchOutcome]]


@dataclass(frozen=True, slots=True)
class _Site:
    rules: tuple[str, ...]
    until: datetime
    sitemaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RobotsRuling:
    """Whether an address may be read, and how far apart the site wants our requests."""

    is_allowed: bool
    delay: timedelta = timedelta(0)
    is_unwelcome: bool = False
    """The site refused to answer at all."""
    sitemaps: tuple[str, ...] = ()
    """Those its robots.txt names, as it wrote them."""


class RobotsRules:
    """Asks each site for its rules before its first page."""

    def __init__(self, pool: ParserPool, now: Callable[[], datetime]) -> None:
        self._pool = pool
        self._now = now
        self._sites: OrderedDict[str, _Site] = OrderedDict()

    async def ask(self, url: str, get: Get, *, is_readers: bool = False) -> RobotsRuling:
        """
        Return whether the page at an address may be read; `get` asks the site where necessary.

        `is_readers` says that a single reader's feed led there.
        """
        site = f"{urlsplit(url).scheme}://{urlsplit(url).netloc.rpartition('@')[2]}"
        known = self._sites.get(site)
        if known is None or known.until <= self._now():
            fresh = await self._fetch(site, get)
            if isinstance(fresh, RobotsRuling):
                return fresh
            known = self._sites[site] = fresh
            while len(self._sites) > _REMEMBERED:
                self._sites.popitem(last=False)
        self._sites.move_to_end(site)
        if not any(known.rules):
            return RobotsRuling(True)
        allowed, seconds = await self._pool.ask_rules(known.rules, AGENT, url, is_readers=is_readers)
        return RobotsRuling(allowed, timedelta(seconds=max(0.0, min(seconds, 86_400.0))), sitemaps=known.sitemaps)

    async def _fetch(self, site: str, get: Get) -> _Site | RobotsRuling:
        """RFC 9309: no robots.txt, nothing forbidden; no answer, everything is."""
        robots = await get(f"{site}/robots.txt")
        now = self._now()
        if isinstance(robots, FetchFailed):
            if robots.status in UNWELCOME:
                return RobotsRuling(False, is_unwelcome=True)
            if robots.status is None or robots.status >= 500:
                return _Site((_CLOSED,), now + _HOUR)
        text = _text(robots)
        reserved = _read_reservations(_text(await get(f"{site}/.well-known/tdmrep.json")))
        return _Site((text, reserved), now + _DAY, tuple(_SITEMAP.findall(text)[:_MOST_SITEMAPS]))


def _text(outcome: FetchOutcome) -> str:
    # A NUL would part one set of rules from the next on the way to the worker.
    return outcome.body[:_LONGEST].decode("utf-8", "replace").replace("\0", "") if isinstance(outcome, Fetched) else ""


def _read_reservations(text: str) -> str:
    """Write a tdmrep.json in the form of a robots.txt; "" where nothing is reserved."""
    try:
        listed: Any = json.loads(text) if text else []
    except (ValueError, RecursionError):
        return ""
    lines = []
    for each in listed[:_MOST_LOCATIONS] if isinstance(listed, list) else []:
        if not isinstance(each, dict) or not isinstance(each.get("location"), str):
            continue
        location = "".join(each["location"].split())
        if location.startswith("/"):
            lines.append(f"{'Disallow' if each.get('tdm-reservation') in (1, '1') else 'Allow'}: {location}")
    return "\n".join(["User-agent: *", *lines]) if lines else ""
