"""Addresses by which spellings of one feed are recognised, and permanent redirects not yet believed."""

from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def _key(url: str) -> str:
    """As `bot.core.feed.address_key` was when this was written."""
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return url.strip()
    user = parts.netloc.rpartition("@")[0]
    place = f"{host}:{port}" if port not in (None, 80, 443) else host
    query = f"?{parts.query}" if parts.query else ""
    return (f"{user}@" if user else "") + place + parts.path.rstrip("/") + query


def upgrade() -> None:
    """Read every feed's address from where it is polled."""
    op.add_column("feeds", sa.Column("address", sa.Text(), nullable=False, server_default=""))
    op.add_column("feeds", sa.Column("moved_to", sa.Text()))
    op.add_column("feeds", sa.Column("moved_since", sa.BigInteger()))
    op.add_column("feeds", sa.Column("moved_times", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_feeds_address", "feeds", ["address"])
    feeds = sa.table("feeds", sa.column("id"), sa.column("url"), sa.column("address"))
    connection = op.get_bind()
    for feed_id, url in connection.execute(sa.select(feeds.c.id, feeds.c.url)).all():
        connection.execute(feeds.update().where(feeds.c.id == feed_id).values(address=_key(url)))
