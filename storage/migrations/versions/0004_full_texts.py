"""Full texts."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make room for what a feed itself gave while the text of the page stands in the article."""
    op.create_table(
        "full_texts",
        sa.Column(
            "article_id",
            sa.BigInteger(),
            sa.ForeignKey("articles.id", name="fk_full_texts_article_id", ondelete="CASCADE"),
            nullable=False,
            autoincrement=False,
        ),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("has_text", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("key_points", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("article_id", name="pk_full_texts"),
    )
    op.create_index("ix_full_texts_asked_at", "full_texts", ["asked_at"])
