"""
Managed channels: their table and repository, and the notices to managers.

A notice is queued where the state of the chat changes (`storage.outcomes` after a refusal, `storage.chats` after an
update of Telegram), in the same transaction, so that it comes once and is not lost.
"""

from __future__ import annotations

import json
import secrets
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, Table, Text, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.channel import ChannelNotice, ManagedChannel
from bot.core.chat import ChatState
from bot.core.delivery.delivery import DeliveryKind, SendPriority, UnsentReason
from bot.core.ids import ChatId, ThreadId, UserId
from storage.columns import Number, SafeText, UtcDateTime
from storage.deliveries import NewDelivery, insert_one
from storage.engine import Database, insert
from storage.rows import Row
from storage.schema import PERSON, metadata
from storage.tables import chats

channels = Table(
    "channels",
    metadata,
    Column("chat_id", Number, ForeignKey(chats.c.id, ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("manager_id", Number, nullable=False, info=PERSON),
    Column("title", SafeText, nullable=False),
    Column("silenced", Text),  # why nothing can be posted there
    Column("created_at", UtcDateTime, nullable=False),
    Index(None, "manager_id"),
)


class SqlChannelRepository:
    """Implements `bot.core.channel.ChannelRepository`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, chat_id: ChatId) -> ManagedChannel | None:
        async with self._database.read() as connection:
            found = await connection.execute(select(channels).where(channels.c.chat_id == chat_id))
            row = found.mappings().one_or_none()
        return None if row is None else _read(row)

    async def list_managed(self, manager_id: UserId) -> tuple[ManagedChannel, ...]:
        wanted = select(channels).where(channels.c.manager_id == manager_id)
        async with self._database.read() as connection:
            found = (await connection.execute(wanted.order_by(channels.c.title, channels.c.chat_id))).mappings()
            return tuple(map(_read, found))

    async def save(self, chat_id: ChatId, manager_id: UserId, title: str, now: datetime) -> None:
        changed = {"manager_id": manager_id, "title": title}
        async with self._database.write() as connection:
            made = insert(connection, channels).values(chat_id=chat_id, created_at=now, **changed)
            await connection.execute(made.on_conflict_do_update(index_elements=["chat_id"], set_=changed))


async def silence(connection: AsyncConnection, chat_id: ChatId, reason: UnsentReason, now: datetime) -> None:
    """Note why nothing can be posted in a channel, and tell its manager, unless that was done already."""
    fresh = update(channels).where(channels.c.chat_id == chat_id, channels.c.silenced.is_(None))
    row = (await connection.execute(fresh.values(silenced=reason).returning(channels))).mappings().one_or_none()
    if row is not None:
        await _tell(connection, row, {"say": ChannelNotice.SILENCED, "reason": reason}, now)


async def restore(connection: AsyncConnection, chat_id: ChatId, now: datetime) -> None:
    """Tell the manager of a channel that was silenced that it goes on."""
    silent = update(channels).where(channels.c.chat_id == chat_id, channels.c.silenced.is_not(None))
    row = (await connection.execute(silent.values(silenced=None).returning(channels))).mappings().one_or_none()
    if row is not None:
        await _tell(connection, row, {"say": ChannelNotice.RESTORED}, now)


async def _tell(connection: AsyncConnection, row: Row, payload: dict[str, str], now: datetime) -> None:
    """Queue a notice for the manager, where the private chat is open."""
    manager_id = ChatId(row["manager_id"])
    is_open = select(chats.c.id).where(chats.c.id == manager_id, chats.c.state == ChatState.ACTIVE)
    if await connection.scalar(is_open) is None:
        return
    notice = NewDelivery(
        chat_id=manager_id,
        thread_id=ThreadId(0),
        key=f"{payload['say']}.{secrets.token_hex(8)}",
        kind=DeliveryKind.REPLY,
        rank=SendPriority.REPLY,
        payload=json.dumps({**payload, "channel": row["title"]}, ensure_ascii=False),
        not_before=now,
        seen_at=now,
        created_at=now,
    )
    await insert_one(connection, notice)


def _read(row: Row) -> ManagedChannel:
    silenced = row["silenced"]
    return ManagedChannel(
        id=ChatId(row["chat_id"]),
        manager_id=UserId(row["manager_id"]),
        title=row["title"],
        silenced=None if silenced is None else UnsentReason(silenced),
    )
