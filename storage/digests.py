"""
The repositories of digests and combined messages: hours, what is due, contents, and parts of split messages.

An alert that was sent by itself belongs to the digest that marks it as told. Articles that a roundup or a rolling
message told belong to that message, which may still grow, so the digest's own payload names them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.article import Article
from bot.core.chat import ChatState
from bot.core.delivery.alert import Match
from bot.core.delivery.delivery import Delivery, DeliveryKind, DeliveryState, SendPriority, UnsentReason
from bot.core.delivery.digest import CombinedMessage, DigestReceiver, StoryEntry, Turns
from bot.core.delivery.schedule import Slot
from bot.core.ids import ArticleId, ChatId, DeliveryId, MessageId, ThreadId
from bot.core.subscription import Urgency
from storage import alerts, rows
from storage import deliveries as queue
from storage.deliveries import OPEN, NewDelivery, in_state
from storage.engine import Database, in_chunks, insert
from storage.held import rollings
from storage.rows import Row
from storage.tables import articles, chats, deliveries, matches, receivers, subscriptions

_TOLD = in_state(DeliveryState.SENT, DeliveryState.FOLDED)


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
    is_sent = in_state(DeliveryState.SENT, table=parents)
    since = min(since for _, since in digests.values())
    sent = select(parents.c.id).where(
        parents.c.chat_id.in_(chat_ids),
        is_sent,
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
        in_state(DeliveryState.FOLDED),
        or_(parents.c.kind == DeliveryKind.ROLLING, is_sent),
    )
    return (
        select(deliveries.c.id, deliveries.c.chat_id, deliveries.c.thread_id, deliveries.c.finished_at)
        .add_columns(parents.c.kind, parents.c.finished_at.label("told_at"))
        .select_from(deliveries)
        .join(parents, told)
        .where(parents.c.id.in_(select(others.c.id)), ~in_state(DeliveryState.DEAD, table=parents), in_digest)
        .order_by(deliveries.c.id)
    )


async def find(connection: AsyncConnection, facts: Mapping[str, Any]) -> Sequence[Any]:
    """List what a digest marks, as far as it is there; what is to be told once more after all is no mark."""
    ids = facts.get("marked", ())
    found: list[Any] = []
    for some in in_chunks(ids):
        told = select(deliveries.c.id, deliveries.c.article_id, deliveries.c.state).where(
            deliveries.c.id.in_(some), _TOLD
        )
        found += (await connection.execute(told.order_by(deliveries.c.id))).all()
    return found


def share(facts: Mapping[str, Any], ids: Sequence[DeliveryId]) -> tuple[dict[str, Any], list[DeliveryId]]:
    """Give one part of a digest what is its own: its payload, which names the marks, and what else it tells."""
    marked = set(facts.get("marked", ()))
    named = [each for each in ids if each in marked]
    return {**facts, "marked": named} if marked else dict(facts), [each for each in ids if each not in marked]


class SqlCombinedMessageRepository:
    """Implements `bot.core.delivery.digest.CombinedMessageRepository`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find_rolling(self, delivery_id: DeliveryId) -> Delivery | None:
        wanted = select(deliveries).where(deliveries.c.id == delivery_id, deliveries.c.message_id.is_not(None))
        async with self._database.read() as connection:
            rolling = wanted.where(deliveries.c.kind == DeliveryKind.ROLLING)
            row = (await connection.execute(rolling)).mappings().one_or_none()
        return None if row is None else rows.delivery(row)

    async def load(self, delivery: Delivery, now: datetime) -> CombinedMessage | None:
        facts = json.loads(delivery.payload or "{}")
        async with self._database.read() as connection:
            chat = (await connection.execute(select(chats).where(chats.c.id == delivery.chat_id))).mappings().first()
            if chat is None:
                return None
            message_id = await connection.scalar(select(deliveries.c.message_id).where(deliveries.c.id == delivery.id))
            before = facts.get("after")
            state = await connection.scalar(select(deliveries.c.state).where(deliveries.c.id == before))
            tellings = await _tellings(connection, delivery, facts, now, merged=chat["one_per_story"])
        return CombinedMessage(
            kind=delivery.kind,
            reason=str(facts.get("reason", "")),
            part=int(facts.get("part", 0)),
            parts=int(facts.get("parts", 1)),
            chat=rows.chat(chat),
            tellings=tuple(map(_by_its_wish, tellings)) if delivery.kind is DeliveryKind.DIGEST else tellings,
            message_id=None if message_id is None else MessageId(message_id),
            waits=before is not None and state in OPEN,
            shown=str(facts.get("shown", "")),
        )

    async def note_shown(self, delivery: Delivery, mark: str) -> None:
        facts = json.loads(delivery.payload or "{}") | {"shown": mark}
        same = deliveries.c.id == delivery.id
        async with self._database.write() as connection:
            await connection.execute(update(deliveries).where(same).values(payload=json.dumps(facts)))

    async def split(self, delivery: Delivery, parts: Sequence[Sequence[DeliveryId]], now: datetime) -> None:
        facts = json.loads(delivery.payload or "{}") | {"parts": len(parts)}
        async with self._database.write() as connection:
            row = (await connection.execute(select(deliveries).where(deliveries.c.id == delivery.id))).mappings().one()
            same = deliveries.c.id == delivery.id
            kept, _ = share(facts | {"part": 1}, parts[0])
            await connection.execute(update(deliveries).where(same).values(payload=json.dumps(kept)))
            before = delivery.id
            for number, told in enumerate(parts[1:], 2):
                own, ids = share(facts | {"part": number, "after": before}, told)
                before = await _add_part(connection, row, own, now)
                for some in in_chunks(ids):
                    moved = deliveries.c.id.in_(some)
                    await connection.execute(update(deliveries).where(moved).values(parent=before))


