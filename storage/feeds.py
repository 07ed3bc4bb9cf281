"""The repositories of feeds and sources: the catalogue, due polls and their results, and what each chat follows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    ForeignKey,
    LargeBinary,
    Select,
    Table,
    and_,
    bindparam,
    func,
    or_,
    select,
    text,
    type_coerce,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.article import Article
from bot.core.chat import ChatState
from bot.core.errors import Refusal
from bot.core.feed import Feed, FeedState, FeedWish, Origin, address_key, host_of
from bot.core.ids import ChatId, FeedId
from bot.core.repositories import FinishedPoll
from bot.core.source import NewestArticle, Source, spellings
from storage import articles as articles_repository
from storage import columns, revisions, rows
from storage.columns import Number
from storage.engine import Database, in_chunks, insert
from storage.schema import metadata
from storage.tables import IS_GONE, articles, chats, feed_choices, feeds, subscriptions

marks_kept = Table(
    "marks",
    metadata,
    Column("feed_id", Number, ForeignKey(feeds.c.id, ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
)

_POLLED = text("feeds.state IN ('active', 'failing')")
_FIRST_INTERVAL = timedelta(minutes=10)
_STATE = (
    "url title declared_language etag last_modified validators_url body_hash interval next_poll_at first_success_at "
    "last_success_at last_polled_at failures error site_url ttl skip_hours skip_days listed_at "
    "moved_to moved_since moved_times strikes"
).split()
"""What a poll may change; whether the feed is wanted at all is none of its business."""


class SqlFeedRepository:
    """Implements `bot.core.repositories.FeedRepository`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def sync_catalogue(self, wishes: Sequence[FeedWish], now: datetime) -> tuple[Feed, ...]:
        wanted = {wish.url: wish for wish in wishes}
        gone: list[int] = []
        changes: list[dict[str, Any]] = []
        async with self._database.write() as connection:
            for known in await _list_common(connection):
                wish = wanted.pop(known["wished_url"], None) or wanted.pop(known["url"], None)
                if wish is None and known["origin"] == Origin.CATALOGUE:
                    gone.append(known["id"])
                elif wish is not None and (change := _compare(known, wish)):
                    changes.append(change)
            if changes:
                await connection.execute(update(feeds).where(feeds.c.id == bindparam("known_id")), changes)
            ended = [feed for some in in_chunks(gone) for feed in await _end(connection, some, now)]
            await _begin(connection, list(wanted.values()), now)
        return tuple(ended)

    async def add(self, wish: FeedWish, now: datetime) -> Feed:
        same = or_(feeds.c.wished_url == wish.url, feeds.c.address == address_key(wish.url))
        async with self._database.write() as connection:
            there = await _locked(connection, and_(same, feeds.c.owner.in_((0, wish.owner or 0))))
            if there:
                raise Refusal("feed.exists", title=there[0]["title"], url=there[0]["url"])
            begun = await _begin(connection, [wish], now)
            if not begun:  # somebody else was quicker by a moment
                raise Refusal("feed.exists", title=wish.title, url=wish.url)
            found = await connection.execute(select(feeds).where(feeds.c.id.in_(begun)))
            return rows.feed(found.mappings().one())

    async def remove(self, feed_id: FeedId, now: datetime) -> None:
        async with self._database.write() as connection:
            await _end(connection, [feed_id], now)

    async def list_all(self) -> tuple[Feed, ...]:
        wanted = select(feeds).where(feeds.c.state != FeedState.REMOVED).order_by(feeds.c.id)
        async with self._database.read() as connection:
            return tuple(rows.feed(row) for row in (await connection.execute(wanted)).mappings())

    async def claim_due(
        self, owner: str, now: datetime, lease: timedelta, limit: int, in_hand: Collection[FeedId] | None = None
    ) -> tuple[Feed, ...]:
        unknown = columns.is_unknown(feeds, owner, in_hand)
        due = select(feeds).where(_POLLED, feeds.c.next_poll_at <= now, _free(now, unknown))
        first = due.order_by(feeds.c.next_poll_at, feeds.c.id).limit(limit)
        return await self._lease(first, owner, now + lease)

    async def claim_twins(self, owner: str, due: Sequence[Feed], now: datetime, lease: timedelta) -> tuple[Feed, ...]:
        ids, addresses = [feed.id for feed in due], [address_key(feed.url) for feed in due]
        same = and_(feeds.c.address.in_(addresses), feeds.c.id.not_in(ids))
        there = select(feeds.c.id).where(same, _POLLED, _free(now)).limit(1)
        async with self._database.read() as connection:
            if await connection.scalar(there) is None:  # as nearly always
                return ()
        return await self._lease(select(feeds).where(same, _POLLED, _free(now)), owner, now + lease)

    async def _lease(self, wanted: Select[Any], owner: str, until: datetime) -> tuple[Feed, ...]:
        async with self._database.write() as connection:
            found = (await connection.execute(wanted.with_for_update(skip_locked=True))).mappings().all()
            leased = {"lease_owner": owner, "lease_until": until}
            await connection.execute(update(feeds).where(feeds.c.id.in_([row["id"] for row in found])).values(leased))
        return tuple(rows.feed(row) for row in found)

    async def postpone(self, feed_ids: Sequence[FeedId], until: datetime) -> None:
        later = {"lease_owner": None, "lease_until": until}
        async with self._database.write() as connection:
            await connection.execute(update(feeds).where(feeds.c.id.in_(feed_ids)).values(later))

    async def count_due(self, now: datetime) -> int:
        due = select(func.count()).select_from(feeds).where(_POLLED, feeds.c.next_poll_at <= now, _free(now))
        async with self._database.read() as connection:
            return await connection.scalar(due) or 0

    async def polls_a_second(self) -> float:
        microseconds = type_coerce(feeds.c.interval, BigInteger)
        wanted = select(func.sum(1_000_000.0 / microseconds)).where(_POLLED, microseconds > 0)
        async with self._database.read() as connection:
            return float(await connection.scalar(wanted) or 0.0)

    async def hold(self, covers: Callable[[str], bool], until: datetime) -> int:
        async with self._database.write() as connection:
            sooner = select(feeds.c.id, feeds.c.url).where(_POLLED, feeds.c.next_poll_at < until)
            found = (await connection.execute(sooner)).all()
            ids = [row.id for row in found if covers(host_of(row.url))]
            await connection.execute(update(feeds).where(feeds.c.id.in_(ids)).values(next_poll_at=until))
        return len(ids)

    async def next_due(self) -> datetime | None:
        later = feeds.c.lease_until > feeds.c.next_poll_at
        free = select(func.min(feeds.c.next_poll_at)).where(_POLLED, or_(feeds.c.lease_until.is_(None), ~later))
        leased = select(func.min(feeds.c.lease_until)).where(_POLLED, later)
        async with self._database.read() as connection:
            times: list[datetime | None] = [await connection.scalar(free), await connection.scalar(leased)]
        return min((time for time in times if time is not None), default=None)

    async def load_marks(self, feed_id: FeedId) -> bytes:
        async with self._database.read() as connection:
            return await connection.scalar(select(marks_kept.c.data).where(marks_kept.c.feed_id == feed_id)) or b""

    async def finish_poll(self, poll: FinishedPoll, now: datetime) -> tuple[Article, ...]:
        feed = poll.feed
        state: dict[str, Any] = {name: getattr(feed, name) for name in _STATE}
        state |= {"state": feed.state, "address": address_key(feed.url), "lease_owner": None, "lease_until": None}
        async with self._database.write() as connection:
            wanted = and_(feeds.c.id == feed.id, feeds.c.state != FeedState.REMOVED)
            last_success = await connection.scalar(select(feeds.c.last_success_at).where(feeds.c.id == feed.id))
            changed = await connection.execute(update(feeds).where(wanted).values(state))
            if not changed.rowcount:
                return ()
            stored = await articles_repository.store(connection, feed, poll.drafts, poll.listed, now)
            if poll.marks is not None:
                new = insert(connection, marks_kept).values(feed_id=feed.id, data=poll.marks)
                change = new.on_conflict_do_update(index_elements=["feed_id"], set_={"data": poll.marks})
                await connection.execute(change)
            if poll.alert:
                missed_since = last_success if poll.catch_up else None
                await articles_repository.open_fanouts(connection, stored.new, missed_since=missed_since, now=now)
                if stored.revised:
                    await revisions.open_fanouts(connection, stored.revised, now)
        return stored.new

    async def count_subscribers(self) -> int:
        has_one = select(subscriptions.c.id).where(subscriptions.c.chat_id == chats.c.id).exists()
        async with self._database.read() as connection:
            counted = select(func.count()).select_from(chats).where(chats.c.state == ChatState.ACTIVE, has_one)
            return await connection.scalar(counted) or 0


