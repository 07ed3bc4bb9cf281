"""
The archive's tables and its index of words, and lists of numbers packed into bytes.

What a search needs of an article is in a narrow table of its own, because articles are wide and their texts would be
read along. The words of an article stay packed beside it until there are a thousand articles; then they become a block
of lists by word, written once and in order. A list of all articles for each word would be touched in hundreds of places
by every single article, which wears out a memory card.

Words are shared by all articles, so deleting one must not meet somebody who is just about to use it: SQLite has one
writer; on PostgreSQL writers share a lock that the deletion takes exclusively.

A number takes four bytes, of which the last bit says that the word stands in the headline. Many values of one statement
are passed as JSON to SQLite and as the text of an array to PostgreSQL: a list of placeholders would be written and
parsed again for every statement, which for the words of an article takes longer than finding them. So does building an
array with the driver, value by value.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    and_,
    any_,
    bindparam,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import UserDefinedType

from bot.core.archive import ArchivedWord, ArticleWords, WordSpelling
from bot.core.article import Article
from storage.columns import Number, SafeText, StringList, UtcDateTime, auto_id, flag, partial
from storage.engine import insert
from storage.schema import CHAT, metadata
from storage.tables import articles

ByteText = Text().with_variant(Text(collation="C"), "postgresql")
"""Compared byte by byte on both databases, so that a range of letters is the same range."""

archived = Table(
    "archived",
    metadata,
    Column("article_id", Number, ForeignKey(articles.c.id, ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("feed_id", Number, nullable=False),
    Column("owner", Number, nullable=False, info=CHAT),
    Column("key", Text, nullable=False),
    Column("language", Text),
    Column("published_at", UtcDateTime, nullable=False),
    Column("source_title", SafeText, nullable=False),
    Column("source_host", SafeText, nullable=False),
    flag("indexed"),  # its words are stored
    Column("words", LargeBinary),  # see `pack`; moved to a block some time
    Column("block", Number),
    Index(None, "block"),
    partial("ix_archived_waiting", "article_id", where="NOT indexed"),
    partial("ix_archived_loose", "article_id", where="words IS NOT NULL"),
)

words = Table(
    "words",
    metadata,
    auto_id(),
    Column("language", Text, nullable=False),  # empty where it is not known
    Column("text", ByteText, nullable=False),
    Column("folded", ByteText, nullable=False),
    Column("firsts", StringList, nullable=False),
    Column("lasts", StringList, nullable=False),
    Index("uq_words_language_text", "language", "text", unique=True),
    Index(None, "folded"),
    sqlite_autoincrement=True,
)

word_keys = Table(
    "word_keys",
    metadata,
    Column("key", Integer, nullable=False),
    Column("word_id", Number, nullable=False),
    PrimaryKeyConstraint("key", "word_id"),
    sqlite_with_rowid=False,
)

blocks = Table(
    "blocks",
    metadata,
    # The highest article in it, or a negative number where there is such a block.
    Column("id", Number, primary_key=True, autoincrement=False),
)

postings = Table(
    "postings",
    metadata,
    Column("block", Number, nullable=False),
    Column("word_id", Number, nullable=False),
    Column("articles", LargeBinary, nullable=False),
    PrimaryKeyConstraint("block", "word_id"),
    sqlite_with_rowid=False,
)


_SWAPPED = sys.byteorder == "big"
_FOUR_BYTES = next(kind for kind in "IL" if array(kind).itemsize == 4)


def pack(numbers: Iterable[tuple[int, bool]]) -> bytes:
    """Pack numbers with their bits, in order."""
    return _write(sorted(number << 1 | in_title for number, in_title in numbers))


def unpack(packed: bytes) -> array[int]:
    """Give the numbers, each doubled and with its bit added."""
    numbers = array(_FOUR_BYTES)
    numbers.frombytes(packed)
    if _SWAPPED:
        numbers.byteswap()
    return numbers


def turned(by_article: Mapping[int, bytes]) -> list[tuple[int, bytes]]:
    """Turn the words of articles into the articles of words, by word."""
    by_word: dict[int, list[int]] = defaultdict(list)
    for article_id in sorted(by_article):
        for number in unpack(by_article[article_id]):
            by_word[number >> 1].append(article_id << 1 | number & 1)
    return [(word_id, _write(by_word[word_id])) for word_id in sorted(by_word)]


def _write(numbers: Iterable[int]) -> bytes:
    packed = array(_FOUR_BYTES, numbers)
    if _SWAPPED:
        packed.byteswap()
    return packed.tobytes()


_OFF = {"off": "{enable_seqscan,enable_hashjoin,enable_mergejoin}"}
_ROWS = 8_000
"""Rows of one statement; in between others have their turn."""


def is_among(connection: AsyncConnection, column: Column[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """Demand that a column holds one of many numbers or words."""
    listed = list(values)
    if connection.dialect.name == "postgresql":
        return column == any_(_array(column, listed))
    spread = func.json_each(json.dumps(listed, ensure_ascii=False)).table_valued("value")
    return column.in_(select(spread.c.value))


async def pick(connection: AsyncConnection) -> None:
    """
    Make PostgreSQL look rows up by their index, in this transaction.

    Whenever its figures are old it takes our tables for small, and would rather read all of them.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(
            text("SELECT set_config(name, 'off', true) FROM unnest(CAST(:off AS TEXT[])) AS name"), _OFF
        )


