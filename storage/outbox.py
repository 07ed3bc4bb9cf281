"""The shelf of queued messages: whose turn it is, and what came of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, literal, or_, select, text, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.alert import Alert
from bot.core.delivery.delivery import Delivery, DeliveryKind, DeliveryState, NextStep, SendPriority
from bot.core.ids import ChatId, DeliveryId, ThreadId
from storage import alerts, columns, rows
from storage import deliveries as deliveries_repository
from storage import outcomes as outcomes_repository
from storage.engine import Database, insert, read_in_order
from storage.tables import deliveries, fanouts, feeds

_QUEUED = text("deliveries.state = 'queued'")
_UNDER_WAY = text("deliveries.state IN ('leased', 'sending')")
_WAITING = text("deliveries.state IN ('queued', 'leased', 'sending')")
_FREE: dict[str, Any] = {"lease_owner": None, "lease_until": None}
_LEASED = (feeds, fanouts, deliveries)


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
        """Lease what may be sent now, replies first, then alerts, then the rest; of each, whose turn it is."""
        ready = (
            select(deliveries)
            .where(_QUEUED, deliveries.c.not_before <= now)
            .order_by(deliveries.c.rank, deliveries.c.turn, deliveries.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=deliveries)
        )
        leased = {"state": DeliveryState.LEASED, "lease_owner": owner, "lease_until": now + lease, "claimed_at": now}
        unstarted = and_(deliveries.c.state == DeliveryState.LEASED, columns.is_unknown(deliveries, owner, in_hand))
        async with self._database.write() as connection:
            await read_in_order(connection)
            await _requeue(connection, or_(deliveries.c.lease_until <= now, unstarted))
            found = (await connection.execute(ready)).mappings().all()
            if found:
                same = deliveries.c.id.in_([row["id"] for row in found])
                await connection.execute(update(deliveries).where(same).values(leased))
                await deliveries_repository.reach(connection, max(row["turn"] for row in found))
        return tuple(rows.delivery(row) for row in found)

    async def load_alerts(self, deliveries: Sequence[Delivery]) -> Mapping[DeliveryId, Alert]:
        """Gather what these alerts are made of, in a few statements however many they are."""
        wanted = [each for each in deliveries if each.article_id is not None]
        async with self._database.read() as connection:
            return await alerts.load(connection, wanted)

    async def start(self, delivery_ids: Iterable[DeliveryId], now: datetime) -> frozenset[DeliveryId]:
        """Note, durably, that the calls to Telegram are about to be made; returns which ones may be."""
        return await self.note(tuple(delivery_ids), (), now)

    async def finish(self, delivery: Delivery, step: NextStep, now: datetime) -> None:
        """Note what came of it."""
        await self.note((), ((delivery, step),), now)

    async def note(
        self, starting: Sequence[DeliveryId], outcomes: Sequence[tuple[Delivery, NextStep]], now: datetime
    ) -> frozenset[DeliveryId]:
        """Note outcomes and starts in one transaction; returns which may start."""
        ours = and_(text("deliveries.state = 'leased'"), deliveries.c.lease_until > now)
        same = and_(deliveries.c.id.in_(list(starting)), ours)
        started = {"state": DeliveryState.SENDING, "started_at": now, "attempts": deliveries.c.attempts + 1}
        async with self._database.write() as connection:
            await outcomes_repository.take(connection, outcomes, now)
            if not starting:
                return frozenset()
            found = await connection.scalars(update(deliveries).where(same).values(started).returning(deliveries.c.id))
            return frozenset(map(DeliveryId, found))

    async def hasten(self, delivery_ids: Iterable[DeliveryId], now: datetime) -> None:
        """Let queued deliveries go now that were to go later."""
        later = and_(deliveries.c.id.in_(list(delivery_ids)), _QUEUED, deliveries.c.not_before > now)
        async with self._database.write() as connection:
            await connection.execute(update(deliveries).where(later).values(not_before=now))

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
        """Queue something the bot has to say, once per key; it goes before alerts, a paused chat gets it too."""
        notice = {
            "chat_id": chat_id,
            "thread_id": thread_id,
            "key": key,
            "kind": kind,
            "rank": int(rank),
            "payload": payload,
            "state": DeliveryState.QUEUED,
            "not_before": now,
            "seen_at": now,
            "created_at": now,
        }
        async with self._database.write() as connection:
            await connection.execute(insert(connection, deliveries).values(notice).on_conflict_do_nothing())

    async def count_replies(self, chat_id: ChatId | None = None) -> Mapping[ChatId, int]:
        """Count the answers that wait, by chat."""
        wanted = select(deliveries.c.chat_id, func.count()).where(_WAITING, deliveries.c.kind == DeliveryKind.REPLY)
        if chat_id is not None:
            wanted = wanted.where(deliveries.c.chat_id == chat_id)
        async with self._database.read() as connection:
            found = await connection.execute(wanted.group_by(deliveries.c.chat_id))
            return {ChatId(row[0]): row[1] for row in found}

    async def release(self, owner: str, now: datetime) -> int:
        """Give back all leases of an owner and return how many; a delivery in `sending` counts as uncertain."""
        async with self._database.write() as connection:
            count = await _requeue(connection, deliveries.c.lease_owner == owner)
            for table in (feeds, fanouts):
                freed = await connection.execute(update(table).where(table.c.lease_owner == owner).values(_FREE))
                count += freed.rowcount
        return count

    async def take_over(self, owner: str, now: datetime) -> int:
        """Queue again what every other owner holds and return how many; a delivery in `sending` counts as uncertain."""
        async with self._database.write() as connection:
            return await _requeue(connection, deliveries.c.lease_owner != owner)

    async def note_flood(self, chat_id: ChatId | None, until: datetime) -> None:
        """Remember that Telegram takes nothing for this chat, or (None) nothing at all, until then."""
        async with self._database.write() as connection:
            await outcomes_repository.note(connection, chat_id, until)

    async def list_floods(self, now: datetime) -> Mapping[ChatId | None, datetime]:
        """List the floods that have not ended."""
        async with self._database.read() as connection:
            return await outcomes_repository.load(connection, now)

    async def turn_back(self, now: datetime, by: timedelta) -> None:
        """Put right what was written down by a clock that ran ahead and was set back."""
        async with self._database.write() as connection:
            await outcomes_repository.turn_back(connection, now, by)

    async def list_owners(self) -> tuple[str, ...]:
        """List who holds leases."""
        owners = union(*(select(table.c.lease_owner).where(table.c.lease_owner.is_not(None)) for table in _LEASED))
        async with self._database.read() as connection:
            return tuple(sorted(await connection.scalars(owners)))

    async def next_due(self, now: datetime) -> datetime | None:
        """Say when the next queued delivery or fan-out may go; None when there is none."""
        first = select(deliveries.c.not_before).where(_QUEUED).order_by(deliveries.c.not_before).limit(1)
        task = select(func.min(func.coalesce(fanouts.c.lease_until, literal(now, fanouts.c.created_at.type))))
        async with self._database.read() as connection:
            times: list[datetime | None] = [await connection.scalar(first), await connection.scalar(task)]
        return min((time for time in times if time is not None), default=None)


async def _requeue(connection: AsyncConnection, condition: Any) -> int:
    """Queue deliveries again whose owner is lost; of those in `sending` nobody knows whether they arrived."""
    queued = {"state": DeliveryState.QUEUED, **_FREE}
    lost = deliveries.c.state == DeliveryState.SENDING
    doubtful = update(deliveries).where(_UNDER_WAY, condition, lost)
    await connection.execute(doubtful.values(uncertain=deliveries.c.uncertain + 1))
    freed = await connection.execute(update(deliveries).where(_UNDER_WAY, condition).values(queued))
    return freed.rowcount
