"""Articles only subscribers can read."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Take what is stored for free, as it was shown until now."""
    op.add_column("articles", sa.Column("is_paid", sa.Boolean(), nullable=False, server_default=sa.false()))
