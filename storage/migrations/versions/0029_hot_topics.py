"""Keywords with so many readers that operators are asked to make a channel for them."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Nobody was asked before."""
    op.create_table(
        "hot_topics",
        sa.Column("query_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("readers", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("reached", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("query_id", name="pk_hot_topics"),
        sa.ForeignKeyConstraint(
            ["query_id"], ["queries.id"], name="fk_hot_topics_query_id", ondelete="CASCADE"
        ),
    )
