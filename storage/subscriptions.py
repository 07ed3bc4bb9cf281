"""The repository of subscriptions, and of the queries they share."""

from __future__ import annotations

import asyncio
from collections.abc import Container, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, case, delete, func, literal, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core import subscription as subscription_rules
from bot.core.archive import ArchiveView
from bot.core.errors import Refusal, StorageError
from bot.core.ids import ChatId, QueryId, SubscriptionId, ThreadId
from bot.core.portable import StoredSubscription, SubscriptionWish
from bot.core.query import parser
from bot.core.query.parser import MatchMode, Query
from bot.core.repositories import StoredQuery
from bot.core.subscription import HIT_DAYS, HitCounts, Subscription, Urgency
from storage import rows
from storage.engine import Database, in_chunks, insert
from storage.tables import articles, chats, feed_choices, matches, queries, removed_subscriptions, subscriptions

_IN_USE = text("NOT queries.retired")
_SETTINGS = tuple(field.name for field in fields(SubscriptionWish) if field.name not in ("query", "mode"))
_PARSED_AT_ONCE = 200
"""Queries that are parsed before other tasks run."""
_KEPT = ("id", "chat_id", "thread_id", "number", "created_at", *_SETTINGS)
"""What is kept of a subscription that was removed, beside its query."""


