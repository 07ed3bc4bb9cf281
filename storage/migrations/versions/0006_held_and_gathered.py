"""What is held back, and messages that tell of several articles."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def _index(name: str, table: str, *columns: str, where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, list(columns), sqlite_where=condition, postgresql_where=condition)


def upgrade() -> None:
    """Nothing was held or gathered before."""
    op.add_column("chats", sa.Column("release_at", sa.BigInteger()))
    _index("ix_chats_release_at", "chats", "release_at", where="release_at IS NOT NULL")
    op.add_column("deliveries", sa.Column("released", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("deliveries", sa.Column("parent", sa.BigInteger()))
    _index("ix_deliveries_held", "deliveries", "chat_id", "thread_id", "reason", where="state = 'held'")
    _index("ix_deliveries_sent", "deliveries", "chat_id", "finished_at", where="state = 'sent'")
    _index("ix_deliveries_parent", "deliveries", "parent", where="parent IS NOT NULL")
    op.create_table(
        "rollings",
        sa.Column(
            "subscription_id",
            sa.BigInteger(),
            sa.ForeignKey("subscriptions.id", name="fk_rollings_subscription_id", ondelete="CASCADE"),
            nullable=False,
            autoincrement=False,
        ),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("hit_at", sa.BigInteger(), nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("subscription_id", name="pk_rollings"),
    )
    _index("ix_rollings_stale", "rollings", "subscription_id", where="stale")
