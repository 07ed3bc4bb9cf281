"""Moves the messages of one receiver to another: a group that has a new id, or a topic that is gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.delivery import DeliveryKind, DeliveryState
from bot.core.ids import ChatId, ThreadId
from storage import deliveries as queue
from storage.deliveries import FARTHEST_FIRST, OPEN, in_state
from storage.engine import in_chunks
from storage.held import rollings
from storage.tables import deliveries


@dataclass(frozen=True, slots=True)
class ChatScope:
    """A chat with all its topics, or (with a thread) one of its receivers."""

    chat_id: ChatId
    thread_id: ThreadId | None = None

    def covers(self, table: Any = deliveries) -> ColumnElement[bool]:
        """Demand that a message is there."""
        there = table.c.chat_id == self.chat_id
        return there if self.thread_id is None else and_(there, table.c.thread_id == self.thread_id)


async def merge(connection: AsyncConnection, old: ChatScope, new: ChatScope, now: datetime) -> bool:
    """
    Move all messages of a place, those with what they tell; says whether there were any.

    Of a pair with one key the weaker ends, for the other says the same. Message ids mean nothing in the new place: what
    is out is not changed any more.
    """
    await _uproot(connection, old, now)
    doubles = await _end_doubles(connection, old, new)
    place = {"chat_id": new.chat_id} | ({} if new.thread_id is None else {"thread_id": new.thread_id})
    moved = await connection.execute(update(deliveries).where(old.covers()).values(place | {"message_id": None}))
    return bool(doubles or moved.rowcount)


async def _uproot(connection: AsyncConnection, old: ChatScope, now: datetime) -> None:
    """Let rolling messages end: what they do not show yet begins a new one in the new place."""
    rolling = and_(old.covers(), deliveries.c.kind == DeliveryKind.ROLLING)
    theirs = select(deliveries.c.id).where(rolling)
    told = update(deliveries).where(deliveries.c.parent.in_(theirs), deliveries.c.message_id.is_not(None))
    await connection.execute(told.values(parent=None))
    left = deliveries.alias()
    grown = (
        select(left.c.id).where(left.c.parent == deliveries.c.id, in_state(DeliveryState.FOLDED, table=left)).exists()
    )
    await queue.queue_edit(connection, and_(rolling, grown), now)
    ended = rollings.c.delivery_id.in_(select(deliveries.c.id).where(rolling, in_state(DeliveryState.SENT)))
    await connection.execute(delete(rollings).where(ended))
    await connection.execute(update(rollings).where(rollings.c.delivery_id.in_(theirs)).values(stale=False))


async def _end_doubles(connection: AsyncConnection, old: ChatScope, new: ChatScope) -> int:
    """Leave of each pair one, and count them; what was still to tell several things is kept under another key."""
    ours, theirs = deliveries.alias("ours"), deliveries.alias("theirs")
    same_thread: ColumnElement[bool] = true() if new.thread_id is not None else theirs.c.thread_id == ours.c.thread_id
    pair = and_(new.covers(theirs), same_thread, theirs.c.key == ours.c.key)
    pairs = select(ours.c.id, ours.c.state, theirs.c.id, theirs.c.state, ours.c.kind).join(theirs, pair)
    found: Any = (await connection.execute(pairs.where(old.covers(ours)))).all()
    weaker: list[int] = []
    renamed: list[int] = []
    for ours_id, state, theirs_id, their_state, kind in found:
        is_ours = FARTHEST_FIRST.index(state) >= FARTHEST_FIRST.index(their_state)
        tells = kind == DeliveryKind.DIGEST and (state if is_ours else their_state) in OPEN
        (renamed if tells else weaker).append(ours_id if is_ours else theirs_id)
    for some in in_chunks(weaker):
        await connection.execute(delete(deliveries).where(deliveries.c.id.in_(some)))
    await queue.make_keys_unique(connection, deliveries.c.id.in_(renamed))
    return len(found)
