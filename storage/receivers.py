"""The shelf of digests: their hours, and gathering what is due."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.chat import ChatState
from bot.core.delivery import DeliveryKind, DeliveryState, SendPriority
from bot.core.holding import DIGEST
from bot.core.ids import ChatId, DeliveryId, ThreadId
from bot.core.receiver import DigestReceiver, Turns
from bot.core.schedule import Slot
from bot.core.subscription import Urgency
from storage import mentions
from storage.engine import Database, insert
from storage.holding import make
from storage.rows import Row
from storage.tables import chats, deliveries, matches, receivers, subscriptions

_FIELDS = tuple(field.name for field in fields(DigestReceiver))
_WAITS = and_(text("deliveries.state = 'held'"), deliveries.c.reason == DIGEST)


def _hit(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Say that an article hits a keyword of its receiver that is so."""
    theirs = and_(
        matches.c.article_id == deliveries.c.article_id,
        matches.c.query_id == subscriptions.c.query_id,
        subscriptions.c.chat_id == deliveries.c.chat_id,
        subscriptions.c.thread_id == deliveries.c.thread_id,
    )
    return select(matches.c.query_id).join(subscriptions, and_(theirs, *conditions)).exists()


_IN_DIGEST = _hit(subscriptions.c.urgency == Urgency.DIGEST)
_FIRST, _LONGEST = timedelta(days=1), timedelta(days=7)
"""How far back a digest marks what came as an alert: the first one, and any other."""


