"""Shared lists of keywords, live ones and those revoked lately."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    and_,
    func,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.errors import Refusal, StorageError
from bot.core.ids import ChatId, ThreadId
from bot.core.query import parser
from bot.core.query.parser import MatchMode
from bot.core.shared_list import SharedKeyword, SharedList, SharedListId
from storage.columns import Number, SafeText, UtcDateTime, partial
from storage.engine import Database, insert
from storage.schema import CHAT, metadata
from storage.tables import chats

shared_lists = Table(
    "shared_lists",
    metadata,
    Column("id", Text, primary_key=True),  # unguessable: who knows it may read the list
    Column("chat_id", Number, nullable=False, info=CHAT),
    Column("thread_id", Number, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
    Index(None, "chat_id"),
    partial("ix_shared_lists_revoked_at", "revoked_at", where="revoked_at IS NOT NULL"),
)

shared_keywords = Table(
    "shared_keywords",
    metadata,
    Column("list_id", Text, ForeignKey(shared_lists.c.id, ondelete="CASCADE"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("normal", SafeText, nullable=False),
    Column("mode", Text, nullable=False),
    PrimaryKeyConstraint("list_id", "place"),
)

_IS_LIVE = shared_lists.c.revoked_at.is_(None)


class SqlSharedListRepository:
    """Implements `bot.core.shared_list.SharedListRepository`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def share(self, wanted: SharedList, limit: int) -> SharedList:
        async with self._database.write() as connection:
            await _lock_chat(connection, wanted.chat_id)
            for known in await _load(connection, _is_of(wanted.chat_id, wanted.thread_id), _IS_LIVE):
                if _content(known) == _content(wanted):
                    return known
            await _refuse_many(connection, wanted.chat_id, limit)
            values = {name: getattr(wanted, name) for name in ("id", "chat_id", "thread_id", "created_at")}
            await connection.execute(insert(connection, shared_lists).values(values))
            rows = [
                {"list_id": wanted.id, "place": place, "normal": keyword.query.normal, "mode": keyword.mode}
                for place, keyword in enumerate(wanted.keywords)
            ]
            if rows:
                await connection.execute(insert(connection, shared_keywords), rows)
            return wanted

    async def find(self, list_id: SharedListId) -> SharedList | None:
        async with self._database.read() as connection:
            return next(iter(await _load(connection, shared_lists.c.id == list_id, _IS_LIVE)), None)

    async def list_for(self, chat_id: ChatId, thread_id: ThreadId) -> tuple[SharedList, ...]:
        async with self._database.read() as connection:
            return await _load(connection, _is_of(chat_id, thread_id), _IS_LIVE)

    async def list_all_of(self, chat_id: ChatId) -> tuple[SharedList, ...]:
        async with self._database.read() as connection:
            return await _load(connection, shared_lists.c.chat_id == chat_id, _IS_LIVE)

    async def revoke(
        self, chat_id: ChatId, thread_id: ThreadId, list_id: SharedListId, now: datetime
    ) -> SharedList | None:
        same = and_(_is_of(chat_id, thread_id), shared_lists.c.id == list_id)
        async with self._database.write() as connection:
            found = await _load(connection, same, _IS_LIVE)
            await connection.execute(update(shared_lists).where(same, _IS_LIVE).values(revoked_at=now))
            return next(iter(found), None)

    async def share_again(
        self, chat_id: ChatId, thread_id: ThreadId, list_id: SharedListId, limit: int
    ) -> SharedList | None:
        same = and_(_is_of(chat_id, thread_id), shared_lists.c.id == list_id)
        async with self._database.write() as connection:
            await _lock_chat(connection, chat_id)
            is_revoked = await connection.scalar(select(shared_lists.c.revoked_at).where(same)) is not None
            if is_revoked:
                await _refuse_many(connection, chat_id, limit)
                await connection.execute(update(shared_lists).where(same).values(revoked_at=None))
            return next(iter(await _load(connection, same)), None)


def _is_of(chat_id: ChatId, thread_id: ThreadId) -> ColumnElement[bool]:
    return and_(shared_lists.c.chat_id == chat_id, shared_lists.c.thread_id == thread_id)


def _content(shared: SharedList) -> list[tuple[str, MatchMode]]:
    """Return what makes two lists the same, in whatever order their keywords stand."""
    return sorted((keyword.query.normal, keyword.mode) for keyword in shared.keywords)


async def _lock_chat(connection: AsyncConnection, chat_id: ChatId) -> None:
    """Let others who share lists of this chat wait, so that the checks that follow hold."""
    locked = select(chats.c.id).where(chats.c.id == chat_id).with_for_update()
    if await connection.scalar(locked) is None:
        raise StorageError("a chat must be met before it can share")


async def _refuse_many(connection: AsyncConnection, chat_id: ChatId, limit: int) -> None:
    live = select(func.count()).select_from(shared_lists).where(shared_lists.c.chat_id == chat_id, _IS_LIVE)
    if (await connection.scalar(live) or 0) >= limit:
        raise Refusal("share.limit", limit=limit)


async def _load(connection: AsyncConnection, *which: ColumnElement[bool]) -> tuple[SharedList, ...]:
    lists = select(shared_lists).where(*which).order_by(shared_lists.c.created_at, shared_lists.c.id)
    found = (await connection.execute(lists)).mappings().all()
    keywords: dict[str, list[SharedKeyword]] = {row["id"]: [] for row in found}
    theirs = select(shared_keywords).where(shared_keywords.c.list_id.in_(list(keywords)))
    rows: Any = (await connection.execute(theirs.order_by(shared_keywords.c.place))).mappings() if found else ()
    for row in rows:
        keyword = SharedKeyword(query=parser.stored(row["normal"]), mode=MatchMode(row["mode"]))
        keywords[row["list_id"]].append(keyword)
    return tuple(
        SharedList(
            id=SharedListId(row["id"]),
            chat_id=ChatId(row["chat_id"]),
            thread_id=ThreadId(row["thread_id"]),
            keywords=tuple(keywords[row["id"]]),
            created_at=row["created_at"],
        )
        for row in found
    )
