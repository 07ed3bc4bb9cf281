"""Indexes for what is deleted after a time: deliveries that were never sent, and chats that left."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"

_INDEXES = (
    ("ix_deliveries_unsent", "deliveries", "created_at", "state IN ('held', 'folded')"),
    ("ix_chats_gone", "chats", "state_at", "state IN ('blocked', 'gone')"),
)


def upgrade() -> None:
    """Without them the whole table is read."""
    for name, table, column, where in _INDEXES:
        op.create_index(name, table, [column], sqlite_where=sa.text(where), postgresql_where=sa.text(where))
