"""
Moves of chats: a group that became a supergroup under a new id, and a forum topic that was closed.

Which columns name a chat is read from the metadata, so that a new table cannot be forgotten; only columns that need
more than a rename have code of their own. The new chat may exist already, because an update from it came first. Then
the two are merged: what exists in both is kept once, and the settings are those of the chat that has subscriptions.

Subscriptions of a topic that was closed or deleted become those of the group itself.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, and_, delete, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.chat import ChatKind, ChatState
from bot.core.delivery.delivery import THREAD_GONE, DeliveryKind, DeliveryState, SendPriority
from bot.core.feed import FeedState
from bot.core.ids import ChatId, DeliveryId, ThreadId
from storage import columns, unreachable_chats
from storage.deliveries import FARTHEST_FIRST, OPEN, NewDelivery, in_state, insert_one, make_keys_unique, queue_edit
from storage.engine import in_chunks, insert
from storage.held import rollings
from storage.rows import Row
from storage.schema import metadata
from storage.shared_lists import shared_lists
from storage.subscriptions import retire_unused
from storage.tables import (
    alert_actions,
    chats,
    deliveries,
    facts,
    fanouts,
    feeds,
    pendings,
    queries,
    receivers,
    subscriptions,
)

_OWN_WAY = frozenset((chats.c.id, subscriptions.c.chat_id, deliveries.c.chat_id, fanouts.c.chat_cursor))
"""Columns in which a chat is not simply renamed: its settings and wishes are merged, and cursors begin anew."""


async def move_chat(connection: AsyncConnection, old: ChatId, new: ChatId, now: datetime) -> None:
    """Move everything; a chat that moved already is moved again without harm."""
    both = select(chats).where(chats.c.id.in_((old, new))).order_by(chats.c.id).with_for_update()
    found = {row["id"]: row for row in (await connection.execute(both)).mappings()}
    if old in found:
        await _merge_chat(connection, found[old], found.get(new), new, now)
        await _move_subscriptions(connection, old, new)
    await _give_way(connection, old, new)
    await _end_doubles_of_feeds(connection, old, new, now)
    await merge_receivers(connection, ChatScope(old), ChatScope(new), now)
    for column in columns.list_chat_columns(metadata):
        if column not in _OWN_WAY:
            await _rename(connection, column, old, new)
    await connection.execute(delete(chats).where(chats.c.id == old))
    await _move_facts(connection, old, new)
    if old in found and new in found:
        await _come_back(connection, found[old], found[new], now)
    # The new id may lie behind the cursor of an open fan-out, which then starts again; what is queued is not repeated.
    await connection.execute(update(fanouts).values(chat_cursor=None, thread_cursor=None))


async def _merge_chat(connection: AsyncConnection, old: Row, target: Row | None, new: ChatId, now: datetime) -> None:
    settings = {column.name: old[column.name] for column in chats.columns if column.name != "id"}
    # What either has held is looked at now, and Telegram knows the chat.
    settings |= {"kind": ChatKind.SUPERGROUP, "release_at": now, "strikes": 0, "struck_at": None}
    if target is None:
        await connection.execute(insert(connection, chats).values(settings | {"id": new}))
        return
    is_used = await connection.scalar(select(subscriptions.c.id).where(subscriptions.c.chat_id == new).limit(1))
    are_away = ChatState.ACTIVE not in (old["state"], target["state"])
    since = min(old["state_at"], target["state_at"]) if are_away else target["state_at"]
    changed = {} if is_used else settings
    changed |= {"state": target["state"], "state_at": since, "release_at": now}
    changed |= {"last_number": max(old["last_number"], target["last_number"])}
    await connection.execute(update(chats).where(chats.c.id == new).values(changed))


async def _come_back(connection: AsyncConnection, old: Row, target: Row, now: datetime) -> None:
    """Gather what a group missed that could not be reached under its old id, and can be under the new one."""
    if old["state"] != ChatState.ACTIVE and target["state"] == ChatState.ACTIVE:
        wanted = select(chats).where(chats.c.id == target["id"])
        chat = dict((await connection.execute(wanted)).mappings().one())
        await unreachable_chats.gather(connection, chat | {"state_at": old["state_at"]}, now)


async def _give_way(connection: AsyncConnection, old: ChatId, new: ChatId) -> None:
    """Forget receivers of the new chat that have no hours where the old one has some."""
    other = receivers.alias()
    there = select(other.c.chat_id).where(other.c.chat_id == old, other.c.thread_id == receivers.c.thread_id)
    has_hours = there.where(other.c.digest.is_not(None)).exists()
    empty = delete(receivers).where(receivers.c.chat_id == new, receivers.c.digest.is_(None), has_hours)
    await connection.execute(empty)


async def _move_subscriptions(connection: AsyncConnection, old: ChatId, new: ChatId) -> None:
    """Move subscriptions; a double ends, and a number that is taken there is replaced by a fresh one."""
    wanted = (
        select(subscriptions, queries.c.normal)
        .join(queries, queries.c.id == subscriptions.c.query_id)
        .where(subscriptions.c.chat_id.in_((old, new)))
        .order_by(subscriptions.c.number)
    )
    found = (await connection.execute(wanted)).mappings().all()
    there = {(row["thread_id"], row["normal"]) for row in found if row["chat_id"] == new}
    taken = {row["number"] for row in found if row["chat_id"] == new}
    last = await connection.scalar(select(chats.c.last_number).where(chats.c.id == new)) or 0
    left: list[int] = []
    for row in found:
        if row["chat_id"] == new:
            continue
        same = subscriptions.c.id == row["id"]
        if (row["thread_id"], row["normal"]) in there:
            await connection.execute(delete(subscriptions).where(same))
            left.append(row["query_id"])
            continue
        last += row["number"] in taken
        number = last if row["number"] in taken else row["number"]
        await connection.execute(update(subscriptions).where(same).values(chat_id=new, number=number))
    await connection.execute(update(chats).where(chats.c.id == new).values(last_number=last))
    await retire_unused(connection, left)


async def _rename(connection: AsyncConnection, column: Column[Any], old: ChatId, new: ChatId) -> None:
    """Rename a chat in one column; where its table has room for one row of each chat, the new chat's own stays."""
    table, name = column.table, column.name
    if column.primary_key:
        other = table.alias()
        rest = [key.name for key in table.primary_key if key is not column]
        same = and_(other.c[name] == new, *(other.c[key] == table.c[key] for key in rest))
        await connection.execute(delete(table).where(column == old, select(other.c[name]).where(same).exists()))
    await connection.execute(update(table).where(column == old).values({name: new}))


