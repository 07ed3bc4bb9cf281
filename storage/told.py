"""
The tables of stories: where each article that somebody asked for belongs, what a language model said of it, and how
alerts grew that told of one.

What grew stands beside the deliveries and not in them: few ever grow, and their table is the busiest of all.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from storage.columns import IntSet, Number, SafeText, UtcDateTime, auto_id, count, flag
from storage.naming import CHAT, metadata
from storage.tables import articles, deliveries

tellings = Table(
    "tellings",
    metadata,
    auto_id(),
    Column("article_id", Number, ForeignKey(articles.c.id, ondelete="CASCADE"), nullable=False),
    Column("story_id", Number, nullable=False),  # the id of its first article, which may be forgotten before it
    Column("related_id", Number),
    Column("absorbed", IntSet, nullable=False, default=frozenset()),
    Column("owner", Number, nullable=False, info=CHAT),
    Column("key", Text, nullable=False),
    Column("guid_key", Text),
    Column("source_host", SafeText, nullable=False),
    Column("title", SafeText, nullable=False),
    Column("language", Text),
    Column("seen_at", UtcDateTime, nullable=False),
    Index("uq_tellings_article_id", "article_id", unique=True),
    Index(None, "story_id"),
    Index(None, "seen_at"),
    sqlite_autoincrement=True,
)

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

abstracts = Table(
    "abstracts",
    metadata,
    Column("article_id", Number, ForeignKey(articles.c.id, ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("key", Text, nullable=False),  # the same for the same text
    Column("asked_at", UtcDateTime, nullable=False),
    Column("text", SafeText),  # empty: nothing is to be shown; NULL: somebody is asking, or died over it
    Index(None, "key"),
)
