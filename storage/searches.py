"""The repository of searches whose pages may be turned."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select

from bot.core.ids import ArticleId, ChatId, SearchId
from bot.core.search import SavedSearch
from storage.engine import Database, insert
from storage.tables import searches

KEPT = 20
"""Searches of one chat, the newest."""


class SqlSearchRepository:
    """Implements `bot.core.search.SearchRepository`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, chat_id: ChatId, words: str, article_ids: Collection[ArticleId], now: datetime) -> SearchId:
        found = {"chat_id": chat_id, "words": words, "article_ids": frozenset(article_ids), "created_at": now}
        theirs = select(searches.c.id).where(searches.c.chat_id == chat_id).order_by(searches.c.id.desc())
        async with self._database.write() as connection:
            saved = insert(connection, searches).values(found).returning(searches.c.id)
            search_id = SearchId((await connection.execute(saved)).scalar_one())
            last = await connection.scalar(theirs.offset(KEPT - 1).limit(1))
            if last is not None:
                await connection.execute(delete(searches).where(searches.c.chat_id == chat_id, searches.c.id < last))
        return search_id

    async def find(self, chat_id: ChatId, search_id: SearchId) -> SavedSearch | None:
        same = select(searches).where(searches.c.id == search_id, searches.c.chat_id == chat_id)
        async with self._database.read() as connection:
            row = (await connection.execute(same)).mappings().one_or_none()
        if row is None:
            return None
        return SavedSearch(id=row["id"], words=row["words"], article_ids=row["article_ids"])
