"""
A group became a supergroup: its old id becomes the new one in every table.

The new chat may be there already, because an update from it came first. Then the two are one: what exists in both is
kept once, and the settings are those of the chat that has subscriptions.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Table, and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.chat import ChatKind
from bot.core.delivery import DeliveryState
from bot.core.feed import FeedState
from bot.core.ids import ChatId
from storage.diary import facts
from storage.engine import insert
from storage.past import archived
from storage.rows import Row
from storage.subscriptions import retire_unused
from storage.tables import (
    articles,
    chats,
    deliveries,
    fanouts,
    feed_choices,
    feeds,
    pendings,
    queries,
    receivers,
    subscriptions,
)

_CHUNK = 500
_STRENGTH = (
    DeliveryState.SENT,
    DeliveryState.FOLDED,
    DeliveryState.SENDING,
    DeliveryState.LEASED,
    DeliveryState.QUEUED,
    DeliveryState.HELD,
    DeliveryState.DEAD,
)
"""Of two deliveries of the same to the same, the one farther on is kept."""


async def move_chat(connection: AsyncConnection, old: ChatId, new: ChatId, now: datetime) -> None:
    """Move everything; a chat that moved already is moved again without harm."""
    both = select(chats).where(chats.c.id.in_((old, new))).order_by(chats.c.id).with_for_update()
    found = {row["id"]: row for row in (await connection.execute(both)).mappings()}
    if old in found:
        await _merge_chat(connection, found[old], found.get(new), new, now)
        await _move_subscriptions(connection, old, new)
    await _move_unless_there(connection, receivers, "thread_id", old, new)
    await _move_unless_there(connection, feed_choices, "feed_id", old, new)
    await _move_unless_there(connection, pendings, "user_id", old, new)
    await _move_feeds(connection, old, new, now)
    await _move_deliveries(connection, old, new)
    await connection.execute(update(articles).where(articles.c.owner == old).values(owner=new))
    await connection.execute(update(archived).where(archived.c.owner == old).values(owner=new))
    await connection.execute(delete(chats).where(chats.c.id == old))
    await _move_facts(connection, old, new)
    # The new id may lie behind the cursor of an open fan-out, which then starts again; what is queued is not repeated.
    await connection.execute(update(fanouts).values(chat_cursor=None, thread_cursor=None))


async def _merge_chat(connection: AsyncConnection, old: Row, target: Row | None, new: ChatId, now: datetime) -> None:
    settings = {column.name: old[column.name] for column in chats.columns if column.name != "id"}
    settings |= {"kind": ChatKind.SUPERGROUP, "state_at": now}
    if target is None:
        await connection.execute(insert(connection, chats).values(settings | {"id": new}))
        return
    is_used = await connection.scalar(select(subscriptions.c.id).where(subscriptions.c.chat_id == new).limit(1))
    changed = {} if is_used else settings | {"state": target["state"]}
    changed |= {"last_number": max(old["last_number"], target["last_number"])}
    await connection.execute(update(chats).where(chats.c.id == new).values(changed))


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


async def _move_unless_there(connection: AsyncConnection, table: Table, part: str, old: ChatId, new: ChatId) -> None:
    other = table.alias()
    there = select(other.c.chat_id).where(other.c.chat_id == new, other.c[part] == table.c[part]).exists()
    await connection.execute(delete(table).where(table.c.chat_id == old, there))
    await connection.execute(update(table).where(table.c.chat_id == old).values(chat_id=new))


async def _move_feeds(connection: AsyncConnection, old: ChatId, new: ChatId, now: datetime) -> None:
    other = feeds.alias()
    there = (
        select(other.c.id)
        .where(other.c.owner == new, other.c.wished_url == feeds.c.wished_url, other.c.state != FeedState.REMOVED)
        .exists()
    )
    ended = {"state": FeedState.REMOVED, "removed_at": now, "lease_owner": None, "lease_until": None}
    double = and_(feeds.c.owner == old, feeds.c.state != FeedState.REMOVED, there)
    await connection.execute(update(feeds).where(double).values(ended))
    await connection.execute(update(feeds).where(feeds.c.owner == old).values(owner=new))


async def _move_deliveries(connection: AsyncConnection, old: ChatId, new: ChatId) -> None:
    """Move deliveries; of a pair with one key the weaker is deleted, for the other says the same."""
    ours, theirs = deliveries.alias("ours"), deliveries.alias("theirs")
    same = and_(theirs.c.chat_id == new, theirs.c.thread_id == ours.c.thread_id, theirs.c.key == ours.c.key)
    pairs = select(ours.c.id, ours.c.state, theirs.c.id, theirs.c.state).join(theirs, same)
    found: Any = (await connection.execute(pairs.where(ours.c.chat_id == old))).all()
    weaker = [
        theirs_id if _STRENGTH.index(state) < _STRENGTH.index(their_state) else ours_id
        for ours_id, state, theirs_id, their_state in found
    ]
    for start in range(0, len(weaker), _CHUNK):
        await connection.execute(delete(deliveries).where(deliveries.c.id.in_(weaker[start : start + _CHUNK])))
    await connection.execute(update(deliveries).where(deliveries.c.chat_id == old).values(chat_id=new))


async def _move_facts(connection: AsyncConnection, old: ChatId, new: ChatId) -> None:
    """Rename the group in what is remembered of it: its menu, and the lists of who added it."""
    await connection.execute(delete(facts).where(facts.c.key == f"menu.{old}"))  # the new chat has none yet
    lists = select(facts).where(facts.c.key.startswith("groups.", autoescape=True), facts.c.value.contains(str(old)))
    for row in (await connection.execute(lists)).mappings():
        moved = list(dict.fromkeys(new if each == old else each for each in json.loads(row["value"])))
        await connection.execute(update(facts).where(facts.c.key == row["key"]).values(value=json.dumps(moved)))
