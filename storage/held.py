"""
The repository of held alerts: holding, releasing, folding several into one message, and rolling messages.

The quiet hours and pauses of chats are stored here too, because a change of them changes what is held.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ForeignKey, Table, and_, delete, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.chat import Chat, ChatState
from bot.core.delivery.delivery import Delivery, DeliveryKind, DeliveryState, SendPriority, SetAside, UnsentReason
from bot.core.delivery.rules import (
    GATHERED,
    FoldedAlerts,
    HeldDelivery,
    HoldBackPolicy,
    ReleasePlan,
    SubscriptionActivity,
)
from bot.core.ids import ChatId, DeliveryId, SubscriptionId, ThreadId
from bot.core.subscription import Urgency
from storage import alerts, rows
from storage import deliveries as queue
from storage.columns import Number, UtcDateTime, flag, partial
from storage.deliveries import QUEUED, UNDER_WAY, WAITING, NewDelivery, in_state
from storage.engine import Database, in_chunks, insert
from storage.rows import Row
from storage.schema import metadata
from storage.tables import chats, deliveries, matches, subscriptions

_SETTLING = timedelta(seconds=1)
"""So long the first sight of a burst waits for more of it."""

rollings = Table(
    "rollings",
    metadata,
    Column(
        "subscription_id",
        Number,
        ForeignKey(subscriptions.c.id, ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("delivery_id", Number, nullable=False),
    Column("hit_at", UtcDateTime, nullable=False),
    flag("stale"),  # the message does not show the last hit yet
    partial("ix_rollings_stale", "subscription_id", where="stale"),
)


async def take(connection: AsyncConnection, ids: Sequence[DeliveryId], since: datetime, now: datetime) -> None:
    """Put each alert into the message of the first subscription it hits; one that rested since then is a new one."""
    for delivery_id in ids:
        hit = await _first_hit(connection, delivery_id, now)
        if hit is None:
            reason = (await alerts.find_unheard(connection, [delivery_id], now))[delivery_id]
            await queue.drop(connection, deliveries.c.id == delivery_id, reason, now)
            continue
        parent = await _find(connection, hit["subscription_id"], since)
        if parent is None:
            parent = await _begin(connection, hit, delivery_id, now)
        else:
            grown = {"hit_at": now, "stale": True}
            same = rollings.c.subscription_id == hit["subscription_id"]
            await connection.execute(update(rollings).where(same).values(grown))
        await queue.fold(connection, parent, deliveries.c.id == delivery_id, now, UnsentReason.BURST)


async def _first_hit(connection: AsyncConnection, delivery_id: DeliveryId, now: datetime) -> Any:
    theirs = and_(subscriptions.c.chat_id == deliveries.c.chat_id, subscriptions.c.thread_id == deliveries.c.thread_id)
    hit = and_(matches.c.article_id == deliveries.c.article_id, matches.c.query_id == subscriptions.c.query_id)
    first = (
        select(subscriptions.c.id.label("subscription_id"), deliveries.c.chat_id, deliveries.c.thread_id)
        .add_columns(deliveries.c.silent, deliveries.c.seen_at)
        .select_from(deliveries)
        .join(subscriptions, theirs)
        .join(matches, hit)
        .where(deliveries.c.id == delivery_id, subscriptions.c.urgency != Urgency.DIGEST)
        .where(alerts.is_heard(now))
        .order_by(subscriptions.c.number)
        .limit(1)
    )
    return (await connection.execute(first)).mappings().one_or_none()


async def _find(connection: AsyncConnection, subscription_id: int, since: datetime) -> DeliveryId | None:
    """Find the message that still grows; one that Telegram refused does not."""
    active = (
        select(rollings.c.delivery_id)
        .join(deliveries, deliveries.c.id == rollings.c.delivery_id)
        .where(rollings.c.subscription_id == subscription_id, rollings.c.hit_at > since)
        .where(~in_state(DeliveryState.DEAD))
    )
    found: DeliveryId | None = await connection.scalar(active)
    return found


async def _begin(connection: AsyncConnection, hit: Any, first: DeliveryId, now: datetime) -> DeliveryId:
    parent = await queue.insert_one(
        connection,
        NewDelivery(
            chat_id=hit["chat_id"],
            thread_id=hit["thread_id"],
            key=queue.rolling_key(hit["subscription_id"], first),
            kind=DeliveryKind.ROLLING,
            rank=SendPriority.ALERT,
            payload=json.dumps({"reason": str(hit["subscription_id"])}),
            silent=hit["silent"],
            released=True,
            not_before=now + _SETTLING,
            seen_at=hit["seen_at"],
            created_at=now,
        ),
    )
    assert parent is not None  # an alert is taken into such a message once
    rolling: dict[str, Any] = {"delivery_id": parent, "hit_at": now, "stale": False}
    kept = insert(connection, rollings).values(rolling | {"subscription_id": hit["subscription_id"]})
    await connection.execute(kept.on_conflict_do_update(index_elements=["subscription_id"], set_=rolling))
    return parent


async def refresh(connection: AsyncConnection, now: datetime, since: datetime) -> int:
    """Queue again the messages that grew and were not touched since then; returns how many."""
    grown = select(rollings.c.delivery_id).where(text("rollings.stale"))
    shown = and_(deliveries.c.id.in_(grown), deliveries.c.finished_at <= since)
    ids = await queue.queue_edit(connection, shown, now)
    if ids:
        same = rollings.c.delivery_id.in_(ids)
        await connection.execute(update(rollings).where(same).values(stale=False))
    dead = select(deliveries.c.id).where(deliveries.c.id == rollings.c.delivery_id, in_state(DeliveryState.DEAD))
    await connection.execute(delete(rollings).where(text("rollings.stale"), dead.exists()))
    return len(ids)


async def hold(connection: AsyncConnection, delivery: Delivery, step: SetAside) -> None:
    """Set a delivery aside; its chat notes when to look at it."""
    await queue.hold(connection, deliveries.c.id == delivery.id, step.reason)
    if step.until is not None:
        await look_at(connection, delivery.chat_id, step.until)


async def look_at(connection: AsyncConnection, chat_id: ChatId, at: datetime) -> None:
    """Note when to look at what a chat has held, unless that is to be sooner anyway."""
    later = or_(chats.c.release_at.is_(None), chats.c.release_at > at)
    await connection.execute(update(chats).where(chats.c.id == chat_id, later).values(release_at=at))


class SqlHeldRepository:
    """Implements `bot.core.delivery.digest.HeldRepository`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def set_pause(self, chat_id: ChatId, until: datetime | None, now: datetime) -> None:
        await self._change(chat_id, now, paused_until=until)

    async def set_quiet(self, chat_id: ChatId, quiet: tuple[int, int] | None, now: datetime) -> None:
        begin, end = quiet or (None, None)
        await self._change(chat_id, now, quiet_from=begin, quiet_to=end)

    async def set_timezone(self, chat_id: ChatId, timezone: str, now: datetime) -> None:
        await self._change(chat_id, now, timezone=timezone)

    async def _change(self, chat_id: ChatId, now: datetime, **values: Any) -> None:
        async with self._database.write() as connection:
            await connection.execute(update(chats).where(chats.c.id == chat_id).values(release_at=now, **values))

    async def pace(
        self, receivers: Sequence[tuple[ChatId, ThreadId]], since: datetime, admitted: Collection[DeliveryId] = ()
    ) -> SubscriptionActivity:
        if not receivers:
            return SubscriptionActivity()
        chat_ids = sorted({chat_id for chat_id, _ in receivers})
        theirs = and_(
            subscriptions.c.chat_id == deliveries.c.chat_id, subscriptions.c.thread_id == deliveries.c.thread_id
        )
        came = or_(
            and_(in_state(DeliveryState.SENT), deliveries.c.finished_at > since),
            and_(UNDER_WAY, deliveries.c.started_at > since),
            and_(WAITING, deliveries.c.id.in_(admitted)),
        )
        hit = and_(matches.c.article_id == deliveries.c.article_id, matches.c.query_id == subscriptions.c.query_id)
        counted = (
            select(subscriptions.c.id, func.count())
            .select_from(deliveries)
            .join(subscriptions, theirs)
            .join(matches, hit)
            .where(deliveries.c.chat_id.in_(chat_ids), came, deliveries.c.kind == DeliveryKind.ALERT)
            .where(subscriptions.c.urgency != Urgency.DIGEST)
            .group_by(subscriptions.c.id)
        )
        active = (
            select(rollings.c.subscription_id, rollings.c.delivery_id)
            .join(subscriptions, subscriptions.c.id == rollings.c.subscription_id)
            .where(subscriptions.c.chat_id.in_(chat_ids), rollings.c.hit_at > since)
        )
        async with self._database.read() as connection:
            singles = {SubscriptionId(row[0]): row[1] for row in await connection.execute(counted)}
            rolling = {SubscriptionId(row[0]): DeliveryId(row[1]) for row in await connection.execute(active)}
        return SubscriptionActivity(singles, rolling)

    async def release_due(
        self,
        now: datetime,
        limit: int,
        plan: Callable[[Chat, Sequence[HeldDelivery]], ReleasePlan],
        policy: HoldBackPolicy,
    ) -> int | None:
        due = (
            select(chats)
            .where(chats.c.release_at <= now, chats.c.state == ChatState.ACTIVE)
            .order_by(chats.c.release_at)
            .limit(limit)
        )
        async with self._database.read() as connection:
            if (await connection.execute(due.limit(1))).first() is None:
                return None  # nearly always: no write for that
        async with self._database.write() as connection:
            locked = due.with_for_update(skip_locked=True)
            found = [rows.chat(row) for row in (await connection.execute(locked)).mappings()]
            held = await _held(connection, [chat.id for chat in found])
            for chat in found:
                planned = plan(chat, held.get(chat.id, ()))
                await _carry_out(connection, chat.id, planned, policy, now)
        return len(found) or None

    async def refresh_rolling(self, now: datetime, policy: HoldBackPolicy) -> int:
        async with self._database.read() as connection:
            if await connection.scalar(select(rollings.c.delivery_id).where(text("stale")).limit(1)) is None:
                return 0
        async with self._database.write() as connection:
            return await refresh(connection, now, now - policy.edit_gap)


