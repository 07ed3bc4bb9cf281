"""Hot topics: keywords for which operators are asked to make a channel, and the messages to their readers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, ForeignKey, Select, Table, Text, and_, func, select, update

from bot.core import hot_topic as core
from bot.core.chat import ChatKind, ChatState
from bot.core.delivery.delivery import DeliveryKind, SendPriority
from bot.core.hot_topic import HotTopic, HotTopicState
from bot.core.ids import ChatId, QueryId
from bot.core.query import parser
from bot.core.query.parser import MatchMode
from storage import deliveries as queue
from storage import rows
from storage.columns import Number, SafeText, UtcDateTime, count
from storage.engine import Database, insert
from storage.schema import CHAT, metadata
from storage.tables import chats, queries, subscriptions

hot_topics = Table(
    "hot_topics",
    metadata,
    Column("query_id", Number, ForeignKey(queries.c.id, ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),
    count("readers"),
    Column("channel_id", Number, nullable=False, info=CHAT),  # 0: none yet
    Column("channel", SafeText, nullable=False),
    Column("reached", Number, nullable=False),  # the last subscription whose reader was told
    Column("asked_at", UtcDateTime, nullable=False),
)

_IS_READER = and_(
    subscriptions.c.chat_id == chats.c.id, chats.c.kind == ChatKind.PRIVATE, chats.c.state == ChatState.ACTIVE
)
_IS_OPEN = hot_topics.c.state.in_([HotTopicState.ASKED.value, HotTopicState.DECLINED.value])


class SqlHotTopicRepository:
    """Implements `bot.core.hot_topic.HotTopicRepository`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_new(self, readers: int) -> tuple[HotTopic, ...]:
        # Counted without the chats first: that takes the index of subscriptions alone.
        large = select(subscriptions.c.query_id).where(subscriptions.c.query_id.not_in(select(hot_topics.c.query_id)))
        large = large.group_by(subscriptions.c.query_id).having(func.count() >= readers)
        async with self._database.read() as connection:
            found = (await connection.scalars(large)).all()
            if not found:
                return ()
            counted = await connection.execute(_count_readers(found, readers))
            return tuple(
                HotTopic(query_id=QueryId(row[0]), query=parser.stored(row[1]), mode=MatchMode(row[2]), readers=row[3])
                for row in counted
            )

    async def note_asked(self, topic: HotTopic, now: datetime) -> None:
        values = {
            "query_id": topic.query_id,
            "state": HotTopicState.ASKED,
            "readers": topic.readers,
            "channel_id": 0,
            "channel": "",
            "reached": 0,
            "asked_at": now,
        }
        async with self._database.write() as connection:
            await connection.execute(insert(connection, hot_topics).values(values).on_conflict_do_nothing())

    async def find(self, query_id: QueryId) -> HotTopic | None:
        async with self._database.read() as connection:
            row = (await connection.execute(_select(hot_topics.c.query_id == query_id))).mappings().one_or_none()
            return None if row is None else _read(row)

    async def decline(self, query_id: QueryId) -> HotTopic | None:
        return await self._change(query_id, state=HotTopicState.DECLINED)

    async def give(self, query_id: QueryId, channel_id: ChatId, channel: str) -> HotTopic | None:
        return await self._change(query_id, state=HotTopicState.ANNOUNCING, channel_id=channel_id, channel=channel)

    async def list_in(self, state: HotTopicState) -> tuple[HotTopic, ...]:
        wanted = _select(hot_topics.c.state == state).order_by(hot_topics.c.query_id)
        async with self._database.read() as connection:
            return tuple(_read(row) for row in (await connection.execute(wanted)).mappings())

    async def queue_more(self, query_id: QueryId, limit: int, now: datetime) -> int:
        same = hot_topics.c.query_id == query_id
        # All subscriptions to the query are looked through, which is not to hold up those who write.
        async with self._database.read() as connection:
            reached = await connection.scalar(select(hot_topics.c.reached).where(same))
            ahead = and_(subscriptions.c.query_id == query_id, subscriptions.c.id > reached)
            wanted = select(subscriptions.c.id).where(ahead).order_by(subscriptions.c.id).limit(limit)
            found = (await connection.scalars(wanted)).all()
        async with self._database.write() as connection:
            is_unchanged = hot_topics.c.reached == reached
            if (
                await connection.scalar(select(hot_topics.c.query_id).where(same, is_unchanged).with_for_update())
                is None
            ):
                return 0
            if found:
                theirs = and_(subscriptions.c.id.in_(found), subscriptions.c.query_id == query_id, _IS_READER)
                await queue.insert_selected(connection, _message(query_id, now), theirs)
            is_last = len(found) < limit
            state = HotTopicState.ANNOUNCED if is_last else HotTopicState.ANNOUNCING
            values = {"state": state, "reached": found[-1] if found else reached}
            await connection.execute(update(hot_topics).where(same).values(values))
            return len(found)

    async def _change(self, query_id: QueryId, **values: object) -> HotTopic | None:
        same = hot_topics.c.query_id == query_id
        async with self._database.write() as connection:
            changed = await connection.execute(update(hot_topics).where(same, _IS_OPEN).values(values))
            if not changed.rowcount:
                return None
            return _read((await connection.execute(_select(same))).mappings().one())


def _count_readers(query_ids: Sequence[int], readers: int) -> Select[Any]:
    """Count the private chats in use that ask for these queries; those with fewer are left out."""
    wanted = select(queries.c.id, queries.c.normal, queries.c.mode, func.count())
    wanted = wanted.join(subscriptions, subscriptions.c.query_id == queries.c.id).join(chats, _IS_READER)
    wanted = wanted.where(queries.c.id.in_(query_ids)).group_by(queries.c.id, queries.c.normal, queries.c.mode)
    return wanted.having(func.count() >= readers).order_by(queries.c.id)


def _message(query_id: QueryId, now: datetime) -> dict[str, object]:
    return {
        "chat_id": subscriptions.c.chat_id,
        "thread_id": subscriptions.c.thread_id,
        "key": core.key_of(query_id),
        "kind": DeliveryKind.HOT_TOPIC,
        "rank": SendPriority.BULK,
        "not_before": now,
        "seen_at": now,
        "created_at": now,
    }


def _select(which: ColumnElement[bool]) -> Select[Any]:
    wanted = select(hot_topics, queries.c.normal, queries.c.mode)
    return wanted.join(queries, queries.c.id == hot_topics.c.query_id).where(which)


def _read(row: rows.Row) -> HotTopic:
    return HotTopic(
        query_id=QueryId(row["query_id"]),
        query=parser.stored(row["normal"]),
        mode=MatchMode(row["mode"]),
        readers=row["readers"],
        state=HotTopicState(row["state"]),
        channel_id=ChatId(row["channel_id"]) if row["channel_id"] else None,
        channel=row["channel"],
    )
