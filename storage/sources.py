"""The shelf of sources: the feeds a chat can see, and which of them it switched off."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.feed import FeedState
from bot.core.ids import ChatId, FeedId
from bot.core.source import NewestArticle, Source, spellings
from storage import rows
from storage.engine import Database, insert
from storage.tables import articles, feed_choices, feeds


class SqlSourceRepository:
    """Implements `bot.core.source.SourceShelf`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_for(self, chat_id: ChatId, *, newest: bool = True) -> tuple[Source, ...]:
        """List what the chat can see: feeds of everybody, then its own, by id; `newest` costs a look at articles."""
        wanted = (
            select(feeds)
            .where(feeds.c.state != FeedState.REMOVED, feeds.c.owner.in_((0, chat_id)))
            .order_by(feeds.c.owner != 0, feeds.c.id)
        )
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

    async def find(self, chat_id: ChatId, url: str) -> Source | None:
        """Find what the chat can see at an address, however that is spelled; no article is looked at."""
        there = and_(feeds.c.address.in_(spellings(url)), feeds.c.state != FeedState.REMOVED)
        wanted = select(feeds).where(there, feeds.c.owner.in_((0, chat_id))).order_by(feeds.c.owner != 0, feeds.c.id)
        async with self._database.read() as connection:
            row = (await connection.execute(wanted.limit(1))).mappings().one_or_none()
            if row is None:
                return None
            feed = rows.feed(row)
            refused = and_(feed_choices.c.chat_id == chat_id, feed_choices.c.feed_id == feed.id)
            choice = await connection.scalar(select(feed_choices.c.followed).where(refused))
        return Source(feed=feed, is_followed=feed.owner is not None or choice is not False, newest=None)

    async def choose(self, chat_id: ChatId, feed_ids: Sequence[FeedId], *, followed: bool) -> None:
        """Switch feeds of everybody on or off for a chat that is known; ids of anything else change nothing."""
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


async def _newest(connection: AsyncConnection, feed_ids: Sequence[FeedId]) -> dict[FeedId, NewestArticle]:
    """Find the article each feed brought last."""
    last = select(func.max(articles.c.id)).where(articles.c.feed_id.in_(feed_ids)).group_by(articles.c.feed_id)
    wanted = select(articles.c.feed_id, articles.c.title, articles.c.url, articles.c.published_at)
    found = await connection.execute(wanted.where(articles.c.id.in_(last)))
    return {
        FeedId(row.feed_id): NewestArticle(title=row.title, url=row.url, published_at=row.published_at) for row in found
    }
