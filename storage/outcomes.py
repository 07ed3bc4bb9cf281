"""
Stores what follows from an attempt to send: sent, queued again, held or dead, and the state of the chat.

Also the floods (until when Telegram accepts nothing for a chat or the bot, kept over restarts), and the correction of
times that were written by a clock that ran ahead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, assert_never

from sqlalchemy import Column, or_, select, true, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core import quiet_hours
from bot.core.chat import ChatKind, ChatState
from bot.core.delivery.delivery import (
    Delivery,
    DeliveryKind,
    Dropped,
    Finished,
    NextStep,
    SendAgain,
    SetAside,
    UnsentReason,
)
from bot.core.ids import ChatId
from storage import chat_moves, held, unreachable_chats
from storage import deliveries as queue
from storage.columns import Number
from storage.engine import insert
from storage.held import rollings
from storage.tables import chats, deliveries, facts, fanouts, feeds, receivers, subscriptions

_STRIKES = 3
_BETWEEN_STRIKES = timedelta(days=1)
_BETWEEN_TRIES = timedelta(hours=1)
_TELLS_ALERTS = frozenset((DeliveryKind.ALERT, DeliveryKind.ROLLING, DeliveryKind.DIGEST, DeliveryKind.ROUNDUP))
_BLOCKING = frozenset((UnsentReason.BLOCKED, UnsentReason.NO_RIGHTS))
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
    later = [(delivery.id, step) for delivery, step in outcomes if isinstance(step, SendAgain) and _is_plain(step)]
    if later:
        await queue.put_off(connection, later)


def _is_plain(step: SendAgain) -> bool:
    """Say whether only the time of the next attempt has to be noted."""
    return not (step.plain or step.main_thread or step.uncertain or step.anew or step.chat_id is not None)


async def _done(connection: AsyncConnection, sent: Sequence[tuple[Delivery, Finished]], now: datetime) -> None:
    if not sent:
        return
    await queue.mark_sent(connection, [(each.id, each.chat_id, step.message_id) for each, step in sent], now)
    if grown := [(each.id, step.message_id) for each, step in sent if each.kind is DeliveryKind.ROLLING]:
        await queue.mark_shown(connection, grown)
    found = chats.c.id.in_({each.chat_id for each, _ in sent})
    await connection.execute(update(chats).where(found, _was_flooded(now)).values(flooded_until=None))
    struck = await connection.scalars(select(chats.c.id).where(found, chats.c.strikes > 0))
    for chat_id in struck.all():
        await unreachable_chats.find_again(connection, chat_id, now)


def _was_flooded(now: datetime) -> Any:
    return chats.c.flooded_until <= now


async def _again(connection: AsyncConnection, delivery: Delivery, step: SendAgain, now: datetime) -> None:
    if step.chat_id is not None and step.chat_id != delivery.chat_id:
        await chat_moves.move_chat(connection, delivery.chat_id, step.chat_id, now)
    await queue.put_off_changed(connection, delivery.id, step)
    if step.main_thread and delivery.thread_id:
        await chat_moves.close(connection, delivery.chat_id, delivery.thread_id, delivery.id, now)


async def _drop(connection: AsyncConnection, delivery: Delivery, step: Dropped, now: datetime) -> None:
    if step.strike and await _strike(connection, delivery.chat_id, now) < _STRIKES:
        await queue.put_off(connection, [(delivery.id, SendAgain(at=now + _BETWEEN_STRIKES))])
        return
    if step.reason == UnsentReason.NO_RIGHTS and await _is_group(connection, delivery.chat_id):
        await _try_later(connection, delivery, step.reason, now)
        return
    ends = step.silence_chat or step.strike
    if ends:
        await _silence(connection, delivery.chat_id, step.reason, now)
    if ends or step.reason == UnsentReason.INACTIVE:
        await unreachable_chats.set_aside(connection, delivery, step.reason, now)
        return
    await queue.drop(connection, deliveries.c.id == delivery.id, step.reason, now)


async def _is_group(connection: AsyncConnection, chat_id: ChatId) -> bool:
    kind = await connection.scalar(select(chats.c.kind).where(chats.c.id == chat_id))
    return kind in (ChatKind.GROUP, ChatKind.SUPERGROUP)


async def _try_later(connection: AsyncConnection, delivery: Delivery, reason: UnsentReason, now: datetime) -> None:
    """
    Try alerts again in an hour where nobody but administrators may write in a group.

    Telegram tells a bot neither when that begins nor when it ends; a command hastens it, as for a chat that was not
    found. What is no alert has no point by then. Of its own rights the bot is told, and the chat is silenced.
    """
    once = update(chats).where(chats.c.id == delivery.chat_id, chats.c.strikes == 0)
    await connection.execute(once.values(strikes=1, struck_at=now))
    if delivery.kind in _TELLS_ALERTS:
        await queue.put_off(connection, [(delivery.id, SendAgain(at=now + _BETWEEN_TRIES))])
    else:
        await queue.drop(connection, deliveries.c.id == delivery.id, reason, now)


async def _strike(connection: AsyncConnection, chat_id: ChatId, now: datetime) -> int:
    """Count a day on which Telegram did not know the chat; gives how many there were."""
    another_day = or_(chats.c.struck_at.is_(None), chats.c.struck_at <= now - _BETWEEN_STRIKES)
    struck = update(chats).where(chats.c.id == chat_id, another_day)
    await connection.execute(struck.values(strikes=chats.c.strikes + 1, struck_at=now))
    strikes: int | None = await connection.scalar(select(chats.c.strikes).where(chats.c.id == chat_id))
    return _STRIKES if strikes is None else strikes


async def _silence(connection: AsyncConnection, chat_id: ChatId, reason: UnsentReason, now: datetime) -> None:
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
    await queue.hasten(connection, true(), now)
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
    await queue.make_keys_unique(connection, deliveries.c.id.in_(select(deliveries.c.id).where(*false)))


async def _earlier(connection: AsyncConnection, column: Column[Any], which: Any, by: timedelta) -> None:
    value = type_coerce(type_coerce(column, Number) - by // timedelta(microseconds=1), column.type)
    await connection.execute(update(column.table).where(which).values({column.name: value}))
