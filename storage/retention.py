"""Deletes what is older than its retention time, in small pieces, so that no writer waits for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, Table, delete, select

from bot.core.chat import ChatState
from bot.core.delivery.delivery import DeliveryState
from bot.core.ids import ChatId
from storage import chat_erasure
from storage.deliveries import in_state
from storage.engine import Database
from storage.tables import alert_actions, articles, chats, deliveries, fanouts, removed_subscriptions, searches


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
                await chat_erasure.erase(connection, ChatId(chat_id), before, keeps_access=True)
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

    async def _drop(self, table: Table, which: Select[Any], limit: int) -> int:
        async with self._database.write() as connection:
            ids = (await connection.scalars(which.limit(limit))).all()
            if ids:
                await connection.execute(delete(table).where(table.c.id.in_(ids)))
        return len(ids)
