"""The repository of articles: new entries of a feed become articles with fan-out tasks for their readers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, delete, func, or_, select, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core import identity, recognition
from bot.core.article import Article, ArticleDraft, state_of
from bot.core.errors import StorageError
from bot.core.feed import Feed
from bot.core.identity import DEFAULT_RULE, SHORT, IdentityRule, KnownEntry, Trait, Traits
from bot.core.ids import ArticleId, FeedId
from bot.core.query.matcher import QueryHit
from bot.core.recognition import RecognisedEntries
from bot.core.repositories import Fanout
from storage import archive_index, columns, fan_out, revisions, rows
from storage.engine import Database, in_chunks, insert
from storage.revisions import RevisedArticle
from storage.rows import Row
from storage.tables import articles, entries, fanouts, feeds, full_texts, matches

_LOOKED_AT = 5_000
"""Articles among which feeds take turns: as many as one document brings; ordering 100,000 takes ten times as long."""


class SqlArticleRepository:
    """Implements `bot.core.repositories.ArticleRepository`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim_fanouts(
        self, owner: str, now: datetime, lease: timedelta, limit: int, in_hand: Collection[ArticleId] | None = None
    ) -> tuple[Fanout, ...]:
        is_free = columns.is_free(fanouts, now, columns.is_unknown(fanouts, owner, in_hand))
        oldest = (
            select(fanouts.c.article_id.label("id"), articles.c.feed_id)
            .join(articles, articles.c.id == fanouts.c.article_id)
            .where(is_free)
            .order_by(fanouts.c.article_id)  # by the article's own number SQLite would read all articles in order
            .limit(_LOOKED_AT)
            .subquery()
        )
        turn = func.row_number().over(partition_by=oldest.c.feed_id, order_by=oldest.c.id)
        backlog = func.count().over(partition_by=oldest.c.feed_id)
        place = func.row_number().over(order_by=oldest.c.id)
        turns = select(
            oldest.c.id, turn.label("turn"), backlog.label("backlog"), (place > 1).label("is_younger")
        ).subquery()
        waiting = (
            select(
                articles,
                fanouts.c.matched,
                fanouts.c.catch_up,
                fanouts.c.revision,
                fanouts.c.before,
                feeds.c.full_text,
                full_texts.c.asked_at,
                full_texts.c.has_text,
            )
            .join(fanouts, fanouts.c.article_id == articles.c.id)
            .join(feeds, feeds.c.id == articles.c.feed_id)
            .outerjoin(full_texts, full_texts.c.article_id == articles.c.id)
            .join(turns, turns.c.id == articles.c.id)
            .where(is_free)
            .order_by(turns.c.is_younger, turns.c.turn, turns.c.backlog, articles.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=fanouts)
        )
        async with self._database.write() as connection:
            found = (await connection.execute(waiting)).mappings().all()
            leased = {"lease_owner": owner, "lease_until": now + lease}
            ids = [row["id"] for row in found]
            await connection.execute(update(fanouts).where(fanouts.c.article_id.in_(ids)).values(leased))
        return tuple(
            Fanout(
                article=rows.article(row),
                before=_read_before(row) if row["revision"] else None,
                matched=row["matched"],
                catch_up=row["catch_up"],
                full_text=row["full_text"],
                was_asked_for=row["asked_at"] is not None,
                has_page_text=bool(row["has_text"]),
            )
            for row in found
        )

    async def record_matches(
        self, article_id: ArticleId, hits: Sequence[QueryHit], known: Sequence[QueryHit] = ()
    ) -> None:
        found = [{"article_id": article_id, "query_id": hit.query_id, "evidence": hit.evidence} for hit in hits]
        async with self._database.write() as connection:
            number = await connection.scalar(select(fanouts.c.revision).where(fanouts.c.article_id == article_id)) or 0
            for some in in_chunks(found):
                new = insert(connection, matches).on_conflict_do_nothing()
                await connection.execute(new, [match | {"revision": number} for match in some])
            if known:
                this = (matches.c.article_id == bindparam("of")) & (matches.c.query_id == bindparam("wanted"))
                renew = update(matches).where(this).values(evidence=bindparam("found", type_=matches.c.evidence.type))
                renewed = [{"of": article_id, "wanted": hit.query_id, "found": hit.evidence} for hit in known]
                await connection.execute(renew, renewed)
            await connection.execute(update(fanouts).where(fanouts.c.article_id == article_id).values(matched=True))

    async def close_unmatched(self, article_ids: Collection[ArticleId]) -> None:
        these = fanouts.c.article_id.in_(article_ids)
        async with self._database.write() as connection:
            await connection.execute(delete(fanouts).where(these, fanouts.c.latest <= fanouts.c.revision))
            await connection.execute(update(fanouts).where(these).values(_ANEW | {"revision": fanouts.c.latest}))

    async def is_announced(self, article_id: ArticleId) -> bool:
        task = select(fanouts.c.article_id).where(fanouts.c.article_id == article_id)
        async with self._database.read() as connection:
            return await connection.scalar(task) is None

    async def enqueue(self, article_id: ArticleId, now: datetime, *, limit: int) -> int | None:
        async with self._database.write() as connection:
            task = (
                select(articles, fanouts.c.matched, fanouts.c.catch_up, fanouts.c.chat_cursor, fanouts.c.thread_cursor)
                .add_columns(fanouts.c.revision, fanouts.c.latest, fanouts.c.edit_cursor, fanouts.c.lease_owner)
                .join(fanouts, fanouts.c.article_id == articles.c.id)
                .where(articles.c.id == article_id)
                .with_for_update(of=fanouts)
            )
            row = (await connection.execute(task)).mappings().one_or_none()
            if row is None:
                return None
            if not row["matched"]:
                if row["revision"] and row["lease_owner"] is None:
                    return None  # it begins anew, for whoever takes it next
                raise StorageError(f"article {article_id} was not matched yet")
            if row["edit_cursor"] is not None:
                await revisions.queue_edits(connection, row, now, limit)
                return 0
            chunk = await fan_out.next_chunk(connection, row, limit)
            queued = await fan_out.queue(connection, row, chunk, now)
            if chunk.end is None:
                await _close(connection, row)
                return queued or None
            cursor = {"chat_cursor": chunk.end[0], "thread_cursor": chunk.end[1]}
            await connection.execute(update(fanouts).where(fanouts.c.article_id == article_id).values(cursor))
            return queued