async def _end_doubles_of_feeds(connection: AsyncConnection, old: ChatId, new: ChatId, now: datetime) -> None:
    other = feeds.alias()
    there = (
        select(other.c.id)
        .where(other.c.owner == new, other.c.wished_url == feeds.c.wished_url, other.c.state != FeedState.REMOVED)
        .exists()
    )
    ended = {"state": FeedState.REMOVED, "removed_at": now, "lease_owner": None, "lease_until": None}
    double = and_(feeds.c.owner == old, feeds.c.state != FeedState.REMOVED, there)
    await connection.execute(update(feeds).where(double).values(ended))


async def _move_facts(connection: AsyncConnection, old: ChatId, new: ChatId) -> None:
    """Rename the group in what is remembered of it: its menu, and the lists of who added it."""
    await connection.execute(delete(facts).where(facts.c.key == f"menu.{old}"))  # the new chat has none yet
    lists = select(facts).where(facts.c.key.startswith("groups.", autoescape=True), facts.c.value.contains(str(old)))
    for row in (await connection.execute(lists)).mappings():
        moved = list(dict.fromkeys(new if chat == old else chat for chat in json.loads(row["value"])))
        await connection.execute(update(facts).where(facts.c.key == row["key"]).values(value=json.dumps(moved)))


async def close(
    connection: AsyncConnection, chat_id: ChatId, thread_id: ThreadId, refused: DeliveryId, now: datetime
) -> None:
    """
    Move everything of a topic to the chat itself; what is there already is kept once.

    The group hears of it when there was anything to move: once each time a topic is closed, by whatever message we
    learn of it.
    """
    await _move_subscriptions_threads(connection, chat_id, thread_id)
    await _move_receiver(connection, chat_id, thread_id)
    same = and_(pendings.c.chat_id == chat_id, pendings.c.thread_id == thread_id)
    await connection.execute(delete(pendings).where(same))
    for table in (alert_actions, shared_lists):
        theirs = and_(table.c.chat_id == chat_id, table.c.thread_id == thread_id)
        await connection.execute(update(table).where(theirs).values(thread_id=0))
    if await merge_receivers(connection, ChatScope(chat_id, thread_id), ChatScope(chat_id, ThreadId(0)), now):
        await _tell(connection, chat_id, f"thread-gone.{thread_id}.{refused}", now)


async def _tell(connection: AsyncConnection, chat_id: ChatId, key: str, now: datetime) -> None:
    notice = NewDelivery(
        chat_id=chat_id,
        thread_id=ThreadId(0),
        key=key,
        kind=DeliveryKind.REPLY,
        rank=SendPriority.REPLY,
        payload=json.dumps({"say": THREAD_GONE}),
        not_before=now,
        seen_at=now,
        created_at=now,
    )
    await insert_one(connection, notice)


async def _move_subscriptions_threads(connection: AsyncConnection, chat_id: ChatId, thread_id: ThreadId) -> None:
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


@dataclass(frozen=True, slots=True)
class ChatScope:
    """A chat with all its topics, or (with a thread) one of its receivers."""

    chat_id: ChatId
    thread_id: ThreadId | None = None

    def covers(self, table: Any = deliveries) -> ColumnElement[bool]:
        """Demand that a message is there."""
        there = table.c.chat_id == self.chat_id
        return there if self.thread_id is None else and_(there, table.c.thread_id == self.thread_id)


async def merge_receivers(connection: AsyncConnection, old: ChatScope, new: ChatScope, now: datetime) -> bool:
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
    await queue_edit(connection, and_(rolling, grown), now)
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
    await make_keys_unique(connection, deliveries.c.id.in_(renamed))
    return len(found)