def _free(now: datetime, unknown: ColumnElement[bool] | None = None) -> ColumnElement[bool]:
    """Demand that nobody else has the feed, and that there is somebody to read it: not where its only chat left us."""
    has_left = select(chats.c.id).where(chats.c.id == feeds.c.owner, IS_GONE).exists()
    return and_(columns.is_free(feeds, now, unknown), or_(feeds.c.owner == 0, ~has_left))


async def _locked(connection: AsyncConnection, condition: Any) -> Sequence[rows.Row]:
    found = select(feeds).where(condition, feeds.c.state != FeedState.REMOVED).order_by(feeds.c.id)
    return (await connection.execute(found.with_for_update())).mappings().all()


async def _list_common(connection: AsyncConnection) -> Sequence[rows.Row]:
    """List what the configuration may change of the feeds that everybody has."""
    told = (feeds.c.wished_url, feeds.c.url, feeds.c.origin, feeds.c.title, feeds.c.language, feeds.c.full_text)
    wanted = select(feeds.c.id, *told).where(feeds.c.owner == 0, feeds.c.state != FeedState.REMOVED)
    return (await connection.execute(wanted.order_by(feeds.c.id))).mappings().all()


def _compare(known: rows.Row, wish: FeedWish) -> dict[str, Any] | None:
    """Give the change that a wish makes to a feed; None where the feed is as wished already."""
    change = {
        "known_id": known["id"],
        "wished_url": wish.url,
        "title": wish.title or known["title"],
        "language": wish.language,
        "full_text": wish.full_text,
    }
    return change if any(known[name] != value for name, value in change.items() if name != "known_id") else None


