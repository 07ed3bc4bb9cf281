"""The shelf of abstracts: what a language model said of articles, and who is asking it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.abstract import KeptSummary, KnownSummary, SummaryTurn
from bot.core.ids import ArticleId
from storage.engine import Database, insert
from storage.told import abstracts, tellings

_LOCK = 0x41627374_72616374
"""Any number that no other program uses for an advisory lock of the same database."""


class SqlSummaryRepository:
    """Implements `bot.core.abstract.AbstractShelf`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, article_id: ArticleId) -> str | None:
        """Find what is shown of an article."""
        async with self._database.read() as connection:
            return await _find(connection, article_id)

    async def claim(
        self, article_id: ArticleId, key: str, now: datetime, lasting: timedelta
    ) -> KeptSummary | KnownSummary | SummaryTurn:
        """Say what is known, or whose turn it is to ask."""
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
        """Keep an answer, unless there is one; returns the one that counts."""
        async with self._database.write() as connection:
            kept = insert(connection, abstracts).values(article_id=article_id, key=key, asked_at=now, text=text)
            unless_there = kept.on_conflict_do_update(
                index_elements=["article_id"], set_={"text": text}, where=abstracts.c.text.is_(None)
            )
            await connection.execute(unless_there)
            return await _find(connection, article_id) or ""

    async def release(self, article_ids: Collection[ArticleId]) -> None:
        """Give up claims, so that the next one may ask; answers stay."""
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
