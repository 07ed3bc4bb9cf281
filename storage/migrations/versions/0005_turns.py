"""Turns of queued messages, and floods that outlive a process."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_QUEUED = sa.text("state = 'queued'")
_FLOODED = sa.text("flooded_until IS NOT NULL")


def upgrade() -> None:
    """Let what is queued already keep its order."""
    op.add_column("deliveries", sa.Column("turn", sa.BigInteger(), nullable=False, server_default="0"))
    op.drop_index("ix_deliveries_queued", "deliveries")
    columns = ["rank", "turn", "id", "not_before"]
    op.create_index("ix_deliveries_queued", "deliveries", columns, sqlite_where=_QUEUED, postgresql_where=_QUEUED)
    op.add_column("chats", sa.Column("flooded_until", sa.BigInteger()))
    op.create_index(
        "ix_chats_flooded_until", "chats", ["flooded_until"], sqlite_where=_FLOODED, postgresql_where=_FLOODED
    )