async def _begin(connection: AsyncConnection, wishes: Sequence[FeedWish], now: datetime) -> list[FeedId]:
    """
    Start to poll feeds; returns those that were not polled already.

    One that was removed earlier is taken up again, because it knows what it has brought; its first poll is silent.
    """
    begun: list[FeedId] = []
    for some in in_chunks(wishes):
        removed = await _find_removed(connection, some)
        again = [
            {"known_id": feed_id, **_fresh(wish, now)}
            for wish in some
            if (feed_id := removed.get((wish.url, wish.owner or 0))) is not None
        ]
        if again:
            await connection.execute(update(feeds).where(feeds.c.id == bindparam("known_id")), again)
        begun += [FeedId(feed["known_id"]) for feed in again]
        new = [
            {**_fresh(wish, now), "wished_url": wish.url, "owner": wish.owner or 0, "created_at": now}
            for wish in some
            if (wish.url, wish.owner or 0) not in removed
        ]
        if new:
            made = insert(connection, feeds).on_conflict_do_nothing().returning(feeds.c.id)
            begun += [FeedId(feed_id) for feed_id in await connection.scalars(made, new)]
    return begun


async def _find_removed(connection: AsyncConnection, wishes: Sequence[FeedWish]) -> dict[tuple[str, int], int]:
    """Find the feeds of these wishes that were removed earlier and not added again, by address and owner."""
    urls, owners = {wish.url for wish in wishes}, {wish.owner or 0 for wish in wishes}
    same = and_(feeds.c.wished_url.in_(urls), feeds.c.owner.in_(owners))
    newest = select(func.max(feeds.c.id)).where(same).group_by(feeds.c.wished_url, feeds.c.owner)
    wanted = select(feeds.c.id, feeds.c.wished_url, feeds.c.owner).where(
        feeds.c.id.in_(newest), feeds.c.state == FeedState.REMOVED
    )
    return {(row.wished_url, row.owner): row.id for row in await connection.execute(wanted.with_for_update())}


def _fresh(wish: FeedWish, now: datetime) -> dict[str, Any]:
    """Give the columns of a feed that is polled for the first time."""
    fresh: dict[str, Any] = dict.fromkeys(
        ("etag", "last_modified", "validators_url", "body_hash", "error", "moved_to", "moved_since")
    )
    fresh |= dict.fromkeys(("first_success_at", "last_success_at", "last_polled_at", "listed_at", "removed_at"))
    return fresh | {
        "url": wish.url,
        "address": address_key(wish.url),
        "title": wish.title,
        "language": wish.language,
        "full_text": wish.full_text,
        "origin": wish.origin,
        "state": FeedState.ACTIVE,
        "interval": _FIRST_INTERVAL,
        "next_poll_at": now,
        "failures": 0,
        "moved_times": 0,
        "strikes": 0,
    }


