"""Broadcasts of operators; their messages are deliveries of a kind of their own."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Column, ColumnElement, Table, Text, and_, delete, func, or_, select, true, update

from bot.core import broadcast as core
from bot.core.broadcast import RUNNING, Broadcast, BroadcastCounts, BroadcastState
from bot.core.chat import ChatState
from bot.core.delivery.delivery import DeliveryKind, DeliveryState, SendPriority, UnsentReason
from bot.core.ids import BroadcastId, ChatId, MessageId, ThreadId, UserId
from storage import columns, rows
from storage import deliveries as queue
from storage.columns import Number, SafeText, UtcDateTime, auto_id, count, flag
from storage.deliveries import QUEUED
from storage.engine import Database, insert, read_in_order
from storage.schema import CHAT, PERSON, metadata
from storage.tables import chats, deliveries

broadcasts = Table(
    "broadcasts",
    metadata,
    auto_id(),
    Column("user_id", Number, nullable=False, info=PERSON),
    Column("chat_id", Number, nullable=False, info=CHAT),
    Column("thread_id", Number, nullable=False),
    Column("message_id", Number),
    Column("text", SafeText, nullable=False),
    Column("state", Text, nullable=False),
    count("chats"),
    flag("is_stopped"),
    Column("reached", Number),  # a bound of ids, until all are queued: lower ones still are to be
    Column("created_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)

_DRAFTS_KEPT = timedelta(days=1)
_RECEIVES = chats.c.state == ChatState.ACTIVE
_IS_RUNNING = broadcasts.c.state.in_([state.value for state in RUNNING])
_KIND = columns.is_one_of(deliveries.c.kind, DeliveryKind.BROADCAST)
_WAITING = (DeliveryState.QUEUED, DeliveryState.LEASED, DeliveryState.SENDING, DeliveryState.HELD)
_UNREACHABLE = frozenset(
    {
        UnsentReason.BLOCKED,
        UnsentReason.GONE,
        UnsentReason.NOT_FOUND,
        UnsentReason.NO_RIGHTS,
        UnsentReason.INACTIVE,
        UnsentReason.THREAD_GONE,
    }
)


class SqlBroadcastRepository:
    """Implements `bot.core.broadcast.BroadcastRepository`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count_receivers(self) -> int:
        async with self._database.read() as connection:
            return await connection.scalar(select(func.count()).select_from(chats).where(_RECEIVES)) or 0

    async def add_draft(
        self, user_id: UserId, chat_id: ChatId, thread_id: ThreadId, text: str, now: datetime
    ) -> BroadcastId:
        old = and_(broadcasts.c.state == BroadcastState.DRAFT, broadcasts.c.created_at < now - _DRAFTS_KEPT)
        values = {
            "user_id": user_id,
            "chat_id": chat_id,
            "thread_id": thread_id,
            "text": text,
            "state": BroadcastState.DRAFT,
            "created_at": now,
        }
        async with self._database.write() as connection:
            await connection.execute(delete(broadcasts).where(old))
            made = insert(connection, broadcasts).values(values).returning(broadcasts.c.id)
            return BroadcastId((await connection.execute(made)).scalar_one())

    async def find(self, broadcast_id: BroadcastId) -> Broadcast | None:
        async with self._database.read() as connection:
            wanted = select(broadcasts).where(broadcasts.c.id == broadcast_id)
            row = (await connection.execute(wanted)).mappings().one_or_none()
            return None if row is None else _read(row)

    async def list_running(self) -> tuple[Broadcast, ...]:
        async with self._database.read() as connection:
            wanted = select(broadcasts).where(_IS_RUNNING).order_by(broadcasts.c.id)
            return tuple(_read(row) for row in (await connection.execute(wanted)).mappings())

    async def start(self, broadcast_id: BroadcastId, message_id: MessageId, not_before: datetime) -> Broadcast | None:
        receivers = select(func.count()).select_from(chats).where(_RECEIVES).scalar_subquery()
        is_fresh = and_(broadcasts.c.state == BroadcastState.DRAFT, broadcasts.c.created_at >= not_before)
        values = {"state": BroadcastState.QUEUEING, "message_id": message_id, "chats": receivers}
        return await self._change(broadcast_id, is_fresh, values)

    async def cancel(self, broadcast_id: BroadcastId) -> bool:
        same = and_(broadcasts.c.id == broadcast_id, broadcasts.c.state == BroadcastState.DRAFT)
        async with self._database.write() as connection:
            return bool((await connection.execute(delete(broadcasts).where(same))).rowcount)

    async def stop(self, broadcast_id: BroadcastId) -> Broadcast | None:
        return await self._change(
            broadcast_id, _IS_RUNNING, {"state": BroadcastState.STOPPING, "is_stopped": True, "reached": None}
        )

    async def queue_more(self, broadcast_id: BroadcastId, limit: int, now: datetime) -> int:
        same = and_(broadcasts.c.id == broadcast_id, broadcasts.c.state == BroadcastState.QUEUEING)
        async with self._database.write() as connection:
            locked = select(broadcasts.c.reached).where(same).with_for_update()
            row = (await connection.execute(locked)).one_or_none()
            if row is None:
                return 0
            ahead = true() if row.reached is None else chats.c.id < row.reached
            await read_in_order(connection)
            wanted = select(chats.c.id).where(_RECEIVES, ahead).order_by(chats.c.id.desc()).limit(limit)
            found = (await connection.scalars(wanted)).all()
            if found:
                await queue.insert_selected(connection, _message(broadcast_id, now), _between(found[-1], found[0]))
            is_last = len(found) < limit
            state = BroadcastState.SENDING if is_last else BroadcastState.QUEUEING
            reached = None if is_last else found[-1]
            await connection.execute(update(broadcasts).where(same).values(state=state, reached=reached))
            return len(found)

    async def drop_more(self, broadcast_id: BroadcastId, limit: int, now: datetime) -> int:
        async with self._database.write() as connection:
            wanted = select(deliveries.c.id).where(_is_of(broadcast_id), QUEUED)
            found = (await connection.scalars(wanted.limit(limit))).all()
            still = and_(deliveries.c.id.in_(found), QUEUED)
            return len(await queue.drop(connection, still, UnsentReason.STOPPED, now)) if found else 0

    async def count(self, broadcast_id: BroadcastId) -> BroadcastCounts:
        state, reason = deliveries.c.state, deliveries.c.reason
        counted = select(state, reason, func.count()).where(_is_of(broadcast_id))
        counts = dict.fromkeys(("sent", "waiting", "unreachable", "refused", "stopped"), 0)
        async with self._database.read() as connection:
            for found_state, found_reason, number in await connection.execute(counted.group_by(state, reason)):
                counts[_name(found_state, found_reason)] += number
        return BroadcastCounts(**counts)

    async def finish(self, broadcast_id: BroadcastId) -> None:
        await self._change(broadcast_id, _IS_RUNNING, {"state": BroadcastState.FINISHED, "text": ""})

    async def _change(
        self, broadcast_id: BroadcastId, which: ColumnElement[bool], values: dict[str, object]
    ) -> Broadcast | None:
        changed = update(broadcasts).where(broadcasts.c.id == broadcast_id, which).values(values)
        async with self._database.write() as connection:
            row = (await connection.execute(changed.returning(broadcasts))).mappings().one_or_none()
            return None if row is None else _read(row)


