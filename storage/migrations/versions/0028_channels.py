"""Channels and who manages them."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Nobody is known as a manager yet: whoever uses a command for a channel next is."""
    op.create_table(
        "channels",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("manager_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("silenced", sa.Text()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chats.id"], name="fk_channels_chat_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("chat_id", name="pk_channels"),
    )
    op.create_index("ix_channels_manager_id", "channels", ["manager_id"])