class SqlDigestRepository:
    """Implements `bot.core.receiver.ReceiverShelf`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, chat_id: ChatId, thread_id: ThreadId) -> DigestReceiver | None:
        """Look a receiver up; one that never set an hour is None."""
        same = and_(receivers.c.chat_id == chat_id, receivers.c.thread_id == thread_id)
        async with self._database.read() as connection:
            row = (await connection.execute(select(receivers).where(same))).mappings().one_or_none()
        return None if row is None else _receiver(row)

    async def list_of(self, chat_id: ChatId) -> tuple[DigestReceiver, ...]:
        """List the receivers of a chat that have hours."""
        theirs = select(receivers).where(receivers.c.chat_id == chat_id, receivers.c.digest.is_not(None))
        async with self._database.read() as connection:
            found = await connection.execute(theirs.order_by(receivers.c.thread_id))
            return tuple(_receiver(row) for row in found.mappings())

    async def set_digest(
        self, chat_id: ChatId, thread_id: ThreadId, digest: str | None, next_due: datetime | None
    ) -> None:
        """Set the hours and the next due time, or (None) end the digest."""
        values = {"digest": digest, "next_due": next_due}
        async with self._database.write() as connection:
            made = insert(connection, receivers).values(values | {"chat_id": chat_id, "thread_id": thread_id})
            await connection.execute(made.on_conflict_do_update(index_elements=["chat_id", "thread_id"], set_=values))

    async def gather_due(self, now: datetime, limit: int, turns: Turns) -> int | None:
        """Make the digests that are due, oldest first, of at most `limit` receivers; returns how many were made."""
        due = (
            select(receivers, chats.c.timezone)
            .join(chats, chats.c.id == receivers.c.chat_id)
            .where(receivers.c.next_due <= now, chats.c.state == ChatState.ACTIVE)
            .where(or_(chats.c.paused_until.is_(None), chats.c.paused_until <= now))
            .order_by(receivers.c.next_due, receivers.c.chat_id)
            .limit(limit)
        )
        async with self._database.read() as connection:
            if (await connection.execute(due.limit(1))).first() is None:
                return None  # nearly always: no write for that
        async with self._database.write() as connection:
            locked = due.with_for_update(skip_locked=True, of=receivers)
            found = (await connection.execute(locked)).mappings().all()
            taken = [(_receiver(row), turns(_receiver(row), row["timezone"], now)) for row in found]
            await _move_on(connection, [(receiver, turn.next_due) for receiver, turn in taken])
            made = await _make(connection, [(each, turn.slot) for each, turn in taken if turn.slot is not None], now)
        return made if found else None

    async def gather_now(self, chat_id: ChatId, thread_id: ThreadId, key: str, now: datetime) -> bool:
        """Make a digest of what waits at this moment, in front of all alerts; say whether there was anything."""
        here = and_(deliveries.c.chat_id == chat_id, deliveries.c.thread_id == thread_id)
        is_heard = or_(subscriptions.c.muted_until.is_(None), subscriptions.c.muted_until <= now)
        wanted = select(deliveries.c.id).where(here, _WAITS, _hit(subscriptions.c.paused.is_(False), is_heard))
        same = and_(receivers.c.chat_id == chat_id, receivers.c.thread_id == thread_id)
        async with self._database.write() as connection:
            if await connection.scalar(wanted.limit(1)) is None:
                return False
            row = (await connection.execute(select(receivers).where(same))).mappings().one_or_none()
            receiver = _receiver(row or dict.fromkeys(_FIELDS) | {"chat_id": chat_id, "thread_id": thread_id})
            parent = await make(
                connection,
                chat_id=chat_id,
                thread_id=thread_id,
                key=key,
                kind=DeliveryKind.DIGEST,
                rank=SendPriority.REPLY,
                reason=key,
                silent=False,
                seen_at=now,
                now=now,
            )
            if parent is not None:
                await _fill(connection, {parent: receiver}, now)
        return True


def _receiver(row: Row) -> DigestReceiver:
    return DigestReceiver(**{name: row[name] for name in _FIELDS})


async def _move_on(connection: AsyncConnection, due: Sequence[tuple[DigestReceiver, datetime | None]]) -> None:
    if not due:
        return
    same = and_(receivers.c.chat_id == bindparam("chat"), receivers.c.thread_id == bindparam("thread"))
    moved = update(receivers).where(same).values(next_due=bindparam("due"))
    rows = [{"chat": each.chat_id, "thread": each.thread_id, "due": next_due} for each, next_due in due]
    await connection.execute(moved, rows)


async def _make(connection: AsyncConnection, due: Sequence[tuple[DigestReceiver, Slot]], now: datetime) -> int:
    """Make the digests of those for whom something waits, all at once."""
    there = await _waiting(connection, [receiver.chat_id for receiver, _ in due])
    wanted: dict[tuple[int, int], tuple[DigestReceiver, Slot]] = {
        (receiver.chat_id, receiver.thread_id): (receiver, slot)
        for receiver, slot in due
        if (receiver.chat_id, receiver.thread_id) in there
    }
    if not wanted:
        return 0
    new = [_digest(receiver, slot, now) for receiver, slot in wanted.values()]
    made = insert(connection, deliveries).values(new).on_conflict_do_nothing()
    returned = made.returning(deliveries.c.id, deliveries.c.chat_id, deliveries.c.thread_id)
    parents: dict[tuple[int, int], DeliveryId] = {
        (row.chat_id, row.thread_id): DeliveryId(row.id) for row in await connection.execute(returned)
    }
    if parents:
        await _fill(connection, {parent: wanted[place][0] for place, parent in parents.items()}, now)
    return len(parents)


async def _waiting(connection: AsyncConnection, chat_ids: Sequence[ChatId]) -> set[tuple[int, int]]:
    wanted = select(deliveries.c.chat_id, deliveries.c.thread_id).where(deliveries.c.chat_id.in_(chat_ids), _WAITS)
    found = await connection.execute(wanted.distinct())
    return {(row.chat_id, row.thread_id) for row in found}


def _digest(receiver: DigestReceiver, slot: Slot, now: datetime) -> dict[str, Any]:
    return {
        "chat_id": receiver.chat_id,
        "thread_id": receiver.thread_id,
        "key": slot.key,
        "kind": DeliveryKind.DIGEST,
        "rank": int(SendPriority.BULK),
        "payload": json.dumps({"reason": slot.key}),
        "released": True,
        "state": DeliveryState.QUEUED,
        "not_before": now,
        "seen_at": slot.at,
        "created_at": now,
    }


async def _fill(connection: AsyncConnection, made: Mapping[DeliveryId, DigestReceiver], now: datetime) -> None:
    """Put into each digest what waits for it, and mark what came as an alert since the last one."""
    place = and_(deliveries.c.chat_id == bindparam("chat"), deliveries.c.thread_id == bindparam("thread"))
    folded = {"state": DeliveryState.FOLDED, "parent": bindparam("digest"), "finished_at": now}
    gathered = update(deliveries).where(place, _WAITS).values(folded)
    values: list[dict[str, Any]] = [
        {"digest": parent, "chat": each.chat_id, "thread": each.thread_id, "since": _since(each, now)}
        for parent, each in made.items()
    ]
    await connection.execute(gathered, [{name: each[name] for name in ("digest", "chat", "thread")} for each in values])
    came = and_(text("deliveries.state = 'sent'"), deliveries.c.finished_at > bindparam("since", type_=_MOMENT))
    told = and_(came, deliveries.c.kind == DeliveryKind.ALERT, deliveries.c.parent.is_(None))
    marked = update(deliveries).where(place, told, _IN_DIGEST).values(parent=bindparam("digest"))
    await connection.execute(marked, values)
    await mentions.add(connection, {parent: (each, _since(each, now)) for parent, each in made.items()}, _IN_DIGEST)
    same = and_(receivers.c.chat_id == bindparam("chat"), receivers.c.thread_id == bindparam("thread"))
    noted = update(receivers).where(same).values(last_digest_at=now)
    await connection.execute(noted, [{"chat": each["chat"], "thread": each["thread"]} for each in values])


_MOMENT = deliveries.c.finished_at.type


def _since(receiver: DigestReceiver, now: datetime) -> datetime:
    if receiver.last_digest_at is None:
        return now - _FIRST
    return max(receiver.last_digest_at, now - _LONGEST)
