"""The shelf of stories: which articles tell one, and what readers were told of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.article import Article
from bot.core.delivery import Delivery, DeliveryKind, DeliveryState, SendPriority
from bot.core.ids import ArticleId, ChatId, DeliveryId, ThreadId
from bot.core.republication import OPENING, opening
from bot.core.retelling import MOST_NAMED, SAME_STORY, Fate, KnownStory
from bot.core.stories_shelf import Place, SentAlert
from bot.core.story import PlacedArticle, StoryPlacement, WindowHeadline
from storage import retellings, rows
from storage.engine import Database, insert
from storage.tables import articles, deliveries
from storage.told import joined, looks, tellings

_LOCK = 0x53746963_68776F74
"""Any number that no other program uses for an advisory lock of the same database."""
_COALESCE = timedelta(seconds=2)
_RECOUNT = timedelta(minutes=10)
"""So long a source that is only counted waits for others: a story that all papers tell is few edits."""
"""How long an edit waits for the next source; several feeds often bring a story in one round."""

_TOLD = (
    select(tellings, articles.c.feed_id, articles.c.url, articles.c.lead, articles.c.published_at)
    .add_columns(func.substr(articles.c.body, 1, 2 * OPENING).label("body"))
    .join(articles, articles.c.id == tellings.c.article_id)
)


class SqlStoryRepository:
    """Implements `bot.core.stories_shelf.StoryShelf`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_headlines(self, *, after: ArticleId, since: datetime, limit: int) -> tuple[WindowHeadline, ...]:
        """List the articles with a greater id that were seen since then, by id."""
        async with self._database.read() as connection:
            if not after:
                first = await connection.scalar(select(func.min(articles.c.id)).where(articles.c.seen_at >= since))
                after = ArticleId((first or 1) - 1)
            wanted = (
                select(articles.c.id, articles.c.title, articles.c.language, articles.c.seen_at)
                .where(articles.c.id > after, articles.c.seen_at >= since)
                .order_by(articles.c.id)
                .limit(limit)
            )
            found = await connection.execute(wanted)
        return tuple(
            WindowHeadline(article_id=row.id, title=row.title, language=row.language, seen_at=row.seen_at)
            for row in found
        )

    async def assign(self, article: Article, *, after: int, since: datetime, place: Place) -> None:
        """Place an article, once; nobody else places anything meanwhile."""
        async with self._database.write() as connection:
            if connection.dialect.name == "postgresql":
                await connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            known = await connection.scalar(select(tellings.c.id).where(tellings.c.article_id == article.id))
            if known is not None:
                return
            wanted = _TOLD.where(tellings.c.id > after, tellings.c.seen_at >= since).order_by(tellings.c.id)
            others = [_telling(row) for row in (await connection.execute(wanted)).mappings()]
            await _write(connection, article, place(others))

    async def list_told(self, deliveries: Sequence[Delivery]) -> Mapping[DeliveryId, KnownStory]:
        """Say what their receivers know of the stories of these alerts."""
        async with self._database.read() as connection:
            return await retellings.load(connection, deliveries)

    async def find_fate(self, chat_id: ChatId, thread_id: ThreadId, key: str) -> Fate | None:
        """Say what became of the article with this key for a receiver."""
        async with self._database.read() as connection:
            return await retellings.find_fate(connection, (chat_id, thread_id), key)

    async def join(self, delivery: Delivery, first: DeliveryId, *, is_new: bool, edits: bool, now: datetime) -> None:
        """End a delivery because its receiver was told of the story by `first`."""
        dead = {
            "state": DeliveryState.DEAD,
            "reason": SAME_STORY,
            "finished_at": now,
            "lease_owner": None,
            "lease_until": None,
        }
        under_way = text("deliveries.state IN ('queued', 'leased')")
        async with self._database.write() as connection:
            ended = await connection.execute(
                update(deliveries).where(deliveries.c.id == delivery.id, under_way).values(dead)
            )
            if not ended.rowcount:
                return
            if is_new:
                noted = insert(connection, joined).values(delivery_id=delivery.id, first_id=first)
                await connection.execute(noted.on_conflict_do_nothing())
            if is_new and edits:
                others = await connection.scalar(select(func.count()).where(joined.c.first_id == first))
                at = now + (_COALESCE if (others or 0) <= MOST_NAMED else _RECOUNT)
                edit = insert(connection, deliveries).values(_edit(delivery, first, at, now))
                await connection.execute(edit.on_conflict_do_nothing())

    async def find_sent(self, delivery_id: DeliveryId) -> SentAlert | None:
        """Find an alert that is out."""
        wanted = (
            select(deliveries, looks.c.named, looks.c.opened, looks.c.version)
            .outerjoin(looks, looks.c.delivery_id == deliveries.c.id)
            .where(deliveries.c.id == delivery_id, deliveries.c.kind == DeliveryKind.ALERT)
            .where(deliveries.c.state == DeliveryState.SENT, deliveries.c.message_id.is_not(None))
        )
        async with self._database.read() as connection:
            row = (await connection.execute(wanted)).mappings().one_or_none()
        if row is None:
            return None
        return SentAlert(
            delivery=rows.delivery(row),
            message_id=row["message_id"],
            named=row["named"] or 0,
            opened=bool(row["opened"]),
            version=row["version"] or row["claimed_at"],
        )

    async def note_look(
        self,
        delivery_id: DeliveryId,
        *,
        named: int | None = None,
        opened: bool = False,
        version: datetime | None = None,
    ) -> None:
        """Note how an alert that is out looks now."""
        seen: dict[str, Any] = {"delivery_id": delivery_id, "named": named or 0, "opened": opened, "version": version}
        told = {"named": named, "opened": opened or None, "version": version}
        changed = {name: value for name, value in told.items() if value is not None}
        async with self._database.write() as connection:
            noted = insert(connection, looks).values(seen)
            await connection.execute(noted.on_conflict_do_update(index_elements=["delivery_id"], set_=changed))


