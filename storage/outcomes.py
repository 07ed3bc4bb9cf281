"""
What follows from an attempt, written down: sent, queued again, held or dead, and what becomes of the chat.

Floods: until when Telegram will not hear of a chat, or of the bot, also after a restart.

A clock ran ahead and was set back: what it wrote down of times that are still to come is put right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, assert_never

from sqlalchemy import Column, Update, and_, bindparam, case, literal, or_, select, text, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core import quiet_hours
from bot.core.chat import ChatState
from bot.core.delivery.delivery import (
    INACTIVE,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Dropped,
    Finished,
    NextStep,
    RefusedReason,
    SendAgain,
    SetAside,
)
from bot.core.ids import ChatId
from storage import chat_moves, held, receiver_merge, unreachable_chats
from storage.columns import Number
from storage.engine import insert
from storage.held import rollings
from storage.tables import chats, deliveries, facts, fanouts, feeds, receivers, subscriptions

_UNDER_WAY = text("deliveries.state IN ('leased', 'sending')")
_FREE: dict[str, Any] = {"lease_owner": None, "lease_until": None}
_STRIKES = 3
_BETWEEN_STRIKES = timedelta(days=1)
_BLOCKING = frozenset((RefusedReason.BLOCKED, RefusedReason.NO_RIGHTS))
"""Refusals that a reader can undo; after any other the chat is not there any more."""


async def take(connection: AsyncConnection, outcomes: Sequence[tuple[Delivery, NextStep]], now: datetime) -> None:
    """
    Write down what follows; the usual cases in one statement for all of them.

    What concerns a whole chat comes first and locks the chat before its messages, as everybody does.
    """
    for delivery, step in outcomes:
        match step:
            case Finished():
                pass
            case SendAgain():
                if not _is_plain(step):
                    await _again(connection, delivery, step, now)
            case SetAside():
                await held.hold(connection, delivery, step)
            case Dropped():
                await _drop(connection, delivery, step, now)
            case _:
                assert_never(step)
    await _done(connection, [(delivery, step) for delivery, step in outcomes if isinstance(step, Finished)], now)
    later = [(delivery, step) for delivery, step in outcomes if isinstance(step, SendAgain) and _is_plain(step)]
    await _later(connection, later)


def _is_plain(step: SendAgain) -> bool:
    """Say whether only the time of the next attempt has to be noted."""
    return not (step.plain or step.main_thread or step.uncertain or step.anew or step.chat_id is not None)


async def _done(connection: AsyncConnection, sent: Sequence[tuple[Delivery, Finished]], now: datetime) -> None:
    if not sent:
        return
    # A group that moved meanwhile numbers its messages anew.
    is_here = deliveries.c.chat_id == bindparam("chat", type_=Number)
    message_id = case((is_here, bindparam("message", type_=Number)))
    noted = {"state": DeliveryState.SENT, "message_id": message_id, "finished_at": now}
    same = update(deliveries).where(deliveries.c.id == bindparam("delivery")).values(noted | _FREE)
    values = [{"delivery": each.id, "chat": each.chat_id, "message": step.message_id} for each, step in sent]
    await connection.execute(same, values)
    await _shown(connection, [(each, step) for each, step in sent if each.kind is DeliveryKind.ROLLING])
    found = and_(chats.c.id.in_({each.chat_id for each, _ in sent}), or_(chats.c.strikes > 0, _was_flooded(now)))
    clean = {"strikes": 0, "struck_at": None, "flooded_until": None}
    await connection.execute(update(chats).where(found).values(clean))


async def _shown(connection: AsyncConnection, sent: Sequence[tuple[Delivery, Finished]]) -> None:
    """Note with what a message showed that it did: it may grow, and then die before it shows the rest."""
    if not sent:
        return
    message = deliveries.alias()
    claimed = select(message.c.claimed_at).where(message.c.id == bindparam("delivery")).scalar_subquery()
    told = and_(deliveries.c.parent == bindparam("delivery"), text("deliveries.state = 'folded'"))
    shown = update(deliveries).where(told, deliveries.c.finished_at <= claimed)
    values = [{"delivery": each.id, "message": step.message_id} for each, step in sent]
    await connection.execute(shown.values(message_id=bindparam("message")), values)


def _was_flooded(now: datetime) -> Any:
    return chats.c.flooded_until <= now


async def _later(connection: AsyncConnection, later: Sequence[tuple[Delivery, SendAgain]]) -> None:
    if not later:
        return
    queued = {
        "state": DeliveryState.QUEUED,
        "not_before": bindparam("at"),
        "attempts": deliveries.c.attempts - bindparam("uncalled"),
    }
    same = update(deliveries).where(deliveries.c.id == bindparam("delivery"), _UNDER_WAY).values(queued | _FREE)
    await connection.execute(
        same, [{"delivery": each.id, "at": step.at, "uncalled": int(step.uncalled)} for each, step in later]
    )


async def _again(connection: AsyncConnection, delivery: Delivery, step: SendAgain, now: datetime) -> None:
    if step.chat_id is not None and step.chat_id != delivery.chat_id:
        await chat_moves.move_chat(connection, delivery.chat_id, step.chat_id, now)
    queued: dict[str, Any] = {
        "state": DeliveryState.QUEUED,
        "not_before": step.at,
        "plain": or_(deliveries.c.plain, literal(step.plain)),
        "uncertain": deliveries.c.uncertain + int(step.uncertain),
        **_FREE,
    }
    if step.anew:
        queued["message_id"] = None
    await connection.execute(_same(delivery).where(_UNDER_WAY).values(queued))
    if step.main_thread and delivery.thread_id:
        await chat_moves.close(connection, delivery.chat_id, delivery.thread_id, delivery.id, now)


async def _drop(connection: AsyncConnection, delivery: Delivery, step: Dropped, now: datetime) -> None:
    if step.strike and await _strike(connection, delivery.chat_id, now) < _STRIKES:
        await _later(connection, [(delivery, SendAgain(at=now + _BETWEEN_STRIKES))])
        return
    ends = step.silence_chat or step.strike
    if ends:
        await _silence(connection, delivery.chat_id, step.reason, now)
    if ends or step.reason == INACTIVE:
        await unreachable_chats.set_aside(connection, delivery, step.reason, now)
        return
    dead = {"state": DeliveryState.DEAD, "reason": step.reason, "finished_at": now}
    await connection.execute(_same(delivery).values(dead | _FREE))


def _same(delivery: Delivery) -> Update:
    return update(deliveries).where(deliveries.c.id == delivery.id)


async def _strike(connection: AsyncConnection, chat_id: ChatId, now: datetime) -> int:
    """Count a day on which Telegram did not know the chat; gives how many there were."""
    another_day = or_(chats.c.struck_at.is_(None), chats.c.struck_at <= now - _BETWEEN_STRIKES)
    struck = update(chats).where(chats.c.id == chat_id, another_day)
    await connection.execute(struck.values(strikes=chats.c.strikes + 1, struck_at=now))
    strikes: int | None = await connection.scalar(select(chats.c.strikes).where(chats.c.id == chat_id))
    return _STRIKES if strikes is None else strikes


async def _silence(connection: AsyncConnection, chat_id: ChatId, reason: str, now: datetime) -> None:
    """End delivery to a chat; what it has not got yet waits for its return."""
    state = ChatState.BLOCKED if reason in _BLOCKING else ChatState.GONE
    changed = update(chats).where(chats.c.id == chat_id, chats.c.state == ChatState.ACTIVE)
    await connection.execute(changed.values(state=state, state_at=now))
    await unreachable_chats.leave(connection, chat_id, reason, now)


_FACT = "flood"


async def note(connection: AsyncConnection, chat_id: ChatId | None, until: datetime) -> None:
    """Write a flood down."""
    if chat_id is not None:
        await connection.execute(update(chats).where(chats.c.id == chat_id).values(flooded_until=until))
        return
    made = insert(connection, facts).values(key=_FACT, value=until.isoformat())
    await connection.execute(made.on_conflict_do_update(index_elements=["key"], set_={"value": made.excluded.value}))


async def load(connection: AsyncConnection, now: datetime) -> Mapping[ChatId | None, datetime]:
    """Read those that have not ended."""
    wanted = select(chats.c.id, chats.c.flooded_until).where(chats.c.flooded_until > now)
    found: dict[ChatId | None, datetime] = {ChatId(row[0]): row[1] for row in await connection.execute(wanted)}
    noted = await connection.scalar(select(facts.c.value).where(facts.c.key == _FACT))
    if noted is not None and (until := datetime.fromisoformat(noted)) > now:
        found[None] = until
    return found


_BEEN: tuple[Column[Any], ...] = (
    deliveries.c.finished_at,
    chats.c.state_at,
    chats.c.struck_at,
    receivers.c.last_digest_at,
    rollings.c.hit_at,
)
"""What has been, in truth at the latest now."""
_DUE: tuple[Column[Any], ...] = (chats.c.release_at, receivers.c.next_due)
"""When somebody looks whether there is anything to do, and finds out when to look again: that costs nothing now."""
_PUT_OFF: tuple[Column[Any], ...] = (
    *(table.c.lease_until for table in (feeds, fanouts, deliveries)),
    feeds.c.next_poll_at,
)
"""What was put off from a false moment, most likely."""
_WISHED: tuple[Column[Any], ...] = (chats.c.flooded_until, chats.c.paused_until, subscriptions.c.muted_until)
"""What somebody wished to last; beyond the false present it was wished in it, most likely."""
_DAY = timedelta(days=1)


async def turn_back(connection: AsyncConnection, now: datetime, by: timedelta) -> None:
    """Bring forward what was put off by such a clock, and take the days it saw for not having been."""
    waits = update(deliveries).where(text("deliveries.state = 'queued'"), deliveries.c.not_before > now)
    await connection.execute(waits.values(not_before=now))
    for column in (*_BEEN, *_DUE):
        await connection.execute(update(column.table).where(column > now).values({column.name: now}))
    for column in _PUT_OFF:
        await _earlier(connection, column, column > now, by)
    for column in _WISHED:
        await _earlier(connection, column, (column > now + by) & (column < quiet_hours.FOREVER), by)
    flood = (await load(connection, now)).get(None)
    if flood is not None and flood > now + by:
        await note(connection, None, flood - by)
    # The digest of a day that has not been must not stand in the way of that day's own.
    false = (deliveries.c.kind == DeliveryKind.DIGEST, deliveries.c.created_at > now + _DAY)
    await receiver_merge.rename(connection, deliveries.c.id.in_(select(deliveries.c.id).where(*false)))


async def _earlier(connection: AsyncConnection, column: Column[Any], which: Any, by: timedelta) -> None:
    value = type_coerce(type_coerce(column, Number) - by // timedelta(microseconds=1), column.type)
    await connection.execute(update(column.table).where(which).values({column.name: value}))
