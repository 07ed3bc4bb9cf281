"""
Erasure: of a chat all that names it, and with a private chat all that names the person; and of what is older than its
retention time.

Which columns name a chat is read from the metadata, so that a new table cannot be forgotten. A ban outlives the rest as
a keyed hash: it says nothing about anybody, unless one asks about this very person.
"""

from __future__ import annotations

import hmac
import json
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Select, Table, delete, literal, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.chat import AccessLevel
from bot.core.delivery.delivery import DeliveryState
from bot.core.ids import ChatId, UserId
from storage import columns
from storage.deliveries import in_state
from storage.engine import Database, insert
from storage.saved import saved_articles
from storage.schema import metadata
from storage.shared_lists import shared_lists
from storage.subscriptions import retire_unused
from storage.tables import (
    IS_GONE,
    alert_actions,
    articles,
    bans,
    chats,
    deliveries,
    facts,
    fanouts,
    feeds,
    pendings,
    people,
    removed_subscriptions,
    searches,
    subscriptions,
)

_BAN_KEY = "bans.key"
_LISTS = ("groups.", "approval_card.")
"""Facts whose values list chats or persons."""


async def erase(connection: AsyncConnection, chat_id: ChatId, now: datetime, *, keeps_access: bool = False) -> None:
    """
    Delete all rows that name the chat; `keeps_access`: whether the person may use the bot is kept, without the name.

    Locks are taken in the order in which moves of chats and polls take them; after that no poll or fan-out under way
    adds a row.
    """
    await connection.execute(select(chats.c.id).where(chats.c.id == chat_id).with_for_update())
    await connection.execute(select(feeds.c.id).where(feeds.c.owner == chat_id).order_by(feeds.c.id).with_for_update())
    await connection.execute(select(fanouts.c.article_id).order_by(fanouts.c.article_id).with_for_update())
    theirs = select(subscriptions.c.query_id).where(subscriptions.c.chat_id == chat_id)
    query_ids = (await connection.scalars(theirs)).all()
    cursor = update(fanouts).where(fanouts.c.chat_cursor == chat_id)
    await connection.execute(cursor.values(chat_cursor=None, thread_cursor=None))
    for column in reversed(columns.list_chat_columns(metadata)):
        if not _goes_with_articles(column.table):
            await connection.execute(delete(column.table).where(column == chat_id, *_indexed(column)))
    if chat_id > 0:
        await _erase_person(connection, UserId(chat_id), now, keeps_access=keeps_access)
    await _erase_facts(connection, chat_id)
    await retire_unused(connection, query_ids)


def _goes_with_articles(table: Table) -> bool:
    """Say whether rows of a table are deleted with their articles; most have no index by their owner."""
    return any(key.column.table is articles and key.ondelete == "CASCADE" for key in table.foreign_keys)


def _indexed(column: Column[Any]) -> tuple[Any, ...]:
    """Repeat the condition of the partial index of articles, without which either database reads all of them."""
    return (articles.c.owner != literal(0, literal_execute=True),) if column is articles.c.owner else ()


async def _erase_person(connection: AsyncConnection, user_id: UserId, now: datetime, *, keeps_access: bool) -> None:
    access = await connection.scalar(select(people.c.access).where(people.c.id == user_id))
    if access == AccessLevel.BANNED:
        hashed = _hash(await _ban_key(connection, make=True) or "", user_id)
        await connection.execute(insert(connection, bans).values(hash=hashed, banned_at=now).on_conflict_do_nothing())
    elif keeps_access:
        await connection.execute(
            update(people).where(people.c.id == user_id).values(name="", language=None, asked=None)
        )
        await connection.execute(delete(pendings).where(pendings.c.user_id == user_id))
        return
    for column in columns.list_person_columns(metadata):
        await connection.execute(delete(column.table).where(column == user_id))


async def _erase_facts(connection: AsyncConnection, chat_id: ChatId) -> None:
    """Delete the facts under the chat's id, and the chat from the lists of others."""
    await connection.execute(delete(facts).where(facts.c.key.endswith(f".{chat_id}", autoescape=True)))
    is_list = or_(*(facts.c.key.startswith(prefix, autoescape=True) for prefix in _LISTS))
    naming = select(facts).where(is_list, facts.c.value.contains(str(chat_id)))
    for row in (await connection.execute(naming)).mappings():
        left = json.dumps(_without(json.loads(row["value"]), chat_id))
        await connection.execute(update(facts).where(facts.c.key == row["key"]).values(value=left))