def _read_before(row: Row) -> Article:
    """Give the article as it was before the change that is announced."""
    return replace(rows.article(row), **revisions.read_before(row["before"]))


_ANEW: dict[str, Any] = {
    "matched": False,
    "chat_cursor": None,
    "thread_cursor": None,
    "lease_owner": None,
    "lease_until": None,
}
"""A task as it was when it was made."""


async def _close(connection: AsyncConnection, task: Row) -> None:
    """End a task, or begin it anew where the article changed meanwhile."""
    this = fanouts.c.article_id == task["id"]
    if task["latest"] <= task["revision"]:
        await connection.execute(delete(fanouts).where(this))
        return
    await connection.execute(update(fanouts).where(this).values(_ANEW | {"revision": task["latest"]}))


_REMIND_AFTER = timedelta(days=1)
"""An entry that is still listed is noted so often; each poll would rewrite the whole feed."""
_HISTORY = 20
"""Entries by which a feed is judged that lists one at a time."""
_MOST_ALIKE = 2_000
"""Entries looked at for one lot of new ones; a column may have had the same title every day for years."""
_BACKDATED = timedelta(hours=6)
"""Articles appear in feeds some time after the hour they bear."""
_DRAFT = tuple(field.name for field in fields(ArticleDraft) if field.name in articles.c)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What a poll brought."""

    new: tuple[Article, ...] = ()
    """Oldest first, so that they are told in that order."""
    revised: tuple[RevisedArticle, ...] = ()


async def store(
    connection: AsyncConnection, feed: Feed, drafts: Sequence[ArticleDraft], listed: Sequence[Traits], now: datetime
) -> Stored:
    """Store the articles this feed never brought before, and what the others say now."""
    if not drafts:
        return Stored()
    drafts = [draft if draft.state else _with_state(draft) for draft in drafts]
    fresh = [draft.traits or _traits(draft) for draft in drafts]
    listed = listed or fresh
    rule, brought = await _learn(connection, feed, fresh, listed)
    found = recognition.recognise(feed.id, fresh, listed=listed, brought=brought, rule=rule, now=now)
    known = [(draft, entry) for draft, entry in zip(drafts, found, strict=True) if entry.known is not None]
    if known:
        await _remind(connection, feed.id, [entry for _, entry in known], now)
    new = [
        (replace(draft, key=entry.key, guid_key=entry.traits.guid if entry.trusts_guid else None), entry.traits)
        for draft, entry in zip(drafts, found, strict=True)
        if entry.known is None and not entry.is_double
    ]
    # Feeds list the newest first, and many give all entries one date: turned round, then sorted, the order is right.
    new.reverse()
    new.sort(key=lambda pair: pair[0].published_at)
    stored = await _insert(connection, feed.id, [draft for draft, _ in new])
    if stored:
        noted = [
            {"feed_id": feed.id, "key": article.key, "article_id": article.id, "last_seen_at": now}
            | {"states": draft.state}
            | _columns(traits)
            for article, (draft, traits) in zip(stored, new, strict=True)
        ]
        await connection.execute(insert(connection, entries).on_conflict_do_nothing(), noted)
    revised = await revisions.take(connection, feed.id, known, len(listed), now) if known else ()
    return Stored(new=stored, revised=revised)


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


async def _learn(
    connection: AsyncConnection, feed: Feed, fresh: Sequence[Traits], listed: Sequence[Traits]
) -> tuple[IdentityRule, list[KnownEntry]]:
    """Choose what tells this feed's entries apart, and keep it; give what the feed brought as well."""
    history: list[KnownEntry] = []
    if identity.different(listed) < 2:
        newest = select(entries).where(entries.c.feed_id == feed.id).order_by(entries.c.last_seen_at.desc())
        history = [_read(row) for row in await connection.execute(newest.limit(_HISTORY))]
        chosen = identity.choose_from_history(listed, (entry.traits for entry in history), feed.identity)
    else:
        chosen = identity.choose(listed, feed.identity)
    found = await _brought(connection, feed.id, fresh, listed, chosen or DEFAULT_RULE)
    brought = list({entry.key: entry for entry in (*found, *history)}.values())
    if chosen is not None:
        chosen = identity.judge(chosen, fresh, listed=[entry.short() for entry in listed], brought=brought)
    if chosen != feed.identity:
        await connection.execute(update(feeds).where(feeds.c.id == feed.id).values(identity=str(chosen)))
    return chosen or DEFAULT_RULE, brought


