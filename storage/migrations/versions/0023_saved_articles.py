"""Articles that chats keep."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Before, nothing could be saved."""
    op.create_table(
        "saved_articles",
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text()),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("is_day", sa.Boolean(), nullable=False),
        sa.Column("is_paid", sa.Boolean(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chats.id"], name="fk_saved_articles_chat_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("chat_id", "key", name="pk_saved_articles"),
    )
    there = sa.text("removed_at IS NOT NULL")
    op.create_index(
        "ix_saved_articles_removed_at",
        "saved_articles",
        ["removed_at"],
        sqlite_where=there,
        postgresql_where=there,
    )
