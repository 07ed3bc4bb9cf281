"""The shelf of articles: what was stored, what it matched, and the readers still to be told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.article import Article
from bot.core.errors import StorageError
from bot.core.evidence import QueryHit
from bot.core.ids import ArticleId
from bot.core.shelves import Fanout
from storage import columns, fanout, revisions, rows
from storage.engine import Database, insert
from storage.rows import Row
from storage.tables import articles, fanouts, feeds, full_texts, matches

_LOOKED_AT = 5_000
"""Articles among which feeds take turns: as many as one document brings; ordering 100,000 takes ten times as long."""
_CHUNK = 1000


class SqlArticleRepository:
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
        """Lease articles whose readers are to be found: the oldest of each feed, then the next ones of each."""
        is_free = columns.is_free(fanouts, now, columns.is_unknown(fanouts, owner, in_hand))
        oldest = (
            select(articles.c.id, articles.c.feed_id)
            .join(fanouts, fanouts.c.article_id == articles.c.id)
            .where(is_free)
            .order_by(articles.c.id)
            .limit(_LOOKED_AT)
            .subquery()
        )
        turn = func.row_number().over(partition_by=oldest.c.feed_id, order_by=oldest.c.id)
        turns = select(oldest.c.id, turn.label("turn")).subquery()
        waiting = (
            select(
                articles,
                fanouts.c.matched,
                fanouts.c.catch_up,
                fanouts.c.revision,
                fanouts.c.before,
                feeds.c.full_text,
                full_texts.c.asked_at,
                full_texts.c.has_text,
            )
            .join(fanouts, fanouts.c.article_id == articles.c.id)
            .join(feeds, feeds.c.id == articles.c.feed_id)
            .outerjoin(full_texts, full_texts.c.article_id == articles.c.id)
            .join(turns, turns.c.id == articles.c.id)
            .where(is_free)
            .order_by(turns.c.turn, articles.c.id)
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
                before=_before(row),
                matched=row["matched"],
                catch_up=row["catch_up"],
                full_text=row["full_text"],
                was_asked_for=row["asked_at"] is not None,
                has_page_text=bool(row["has_text"]),
            )
            for row in found
        )

    async def record_matches(
        self, article_id: ArticleId, hits: Sequence[QueryHit], known: Sequence[QueryHit] = ()
    ) -> None:
        """Store which queries the article matches and why; doing it twice changes nothing."""
        found = [{"article_id": article_id, "query_id": hit.query_id, "evidence": hit.evidence} for hit in hits]
        async with self._database.write() as connection:
            number = await connection.scalar(select(fanouts.c.revision).where(fanouts.c.article_id == article_id)) or 0
            for start in range(0, len(found), _CHUNK):
                new = insert(connection, matches).on_conflict_do_nothing()
                await connection.execute(new, [each | {"revision": number} for each in found[start : start + _CHUNK]])
            if known:
                this = (matches.c.article_id == bindparam("of")) & (matches.c.query_id == bindparam("wanted"))
                renew = update(matches).where(this).values(evidence=bindparam("found", type_=matches.c.evidence.type))
                renewed = [{"of": article_id, "wanted": hit.query_id, "found": hit.evidence} for hit in known]
                await connection.execute(renew, renewed)
            await connection.execute(update(fanouts).where(fanouts.c.article_id == article_id).values(matched=True))

    async def enqueue(self, article_id: ArticleId, now: datetime, *, limit: int) -> int | None:
        """
        Queue one alert for each of the next `limit` receivers (chat and thread) of a matched article.

        A receiver who has had this article's key counts among the `limit`, but not in what is returned.
        """
        async with self._database.write() as connection:
            task = (
                select(articles, fanouts.c.matched, fanouts.c.catch_up, fanouts.c.chat_cursor, fanouts.c.thread_cursor)
                .add_columns(fanouts.c.revision, fanouts.c.latest, fanouts.c.edit_cursor, fanouts.c.lease_owner)
                .join(fanouts, fanouts.c.article_id == articles.c.id)
                .where(articles.c.id == article_id)
                .with_for_update(of=fanouts)
            )
            row = (await connection.execute(task)).mappings().one_or_none()
            if row is None:
                return None
            if not row["matched"]:
                if row["revision"] and row["lease_owner"] is None:
                    return None  # it begins anew, for whoever takes it next
                raise StorageError(f"article {article_id} was not matched yet")
            if row["edit_cursor"] is not None:
                await revisions.queue_edits(connection, row, now, limit)
                return 0
            chunk = await fanout.next_chunk(connection, row, limit)
            queued = await fanout.queue(connection, row, chunk, now)
            if chunk.is_last:
                await _close(connection, row)
                return queued or None
            cursor = {"chat_cursor": chunk.end[0], "thread_cursor": chunk.end[1]} if chunk.end else {}
            await connection.execute(update(fanouts).where(fanouts.c.article_id == article_id).values(cursor))
            return queued


def _before(row: Row) -> Article | None:
    """Give the article as it was before the change that is announced."""
    if not row["revision"]:
        return None
    return replace(rows.article(row), **revisions.read_before(row["before"]))


async def _close(connection: AsyncConnection, task: Row) -> None:
    """End a task, or begin it anew where the article changed meanwhile."""
    this = fanouts.c.article_id == task["id"]
    if task["latest"] <= task["revision"]:
        await connection.execute(delete(fanouts).where(this))
        return
    anew = {"revision": task["latest"], "matched": False, "chat_cursor": None, "thread_cursor": None}
    await connection.execute(update(fanouts).where(this).values(anew | {"lease_owner": None, "lease_until": None}))
