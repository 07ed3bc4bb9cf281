"""A clock ran ahead and was set back: what it wrote down of times that are still to come is put right."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, select, text, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core import hours
from bot.core.delivery import DeliveryKind
from storage import floods, merging
from storage.columns import Number
from storage.rollings import rollings
from storage.tables import chats, deliveries, fanouts, feeds, receivers, subscriptions

_BEEN: tuple[Column[Any], ...] = (
    deliveries.c.finished_at,
    chats.c.state_at,
    chats.c.struck_at,
    receivers.c.last_digest_at,
    rollings.c.hit_at,
)
"""What has been, in truth at the latest now."""
_DUE: tuple[Column[Any], ...] = (chats.c.release_at, receivers.c.next_due)
"""When somebody looks whether there is anything to do, and finds out when to look again: that costs nothing now."""
_PUT_OFF: tuple[Column[Any], ...] = (
    *(table.c.lease_until for table in (feeds, fanouts, deliveries)),
    feeds.c.next_poll_at,
)
"""What was put off from a false moment, most likely."""
_WISHED: tuple[Column[Any], ...] = (chats.c.flooded_until, chats.c.paused_until, subscriptions.c.muted_until)
"""What somebody wished to last; beyond the false present it was wished in it, most likely."""
_DAY = timedelta(days=1)


async def turn_back(connection: AsyncConnection, now: datetime, by: timedelta) -> None:
    """Bring forward what was put off by such a clock, and take the days it saw for not having been."""
    waits = update(deliveries).where(text("deliveries.state = 'queued'"), deliveries.c.not_before > now)
    await connection.execute(waits.values(not_before=now))
    for column in (*_BEEN, *_DUE):
        await connection.execute(update(column.table).where(column > now).values({column.name: now}))
    for column in _PUT_OFF:
        await _earlier(connection, column, column > now, by)
    for column in _WISHED:
        await _earlier(connection, column, (column > now + by) & (column < hours.FOREVER), by)
    flood = (await floods.load(connection, now)).get(None)
    if flood is not None and flood > now + by:
        await floods.note(connection, None, flood - by)
    # The digest of a day that has not been must not stand in the way of that day's own.
    false = (deliveries.c.kind == DeliveryKind.DIGEST, deliveries.c.created_at > now + _DAY)
    await merging.rename(connection, deliveries.c.id.in_(select(deliveries.c.id).where(*false)))


async def _earlier(connection: AsyncConnection, column: Column[Any], which: Any, by: timedelta) -> None:
    value = type_coerce(type_coerce(column, Number) - by // timedelta(microseconds=1), column.type)
    await connection.execute(update(column.table).where(which).values({column.name: value}))
