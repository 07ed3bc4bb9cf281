"""Stories."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_AUTO_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make room for which articles tell one story, and for how alerts grew that told of one."""
    op.create_table(
        "tellings",
        sa.Column("id", _AUTO_ID, primary_key=True, autoincrement=True, nullable=False),
        sa.Column(
            "article_id",
            sa.BigInteger(),
            sa.ForeignKey("articles.id", name="fk_tellings_article_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("story_id", sa.BigInteger(), nullable=False),
        sa.Column("related_id", sa.BigInteger()),
        sa.Column("absorbed", sa.Text(), nullable=False),
        sa.Column("owner", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("guid_key", sa.Text()),
        sa.Column("source_host", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("language", sa.Text()),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tellings"),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_tellings_article_id", "tellings", ["article_id"], unique=True)
    op.create_index("ix_tellings_story_id", "tellings", ["story_id"])
    op.create_index("ix_tellings_seen_at", "tellings", ["seen_at"])
    op.create_table("joined", _delivery("joined"), sa.Column("first_id", sa.BigInteger(), nullable=False), _key("joined"))
    op.create_index("ix_joined_first_id", "joined", ["first_id"])
    op.create_table(
        "looks",
        _delivery("looks"),
        sa.Column("named", sa.Integer(), nullable=False),
        sa.Column("opened", sa.Boolean(), nullable=False),
        _key("looks"),
    )


def _delivery(table: str) -> sa.Column[int]:
    return sa.Column(
        "delivery_id",
        sa.BigInteger(),
        sa.ForeignKey("deliveries.id", name=f"fk_{table}_delivery_id", ondelete="CASCADE"),
        nullable=False,
        autoincrement=False,
    )


def _key(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("delivery_id", name=f"pk_{table}")
