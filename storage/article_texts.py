"""
The texts added to articles: summaries by a language model with their leases, and full texts of pages.

A full text is kept for a while and then deleted.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.ids import ArticleId, QueryId
from bot.core.query import parser
from bot.core.query.parser import MatchMode
from bot.core.repositories import StoredQuery
from bot.core.summary import KeptSummary, KnownSummary, SummaryTurn
from bot.core.web_page import PageText
from storage.engine import Database, in_chunks, insert
from storage.tables import abstracts, articles, fanouts, full_texts, queries, tellings

_LOCK = 0x41627374_72616374
"""Any number that no other program uses for an advisory lock of the same database."""


class SqlSummaryRepository:
    """Implements `bot.core.summary.SummaryRepository`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, article_id: ArticleId) -> str | None:
        async with self._database.read() as connection:
            return await _find(connection, article_id)

    async def claim(
        self, article_id: ArticleId, key: str, now: datetime, lasting: timedelta
    ) -> KeptSummary | KnownSummary | SummaryTurn:
        async with self._database.read() as connection:
            known = await _look(connection, article_id, key, now, lasting)
        if known is not None:
            return known  # nearly always so: whoever waits must not write
        async with self._database.write() as connection:
            if connection.dialect.name == "postgresql":
                await connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            known = await _look(connection, article_id, key, now, lasting)
            if known is not None:
                return known
            await connection.execute(insert(connection, abstracts).values(article_id=article_id, key=key, asked_at=now))
            return SummaryTurn.OURS

    async def keep(self, article_id: ArticleId, key: str, text: str, now: datetime) -> str:
        async with self._database.write() as connection:
            kept = insert(connection, abstracts).values(article_id=article_id, key=key, asked_at=now, text=text)
            unless_there = kept.on_conflict_do_update(
                index_elements=["article_id"], set_={"text": text}, where=abstracts.c.text.is_(None)
            )
            await connection.execute(unless_there)
            return await _find(connection, article_id) or ""

    async def release(self, article_ids: Collection[ArticleId]) -> None:
        ours = abstracts.c.article_id.in_(list(article_ids))
        async with self._database.write() as connection:
            await connection.execute(delete(abstracts).where(ours, abstracts.c.text.is_(None)))


async def _find(connection: AsyncConnection, article_id: ArticleId) -> str | None:
    return await connection.scalar(select(abstracts.c.text).where(abstracts.c.article_id == article_id))


async def _look(
    connection: AsyncConnection, article_id: ArticleId, key: str, now: datetime, lasting: timedelta
) -> KeptSummary | KnownSummary | SummaryTurn | None:
    """Say what is known of an article, its text or its story; None: nobody was asked yet, or in vain."""
    story = select(tellings.c.story_id).where(tellings.c.article_id == article_id).scalar_subquery()
    in_story = select(tellings.c.article_id).where(tellings.c.story_id == story)
    wanted = (
        select(abstracts)
        .where(or_(abstracts.c.article_id == article_id, abstracts.c.key == key, abstracts.c.article_id.in_(in_story)))
        .order_by(abstracts.c.article_id)
    )
    found = (await connection.execute(wanted)).all()
    is_open = {row.article_id: row.text is None and row.asked_at <= now < row.asked_at + lasting for row in found}
    for row in found:
        if row.article_id == article_id:
            return SummaryTurn.BUSY if is_open[article_id] else KeptSummary(row.text or "")
    said = sorted((row for row in found if row.text), key=lambda row: row.key != key)
    if said:
        return KnownSummary(said[0].text)
    if any(is_open.values()):
        return SummaryTurn.BUSY
    return KnownSummary("") if any(row.key == key and row.text is not None for row in found) else None


class SqlFullTextRepository:
    """Implements `bot.core.web_page.FullTextRepository`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put_aside(self, article_id: ArticleId, owner: str, now: datetime, until: datetime) -> None:
        async with self._database.write() as connection:
            asked = {"article_id": article_id, "asked_at": now, "body": "", "key_points": (), "has_text": False}
            await connection.execute(insert(connection, full_texts).values(asked).on_conflict_do_nothing())
            leased = {"lease_owner": owner, "lease_until": until}
            await connection.execute(update(fanouts).where(fanouts.c.article_id == article_id).values(leased))

    async def resume(self, article_id: ArticleId, text: PageText | None, now: datetime) -> None:
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
        found: list[StoredQuery] = []
        async with self._database.read() as connection:
            for some in in_chunks(query_ids):
                wanted = select(queries).where(queries.c.id.in_(some))
                rows = (await connection.execute(wanted)).all()
                found += [StoredQuery(QueryId(row.id), parser.stored(row.normal), MatchMode(row.mode)) for row in rows]
        return tuple(found)

    async def drop(self, before: datetime, *, limit: int) -> int:
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
