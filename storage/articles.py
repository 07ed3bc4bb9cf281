"""The shelf of articles: what was stored, what it matched, and the readers still to be told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from bot.core.article import Article
from bot.core.errors import StorageError
from bot.core.ids import ArticleId
from bot.core.matching import Hit
from bot.core.shelves import Fanout
from storage import columns, fanout, rows
from storage.engine import Database, insert
from storage.tables import articles, fanouts, feeds, full_texts, matches

_CHUNK = 1000


class Articles:
    """Implements `bot.core.shelves.ArticleShelf`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_recent(self, *, since: datetime, limit: int) -> tuple[Article, ...]:
        """List stored articles seen since then, newest first."""
        recent = select(articles).where(articles.c.seen_at >= since)
        newest = recent.order_by(articles.c.seen_at.desc(), articles.c.id.desc()).limit(limit)
        async with self._database.read() as connection:
            return tuple(rows.article(row) for row in (await connection.execute(newest)).mappings())

    async def claim_fanouts(
        self, owner: str, now: datetime, lease: timedelta, limit: int, in_hand: Collection[ArticleId] | None = None
    ) -> tuple[Fanout, ...]:
        """Lease articles whose readers are to be found, oldest first."""
        waiting = (
            select(
                articles,
                fanouts.c.matched,
                fanouts.c.catch_up,
                feeds.c.full_text,
                full_texts.c.asked_at,
                full_texts.c.has_text,
            )
            .join(fanouts, fanouts.c.article_id == articles.c.id)
            .join(feeds, feeds.c.id == articles.c.feed_id)
            .outerjoin(full_texts, full_texts.c.article_id == articles.c.id)
            .where(columns.is_free(fanouts, now, columns.is_unknown(fanouts, owner, in_hand)))
            .order_by(fanouts.c.article_id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=fanouts)
        )
        async with self._database.write() as connection:
            found = (await connection.execute(waiting)).mappings().all()
            leased = {"lease_owner": owner, "lease_until": now + lease}
            ids = [row["id"] for row in found]
            await connection.execute(update(fanouts).where(fanouts.c.article_id.in_(ids)).values(leased))
        return tuple(
            Fanout(
                article=rows.article(row),
                matched=row["matched"],
                catch_up=row["catch_up"],
                full_text=row["full_text"],
                was_asked_for=row["asked_at"] is not None,
                has_page_text=bool(row["has_text"]),
            )
            for row in found
        )

    async def record_matches(self, article_id: ArticleId, hits: Sequence[Hit]) -> None:
        """Store which queries the article matches and why; doing it twice changes nothing."""
        found = [{"article_id": article_id, "query_id": hit.query_id, "evidence": hit.evidence} for hit in hits]
        async with self._database.write() as connection:
            for start in range(0, len(found), _CHUNK):
                new = insert(connection, matches).on_conflict_do_nothing()
                await connection.execute(new, found[start : start + _CHUNK])
            await connection.execute(update(fanouts).where(fanouts.c.article_id == article_id).values(matched=True))

    async def enqueue(self, article_id: ArticleId, now: datetime, *, limit: int) -> int | None:
        """
        Queue one alert for each of the next `limit` receivers (chat and thread) of a matched article.

        A receiver who has had this article's key counts among the `limit`, but not in what is returned.
        """
        async with self._database.write() as connection:
            task = (
                select(articles, fanouts.c.matched, fanouts.c.catch_up, fanouts.c.chat_cursor, fanouts.c.thread_cursor)
                .join(fanouts, fanouts.c.article_id == articles.c.id)
                .where(articles.c.id == article_id)
                .with_for_update(of=fanouts)
            )
            row = (await connection.execute(task)).mappings().one_or_none()
            if row is None:
                return None
            if not row["matched"]:
                raise StorageError(f"article {article_id} was not matched yet")
            chunk = await fanout.next_chunk(connection, row, limit)
            queued = await fanout.queue(connection, row, chunk, now)
            if chunk.is_last:
                await connection.execute(delete(fanouts).where(fanouts.c.article_id == article_id))
                return queued or None
            cursor = {"chat_cursor": chunk.end[0], "thread_cursor": chunk.end[1]} if chunk.end else {}
            await connection.execute(update(fanouts).where(fanouts.c.article_id == article_id).values(cursor))
            return queued