async def fill(connection: AsyncConnection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert many rows, given in the order of the columns but for an id; those there already stay."""
    columns = [column for column in table.columns if not (column.primary_key and column.autoincrement is True)]
    for first in range(0, len(rows), _ROWS):
        await _fill(connection, table, columns, rows[first : first + _ROWS])


async def _fill(
    connection: AsyncConnection, table: Table, columns: Sequence[Column[Any]], rows: Sequence[tuple[Any, ...]]
) -> None:
    names = [column.name for column in columns]
    if connection.dialect.name != "postgresql":
        into = f"INSERT OR IGNORE INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        await connection.exec_driver_sql(into, list(rows))
        return
    arrays = [
        func.unnest(_array(column, values)) for column, values in zip(columns, zip(*rows, strict=True), strict=True)
    ]
    await connection.execute(insert(connection, table).from_select(names, select(*arrays)).on_conflict_do_nothing())


class _Array(UserDefinedType[str]):
    """An array of values of one kind, written as text; a collation or a type of ours is none of its business."""

    cache_ok = True
    render_bind_cast = True

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def get_col_spec(self, **_: object) -> str:
        """Name the type."""
        return f"{self.kind}[]"


def _array(column: Column[Any], values: Sequence[Any]) -> ColumnElement[Any]:
    """
    Write many values of a column as one.

    It goes out as an array, not as text that the server makes one of: that would happen again for every row.
    """
    if isinstance(column.type, Integer):
        kind = "BIGINT" if isinstance(column.type, BigInteger) else "INTEGER"
        written = ",".join(map(str, values))
    elif isinstance(column.type, LargeBinary):
        kind, written = "BYTEA", ",".join([f'"\\\\x{value.hex()}"' for value in values])
    else:
        kind, written = "TEXT", ",".join(map(_quoted, values))
    return bindparam(None, "{" + written + "}", type_=_Array(kind))


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


_LOCK = 0x53746963_68776F73
"""Any number that no other program uses for an advisory lock of the same database."""
_FIRST_KEY, _KEYS = -(1 << 31), 1 << 32
LOOSE = text("archived.words IS NOT NULL")


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


async def find_ids(connection: AsyncConnection, spellings: Iterable[WordSpelling]) -> dict[WordSpelling, int]:
    """Find words by how they stand in texts."""
    by_language: dict[str | None, list[str]] = {}
    for spelling in spellings:
        by_language.setdefault(spelling.language, []).append(spelling.text)
    found: dict[WordSpelling, int] = {}
    await pick(connection)
    for language, texts in by_language.items():
        same = and_(words.c.language == (language or ""), is_among(connection, words.c.text, texts))
        for word_id, spelled in await connection.execute(select(words.c.id, words.c.text).where(same)):
            found[WordSpelling(spelled, language)] = word_id
    return found


async def store(connection: AsyncConnection, articles: Sequence[ArticleWords], new: Sequence[ArchivedWord]) -> bool:
    """Store the words of articles that have none yet; False, and nothing done, when a word is missing."""
    await _lock(connection, alone=False)
    known = await find_ids(connection, {spelling for each in articles for spelling in each.words})
    known |= await _add(connection, {word.spelling: word for word in new if word.spelling not in known})
    if any(spelling not in known for each in articles for spelling in each.words):
        await connection.rollback()
        return False
    waiting = and_(archived.c.article_id == bindparam("of"), text("NOT archived.indexed"))
    packed = [
        {"of": each.article_id, "its": pack((known[word], title) for word, title in each.words.items())}
        for each in sorted(articles, key=lambda each: each.article_id)
    ]
    await connection.execute(update(archived).where(waiting).values(indexed=True, words=bindparam("its")), packed)
    return True


async def _add(connection: AsyncConnection, missing: Mapping[WordSpelling, ArchivedWord]) -> dict[WordSpelling, int]:
    """Add words, in one order everywhere so that two processes never wait for each other."""
    if not missing:
        return {}
    await fill(connection, words, [_row(missing[spelling]) for spelling in sorted(missing, key=_in_order)])
    known = await find_ids(connection, missing)
    await fill(connection, word_keys, _keys((known[spelling], word) for spelling, word in missing.items()))
    return known


def _in_order(spelling: WordSpelling) -> tuple[str, str]:
    return spelling.language or "", spelling.text


def _row(word: ArchivedWord) -> tuple[str, str, str, str, str]:
    return *_in_order(word.spelling), word.folded, json.dumps(word.firsts), json.dumps(word.lasts)


def _keys(filed: Iterable[tuple[int, ArchivedWord]]) -> list[tuple[int, int]]:
    return sorted((key, word_id) for word_id, word in filed for key in word.keys)


async def refile(connection: AsyncConnection, known: Sequence[tuple[int, ArchivedWord]]) -> None:
    """File words anew; keys they have no more find nothing, because what is found is judged."""
    changed = update(words).where(words.c.id == bindparam("of"))
    for word_id, word in known:
        values = {"folded": word.folded, "firsts": word.firsts, "lasts": word.lasts}
        await connection.execute(changed.values(values), {"of": word_id})
    await fill(connection, word_keys, _keys(known))


async def list_loose(connection: AsyncConnection, size: int) -> dict[int, bytes]:
    """List the oldest loose articles with their words; none, when there are fewer than that."""
    oldest = select(archived.c.article_id, archived.c.words).where(LOOSE).order_by(archived.c.article_id).limit(size)
    loose = {row[0]: row[1] for row in await connection.execute(oldest)}
    return loose if len(loose) == size else {}


async def bind(connection: AsyncConnection, loose: Collection[int], listed: Sequence[tuple[int, bytes]]) -> bool:
    """Make a block of articles, given by word; False, and nothing done, when another process is at it or was."""
    is_one = is_among(connection, archived.c.article_id, loose)
    still = select(archived.c.article_id).where(is_one, LOOSE).with_for_update(skip_locked=True)
    if len((await connection.execute(still)).all()) < len(loose):
        return False
    block = max(loose)
    if await connection.scalar(select(blocks.c.id).where(blocks.c.id == block)) is not None:
        # Articles whose words were stored anew may make the same block twice.
        block = min(0, await connection.scalar(select(func.min(blocks.c.id))) or 0) - 1
    await connection.execute(insert(connection, blocks).values(id=block))
    await fill(connection, postings, [(block, word_id, articles) for word_id, articles in listed])
    await connection.execute(update(archived).where(is_one).values(words=None, block=block))
    return True


async def sweep(connection: AsyncConnection, part: int, parts: int) -> int:
    """Forget blocks without an article, and in a part of each, words without a block and keys without a word."""
    await _lock(connection, alone=True)
    is_needed = select(archived.c.article_id).where(archived.c.block == blocks.c.id).exists()
    dead = (await connection.scalars(delete(blocks).where(~is_needed).returning(blocks.c.id))).all()
    gone = (await connection.execute(delete(postings).where(postings.c.block.in_(dead)))).rowcount
    highest = await connection.scalar(select(func.max(words.c.id))) or 0
    gone += await _sweep_words(connection, highest * part // parts, highest * (part + 1) // parts)
    low, high = _FIRST_KEY + _KEYS * part // parts, _FIRST_KEY + _KEYS * (part + 1) // parts - 1
    is_word = select(words.c.id).where(words.c.id == word_keys.c.word_id).exists()
    old = delete(word_keys).where(word_keys.c.key.between(low, high), ~is_word)
    return gone + (await connection.execute(old)).rowcount


async def _sweep_words(connection: AsyncConnection, after: int, last: int) -> int:
    in_block = postings.c.block.in_(select(blocks.c.id)) & (postings.c.word_id == words.c.id)
    is_bound = select(postings.c.word_id).where(in_block).exists()
    unbound = select(words.c.id).where(words.c.id > after, words.c.id <= last, ~is_bound)
    unused = set((await connection.scalars(unbound)).all())
    if unused:
        for packed in await connection.scalars(select(archived.c.words).where(LOOSE)):
            unused.difference_update(number >> 1 for number in unpack(packed))
    await connection.execute(delete(words).where(is_among(connection, words.c.id, unused)))
    return len(unused)


async def _lock(connection: AsyncConnection, *, alone: bool) -> None:
    if connection.dialect.name == "postgresql":
        name = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
        await connection.execute(text(f"SELECT {name}(:number)"), {"number": _LOCK})
