"""
The tables of what a feed has brought: how each of its entries is recognised when it is listed again.

Apart from the articles, which are forgotten sooner, and from the feeds, which every poll writes.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, PrimaryKeyConstraint, Table, Text

from storage.columns import Number, UtcDateTime, partial
from storage.naming import metadata
from storage.tables import feeds

entries = Table(
    "entries",
    metadata,
    Column("feed_id", Number, ForeignKey(feeds.c.id, ondelete="CASCADE"), nullable=False),
    Column("key", Text, nullable=False),
    Column("guid_key", Text),
    Column("article_id", Number),  # no foreign key: what a feed has brought outlives the article
    Column("last_seen_at", UtcDateTime, nullable=False),
    Column("link_key", Text),
    Column("fragment_key", Text),  # of the link with its fragment, where it has one
    Column("title_key", Text),
    Column("lead_key", Text),
    Column("dated", Number),  # seconds since 1970, as the feed said; 0 or NULL where it said none
    Column("states", Text),  # digests of what it has said, the latest first; see `bot.core.revision`
    PrimaryKeyConstraint("feed_id", "key"),
    Index(None, "feed_id", "guid_key"),
    Index(None, "feed_id", "title_key"),
    Index(None, "feed_id", "last_seen_at"),
    Index(None, "link_key"),
    partial("ix_entries_fragment_key", "fragment_key", where="fragment_key IS NOT NULL"),
)

marks = Table(
    "marks",
    metadata,
    Column("feed_id", Number, ForeignKey(feeds.c.id, ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
)