def _without(value: Any, chat_id: int) -> Any:
    """Return a value of JSON without the number in any of its lists."""
    if isinstance(value, dict):
        return {name: _without(part, chat_id) for name, part in value.items()}
    if isinstance(value, list):
        return [_without(part, chat_id) for part in value if part != chat_id]
    return value


async def is_banned(connection: AsyncConnection, user_id: UserId) -> bool:
    """Say whether somebody of whom nothing else is stored is banned."""
    key = await _ban_key(connection)
    if key is None:
        return False
    return await connection.scalar(select(bans.c.hash).where(bans.c.hash == _hash(key, user_id))) is not None


async def lift_ban(connection: AsyncConnection, user_id: UserId) -> None:
    """Delete the hash of a ban, because what is stored of the person decides again."""
    key = await _ban_key(connection)
    if key is not None:
        await connection.execute(delete(bans).where(bans.c.hash == _hash(key, user_id)))


async def _ban_key(connection: AsyncConnection, *, make: bool = False) -> str | None:
    """Return the key of the hashes, which is made with the first of them."""
    if make:
        fresh = insert(connection, facts).values(key=_BAN_KEY, value=secrets.token_hex(32))
        await connection.execute(fresh.on_conflict_do_nothing())
    return await connection.scalar(select(facts.c.value).where(facts.c.key == _BAN_KEY))


def _hash(key: str, user_id: UserId) -> str:
    return hmac.new(bytes.fromhex(key), str(user_id).encode(), "sha256").hexdigest()


class SqlRetentionRepository:
    """Implements `bot.services.maintenance.RetentionRepository`; each call returns how many rows it deleted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def drop_deliveries(self, before: datetime, limit: int) -> int:
        ended = select(deliveries.c.id).where(deliveries.c.finished_at < before)
        count = await self._drop(deliveries, ended.order_by(deliveries.c.finished_at), limit)
        left = select(deliveries.c.id).where(in_state(DeliveryState.HELD, DeliveryState.FOLDED))
        return count or await self._drop(deliveries, left.where(deliveries.c.created_at < before), limit)

    async def drop_articles(self, before: datetime, limit: int) -> int:
        old = select(articles.c.id).where(
            articles.c.seen_at < before, articles.c.id.not_in(select(fanouts.c.article_id))
        )
        return await self._drop(articles, old.order_by(articles.c.seen_at), limit)

    async def drop_chats(self, before: datetime, limit: int) -> int:
        lost = select(chats.c.id).where(IS_GONE, chats.c.state_at < before)
        async with self._database.write() as connection:
            found = (await connection.scalars(lost.limit(limit).with_for_update())).all()  # none returns meanwhile
            for chat_id in found:
                await erase(connection, ChatId(chat_id), before, keeps_access=True)
        return len(found)

    async def drop_searches(self, before: datetime, limit: int) -> int:
        old = select(searches.c.id).where(searches.c.created_at < before)
        return await self._drop(searches, old.order_by(searches.c.created_at), limit)

    async def drop_alert_actions(self, before: datetime, limit: int) -> int:
        old = select(alert_actions.c.id).where(alert_actions.c.created_at < before)
        return await self._drop(alert_actions, old.order_by(alert_actions.c.created_at), limit)

    async def drop_removed(self, before: datetime, limit: int) -> int:
        kept = removed_subscriptions
        return await self._drop(kept, select(kept.c.id).where(kept.c.removed_at < before), limit)

    async def drop_unsaved(self, before: datetime, limit: int) -> int:
        gone = saved_articles
        old = select(gone.c.chat_id, gone.c.key).where(gone.c.removed_at < before).limit(limit)
        async with self._database.write() as connection:
            keys = [tuple(row) for row in await connection.execute(old)]
            if keys:
                await connection.execute(delete(gone).where(tuple_(gone.c.chat_id, gone.c.key).in_(keys)))
        return len(keys)

    async def drop_revoked_lists(self, before: datetime, limit: int) -> int:
        revoked = shared_lists.c.revoked_at
        old = select(shared_lists.c.id).where(revoked.is_not(None), revoked < before)
        return await self._drop(shared_lists, old, limit)

    async def _drop(self, table: Table, which: Select[Any], limit: int) -> int:
        async with self._database.write() as connection:
            ids = (await connection.scalars(which.limit(limit))).all()
            if ids:
                await connection.execute(delete(table).where(table.c.id.in_(ids)))
        return len(ids)