async def _held(connection: AsyncConnection, chat_ids: Sequence[ChatId]) -> dict[ChatId, list[HeldDelivery]]:
    """List what these chats have held; with what is late, also what is still in the queue."""
    waits = and_(in_state(DeliveryState.HELD), deliveries.c.reason.in_(GATHERED))
    late = deliveries.alias()
    is_late = select(late.c.id).where(
        in_state(DeliveryState.HELD, table=late),
        late.c.chat_id == deliveries.c.chat_id,
        late.c.thread_id == deliveries.c.thread_id,
        late.c.reason == UnsentReason.LATE,
    )
    along = and_(QUEUED, deliveries.c.kind == DeliveryKind.ALERT, deliveries.c.released.is_(False), is_late.exists())
    columns = ("id", "chat_id", "thread_id", "kind", "reason", "state", "claimed_at", "created_at")
    wanted = (
        select(*(deliveries.c[name] for name in columns))
        .where(deliveries.c.chat_id.in_(chat_ids), or_(waits, along))
        .order_by(deliveries.c.id)
        .with_for_update(of=deliveries)
    )
    found: dict[ChatId, list[HeldDelivery]] = defaultdict(list)
    for row in (await connection.execute(wanted)).mappings() if chat_ids else ():
        found[row["chat_id"]].append(_alert(row))
    return found


