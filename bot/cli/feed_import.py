"""`stichwort feeds import`: adds many feeds at once, with a progress bar on a terminal and a line per failure."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tqdm import tqdm

from bot.core.errors import BotError, Refusal
from bot.core.feed import FeedWish, Fetched, Origin, unmet
from bot.core.process_state import ExitCode
from bot.core.source import without_password
from bot.feeds import feed_lists
from bot.feeds.feed_lists import NoListError, OpmlFeed
from bot.feeds.fetch import HttpFetcher
from bot.services.feeds import FeedChoice, FeedService, Followed, FollowedBefore, NotFollowed

_AT_ONCE = 16
_WEB = ("http://", "https://")
_REASONS = {
    "feed.address": "this is no web address",
    "feed.none": "there is no feed, and the page names none",
    "feed.limit": "there are too many",
}


class UnreadableListError(BotError):
    """A list cannot be read; the message says why."""


async def run(follow: FeedService, fetcher: HttpFetcher, options: argparse.Namespace) -> int:
    """Add the feeds of the lists; returns 1 when anything failed."""
    groups = [each for each in options.catalogue.split(",") if each]
    if unknown := [each for each in groups if each not in feed_lists.groups()]:
        known = ", ".join(feed_lists.groups())
        print(f"stichwort: feeds: --catalogue: there is no {unknown[0]}; there are {known}", file=sys.stderr)
        return ExitCode.CONFIG
    if not groups and not options.sources:
        print("stichwort: feeds: give a file or an address of OPML, or --catalogue", file=sys.stderr)
        return ExitCode.CONFIG
    wishes = list(feed_lists.choose(groups))
    failed = 0
    for source in options.sources:
        try:
            wishes += map(_wish, await _read(source, fetcher))
        except UnreadableListError as error:
            failed += 1
            print(f"{source}: {error}", file=sys.stderr)
    results = await (_store(follow, wishes) if options.no_check else _look(follow, wishes))
    failed += results["failed"]
    print(f"{results['added']} added, {results['known']} there already, {failed} failed")
    return ExitCode.FAILURE if failed else ExitCode.FINE


def reason(result: NotFollowed) -> str:
    """Say why a feed was not added, as the operator may know it."""
    return result.detail or _REASONS.get(result.refusal.reason, "that did not work")


async def _look(follow: FeedService, wishes: list[FeedWish]) -> Counter[str]:
    """Read each feed before it is added, many hosts at once."""
    results: Counter[str] = Counter()
    places = asyncio.Semaphore(_AT_ONCE)
    with tqdm(total=len(wishes), unit="feed", disable=not sys.stderr.isatty()) as bar:

        async def one(wish: FeedWish) -> None:
            async with places:
                outcome, words = await _one(follow, wish)
            results[outcome] += 1
            if words:
                bar.write(f"{without_password(wish.url)}: {words}", file=sys.stderr)
            bar.update()

        await asyncio.gather(*map(one, wishes))
    return results


async def _one(follow: FeedService, wish: FeedWish) -> tuple[str, str]:
    result = await follow(wish)
    match result:
        case Followed():
            return "added", ""
        case FollowedBefore():
            return "known", ""
        case FeedChoice(links):
            return "failed", f"this is a page that names {len(links)} feeds; add the one you want"
        case NotFollowed():
            return "failed", reason(result)


async def _store(follow: FeedService, wishes: list[FeedWish]) -> Counter[str]:
    """Add feeds as the list describes them; they are read when they are polled."""
    results: Counter[str] = Counter()
    for wish in tqdm(wishes, unit="feed", disable=not sys.stderr.isatty()):
        try:
            await follow.feeds.add(replace(wish, title=wish.title or without_password(wish.url)), datetime.now(UTC))
            results["added"] += 1
        except Refusal:
            results["known"] += 1
    return results


def _wish(listed: OpmlFeed) -> FeedWish:
    return FeedWish(url=listed.url, title=listed.title, origin=Origin.OPERATOR)


async def _read(source: str, fetcher: HttpFetcher) -> tuple[OpmlFeed, ...]:
    """Read a list from a file or an address."""
    document = await _fetch(source, fetcher) if source.lower().startswith(_WEB) else _open(Path(source))
    try:
        listed = feed_lists.read(document)
    except NoListError as error:
        raise UnreadableListError(str(error)) from None
    if not listed:
        raise UnreadableListError("the list names no feed; is it whole?")
    return listed


def _open(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(feed_lists.MOST_BYTES + 1)
    except OSError as error:
        raise UnreadableListError(error.strerror or "cannot be read") from None


async def _fetch(url: str, fetcher: HttpFetcher) -> bytes:
    outcome = await fetcher.fetch(unmet(FeedWish(url=url, origin=Origin.OPERATOR), datetime.now(UTC)), subscribers=0)
    if isinstance(outcome, Fetched):
        return outcome.body
    raise UnreadableListError(getattr(outcome, "detail", "the server sent no document"))
