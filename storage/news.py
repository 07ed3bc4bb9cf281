"""What is new in a feed: entries it never brought before become articles, and articles wait for their readers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.article import Article, ArticleDraft
from bot.core.ids import ArticleId, FeedId
from storage import filing
from storage.engine import insert
from storage.tables import articles, entries, fanouts

_CHUNK = 500
_REMIND_AFTER = timedelta(days=1)
"""An entry that is still listed is noted so often; each poll would rewrite the whole feed."""
_LATELY = timedelta(days=3)
_BACKDATED = timedelta(hours=6)
"""Articles appear in feeds some time after the hour they bear."""
_DRAFT = tuple(field.name for field in fields(ArticleDraft))


async def store(
    connection: AsyncConnection, feed_id: FeedId, drafts: Sequence[ArticleDraft], now: datetime
) -> tuple[Article, ...]:
    """Store the articles this feed never brought before, oldest first, so that they are told in that order."""
    known = await _known(connection, feed_id, drafts)
    await _remind(connection, feed_id, known, now)
    seen_keys = {row.key: row.article_id for row in known}
    seen_guids = {row.guid_key: row.article_id for row in known if row.guid_key}
    new: list[ArticleDraft] = []
    renamed: list[dict[str, Any]] = []
    for draft in drafts:
        if draft.key in seen_keys:
            continue
        if draft.guid_key and draft.guid_key in seen_guids:
            renamed.append(_entry(feed_id, draft, seen_guids[draft.guid_key], now))
        else:
            new.append(draft)
            if draft.guid_key:
                seen_guids[draft.guid_key] = None
        seen_keys[draft.key] = None
    new, again = await _told_before(connection, feed_id, new, now)
    renamed += [_entry(feed_id, draft, article_id, now) for draft, article_id in again]
    stored = await _insert(connection, feed_id, new)
    noted = renamed + [_entry(feed_id, article, article.id, now) for article in stored]
    if noted:
        await connection.execute(insert(connection, entries).on_conflict_do_nothing(), noted)
    return stored


async def open_fanouts(
    connection: AsyncConnection, stored: Iterable[Article], *, missed_since: datetime | None, now: datetime
) -> None:
    """
    Note that the readers of these articles are to be found.

    What came out after `missed_since`, the last time we saw the feed, is owed to them however old it is by now; an
    archive that a feed lists anew after a hiccup is not.
    """
    earliest = missed_since - _BACKDATED if missed_since else None
    tasks = [
        {
            "article_id": article.id,
            "catch_up": earliest is not None and article.published_until >= earliest,
            "created_at": now,
        }
        for article in stored
    ]
    if tasks:
        await connection.execute(plain_insert(fanouts), tasks)


async def _known(connection: AsyncConnection, feed_id: FeedId, drafts: Sequence[ArticleDraft]) -> list[Any]:
    known: list[Any] = []
    for start in range(0, len(drafts), _CHUNK):
        chunk = drafts[start : start + _CHUNK]
        guids = [draft.guid_key for draft in chunk if draft.guid_key]
        same = or_(entries.c.key.in_([draft.key for draft in chunk]), entries.c.guid_key.in_(guids))
        known += (await connection.execute(select(entries).where(entries.c.feed_id == feed_id, same))).all()
    return known


async def _told_before(
    connection: AsyncConnection, feed_id: FeedId, new: Sequence[ArticleDraft], now: datetime
) -> tuple[list[ArticleDraft], list[tuple[ArticleDraft, int | None]]]:
    """
    Separate what this feed has said lately, word for word, under another guid: some make new guids for every answer.

    Only one that names no article by its link gets here with a text that is known.
    """
    texts: dict[tuple[str | None, str, str], int | None] = {}
    for start in range(0, len(new), _CHUNK):
        titles = [draft.title for draft in new[start : start + _CHUNK]]
        lately = and_(articles.c.feed_id == feed_id, articles.c.seen_at >= now - _LATELY, articles.c.title.in_(titles))
        found = select(articles.c.id, articles.c.url, articles.c.title, articles.c.lead).where(lately)
        texts |= {(row.url, row.title, row.lead): row.id for row in await connection.execute(found)}
    fresh: list[ArticleDraft] = []
    again: list[tuple[ArticleDraft, int | None]] = []
    for draft in new:
        text = (draft.url, draft.title, draft.lead)
        if text in texts:
            again.append((draft, texts[text]))
        else:
            fresh.append(draft)
            texts[text] = None
    return fresh, again


async def _remind(connection: AsyncConnection, feed_id: FeedId, known: Sequence[Any], now: datetime) -> None:
    keys = [row.key for row in known if row.last_seen_at <= now - _REMIND_AFTER]
    for start in range(0, len(keys), _CHUNK):
        same = and_(entries.c.feed_id == feed_id, entries.c.key.in_(keys[start : start + _CHUNK]))
        await connection.execute(update(entries).where(same).values(last_seen_at=now))


async def _insert(connection: AsyncConnection, feed_id: FeedId, new: Sequence[ArticleDraft]) -> tuple[Article, ...]:
    if not new:
        return ()
    # Feeds list the newest first, and many give all entries one date: turned round, then sorted, the order is right.
    ordered = list(new[::-1])
    ordered.sort(key=lambda draft: draft.published_at)
    values = [{name: getattr(draft, name) for name in _DRAFT} for draft in ordered]
    for each in values:
        each |= {"feed_id": feed_id, "owner": each["owner"] or 0}
    made = await connection.execute(
        plain_insert(articles).returning(articles.c.id, sort_by_parameter_order=True), values
    )
    stored = tuple(
        Article(**value | {"id": ArticleId(row.id), "owner": value["owner"] or None})
        for value, row in zip(values, made, strict=True)
    )
    await filing.announce(connection, stored)
    return stored


def _entry(feed_id: FeedId, draft: ArticleDraft, article_id: int | None, now: datetime) -> dict[str, Any]:
    return {
        "feed_id": feed_id,
        "key": draft.key,
        "guid_key": draft.guid_key,
        "article_id": article_id,
        "last_seen_at": now,
    }
