"""What queued alerts are made of, for a whole batch at once, and what readers did with the buttons below them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, not_, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.alert_action import ActionKind, AlertAction, NewAlertAction, SubscriptionBefore
from bot.core.delivery.alert import Alert, Match
from bot.core.delivery.delivery import Delivery, UnsentReason
from bot.core.feed import FeedWish, Origin
from bot.core.ids import AlertActionId, ChatId, DeliveryId, FeedId, SubscriptionId, ThreadId
from bot.core.portable import SubscriptionWish
from bot.core.query import parser
from bot.core.query.parser import MatchMode
from bot.core.subscription import Urgency
from storage import rows, stories
from storage.engine import Database, insert
from storage.rows import Row
from storage.tables import alert_actions, articles, chats, deliveries, matches, queries, subscriptions

_RECEIVED = and_(subscriptions.c.chat_id == deliveries.c.chat_id, subscriptions.c.thread_id == deliveries.c.thread_id)
"""Joins a delivery with everything its receiver subscribed to."""


async def load(
    connection: AsyncConnection, wanted: Sequence[Delivery], *, with_unheard: bool = False
) -> Mapping[DeliveryId, Alert]:
    """Gather alerts; one whose article or chat is not there any more is left out."""
    if not wanted:
        return {}
    ids = [each.id for each in wanted]
    found_articles = await _by_id(connection, articles, {each.article_id for each in wanted})
    made = {number: rows.article(row) for number, row in found_articles.items()}
    found_chats = await _by_id(connection, chats, {each.chat_id for each in wanted})
    found_matches = await find_matches(connection, ids, true() if with_unheard else is_heard())
    unheard = [each for each in ids if each not in found_matches]
    reasons = await find_unheard(connection, unheard) if unheard else {}
    counts = await _counts(connection, ids)
    others = await stories.also(connection, ids)
    return {
        each.id: Alert(
            article=made[each.article_id],
            chat=rows.chat(found_chats[each.chat_id]),
            matches=found_matches.get(each.id, ()),
            unheard=reasons.get(each.id),
            subscription_count=counts.get(each.id, 0),
            also=others.get(each.id, ()),
        )
        for each in wanted
        if each.article_id in made and each.chat_id in found_chats
    }


async def _by_id(connection: AsyncConnection, table: Any, ids: set[Any]) -> dict[Any, rows.Row]:
    found = await connection.execute(select(table).where(table.c.id.in_(ids)))
    return {row["id"]: row for row in found.mappings()}


async def find_matches(
    connection: AsyncConnection, ids: Sequence[DeliveryId], which: ColumnElement[bool]
) -> dict[DeliveryId, tuple[Match, ...]]:
    """Find those of the subscriptions that hit, by number."""
    hit = and_(matches.c.article_id == deliveries.c.article_id, matches.c.query_id == subscriptions.c.query_id)
    wanted = (
        select(subscriptions, queries.c.normal, queries.c.mode, matches.c.evidence, deliveries.c.id.label("delivery"))
        .select_from(deliveries)
        .join(subscriptions, _RECEIVED)
        .join(matches, hit)
        .join(queries, queries.c.id == subscriptions.c.query_id)
        .where(deliveries.c.id.in_(ids), which)
        .order_by(deliveries.c.id, subscriptions.c.number)
    )
    found: dict[DeliveryId, tuple[Match, ...]] = {}
    for row in (await connection.execute(wanted)).mappings():
        match = Match(rows.subscription(row), row["evidence"])
        found[row["delivery"]] = (*found.get(row["delivery"], ()), match)
    return found


async def find_unheard(
    connection: AsyncConnection, ids: Sequence[DeliveryId], now: datetime | None = None
) -> dict[DeliveryId, UnsentReason]:
    """Say of alerts that hit nothing their reader wants at a moment (None: that of their claim) why that is so."""
    hit = and_(matches.c.article_id == deliveries.c.article_id, matches.c.query_id == subscriptions.c.query_id)
    wanted = (
        select(deliveries.c.id, subscriptions.c.paused, not_(_is_loud(now)).label("muted"))
        .add_columns(is_story_muted().label("story_muted"))
        .select_from(deliveries)
        .join(subscriptions, _RECEIVED)
        .join(matches, hit)
        .where(deliveries.c.id.in_(ids))
    )
    found: dict[DeliveryId, set[UnsentReason]] = {delivery_id: set() for delivery_id in ids}
    for row in await connection.execute(wanted):
        if row.story_muted:
            found[row.id].add(UnsentReason.STORY_MUTED)
        if row.paused:
            found[row.id].add(UnsentReason.SUBSCRIPTION_PAUSED)
        elif row.muted:
            found[row.id].add(UnsentReason.MUTED)
    return {
        delivery_id: next((reason for reason in _UNHEARD if reason in reasons), UnsentReason.UNSUBSCRIBED)
        for delivery_id, reasons in found.items()
    }


_UNHEARD = (UnsentReason.STORY_MUTED, UnsentReason.MUTED, UnsentReason.SUBSCRIPTION_PAUSED)
"""Why a keyword is not heard; of several the first is told."""


def is_heard(now: datetime | None = None) -> ColumnElement[bool]:
    """Leave out what is paused, or muted at a moment, None: that of the claim; and stories that are muted."""
    return and_(subscriptions.c.paused.is_(False), _is_loud(now), not_(is_story_muted()))


def _is_loud(now: datetime | None) -> ColumnElement[bool]:
    claimed: ColumnElement[datetime] = func.coalesce(deliveries.c.claimed_at, deliveries.c.created_at)
    moment = claimed if now is None else literal(now, subscriptions.c.muted_until.type)
    return or_(subscriptions.c.muted_until.is_(None), subscriptions.c.muted_until <= moment)


async def _counts(connection: AsyncConnection, ids: Sequence[DeliveryId]) -> dict[DeliveryId, int]:
    counted = (
        select(deliveries.c.id, func.count())
        .join(subscriptions, _RECEIVED)
        .where(deliveries.c.id.in_(ids))
        .group_by(deliveries.c.id)
    )
    return {row[0]: row[1] for row in await connection.execute(counted)}


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
