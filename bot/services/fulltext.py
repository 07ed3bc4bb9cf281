"""
Completes articles with the text of their pages, for feeds whose operator wants that.

An article waits for its text at most until a bound, and holds up no other: its fan-out is delayed under a lease that
expires by itself, so that a slow site, a dead process or a lost page costs the text and never the alert.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.core.errors import StorageError, without_text
from bot.core.ids import ArticleId
from bot.core.ports import Clock
from bot.core.query import matcher as query_matcher
from bot.core.query.matcher import Matcher, QueryHit
from bot.core.query.patterns import Document, TextField
from bot.core.repositories import Fanout, StoredQuery
from bot.core.web_page import FullTextRepository, PageTextReader
from bot.language.analyser import Analyser

_log = logging.getLogger(__name__)
_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class FullTextPolicy:
    """Which pages are fetched, and how long an alert may wait for one."""

    on_match: timedelta = timedelta(seconds=20)
    always: timedelta = timedelta(seconds=60)
    at_once: int = 32
    """Most articles that wait; further ones are announced without the text."""
    short_lead: int = 80
    long_body: int = 600
    """Characters of a feed's own text from which on the page is not fetched."""
    near_paragraphs: int = 3
    """Paragraphs at the beginning of the text in which one mention is a match; further down two are needed."""
    keep: timedelta = timedelta(hours=72)


class FullTextService:
    """Defers articles until their pages are read; `resumed` is called for each that may be announced."""

    def __init__(
        self,
        *,
        texts: FullTextRepository,
        source: PageTextReader,
        analyser: Analyser,
        clock: Clock,
        owner: str,
        policy: FullTextPolicy | None = None,
        resumed: Callable[[], None] = lambda: None,
    ) -> None:
        self._resumed = resumed
        self._texts = texts
        self._source = source
        self._analyser = analyser
        self._clock = clock
        self._owner = owner
        self._policy = policy or FullTextPolicy()
        self._tasks: dict[asyncio.Task[None], ArticleId] = {}

    async def defers(self, fanout: Fanout, hits: Sequence[QueryHit] | None = None) -> bool:
        """Return whether the article waits for its text; `hits` is None as long as it was not matched."""
        if fanout.was_asked_for or not fanout.article.url or len(self._tasks) >= self._policy.at_once:
            return False
        bound = self._bound(fanout, hits)
        if bound is None:
            return False
        now = self._clock.now()
        try:
            await self._texts.put_aside(fanout.article.id, self._owner, now, now + bound)
        except StorageError:
            return False  # an alert without the text is better than none
        task = asyncio.create_task(self._read(fanout, bound))
        self._tasks[task] = fanout.article.id
        task.add_done_callback(self._tasks.pop)
        return True

    def put_aside(self) -> tuple[ArticleId, ...]:
        """List the articles that wait for their texts."""
        return tuple(self._tasks.values())

    async def match(self, fanout: Fanout, document: Document, matcher: Matcher) -> tuple[QueryHit, ...]:
        """Match an article with the text of its page, in which a single mention far down is no match."""
        hits = matcher.match(document)
        tags = document.body.removeprefix(fanout.article.body)
        head = "\n".join(fanout.article.body.split("\n")[: self._policy.near_paragraphs])
        near = {hit.query_id for hit in matcher.match(replace(document, body=head + tags))}
        far = [hit for hit in hits if hit.query_id not in near]
        stored = {query.id: query for query in await self._texts.find_queries([hit.query_id for hit in far])}
        kept = set(near)
        for hit in far:
            known = stored.get(hit.query_id)
            if known and self._is_repeated(known, hit, document):
                kept.add(hit.query_id)
        return tuple(hit for hit in hits if hit.query_id in kept)

    async def tidy(self) -> None:
        """Delete the texts of pages whose story is over; the feeds' own texts stay."""
        before = self._clock.now() - self._policy.keep
        while await self._texts.drop(before, limit=_CHUNK) == _CHUNK:
            pass

    async def close(self) -> None:
        """Stop reading; the articles are announced when their leases are given back."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _bound(self, fanout: Fanout, hits: Sequence[QueryHit] | None) -> timedelta | None:
        """Return how long the article may wait; None when its page is not to be fetched."""
        article, policy = fanout.article, self._policy
        if fanout.full_text == "always" and hits is None and len(article.body) < policy.long_body:
            return policy.always
        is_bare = not article.key_points and max(len(article.lead), len(article.body)) < policy.short_lead
        return policy.on_match if fanout.full_text == "on-match" and hits and is_bare else None

    async def _read(self, fanout: Fanout, bound: timedelta) -> None:
        article, text = fanout.article, None
        try:
            async with asyncio.timeout(bound.total_seconds()):
                text = await self._source.read(article)
        except TimeoutError:
            _log.info("page.late", extra={"article": article.id, "feed": article.feed_id})
        except Exception as error:
            _log.error("page.failed", extra={"article": article.id, "error": without_text(error)})
        try:
            await self._texts.resume(article.id, text, self._clock.now())
        except Exception as error:  # then the lease ends by itself
            _log.error("page.not_stored", extra={"article": article.id, "error": without_text(error)})
        self._resumed()

    def _is_repeated(self, asked: StoredQuery, hit: QueryHit, document: Document) -> bool:
        terms = {evidence.term for evidence in hit.evidence if evidence.place is TextField.BODY}
        if not asked.query.is_readable:
            return False
        spans = query_matcher.highlight(self._analyser, asked.query, asked.mode, document.body, document.language)
        return len(spans) >= 2 * len(terms)
