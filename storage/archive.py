"""
The archive in SQL: which words stand in which articles, which articles a chat can see, and saved searches.

What a chat can see is a condition on `archived`, the same as the one by which alerts are queued.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, delete, func, or_, select, text

from bot.core.archive import (
    ArchivedWord,
    ArchiveView,
    ArticleRef,
    ArticleTeller,
    ArticleWords,
    Posting,
    SavedSearch,
    StoredWord,
    WordSpelling,
)
from bot.core.article import Article
from bot.core.delivery.delivery import DeliveryKind, DeliveryState
from bot.core.ids import ArticleId, ChatId, MessageId, SearchId
from storage import archive_index, rows
from storage.archive_index import archived, blocks, postings, word_keys, words
from storage.deliveries import in_state
from storage.engine import Database, insert
from storage.tables import articles, deliveries, entries, feed_choices, searches


def is_visible(where: ArchiveView) -> ColumnElement[bool]:
    """Demand that the article's words are stored, and the chat may see it, follows its feed and reads its language."""
    return and_(
        archived.c.indexed,
        archived.c.published_at >= where.since,
        or_(archived.c.language.is_(None), archived.c.language.in_(where.languages)),
        _is_followed(where.chat_id),
    )


def is_own_or_common(chat_id: ChatId) -> ColumnElement[bool]:
    """Demand that the chat may see the article at all."""
    return archived.c.owner.in_((0, chat_id))


def _is_followed(chat_id: ChatId) -> ColumnElement[bool]:
    refused = select(feed_choices.c.feed_id).where(
        feed_choices.c.chat_id == chat_id, feed_choices.c.followed.is_(False)
    )
    return or_(archived.c.owner == chat_id, and_(archived.c.owner == 0, archived.c.feed_id.not_in(refused)))


BLOCK = 1024
"""Articles whose words are put in order together."""
_LAST = "\U0010ffff"
_WORD = (words.c.id, words.c.text, words.c.language, words.c.firsts, words.c.lasts)


