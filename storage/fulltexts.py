"""The shelf of full texts: taken into the article for a while, then given up again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update

from bot.core.ids import ArticleId, QueryId
from bot.core.page import PageText
from bot.core.query import MatchMode
from bot.core.shelves import StoredQuery
from storage.engine import Database, insert
from storage.tables import articles, fanouts, full_texts, queries

_CHUNK = 500


class SqlFullTextRepository:
    """Implements `bot.core.fulltext.TextShelf`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put_aside(self, article_id: ArticleId, owner: str, now: datetime, until: datetime) -> None:
        """Note that the page is being asked for, and leave the article's fan-out alone until then."""
        async with self._database.write() as connection:
            asked = {"article_id": article_id, "asked_at": now, "body": "", "key_points": (), "has_text": False}
            await connection.execute(insert(connection, full_texts).values(asked).on_conflict_do_nothing())
            leased = {"lease_owner": owner, "lease_until": until}
            await connection.execute(update(fanouts).where(fanouts.c.article_id == article_id).values(leased))

    async def resume(self, article_id: ArticleId, text: PageText | None, now: datetime) -> None:
        """Let the fan-out go on, with the text in the article's body if there is any."""
        async with self._database.write() as connection:
            if text is not None:
                own = await connection.execute(
                    select(articles.c.body, articles.c.key_points).where(articles.c.id == article_id).with_for_update()
                )
                given = own.one_or_none()
                if given is None:
                    return
                kept = {"body": given.body, "key_points": given.key_points, "has_text": True}
                asked = full_texts.c.article_id == article_id
                await connection.execute(update(full_texts).where(asked, full_texts.c.has_text.is_(False)).values(kept))
                fresh = {"body": text.body or given.body, "key_points": given.key_points or text.key_points}
                paid = {"is_paid": True} if text.is_paid else {}
                await connection.execute(update(articles).where(articles.c.id == article_id).values(fresh | paid))
            free = {"lease_owner": None, "lease_until": None}
            await connection.execute(update(fanouts).where(fanouts.c.article_id == article_id).values(free))

    async def find_queries(self, query_ids: Sequence[QueryId]) -> tuple[StoredQuery, ...]:
        """Look up queries; those not there any more are left out."""
        found: list[StoredQuery] = []
        async with self._database.read() as connection:
            for start in range(0, len(query_ids), _CHUNK):
                wanted = select(queries).where(queries.c.id.in_(query_ids[start : start + _CHUNK]))
                rows = (await connection.execute(wanted)).all()
                found += [StoredQuery(QueryId(row.id), row.normal, MatchMode(row.mode)) for row in rows]
        return tuple(found)

    async def drop(self, before: datetime, *, limit: int) -> int:
        """Put back what the feed itself gave where a page was asked for earlier; returns how many."""
        old = select(full_texts).where(full_texts.c.asked_at < before).order_by(full_texts.c.asked_at).limit(limit)
        async with self._database.write() as connection:
            found = (await connection.execute(old)).all()
            for row in found:
                if row.has_text:
                    given = {"body": row.body, "key_points": row.key_points}
                    await connection.execute(update(articles).where(articles.c.id == row.article_id).values(given))
            done = [row.article_id for row in found]
            await connection.execute(delete(full_texts).where(full_texts.c.article_id.in_(done)))
        return len(found)