class SqlSubscriptionRepository:
    """Implements `bot.core.repositories.SubscriptionRepository`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self,
        chat_id: ChatId,
        thread_id: ThreadId,
        query: Query,
        mode: MatchMode,
        urgency: Urgency,
        *,
        limit: int,
        now: datetime,
    ) -> Subscription:
        wish = SubscriptionWish(query=query, mode=mode, urgency=urgency)
        return await self.restore(chat_id, thread_id, wish, limit=limit, now=now)

    async def restore(
        self,
        chat_id: ChatId,
        thread_id: ThreadId,
        wish: SubscriptionWish,
        *,
        limit: int,
        now: datetime,
        number: int | None = None,
    ) -> Subscription:
        settings = {name: getattr(wish, name) for name in _SETTINGS}
        async with self._database.write() as connection:
            if number is None or not await _lock_number(connection, chat_id, number):
                number = await _take_number(connection, chat_id)
            await _refuse(connection, chat_id, thread_id, wish.query.normal, limit)
            values: dict[str, Any] = settings | {
                "chat_id": chat_id,
                "thread_id": thread_id,
                "number": number,
                "query_id": await _share_query(connection, wish.query.normal, wish.mode, now),
                "created_at": now,
            }
            made = insert(connection, subscriptions).values(values).returning(subscriptions.c.id)
            added = select_with_query().where(subscriptions.c.id == (await connection.execute(made)).scalar_one())
            return rows.subscription((await connection.execute(added)).mappings().one(), wish.query)

    async def list_all_of(self, chat_id: ChatId) -> tuple[StoredSubscription, ...]:
        wanted = select_with_query().where(subscriptions.c.chat_id == chat_id).order_by(subscriptions.c.number)
        async with self._database.read() as connection:
            return tuple(map(_stored, (await connection.execute(wanted)).mappings()))

    async def list_for(self, chat_id: ChatId, thread_id: ThreadId) -> tuple[Subscription, ...]:
        same = and_(subscriptions.c.chat_id == chat_id, subscriptions.c.thread_id == thread_id)
        wanted = select_with_query().where(same).order_by(subscriptions.c.number)
        async with self._database.read() as connection:
            return tuple(rows.subscription(row) for row in (await connection.execute(wanted)).mappings())

    async def count_hits(
        self, where: ArchiveView, thread_id: ThreadId, now: datetime
    ) -> Mapping[SubscriptionId, HitCounts]:
        counted = _count_hits(where, thread_id, now)
        async with self._database.read() as connection:
            found = await connection.execute(counted)
            return {SubscriptionId(row[0]): subscription_rules.count_days(row[1:]) for row in found}

    async def remove(self, subscription_ids: Sequence[SubscriptionId], removed_at: datetime | None = None) -> int:
        count = 0
        async with self._database.write() as connection:
            for some in in_chunks(subscription_ids):
                same = subscriptions.c.id.in_(some)
                if removed_at is not None:
                    await _keep(connection, some, removed_at)
                left = await connection.execute(delete(subscriptions).where(same).returning(subscriptions.c.query_id))
                query_ids = left.scalars().all()
                count += len(query_ids)
                await retire_unused(connection, query_ids)
        return count

    async def bring_back(
        self, chat_id: ChatId, thread_id: ThreadId, subscription_id: SubscriptionId, *, limit: int, now: datetime
    ) -> Subscription | None:
        there = removed_subscriptions.c
        same = and_(there.id == subscription_id, there.chat_id == chat_id, there.thread_id == thread_id)
        async with self._database.write() as connection:
            # The row stays locked, so that the checks that follow hold for the whole chat.
            await connection.execute(select(chats.c.id).where(chats.c.id == chat_id).with_for_update())
            row = (await connection.execute(select(removed_subscriptions).where(same))).mappings().one_or_none()
            if row is None:
                return None
            await _refuse(connection, chat_id, thread_id, row["normal"], limit)
            taken = select(subscriptions.c.id).where(
                subscriptions.c.chat_id == chat_id, subscriptions.c.number == row["number"]
            )
            values: dict[str, Any] = {name: row[name] for name in _KEPT}
            if await connection.scalar(taken) is not None:  # by another one, when two groups became one
                values["number"] = await _take_number(connection, chat_id)
            values["query_id"] = await _share_query(connection, row["normal"], MatchMode(row["mode"]), now)
            await connection.execute(insert(connection, subscriptions).values(values))
            await connection.execute(delete(removed_subscriptions).where(same))
            added = select_with_query().where(subscriptions.c.id == subscription_id)
            return rows.subscription((await connection.execute(added)).mappings().one())

    async def set_title(self, subscription_id: SubscriptionId, title: str | None) -> None:
        await self._set([subscription_id], title=title)

    async def set_paused(self, subscription_id: SubscriptionId, paused: bool) -> None:
        await self._set([subscription_id], paused=paused)

    async def set_muted(self, subscription_ids: Sequence[SubscriptionId], until: datetime | None) -> None:
        await self._set(subscription_ids, muted_until=until)

    async def _set(self, subscription_ids: Sequence[SubscriptionId], **values: Any) -> None:
        async with self._database.write() as connection:
            for some in in_chunks(subscription_ids):
                await connection.execute(update(subscriptions).where(subscriptions.c.id.in_(some)).values(values))

    async def set_urgency(self, subscription_ids: Sequence[SubscriptionId], urgency: Urgency) -> None:
        there = subscriptions.c
        before = case((there.urgency == Urgency.DIGEST, there.urgency_before), else_=there.urgency)
        values = {"urgency": urgency, "urgency_before": before if urgency is Urgency.DIGEST else None}
        async with self._database.write() as connection:
            for some in in_chunks(subscription_ids):
                same = there.id.in_(some)
                await connection.execute(update(subscriptions).where(same).values(values))

    async def leave_digest(self, chat_id: ChatId, thread_id: ThreadId) -> tuple[Subscription, ...]:
        there = subscriptions.c
        theirs = and_(there.chat_id == chat_id, there.thread_id == thread_id, there.urgency == Urgency.DIGEST)
        back = {"urgency": func.coalesce(there.urgency_before, Urgency.INSTANT), "urgency_before": None}
        async with self._database.write() as connection:
            left = await connection.execute(update(subscriptions).where(theirs).values(back).returning(there.id))
            wanted = select_with_query().where(there.id.in_(left.scalars().all())).order_by(there.number)
            return tuple(rows.subscription(row) for row in (await connection.execute(wanted)).mappings())

    async def set_headline_only(self, subscription_id: SubscriptionId, headline_only: bool) -> None:
        await self._set([subscription_id], headline_only=headline_only)

    async def set_mode(self, subscription_id: SubscriptionId, mode: MatchMode, now: datetime) -> Subscription | None:
        async with self._database.write() as connection:
            known = await _lock(connection, subscription_id)
            return None if known is None else await _ask_for(connection, known, known["normal"], mode, now)

    async def set_query(self, subscription_id: SubscriptionId, query: Query, now: datetime) -> Subscription | None:
        async with self._database.write() as connection:
            known = await _lock(connection, subscription_id)
            if known is None:
                return None
            if query.normal != known["normal"]:
                await _refuse_twice(connection, known["chat_id"], known["thread_id"], query.normal, but=known["number"])
            return await _ask_for(connection, known, query.normal, MatchMode(known["mode"]), now)

    async def list_queries(self, after: QueryId, known: Container[QueryId] = ()) -> tuple[StoredQuery, ...]:
        wanted = select(queries.c.id, queries.c.normal, queries.c.mode).where(_IN_USE, queries.c.id > after)
        async with self._database.read() as connection:
            found = (await connection.execute(wanted.order_by(queries.c.id))).all()
        listed: list[StoredQuery] = []
        for number, row in enumerate(found):
            if row.id not in known:
                listed.append(StoredQuery(QueryId(row.id), parser.stored(row.normal), MatchMode(row.mode)))
            if number % _PARSED_AT_ONCE == _PARSED_AT_ONCE - 1:
                await asyncio.sleep(0)
        return tuple(listed)

    async def list_unused_queries(self) -> tuple[QueryId, ...]:
        unused = select(queries.c.id).where(text("queries.retired")).order_by(queries.c.id)
        async with self._database.read() as connection:
            return tuple(QueryId(each) for each in await connection.scalars(unused))


def _stored(row: rows.Row) -> StoredSubscription:
    before = row["urgency_before"]
    return StoredSubscription(subscription=rows.subscription(row), urgency_before=before and Urgency(before))


def select_with_query() -> Select[Any]:
    """Select subscriptions with the words of their queries."""
    joined = subscriptions.join(queries, queries.c.id == subscriptions.c.query_id)
    return select(subscriptions, queries.c.normal, queries.c.mode).select_from(joined)


def _count_hits(where: ArchiveView, thread_id: ThreadId, now: datetime) -> Select[Any]:
    """
    Count articles by subscription, one column for each number of days; one that several feeds carry counts once.

    Articles are numbered as they come, so the first one of the time bounds what is read of the index of matches.
    """
    since = now - timedelta(days=HIT_DAYS)
    first = select(articles.c.id).where(articles.c.seen_at > since).order_by(articles.c.seen_at).limit(1)
    refused = select(feed_choices.c.feed_id).where(
        feed_choices.c.chat_id == where.chat_id, feed_choices.c.followed.is_(False)
    )
    hits = (
        select(subscriptions.c.id, func.min(articles.c.seen_at).label("seen_at"))
        .join(matches, matches.c.query_id == subscriptions.c.query_id)
        .join(articles, articles.c.id == matches.c.article_id)
        .where(
            subscriptions.c.chat_id == where.chat_id,
            subscriptions.c.thread_id == thread_id,
            matches.c.article_id >= first.scalar_subquery(),
            articles.c.seen_at > since,
            articles.c.seen_at >= subscriptions.c.created_at,
            or_(articles.c.language.is_(None), articles.c.language.in_(where.languages)),
            or_(
                articles.c.owner == where.chat_id,
                and_(articles.c.owner == 0, articles.c.feed_id.not_in(refused)),
            ),
        )
        .group_by(subscriptions.c.id, articles.c.key)
        .subquery()
    )
    newer = [
        func.sum(case((hits.c.seen_at > now - timedelta(days=days), 1), else_=0)) for days in range(1, HIT_DAYS + 1)
    ]
    return select(hits.c.id, *newer).group_by(hits.c.id)


async def _keep(connection: AsyncConnection, subscription_ids: Sequence[int], removed_at: datetime) -> None:
    """Copy subscriptions that are about to be removed, so that they can be brought back."""
    kept = removed_subscriptions.c
    moment = literal(removed_at, kept.removed_at.type)
    joined = subscriptions.join(queries, queries.c.id == subscriptions.c.query_id)
    there = [subscriptions.c[name] for name in _KEPT]
    copied = select(*there, queries.c.normal, queries.c.mode, moment).select_from(joined)
    wanted = copied.where(subscriptions.c.id.in_(subscription_ids))
    names = [*_KEPT, "normal", "mode", "removed_at"]
    await connection.execute(removed_subscriptions.insert().from_select(names, wanted))


async def retire_unused(connection: AsyncConnection, query_ids: Sequence[int]) -> None:
    """
    Retire those of the queries that have lost their last subscription.

    Matchers learn queries by their growing ids, so a query that was once forgotten must never come back under its own.
    """
    for some in in_chunks(query_ids):
        same = queries.c.id.in_(set(some))
        # The lock comes first: who subscribes at this moment holds it, and the count below then sees his row.
        await connection.execute(select(queries.c.id).where(same).order_by(queries.c.id).with_for_update())
        is_used = select(subscriptions.c.id).where(subscriptions.c.query_id == queries.c.id).exists()
        await connection.execute(update(queries).where(same, ~is_used).values(retired=True))


async def _lock(connection: AsyncConnection, subscription_id: SubscriptionId) -> rows.Row | None:
    """Read a subscription that is to be changed; what else the chat adds or changes meanwhile waits."""
    wanted = select_with_query().where(subscriptions.c.id == subscription_id)
    known = (await connection.execute(wanted)).mappings().one_or_none()
    if known is None:
        return None
    await connection.execute(select(chats.c.id).where(chats.c.id == known["chat_id"]).with_for_update())
    locked: rows.Row | None = (
        (await connection.execute(wanted.with_for_update(of=subscriptions))).mappings().one_or_none()
    )
    return locked


async def _ask_for(
    connection: AsyncConnection, known: rows.Row, normal: str, mode: MatchMode, now: datetime
) -> Subscription:
    """Let a subscription ask for another query, and retire the one it had if nobody else asks for it."""
    query_id = await _share_query(connection, normal, mode, now)
    same = subscriptions.c.id == known["id"]
    await connection.execute(update(subscriptions).where(same).values(query_id=query_id))
    if query_id != known["query_id"]:
        await retire_unused(connection, [known["query_id"]])
    return rows.subscription((await connection.execute(select_with_query().where(same))).mappings().one())


async def _take_number(connection: AsyncConnection, chat_id: ChatId) -> int:
    """Count up; the row stays locked, so that the checks that follow hold for the whole chat."""
    counted = update(chats).where(chats.c.id == chat_id).values(last_number=chats.c.last_number + 1)
    number = (await connection.execute(counted.returning(chats.c.last_number))).scalar()
    if number is None:
        raise StorageError("a chat must be met before it can subscribe")
    return int(number)


async def _lock_number(connection: AsyncConnection, chat_id: ChatId, number: int) -> bool:
    """Lock the chat as `_take_number` does; says whether a number that was given once is free again."""
    last = await connection.scalar(select(chats.c.last_number).where(chats.c.id == chat_id).with_for_update())
    same = and_(subscriptions.c.chat_id == chat_id, subscriptions.c.number == number)
    is_taken = await connection.scalar(select(subscriptions.c.id).where(same)) is not None
    return last is not None and number <= last and not is_taken


async def _refuse(connection: AsyncConnection, chat_id: ChatId, thread_id: ThreadId, normal: str, limit: int) -> None:
    await _refuse_twice(connection, chat_id, thread_id, normal)
    counted = select(func.count()).select_from(subscriptions).where(subscriptions.c.chat_id == chat_id)
    if (await connection.scalar(counted) or 0) >= limit:
        raise Refusal("subscription.limit", limit=limit)


async def _refuse_twice(
    connection: AsyncConnection, chat_id: ChatId, thread_id: ThreadId, normal: str, *, but: int | None = None
) -> None:
    """Refuse a query that the receiver has, in the same or in other letters; `but` is the number that may have it."""
    receiver = and_(subscriptions.c.chat_id == chat_id, subscriptions.c.thread_id == thread_id)
    wanted = select(subscriptions.c.number, queries.c.normal).join(queries, queries.c.id == subscriptions.c.query_id)
    there = (await connection.execute(wanted.where(receiver).order_by(subscriptions.c.number))).all()
    for number, known in there:
        if number != but and parser.is_respelled(normal, known):
            raise Refusal("subscription.exists", number=number)


async def _share_query(connection: AsyncConnection, normal: str, mode: MatchMode, now: datetime) -> int:
    same = select(queries.c.id).where(_IN_USE, queries.c.normal == normal, queries.c.mode == mode).with_for_update()
    while True:
        query_id = (await connection.execute(same)).scalar()
        if query_id is not None:
            return int(query_id)
        new = insert(connection, queries).values(normal=normal, mode=mode, created_at=now)
        query_id = (await connection.execute(new.on_conflict_do_nothing().returning(queries.c.id))).scalar()
        if query_id is not None:
            return int(query_id)
