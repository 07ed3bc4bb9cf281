"""A forum topic was closed or deleted: who subscribed there hears of it in the group itself."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery import THREAD_GONE, DeliveryKind, DeliveryState, SendPriority
from bot.core.ids import ChatId, DeliveryId, ThreadId
from storage import merging
from storage.engine import insert
from storage.merging import ChatScope
from storage.subscriptions import retire_unused
from storage.tables import deliveries, fanouts, pendings, queries, receivers, subscriptions


async def close(
    connection: AsyncConnection, chat_id: ChatId, thread_id: ThreadId, refused: DeliveryId, now: datetime
) -> None:
    """
    Move everything of a topic to the chat itself; what is there already is kept once.

    The group hears of it when there was anything to move: once each time a topic is closed, by whatever message we
    learn of it.
    """
    await _move_subscriptions(connection, chat_id, thread_id)
    await _move_receiver(connection, chat_id, thread_id)
    same = and_(pendings.c.chat_id == chat_id, pendings.c.thread_id == thread_id)
    await connection.execute(delete(pendings).where(same))
    if await merging.merge(connection, ChatScope(chat_id, thread_id), ChatScope(chat_id, ThreadId(0)), now):
        await _tell(connection, chat_id, f"thread-gone.{thread_id}.{refused}", now)


async def _tell(connection: AsyncConnection, chat_id: ChatId, key: str, now: datetime) -> None:
    notice = {
        "chat_id": chat_id,
        "thread_id": 0,
        "key": key,
        "kind": DeliveryKind.REPLY,
        "rank": int(SendPriority.REPLY),
        "payload": json.dumps({"say": THREAD_GONE}),
        "state": DeliveryState.QUEUED,
        "not_before": now,
        "seen_at": now,
        "created_at": now,
    }
    await connection.execute(insert(connection, deliveries).values(notice).on_conflict_do_nothing())


async def _move_subscriptions(connection: AsyncConnection, chat_id: ChatId, thread_id: ThreadId) -> None:
    wanted = (
        select(subscriptions.c.id, subscriptions.c.query_id, queries.c.normal, subscriptions.c.thread_id)
        .join(queries, queries.c.id == subscriptions.c.query_id)
        .where(subscriptions.c.chat_id == chat_id, subscriptions.c.thread_id.in_((0, thread_id)))
    )
    found = (await connection.execute(wanted)).all()
    there = {row.normal for row in found if row.thread_id == 0}
    ours = [row for row in found if row.thread_id == thread_id]
    doubles = [row for row in ours if row.normal in there]
    await connection.execute(delete(subscriptions).where(subscriptions.c.id.in_([row.id for row in doubles])))
    moved = and_(subscriptions.c.chat_id == chat_id, subscriptions.c.thread_id == thread_id)
    await connection.execute(update(subscriptions).where(moved).values(thread_id=0))
    if ours:  # an open fan-out may have passed the chat itself already; what is queued is not repeated
        await connection.execute(update(fanouts).values(chat_cursor=None, thread_cursor=None))
    await retire_unused(connection, [row.query_id for row in doubles])


async def _move_receiver(connection: AsyncConnection, chat_id: ChatId, thread_id: ThreadId) -> None:
    """Let the digest hours of the topic become those of the chat, if it has none."""
    main = and_(receivers.c.chat_id == chat_id, receivers.c.thread_id == 0)
    ours = and_(receivers.c.chat_id == chat_id, receivers.c.thread_id == thread_id)
    has_hours = await connection.scalar(select(receivers.c.digest).where(main))
    if has_hours is not None:
        await connection.execute(delete(receivers).where(ours))
        return
    if await connection.scalar(select(receivers.c.chat_id).where(ours)) is not None:
        await connection.execute(delete(receivers).where(main))
        await connection.execute(update(receivers).where(ours).values(thread_id=0))
