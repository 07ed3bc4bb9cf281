"""
The table of queued messages: every insert into it, its keys, the conditions on its state, and each change of state.

Whoever queues, holds, folds or ends a message calls a function of this module, so that what belongs to a state (its
lease, its reason, its moment) is written in one place. Conditions have the state as a literal, because either database
uses a partial index only for a query that holds the index's condition word by word.

Deliveries of one rank go in the order of their turns, so that articles share Telegram's rate like cars at a
roundabout. Each alert gets a turn when it is queued, and the lowest goes first, which one index answers however many
wait. The alerts of an article get turns from the one on that is being served at that moment, about one each. So an
article with ten readers is done after ten rounds beside one with a hundred thousand, and nobody gains by having come
early.

Where in the article's turns a chat stands comes from its id and from the hour: readers who are last now are not last
for ever, while two articles of one hour reach a reader in the order in which they came.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.delivery import DeliveryKind, DeliveryState, SendAgain, SendPriority, UnsentReason
from bot.core.ids import ArticleId, ChatId, DeliveryId, MessageId, SubscriptionId, ThreadId
from storage import columns
from storage.columns import Number
from storage.engine import in_chunks, insert, read_in_order
from storage.rows import Row
from storage.tables import deliveries, facts

_TURN = "turn"
_CIRCLE = 1_000_003
_STRIDE = 618_035
"""Prime to the circle, and far from both ends: neighbours in id land far apart."""
_SMALL, _TOGETHER = 40, 4
"""An article with few readers costs those of a large one next to nothing, and need not wait for them."""
_FREE: dict[str, Any] = {"lease_owner": None, "lease_until": None}


# States


def in_state(*states: DeliveryState, table: Any = deliveries) -> ColumnElement[bool]:
    """Demand that a delivery (of the table or an alias of it) is in one of these states."""
    return columns.is_one_of(table.c.state, *states)


QUEUED = in_state(DeliveryState.QUEUED)
UNDER_WAY = in_state(DeliveryState.LEASED, DeliveryState.SENDING)
WAITING = in_state(DeliveryState.QUEUED, DeliveryState.LEASED, DeliveryState.SENDING)

FARTHEST_FIRST = (
    DeliveryState.SENT,
    DeliveryState.FOLDED,
    DeliveryState.SENDING,
    DeliveryState.LEASED,
    DeliveryState.QUEUED,
    DeliveryState.HELD,
    DeliveryState.DEAD,
)
"""Of two deliveries of the same to the same, the first of these says what its reader knows."""
OPEN = frozenset((DeliveryState.QUEUED, DeliveryState.LEASED, DeliveryState.SENDING, DeliveryState.HELD))
"""Something is still to come of it."""


# Keys: a receiver gets one delivery per key, ever. An alert bears the key of its article, a digest that of its hour.


def twin_key(key: str, article_id: ArticleId) -> str:
    """Name the alert of an article whose address another feed has brought too: its reader may know the story."""
    return f"{key}#{article_id}"


def part_key(key: str, part: int) -> str:
    """Name a later part of a message that was too long for one."""
    return f"{key}#{part}"


def roundup_key(first: DeliveryId) -> str:
    """Name the message that tells alerts which waited, by the first of them."""
    return f"roundup:{first}"


def rolling_key(subscription_id: SubscriptionId, first: DeliveryId) -> str:
    """Name the message of a burst, by the first alert in it."""
    return f"rolling:{subscription_id}:{first}"


def source_key(first: DeliveryId, other: DeliveryId) -> str:
    """Name the edit that adds the source of another alert to one that is out."""
    return f"also:{first}:{other}"


def revision_key(number: ColumnElement[str], revision: int) -> ColumnElement[str]:
    """Name the edit of an alert (its id as text) whose article changed."""
    return literal("changed:") + number + literal(f":{revision}")


async def make_keys_unique(connection: AsyncConnection, which: ColumnElement[bool]) -> None:
    """Give deliveries keys that nobody else can have."""
    key = deliveries.c.key + "~" + cast(deliveries.c.id, Text)
    await connection.execute(update(deliveries).where(which).values(key=key))


# Inserts


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """A delivery to be stored; the fields are columns."""

    chat_id: ChatId
    thread_id: ThreadId
    key: str
    kind: DeliveryKind
    rank: SendPriority
    not_before: datetime
    seen_at: datetime
    created_at: datetime
    article_id: ArticleId | None = None
    payload: str = ""
    silent: bool = False
    plain: bool = False
    catch_up: bool = False
    released: bool = False
    state: DeliveryState = DeliveryState.QUEUED
    reason: UnsentReason | None = None
    attempts: int = 0
    uncertain: int = 0
    turn: int = 0


_NAMES = tuple(field.name for field in fields(NewDelivery))
_DEFAULTS: dict[str, Any] = {
    field.name: field.default
    for field in fields(NewDelivery)
    if isinstance(field.default, bool | int | str)  # not a column that may be NULL
}


async def insert_one(connection: AsyncConnection, new: NewDelivery) -> DeliveryId | None:
    """Store a delivery; None when its receiver had one of this key."""
    found = await insert_many(connection, [new])
    return next(iter(found.values()), None)


async def insert_many(
    connection: AsyncConnection, new: Sequence[NewDelivery]
) -> dict[tuple[ChatId, ThreadId, str], DeliveryId]:
    """Store deliveries in this order; gives the ids of those that are new, by receiver and key."""
    returned = (deliveries.c.id, deliveries.c.chat_id, deliveries.c.thread_id, deliveries.c.key)
    made = insert(connection, deliveries).on_conflict_do_nothing().returning(*returned)
    found: dict[tuple[ChatId, ThreadId, str], DeliveryId] = {}
    for some in in_chunks(new):
        values = [{name: getattr(each, name) for name in _NAMES} for each in some]
        for row in await connection.execute(made, values):
            found[row.chat_id, row.thread_id, row.key] = row.id
    return found


async def insert_selected(connection: AsyncConnection, values: Mapping[str, Any], where: ColumnElement[bool]) -> int:
    """
    Store a delivery for each row of other tables that fits the condition; returns how many are new.

    Args:
        values: for each column of `NewDelivery` an expression, or the value that it has in all rows; what is left out
            has its default.
        where: says which rows of the tables named in the expressions.

    """
    named = {name: _expression(name, value) for name, value in (_DEFAULTS | dict(values)).items()}
    chosen = select(*named.values()).where(where)
    new = insert(connection, deliveries).from_select(list(named), chosen, include_defaults=False)
    made = await connection.execute(new.on_conflict_do_nothing(), execution_options={"preserve_rowcount": True})
    return made.rowcount


def held_or_queued(is_held: ColumnElement[bool], reason: UnsentReason) -> dict[str, ColumnElement[Any]]:
    """Give values for `insert_selected`: what fits the condition is held from the first, for a reason."""
    state = case((is_held, DeliveryState.HELD.value), else_=DeliveryState.QUEUED.value)
    return {"state": state, "reason": case((is_held, reason.value))}


def _expression(name: str, value: Any) -> ColumnElement[Any]:
    return value if isinstance(value, ColumnElement) else literal(value, deliveries.c[name].type)


# From the queue to Telegram


async def lease_ready(
    connection: AsyncConnection,
    owner: str,
    now: datetime,
    lease: timedelta,
    limit: int,
    in_hand: Collection[DeliveryId] | None = None,
) -> Sequence[Row]:
    """
    Lease what may be sent now, by rank and turn.

    What was leased for too long, or by this owner without its knowledge (see `columns.is_unknown`), is queued first.
    """
    ready = (
        select(deliveries)
        .where(QUEUED, deliveries.c.not_before <= now)
        .order_by(deliveries.c.rank, deliveries.c.turn, deliveries.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=deliveries)
    )
    leased = {"state": DeliveryState.LEASED, "lease_owner": owner, "lease_until": now + lease, "claimed_at": now}
    unstarted = and_(in_state(DeliveryState.LEASED), columns.is_unknown(deliveries, owner, in_hand))
    await read_in_order(connection)
    await requeue_lost(connection, or_(deliveries.c.lease_until <= now, unstarted))
    found = (await connection.execute(ready)).mappings().all()
    if found:
        same = deliveries.c.id.in_([row["id"] for row in found])
        await connection.execute(update(deliveries).where(same).values(leased))
        await reach(connection, max(row["turn"] for row in found))
    return found


async def requeue_lost(connection: AsyncConnection, which: ColumnElement[bool]) -> int:
    """Queue deliveries again whose owner is lost; of those in `sending` nobody knows whether they arrived."""
    queued = {"state": DeliveryState.QUEUED, **_FREE}
    doubtful = update(deliveries).where(UNDER_WAY, which, in_state(DeliveryState.SENDING))
    await connection.execute(doubtful.values(uncertain=deliveries.c.uncertain + 1))
    freed = await connection.execute(update(deliveries).where(UNDER_WAY, which).values(queued))
    return freed.rowcount


async def mark_started(
    connection: AsyncConnection, delivery_ids: Sequence[DeliveryId], now: datetime
) -> frozenset[DeliveryId]:
    """Note that calls to Telegram are about to be made; returns for which deliveries the lease still holds."""
    ours = and_(in_state(DeliveryState.LEASED), deliveries.c.lease_until > now)
    same = and_(deliveries.c.id.in_(list(delivery_ids)), ours)
    started = {"state": DeliveryState.SENDING, "started_at": now, "attempts": deliveries.c.attempts + 1}
    found = await connection.scalars(update(deliveries).where(same).values(started).returning(deliveries.c.id))
    return frozenset(map(DeliveryId, found))


async def mark_sent(
    connection: AsyncConnection, sent: Sequence[tuple[DeliveryId, ChatId, MessageId]], now: datetime
) -> None:
    """Note which messages Telegram has, by delivery and the chat it was sent to."""
    # A group that moved meanwhile numbers its messages anew.
    is_here = deliveries.c.chat_id == bindparam("chat", type_=Number)
    message_id = case((is_here, bindparam("message", type_=Number)))
    noted = {"state": DeliveryState.SENT, "message_id": message_id, "finished_at": now}
    same = update(deliveries).where(deliveries.c.id == bindparam("delivery")).values(noted | _FREE)
    await connection.execute(
        same, [{"delivery": delivery, "chat": chat, "message": message} for delivery, chat, message in sent]
    )


async def mark_shown(connection: AsyncConnection, shown: Sequence[tuple[DeliveryId, MessageId]]) -> None:
    """Note with what a message that grows showed that it did: it may grow, and then die before it shows the rest."""
    message = deliveries.alias()
    claimed = select(message.c.claimed_at).where(message.c.id == bindparam("delivery")).scalar_subquery()
    told = and_(deliveries.c.parent == bindparam("delivery"), in_state(DeliveryState.FOLDED))
    noted = update(deliveries).where(told, deliveries.c.finished_at <= claimed).values(message_id=bindparam("message"))
    await connection.execute(noted, [{"delivery": delivery, "message": message_id} for delivery, message_id in shown])


# Back into the queue


async def put_off(connection: AsyncConnection, later: Sequence[tuple[DeliveryId, SendAgain]]) -> None:
    """Queue deliveries that are under way again, where only the time of the next attempt is to be noted."""
    queued = {
        "state": DeliveryState.QUEUED,
        "not_before": bindparam("at"),
        "attempts": deliveries.c.attempts - bindparam("uncalled"),
    }
    same = update(deliveries).where(deliveries.c.id == bindparam("delivery"), UNDER_WAY).values(queued | _FREE)
    await connection.execute(
        same, [{"delivery": delivery, "at": step.at, "uncalled": int(step.uncalled)} for delivery, step in later]
    )


async def put_off_changed(connection: AsyncConnection, delivery_id: DeliveryId, step: SendAgain) -> None:
    """Queue a delivery that is under way again, with what is to be different at the next attempt."""
    queued: dict[str, Any] = {
        "state": DeliveryState.QUEUED,
        "not_before": step.at,
        "plain": or_(deliveries.c.plain, literal(step.plain)),
        "uncertain": deliveries.c.uncertain + int(step.uncertain),
        **_FREE,
    }
    if step.anew:
        queued["message_id"] = None
    await connection.execute(update(deliveries).where(deliveries.c.id == delivery_id, UNDER_WAY).values(queued))


async def hasten(connection: AsyncConnection, which: ColumnElement[bool], now: datetime) -> None:
    """Let queued deliveries go now that were to go later."""
    later = update(deliveries).where(which, QUEUED, deliveries.c.not_before > now)
    await connection.execute(later.values(not_before=now))


async def queue_edit(connection: AsyncConnection, which: ColumnElement[bool], now: datetime) -> tuple[DeliveryId, ...]:
    """Queue messages that are out once more, to be edited; returns which."""
    queued = {"state": DeliveryState.QUEUED, "not_before": now, "attempts": 0}
    edited = update(deliveries).where(which, in_state(DeliveryState.SENT)).values(queued).returning(deliveries.c.id)
    return tuple((await connection.scalars(edited)).all())


# Held, and told by other messages


async def hold(connection: AsyncConnection, which: ColumnElement[bool], reason: UnsentReason) -> None:
    """Set deliveries aside for a reason, until somebody releases or folds them."""
    held = {"state": DeliveryState.HELD, "reason": reason}
    await connection.execute(update(deliveries).where(which).values(held | _FREE))


async def release(connection: AsyncConnection, delivery_ids: Sequence[DeliveryId], now: datetime) -> None:
    """Queue held deliveries, to go now; the reason stays, for who asks why they came late."""
    queued = {"state": DeliveryState.QUEUED, "not_before": now, "released": True}
    for some in in_chunks(delivery_ids):
        await connection.execute(update(deliveries).where(deliveries.c.id.in_(some)).values(queued))


async def fold(
    connection: AsyncConnection,
    parent: DeliveryId | BindParameter[Any],
    which: ColumnElement[bool],
    now: datetime,
    reason: UnsentReason,
    rows: Sequence[Mapping[str, Any]] | None = None,
) -> None:
    """
    Let one message tell other alerts.

    Args:
        parent: the delivery of that message.
        which: the alerts.
        now: when the message got them.
        reason: why, of those that were not held for a reason of their own.
        rows: values for the parameters in `parent` and `which`, where many messages get their alerts at once.

    """
    why = func.coalesce(deliveries.c.reason, literal(reason, deliveries.c.reason.type))
    folded = {"state": DeliveryState.FOLDED, "parent": parent, "finished_at": now, "reason": why}
    await connection.execute(update(deliveries).where(which).values(folded), rows)


async def unfold(connection: AsyncConnection, parents: Sequence[DeliveryId], reason: UnsentReason) -> None:
    """
    Hold again what these messages, which are dead, were to tell and have not shown.

    Others may tell it now, under the same keys; and the next digest may mark what these marked.
    """
    for some in in_chunks(parents):
        await make_keys_unique(connection, deliveries.c.id.in_(some))
        told = deliveries.c.parent.in_(some)
        is_unseen = and_(in_state(DeliveryState.FOLDED), deliveries.c.message_id.is_(None))
        again = {"state": DeliveryState.HELD, "reason": reason, "parent": None, "finished_at": None}
        await connection.execute(update(deliveries).where(told, is_unseen).values(again))
        marked = update(deliveries).where(told, in_state(DeliveryState.SENT))
        await connection.execute(marked.values(parent=None))


# The end


async def drop(
    connection: AsyncConnection, which: ColumnElement[bool], reason: UnsentReason, now: datetime
) -> tuple[DeliveryId, ...]:
    """Give deliveries up for a reason; returns which."""
    dead = {"state": DeliveryState.DEAD, "reason": reason, "finished_at": now}
    ended = update(deliveries).where(which).values(dead | _FREE).returning(deliveries.c.id)
    return tuple((await connection.scalars(ended)).all())


# Turns


async def current(connection: AsyncConnection) -> int:
    """Give the turn that is being served; whoever queues something to share the rate fairly begins here."""
    return int(await connection.scalar(select(facts.c.value).where(facts.c.key == _TURN)) or 0)


async def reach(connection: AsyncConnection, turn: int) -> None:
    """Note that the queue got this far; it never goes back."""
    if turn > await current(connection):
        made = insert(connection, facts).values(key=_TURN, value=str(turn))
        await connection.execute(
            made.on_conflict_do_update(index_elements=["key"], set_={"value": made.excluded.value})
        )


def spread(first: int, size: int, chat_id: ColumnElement[int], moment: datetime) -> ColumnElement[Any]:
    """Give each chat its turn among about `size` turns from `first` on; of a small article several go in one turn."""
    size = size if size > _SMALL else -(-size // _TOGETHER)
    hour = int(moment.timestamp()) // 3600
    place = ((func.abs(chat_id) % _CIRCLE + literal(hour % _CIRCLE)) * _STRIDE) % _CIRCLE
    return literal(first) + place * literal(max(1, size)) // _CIRCLE