def _by_its_wish(telling: StoryEntry) -> StoryEntry:
    """Let a digest show a story under a keyword that is in the digest, where it hits one."""
    ordered = sorted(telling.subscriptions, key=lambda each: each.urgency is not Urgency.DIGEST)
    return replace(telling, subscriptions=tuple(ordered))


async def _add_part(connection: AsyncConnection, first: Row, facts: Mapping[str, Any], now: datetime) -> DeliveryId:
    part = NewDelivery(
        chat_id=first["chat_id"],
        thread_id=first["thread_id"],
        key=queue.part_key(first["key"], facts["part"]),
        kind=DeliveryKind(first["kind"]),
        rank=SendPriority(first["rank"]),
        payload=json.dumps(facts),
        silent=first["silent"],
        released=True,
        not_before=now,
        seen_at=first["seen_at"],
        created_at=now,
    )
    found = await queue.insert_one(connection, part)
    assert found is not None  # a message is made parts of once, before any of them is sent
    return found


async def _tellings(
    connection: AsyncConnection, delivery: Delivery, facts: Mapping[str, Any], now: datetime, *, merged: bool
) -> tuple[StoryEntry, ...]:
    told = select(deliveries.c.id, deliveries.c.article_id, deliveries.c.state).where(
        deliveries.c.parent == delivery.id
    )
    marked = await find(connection, facts)
    found = [*(await connection.execute(told.order_by(deliveries.c.id))).all(), *marked]
    was_sent = {row.id for row in marked} | {row.id for row in found if row.state == DeliveryState.SENT}
    hits: dict[DeliveryId, tuple[Match, ...]] = {}
    known: dict[int, Article] = {}
    stories: dict[ArticleId, int] = {}
    is_heard = alerts.is_heard(now)
    for chunk in in_chunks(found):
        hits |= await alerts.find_matches(connection, [DeliveryId(row.id) for row in chunk], is_heard)
        wanted = select(articles).where(articles.c.id.in_([row.article_id for row in chunk]))
        for row in (await connection.execute(wanted)).mappings():
            known[row["id"]] = rows.article(row)
            if merged and row["story_id"] is not None:
                stories[row["id"]] = row["story_id"]
    single = [
        StoryEntry(
            ids=(DeliveryId(row.id),),
            article=known[row.article_id],
            subscriptions=tuple(match.subscription for match in hits[row.id]),
            source_titles=(_source(known[row.article_id]),),
            was_sent=row.id in was_sent,
        )
        for row in found
        if row.article_id in known and hits.get(row.id)
    ]
    return tuple(await _joined(connection, single, stories, delivery.chat_id))


async def _joined(
    connection: AsyncConnection, single: Sequence[StoryEntry], stories: Mapping[ArticleId, int], chat_id: ChatId
) -> Sequence[StoryEntry]:
    """Join what tells the same story, and name everybody who tells it."""
    if not stories:
        return single
    others = (
        select(articles.c.story_id, articles.c.source_title, articles.c.source_host)
        .where(articles.c.story_id.in_(set(stories.values())), articles.c.owner.in_((0, chat_id)))
        .order_by(articles.c.id)
    )
    titles: dict[int | None, list[str]] = {}
    for row in await connection.execute(others):
        titles.setdefault(row.story_id, []).append(row.source_title or row.source_host)
    joined: dict[object, StoryEntry] = {}
    for each in single:
        story = stories.get(each.article.id)
        told = dict.fromkeys([*each.source_titles, *titles.get(story, ())])
        each = replace(each, source_titles=tuple(told))
        key = story or each.ids
        joined[key] = _join(joined[key], each) if key in joined else each
    return tuple(joined.values())


