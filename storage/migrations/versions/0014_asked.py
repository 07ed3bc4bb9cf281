"""What a stranger wanted first, and who waits for an answer of the operators."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Of those who wait already nobody knows what they wanted; they will be welcomed."""
    op.add_column("people", sa.Column("asked", sa.Text()))
    waiting = sa.text("access = 'asked'")
    op.create_index("ix_people_waiting", "people", ["changed_at", "id"], sqlite_where=waiting, postgresql_where=waiting)