def _alert(row: Row) -> HeldDelivery:
    return HeldDelivery(
        DeliveryId(row["id"]),
        ThreadId(row["thread_id"]),
        DeliveryKind(row["kind"]),
        rows.unsent_reason(row["reason"]),
        row["claimed_at"] or row["created_at"],
        is_queued=row["state"] == DeliveryState.QUEUED,
    )


async def _carry_out(
    connection: AsyncConnection, chat_id: ChatId, planned: ReleasePlan, policy: HoldBackPolicy, now: datetime
) -> None:
    await queue.release(connection, planned.release, now)
    for fold in planned.folds:
        await _fold(connection, chat_id, fold, now)
    await take(connection, planned.bursts, now - policy.burst_length, now)
    await connection.execute(update(chats).where(chats.c.id == chat_id).values(release_at=planned.look_at))


async def _fold(connection: AsyncConnection, chat_id: ChatId, fold: FoldedAlerts, now: datetime) -> None:
    """Let one message tell several alerts."""
    first = next(in_chunks(fold.ids))
    loud = select(func.count()).where(deliveries.c.id.in_(first), deliveries.c.silent.is_(False))
    seen = select(func.min(deliveries.c.seen_at)).where(deliveries.c.id.in_(first))
    parent = await queue.insert_one(
        connection,
        NewDelivery(
            chat_id=chat_id,
            thread_id=fold.thread_id,
            key=queue.roundup_key(fold.ids[0]),
            kind=DeliveryKind.ROUNDUP,
            rank=SendPriority.ALERT,
            payload=json.dumps({"reason": fold.reason}),
            silent=not await connection.scalar(loud),
            released=True,
            not_before=now,
            seen_at=await connection.scalar(seen) or now,
            created_at=now,
        ),
    )
    if parent is None:
        return
    still = in_state(DeliveryState.QUEUED, DeliveryState.HELD)
    for some in in_chunks(fold.ids):
        await queue.fold(connection, parent, and_(deliveries.c.id.in_(some), still), now, fold.reason)
