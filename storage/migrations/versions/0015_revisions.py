"""Entries that change: what they have said, which change is being announced, and what messages show."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """What is stored counts as what was announced; what an entry says is noted when it changes."""
    op.add_column("articles", sa.Column("updated_at", sa.BigInteger()))
    op.add_column("entries", sa.Column("states", sa.Text()))
    op.add_column("fanouts", sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("fanouts", sa.Column("latest", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("fanouts", sa.Column("before", sa.Text()))
    op.add_column("fanouts", sa.Column("edit_cursor", sa.BigInteger()))
    op.add_column("matches", sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("looks", sa.Column("version", sa.BigInteger()))
