"""The repository of what readers did with the buttons below their alerts; and which stories they muted by them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update

from bot.core.alert_action import ActionKind, AlertAction, NewAlertAction, SubscriptionBefore
from bot.core.feed import FeedWish, Origin
from bot.core.ids import AlertActionId, ChatId, DeliveryId, FeedId, SubscriptionId, ThreadId
from bot.core.portable import SubscriptionWish
from bot.core.query import parser
from bot.core.query.parser import MatchMode
from bot.core.subscription import Urgency
from storage.engine import Database, insert
from storage.rows import Row
from storage.tables import alert_actions, articles, deliveries

_COLUMNS = ("chat_id", "thread_id", "delivery_id", "article_id", "kind", "until")


class SqlAlertActionRepository:
    """Implements `bot.core.alert_action.AlertActionRepository`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, action: NewAlertAction, now: datetime) -> AlertActionId:
        values = {name: getattr(action, name) for name in _COLUMNS} | {"before": _dump(action), "created_at": now}
        async with self._database.write() as connection:
            added = insert(connection, alert_actions).values(values).returning(alert_actions.c.id)
            return AlertActionId((await connection.execute(added)).scalar_one())

    async def find(self, chat_id: ChatId, thread_id: ThreadId, action_id: AlertActionId) -> AlertAction | None:
        same = and_(
            alert_actions.c.id == action_id,
            alert_actions.c.chat_id == chat_id,
            alert_actions.c.thread_id == thread_id,
        )
        async with self._database.read() as connection:
            row = (await connection.execute(select(alert_actions).where(same))).mappings().one_or_none()
        return None if row is None else _read(row)

    async def list_below(self, delivery_id: DeliveryId) -> tuple[AlertAction, ...]:
        return await self._list(alert_actions.c.delivery_id == delivery_id)

    async def list_mutes(self, chat_id: ChatId, thread_id: ThreadId, moment: datetime) -> tuple[AlertAction, ...]:
        return await self._list(
            and_(
                alert_actions.c.chat_id == chat_id,
                alert_actions.c.thread_id == thread_id,
                alert_actions.c.kind == ActionKind.MUTED,
                alert_actions.c.created_at <= moment,
                alert_actions.c.until > moment,
                or_(alert_actions.c.undone_at.is_(None), alert_actions.c.undone_at > moment),
            )
        )

    async def undo(self, action_id: AlertActionId, now: datetime) -> bool:
        standing = and_(alert_actions.c.id == action_id, alert_actions.c.undone_at.is_(None))
        async with self._database.write() as connection:
            undone = await connection.execute(update(alert_actions).where(standing).values(undone_at=now))
        return bool(undone.rowcount)

    async def _list(self, which: ColumnElement[bool]) -> tuple[AlertAction, ...]:
        async with self._database.read() as connection:
            found = await connection.execute(select(alert_actions).where(which).order_by(alert_actions.c.id))
            return tuple(map(_read, found.mappings()))


def is_story_muted() -> ColumnElement[bool]:
    """
    Demand that the receiver of a delivery muted the story of its article, below the alert of any of its articles.

    The story is found by the article, because stories are merged.
    """
    muted, own = articles.alias("muted_article"), articles.alias("own_article")
    is_same_story = or_(muted.c.id == own.c.id, muted.c.story_id == own.c.story_id)
    return (
        select(alert_actions.c.id)
        .join(muted, muted.c.id == alert_actions.c.article_id)
        .join(own, is_same_story)
        .where(
            alert_actions.c.chat_id == deliveries.c.chat_id,
            alert_actions.c.thread_id == deliveries.c.thread_id,
            alert_actions.c.kind == ActionKind.STORY_MUTED,
            alert_actions.c.undone_at.is_(None),
            own.c.id == deliveries.c.article_id,
        )
        .correlate(deliveries)
        .exists()
    )


def _dump(action: NewAlertAction) -> str:
    """Write what an action changed as JSON."""
    before = {
        "subscriptions": [_dump_subscription(subscription) for subscription in action.subscriptions],
        "feed_id": action.feed_id,
        "own_feed": _dump_feed(action.own_feed) if action.own_feed else None,
    }
    return json.dumps(before, ensure_ascii=False, separators=(",", ":"))


def _dump_subscription(before: SubscriptionBefore) -> dict[str, Any]:
    wish = before.wish
    return {
        "id": before.id,
        "number": before.number,
        "query": wish.query.normal,
        "mode": wish.mode,
        "urgency": wish.urgency,
        "urgency_before": wish.urgency_before,
        "title": wish.title,
        "headline_only": wish.headline_only,
        "paused": wish.paused,
        "muted_until": wish.muted_until and wish.muted_until.isoformat(),
    }


def _dump_feed(wish: FeedWish) -> dict[str, Any]:
    return {"url": wish.url, "title": wish.title, "language": wish.language}


def _read(row: Row) -> AlertAction:
    before = json.loads(row["before"])
    own_feed = before["own_feed"]
    return AlertAction(
        **{name: row[name] for name in ("id", *_COLUMNS, "created_at", "undone_at") if name != "kind"},
        kind=ActionKind(row["kind"]),
        subscriptions=tuple(map(_read_subscription, before["subscriptions"])),
        feed_id=None if before["feed_id"] is None else FeedId(before["feed_id"]),
        own_feed=FeedWish(**own_feed, origin=Origin.CHAT, owner=ChatId(row["chat_id"])) if own_feed else None,
    )


def _read_subscription(item: dict[str, Any]) -> SubscriptionBefore:
    muted, before = item["muted_until"], item["urgency_before"]
    wish = SubscriptionWish(
        query=parser.stored(item["query"]),
        mode=MatchMode(item["mode"]),
        urgency=Urgency(item["urgency"]),
        urgency_before=Urgency(before) if before else None,
        title=item["title"],
        headline_only=item["headline_only"],
        paused=item["paused"],
        muted_until=datetime.fromisoformat(muted) if muted else None,
    )
    return SubscriptionBefore(id=SubscriptionId(item["id"]), number=item["number"], wish=wish)
