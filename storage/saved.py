"""The articles that chats have saved: their table and repository."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    PrimaryKeyConstraint,
    Select,
    Table,
    Text,
    and_,
    func,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.errors import Refusal
from bot.core.ids import ChatId
from bot.core.saved import SAVED_PAGE, SavedArticle, SavedPage
from storage.columns import Number, SafeText, UtcDateTime, flag, partial
from storage.engine import Database, insert
from storage.rows import Row
from storage.schema import metadata
from storage.tables import chats

saved_articles = Table(
    "saved_articles",
    metadata,
    Column("chat_id", Number, ForeignKey(chats.c.id, ondelete="CASCADE"), nullable=False),
    Column("key", Text, nullable=False),
    Column("title", SafeText, nullable=False),
    Column("url", SafeText),
    Column("source", SafeText, nullable=False),
    Column("summary", SafeText, nullable=False),
    flag("is_day"),
    flag("is_paid"),
    Column("published_at", UtcDateTime, nullable=False),
    Column("saved_at", UtcDateTime, nullable=False),
    Column("removed_at", UtcDateTime),  # it can be restored for a while
    PrimaryKeyConstraint("chat_id", "key"),
    partial("ix_saved_articles_removed_at", "removed_at", where="removed_at IS NOT NULL"),
)

_COLUMNS = tuple(field.name for field in fields(SavedArticle))


class SqlSavedArticleRepository:
    """Implements `bot.core.saved.SavedArticleRepository`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, chat_id: ChatId, article: SavedArticle, *, limit: int, now: datetime) -> bool:
        values: dict[str, Any] = {name: getattr(article, name) for name in _COLUMNS} | {"removed_at": None}
        async with self._database.write() as connection:
            await _lock(connection, chat_id)
            if await connection.scalar(_there(chat_id, article.key)) is not None:
                return False
            await _demand_room(connection, chat_id, limit)
            added = insert(connection, saved_articles).values(values | {"chat_id": chat_id, "key": article.key})
            await connection.execute(added.on_conflict_do_update(index_elements=["chat_id", "key"], set_=values))
        return True

    async def has(self, chat_id: ChatId, key: str) -> bool:
        async with self._database.read() as connection:
            return await connection.scalar(_there(chat_id, key)) is not None

    async def remove(self, chat_id: ChatId, key: str, now: datetime) -> SavedArticle | None:
        same = and_(_is(chat_id, key), saved_articles.c.removed_at.is_(None))
        removed = update(saved_articles).where(same).values(removed_at=now).returning(saved_articles)
        async with self._database.write() as connection:
            row = (await connection.execute(removed)).mappings().one_or_none()
        return None if row is None else _read(row)

    async def restore(self, chat_id: ChatId, key: str, *, limit: int) -> SavedArticle | None:
        async with self._database.write() as connection:
            await _lock(connection, chat_id)
            wanted = select(saved_articles).where(_is(chat_id, key))
            row = (await connection.execute(wanted)).mappings().one_or_none()
            if row is not None and row["removed_at"] is not None:
                await _demand_room(connection, chat_id, limit)
                await connection.execute(update(saved_articles).where(_is(chat_id, key)).values(removed_at=None))
        return None if row is None else _read(row)

    async def list_page(self, chat_id: ChatId, offset: int) -> SavedPage:
        async with self._database.read() as connection:
            total = await connection.scalar(_count(chat_id)) or 0
            last = max(0, total - 1) // SAVED_PAGE * SAVED_PAGE
            start = min(max(0, offset) // SAVED_PAGE * SAVED_PAGE, last)
            found = (await connection.execute(_list(chat_id).offset(start).limit(SAVED_PAGE))).mappings()
            return SavedPage(articles=tuple(map(_read, found)), offset=start, total=total)

    async def list_all(self, chat_id: ChatId) -> Sequence[SavedArticle]:
        async with self._database.read() as connection:
            return tuple(map(_read, (await connection.execute(_list(chat_id))).mappings()))


def _is(chat_id: ChatId, key: str) -> ColumnElement[bool]:
    return and_(saved_articles.c.chat_id == chat_id, saved_articles.c.key == key)


def _kept(chat_id: ChatId) -> ColumnElement[bool]:
    return and_(saved_articles.c.chat_id == chat_id, saved_articles.c.removed_at.is_(None))


def _there(chat_id: ChatId, key: str) -> Select[Any]:
    return select(saved_articles.c.key).where(_is(chat_id, key), saved_articles.c.removed_at.is_(None))


def _count(chat_id: ChatId) -> Select[Any]:
    return select(func.count()).select_from(saved_articles).where(_kept(chat_id))


def _list(chat_id: ChatId) -> Select[Any]:
    newest_first = (saved_articles.c.saved_at.desc(), saved_articles.c.key)
    return select(saved_articles).where(_kept(chat_id)).order_by(*newest_first)


async def _lock(connection: AsyncConnection, chat_id: ChatId) -> None:
    """Let one transaction at a time count what the chat has, so that two together do not pass the limit."""
    await connection.execute(select(chats.c.id).where(chats.c.id == chat_id).with_for_update())


async def _demand_room(connection: AsyncConnection, chat_id: ChatId, limit: int) -> None:
    if (await connection.scalar(_count(chat_id)) or 0) >= limit:
        raise Refusal("saved.limit", limit=limit)


def _read(row: Row) -> SavedArticle:
    return SavedArticle(**{name: row[name] for name in _COLUMNS})
