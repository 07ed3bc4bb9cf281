"""Bursts: which message of a subscription grows at this moment."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ForeignKey, Table, and_, delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery import DeliveryKind, DeliveryState, SendPriority
from bot.core.ids import DeliveryId
from bot.core.subscription import Urgency
from storage.columns import Number, UtcDateTime, flag, partial
from storage.engine import insert
from storage.naming import metadata
from storage.tables import deliveries, matches, subscriptions

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
        hit = await _first_hit(connection, delivery_id)
        if hit is None:
            gone = {"state": DeliveryState.DEAD, "reason": "unsubscribed", "finished_at": now}
            await connection.execute(update(deliveries).where(deliveries.c.id == delivery_id).values(gone))
            continue
        parent = await _find(connection, hit["subscription_id"], since)
        if parent is None:
            parent = await _begin(connection, hit, delivery_id, now)
        else:
            grown = {"hit_at": now, "stale": True}
            same = rollings.c.subscription_id == hit["subscription_id"]
            await connection.execute(update(rollings).where(same).values(grown))
        folded = {"state": DeliveryState.FOLDED, "parent": parent, "finished_at": now}
        await connection.execute(update(deliveries).where(deliveries.c.id == delivery_id).values(folded))


async def _first_hit(connection: AsyncConnection, delivery_id: DeliveryId) -> Any:
    theirs = and_(subscriptions.c.chat_id == deliveries.c.chat_id, subscriptions.c.thread_id == deliveries.c.thread_id)
    hit = and_(matches.c.article_id == deliveries.c.article_id, matches.c.query_id == subscriptions.c.query_id)
    first = (
        select(subscriptions.c.id.label("subscription_id"), deliveries.c.chat_id, deliveries.c.thread_id)
        .add_columns(deliveries.c.silent, deliveries.c.seen_at)
        .select_from(deliveries)
        .join(subscriptions, theirs)
        .join(matches, hit)
        .where(deliveries.c.id == delivery_id, subscriptions.c.urgency != Urgency.DIGEST)
        .where(subscriptions.c.paused.is_(False))
        .order_by(subscriptions.c.number)
        .limit(1)
    )
    return (await connection.execute(first)).mappings().one_or_none()


async def _find(connection: AsyncConnection, subscription_id: int, since: datetime) -> int | None:
    """Find the message that still grows; one that Telegram refused does not."""
    active = (
        select(rollings.c.delivery_id)
        .join(deliveries, deliveries.c.id == rollings.c.delivery_id)
        .where(rollings.c.subscription_id == subscription_id, rollings.c.hit_at > since)
        .where(deliveries.c.state != DeliveryState.DEAD)
    )
    found: int | None = await connection.scalar(active)
    return found


async def _begin(connection: AsyncConnection, hit: Any, first: DeliveryId, now: datetime) -> int:
    values = {
        "chat_id": hit["chat_id"],
        "thread_id": hit["thread_id"],
        "key": f"rolling:{hit['subscription_id']}:{first}",
        "kind": DeliveryKind.ROLLING,
        "rank": int(SendPriority.ALERT),
        "payload": json.dumps({"reason": str(hit["subscription_id"])}),
        "silent": hit["silent"],
        "released": True,
        "state": DeliveryState.QUEUED,
        "not_before": now + _SETTLING,
        "seen_at": hit["seen_at"],
        "created_at": now,
    }
    made = insert(connection, deliveries).values(values).returning(deliveries.c.id)
    parent: int = (await connection.execute(made)).scalar_one()
    rolling: dict[str, Any] = {"delivery_id": parent, "hit_at": now, "stale": False}
    kept = insert(connection, rollings).values(rolling | {"subscription_id": hit["subscription_id"]})
    await connection.execute(kept.on_conflict_do_update(index_elements=["subscription_id"], set_=rolling))
    return parent


async def refresh(connection: AsyncConnection, now: datetime, since: datetime) -> int:
    """Queue again the messages that grew and were not touched since then; returns how many."""
    shown = and_(text("deliveries.state = 'sent'"), deliveries.c.finished_at <= since)
    grown = select(rollings.c.delivery_id).where(text("rollings.stale"))
    queued = {"state": DeliveryState.QUEUED, "not_before": now, "attempts": 0}
    edited = update(deliveries).where(deliveries.c.id.in_(grown), shown).values(queued).returning(deliveries.c.id)
    ids = (await connection.execute(edited)).scalars().all()
    if ids:
        same = rollings.c.delivery_id.in_(ids)
        await connection.execute(update(rollings).where(same).values(stale=False))
    dead = select(deliveries.c.id).where(deliveries.c.id == rollings.c.delivery_id, text("deliveries.state = 'dead'"))
    await connection.execute(delete(rollings).where(text("rollings.stale"), dead.exists()))
    return len(ids)