async def _end(connection: AsyncConnection, feed_ids: Sequence[int], now: datetime) -> list[Feed]:
    """Stop polling feeds; returns those that were polled."""
    gone = {"state": FeedState.REMOVED, "removed_at": now, "lease_owner": None, "lease_until": None}
    found = await _locked(connection, feeds.c.id.in_(feed_ids))
    await connection.execute(update(feeds).where(feeds.c.id.in_([row["id"] for row in found])).values(gone))
    return [rows.feed(row) for row in found]


class SqlSourceRepository:
    """Implements `bot.core.source.SourceRepository`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_for(self, chat_id: ChatId, *, newest: bool = True, most: int | None = None) -> tuple[Source, ...]:
        wanted = select(feeds).where(_is_seen_by(chat_id)).order_by(feeds.c.owner != 0, feeds.c.id).limit(most)
        refused = select(feed_choices.c.feed_id).where(
            feed_choices.c.chat_id == chat_id, feed_choices.c.followed.is_(False)
        )
        async with self._database.read() as connection:
            found = [rows.feed(row) for row in (await connection.execute(wanted)).mappings()]
            off = set(await connection.scalars(refused))
            last = await _newest(connection, [feed.id for feed in found]) if newest else {}
        return tuple(
            Source(feed=feed, is_followed=feed.owner is not None or feed.id not in off, newest=last.get(feed.id))
            for feed in found
        )

    async def count_for(self, chat_id: ChatId) -> int:
        async with self._database.read() as connection:
            return await connection.scalar(select(func.count()).where(_is_seen_by(chat_id))) or 0

    async def find(self, chat_id: ChatId, url: str) -> Source | None:
        return await self._find(chat_id, feeds.c.address.in_(spellings(url)))

    async def find_by_id(self, chat_id: ChatId, feed_id: FeedId) -> Source | None:
        return await self._find(chat_id, feeds.c.id == feed_id)

    async def _find(self, chat_id: ChatId, condition: ColumnElement[bool]) -> Source | None:
        wanted = select(feeds).where(condition, _is_seen_by(chat_id)).order_by(feeds.c.owner != 0, feeds.c.id)
        async with self._database.read() as connection:
            row = (await connection.execute(wanted.limit(1))).mappings().one_or_none()
            if row is None:
                return None
            feed = rows.feed(row)
            refused = and_(feed_choices.c.chat_id == chat_id, feed_choices.c.feed_id == feed.id)
            choice = await connection.scalar(select(feed_choices.c.followed).where(refused))
        return Source(feed=feed, is_followed=feed.owner is not None or choice is not False, newest=None)

    async def choose(self, chat_id: ChatId, feed_ids: Sequence[FeedId], *, followed: bool) -> None:
        common = select(feeds.c.id).where(
            feeds.c.id.in_(feed_ids), feeds.c.owner == 0, feeds.c.state != FeedState.REMOVED
        )
        async with self._database.write() as connection:
            chosen = [
                {"chat_id": chat_id, "feed_id": feed_id, "followed": followed}
                for feed_id in await connection.scalars(common.order_by(feeds.c.id))
            ]
            if chosen:
                made = insert(connection, feed_choices).on_conflict_do_update(
                    index_elements=["chat_id", "feed_id"], set_={"followed": followed}
                )
                await connection.execute(made, chosen)


def _is_seen_by(chat_id: ChatId) -> ColumnElement[bool]:
    return and_(feeds.c.state != FeedState.REMOVED, feeds.c.owner.in_((0, chat_id)))


async def _newest(connection: AsyncConnection, feed_ids: Sequence[FeedId]) -> dict[FeedId, NewestArticle]:
    """Find the article each feed brought last."""
    last = select(func.max(articles.c.id)).where(articles.c.feed_id.in_(feed_ids)).group_by(articles.c.feed_id)
    columns = (articles.c.title, articles.c.url, articles.c.published_at, articles.c.is_day)
    wanted = select(articles.c.feed_id, *columns).where(articles.c.id.in_(last))
    found = (await connection.execute(wanted)).mappings()
    return {
        FeedId(row["feed_id"]): NewestArticle(**{column.name: row[column.name] for column in columns}) for row in found
    }
