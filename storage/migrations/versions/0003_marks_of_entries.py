"""Marks by which the entries of a feed are recognised without reading them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table; the next whole reading of each feed fills it."""
    op.create_table(
        "marks",
        sa.Column(
            "feed_id",
            sa.BigInteger(),
            sa.ForeignKey("feeds.id", name="fk_marks_feed_id", ondelete="CASCADE"),
            nullable=False,
            autoincrement=False,
        ),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("feed_id", name="pk_marks"),
    )
