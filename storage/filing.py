"""
Writing down which words stand in which articles, and forgetting it.

Words are shared by all articles, so forgetting one must not meet somebody who is just about to use it: on SQLite there
is one writer, on PostgreSQL a lock that many writers share and a sweeper has alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import and_, bindparam, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.archive import Contents, Spelling, Word
from bot.core.article import Article
from storage import many
from storage.engine import insert
from storage.past import archived, postings, word_keys, words

_LOCK = 0x53746963_68776F73
"""Any number that no other program uses for an advisory lock of the same database."""
_FIRST_KEY, _KEYS = -(1 << 31), 1 << 32


async def announce(connection: AsyncConnection, stored: Iterable[Article]) -> None:
    """Note what a search needs of new articles; their words come later."""
    copied = [
        {
            "article_id": each.id,
            "feed_id": each.feed_id,
            "owner": each.owner or 0,
            "key": each.key,
            "language": each.language,
            "published_at": each.published_at,
            "source_title": each.source_title,
            "source_host": each.source_host,
        }
        for each in stored
    ]
    if copied:
        await connection.execute(insert(connection, archived), copied)


async def find_ids(connection: AsyncConnection, spellings: Iterable[Spelling]) -> dict[Spelling, int]:
    """Find words by how they stand in texts."""
    by_language: dict[str | None, list[str]] = {}
    for spelling in spellings:
        by_language.setdefault(spelling.language, []).append(spelling.text)
    found: dict[Spelling, int] = {}
    for language, texts in by_language.items():
        same = and_(words.c.language == (language or ""), many.is_among(connection, words.c.text, texts))
        for word_id, found_text in await connection.execute(select(words.c.id, words.c.text).where(same)):
            found[Spelling(found_text, language)] = word_id
    return found


async def store(connection: AsyncConnection, articles: Sequence[Contents], new: Sequence[Word]) -> bool:
    """Store the words of articles that have none yet; False, and nothing done, when a word is missing."""
    await _lock(connection, alone=False)
    known = await find_ids(connection, {spelling for each in articles for spelling in each.words})
    missing = {word.spelling: word for word in new if word.spelling not in known}
    known |= await _add(connection, missing)
    if any(spelling not in known for each in articles for spelling in each.words):
        await connection.rollback()
        return False
    waiting = and_(archived.c.article_id.in_([each.article_id for each in articles]), text("NOT archived.indexed"))
    taken = await connection.scalars(
        update(archived).where(waiting).values(indexed=True).returning(archived.c.article_id)
    )
    wanted = set(taken)
    placed = sorted(
        (known[spelling], each.article_id, in_title)
        for each in articles
        if each.article_id in wanted
        for spelling, in_title in each.words.items()
    )
    await many.fill(connection, postings, placed)
    return True


async def _add(connection: AsyncConnection, missing: Mapping[Spelling, Word]) -> dict[Spelling, int]:
    """Add words, in one order everywhere so that two processes never wait for each other."""
    if not missing:
        return {}
    ordered = sorted(missing.values(), key=lambda word: (word.spelling.language or "", word.spelling.text))
    made = [
        {
            "language": word.spelling.language or "",
            "text": word.spelling.text,
            "folded": word.folded,
            "firsts": word.firsts,
            "lasts": word.lasts,
        }
        for word in ordered
    ]
    await connection.execute(insert(connection, words).on_conflict_do_nothing(), made)
    known = await find_ids(connection, missing)
    await many.fill(connection, word_keys, _keys((known[spelling], word) for spelling, word in missing.items()))
    return known


def _keys(filed: Iterable[tuple[int, Word]]) -> list[tuple[int, int]]:
    return sorted((key, word_id) for word_id, word in filed for key in word.keys)


async def refile(connection: AsyncConnection, known: Sequence[tuple[int, Word]]) -> None:
    """File words anew; keys they have no more find nothing, because what is found is judged."""
    changed = update(words).where(words.c.id == bindparam("of"))
    for word_id, word in known:
        values = {"folded": word.folded, "firsts": word.firsts, "lasts": word.lasts}
        await connection.execute(changed.values(values), {"of": word_id})
    await many.fill(connection, word_keys, _keys(known))


async def sweep(connection: AsyncConnection, part: int, parts: int) -> int:
    """Forget postings without an article, words without postings and keys without a word, in a part of each."""
    await _lock(connection, alone=True)
    highest = await connection.scalar(select(func.max(words.c.id))) or 0
    first, last = highest * part // parts, highest * (part + 1) // parts
    is_article = select(archived.c.article_id).where(archived.c.article_id == postings.c.article_id).exists()
    has_posting = select(postings.c.word_id).where(postings.c.word_id == words.c.id).exists()
    is_word = select(words.c.id).where(words.c.id == word_keys.c.word_id).exists()
    low, high = _FIRST_KEY + _KEYS * part // parts, _FIRST_KEY + _KEYS * (part + 1) // parts - 1
    gone = 0
    for old in (
        delete(postings).where(postings.c.word_id > first, postings.c.word_id <= last, ~is_article),
        delete(words).where(words.c.id > first, words.c.id <= last, ~has_posting),
        delete(word_keys).where(word_keys.c.key.between(low, high), ~is_word),
    ):
        gone += (await connection.execute(old)).rowcount
    return gone


async def _lock(connection: AsyncConnection, *, alone: bool) -> None:
    if connection.dialect.name == "postgresql":
        name = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
        await connection.execute(text(f"SELECT {name}(:number)"), {"number": _LOCK})