async def _write(connection: AsyncConnection, article: Article, placement: StoryPlacement) -> None:
    story_id = placement.story_id
    telling = {
        "article_id": article.id,
        "story_id": story_id,
        "related_id": placement.related_id,
        "absorbed": frozenset(placement.absorbed),
        "owner": article.owner or 0,
        "key": article.key,
        "guid_key": article.guid_key,
        "source_host": article.source_host,
        "title": article.title,
        "language": article.language,
        "seen_at": article.seen_at,
    }
    await connection.execute(insert(connection, tellings).values(telling))
    await connection.execute(update(articles).where(articles.c.id == article.id).values(story_id=story_id))
    if placement.absorbed:
        for table in (tellings, articles):
            others = table.c.story_id.in_(placement.absorbed)
            await connection.execute(update(table).where(others).values(story_id=story_id))


def _edit(delivery: Delivery, first: DeliveryId, at: datetime, now: datetime) -> dict[str, object]:
    """Queue a look at the message; what was named meanwhile needs no edit of its own."""
    return {
        "chat_id": delivery.chat_id,
        "thread_id": delivery.thread_id,
        "key": f"also:{first}:{delivery.id}",
        "kind": DeliveryKind.EDIT,
        "rank": int(SendPriority.BULK),
        "article_id": delivery.article_id,
        "payload": str(first),
        "state": DeliveryState.QUEUED,
        "not_before": at,
        "seen_at": delivery.seen_at,
        "created_at": now,
    }


def _telling(row: rows.Row) -> PlacedArticle:
    return PlacedArticle(
        number=row["id"],
        article_id=row["article_id"],
        placement=StoryPlacement(
            story_id=row["story_id"], related_id=row["related_id"], absorbed=tuple(sorted(row["absorbed"]))
        ),
        owner=row["owner"] or None,
        feed_id=row["feed_id"],
        key=row["key"],
        guid_key=row["guid_key"],
        url=row["url"],
        source_host=row["source_host"],
        title=row["title"],
        opening=opening(row["lead"], row["body"]),
        language=row["language"],
        published_at=row["published_at"],
        seen_at=row["seen_at"],
    )