def _join(first: StoryEntry, other: StoryEntry) -> StoryEntry:
    by_number = {each.number: each for each in (*first.subscriptions, *other.subscriptions)}
    return replace(
        first,
        ids=first.ids + other.ids,
        subscriptions=tuple(by_number[number] for number in sorted(by_number)),
        source_titles=tuple(dict.fromkeys(first.source_titles + other.source_titles)),
        was_sent=first.was_sent or other.was_sent,
    )


def _source(article: Article) -> str:
    return article.source_title or article.source_host


_FIELDS = tuple(field.name for field in fields(DigestReceiver))
_WAITS = and_(in_state(DeliveryState.HELD), deliveries.c.reason == UnsentReason.DIGEST)


def _hit(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Say that an article hits a keyword of its receiver that is so."""
    theirs = and_(
        matches.c.article_id == deliveries.c.article_id,
        matches.c.query_id == subscriptions.c.query_id,
        subscriptions.c.chat_id == deliveries.c.chat_id,
        subscriptions.c.thread_id == deliveries.c.thread_id,
    )
    return select(matches.c.query_id).join(subscriptions, and_(theirs, *conditions)).exists()


_IN_DIGEST = _hit(subscriptions.c.urgency == Urgency.DIGEST)
_FIRST, _LONGEST = timedelta(days=1), timedelta(days=7)
"""How far back a digest marks what came as an alert: the first one, and any other."""


class SqlDigestRepository:
    """Implements `bot.core.delivery.digest.DigestRepository`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, chat_id: ChatId, thread_id: ThreadId) -> DigestReceiver | None:
        same = and_(receivers.c.chat_id == chat_id, receivers.c.thread_id == thread_id)
        async with self._database.read() as connection:
            row = (await connection.execute(select(receivers).where(same))).mappings().one_or_none()
        return None if row is None else _receiver(row)

    async def list_of(self, chat_id: ChatId) -> tuple[DigestReceiver, ...]:
        theirs = select(receivers).where(receivers.c.chat_id == chat_id, receivers.c.digest.is_not(None))
        async with self._database.read() as connection:
            found = await connection.execute(theirs.order_by(receivers.c.thread_id))
            return tuple(_receiver(row) for row in found.mappings())

    async def set_digest(
        self, chat_id: ChatId, thread_id: ThreadId, digest: str | None, next_due: datetime | None
    ) -> None:
        values = {"digest": digest, "next_due": next_due}
        async with self._database.write() as connection:
            made = insert(connection, receivers).values(values | {"chat_id": chat_id, "thread_id": thread_id})
            await connection.execute(made.on_conflict_do_update(index_elements=["chat_id", "thread_id"], set_=values))

    async def gather_due(self, now: datetime, limit: int, turns: Turns) -> int | None:
        due = (
            select(receivers, chats.c.timezone)
            .join(chats, chats.c.id == receivers.c.chat_id)
            .where(receivers.c.next_due <= now, chats.c.state == ChatState.ACTIVE)
            .where(or_(chats.c.paused_until.is_(None), chats.c.paused_until <= now))
            .order_by(receivers.c.next_due, receivers.c.chat_id)
            .limit(limit)
        )
        async with self._database.read() as connection:
            if (await connection.execute(due.limit(1))).first() is None:
                return None  # nearly always: no write for that
        async with self._database.write() as connection:
            locked = due.with_for_update(skip_locked=True, of=receivers)
            found = (await connection.execute(locked)).mappings().all()
            taken = [(_receiver(row), turns(_receiver(row), row["timezone"], now)) for row in found]
            await _move_on(connection, [(receiver, turn.next_due) for receiver, turn in taken])
            made = await _make(connection, [(each, turn.slot) for each, turn in taken if turn.slot is not None], now)
        return made if found else None

    async def gather_now(self, chat_id: ChatId, thread_id: ThreadId, key: str, now: datetime) -> bool:
        here = and_(deliveries.c.chat_id == chat_id, deliveries.c.thread_id == thread_id)
        wanted = select(deliveries.c.id).where(here, _WAITS, _hit(alerts.is_heard(now)))
        same = and_(receivers.c.chat_id == chat_id, receivers.c.thread_id == thread_id)
        async with self._database.write() as connection:
            if await connection.scalar(wanted.limit(1)) is None:
                return False
            row = (await connection.execute(select(receivers).where(same))).mappings().one_or_none()
            receiver = _receiver(row or dict.fromkeys(_FIELDS) | {"chat_id": chat_id, "thread_id": thread_id})
            parent = await queue.insert_one(connection, _digest(receiver, key, now, now, SendPriority.REPLY))
            if parent is not None:
                await _fill(connection, {parent: receiver}, now)
        return True


