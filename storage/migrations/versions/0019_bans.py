"""Bans that outlive the data of who is banned."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """A ban is hashed when the rest about the person is deleted; until then it stays with the person."""
    op.create_table(
        "bans",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("banned_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_bans"),
    )