class SqlArchiveRepository:
    """Implements `bot.core.archive.ArchiveRepository`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_waiting(self, limit: int) -> tuple[Article, ...]:
        waiting = select(articles).join(archived, archived.c.article_id == articles.c.id)
        oldest = waiting.where(text("NOT archived.indexed")).order_by(archived.c.article_id).limit(limit)
        async with self._database.read() as connection:
            return tuple(rows.article(row) for row in (await connection.execute(oldest)).mappings())

    async def list_unknown(self, spellings: Collection[WordSpelling]) -> frozenset[WordSpelling]:
        async with self._database.read() as connection:
            return frozenset(spellings) - (await archive_index.find_ids(connection, spellings)).keys()

    async def store(self, articles: Sequence[ArticleWords], new: Iterable[ArchivedWord]) -> bool:
        async with self._database.write() as connection:
            return await archive_index.store(connection, articles, tuple(new))

    async def find_by_keys(self, keys: Collection[int], limit: int) -> tuple[tuple[int, StoredWord], ...]:
        found = select(word_keys.c.key, *_WORD).join(words, words.c.id == word_keys.c.word_id)
        async with self._database.read() as connection:
            await archive_index.pick(connection)
            listed = await connection.execute(
                found.where(archive_index.is_among(connection, word_keys.c.key, keys)).limit(limit)
            )
            return tuple((row[0], _word(row[1:])) for row in listed)

    async def find_by_letters(
        self, letters: str, *, open_start: bool, open_end: bool, limit: int
    ) -> tuple[StoredWord, ...]:
        fits: ColumnElement[bool]
        if not open_start:
            fits = (words.c.folded >= letters) & (words.c.folded < letters + _LAST)
        elif not open_end:
            fits = func.substr(words.c.folded, func.length(words.c.folded) - len(letters) + 1) == letters
        else:
            fits = words.c.folded.contains(letters, autoescape=True)
        async with self._database.read() as connection:
            listed = select(words.c.id, words.c.text, words.c.language).where(fits).limit(limit)
            return tuple(_word((*row, (), ())) for row in await connection.execute(listed))

    async def find_postings(self, word_ids: Collection[int]) -> Mapping[int, Posting]:
        packed: dict[int, list[int]] = defaultdict(list)
        wanted = {word_id << 1 | bit for word_id in word_ids for bit in (0, 1)}
        async with self._database.read() as connection:
            await archive_index.pick(connection)
            # Loose articles come first: what is bound into a block meanwhile is then found twice, not missed.
            for row in await connection.execute(
                select(archived.c.article_id, archived.c.words).where(archive_index.LOOSE)
            ):
                for number in wanted.intersection(archive_index.unpack(row[1])):
                    packed[number >> 1].append(row[0] << 1 | number & 1)
            in_block = postings.c.block.in_(select(blocks.c.id))
            listed = select(postings.c.word_id, postings.c.articles).where(
                in_block, archive_index.is_among(connection, postings.c.word_id, word_ids)
            )
            for row in await connection.execute(listed):
                packed[row[0]].extend(archive_index.unpack(row[1]))
        return {word_id: _posting(numbers) for word_id, numbers in packed.items()}

    async def find_similar(
        self, initial: str, shortest: int, longest: int, where: ArchiveView, limit: int
    ) -> tuple[tuple[int, str, str], ...]:
        near = (words.c.folded >= initial) & (words.c.folded < initial + _LAST)
        fits = near & func.length(words.c.folded).between(shortest, longest) & words.c.language.in_(where.languages)
        found = select(words.c.id, words.c.text, words.c.folded).where(fits).limit(limit)
        async with self._database.read() as connection:
            return tuple((row[0], row[1], row[2]) for row in await connection.execute(found))

    async def list_visible(self, where: ArchiveView, *, language: str | None = None) -> frozenset[ArticleId]:
        found = select(archived.c.article_id).where(is_visible(where))
        if language is not None:
            found = found.where(archived.c.language == language)
        async with self._database.read() as connection:
            return frozenset((await connection.scalars(found)).all())

    async def list_sources(self, where: ArchiveView) -> Mapping[tuple[str, str], frozenset[ArticleId]]:
        found = select(archived.c.source_title, archived.c.source_host, archived.c.article_id).where(is_visible(where))
        grouped: dict[tuple[str, str], set[ArticleId]] = defaultdict(set)
        async with self._database.read() as connection:
            for title, host, article_id in await connection.execute(found):
                grouped[title, host].add(article_id)
        return {source: frozenset(ids) for source, ids in grouped.items()}

    async def is_empty(self, where: ArchiveView) -> bool:
        found = select(archived.c.article_id).where(is_visible(where)).limit(1)
        async with self._database.read() as connection:
            return await connection.scalar(found) is None

    async def count_visible(self, where: ArchiveView) -> int:
        counted = select(func.count()).select_from(archived).where(is_visible(where))
        async with self._database.read() as connection:
            return await connection.scalar(counted) or 0

    async def list_sightings(
        self, article_ids: Collection[ArticleId] | None, where: ArchiveView, limit: int | None = None
    ) -> tuple[ArticleRef, ...]:
        if article_ids is not None and not article_ids:
            return ()
        found = select(archived.c.article_id, archived.c.key, archived.c.published_at).where(is_visible(where))
        newest = found.order_by(archived.c.published_at.desc(), archived.c.article_id.desc()).limit(limit)
        async with self._database.read() as connection:
            if article_ids is not None:
                newest = newest.where(archive_index.is_among(connection, archived.c.article_id, article_ids))
            return tuple(map(ArticleRef._make, await connection.execute(newest)))

    async def load(self, article_ids: Collection[ArticleId]) -> tuple[Article, ...]:
        found = select(articles).where(articles.c.id.in_(sorted(article_ids)))
        newest = found.order_by(articles.c.published_at.desc(), articles.c.id.desc())
        async with self._database.read() as connection:
            return tuple(rows.article(row) for row in (await connection.execute(newest)).mappings())

    async def list_tellers(self, article_ids: Collection[ArticleId]) -> Mapping[ArticleId, ArticleTeller]:
        told = select(
            articles.c.id, articles.c.story_id, articles.c.source_title, articles.c.source_host, articles.c.url
        )
        async with self._database.read() as connection:
            listed = await connection.execute(told.where(articles.c.id.in_(sorted(article_ids))))
            return {row[0]: ArticleTeller(row[1], row[2] or row[3], row[4]) for row in listed}

    async def list_alerted(self, chat_id: ChatId, limit: int) -> frozenset[ArticleId]:
        newest = (
            select(deliveries.c.article_id)
            .where(deliveries.c.chat_id == chat_id, deliveries.c.kind == DeliveryKind.ALERT)
            .where(deliveries.c.article_id.is_not(None))
            .order_by(deliveries.c.id.desc())
            .limit(limit)
        )
        async with self._database.read() as connection:
            return frozenset((await connection.scalars(newest)).all())

    async def find_by_links(self, keys: Sequence[str], chat_id: ChatId) -> Article | None:
        named = select(entries.c.article_id).where(or_(entries.c.link_key.in_(keys), entries.c.fragment_key.in_(keys)))
        found = (
            select(articles)
            .join(archived, archived.c.article_id == articles.c.id)
            .where(or_(articles.c.key.in_(keys), articles.c.id.in_(named)), is_own_or_common(chat_id))
            .order_by(case({key: at for at, key in enumerate(keys)}, value=articles.c.key, else_=len(keys)))
            .order_by(articles.c.id)
            .limit(1)
        )
        async with self._database.read() as connection:
            row = (await connection.execute(found)).mappings().one_or_none()
        return None if row is None else rows.article(row)

    async def find_alerted(self, chat_id: ChatId, message_id: MessageId) -> Article | None:
        found = (
            select(articles)
            .join(deliveries, deliveries.c.article_id == articles.c.id)
            .where(deliveries.c.chat_id == chat_id, deliveries.c.message_id == message_id)
            .where(deliveries.c.kind == DeliveryKind.ALERT, ~in_state(DeliveryState.FOLDED))
            .limit(1)
        )
        async with self._database.read() as connection:
            row = (await connection.execute(found)).mappings().one_or_none()
        return None if row is None else rows.article(row)

    async def refile(self, after: int, limit: int) -> tuple[tuple[int, WordSpelling], ...]:
        found = select(words.c.id, words.c.text, words.c.language).where(words.c.id > after)
        async with self._database.read() as connection:
            listed = await connection.execute(found.order_by(words.c.id).limit(limit))
            return tuple((row[0], WordSpelling(row[1], row[2] or None)) for row in listed)

    async def file(self, words: Sequence[tuple[int, ArchivedWord]]) -> None:
        async with self._database.write() as connection:
            await archive_index.refile(connection, words)

    async def bind(self, size: int = BLOCK) -> bool:
        async with self._database.read() as connection:
            loose = await archive_index.list_loose(connection, size)
        if not loose:
            return False
        listed = await asyncio.to_thread(archive_index.turned, loose)
        async with self._database.write() as connection:
            return await archive_index.bind(connection, loose, listed)

    async def sweep(self, part: int, parts: int) -> int:
        async with self._database.write() as connection:
            return await archive_index.sweep(connection, part, parts)


def _posting(numbers: Iterable[int]) -> Posting:
    return Posting(
        frozenset(ArticleId(number >> 1) for number in numbers),
        frozenset(ArticleId(number >> 1) for number in numbers if number & 1),
    )


def _word(row: Sequence[object]) -> StoredWord:
    word_id, spelled, language, firsts, lasts = row
    return StoredWord(word_id, WordSpelling(spelled, language or None), firsts, lasts)  # type: ignore[arg-type] # columns


KEPT_SEARCHES = 20
"""Searches of one chat, the newest."""


class SqlSearchRepository:
    """Implements `bot.core.archive.SearchRepository`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, chat_id: ChatId, words: str, article_ids: Collection[ArticleId], now: datetime) -> SearchId:
        found = {"chat_id": chat_id, "words": words, "article_ids": frozenset(article_ids), "created_at": now}
        theirs = select(searches.c.id).where(searches.c.chat_id == chat_id).order_by(searches.c.id.desc())
        async with self._database.write() as connection:
            saved = insert(connection, searches).values(found).returning(searches.c.id)
            search_id = SearchId((await connection.execute(saved)).scalar_one())
            last = await connection.scalar(theirs.offset(KEPT_SEARCHES - 1).limit(1))
            if last is not None:
                await connection.execute(delete(searches).where(searches.c.chat_id == chat_id, searches.c.id < last))
        return search_id

    async def find(self, chat_id: ChatId, search_id: SearchId) -> SavedSearch | None:
        same = select(searches).where(searches.c.id == search_id, searches.c.chat_id == chat_id)
        async with self._database.read() as connection:
            row = (await connection.execute(same)).mappings().one_or_none()
        if row is None:
            return None
        return SavedSearch(id=row["id"], words=row["words"], article_ids=row["article_ids"])