async def _brought(
    connection: AsyncConnection,
    feed_id: FeedId,
    fresh: Sequence[Traits],
    listed: Sequence[Traits],
    rule: IdentityRule,
) -> list[KnownEntry]:
    """Load what the feed has brought that one of these may be."""
    vain = {trait: identity.shared(trait, listed) for trait in Trait}
    found: dict[str, KnownEntry] = {}
    for chunk in in_chunks(fresh):
        keys = {key for traits in chunk for key in recognition.candidate_keys(feed_id, traits)}
        same = [entries.c.title_key.in_({traits.title for traits in chunk})]
        for trait, column in ((Trait.LINK, entries.c.link_key), (Trait.GUID, entries.c.guid_key)):
            # What stands at every entry names none, and would load all there are.
            values = {identity.value_of(traits, trait) for traits in chunk} - {""}
            named = {value for value in values if value[:SHORT] not in vain[trait]}
            same += [column.in_(named)] if trait in rule.traits | rule.refuted and named else []
        fragments = {traits.fragment for traits in chunk} - {""}
        same += [entries.c.fragment_key.in_(fragments)] if fragments else []
        mine = select(entries).where(entries.c.feed_id == feed_id)
        alike = mine.where(or_(*same)).order_by(entries.c.last_seen_at.desc()).limit(_MOST_ALIKE)
        for wanted in (mine.where(entries.c.key.in_(keys)), alike):
            found |= {row.key: _read(row) for row in await connection.execute(wanted)}
    return list(found.values())


