"""A chat can be reached again: what it missed is held for the gatherer, who makes one message of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery import AWAY, DeliveryKind, DeliveryState, Rank
from bot.core.ids import ChatId
from bot.core.subscription import Urgency
from storage.engine import insert
from storage.fanout import ENGLISH
from storage.rows import Row
from storage.tables import articles, chats, deliveries, feed_choices, matches, subscriptions

_MOST = 100
"""Articles of the time away that are still told, the newest; all of them can be searched for."""


async def gather(connection: AsyncConnection, chat: Row, now: datetime) -> None:
    """Hold an alert for each article the chat would have got since it went away; none comes twice."""
    for row in (await connection.execute(_missed(chat))).mappings():
        missed = {
            "chat_id": chat["id"],
            "thread_id": row["thread_id"],
            "key": row["key"],
            "kind": DeliveryKind.ALERT,
            "rank": int(Rank.ALERT),
            "lane": row["id"],
            "article_id": row["id"],
            "silent": not row["is_instant"],
            "state": DeliveryState.HELD,
            "reason": AWAY,
            "not_before": now,
            "seen_at": row["seen_at"],
            "created_at": now,
        }
        await connection.execute(insert(connection, deliveries).values(missed).on_conflict_do_nothing())
    await connection.execute(update(chats).where(chats.c.id == chat["id"]).values(release_at=now))


def _missed(chat: Row) -> Any:
    chat_id: ChatId = chat["id"]
    refused = select(feed_choices.c.feed_id).where(
        feed_choices.c.chat_id == chat_id,
        feed_choices.c.feed_id == articles.c.feed_id,
        feed_choices.c.followed.is_(False),
    )
    reads = chat["reads"] or (chat["language"], ENGLISH)
    is_instant = func.max(case((subscriptions.c.urgency == Urgency.INSTANT, 1), else_=0)).label("is_instant")
    found = (
        select(articles.c.id, articles.c.key, articles.c.seen_at, subscriptions.c.thread_id, is_instant)
        .join(matches, matches.c.article_id == articles.c.id)
        .join(subscriptions, subscriptions.c.query_id == matches.c.query_id)
        .where(
            subscriptions.c.chat_id == chat_id,
            subscriptions.c.urgency != Urgency.DIGEST,
            subscriptions.c.paused.is_(False),
            articles.c.seen_at > chat["state_at"],
            articles.c.owner.in_((0, chat_id)),
            or_(articles.c.language.is_(None), articles.c.language.in_([each for each in reads if each])),
            ~refused.exists(),
        )
    )
    return found.group_by(articles.c.id, subscriptions.c.thread_id).order_by(articles.c.seen_at.desc()).limit(_MOST)
