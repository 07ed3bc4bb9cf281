"""The repository of queued messages: claims, state changes, and what other processes left behind."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, literal, select, union, union_all, update

from bot.core.delivery.alert import Alert
from bot.core.delivery.delivery import Delivery, DeliveryKind, NextStep, SendPriority
from bot.core.ids import ChatId, DeliveryId, ThreadId
from storage import alerts, rows
from storage import deliveries as queue
from storage import outcomes as outcomes_repository
from storage.deliveries import QUEUED, UNDER_WAY, WAITING, NewDelivery
from storage.engine import Database
from storage.tables import deliveries, fanouts, feeds

_FREE: dict[str, Any] = {"lease_owner": None, "lease_until": None}


class SqlDeliveryRepository:
    """Implements `bot.core.delivery.outbox.DeliveryRepository`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(
        self,
        owner: str,
        now: datetime,
        lease: timedelta,
        limit: int,
        in_hand: Collection[DeliveryId] | None = None,
    ) -> tuple[Delivery, ...]:
        async with self._database.write() as connection:
            found = await queue.lease_ready(connection, owner, now, lease, limit, in_hand)
        return tuple(rows.delivery(row) for row in found)

    async def load_alerts(
        self, deliveries: Sequence[Delivery], *, with_unheard: bool = False
    ) -> Mapping[DeliveryId, Alert]:
        wanted = [each for each in deliveries if each.article_id is not None]
        async with self._database.read() as connection:
            return await alerts.load(connection, wanted, with_unheard=with_unheard)

    async def start(self, delivery_ids: Iterable[DeliveryId], now: datetime) -> frozenset[DeliveryId]:
        return await self.note(tuple(delivery_ids), (), now)

    async def finish(self, delivery: Delivery, step: NextStep, now: datetime) -> None:
        await self.note((), ((delivery, step),), now)

    async def note(
        self, starting: Sequence[DeliveryId], outcomes: Sequence[tuple[Delivery, NextStep]], now: datetime
    ) -> frozenset[DeliveryId]:
        async with self._database.write() as connection:
            await outcomes_repository.take(connection, outcomes, now)
            return await queue.mark_started(connection, starting, now) if starting else frozenset()

    async def hasten(self, delivery_ids: Iterable[DeliveryId], now: datetime) -> None:
        async with self._database.write() as connection:
            await queue.hasten(connection, deliveries.c.id.in_(list(delivery_ids)), now)

    async def enqueue_notice(
        self,
        chat_id: ChatId,
        thread_id: ThreadId,
        key: str,
        payload: str,
        now: datetime,
        kind: DeliveryKind = DeliveryKind.NOTICE,
        *,
        rank: SendPriority = SendPriority.REPLY,
    ) -> None:
        notice = NewDelivery(
            chat_id=chat_id,
            thread_id=thread_id,
            key=key,
            kind=kind,
            rank=rank,
            payload=payload,
            not_before=now,
            seen_at=now,
            created_at=now,
        )
        async with self._database.write() as connection:
            await queue.insert_one(connection, notice)

    async def count_replies(self, chat_id: ChatId | None = None) -> Mapping[ChatId, int]:
        replies = select(deliveries.c.chat_id).where(deliveries.c.kind == DeliveryKind.REPLY)
        if chat_id is not None:
            wanted = replies.where(deliveries.c.chat_id == chat_id, WAITING).subquery()
        else:  # each half is what a partial index holds; asked for together, all deliveries are read in order of chats
            halves = (replies.where(state) for state in (QUEUED, UNDER_WAY))
            wanted = union_all(*halves).subquery()
        async with self._database.read() as connection:
            found = await connection.execute(select(wanted.c.chat_id, func.count()).group_by(wanted.c.chat_id))
            return {ChatId(row[0]): row[1] for row in found}

    async def release(self, owner: str, now: datetime) -> int:
        async with self._database.write() as connection:
            count = await queue.requeue_lost(connection, deliveries.c.lease_owner == owner)
            for table in (feeds, fanouts):
                freed = await connection.execute(update(table).where(table.c.lease_owner == owner).values(_FREE))
                count += freed.rowcount
        return count

    async def take_over(self, owner: str, now: datetime) -> int:
        async with self._database.write() as connection:
            return await queue.requeue_lost(connection, deliveries.c.lease_owner != owner)

    async def note_flood(self, chat_id: ChatId | None, until: datetime) -> None:
        async with self._database.write() as connection:
            await outcomes_repository.note(connection, chat_id, until)

    async def list_floods(self, now: datetime) -> Mapping[ChatId | None, datetime]:
        async with self._database.read() as connection:
            return await outcomes_repository.load(connection, now)

    async def turn_back(self, now: datetime, by: timedelta) -> None:
        async with self._database.write() as connection:
            await outcomes_repository.turn_back(connection, now, by)

    async def list_owners(self) -> tuple[str, ...]:
        owners = union(
            *(select(table.c.lease_owner).where(table.c.lease_owner.is_not(None)) for table in (feeds, fanouts)),
            select(deliveries.c.lease_owner).where(UNDER_WAY),
        )
        async with self._database.read() as connection:
            return tuple(sorted(await connection.scalars(owners)))

    async def next_due(self, now: datetime) -> datetime | None:
        first = select(deliveries.c.not_before).where(QUEUED).order_by(deliveries.c.not_before).limit(1)
        task = select(func.min(func.coalesce(fanouts.c.lease_until, literal(now, fanouts.c.created_at.type))))
        async with self._database.read() as connection:
            times: list[datetime | None] = [await connection.scalar(first), await connection.scalar(task)]
        return min((time for time in times if time is not None), default=None)
