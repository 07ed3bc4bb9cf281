"""
The tables of the archive: articles by their words.

What a search needs of an article is in a narrow table of its own, because articles are wide and their texts would be
read along. The words of an article stay packed beside it until there are a thousand articles; then they become a block
of lists by word, written once and in order. A list of all articles for each word would be touched in hundreds of places
by every single article, which wears out a memory card.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text

from storage.columns import Number, SafeText, StringList, UtcDateTime, auto_id, flag, partial
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
    Column("words", LargeBinary),  # see `storage.packing`; moved to a block some time
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