def _receiver(row: Row) -> DigestReceiver:
    return DigestReceiver(**{name: row[name] for name in _FIELDS})


async def _move_on(connection: AsyncConnection, due: Sequence[tuple[DigestReceiver, datetime | None]]) -> None:
    if not due:
        return
    same = and_(receivers.c.chat_id == bindparam("chat"), receivers.c.thread_id == bindparam("thread"))
    moved = update(receivers).where(same).values(next_due=bindparam("due"))
    rows = [{"chat": each.chat_id, "thread": each.thread_id, "due": next_due} for each, next_due in due]
    await connection.execute(moved, rows)


async def _make(connection: AsyncConnection, due: Sequence[tuple[DigestReceiver, Slot]], now: datetime) -> int:
    """Make the digests of those for whom something waits, all at once."""
    there = await _waiting(connection, [receiver.chat_id for receiver, _ in due])
    wanted: dict[tuple[int, int], tuple[DigestReceiver, Slot]] = {
        (receiver.chat_id, receiver.thread_id): (receiver, slot)
        for receiver, slot in due
        if (receiver.chat_id, receiver.thread_id) in there
    }
    if not wanted:
        return 0
    made = await queue.insert_many(
        connection, [_digest(receiver, slot.key, slot.at, now) for receiver, slot in wanted.values()]
    )
    parents = {(chat_id, thread_id): parent for (chat_id, thread_id, _), parent in made.items()}
    if parents:
        await _fill(connection, {parent: wanted[place][0] for place, parent in parents.items()}, now)
    return len(parents)


async def _waiting(connection: AsyncConnection, chat_ids: Sequence[ChatId]) -> set[tuple[int, int]]:
    wanted = select(deliveries.c.chat_id, deliveries.c.thread_id).where(deliveries.c.chat_id.in_(chat_ids), _WAITS)
    found = await connection.execute(wanted.distinct())
    return {(row.chat_id, row.thread_id) for row in found}


def _digest(
    receiver: DigestReceiver, key: str, due_at: datetime, now: datetime, rank: SendPriority = SendPriority.BULK
) -> NewDelivery:
    return NewDelivery(
        chat_id=receiver.chat_id,
        thread_id=receiver.thread_id,
        key=key,
        kind=DeliveryKind.DIGEST,
        rank=rank,
        payload=json.dumps({"reason": key}),
        released=True,
        not_before=now,
        seen_at=due_at,
        created_at=now,
    )


async def _fill(connection: AsyncConnection, made: Mapping[DeliveryId, DigestReceiver], now: datetime) -> None:
    """Put into each digest what waits for it, and mark what came as an alert since the last one."""
    place = and_(deliveries.c.chat_id == bindparam("chat"), deliveries.c.thread_id == bindparam("thread"))
    values: list[dict[str, Any]] = [
        {"digest": parent, "chat": each.chat_id, "thread": each.thread_id, "since": _since(each, now)}
        for parent, each in made.items()
    ]
    gathered = [{name: each[name] for name in ("digest", "chat", "thread")} for each in values]
    await queue.fold(connection, bindparam("digest"), and_(place, _WAITS), now, UnsentReason.DIGEST, gathered)
    came = and_(in_state(DeliveryState.SENT), deliveries.c.finished_at > bindparam("since", type_=_MOMENT))
    told = and_(came, deliveries.c.kind == DeliveryKind.ALERT, deliveries.c.parent.is_(None))
    marked = update(deliveries).where(place, told, _IN_DIGEST).values(parent=bindparam("digest"))
    await connection.execute(marked, values)
    await add(connection, {parent: (each, _since(each, now)) for parent, each in made.items()}, _IN_DIGEST)
    same = and_(receivers.c.chat_id == bindparam("chat"), receivers.c.thread_id == bindparam("thread"))
    noted = update(receivers).where(same).values(last_digest_at=now)
    await connection.execute(noted, [{"chat": each["chat"], "thread": each["thread"]} for each in values])


_MOMENT = deliveries.c.finished_at.type


def _since(receiver: DigestReceiver, now: datetime) -> datetime:
    if receiver.last_digest_at is None:
        return now - _FIRST
    return max(receiver.last_digest_at, now - _LONGEST)
