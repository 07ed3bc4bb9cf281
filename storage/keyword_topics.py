"""Topics of private chats, one per keyword."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Table, delete, select

from bot.core.ids import ChatId, SubscriptionId, ThreadId
from bot.core.keyword_topic import KeywordTopic
from storage.columns import Number, UtcDateTime, flag
from storage.engine import Database, insert
from storage.schema import metadata
from storage.tables import chats, subscriptions

topic_chats = Table(
    "topic_chats",
    metadata,
    Column("chat_id", Number, ForeignKey(chats.c.id, ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("switched_at", UtcDateTime, nullable=False),
)

keyword_topics = Table(
    "keyword_topics",
    metadata,
    Column(
        "subscription_id",
        Number,
        ForeignKey(subscriptions.c.id, ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("chat_id", Number, ForeignKey(chats.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("thread_id", Number, nullable=False),
    flag("is_gone"),
)


class SqlKeywordTopicRepository:
    """Implements `bot.core.keyword_topic.KeywordTopicRepository`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def is_on(self, chat_id: ChatId) -> bool:
        wanted = select(topic_chats.c.chat_id).where(topic_chats.c.chat_id == chat_id)
        async with self._database.read() as connection:
            return await connection.scalar(wanted) is not None

    async def switch(self, chat_id: ChatId, now: datetime, *, is_on: bool) -> None:
        async with self._database.write() as connection:
            if is_on:
                new = insert(connection, topic_chats).values(chat_id=chat_id, switched_at=now)
                await connection.execute(new.on_conflict_do_nothing())
            else:
                await connection.execute(delete(topic_chats).where(topic_chats.c.chat_id == chat_id))
                await connection.execute(delete(keyword_topics).where(keyword_topics.c.chat_id == chat_id))

    async def find(self, chat_id: ChatId, subscription_id: SubscriptionId) -> KeywordTopic | None:
        same = keyword_topics.c.subscription_id == subscription_id
        wanted = select(keyword_topics).where(same, keyword_topics.c.chat_id == chat_id)
        async with self._database.read() as connection:
            row = (await connection.execute(wanted)).mappings().one_or_none()
        if row is None:
            return None
        return KeywordTopic(
            subscription_id=subscription_id, thread_id=ThreadId(row["thread_id"]), is_gone=row["is_gone"]
        )

    async def save(self, chat_id: ChatId, topic: KeywordTopic) -> None:
        values = {"thread_id": topic.thread_id, "is_gone": topic.is_gone}
        same = select(subscriptions.c.id).where(
            subscriptions.c.id == topic.subscription_id, subscriptions.c.chat_id == chat_id
        )
        async with self._database.write() as connection:
            if await connection.scalar(same) is None:
                return
            new = insert(connection, keyword_topics).values(
                subscription_id=topic.subscription_id, chat_id=chat_id, **values
            )
            await connection.execute(new.on_conflict_do_update(index_elements=["subscription_id"], set_=values))
