"""Gathering what queued alerts are made of, for a whole batch at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, not_, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.alert import Alert, Match
from bot.core.delivery.delivery import Delivery, UnsentReason
from bot.core.ids import DeliveryId
from storage import rows, stories
from storage.alert_actions import is_story_muted
from storage.tables import articles, chats, deliveries, matches, queries, subscriptions

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
