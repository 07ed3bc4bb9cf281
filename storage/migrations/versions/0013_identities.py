"""What tells the entries of a feed apart, and all that an entry can be recognised by."""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_HAS_FRAGMENT = sa.text("fragment_key IS NOT NULL")


def _digest(text: str) -> str:
    """As `bot.core.identity.text_digest` was when this was written."""
    words = " ".join(text.casefold().split())
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _fill() -> None:
    """Note the words of what has no guid; the rest is recognised by its guid when its feed is next read whole."""
    entries = sa.table(
        "entries", *map(sa.column, "feed_id key guid_key article_id link_key title_key lead_key dated".split())
    )
    articles = sa.table("articles", *map(sa.column, "id url title lead published_at seen_at".split()))
    connection = op.get_bind()
    nameless = (
        sa.select(entries.c.feed_id, entries.c.key, *articles.c)
        .join(articles, articles.c.id == entries.c.article_id)
        .where(entries.c.guid_key.is_(None))
    )
    for row in connection.execute(nameless).all():
        values = {
            "link_key": row.key if row.url else None,
            "title_key": _digest(row.title),
            "lead_key": _digest(row.lead),
            "dated": 0 if row.published_at == row.seen_at else row.published_at // 1_000_000,
        }
        this = sa.and_(entries.c.feed_id == row.feed_id, entries.c.key == row.key)
        connection.execute(entries.update().where(this).values(values))


def upgrade() -> None:
    """Make room for it."""
    op.add_column("feeds", sa.Column("identity", sa.Text()))
    for name in ("link_key", "fragment_key", "title_key", "lead_key"):
        op.add_column("entries", sa.Column(name, sa.Text()))
    op.add_column("entries", sa.Column("dated", sa.BigInteger()))
    op.create_index("ix_entries_feed_id_title_key", "entries", ["feed_id", "title_key"])
    op.create_index("ix_entries_feed_id_last_seen_at", "entries", ["feed_id", "last_seen_at"])
    op.create_index("ix_entries_link_key", "entries", ["link_key"])
    op.create_index(
        "ix_entries_fragment_key",
        "entries",
        ["fragment_key"],
        sqlite_where=_HAS_FRAGMENT,
        postgresql_where=_HAS_FRAGMENT,
    )
    _fill()