def _message(broadcast_id: BroadcastId, now: datetime) -> dict[str, object]:
    return {
        "chat_id": chats.c.id,
        "thread_id": ThreadId(0),
        "key": core.key_of(broadcast_id),
        "kind": DeliveryKind.BROADCAST,
        "rank": SendPriority.BULK,
        "not_before": now,
        "seen_at": now,
        "created_at": now,
    }


def _is_of(broadcast_id: BroadcastId) -> ColumnElement[bool]:
    """Demand that a delivery belongs to a broadcast; the key of one that was given up is made unlike any other."""
    key = core.key_of(broadcast_id)
    return and_(_KIND, or_(deliveries.c.key == key, deliveries.c.key.startswith(f"{key}~")))


def _between(lowest: int, highest: int) -> ColumnElement[bool]:
    return and_(_RECEIVES, chats.c.id >= lowest, chats.c.id <= highest)


def _name(state: str, reason: str | None) -> str:
    if state in _WAITING:
        return "waiting"
    if state != DeliveryState.DEAD:
        return "sent"
    if reason == UnsentReason.STOPPED:
        return "stopped"
    return "unreachable" if reason in _UNREACHABLE else "refused"


def _read(row: rows.Row) -> Broadcast:
    message_id = row["message_id"]
    return Broadcast(
        id=BroadcastId(row["id"]),
        user_id=UserId(row["user_id"]),
        chat_id=ChatId(row["chat_id"]),
        thread_id=ThreadId(row["thread_id"]),
        message_id=None if message_id is None else MessageId(message_id),
        text=row["text"],
        state=BroadcastState(row["state"]),
        chats=row["chats"],
        is_stopped=row["is_stopped"],
        created_at=row["created_at"],
    )
