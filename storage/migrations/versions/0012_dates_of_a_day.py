"""Articles of which only the day is known."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Take every stored date for a whole one, as it was read until now."""
    op.add_column("articles", sa.Column("is_day", sa.Boolean(), nullable=False, server_default=sa.false()))
