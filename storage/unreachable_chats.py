"""
A chat cannot be reached: what it has not got yet waits for its return, on its own and not in a message that died.

A chat can be reached again: what it missed is held for the gatherer, who makes one message of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, func, not_, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.chat import ChatState
from bot.core.delivery.delivery import AWAY, Delivery, DeliveryKind, DeliveryState, SendPriority
from bot.core.delivery.rules import DIGEST
from bot.core.ids import ChatId
from bot.core.subscription import Urgency
from storage import held, receiver_merge
from storage.deliveries import ENGLISH
from storage.engine import insert
from storage.rows import Row
from storage.tables import articles, chats, deliveries, feed_choices, matches, subscriptions

_OPEN = text("deliveries.state IN ('queued', 'leased', 'held')")
_UNDER_WAY = text("deliveries.state IN ('leased', 'sending')")
_FREE: dict[str, Any] = {"lease_owner": None, "lease_until": None}
_CHUNK = 500


async def leave(connection: AsyncConnection, chat_id: ChatId, reason: str, now: datetime) -> None:
    """
    Set aside what waits for a chat that cannot be reached any more.

    Its alerts are held until it returns, those for a digest until then; what else was to be said has no point any more.
    """
    rest = update(deliveries).where(deliveries.c.chat_id == chat_id, _OPEN)
    at_once = and_(deliveries.c.kind == DeliveryKind.ALERT, deliveries.c.reason.is_distinct_from(DIGEST))
    await connection.execute(rest.where(at_once).values(_away() | _FREE))
    others = rest.where(deliveries.c.kind != DeliveryKind.ALERT)
    ended = await connection.scalars(others.values(_dead(reason, now) | _FREE).returning(deliveries.c.id))
    await give_back(connection, ended.all())


async def set_aside(connection: AsyncConnection, delivery: Delivery, reason: str, now: datetime) -> None:
    """Do the same with one message that is under way; the chat may have returned meanwhile, and is looked at then."""
    wanted = select(chats.c.state).where(chats.c.id == delivery.chat_id).with_for_update()
    state = await connection.scalar(wanted)
    same = update(deliveries).where(deliveries.c.id == delivery.id, _UNDER_WAY).returning(deliveries.c.id)
    is_alert = delivery.kind is DeliveryKind.ALERT
    ended = await connection.scalars(same.values((_away() if is_alert else _dead(reason, now)) | _FREE))
    await give_back(connection, () if is_alert else ended.all())
    if state == ChatState.ACTIVE:
        await held.look_at(connection, delivery.chat_id, now)


async def give_back(connection: AsyncConnection, parents: Sequence[int]) -> None:
    """
    Hold again what these messages, which are dead, were to tell and have not shown.

    Others may tell it now, under the same keys; and the next digest may mark what these marked.
    """
    for start in range(0, len(parents), _CHUNK):
        chunk = parents[start : start + _CHUNK]
        await receiver_merge.rename(connection, deliveries.c.id.in_(chunk))
        told = deliveries.c.parent.in_(chunk)
        is_unseen = and_(text("deliveries.state = 'folded'"), deliveries.c.message_id.is_(None))
        again = _away() | {"parent": None, "finished_at": None}
        await connection.execute(update(deliveries).where(told, is_unseen).values(again))
        marked = update(deliveries).where(told, text("deliveries.state = 'sent'"))
        await connection.execute(marked.values(parent=None))


def _away() -> dict[str, Any]:
    return {"state": DeliveryState.HELD, "reason": AWAY}


def _dead(reason: str, now: datetime) -> dict[str, Any]:
    return {"state": DeliveryState.DEAD, "reason": reason, "finished_at": now}


_MOST = 100
"""Articles of the time away that are still told, the newest; all of them can be searched for."""
_SOUGHT = timedelta(hours=1)
"""So long, at most, the readers of an article are looked for; who went away meanwhile was left out."""


async def gather(connection: AsyncConnection, chat: Row, now: datetime) -> None:
    """
    Hold an alert for each article the chat would have got since it went away; none comes twice.

    Done again with the same `now`, it holds what was found only meanwhile, and no more than the newest in all.
    """
    for reason in (AWAY, DIGEST):
        found = (await connection.execute(_missed(chat, now, for_digest=reason == DIGEST))).mappings().all()
        missed = [
            {
                "chat_id": chat["id"],
                "thread_id": row["thread_id"],
                "key": row["key"],
                "kind": DeliveryKind.ALERT,
                "rank": int(SendPriority.ALERT),
                "lane": row["id"],
                "article_id": row["id"],
                "silent": row["strength"] < 2,
                "state": DeliveryState.HELD,
                "reason": reason,
                "not_before": now,
                "seen_at": row["seen_at"],
                "created_at": now,
            }
            for row in reversed(found)  # in the order in which they came
        ]
        if missed:
            await connection.execute(insert(connection, deliveries).on_conflict_do_nothing(), missed)
    await connection.execute(update(chats).where(chats.c.id == chat["id"]).values(release_at=now))


async def find_again(connection: AsyncConnection, chat_id: ChatId, now: datetime) -> None:
    """Note that Telegram knows the chat after all: what was put off to another day is sent now."""
    await connection.execute(update(chats).where(chats.c.id == chat_id).values(strikes=0, struck_at=None))
    put_off = update(deliveries).where(deliveries.c.chat_id == chat_id, text("deliveries.state = 'queued'"))
    await connection.execute(put_off.where(deliveries.c.not_before > now).values(not_before=now))


def _missed(chat: Row, now: datetime, *, for_digest: bool) -> Any:
    chat_id: ChatId = chat["id"]
    refused = select(feed_choices.c.feed_id).where(
        feed_choices.c.chat_id == chat_id,
        feed_choices.c.feed_id == articles.c.feed_id,
        feed_choices.c.followed.is_(False),
    )
    had = select(deliveries.c.id).where(
        deliveries.c.article_id == articles.c.id,
        deliveries.c.chat_id == chat_id,
        deliveries.c.thread_id == subscriptions.c.thread_id,
        # What this very return holds already counts among the newest.
        not_(and_(text("deliveries.state = 'held'"), deliveries.c.created_at == now)),
    )
    reads = chat["reads"] or (chat["language"], ENGLISH)
    strength = func.max(case({Urgency.INSTANT: 2, Urgency.SILENT: 1}, value=subscriptions.c.urgency, else_=0))
    found = (
        select(articles.c.id, articles.c.key, articles.c.seen_at, subscriptions.c.thread_id, strength.label("strength"))
        .join(matches, matches.c.article_id == articles.c.id)
        .join(subscriptions, subscriptions.c.query_id == matches.c.query_id)
        .where(
            subscriptions.c.chat_id == chat_id,
            subscriptions.c.paused.is_(False),
            or_(subscriptions.c.muted_until.is_(None), subscriptions.c.muted_until <= articles.c.seen_at),
            articles.c.seen_at > chat["state_at"] - _SOUGHT,
            or_(articles.c.seen_at > chat["state_at"], articles.c.seen_at >= subscriptions.c.created_at),
            articles.c.owner.in_((0, chat_id)),
            or_(articles.c.language.is_(None), articles.c.language.in_([each for each in reads if each])),
            and_(~refused.exists(), ~had.exists()),
        )
        .group_by(articles.c.id, subscriptions.c.thread_id)
        .having(strength == 0 if for_digest else strength > 0)
    )
    return found.order_by(articles.c.seen_at.desc(), articles.c.id.desc()).limit(_MOST)
