"""Deletes what is older than its retention time, in small pieces, so that no writer waits for it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Table, delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.chat import ChatState
from bot.core.delivery.delivery import DeliveryState
from bot.core.feed import FeedState
from storage.deliveries import in_state
from storage.engine import Database
from storage.subscriptions import retire_unused
from storage.tables import articles, chats, deliveries, facts, fanouts, feeds, pendings, people, subscriptions


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
        lost = select(chats.c.id).where(chats.c.state != ChatState.ACTIVE, chats.c.state_at < before)
        async with self._database.write() as connection:
            found = (await connection.scalars(lost.limit(limit).with_for_update())).all()  # none returns meanwhile
            for chat_id in found:
                await _drop_chat(connection, chat_id, before)
        return len(found)

    async def _drop(self, table: Table, which: Select[Any], limit: int) -> int:
        async with self._database.write() as connection:
            ids = (await connection.scalars(which.limit(limit))).all()
            if ids:
                await connection.execute(delete(table).where(table.c.id.in_(ids)))
        return len(ids)


async def _drop_chat(connection: AsyncConnection, chat_id: int, now: datetime) -> None:
    theirs = select(subscriptions.c.query_id).where(subscriptions.c.chat_id == chat_id)
    query_ids = (await connection.scalars(theirs)).all()
    for table in (subscriptions, deliveries, pendings):
        await connection.execute(delete(table).where(table.c.chat_id == chat_id))
    own = update(feeds).where(feeds.c.owner == chat_id, feeds.c.state != FeedState.REMOVED)
    await connection.execute(own.values(state=FeedState.REMOVED, removed_at=now, lease_owner=None, lease_until=None))
    private = delete(articles).where(text("articles.owner <> 0"), articles.c.owner == chat_id)
    await connection.execute(private)
    await connection.execute(delete(chats).where(chats.c.id == chat_id))
    await connection.execute(update(people).where(people.c.id == chat_id).values(name="", language=None, asked=None))
    await _forget_facts(connection, chat_id)
    await retire_unused(connection, query_ids)


async def _forget_facts(connection: AsyncConnection, chat_id: int) -> None:
    """Forget its menu, and that somebody added the bot to it; whether he may use the bot is not forgotten."""
    await connection.execute(delete(facts).where(facts.c.key == f"menu.{chat_id}"))
    lists = select(facts).where(
        facts.c.key.startswith("groups.", autoescape=True), facts.c.value.contains(str(chat_id))
    )
    for row in (await connection.execute(lists)).mappings():
        left = [each for each in json.loads(row["value"]) if each != chat_id]
        await connection.execute(update(facts).where(facts.c.key == row["key"]).values(value=json.dumps(left)))
