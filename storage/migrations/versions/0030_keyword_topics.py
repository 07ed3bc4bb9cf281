"""Topics of private chats, one per keyword."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """No chat wanted topics before."""
    op.create_table(
        "topic_chats",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("switched_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name="fk_topic_chats_chat_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("chat_id", name="pk_topic_chats"),
    )
    op.create_table(
        "keyword_topics",
        sa.Column("subscription_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("is_gone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscriptions.id"], name="fk_keyword_topics_subscription_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name="fk_keyword_topics_chat_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("subscription_id", name="pk_keyword_topics"),
    )
    op.create_index("ix_keyword_topics_chat_id", "keyword_topics", ["chat_id"])