async def _remind(
    connection: AsyncConnection, feed_id: FeedId, found: Sequence[RecognisedEntries], now: datetime
) -> None:
    """Note that these are still listed, and under which identity."""
    seen: list[str] = []
    changed: dict[str, dict[str, Any]] = {}
    for entry in found:
        if entry.known is None:
            continue
        if entry.traits != entry.known.traits:
            changed[entry.known.key] = {"feed": feed_id, "entry": entry.known.key, "last_seen_at": now}
            changed[entry.known.key] |= _columns(entry.traits)
        elif entry.known.seen_at <= now - _REMIND_AFTER:
            seen.append(entry.known.key)
    for some in in_chunks(seen):
        same = and_(entries.c.feed_id == feed_id, entries.c.key.in_(some))
        await connection.execute(update(entries).where(same).values(last_seen_at=now))
    if changed:
        this = and_(entries.c.feed_id == bindparam("feed"), entries.c.key == bindparam("entry"))
        names = (*_columns(Traits()), "last_seen_at")
        renew = update(entries).where(this).values({name: bindparam(name) for name in names})
        await connection.execute(renew, list(changed.values()))


async def _insert(connection: AsyncConnection, feed_id: FeedId, new: Sequence[ArticleDraft]) -> tuple[Article, ...]:
    if not new:
        return ()
    values = [{name: getattr(draft, name) for name in _DRAFT} for draft in new]
    for row in values:
        row |= {"feed_id": feed_id, "owner": row["owner"] or 0}
    made = await connection.execute(
        plain_insert(articles).returning(articles.c.id, sort_by_parameter_order=True), values
    )
    stored = tuple(
        Article(**value | {"id": ArticleId(row.id), "owner": value["owner"] or None})
        for value, row in zip(values, made, strict=True)
    )
    await archive_index.announce(connection, stored)
    return stored


def _with_state(draft: ArticleDraft) -> ArticleDraft:
    return replace(draft, state=state_of(draft.title, draft.lead, draft.key_points, draft.body))


def _traits(draft: ArticleDraft) -> Traits:
    """Give what identifies an article that was made without its entry."""
    return Traits(
        link=draft.key,
        guid=draft.guid_key or "",
        title=identity.text_digest(draft.title),
        lead=identity.text_digest(draft.lead),
        date=0 if draft.published_at == draft.seen_at else identity.seconds(draft.published_at),
    )


def _columns(traits: Traits) -> dict[str, Any]:
    return {
        "link_key": traits.link or None,
        "fragment_key": traits.fragment or None,
        "guid_key": traits.guid or None,
        "title_key": traits.title,
        "lead_key": traits.lead,
        "dated": traits.date,
        "page_key": traits.page or None,
    }


def _read(row: Any) -> KnownEntry:
    states = tuple((row.states or "").split())
    traits = Traits(
        # What was noted before there were these columns has its link, if any, in its key.
        link=row.link_key or (row.key if row.title_key is None else ""),
        fragment=row.fragment_key or "",
        guid=row.guid_key or "",
        title=row.title_key or "",
        lead=row.lead_key or "",
        date=row.dated or 0,
        page=row.page_key or "",
        state=states[0] if states else "",
    )
    return KnownEntry(key=row.key, traits=traits, article_id=row.article_id, seen_at=row.last_seen_at, states=states)
