"""The repository of stories: which articles belong to one, and what each receiver was told of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text, and_, column, func, select, update, values
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.article import Article
from bot.core.delivery import rules
from bot.core.delivery.alert import OtherSource
from bot.core.delivery.delivery import Delivery, DeliveryKind, DeliveryState, SendPriority, UnsentReason
from bot.core.delivery.rules import MOST_NAMED, CarrierMessage, Fate, KnownStory, Place, SentAlert, StoryDelivery
from bot.core.ids import ArticleId, ChatId, DeliveryId, ThreadId
from bot.core.republication import OPENING, opening
from bot.core.story import PlacedArticle, StoryPlacement, WindowHeadline
from storage import deliveries as queue
from storage import rows
from storage.columns import Number, UtcDateTime, count, flag
from storage.deliveries import FARTHEST_FIRST, NewDelivery, in_state, twin_key
from storage.engine import Database, in_chunks, insert
from storage.rows import Row, article
from storage.schema import metadata
from storage.tables import articles, deliveries, tellings

joined = Table(
    "joined",
    metadata,
    Column(
        "delivery_id",
        Number,
        ForeignKey(deliveries.c.id, ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("first_id", Number, nullable=False),  # the delivery whose message names the source of this one
    Index(None, "first_id"),
)

looks = Table(
    "looks",
    metadata,
    Column(
        "delivery_id",
        Number,
        ForeignKey(deliveries.c.id, ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    count("named"),
    flag("opened"),
    Column("version", UtcDateTime),  # `updated_at` of the article as the message shows it; NULL: as it was sent
)

_MOST_KEYS = 200
"""Articles of one story that are looked for: its first ones, which a reader was told of if of any."""

Receiver = tuple[int, int]


async def load(connection: AsyncConnection, wanted: Sequence[Delivery]) -> Mapping[DeliveryId, KnownStory]:
    """Say what each receiver knows; nearly always the story is new, and one statement says so."""
    own = await _tellings(connection, [each.article_id for each in wanted if each.article_id is not None])
    stories = {each for row in own.values() for each in (row["story_id"], row["related_id"]) if each is not None}
    if not stories:
        return {}
    told = await _of_stories(connection, stories)
    asked = {
        each.id: (row, told.get(row["story_id"], ()), told.get(row["related_id"], ()))
        for each in wanted
        if each.article_id is not None and (row := own.get(each.article_id))
    }
    if not any(len(same) > 1 or related for _, same, related in asked.values()):
        return {}
    triples = {
        (each.chat_id, each.thread_id, key)
        for each in wanted
        if each.id in asked
        for row in (*asked[each.id][1], *asked[each.id][2])
        for key in _keys(row)
    }
    known = await _retold(connection, sorted(triples))
    found: dict[DeliveryId, KnownStory] = {}
    for each in wanted:
        if each.id not in asked:
            continue
        row, same, related = asked[each.id]
        receiver = (each.chat_id, each.thread_id)
        what = KnownStory(
            source=_source(row),
            same=_sorted(known, receiver, same, each.id),
            related=_sorted(known, receiver, related, each.id),
        )
        if what.same or what.related:
            found[each.id] = what
    return found


async def find_fate(connection: AsyncConnection, receiver: Receiver, key: str) -> Fate | None:
    """Say what became of the article with a key, whichever feed brought it; of several fates the best."""
    wanted = select(articles.c.id.label("article_id"), articles.c.key, articles.c.story_id).where(articles.c.key == key)
    found = (await connection.execute(wanted)).mappings().all()
    known = await _retold(connection, [(*receiver, each) for row in found for each in _keys(row)])
    if not known:
        return None
    best = min(known.values(), key=lambda each: (FARTHEST_FIRST.index(each.state), -each.delivery_id))
    if (best.state, best.reason) != (DeliveryState.DEAD, UnsentReason.SAME_STORY):
        return await _fate(connection, best)
    told = await _of_stories(connection, {row["story_id"] for row in found if row["story_id"] is not None})
    same = [row for rows_of_one in told.values() for row in rows_of_one]
    triples = sorted({(*receiver, each) for row in same for each in _keys(row)})
    first = rules.first_told(_sorted(await _retold(connection, triples), receiver, same, best.delivery_id))
    if first is None:
        return await _fate(connection, best)
    by = select(articles).join(deliveries, deliveries.c.article_id == articles.c.id)
    row = (await connection.execute(by.where(deliveries.c.id == first.delivery_id))).mappings().one_or_none()
    return replace(await _fate(connection, best), told_by=None if row is None else article(row))


async def _fate(connection: AsyncConnection, found: StoryDelivery) -> Fate:
    """Say what became of a delivery, and of the message into which it was folded."""
    is_sent, is_folded = found.state is DeliveryState.SENT, found.state is DeliveryState.FOLDED
    fate = Fate(state=found.state, reason=found.reason, sent_at=found.finished_at if is_sent else None)
    wanted = select(deliveries.c.state, deliveries.c.reason, deliveries.c.finished_at)
    row = (await connection.execute(wanted.where(deliveries.c.id == found.parent))).one_or_none() if is_folded else None
    if row is None:
        return fate
    state = DeliveryState(row.state)
    sent_at = row.finished_at if state is DeliveryState.SENT else None
    return replace(fate, carrier=CarrierMessage(state=state, reason=rows.unsent_reason(row.reason), sent_at=sent_at))


async def also(connection: AsyncConnection, ids: Sequence[DeliveryId]) -> Mapping[DeliveryId, tuple[OtherSource, ...]]:
    """List the other articles whose readers know their story by these messages, each source once."""
    wanted = (
        select(joined.c.first_id, articles.c.source_title, articles.c.source_host, articles.c.url)
        .join(deliveries, deliveries.c.id == joined.c.delivery_id)
        .join(articles, articles.c.id == deliveries.c.article_id)
        .where(joined.c.first_id.in_(list(ids)))
        .order_by(joined.c.delivery_id)
    )
    found: dict[DeliveryId, dict[str, OtherSource]] = {}
    for row in (await connection.execute(wanted)).mappings():
        name = _source(row)
        if name:
            found.setdefault(row["first_id"], {}).setdefault(name, OtherSource(name, row["url"]))
    return {first: tuple(names.values()) for first, names in found.items()}


def _source(row: Row) -> str:
    title: str = row["source_title"].strip()
    return title or str(row["source_host"]).removeprefix("www.")


async def _tellings(connection: AsyncConnection, ids: Iterable[ArticleId]) -> dict[ArticleId, Row]:
    wanted = (
        select(tellings.c.article_id, tellings.c.story_id, tellings.c.related_id, articles.c.source_title)
        .add_columns(articles.c.source_host)
        .join(articles, articles.c.id == tellings.c.article_id)
        .where(tellings.c.article_id.in_(sorted(set(ids))))
    )
    return {row["article_id"]: row for row in (await connection.execute(wanted)).mappings()}


async def _of_stories(connection: AsyncConnection, stories: Iterable[int]) -> dict[int, tuple[Row, ...]]:
    """List the articles of stories, by story, in the order of placing."""
    wanted = (
        select(
            tellings.c.article_id, tellings.c.story_id, tellings.c.key, articles.c.source_title, articles.c.source_host
        )
        .join(articles, articles.c.id == tellings.c.article_id)
        .where(tellings.c.story_id.in_(sorted(stories)))
        .order_by(tellings.c.id)
    )
    found: dict[int, tuple[Row, ...]] = {}
    for row in (await connection.execute(wanted)).mappings():
        known = found.get(row["story_id"], ())
        if len(known) < _MOST_KEYS:
            found[row["story_id"]] = (*known, row)
    return found


def _keys(row: Row) -> tuple[str, str]:
    """Give the keys its alert may have."""
    return row["key"], twin_key(row["key"], row["article_id"])


async def _retold(
    connection: AsyncConnection, triples: Sequence[tuple[int, int, str]]
) -> dict[tuple[int, int, str], StoryDelivery]:
    """Find what became of these deliveries, by their unique index."""
    found: dict[tuple[int, int, str], StoryDelivery] = {}
    for some in in_chunks(triples):
        names = (column("chat", BigInteger), column("thread", BigInteger), column("key", Text))
        asked = values(*names, name="asked").data(list(some)).cte("asked")
        same = and_(
            deliveries.c.chat_id == asked.c.chat,
            deliveries.c.thread_id == asked.c.thread,
            deliveries.c.key == asked.c.key,
            deliveries.c.kind == DeliveryKind.ALERT,
        )
        wanted = (
            select(deliveries, articles.c.source_title, articles.c.source_host, joined.c.first_id)
            .select_from(asked)
            .join(deliveries, same)
            .join(articles, articles.c.id == deliveries.c.article_id)
            .outerjoin(joined, joined.c.delivery_id == deliveries.c.id)
        )
        for row in (await connection.execute(wanted)).mappings():
            found[row["chat_id"], row["thread_id"], row["key"]] = _read(row)
    return found


def _read(row: Row) -> StoryDelivery:
    is_joined = row["state"] == DeliveryState.DEAD and row["reason"] == UnsentReason.SAME_STORY
    return StoryDelivery(
        delivery_id=row["id"],
        state=DeliveryState(row["state"]),
        message_id=row["message_id"],
        finished_at=row["finished_at"],
        not_before=row["not_before"],
        source=_source(row),
        joined_to=row["first_id"] if is_joined else None,
        reason=rows.unsent_reason(row["reason"]),
        parent=row["parent"],
    )


def _sorted(
    known: Mapping[tuple[int, int, str], StoryDelivery], receiver: Receiver, told: Sequence[Any], own: DeliveryId
) -> tuple[StoryDelivery, ...]:
    found = {
        each.delivery_id: each
        for row in told
        for key in _keys(row)
        if (each := known.get((*receiver, key))) and each.delivery_id != own
    }
    return tuple(found[delivery_id] for delivery_id in sorted(found))


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
    """Implements `bot.core.delivery.rules.StoryRepository`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_headlines(self, *, after: ArticleId, since: datetime, limit: int) -> tuple[WindowHeadline, ...]:
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
        async with self._database.read() as connection:
            return await load(connection, deliveries)

    async def find_fate(self, chat_id: ChatId, thread_id: ThreadId, key: str) -> Fate | None:
        async with self._database.read() as connection:
            return await find_fate(connection, (chat_id, thread_id), key)

    async def join(self, delivery: Delivery, first: DeliveryId, *, is_new: bool, edits: bool, now: datetime) -> None:
        untold = in_state(DeliveryState.QUEUED, DeliveryState.LEASED)
        async with self._database.write() as connection:
            if not await queue.drop(
                connection, and_(deliveries.c.id == delivery.id, untold), UnsentReason.SAME_STORY, now
            ):
                return
            if is_new:
                noted = insert(connection, joined).values(delivery_id=delivery.id, first_id=first)
                await connection.execute(noted.on_conflict_do_nothing())
            if is_new and edits:
                others = await connection.scalar(select(func.count()).where(joined.c.first_id == first))
                at = now + (_COALESCE if (others or 0) <= MOST_NAMED else _RECOUNT)
                await queue.insert_one(connection, _edit(delivery, first, at, now))

    async def find_sent(self, delivery_id: DeliveryId) -> SentAlert | None:
        wanted = (
            select(deliveries, looks.c.named, looks.c.opened, looks.c.version)
            .outerjoin(looks, looks.c.delivery_id == deliveries.c.id)
            .where(deliveries.c.id == delivery_id, deliveries.c.kind == DeliveryKind.ALERT)
            .where(in_state(DeliveryState.SENT), deliveries.c.message_id.is_not(None))
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
        seen: dict[str, Any] = {"delivery_id": delivery_id, "named": named or 0, "opened": opened, "version": version}
        told = {"named": named, "opened": opened or None, "version": version}
        changed = {name: value for name, value in told.items() if value is not None}
        same = select(deliveries.c.id).where(deliveries.c.id == delivery_id)
        async with self._database.write() as connection:
            if await connection.scalar(same.with_for_update(key_share=True)) is None:
                return  # its chat was forgotten meanwhile
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


def _edit(delivery: Delivery, first: DeliveryId, at: datetime, now: datetime) -> NewDelivery:
    """Queue a look at the message; what was named meanwhile needs no edit of its own."""
    return NewDelivery(
        chat_id=delivery.chat_id,
        thread_id=delivery.thread_id,
        key=queue.source_key(first, delivery.id),
        kind=DeliveryKind.EDIT,
        rank=SendPriority.BULK,
        article_id=delivery.article_id,
        payload=str(first),
        not_before=at,
        seen_at=delivery.seen_at,
        created_at=now,
    )


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
