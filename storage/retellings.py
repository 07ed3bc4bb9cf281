"""What the receivers of queued alerts know of their stories, for a whole batch at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Text, and_, column, select, values
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core import retelling
from bot.core.alert import OtherSource
from bot.core.delivery import Delivery, DeliveryKind, DeliveryState
from bot.core.ids import ArticleId, DeliveryId
from bot.core.retelling import SAME_STORY, Fate, KnownStory, StoryDelivery
from storage.fanout import twin_key
from storage.rows import Row, article
from storage.tables import articles, deliveries
from storage.told import joined, tellings

_CHUNK = 2_000
_MOST_KEYS = 200
"""Articles of one story that are looked for: its first ones, which a reader was told of if of any."""

_BEST_FIRST = (
    DeliveryState.SENT,
    DeliveryState.FOLDED,
    DeliveryState.SENDING,
    DeliveryState.LEASED,
    DeliveryState.QUEUED,
    DeliveryState.HELD,
    DeliveryState.DEAD,
)

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
    best = min(known.values(), key=lambda each: (_BEST_FIRST.index(each.state), -each.delivery_id))
    if (best.state, best.reason) != (DeliveryState.DEAD, SAME_STORY):
        return Fate(state=best.state)
    told = await _of_stories(connection, {row["story_id"] for row in found if row["story_id"] is not None})
    same = [row for rows_of_one in told.values() for row in rows_of_one]
    triples = sorted({(*receiver, each) for row in same for each in _keys(row)})
    first = retelling.first_told(_sorted(await _retold(connection, triples), receiver, same, best.delivery_id))
    if first is None:
        return Fate(state=best.state)
    by = select(articles).join(deliveries, deliveries.c.article_id == articles.c.id)
    row = (await connection.execute(by.where(deliveries.c.id == first.delivery_id))).mappings().one_or_none()
    return Fate(state=best.state, told_by=None if row is None else article(row))


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
    for start in range(0, len(triples), _CHUNK):
        names = (column("chat", BigInteger), column("thread", BigInteger), column("key", Text))
        asked = values(*names, name="asked").data(list(triples[start : start + _CHUNK])).cte("asked")
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
    is_joined = row["state"] == DeliveryState.DEAD and row["reason"] == SAME_STORY
    return StoryDelivery(
        delivery_id=row["id"],
        state=DeliveryState(row["state"]),
        message_id=row["message_id"],
        finished_at=row["finished_at"],
        not_before=row["not_before"],
        source=_source(row),
        joined_to=row["first_id"] if is_joined else None,
        reason=row["reason"],
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
