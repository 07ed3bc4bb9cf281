"""Announce new articles: find the queries each one matches, and queue an alert for every reader."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.core.article import Article
from bot.core.matching import Document
from bot.core.ports import ArticleShelf, Clock, Counters, Fanout
from bot.flow.watch import Watch

_log = logging.getLogger(__name__)


def document(article: Article) -> Document:
    """Give what the matcher reads of an article."""
    tags = " · ".join(article.tags)
    return Document(
        title=article.title,
        lead="\n".join(part for part in (*article.key_points, article.lead) if part),
        body="\n".join(part for part in (article.body, tags) if part),
        language=article.language,
        source_title=article.source_title,
        source_host=article.source_host,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Announce:
    """Take the articles that wait for their readers; may be killed at any line and run by several processes."""

    articles: ArticleShelf
    watch: Watch
    clock: Clock
    counters: Counters
    owner: str
    queued: Callable[[], None]
    """Told after every chunk, so that sending starts while the fan-out goes on."""
    max_age: timedelta
    lease: timedelta = timedelta(minutes=5)
    articles_at_once: int = 50
    receivers_at_once: int = 5_000

    async def __call__(self) -> int:
        """Announce what waits now; returns how many articles were taken."""
        fanouts = await self.articles.claim_fanouts(self.owner, self.clock.now(), self.lease, self.articles_at_once)
        if fanouts:
            await self.watch.refresh()
        for fanout in fanouts:
            await self._one(fanout)
        return len(fanouts)

    async def _one(self, fanout: Fanout) -> None:
        article = fanout.article
        if not fanout.matched:
            started = self.clock.monotonic()
            stale = not fanout.catch_up and article.seen_at - article.published_at > self.max_age
            hits = () if stale else self.watch.matcher.match(document(article))
            self.counters.observe("stichwort_match_seconds", self.clock.monotonic() - started)
            self.counters.count("stichwort_matches_total", len(hits))
            await self.articles.record_matches(article.id, hits)
        total = 0
        while (
            queued := await self.articles.enqueue(article.id, self.clock.now(), limit=self.receivers_at_once)
        ) is not None:
            total += queued
            self.queued()
            await asyncio.sleep(0)
        if total:
            _log.info("article.announced", extra={"article": article.id, "feed": article.feed_id, "alerts": total})
