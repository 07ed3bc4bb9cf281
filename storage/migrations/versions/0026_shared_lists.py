"""Lists of keywords that chats share."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Nothing was shared before."""
    op.create_table(
        "shared_lists",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_shared_lists"),
    )
    op.create_index("ix_shared_lists_chat_id", "shared_lists", ["chat_id"])
    op.create_index(
        "ix_shared_lists_revoked_at",
        "shared_lists",
        ["revoked_at"],
        sqlite_where=sa.text("revoked_at IS NOT NULL"),
        postgresql_where=sa.text("revoked_at IS NOT NULL"),
    )
    op.create_table(
        "shared_keywords",
        sa.Column("list_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("normal", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["shared_lists.id"], name="fk_shared_keywords_list_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("list_id", "place", name="pk_shared_keywords"),
    )
