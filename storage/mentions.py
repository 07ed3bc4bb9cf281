"""
What a digest only marks: articles that a roundup or a rolling message told since the digest before.

An alert that came by itself belongs to the digest that marks it. These belong to the message that told them, which may
still grow, so the digest's own payload names them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, select, text, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery import DeliveryKind, DeliveryState
from bot.core.ids import ChatId, DeliveryId, ThreadId
from bot.core.receiver import DigestReceiver
from storage.rollings import rollings
from storage.tables import deliveries, subscriptions

_TOLD = (DeliveryState.SENT, DeliveryState.FOLDED)
_CHUNK = 500


async def add(
    connection: AsyncConnection,
    made: Mapping[DeliveryId, tuple[DigestReceiver, datetime]],
    in_digest: ColumnElement[bool],
) -> None:
    """Name in each digest what other messages to its receiver told since a moment and what its keywords hit."""
    digests = {(each.chat_id, each.thread_id): (digest, since) for digest, (each, since) in made.items()}
    marked: dict[DeliveryId, list[int]] = defaultdict(list)
    for row in await connection.execute(_told(digests, in_digest)):
        digest, since = digests.get((row.chat_id, row.thread_id), (None, None))
        # A roundup tells everything when it is sent, a rolling message each when it comes.
        told_at = row.told_at if row.kind == DeliveryKind.ROUNDUP else row.finished_at
        if digest is not None and since is not None and told_at is not None and told_at > since:
            marked[digest].append(row.id)
    if marked:
        payloads = select(deliveries.c.id, deliveries.c.payload).where(deliveries.c.id.in_(marked))
        values = [
            {"digest": row.id, "facts": json.dumps(json.loads(row.payload) | {"marked": marked[row.id]})}
            for row in await connection.execute(payloads)
        ]
        named = update(deliveries).where(deliveries.c.id == bindparam("digest")).values(payload=bindparam("facts"))
        await connection.execute(named, values)


def _told(
    digests: Mapping[tuple[ChatId, ThreadId], tuple[DeliveryId, datetime]], in_digest: ColumnElement[bool]
) -> Any:
    chat_ids = sorted({chat_id for chat_id, _ in digests})
    parents = deliveries.alias("parents")
    since = min(since for _, since in digests.values())
    sent = select(parents.c.id).where(
        parents.c.chat_id.in_(chat_ids),
        text("parents.state = 'sent'"),
        parents.c.finished_at > since,
        parents.c.kind.in_((DeliveryKind.ROUNDUP, DeliveryKind.ROLLING)),
    )
    growing = (
        select(rollings.c.delivery_id)
        .join(subscriptions, subscriptions.c.id == rollings.c.subscription_id)
        .where(subscriptions.c.chat_id.in_(chat_ids))
    )
    others = union_all(sent, growing).subquery()
    told = and_(
        deliveries.c.parent == parents.c.id,
        text("deliveries.state = 'folded'"),
        or_(parents.c.kind == DeliveryKind.ROLLING, text("parents.state = 'sent'")),
    )
    return (
        select(deliveries.c.id, deliveries.c.chat_id, deliveries.c.thread_id, deliveries.c.finished_at)
        .add_columns(parents.c.kind, parents.c.finished_at.label("told_at"))
        .join(parents, told)
        .where(parents.c.id.in_(select(others.c.id)), parents.c.state != DeliveryState.DEAD, in_digest)
        .order_by(deliveries.c.id)
    )


async def find(connection: AsyncConnection, facts: Mapping[str, Any]) -> Sequence[Any]:
    """List what a digest marks, as far as it is there; what is to be told once more after all is no mark."""
    ids = facts.get("marked", ())
    found: list[Any] = []
    for start in range(0, len(ids), _CHUNK):
        told = select(deliveries.c.id, deliveries.c.article_id, deliveries.c.state).where(
            deliveries.c.id.in_(ids[start : start + _CHUNK]), deliveries.c.state.in_(_TOLD)
        )
        found += (await connection.execute(told.order_by(deliveries.c.id))).all()
    return found


def share(facts: Mapping[str, Any], ids: Sequence[DeliveryId]) -> tuple[dict[str, Any], list[DeliveryId]]:
    """Give one part of a digest what is its own: its payload, which names the marks, and what else it tells."""
    marked = set(facts.get("marked", ()))
    named = [each for each in ids if each in marked]
    return {**facts, "marked": named} if marked else dict(facts), [each for each in ids if each not in marked]
