"""A chat cannot be reached: what it has not got yet waits for its return, on its own and not in a message that died."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.chat import ChatState
from bot.core.delivery import AWAY, Delivery, DeliveryKind, DeliveryState
from bot.core.holding import DIGEST
from bot.core.ids import ChatId
from storage import holding, merging
from storage.tables import chats, deliveries

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
        await holding.look_at(connection, delivery.chat_id, now)


async def give_back(connection: AsyncConnection, parents: Sequence[int]) -> None:
    """
    Hold again what these messages, which are dead, were to tell and have not shown.

    Others may tell it now, under the same keys; and the next digest may mark what these marked.
    """
    for start in range(0, len(parents), _CHUNK):
        chunk = parents[start : start + _CHUNK]
        await merging.rename(connection, deliveries.c.id.in_(chunk))
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
